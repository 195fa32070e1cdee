"""Digests of one's own: who gets which when, once, what they say, and how they are turned off.

World's time begins on a Monday at 08.00 WIB.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

from sqlmodel import Session, select

from handlers.personal.clock import BATCH, personal_digests
from storage import claims, houses, people, personal, progress
from storage.houses import HouseState
from storage.people import RoleName
from storage.personal import PersonalKind, PersonalRun
from storage.store import Store
from tests import builders
from tests.builders import BUDI, NOW, PAMULANG, SETU, VERA, at_once
from tests.handlers.stage import Stage
from tests.handlers.test_screen_cost import asked
from tests.world import Actor, World


def tick(world: World, times: int = 1) -> int:
    sent = 0
    for _ in range(times):
        sent += world.store.run(lambda session: personal_digests(session, world.runtime, world.now))
        world.deliver()
    return sent


def news(actor: Actor) -> list[str]:
    return [one.text for one in actor.seen if "🔕 Jangan kirim lagi" in one.buttons or "🔕 Stop sending" in one.buttons]


def waits(stage: Stage, kecamatan: str = PAMULANG, when: datetime = NOW) -> None:
    stage.store.run(lambda session: builders.make_house(session, kecamatan, now=when))


def test_a_rep_reads_the_own_claims_and_what_is_due(stage: Stage) -> None:
    quota, (begun, new, other) = stage.quota("Baznas"), stage.houses(3)
    by = stage.store.run(lambda session: builders.person(session, BUDI).id or 0)
    stage.claimed(new, quota)
    stage.claimed(other, stage.quota("DPKPP"), builders.DANI)
    number = stage.claimed(begun, quota).id or 0
    stage.world.passes(days=21)
    stage.store.run(lambda session: progress.report(session, number, 60, stage.world.now, by=by))
    assert tick(stage.world, 3) == 3, "two reps, and whoever registered the house where work began"
    assert news(stage.budi) == [
        "📋 Klaim Baznas yang berjalan\n• 1 sedang dikerjakan\n• 1 belum dimulai\n\nTenggat 14 hari ke depan\n"
        f"• {new}: mulai s.d. 1 Apr"]
    assert new not in news(stage.dani)[0]
    assert news(stage.citra) == []
    stage.world.passes(days=14)
    tick(stage.world)
    assert f"Lewat tenggat\n• {new}: ⚠ lewat 5 hari" in news(stage.budi)[-1]
    stage.budi.presses("Klaim saya")
    assert new in stage.budi.last.text


def test_a_surveyor_reads_what_became_of_the_own_houses(stage: Stage) -> None:
    assert tick(stage.world) == 0
    stage.world.passes(days=7)
    (code, _) = stage.houses(2, now=stage.world.now)
    number = stage.claimed(code, stage.quota()).id or 0
    now = stage.world.now

    def week(session: Session) -> str:
        by = builders.person(session, VERA).id
        progress.report(session, number, 30, now, by=by or 0)
        back = builders.make_house(session, SETU, now=now)
        houses.move(session, back.id or 0, HouseState.REGISTERED, HouseState.RETURNED, now, by=by)
        return back.code

    back = stage.store.run(week)
    stage.store.run(lambda session: claims.release(session, number, "alasan", now, by=None))
    assert tick(stage.world) == 1
    # builders approve on 2 March; a house that a partner gave back was not approved once more
    assert news(stage.sari) == [
        "🏠 Kabar rumah yang Bapak/Ibu data\nSejak 2 Mar:\n• 3 rumah didata\n• 2 rumah memenuhi syarat\n"
        "• 1 rumah dikembalikan untuk diperbaiki\n• 1 rumah dapat mitra\n• 1 rumah mulai dikerjakan\n"
        f"✏️ Menunggu perbaikan dari Bapak/Ibu, 1 rumah: {back}"]
    assert "Contoh" not in news(stage.sari)[0]
    stage.sari.presses("Rumah saya")
    assert back in stage.sari.last.text
    stage.world.passes(days=14)
    tick(stage.world)
    assert news(stage.sari)[-1].splitlines()[1:] == [f"✏️ Menunggu perbaikan dari Bapak/Ibu, 1 rumah: {back}"]


def test_a_verifier_reads_the_queue_of_the_own_kecamatan_on_working_days(stage: Stage) -> None:
    wati = stage.world.actor("Wati", 7_100_000_031, RoleName.VERIFIER, areas=[SETU], language="en")
    waits(stage, when=stage.world.now - timedelta(days=5))
    tick(stage.world)
    assert news(stage.vera) == ["🔎 1 menunggu verifikator\n• rumah baru: 1, terlama 5 hari"]
    assert news(wati) == []
    waits(stage, SETU, stage.world.now)
    assert tick(stage.world) == 0, "who had nothing to read in the morning is not written to later"
    for _ in range(6):
        stage.world.passes(days=1)
        tick(stage.world, 2)
    assert (len(news(stage.vera)), len(news(wati))) == (5, 4)
    assert "🔎 2 menunggu verifikator" in news(stage.vera)[-1]
    assert news(wati)[-1] == "🔎 1 waits for a verifier\n• new houses: 1, the longest for 4 days"
    wati.presses("Verification")
    assert "Waiting for you to check" in wati.last.text


def test_a_house_that_was_sent_back_waits_anew(stage: Stage) -> None:
    """The one that waits longest need not be the one that was registered first."""
    waits(stage, when=NOW - timedelta(days=9))
    waits(stage, when=NOW - timedelta(days=3))

    def returns(session: Session) -> None:
        first = session.exec(select(houses.House.id).order_by(houses.House.id)).first() or 0  # type: ignore[arg-type]
        way = (HouseState.REGISTERED, HouseState.RETURNED, HouseState.REGISTERED)
        for before, after in pairwise(way):
            houses.move(session, first, before, after, NOW - timedelta(hours=2), by=None)

    stage.store.run(returns)
    tick(stage.world)
    assert news(stage.vera) == ["🔎 2 menunggu verifikator\n• rumah baru: 2, terlama 3 hari"]


def test_it_comes_between_seven_and_noon_of_its_day(stage: Stage) -> None:
    waits(stage)
    monday = stage.world.now
    for day, hours, expected in ((1, -1.01, 0), (2, -1, 1), (3, 3.99, 1), (4, 4, 0), (4, 12, 0)):
        stage.world.now = monday + timedelta(days=day, hours=hours)
        assert tick(stage.world) == expected, (day, hours)


def test_whoever_holds_two_roles_gets_each_once_and_whoever_cannot_be_reached_none(stage: Stage) -> None:
    stage.grant(VERA, RoleName.PARTNER, "Baznas")
    stage.grant(VERA, RoleName.PARTNER, "DPKPP")
    stage.held_by(stage.quota("Baznas"), 1)
    stage.held_by(stage.quota("DPKPP"), 2)
    waits(stage)

    def away(session: Session) -> None:
        people.set_reachable(session, builders.person(session, BUDI), stage.world.now, reachable=False)

    stage.store.run(away)
    tick(stage.world, 3)
    assert [text.splitlines()[0] for text in news(stage.vera)] == [
        "📋 Klaim Baznas, DPKPP yang berjalan", "🔎 1 menunggu verifikator"]
    assert "• 3 belum dimulai" in news(stage.vera)[0]
    assert news(stage.budi) == []


def test_one_tap_turns_it_off_and_another_on_again(stage: Stage) -> None:
    waits(stage)
    tick(stage.world)
    stage.vera.presses("Jangan kirim lagi")
    assert stage.vera.toast == "Baik, tidak dikirim lagi."
    assert stage.vera.last.text.startswith("🔕 Antrean verifikasi tidak dikirim lagi.")
    stage.world.passes(days=1)
    assert tick(stage.world) == 0
    stage.vera.presses("Antrean verifikasi")
    assert "1 menunggu verifikator" in stage.vera.last.text
    stage.vera.presses("Kirim lagi")
    assert "dikirim lagi Senin sampai Jumat pagi" in stage.vera.seen[-2].text
    assert tick(stage.world, 2) == 1
    assert [event.data["wanted"] for event in stage.events("person.digest")] == [False, True]


def test_kabar_lists_the_own_ones_with_their_switches(stage: Stage) -> None:
    stage.grant(VERA, RoleName.SURVEYOR)
    stage.vera.says("/kabar")
    card = stage.vera.last
    assert card.text.splitlines()[-2:] == [
        "• Rumah yang saya data: setiap Senin pagi, bila ada kabar – aktif",
        "• Antrean verifikasi: Senin sampai Jumat pagi, bila ada yang menunggu – aktif"]
    stage.vera.presses_data(card.rows[0][1]["callback_data"], card)
    assert "bila ada kabar – mati" in card.text
    stage.vera.presses_data(card.rows[0][0]["callback_data"], card)
    assert stage.vera.toast == "Dalam tujuh hari terakhir belum ada kabar tentang rumah yang Bapak/Ibu data."
    stage.budi.presses_data(card.rows[1][1]["callback_data"], type(card)(card.id, stage.budi.id, card.html))
    assert "di luar peran" in stage.budi.toast
    assert stage.store.run(lambda session: personal.turned_off(
        session, builders.person(session, VERA).id or 0)) == {PersonalKind.SURVEYOR}
    stage.citra.language = "en"
    assert "Claims and deadlines" in stage.citra.says("/news").text  # type: ignore[union-attr]
    assert "di luar peran" in stage.admin.says("/kabar").text  # type: ignore[union-attr]


def test_many_people_come_some_at_a_time_at_the_same_cost_each(stage: Stage) -> None:
    for number in range(BATCH + 5):
        stage.world.actor(f"Petugas {number}", 7_200_000_000 + number, RoleName.VERIFIER)
    waits(stage)
    stage.world.passes(days=1)
    counts = []
    for expected in (BATCH, 6, 0):  # with Vera
        with asked(stage.store) as statements:
            sent = stage.store.run(lambda session: personal_digests(session, stage.world.runtime, stage.world.now))
        assert sent == expected
        counts.append(len(statements))
    assert (counts[0] - counts[1]) / (BATCH - 6) <= 8
    assert counts[2] <= 12


def test_processes_at_one_moment_and_clocks_set_back_make_one(stage: Stage, database: Store) -> None:
    waits(stage)
    stage.held_by(stage.quota("Baznas"), 1)
    world = stage.world
    unit: Callable[[Session], int] = lambda session: personal_digests(session, world.runtime, world.now)  # noqa: E731
    assert sorted(at_once(database, unit, unit, unit)) == [0, 0, 3]
    world.passes(hours=2)
    assert tick(world) == 0
    world.passes(hours=-2.5)
    assert tick(world) == 0
    runs = stage.rows(PersonalRun)
    assert len({(run.person_id, run.kind, run.local_date) for run in runs}) == len(runs) == 5
    assert len(stage.store.run(lambda session: session.exec(select(PersonalRun)).all())) == 5
