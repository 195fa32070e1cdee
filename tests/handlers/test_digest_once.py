"""Exactly one: several digests of a group, pauses and quiet days, clocks and admins who change their minds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from handlers.groups.card import coming
from storage import groups
from storage.groups import Rhythm, Schedule
from tests.builders import PAMULANG, SETU, eligible
from tests.handlers.group_steps import changes
from tests.handlers.test_digest_clock import GROUP, change, posts, runs, tick, turn_on
from tests.world import Actor, World


def another(world: World, **values: object) -> int:
    """One more digest of the group, on since yesterday; its id."""
    def make(session: Session) -> int:
        group = groups.by_chat(session, GROUP)
        assert group is not None
        row = groups.add_schedule(session, group.id or 0, world.now)
        groups.set_schedule(session, row, world.now - timedelta(days=1), by=None, active=True, **values)
        return row.id or 0

    return world.store.run(make)


def test_several_digests_of_a_group_on_one_date_are_one_each(world: World) -> None:
    for area in (PAMULANG, SETU, SETU):
        world.store.run(lambda session, area=area: eligible(session, area))
    turn_on(world)
    second = another(world, rhythm=Rhythm.DAILY, kecamatan_code=SETU, locale="en", topic_id=77)
    assert tick(world, 3) == 2
    assert [one.splitlines()[0] for one in posts(world)] == [
        "📊 Rekap mingguan Bedah Rumah ke-1", "📊 Daily digest of Setu no. 1"]
    assert [(run.kind, run.kecamatan_code, run.numbers["needing"]) for run in runs(world.store)] == [
        ("s1", None, 3), (f"s{second}", SETU, 2)]
    assert [one.params.get("message_thread_id") for one in world.chat(GROUP)] == [
        None, None, 77, 77], "each with its chart"
    world.passes(days=1)
    assert tick(world, 3) == 1
    assert "no. 2" in posts(world)[-1]


def test_a_digest_of_another_area_is_not_compared_with_that_of_before(world: World) -> None:
    for area in (PAMULANG, SETU):
        world.store.run(lambda session, area=area: eligible(session, area))
    turn_on(world, rhythm=Rhythm.DAILY)
    tick(world)
    world.passes(hours=1)
    change(world, kecamatan_code=SETU)
    world.passes(hours=23)
    assert tick(world) == 1
    assert "Belum ada rekap pembanding" in posts(world)[-1]
    world.passes(hours=1)
    change(world, kecamatan_code=None)
    world.passes(hours=23)
    assert tick(world) == 1
    assert "Tidak ada rumah butuh bedah yang pindah tahap sejak rekap Senin, 2 Maret 2026" in posts(world)[-1]


def test_an_hour_that_is_past_today_waits_for_the_next_date(world: World) -> None:
    turn_on(world, rhythm=Rhythm.DAILY, hour=20)
    world.passes(hours=3)
    change(world, hour=9)
    assert tick(world, 3) == 0
    world.passes(hours=21)
    assert tick(world, 2) == 0
    world.passes(hours=1)
    assert tick(world, 3) == 1


def test_contents_changed_between_the_hour_and_its_tick_hold_nothing_back(world: World) -> None:
    turn_on(world)
    world.passes(seconds=9)
    change(world, off=["money"], picture=False, locale="en", topic_id=7)
    assert tick(world, 3) == 1


def test_a_clock_that_jumps_a_week_ahead_and_back_makes_one_a_date(world: World) -> None:
    turn_on(world)
    assert tick(world, 2) == 1
    world.passes(days=8)
    assert tick(world, 2) == 1
    world.passes(days=-8)
    assert tick(world, 2) == 0
    world.passes(days=7)
    assert tick(world, 2) == 0
    world.passes(days=7)
    assert tick(world, 2) == 1
    assert [run.local_date.day for run in runs(world.store)] == [2, 9, 16]


def test_what_a_clock_a_year_ahead_left_silences_nothing_when_that_year_is_over(world: World) -> None:
    turn_on(world, rhythm=Rhythm.DAILY)
    tick(world)
    right = world.now
    world.now = right + timedelta(days=365)
    assert tick(world) == 1
    change(world, hour=9)
    world.now = right + timedelta(days=1)
    assert tick(world, 2) == 0, "a schedule that is to begin in a year begins now"
    for day in (2, 3, 340, 350, 364, 366):
        world.now = right + timedelta(days=day, hours=1)
        shown = world.store.run(lambda session: coming(
            session, world.runtime, session.exec(select(Schedule)).one(), world.now - timedelta(minutes=1)))
        assert shown[0] == world.now
        assert tick(world, 2) == 1, day


@pytest.mark.parametrize(("pressed", "hours", "made"), [
    (("Jam", "07.00"), 0, 1), (("Jam", "09.00"), 1, 1), (("Jadwal", "Bulanan", "25"), 0, 0),
])
def test_a_schedule_changed_between_the_hour_and_its_tick_does_not_lose_its_date(
    world: World, admin: Actor, pressed: tuple[str, ...], hours: int, made: int
) -> None:
    world.groups[GROUP] = "Forum"
    changes(admin, "left", "member")
    admin.presses("Aktifkan")
    assert tick(world) == 0
    world.passes(days=7, seconds=9)
    for label in pressed:
        admin.presses(label, admin.last)
    assert tick(world, 2) == (made if hours == 0 else 0)
    world.passes(hours=hours)
    assert tick(world, 2) == (made if hours else 0)
    assert len(runs(world.store)) == made


def test_what_falls_into_a_pause_is_never_made_up(world: World) -> None:
    turn_on(world, rhythm=Rhythm.DAILY)
    tick(world)
    world.passes(minutes=1)
    change(world, paused_until=(world.now + timedelta(days=7)).date())
    for _ in range(6):
        world.passes(days=1)
        assert tick(world, 2) == 0
    world.passes(days=1)
    assert tick(world, 2) == 1
    assert "tetapi baru bisa" not in posts(world)[-1]
    assert [run.local_date.day for run in runs(world.store)] == [2, 9]


def test_a_pause_that_ended_in_an_outage_makes_up_the_latest_after_it(world: World) -> None:
    turn_on(world, rhythm=Rhythm.WEEKLY)
    change(world, paused_until=(world.now + timedelta(days=14)).date())
    world.passes(days=22)
    assert tick(world, 2) == 1
    assert [run.local_date.day for run in runs(world.store)] == [23]


def test_two_dates_that_quiet_days_put_together_are_one(world: World) -> None:
    turn_on(world)
    change_since(world, weekdays=0b0000011, quiet=0b0000001)  # Monday's comes on Tuesday, with Tuesday's
    assert tick(world) == 0
    world.passes(days=1)
    assert tick(world, 3) == 1
    for _ in range(6):
        world.passes(days=1)
        assert tick(world) == 0
    world.passes(days=1)
    assert tick(world, 3) == 1
    assert [run.local_date.day for run in runs(world.store)] == [3, 10]


def change_since(world: World, **values: object) -> None:
    """A change of yesterday."""
    world.passes(days=-1)
    change(world, **values)
    world.passes(days=1)


def test_removed_over_a_date_and_brought_back_nothing_is_made_up(world: World, admin: Actor) -> None:
    world.groups[GROUP] = "Forum"
    changes(admin, "left", "member")
    admin.presses("Aktifkan")
    world.passes(days=6)
    changes(admin, "member", "left")
    world.passes(days=3)
    assert tick(world, 2) == 0
    changes(admin, "left", "member")
    before = len(posts(world))
    assert tick(world, 2) == 0
    world.passes(days=5)
    assert tick(world, 3) == 1
    assert len(posts(world)) == before + 1


def test_a_group_that_moves_at_its_hour_reads_its_digest_once(world: World, admin: Actor) -> None:
    world.groups |= {GROUP: "Forum", GROUP - 7: "Forum"}
    changes(admin, "left", "member", type="group")
    admin.presses("Aktifkan")
    world.passes(days=7)
    admin.sends(GROUP, migrate_to_chat_id=GROUP - 7)
    assert tick(world, 2) == 1
    admin.sends(GROUP - 7, migrate_from_chat_id=GROUP)
    assert tick(world, 2) == 0
    assert [len([one for one in posts(world, chat) if "ke-1" in one]) for chat in (GROUP, GROUP - 7)] == [0, 1]


def test_a_deleted_digest_comes_no_more_and_a_new_one_counts_from_one(world: World) -> None:
    turn_on(world)
    number = another(world, rhythm=Rhythm.DAILY)
    assert tick(world) == 2

    def drop(session: Session) -> None:
        row = groups.schedule_for_update(session, number)
        assert row is not None
        groups.drop_schedule(session, row, world.now, by=None)

    world.store.run(drop)
    assert another(world, rhythm=Rhythm.DAILY) == number + 1
    assert tick(world) == 1, "it was on before this date's hour"
    assert "ke-1" in posts(world)[-1]
    world.passes(days=1)
    assert tick(world, 2) == 1
