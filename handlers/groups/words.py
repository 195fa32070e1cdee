"""Schedules and moments in plain words."""

from __future__ import annotations

from datetime import date, datetime, time

from babel import Locale
from babel.dates import format_date, format_time, get_day_names, get_month_names, get_time_format
from babel.lists import format_list

from handlers.kit.runtime import Runtime
from handlers.kit.texts import Texts
from storage.groups import Rhythm, Schedule

# The day of the month that stands for its last one.
LAST_DAY = 31
_QUARTERS = (1, 4, 7, 10)


def weekday_in_words(weekday: int, locale: str) -> str:
    """``Senin`` for 0, as a calendar writes it."""
    return str(get_day_names("wide", "stand-alone", locale=locale)[weekday])


def weekdays_in_words(bits: int, locale: str) -> str:
    """``Senin dan Kamis``."""
    return format_list([weekday_in_words(day, locale) for day in range(7) if bits >> day & 1], locale=locale)


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
    """``setiap Senin dan Kamis pukul 08.00 WIB``; its quiet days and its pause are told apart from it."""
    clock = f"{hour_in_words(schedule.hour, words.locale)} {runtime.zone_label}"
    match schedule.rhythm:
        case Rhythm.DAILY:
            return words.label("group.daily", clock=clock)
        case Rhythm.WEEKLY:
            return words.label("group.weekly", day=weekdays_in_words(schedule.weekdays, words.locale), clock=clock)
    last, day = schedule.month_day == LAST_DAY, str(schedule.month_day)
    if schedule.rhythm == Rhythm.MONTHLY:
        return words.label("group.monthly.last" if last else "group.monthly", day=day, clock=clock)
    names = get_month_names("wide", "stand-alone", locale=words.locale)
    months = format_list([str(names[month]) for month in _QUARTERS], locale=words.locale)
    return words.label("group.quarterly.last" if last else "group.quarterly", day=day, months=months, clock=clock)


def language_in_words(language: str, locale: str) -> str:
    """``Inggris``: a language's name in another one, or in itself."""
    return str(Locale.parse(language).get_display_name(locale))


def topic_in_words(schedule: Schedule, words: Texts) -> str:
    """A topic's name; its number where nobody told the name."""
    return schedule.topic or words.label("group.topic.number", number=str(schedule.topic_id))


def _clock(moment: time, locale: str) -> str:
    usual = get_time_format("short", locale=locale).pattern
    return format_time(moment, usual if usual.startswith("HH") else "HH:mm", locale=locale)
