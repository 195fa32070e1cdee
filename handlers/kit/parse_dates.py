"""Reads a day that is still to come (15 April, 2 minggu, Sabtu ini)."""

import re
from calendar import monthrange
from datetime import date, timedelta

from handlers.kit.parse_numbers import WORDS
from handlers.kit.parse_text import echo, fold, unlabel
from handlers.kit.refusal import Refusal

MONTHS = {
    word: number
    for number, words in enumerate((
        "januari january jan", "februari february pebruari feb peb", "maret march mar mrt", "april apr", "mei may",
        "juni june jun", "juli july jul", "agustus august agu agt ags agust aug", "september sep sept",
        "oktober october okt oct", "november nopember nov nop", "desember december des dec",
    ), 1)
    for word in words.split()
}
LABELS = frozenset(
    word for words in (
        "tanggal tgl pada sampai hingga sd paling lambat dalam hari senin selasa rabu kamis jumat sabtu ahad",
        "on by until in the monday tuesday wednesday thursday friday saturday sunday",
    )
    for word in words.split()
)
_DAYS = {"hari ini": 0, "today": 0, "besok": 1, "tomorrow": 1, "lusa": 2}
_DAY, _WEEK, _MONTH = ("hari", "hr", "day", "days"), ("minggu", "mgg", "pekan", "week", "weeks"), \
    ("bulan", "bln", "month", "months")
_FROM_NOW = re.compile(rf"(se|an? |[0-9]{{1,4}} ?|[a-z]+ )({'|'.join((*_DAY, *_WEEK, *_MONTH))})"
                       r"(?: (?:lagi|lg|ke depan|dari sekarang|from now|later))?")
# Minggu alone may be the week as well as the Sunday; with "hari" before it, it is the day.
WEEKDAYS = {
    word: number
    for number, words in enumerate((
        "senin monday", "selasa tuesday", "rabu wednesday", "kamis thursday", "jumat friday", "sabtu saturday",
        "ahad sunday",
    ))
    for word in words.split()
}
_WEEKDAY = re.compile(rf"(?:(?:pada |on )?(?:hari )?(this |next |coming )?({'|'.join(WEEKDAYS)})|hari (minggu))"
                      r"(?: (ini|besok|depan|minggu depan|pekan depan|next week|this week))?")
PIECES = re.compile(r"[ ./,-]+")
_ORDINAL = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)")


def day(text: str, today: date) -> date:
    """A day written out, in figures (day, month, year), counted from today or by its weekday. Without a year it is the
    next such day; a weekday is the next one after today, "depan" that of the week that begins next.

    Raises Refusal `refuse.date.form`, or `refuse.date.none` where the calendar has no such day.
    """
    whole = fold(text).lower().strip(" .,!")
    if whole in _DAYS:
        return today + timedelta(days=_DAYS[whole])
    weekday = _WEEKDAY.fullmatch(whole.replace("'", ""))
    if weekday:
        return _on(today, WEEKDAYS[weekday[2] or "ahad"], f"{weekday[1] or ''}{weekday[4] or ''}")
    plain = unlabel(whole, LABELS).strip(" ,")
    try:
        found = _FROM_NOW.fullmatch(plain)
        counted = _how_many(found[1].strip()) if found else None
        if found and counted:
            return _later(today, counted, found[2])
        return written(plain, today)
    except NoForm:
        raise Refusal("refuse.date.form", typed=echo(text)) from None
    except (ValueError, OverflowError):
        raise Refusal("refuse.date.none", typed=echo(text)) from None


class NoForm(Exception):
    """This is not how days are written."""


def _on(today: date, weekday: int, which: str) -> date:
    """A weekday of next week where that is said, else the first one after today."""
    if "next" in which or "depan" in which:
        return today + timedelta(days=7 - today.weekday() + weekday)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _how_many(word: str) -> int | None:
    if word in ("se", "a", "an"):
        return 1
    return int(word) if word.isdecimal() else WORDS.get(word)


def _later(today: date, number: int, unit: str) -> date:
    if unit in _DAY or unit in _WEEK:
        return today + timedelta(days=number * (7 if unit in _WEEK else 1))
    years, month = divmod(today.month - 1 + number, 12)
    year, month = today.year + years, month + 1
    if year > date.max.year:
        raise OverflowError
    return date(year, month, min(today.day, monthrange(year, month)[1]))


def written(plain: str, today: date) -> date:
    """A day by its figures or by the name of its month. ValueError: the calendar has none."""
    pieces = [_ORDINAL.sub(r"\1", piece) for piece in PIECES.split(plain)]
    if len(pieces) == 3 and re.fullmatch(r"[0-9]{4}", pieces[0]):  # 2026-04-15
        pieces.reverse()
    elif pieces[0] in MONTHS and len(pieces) > 1:  # April 15
        pieces[:2] = pieces[1], pieces[0]
    if len(pieces) not in (2, 3) or not re.fullmatch(r"[0-9]{1,2}", pieces[0]):
        raise NoForm
    month = MONTHS.get(pieces[1]) or (int(pieces[1]) if re.fullmatch(r"[0-9]{1,2}", pieces[1]) else None)
    if month is None:
        raise NoForm
    if len(pieces) == 2:
        return _next(today, month, int(pieces[0]))
    if not re.fullmatch(r"[0-9]{2}|[0-9]{4}", pieces[2]):
        raise NoForm
    year = int(pieces[2])
    return date(year + 2000 if len(pieces[2]) == 2 else year, month, int(pieces[0]))


def _next(today: date, month: int, number: int) -> date:
    """The next such day, today or later."""
    this = None
    if number <= monthrange(today.year, month)[1]:
        this = date(today.year, month, number)
    return this if this is not None and this >= today else date(today.year + 1, month, number)
