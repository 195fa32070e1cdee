"""Due moments are wall-clock hours of the city, compared as moments."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handlers.digest.when import latest_due, next_due, next_three
from storage.groups import Rhythm, Schedule

JAKARTA = ZoneInfo("Asia/Jakarta")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def test_the_wall_clock_counts_where_clocks_are_changed() -> None:
    """Berlin springs forward on 29 March 2026 and falls back on 25 October."""
    zone = ZoneInfo("Europe/Berlin")
    daily = Schedule(group_id=1, rhythm=Rhythm.DAILY, hour=8, since=datetime(2026, 1, 1, tzinfo=UTC))
    saturday = datetime(2026, 3, 28, 7, 0, tzinfo=UTC)
    assert latest_due(daily, saturday, zone) == saturday
    assert next_due(daily, saturday, zone) == datetime(2026, 3, 29, 6, 0, tzinfo=UTC)
    before, after = datetime(2026, 10, 24, 6, 0, tzinfo=UTC), datetime(2026, 10, 25, 7, 0, tzinfo=UTC)
    assert latest_due(daily, after - timedelta(minutes=1), zone) == before
    assert next_due(daily, before, zone) == after


@pytest.mark.parametrize("hour", [0, 8, 23])
@pytest.mark.parametrize("weekday", range(7))
def test_due_moments_enclose_every_now(hour: int, weekday: int) -> None:
    schedule = Schedule(group_id=1, weekdays=1 << weekday, hour=hour, since=datetime(2026, 1, 1, tzinfo=UTC))
    for half_hours in range(0, 7 * 48 + 1, 5):
        now = datetime(2026, 3, 1, 17, 0, tzinfo=UTC) + timedelta(minutes=30 * half_hours)
        before, after = latest_due(schedule, now, JAKARTA), next_due(schedule, now, JAKARTA)
        assert before is not None
        assert before <= now < after
        assert after - before == timedelta(days=7)
        local = before.astimezone(JAKARTA)
        assert (local.weekday(), local.hour, local.minute) == (weekday, hour, 0)


def simulated(schedule: Schedule, first: date, last: date) -> list[date]:
    """The dates of a schedule, lived through day by day: what is put off waits for the first day that is not quiet."""
    found, waits, day = [], False, first
    while day <= last:
        quiet = schedule.quiet & 1 << day.weekday()
        names = {
            Rhythm.DAILY: True,
            Rhythm.WEEKLY: bool(schedule.weekdays & 1 << day.weekday()),
            Rhythm.MONTHLY: day.day == schedule.month_day or day.day == monthrange(day.year, day.month)[1]
            < schedule.month_day,
        }
        names[Rhythm.QUARTERLY] = names[Rhythm.MONTHLY] and day.month % 3 == 1
        if names[schedule.rhythm] and not (schedule.paused_until and day < schedule.paused_until):
            waits = not quiet or schedule.rhythm != Rhythm.DAILY
        if waits and not quiet:
            found.append(day)
            waits = False
        day += DAY
    return found


SCHEDULES = st.builds(
    Schedule, group_id=st.just(1), rhythm=st.sampled_from(Rhythm), weekdays=st.integers(1, 127),
    month_day=st.integers(1, 31), hour=st.integers(0, 23), quiet=st.integers(0, 126), since=st.just(LONG_AGO),
    paused_until=st.none() | st.dates(date(2026, 1, 1), date(2029, 1, 1)),
)
MOMENTS = st.integers(0, 2 * 366 * 24 * 60).map(lambda minutes: datetime(2026, 2, 1, tzinfo=UTC)
                                                + timedelta(minutes=minutes))


@settings(max_examples=80)
@given(schedule=SCHEDULES, now=MOMENTS, zone=st.sampled_from(["Asia/Jakarta", "Asia/Jayapura", "UTC"]))
@example(schedule=Schedule(group_id=1, rhythm=Rhythm.QUARTERLY, month_day=31, quiet=126, since=LONG_AGO),
         now=datetime(2027, 2, 7, 23, tzinfo=UTC), zone="Asia/Jakarta")
@example(schedule=Schedule(group_id=1, paused_until=date(2029, 1, 1), since=LONG_AGO),
         now=datetime(2026, 3, 1, tzinfo=UTC), zone="Asia/Jakarta")
def test_due_moments_are_those_of_a_life_day_by_day(schedule: Schedule, now: datetime, zone: str) -> None:
    place = ZoneInfo(zone)
    lived = [datetime.combine(day, time(schedule.hour), place).astimezone(UTC)
             for day in simulated(schedule, date(2025, 6, 1), date(2030, 9, 1))]
    past, coming = [one for one in lived if one <= now], [one for one in lived if one > now]
    assert latest_due(schedule, now, place) == (past[-1] if past else None)
    assert next_due(schedule, now, place) == coming[0]
    assert next_three(schedule, now, place) == coming[:3]
    assert next_three(schedule, now, place, lambda day, due: due in coming[:5:2]) == [coming[1], coming[3], coming[5]]


@pytest.mark.parametrize(("rhythm", "quiet", "expected"), [
    (Rhythm.DAILY, 0b1100000, ["2026-03-05", "2026-03-06", "2026-03-09"]),  # the weekend is left out
    (Rhythm.WEEKLY, 0b0010000, ["2026-03-07", "2026-03-09", "2026-03-14"]),  # Monday and Friday: that one a day later
    (Rhythm.WEEKLY, 0b1110000, ["2026-03-09", "2026-03-16", "2026-03-23"]),  # Friday's and Monday's meet on Monday
    (Rhythm.MONTHLY, 0, ["2026-03-31", "2026-04-30", "2026-05-31"]),
    (Rhythm.MONTHLY, 0b1000000, ["2026-03-31", "2026-04-30", "2026-06-01"]),  # 31 May is a Sunday
    (Rhythm.QUARTERLY, 0, ["2026-04-30", "2026-07-31", "2026-10-31"]),
    (Rhythm.QUARTERLY, 0b0100000, ["2026-04-30", "2026-07-31", "2026-11-01"]),  # 31 October is a Saturday
])
def test_the_dates_of_a_calendar(rhythm: Rhythm, quiet: int, expected: list[str]) -> None:
    schedule = Schedule(group_id=1, rhythm=rhythm, weekdays=0b0010001, month_day=31, quiet=quiet, since=LONG_AGO)
    wednesday = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)
    coming = next_three(schedule, wednesday, JAKARTA)
    assert [str(one.astimezone(JAKARTA).date()) for one in coming] == expected
