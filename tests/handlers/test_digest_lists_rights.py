"""The lists under digests that are somebody else's, old, of one kecamatan, or about what no event tells of."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session, func, select, update

from handlers.digest.detail import Areas, Houses, Look, Unclaimed, View
from handlers.kit.buttons import Button
from storage import deadlines, groups, houses, rerouting
from storage.digests import DigestRun
from storage.groups import Schedule
from storage.houses import HouseState
from storage.outbox import Outbox
from storage.people import RoleName
from storage.rules import DEFAULTS
from storage.standing import Figure
from tests import builders
from tests.builders import JUTA, PAMULANG, SETU
from tests.handlers.test_digest_lists import GROUP, city, codes, post, run_id
from tests.world import Actor, Seen, World

OTHER = GROUP - 1


@pytest.fixture
def neighbour(world: World) -> Actor:
    """Somebody in the group without any account."""
    return world.actor("Tetangga", 2**33 + 77)


@pytest.fixture
def digest(world: World) -> Seen:
    world.store.run(city)
    return post(world)


def pressed(run: int) -> list[Button]:
    """Each kind of button under the digest of a run."""
    return [Houses(run, Figure.OPEN), Areas(run, Figure.OPEN, "-", 0), *(Look(run, view) for view in View)]


def test_a_group_sees_its_own_digests_only_and_members_all(
    world: World, neighbour: Actor, admin: Actor, digest: Seen
) -> None:
    post(world, OTHER)
    for run in (run_id(world, OTHER), 999):
        for button in pressed(run):
            neighbour.toasts.clear()
            neighbour.presses_data(button.pack(), digest)
            assert neighbour.toast == "Rekap ini bukan milik grup ini."
    assert len(world.chat(GROUP)) == 1
    admin.says("/bantuan")
    for button in pressed(run_id(world, OTHER)):
        admin.presses_data(button.pack(), admin.seen[0])
        assert "2 Maret 2026, 10.00 WIB" in admin.last.text
    assert codes(admin.presses_data(pressed(run_id(world))[0].pack(), admin.seen[0]) or admin.last) != []


def test_a_stranger_in_private_and_a_group_that_the_bot_has_left(
    world: World, neighbour: Actor, admin: Actor, digest: Seen
) -> None:
    world.store.run(lambda session: groups.left(session, GROUP, world.now))
    for button in (*pressed(run_id(world)), Unclaimed()):
        neighbour.presses_data(button.pack(), Seen(digest.id, neighbour.id, digest.html))
        assert "hanya untuk petugas" in neighbour.toasts.pop()
        admin.presses_data(button.pack(), digest)
        assert admin.toasts.pop() == "Bot sudah tidak ada di grup ini."
        neighbour.presses_data(button.pack(), Seen(digest.id, OTHER, digest.html))
        assert "hanya untuk petugas" in neighbour.toasts.pop()
    assert (len(world.chat(GROUP)), world.chat(OTHER), neighbour.seen) == (1, [], [])


@pytest.mark.parametrize("role", [RoleName.SURVEYOR, RoleName.PARTNER])
def test_members_look_in_private(world: World, role: RoleName) -> None:
    world.store.run(city)
    baznas = world.store.run(lambda session: builders.partner(session).id)
    someone = world.actor("Sri", 2**33 + 9, role, partner_id=baznas, language="en")
    someone.says("/recap")
    someone.presses("4 without a partner")
    assert "1–4 of 4" in someone.last.text
    assert codes(someone.last) == ["PML-0001", "PML-0002", "PML-0003", "SET-0001"]
    assert "Contoh" not in someone.last.text


def test_a_forged_press_changes_no_other_message(world: World, neighbour: Actor, digest: Seen) -> None:
    """Such as the digest itself."""
    before = digest.html
    neighbour.presses_data(Houses(run_id(world), Figure.OPEN, under=digest.id + 9000).pack(), digest)
    assert (digest.html, digest.edits, len(world.chat(GROUP))) == (before, 0, 2)
    for button in (Houses(run_id(world), Figure.OPEN, "36.71.01"), Houses(run_id(world), Figure.OPEN, source="apbn"),
                   Areas(run_id(world), Figure.OPEN, "x", 0)):
        neighbour.presses_data(button.pack(), digest)
        assert neighbour.toasts.pop() == "Tombol ini sudah tidak berlaku."
    neighbour.presses_data("uh:1:open:-:-:0:0", digest)
    assert neighbour.toasts.pop() == "Tombol ini sudah tidak berlaku."


def test_a_detail_that_somebody_deleted_comes_anew(world: World, neighbour: Actor, digest: Seen) -> None:
    neighbour.presses("1 diklaim", digest)
    world.chat(GROUP).pop()
    with world.gap():
        neighbour.presses("1 dikerjakan", digest)
        world.store.run(lambda session: rerouting.forget_target(  # what delivery does when Telegram finds no message
            session, session.exec(select(func.max(Outbox.id))).one()))
    neighbour.presses("belum ada mitra", digest)
    assert [one.text.splitlines()[0] for one in world.chat(GROUP)[1:]] == ["🔎 belum ada mitra"]
    assert world.chat(GROUP)[1].params["reply_parameters"]["message_id"] == digest.id


def test_a_digest_from_before_there_were_lists(world: World, neighbour: Actor, digest: Seen) -> None:
    """Its numbers do not say up to which event they know; before that they knew less."""
    world.passes(minutes=5)

    def comes(session: Session) -> None:
        number = builders.make_house(session, now=world.now).id or 0
        houses.move(session, number, HouseState.REGISTERED, HouseState.ELIGIBLE, world.now, by=None, estimate=50 * JUTA)

    def older(session: Session, *names: str) -> None:
        run = session.exec(select(DigestRun)).one()
        kept = {name: value for name, value in run.numbers.items() if name not in names}
        session.exec(update(DigestRun).values(numbers=kept))

    world.store.run(comes)
    world.store.run(lambda session: older(session, "event"))
    neighbour.presses("belum ada mitra", digest)
    detail = world.chat(GROUP)[-1]
    assert "1–4 dari 4" in detail.text
    neighbour.presses("biaya", digest)
    assert "Perkiraan biaya untuk 4 rumah: Rp200.000.000." in detail.text
    world.store.run(lambda session: older(session, "cost", "kecamatan", "sources", "overdue", "area", "kelurahan"))
    neighbour.presses("belum ada mitra", digest)
    neighbour.presses("Pilih kecamatan", detail)
    neighbour.presses("Pamulang 3", detail)
    assert codes(detail) == ["PML-0001", "PML-0002", "PML-0003"]
    neighbour.presses("biaya", digest)
    assert "untuk 5 rumah" in detail.text
    assert "09.05 WIB" in detail.text, "as of now, and it says so"
    neighbour.presses_data(Unclaimed().pack(), digest)
    assert "untuk 5 rumah" in detail.text


def test_who_is_late_is_told_as_of_now(world: World, neighbour: Actor) -> None:
    world.store.run(city)

    def late(session: Session) -> None:
        deadlines.mark_overdue(session, world.now + timedelta(days=200), world.now, DEFAULTS)

    world.store.run(late)
    neighbour.presses("2 lewat tenggat", post(world))
    detail = world.chat(GROUP)[-1]
    assert codes(detail) == ["PML-0004", "SET-0002"]
    assert "Ini keadaan sekarang: 2 rumah. Di rekap Senin, 2 Maret 2026, 09.00 WIB: 2 rumah." in detail.text
    neighbour.presses("APBD 1", detail)
    assert codes(detail) == ["SET-0002"]


def test_the_digest_of_one_kecamatan_speaks_of_nothing_else(world: World, neighbour: Actor) -> None:
    world.store.run(city)
    digest = post(world, kecamatan_code=SETU, locale="en")
    assert digest.buttons == ["1 without a partner", "1 claimed", "💰 Estimated cost", "🔢 Other figures", "🗺 Map"]
    world.store.run(lambda session: builders.eligible(session, SETU))
    neighbour.presses("1 without", digest)
    detail = world.chat(GROUP)[-1]
    assert "1–1 of 1" in detail.text, "in its schedule's language"
    assert codes(detail) == ["SET-0001"]
    assert detail.buttons == ["🔢 Other figures"]
    neighbour.presses_data(Houses(run_id(world), Figure.NEEDING, PAMULANG, under=digest.id).pack(), digest)
    assert codes(detail) == ["SET-0001", "SET-0002"]
    neighbour.presses_data(Look(run_id(world), View.COST).pack(), digest)
    assert "Setu" in detail.text
    assert "Pamulang" not in detail.text
    assert world.store.run(lambda session: session.exec(select(Schedule.kecamatan_code)).one()) == SETU
