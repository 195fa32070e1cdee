"""When a group's digest is due: wall-clock hours of the city, compared as moments.

The rhythm names dates. Those before the end of a pause do not count and are not made up. On a quiet day a daily digest
is left out; any other one comes on the next day that is not quiet, and two that meet there are one.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from storage.groups import Rhythm, Schedule

_DAY = timedelta(days=1)
# Two dates of a quarterly digest are at most 92 days apart, and quiet days put one off by at most six.
_FAR = 99
# The first months of the quarters.
_QUARTERS = (1, 4, 7, 10)


def is_quiet(schedule: Schedule, day: date) -> bool:
    """Whether nothing comes on that weekday."""
    return bool(schedule.quiet >> day.weekday() & 1)


def _named(schedule: Schedule, day: date) -> bool:
    """Whether the rhythm names this date, and no pause takes it away."""
    if schedule.paused_until is not None and day < schedule.paused_until:
        return False
    match schedule.rhythm:
        case Rhythm.DAILY:
            return True
        case Rhythm.WEEKLY:
            return bool(schedule.weekdays >> day.weekday() & 1)
        case Rhythm.QUARTERLY if day.month not in _QUARTERS:
            return False
    return day.day == min(schedule.month_day, monthrange(day.year, day.month)[1])


def falls_on(schedule: Schedule, day: date) -> bool:
    """Whether a digest comes on this date."""
    if is_quiet(schedule, day):
        return False
    if _named(schedule, day):
        return True
    if schedule.rhythm == Rhythm.DAILY:
        return False
    # Put off to this day: named on one of the quiet days right before it.
    before = day - _DAY
    while is_quiet(schedule, before):
        if _named(schedule, before):
            return True
        before -= _DAY
    return False


def _moment(schedule: Schedule, day: date, zone: tzinfo) -> datetime:
    """The due moment of a day in UTC: two moments of one zone would be compared by their wall clocks."""
    return datetime.combine(day, time(schedule.hour), zone).astimezone(UTC)


def latest_due(schedule: Schedule, now: datetime, zone: tzinfo) -> datetime | None:
    """The newest moment, not after ``now``, at which the schedule asks for a digest; None: not since its pause."""
    today = now.astimezone(zone).date()
    for days in range(_FAR):
        day = today - days * _DAY
        if schedule.paused_until is not None and day < schedule.paused_until:
            return None
        if falls_on(schedule, day) and _moment(schedule, day, zone) <= now:
            return _moment(schedule, day, zone)
    return None


def next_due(schedule: Schedule, now: datetime, zone: tzinfo) -> datetime:
    """The first moment after ``now`` at which the schedule asks for a digest, after its pause if there is one."""
    day = now.astimezone(zone).date()
    if schedule.paused_until is not None:
        day = max(day, schedule.paused_until)
    while not falls_on(schedule, day) or _moment(schedule, day, zone) <= now:
        day += _DAY
    return _moment(schedule, day, zone)


def next_three(
    schedule: Schedule, now: datetime, zone: tzinfo, done: Callable[[date, datetime], bool] = lambda day, due: False
) -> list[datetime]:
    """The next three moments at which a digest comes. ``done``: whether a date, due at a moment, has had its own."""
    found: list[datetime] = []
    due = max(now, schedule.since)  # what is due before is not made up
    while len(found) < 3:
        due = next_due(schedule, due, zone)
        if not done(due.astimezone(zone).date(), due):
            found.append(due)
    return found
