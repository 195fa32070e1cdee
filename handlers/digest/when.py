"""When a group's digest is due: wall-clock hours of the city, compared as moments."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from storage.groups import Rhythm, Schedule

# One kind of run for daily and weekly: a group that changes its rhythm still gets one digest a date.
KIND = "digest"
_DAY = timedelta(days=1)


def _falls_on(schedule: Schedule, day: date) -> bool:
    return schedule.rhythm == Rhythm.DAILY or day.weekday() == schedule.weekday


def _moment(schedule: Schedule, day: date, zone: tzinfo) -> datetime:
    """The due moment of a day in UTC: two moments of one zone would be compared by their wall clocks."""
    return datetime.combine(day, time(schedule.hour), zone).astimezone(UTC)


def latest_due(schedule: Schedule, now: datetime, zone: tzinfo) -> datetime:
    """The newest moment, not after ``now``, at which the schedule asks for a digest."""
    day = now.astimezone(zone).date()
    while not _falls_on(schedule, day) or _moment(schedule, day, zone) > now:
        day -= _DAY
    return _moment(schedule, day, zone)


def next_due(schedule: Schedule, now: datetime, zone: tzinfo) -> datetime:
    """The first moment after ``now`` at which the schedule asks for a digest."""
    day = now.astimezone(zone).date()
    while not _falls_on(schedule, day) or _moment(schedule, day, zone) <= now:
        day += _DAY
    return _moment(schedule, day, zone)
