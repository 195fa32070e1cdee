"""When digests come: exactly one a date, whatever happens to clocks, processes, groups and schedules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from handlers.digest.clock import due_digests
from handlers.groups.card import coming
from storage import digests, groups, outbox
from storage.digests import DigestRun
from storage.groups import Rhythm, Schedule
from storage.outbox import Delivery, Outbox
from storage.store import Store
from tests import builders
from tests.builders import at_once
from tests.world import World

GROUP = -1_002_000_000_001
# World's time begins on a Monday, at 08.00 WIB sharp; schedules of these tests are turned on the day before.
SUNDAY = timedelta(days=1)


def turn_on(world: World, chat: int = GROUP, rhythm: Rhythm = Rhythm.WEEKLY, hour: int = 8, locale: str = "id") -> None:
    def make(session: Session) -> None:
        group = groups.joined(session, chat, "Forum", world.now - SUNDAY, by=None)
        group.locale = locale
        session.add(group)
        schedule = groups.schedule_of(session, group.id or 0, world.now - SUNDAY)
        groups.set_schedule(session, schedule, world.now - SUNDAY, by=None, rhythm=rhythm, weekdays=1, hour=hour,
                            active=True)

    world.store.run(make)


def change(world: World, **values: object) -> None:
    def make(session: Session) -> None:
        schedule = session.exec(select(Schedule)).one()
        groups.set_schedule(session, schedule, world.now, by=None, **values)  # type: ignore[arg-type]

    world.store.run(make)


def tick(world: World, times: int = 1) -> int:
    made = 0
    for _ in range(times):
        made += world.store.run(lambda session: due_digests(session, world.runtime, world.now), snapshot=True)
        world.deliver()
    return made


def posts(world: World, chat: int = GROUP) -> list[str]:
    return [one.text for one in world.chat(chat) if one.method == "sendMessage"]


def runs(store: Store) -> list[DigestRun]:
    return store.run(lambda session: list(session.exec(select(DigestRun).order_by(DigestRun.id))))  # type: ignore


def test_any_number_of_ticks_makes_one(world: World) -> None:
    turn_on(world)
    world.passes(seconds=-1)
    assert tick(world) == 0
    world.passes(seconds=1)
    assert tick(world, 5) == 1
    assert len(posts(world)) == 1
    world.passes(days=6, hours=23)
    assert tick(world) == 0
    world.passes(hours=1)
    assert tick(world, 3) == 1
    assert [one.splitlines()[0] for one in posts(world)] == [
        f"📊 Rekap mingguan Bedah Rumah ke-{number}" for number in (1, 2)]
    assert "Belum ada rekap pembanding" in posts(world)[0]
    assert "Senin, 2 Maret 2026" in posts(world)[1]


def test_every_day(world: World) -> None:
    turn_on(world, rhythm=Rhythm.DAILY)
    for _day in range(4):
        assert tick(world, 2) == 1
        world.passes(days=1)
    assert [run.local_date.day for run in runs(world.store)] == [2, 3, 4, 5]


def test_the_numbers_are_frozen_with_the_run_and_posted_at_most_once(world: World) -> None:
    world.store.run(lambda session: builders.eligible(session))
    turn_on(world)
    tick(world)
    world.store.run(lambda session: builders.eligible(session))
    run = runs(world.store)[0]
    assert (run.numbers["needing"], run.numbers["number"], run.kind) == (1, 1, "s1")
    rows = world.store.run(lambda session: session.exec(select(Outbox).order_by(Outbox.id)).all())  # type: ignore
    assert [row.method for row in rows] == ["sendPhoto", "sendMessage"]
    assert {(row.chat_id, row.delivery, row.priority) for row in rows} == {
        (GROUP, Delivery.AT_MOST_ONCE, outbox.NEWS)}
    world.passes(days=7)
    tick(world)
    assert "rekap lalu          1\nmemenuhi syarat    +1\nkini                2" in posts(world)[1]


def test_a_restart_makes_nothing_twice(world: World, database: Store) -> None:
    turn_on(world)
    assert tick(world) == 1
    again = Store(database.url, database.vault)
    other = World(again)
    try:
        assert tick(other) == 0
    finally:
        other.close()
        again.close()


def test_an_outage_of_three_weeks_makes_up_the_latest_and_says_so(world: World) -> None:
    turn_on(world)
    tick(world)
    world.passes(days=23, hours=2)
    assert tick(world, 3) == 1
    late = posts(world)[-1]
    assert "ke-2" in late
    assert "Rekap ini untuk Senin, 23 Maret 2026, 08.00 WIB, tetapi baru bisa dikirim sekarang." in late
    assert "Rabu, 25 Maret 2026, 10.00 WIB" in late
    assert "Senin, 2 Maret 2026" in late
    world.passes(days=4, hours=22)
    assert tick(world) == 1
    assert "tetapi baru bisa" not in posts(world)[-1]
    assert "sejak rekap Rabu, 25 Maret 2026" in posts(world)[-1], "as its heading says, and as of when its figures are"
    assert [run.local_date.day for run in runs(world.store)] == [2, 23, 30]


@pytest.mark.parametrize(("minutes", "late"), [(60, False), (61, True)])
def test_within_its_hour_it_is_not_late(world: World, minutes: int, late: bool) -> None:
    turn_on(world)
    world.passes(minutes=minutes)
    assert tick(world) == 1
    assert ("tetapi baru bisa" in posts(world)[0]) == late


@pytest.mark.parametrize("back", [timedelta(hours=2), timedelta(days=1), timedelta(days=20)])
def test_a_clock_set_back_makes_no_second_one(world: World, back: timedelta) -> None:
    turn_on(world, rhythm=Rhythm.DAILY)
    world.passes(days=20)
    assert tick(world) == 1
    at, world.now = world.now, world.now - back
    while world.now < at:
        assert tick(world) == 0
        world.passes(hours=6)
    world.now = at
    assert tick(world) == 0
    world.passes(days=1)
    assert tick(world) == 1


def test_a_clock_that_was_years_ahead_does_not_silence_the_right_one(world: World) -> None:
    turn_on(world)
    right = world.now
    world.now = right + timedelta(days=4 * 365)
    assert tick(world) == 1
    world.now = right
    assert tick(world, 2) == 1
    world.passes(days=7)
    assert tick(world) == 1


def test_another_hour_on_the_same_day_makes_no_second_one(world: World) -> None:
    turn_on(world)
    tick(world)
    world.passes(minutes=5)
    change(world, hour=10)
    shown = world.store.run(lambda session: coming(session, world.runtime, session.exec(select(Schedule)).one(),
                                                   world.now))
    assert shown == [datetime(2026, 3, day, 3, 0, tzinfo=UTC) for day in (9, 16, 23)]
    world.passes(hours=3)
    assert tick(world) == 0
    change(world, rhythm=Rhythm.DAILY, hour=20)
    world.passes(hours=12)
    assert tick(world) == 0
    assert len(posts(world)) == 1
    world.passes(hours=21)
    assert tick(world) == 1


def test_an_hour_moved_before_its_digest_counts(world: World) -> None:
    turn_on(world)
    world.passes(minutes=-30)
    change(world, hour=9)
    world.passes(minutes=31)
    assert tick(world) == 0
    world.passes(hours=1)
    assert tick(world) == 1


def test_nothing_is_made_up_for_the_time_before_it_was_turned_on(world: World) -> None:
    turn_on(world)
    change(world, active=False)
    world.passes(days=10)
    change(world, active=True)
    assert tick(world) == 0
    world.passes(days=4)
    assert tick(world) == 1


def test_a_group_that_the_bot_left_gets_nothing_and_nothing_is_made_up(world: World) -> None:
    turn_on(world)
    tick(world)
    world.store.run(lambda session: groups.left(session, GROUP, world.now))
    world.passes(days=9)
    assert tick(world) == 0
    world.store.run(lambda session: groups.joined(session, GROUP, "Forum", world.now, by=None))
    assert tick(world) == 0
    world.passes(days=5)
    assert tick(world) == 1
    assert len(posts(world)) == 2
    assert "ke-2" in posts(world)[1]


def test_a_supergroup_goes_on_where_the_group_was(world: World) -> None:
    turn_on(world)
    tick(world)
    world.store.run(lambda session: groups.migrated(session, GROUP, GROUP - 7, world.now))
    world.passes(days=7)
    assert tick(world) == 1
    assert len(posts(world)) == 1
    assert "ke-2" in posts(world, GROUP - 7)[0]


def test_each_group_has_its_own_in_its_language(world: World) -> None:
    turn_on(world)
    turn_on(world, GROUP - 1, Rhythm.DAILY, locale="en")
    assert tick(world) == 2
    world.passes(days=1)
    assert tick(world) == 1
    assert "Bedah Rumah ke-1" in posts(world)[0]
    assert "no. 2" in posts(world, GROUP - 1)[1]
    assert "Tuesday, 3 March 2026, 08:00 WIB" in posts(world, GROUP - 1)[1]


def test_two_processes_at_one_moment_make_one(world: World, database: Store) -> None:
    turn_on(world)
    turn_on(world, GROUP - 1)

    def unit(session: Session) -> int:
        if not database.sqlite:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        return due_digests(session, world.runtime, world.now)

    assert sorted(at_once(database, unit, unit)) == [0, 2]
    assert len(runs(database)) == 2
    assert database.run(lambda session: len(session.exec(select(Outbox)).all())) == 2


def test_two_processes_that_share_no_snapshot_make_one(world: World, database: Store) -> None:
    turn_on(world)
    unit: Callable[[Session], int] = lambda session: due_digests(session, world.runtime, world.now)  # noqa: E731
    assert sorted(at_once(database, unit, unit, unit)) == [0, 0, 1]
    assert len(runs(database)) == 1


def test_a_failed_tick_is_as_if_it_never_was(world: World) -> None:
    turn_on(world)

    def broken(session: Session) -> None:
        due_digests(session, world.runtime, world.now)
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        world.store.run(broken)
    assert runs(world.store) == []
    assert tick(world) == 1


def test_a_run_is_looked_up_by_date_and_by_moment(database: Store) -> None:
    at = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

    def look(session: Session) -> list[bool]:
        number = groups.joined(session, GROUP, "Forum", at, by=None).id or 0
        digests.start_run(session, number, "s1", at.date(), at, at, {})
        made = [digests.made_for(session, number, "s1", day.date(), day, at)
                for day in (at, at - timedelta(days=1), at + timedelta(days=1))]
        return [*made, digests.made_for(session, number + 1, "s1", at.date(), at, at)]

    assert database.run(look) == [True, True, False, False]
