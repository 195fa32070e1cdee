"""Shows figures, days and masked numbers the way the reader's language writes them.

`locale` is the reader's language, "id" or "en"; separators, month and unit names come from Babel, so that
another language needs no line here. The currency is written `Rp` in every language. Results are plain text.
"""

from datetime import date as Day
from datetime import datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, TypeAlias

from babel.dates import format_date, format_timedelta, get_time_format
from babel.dates import format_time as babel_time
from babel.numbers import format_compact_decimal, format_decimal

Number: TypeAlias = int | float | Decimal

_SHORT_UNITS = (10**3, 10**6, 10**9, 10**12)
_SHORT_NAMES = frozenset({"id"})
"""Languages whose readers use the abbreviations (jt, M). English M would be a million, so it is spelt out."""


def money(rupiah: int, locale: str) -> str:
    """Whole rupiah in full: `Rp71.000.000`, English `Rp71,000,000`."""
    return f"{'-' if rupiah < 0 else ''}Rp{format_decimal(abs(rupiah), '#,##0', locale=locale)}"


def money_short(rupiah: int, locale: str) -> str:
    """Rupiah for a glance: `Rp11,9 M`, `Rp71 jt`, English `Rp71 million`; below a thousand in full.

    Rounded to one decimal of its unit, halves away from zero. Rounded figures need not add up: where a table
    shows a total, ask `is_rounded` and say so (message `note.rounded`), or use `money`.
    """
    rounded = _rounded(abs(rupiah))
    kind: Literal["short", "long"] = "short" if locale in _SHORT_NAMES else "long"
    shown = format_compact_decimal(rounded, format_type=kind, locale=locale, fraction_digits=1)
    return f"{'-' if rupiah < 0 else ''}Rp{shown}".replace("\u00a0", " ")


def is_rounded(*amounts: int) -> bool:
    """Whether `money_short` loses something of at least one of these rupiah amounts."""
    return any(_rounded(abs(amount)) != abs(amount) for amount in amounts)


def _rounded(rupiah: int) -> int:
    """To a tenth of the unit that it will be shown in; 999.950.000 becomes a full miliar."""
    unit = max((unit for unit in _SHORT_UNITS if unit <= rupiah), default=1)
    step = max(unit // 10, 1)
    return (rupiah + step // 2) // step * step


def percent(value: Number, locale: str) -> str:
    """A percentage on the scale 0 to 100, with at most one decimal: `45,5%`.

    Rounding, halves up, never claims the end: what is under 100 shows at most 99,9%, what is over 0 at
    least 0,1%.
    """
    exact = Decimal(str(value))
    shown = exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
    if 0 < exact < 100:
        shown = min(max(shown, Decimal("0.1")), Decimal("99.9"))
    return format_decimal(shown, "#,##0.#", locale=locale) + "%"


def number(value: Number, locale: str) -> str:
    """A number with thousands marks and at most one decimal, halves up: `1.234,5`."""
    shown = Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return format_decimal(shown, "#,##0.#", locale=locale)


def area(square_metres: Number, locale: str) -> str:
    """An area in square metres with at most one decimal: `45,5 m²`."""
    return f"{number(square_metres, locale)} m²"


def date(day: Day, locale: str) -> str:
    """A day in full: `16 Juli 2024`, English `16 July 2024`. A datetime is refused with TypeError.

    Its day depends on a time zone: use `date_time`.
    """
    if isinstance(day, datetime):
        raise TypeError("a moment has a day only in a time zone: use date_time")
    return format_date(day, "d MMMM y", locale=locale)


def day_short(day: Day, locale: str) -> str:
    """A day of these months, for a line of a list: `1 Apr`."""
    return format_date(day, "d MMM", locale=locale)


def weekday_and_day(day: Day, locale: str) -> str:
    """A day of these weeks with its weekday, for a button: `Sab, 7 Mar`."""
    return format_date(day, "EEE, d MMM", locale=locale)


def date_time(moment: datetime, zone: tzinfo, zone_label: str, locale: str) -> str:
    """An aware moment on the wall clock of `zone`: `16 Juli 2024 08.00 WIB`. Naive: ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a naive moment has no place in time")
    local = moment.astimezone(zone)
    usual = get_time_format("short", locale=locale).pattern
    clock = babel_time(local, usual if usual.startswith("HH") else "HH:mm", tzinfo=zone, locale=locale)
    return f"{date(local.date(), locale)} {clock} {zone_label}"


def span(time: timedelta, locale: str) -> str:
    """How long, in the largest unit that fits: `10 tahun`, `7 hari`."""
    return format_timedelta(time, threshold=1, locale=locale)


def mask_nik(value: str) -> str:
    """A NIK or family card number with its middle hidden: `3674********0001`; any other length all hidden."""
    return f"{value[:4]}{'*' * 8}{value[-4:]}" if len(value) == 16 else "*" * len(value)


def mask_phone(value: str) -> str:
    """A stored number with its middle hidden: `+6281*****890`; one shorter than 10 characters all hidden."""
    return f"{value[:5]}{'*' * (len(value) - 8)}{value[-3:]}" if len(value) >= 10 else "*" * len(value)
