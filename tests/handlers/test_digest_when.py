"""Due moments are wall-clock hours of the city, compared as moments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers.digest.when import latest_due, next_due
from storage.groups import Rhythm, Schedule

JAKARTA = ZoneInfo("Asia/Jakarta")


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
    schedule = Schedule(group_id=1, weekday=weekday, hour=hour, since=datetime(2026, 1, 1, tzinfo=UTC))
    for half_hours in range(0, 7 * 48 + 1, 5):
        now = datetime(2026, 3, 1, 17, 0, tzinfo=UTC) + timedelta(minutes=30 * half_hours)
        before, after = latest_due(schedule, now, JAKARTA), next_due(schedule, now, JAKARTA)
        assert before <= now < after
        assert after - before == timedelta(days=7)
        local = before.astimezone(JAKARTA)
        assert (local.weekday(), local.hour, local.minute) == (weekday, hour, 0)
