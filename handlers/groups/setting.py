"""What a press on a digest's card sets, as columns of the schedule; a forged or stale value is refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from handlers.groups.buttons import NONE, Part, Setting
from handlers.groups.parts import HOURS, MONTH_DAYS, OPTIONAL, PAUSES
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import languages
from storage import regions
from storage.groups import Rhythm, Schedule

EVERY_DAY = 127
# The part of the card on which a setting stands.
PART_OF = {
    Setting.ACTIVE: Part.MAIN, Setting.RHYTHM: Part.DAYS, Setting.WEEKDAY: Part.DAYS, Setting.MONTH_DAY: Part.DAYS,
    Setting.HOUR: Part.HOUR, Setting.QUIET: Part.QUIET, Setting.PAUSE: Part.PAUSE, Setting.AREA: Part.AREA,
    Setting.LOCALE: Part.LOCALE, Setting.SECTION: Part.CONTENT, Setting.PICTURE: Part.CONTENT,
    Setting.TOPIC: Part.MAIN,
}


def wanted(request: Request, schedule: Schedule, what: Setting, value: str) -> dict[str, Any]:
    """The columns that a press sets, and to what.

    Raises:
        Refusal: nobody was offered this value, or it would leave no day for a digest.
    """
    match what:
        case Setting.ACTIVE | Setting.PICTURE:
            return {what.value: _among((False, True), value, int)}
        case Setting.RHYTHM:
            return {"rhythm": _among(Rhythm, value)}
        case Setting.MONTH_DAY:
            return {"month_day": _among(MONTH_DAYS, value)}
        case Setting.HOUR:
            return {"hour": _among(HOURS, value)}
        case Setting.WEEKDAY:
            days = _days(schedule.weekdays, value)
            if not days:
                raise Refusal("refuse.no_day")
            return {"weekdays": days}
        case Setting.QUIET:
            quiet = _days(schedule.quiet, value)
            if quiet == EVERY_DAY:
                raise Refusal("refuse.all_quiet")
            return {"quiet": quiet}
        case Setting.PAUSE:
            return {"paused_until": _until(request, value)}
        case Setting.AREA:
            known = [one.code for one in regions.all_kecamatan(request.session)]
            return {"kecamatan_code": _maybe(known, value)}
        case Setting.LOCALE:
            return {"locale": _maybe(languages(), value)}
        case Setting.SECTION:
            name, on = _one_of(OPTIONAL, value)
            left = set(schedule.off) - {name} if on else {*schedule.off, name}
            return {"off": sorted(left)}
        case Setting.TOPIC:
            return {"topic_id": _maybe([], value), "topic": None}


def _among(allowed: Iterable[Any], value: str, written: Any = str) -> Any:
    """The one of the allowed values that is written like this."""
    for one in allowed:
        if str(written(one)) == value:
            return one
    raise Refusal("refuse.old_button")


def _maybe(allowed: Iterable[str], value: str) -> str | None:
    return None if value == NONE else str(_among(allowed, value))


def _one_of(allowed: Iterable[Any], value: str) -> tuple[Any, bool]:
    """``<which>.<1 or 0>``: one of several, and whether it is put in."""
    which, _, on = value.rpartition(".")
    return _among(allowed, which), bool(_among((0, 1), on))


def _days(bits: int, value: str) -> int:
    """Weekdays with one more or one less."""
    day, on = _one_of(range(7), value)
    bit = 1 << int(day)
    return bits | bit if on else bits & ~bit


def _until(request: Request, value: str) -> date | None:
    """An old button may still say a date that is to come; no pause is longer than the longest."""
    if value == NONE:
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise Refusal("refuse.old_button") from None
    if not request.today < day <= request.today + timedelta(days=max(PAUSES)):
        raise Refusal("refuse.old_button")
    return day
