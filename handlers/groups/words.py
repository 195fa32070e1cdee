"""Schedules and moments in plain words."""

from __future__ import annotations

from datetime import date, datetime, time

from babel.dates import format_date, format_time, get_day_names, get_time_format

from handlers.kit.runtime import Runtime
from handlers.kit.texts import Texts
from storage.groups import Rhythm, Schedule


def weekday_in_words(weekday: int, locale: str) -> str:
    """``Senin`` for 0, as a calendar writes it."""
    return str(get_day_names("wide", "stand-alone", locale=locale)[weekday])


def day_in_words(day: date, locale: str) -> str:
    """``Senin, 9 Maret 2026``."""
    return format_date(day, "EEEE, d MMMM y", locale=locale)


def hour_in_words(hour: int, locale: str) -> str:
    """``08.00``."""
    return _clock(time(hour), locale)


def moment_in_words(moment: datetime, runtime: Runtime, locale: str) -> str:
    """``Senin, 9 Maret 2026, 08.00 WIB``."""
    local = moment.astimezone(runtime.zone)
    return f"{day_in_words(local.date(), locale)}, {_clock(local.time(), locale)} {runtime.zone_label}"


def schedule_in_words(schedule: Schedule, runtime: Runtime, words: Texts) -> str:
    """``setiap Senin pukul 08.00 WIB``."""
    clock = f"{hour_in_words(schedule.hour, words.locale)} {runtime.zone_label}"
    if schedule.rhythm == Rhythm.DAILY:
        return words.label("group.daily", clock=clock)
    return words.label("group.weekly", day=weekday_in_words(schedule.weekday, words.locale), clock=clock)


def _clock(moment: time, locale: str) -> str:
    usual = get_time_format("short", locale=locale).pattern
    return format_time(moment, usual if usual.startswith("HH") else "HH:mm", locale=locale)
