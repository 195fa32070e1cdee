"""Reads a time that has been: a day, a week, a month, a quarter, a year, by its name or counted back from today."""

import re
from calendar import monthrange
from datetime import date, timedelta

from handlers.kit.parse_dates import LABELS, MONTHS, PIECES, WEEKDAYS, NoForm, written
from handlers.kit.parse_numbers import WORDS
from handlers.kit.parse_text import echo, fold, unlabel
from handlers.kit.refusal import Refusal

Span = tuple[date | None, date]
"""First and last day. First is None where a day was asked for."""

_UNITS = {
    word: unit
    for unit, words in {
        "day": "hari hr day days", "week": "minggu mgg pekan week weeks", "month": "bulan bln month months",
        "quarter": "triwulan tw kuartal kwartal quarter quarters", "year": "tahun thn th year years",
    }.items()
    for word in words.split()
}
# Months in each; the other units are counted in days.
_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"hari ini": 0, "today": 0, "terakhir": 0, "latest": 0, "last": 0, "kemarin": 1, "kmrn": 1, "yesterday": 1,
         "kemarin dulu": 2, "kemarin lusa": 2, "the day before yesterday": 2, "day before yesterday": 2}
_QUARTERS = {
    word: number
    for number, words in enumerate((
        "1 i satu pertama one first", "2 ii dua kedua two second", "3 iii tiga ketiga three third",
        "4 iv empat keempat four fourth",
    ), 1)
    for word in words.split()
}
_UNIT = "|".join(_UNITS)
_NUMBER = rf"(?:(se|an? |[0-9]{{1,3}} ?|(?:{'|'.join(WORDS)}) ))?"
_AGO = r"(?:(?:yang |yg )?(?:lalu|lampau|silam|kemarin|kmrn|sebelumnya)|ago)"
_NOW = r"(?:ini|sekarang|berjalan)"
_COUNTED = re.compile(rf"{_NUMBER}({_UNIT}) (?:{_AGO}|({_NOW}))"
                      rf"|(?:the )?(?:(last|previous|past)|this|current) ({_UNIT})")
_WEEKDAY = re.compile(rf"(last )?(?:hari )?({'|'.join(WEEKDAYS)})( {_AGO})?|hari (minggu)( {_AGO})?")
_YEAR = re.compile(rf"(?<=.)[ ,]+(?:(?:tahun|thn|th) (?:({_AGO})|{_NOW})|(?:(last|previous)|this) year)$")
_QUARTER = re.compile(r"(?:triwulan|tw|kuartal|kwartal|quarter|q) ?(?:ke[ -]?)?([0-9a-z]+)|([0-9a-z]+) quarter")


def past(text: str, today: date) -> Span:
    """A month, a quarter, a year or a week that has begun: its first and its last day. A day that has been: None and
    that day.

    Without a year it is the latest one. Raises Refusal `refuse.past.form`; `refuse.past.none` where the calendar has no
    such day; `refuse.past.future` with an `example`.
    """
    plain = re.sub(r"([0-9])(?:st|nd|rd|th)\b", r"\1", fold(text).lower().replace("'", "").strip(" .,!?"))
    try:
        first, last = _span(plain, today)
    except NoForm:
        raise Refusal("refuse.past.form", typed=echo(text)) from None
    except (ValueError, OverflowError):
        raise Refusal("refuse.past.none", typed=echo(text)) from None
    if (first or last) > today:
        raise Refusal("refuse.past.future", typed=echo(text), example=f"{today:%Y-%m}")
    return first, last


def _span(plain: str, today: date) -> Span:
    if plain in _DAYS:
        return None, today - timedelta(days=_DAYS[plain])
    if weekday := _WEEKDAY.fullmatch(plain):
        back = (today.weekday() - WEEKDAYS[weekday[2] or "ahad"]) % 7
        return None, today - timedelta(days=back or (7 if weekday[1] or weekday[3] or weekday[5] else 0))
    if counted := _COUNTED.fullmatch(plain):
        number, unit, now, before, other = counted.groups()
        back = int(before is not None) if other else 0 if now else _how_many(number)
        return _back(_UNITS[unit or other], back, today)
    if year := _YEAR.search(plain):  # Juli tahun lalu
        plain = f"{plain[:year.start()]} {today.year - int(bool(year[1] or year[2]))}"
    return _named(unlabel(plain, LABELS | {"bulan", "bln", "month", "rekap"}).strip(" ,"), today)


def _how_many(word: str | None) -> int:
    word = (word or "se").strip()
    return int(word) if word.isdecimal() else WORDS.get(word, 1)


def _back(unit: str, number: int, today: date) -> Span:
    """So many of a unit before that of today."""
    if unit == "day":
        return None, today - timedelta(days=number)
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7 * number)
        return monday, monday + timedelta(days=6)
    size = _MONTHS_IN[unit]
    return _months((today.year * 12 + today.month - 1) // size * size - number * size, size)


def _months(start: int, size: int) -> Span:
    """So many months, ``start`` counted from the year nought."""
    year, month = divmod(start, 12)
    until, last = divmod(start + size - 1, 12)
    return date(year, month + 1, 1), date(until, last + 1, monthrange(until, last + 1)[1])


def _named(plain: str, today: date) -> Span:
    """By its name or in figures, the latest one where no year is named."""
    pieces = PIECES.split(plain)
    years = [piece for piece in pieces if re.fullmatch(r"[0-9]{4}", piece)]
    rest = " ".join(piece for piece in pieces if piece not in years)
    if len(years) == 1 and rest in ("", "tahun", "thn", "year"):
        return _months(int(years[0]) * 12, 12)
    if len(years) <= 1 and (quarter := _QUARTER.fullmatch(rest)):
        if (number := _QUARTERS.get(quarter[1] or quarter[2])) is None:
            raise NoForm
        return _latest(3 * number - 2, 3, years, today)
    if len(years) <= 1 and (rest in MONTHS or (years and re.fullmatch(r"[0-9]{1,2}", rest))):
        return _latest(MONTHS.get(rest) or date(2000, int(rest), 1).month, 1, years, today)
    found = written(plain, today)
    while found > today and not years and len(pieces) == 2:  # the latest such day, not the next one
        found = written(f"{plain} {found.year - 1}", today)
    return None, found


def _latest(month: int, size: int, years: list[str], today: date) -> Span:
    """The months from that one on, of the year named, or of the latest year in which they have begun."""
    year = int(years[0]) if years else today.year - (month > today.month)
    return _months(year * 12 + month - 1, size)
