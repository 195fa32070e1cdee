"""/rekap in private and in groups, and the public button under a digest."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import Session, select

from handlers.digest.clock import due_digests
from handlers.digest.detail import Unclaimed
from storage import groups
from storage.digests import DigestRun
from storage.groups import Rhythm
from storage.houses import House
from storage.people import RoleName
from tests import builders
from tests.builders import JUTA, PAMULANG, SETU
from tests.world import Actor, World

GROUP = -1_002_000_000_001
ANONYMOUS = 1087968824


@pytest.fixture
def neighbour(world: World) -> Actor:
    """Somebody in the group without any account."""
    return world.actor("Tetangga", 2**33 + 77)


def open_group(world: World, active: bool = True, locale: str = "id") -> None:
    def make(session: Session) -> None:
        group = groups.joined(session, GROUP, "Forum", world.now, by=None)
        group.locale = locale
        session.add(group)
        schedule = groups.schedule_of(session, group.id or 0, world.now)
        groups.set_schedule(session, schedule, world.now, by=None, active=active, rhythm=Rhythm.DAILY, hour=9)

    world.store.run(make)


def post(world: World) -> None:
    world.store.run(lambda session: due_digests(session, world.runtime, world.now), snapshot=True)
    world.deliver()


def city(session: Session) -> None:
    for estimate in (50 * JUTA, 40 * JUTA, 61_250_000):
        builders.eligible(session, PAMULANG, estimate)
    taken = builders.eligible(session, SETU, 70 * JUTA)
    builders.claim(session, taken, builders.make_quota(session))
    builders.eligible(session, SETU, 30 * JUTA)


def count(world: World, kind: Any) -> int:
    return world.store.run(lambda session: len(session.exec(select(kind)).all()))


@pytest.mark.parametrize("role", list(RoleName))
def test_a_member_sees_the_numbers_in_private(world: World, role: RoleName) -> None:
    world.store.run(city)
    partner = world.store.run(lambda session: builders.partner(session).id)
    someone = world.actor("Sari", 2**33 + 5, role, partner_id=partner)
    seen = someone.says("/rekap")
    assert seen is not None
    assert "5 butuh bedah = 1 sudah ada mitra + 4 belum" in seen.text
    assert "pembanding" not in seen.text
    assert seen.buttons == ["4 belum ada mitra", "1 diklaim", "📍 Per kecamatan", "💰 Perkiraan biaya", "🔢 Angka lain",
                            "📊 Grafik", "🗺 Peta", "⚖ Bandingkan dengan…"]
    assert count(world, DigestRun) == 0


def test_a_stranger_learns_nothing_in_private(world: World, neighbour: Actor) -> None:
    world.store.run(city)
    seen = neighbour.says("/rekap")
    assert seen is not None
    assert "hanya untuk petugas dan mitra" in seen.text
    assert not any(sign.isdecimal() for sign in seen.text)


def test_anybody_of_an_open_group_sees_it_compared_with_the_last_digest(world: World, neighbour: Actor) -> None:
    world.store.run(city)
    open_group(world)
    assert "perubahan" not in neighbour.says("/rekap", GROUP).text.lower()  # type: ignore[union-attr]
    world.passes(hours=1)
    post(world)
    world.store.run(lambda session: builders.eligible(session))
    world.passes(hours=1)
    seen = neighbour.says("/rekap@bedah_sample_bot", GROUP)
    assert seen is not None
    assert "keadaan saat ini" in seen.text
    assert ("Perubahan sejak rekap Senin, 2 Maret 2026\nBelum ada mitra Rumah\nrekap lalu          4\n"
            "memenuhi syarat    +1\nkini                5\n") in seen.text
    assert count(world, DigestRun) == 1


def test_english_group_reads_english_whoever_asks(world: World, neighbour: Actor) -> None:
    open_group(world, locale="en")
    assert "as of now" in neighbour.says("/rekap", GROUP).text  # type: ignore[union-attr]


def test_asked_again_at_once_it_says_so_once_and_then_is_silent(world: World, neighbour: Actor, admin: Actor) -> None:
    world.store.run(city)
    open_group(world)
    neighbour.says("/rekap", GROUP)
    world.passes(seconds=20)
    admin.says("/rekap", GROUP)
    world.passes(seconds=20)
    neighbour.says("/rekap", GROUP)
    texts = [one.text for one in world.chat(GROUP)]
    assert len(texts) == 2
    assert texts[1] == "Rekap baru saja ditampilkan di atas."
    assert "reply_parameters" in world.chat(GROUP)[1].params
    world.passes(seconds=61)
    neighbour.says("/rekap", GROUP)
    assert len(world.chat(GROUP)) == 3


def test_a_group_that_no_admin_let_in_shows_nothing_to_strangers(world: World, neighbour: Actor, admin: Actor) -> None:
    world.store.run(city)
    open_group(world, active=False)
    neighbour.says("/rekap", GROUP)
    neighbour.says("/rekap", GROUP)
    assert [one.text for one in world.chat(GROUP)] == ["Rekap di grup ini menunggu persetujuan admin Dinas Sosial."]
    assert "butuh bedah" in admin.says("/rekap", GROUP).text  # type: ignore[union-attr]


def test_a_group_whose_arrival_was_never_told_is_noted_at_the_first_word(
    world: World, neighbour: Actor, admin: Actor
) -> None:
    world.store.run(city)
    world.groups[GROUP] = "Warga <RW 05>"
    neighbour.says("/rekap", GROUP)
    assert "menunggu persetujuan" in world.chat(GROUP)[-1].text
    assert "Tetangga, yang bukan admin, menambahkan bot ke grup Warga <RW 05>." in admin.last.text
    admin.presses("Aktifkan")
    world.passes(minutes=2)
    assert "butuh bedah" in neighbour.says("/rekap", GROUP).text  # type: ignore[union-attr]


def test_a_group_given_up_by_mistake_comes_back_with_its_schedule(world: World, neighbour: Actor) -> None:
    open_group(world)
    world.store.run(lambda session: groups.left(session, GROUP, world.now))
    neighbour.says("/rekap", GROUP)
    assert len(world.chat(GROUP)) == 1
    assert world.store.run(lambda session: len(groups.active_schedules(session))) == 1


def test_an_anonymous_admin_of_the_group_may_ask(world: World) -> None:
    open_group(world)
    message = {"message_id": 7, "date": int(world.now.timestamp()), "text": "/rekap",
               "from": {"id": ANONYMOUS, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"},
               "sender_chat": {"id": GROUP, "type": "supergroup", "title": "Forum"},
               "chat": {"id": GROUP, "type": "supergroup", "title": "Forum"},
               "entities": [{"type": "bot_command", "offset": 0, "length": 6}]}
    seen = world.run({"message": message}, GROUP)
    assert seen is not None
    assert "Rekap Bedah Rumah" in seen.text


def test_other_bots_commands_pass_by(world: World, neighbour: Actor) -> None:
    open_group(world)
    assert neighbour.says("/rekap@other_bot", GROUP) is None
    assert neighbour.says("rekap " * 700, GROUP) is None


def test_what_the_open_houses_would_cost(world: World, neighbour: Actor, admin: Actor) -> None:
    world.store.run(city)
    open_group(world)
    world.passes(hours=1)
    post(world)
    _chart, digest = world.chat(GROUP)
    before = digest.html
    neighbour.presses("biaya", digest)
    admin.presses("biaya", digest)
    assert len(world.chat(GROUP)) == 3
    assert (digest.html, digest.edits) == (before, 0)
    detail = world.chat(GROUP)[2]
    assert detail.params["reply_parameters"]["message_id"] == digest.id
    assert [line.split() for line in detail.text.splitlines()[2:6]] == [
        ["Kecamatan", "Rumah", "Biaya"], ["Pamulang", "3", "Rp151,3", "jt"], ["Setu", "1", "Rp30", "jt"],
        ["Total", "4", "Rp181,3", "jt"]]
    assert "Perkiraan biaya untuk 4 rumah: Rp181.250.000." in detail.text
    assert "dibulatkan" in detail.text
    assert "PML" not in detail.text
    assert "Contoh" not in detail.text
    world.passes(minutes=11)
    neighbour.presses("biaya", digest)
    assert len(world.chat(GROUP)) == 4


def test_the_button_when_everything_is_taken_meanwhile(world: World, neighbour: Actor) -> None:
    world.store.run(lambda session: builders.eligible(session))
    open_group(world)
    neighbour.says("/rekap", GROUP)
    digest = world.chat(GROUP)[0]
    world.store.run(lambda session: builders.claim(session, session.exec(select(House)).one(),
                                                   builders.make_quota(session)))
    neighbour.presses("biaya", digest)
    assert neighbour.toast == "Semua rumah yang butuh bedah sudah ada mitranya."
    assert len(world.chat(GROUP)) == 1


def test_no_button_where_nothing_is_open(world: World, neighbour: Actor) -> None:
    open_group(world)
    assert neighbour.says("/rekap", GROUP).buttons == ["⚖ Bandingkan dengan…"]  # type: ignore[union-attr]


def test_a_stranger_cannot_press_their_way_to_numbers(world: World, neighbour: Actor, admin: Actor) -> None:
    world.store.run(city)
    admin.says("/rekap")
    shown = admin.last
    stolen = world.actor("Orang", 2**33 + 78)
    shown_to_stranger = type(shown)(shown.id, stolen.id, shown.html, shown.rows)
    stolen.presses_data(Unclaimed().pack(), shown_to_stranger)
    assert stolen.seen == []
    assert "hanya untuk petugas" in stolen.toast
    admin.presses("biaya")
    assert "Perkiraan biaya" in admin.last.text


def test_each_of_many_presses_gets_an_answer(world: World, neighbour: Actor) -> None:
    world.store.run(city)
    open_group(world)
    neighbour.says("/rekap", GROUP)
    digest = world.chat(GROUP)[0]
    for _ in range(5):
        neighbour.presses("belum ada mitra", digest)
    assert len(world.chat(GROUP)) == 2
    answers = [call for call in world.calls if call[0] == "answerCallbackQuery"]
    assert len(answers) == 5
