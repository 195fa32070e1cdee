"""Reads amounts the Indonesian way: 71.000.000, 45,5 %, 71jt, 6 x 7,5 m."""

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from handlers.kit.parse_text import echo, fold
from handlers.kit.refusal import Refusal

OCCUPANTS = (1, 30)
AREA = (1, 1000)

_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_GROUPS = re.compile(r"[0-9]{1,3}([.,])[0-9]{3}(?:\1[0-9]{3})*")
_DIGITS = 40
"""More digits than this are no amount of anything here."""

_PERCENT = re.compile(r"(-?)([0-9.,]+) ?(?:%|persen|prosen|percent|pct)?")
_WHOLE = re.compile(r"(-?)([0-9.,]+) ?(?:orang|org|jiwa|penghuni|people|persons?|rumah|unit|houses?)?")
_SIDE = r"([0-9.,]+) ?(?:m2|m²|m\^2|meter persegi|meter|mtr|m|sqm)?"
_AREA = re.compile(rf"{_SIDE}(?: ?(?:x|\*|kali|by) ?{_SIDE})?\.?")
_WORDS = {
    word: number
    for words in (
        "satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas",
        "one two three four five six seven eight nine ten eleven twelve",
    )
    for number, word in enumerate(words.split(), 1)
} | {"seorang": 1}


class NotANumber(ValueError):
    """No number is written here."""


class TwoReadings(NotANumber):
    """`1.500`: a thousand and a half to some, fifteen hundred to others."""


def number(written: str, *, dot3: str = "thousands", comma3: str = "decimals") -> Fraction:
    """An exact number from digits, dots and commas, with no unit or sign.

    Two or more groups of three are thousands (`71.000.000`, `71,000,000`); of two different marks the last
    is the decimal one; one mark before anything but three digits is a decimal one. What one mark before
    exactly three digits means, `dot3` and `comma3` say: "thousands", "decimals" or "refuse" (never after a
    leading 0: `0.125` is a fraction to everybody).
    Raises NotANumber; TwoReadings where told to refuse, and for `71000.000`, which lacks a mark or has one
    too many.
    """
    if len(written) > _DIGITS * 2 or not _NUMBER.fullmatch(written):
        raise NotANumber(written)
    marks = [char for char in written if char in ".,"]
    if not marks:
        return Fraction(written)
    head, last, tail = written.rpartition(marks[-1])
    if len(marks) > 1 and len(set(marks)) == 1:
        return _grouped(written)
    if len(marks) > 1:
        if last in head:
            raise NotANumber(written)
        return _grouped(head) + Fraction(f"0.{tail}")
    meaning = dot3 if last == "." else comma3
    if len(tail) == 3 and not head.startswith("0") and meaning != "decimals":
        if meaning == "refuse" or len(head) > 3:
            raise TwoReadings(written)
        return _grouped(written)
    return Fraction(f"{head}.{tail}")


def _grouped(written: str) -> Fraction:
    if not _GROUPS.fullmatch(written) or written.startswith("0"):
        raise NotANumber(written)
    return Fraction(written.replace(".", "").replace(",", ""))


def percent(text: str) -> Decimal:
    """A percentage from 0 to 100 as Decimal, with at most two decimals: `45,5 %` is Decimal("45.5").

    Raises Refusal `refuse.percent.form` or `.range`.
    """
    found = _PERCENT.fullmatch(fold(text).lower())
    try:
        value = number(found[2], dot3="decimals") if found else None
    except NotANumber:
        value = None
    if not found or value is None or (value * 100).denominator != 1:
        raise Refusal("refuse.percent.form", typed=echo(text))
    if value > 100 or (found[1] and value):
        raise Refusal("refuse.percent.range", typed=echo(text))
    return Decimal(value.numerator) / Decimal(value.denominator)


def whole(text: str, low: int, high: int) -> int:
    """A whole number from low to high, both included: `4`, `4 orang`, `empat`, `1.200`.

    Raises Refusal `refuse.whole.form` or `.range`; both show an example inside the range.
    """
    plain = fold(text).lower()
    bounds = {"low": low, "high": high, "example": max(low, min(4, high))}
    first, _, rest = plain.partition(" ")
    if first in _WORDS:
        plain = f"{_WORDS[first]} {rest}".strip()
    found = _WHOLE.fullmatch(plain)
    try:
        value = number(found[2], comma3="thousands") if found else None
    except NotANumber:
        value = None
    if not found or value is None or value.denominator != 1:
        raise Refusal("refuse.whole.form", typed=echo(text), **bounds)
    signed = -int(value) if found[1] else int(value)
    if not low <= signed <= high:
        raise Refusal("refuse.whole.range", typed=echo(text), **bounds)
    return signed


def occupants(text: str) -> int:
    """How many people live in a house, 1 to 30. Raises Refusal `refuse.whole.form` or `.range`."""
    return whole(text, *OCCUPANTS)


def area(text: str) -> Decimal:
    """Square metres with one decimal, 1 to 1000, typed as an area (`36`, `36 m²`) or as two sides (`6x7,5`).

    A half at the second decimal is rounded up.
    Raises Refusal `refuse.area.form`, `.range` or `.two_readings`.
    """
    found = _AREA.fullmatch(fold(text).lower())
    try:
        sides = [number(side, dot3="refuse") for side in found.groups() if side] if found else []
    except TwoReadings:
        raise Refusal("refuse.area.two_readings", typed=echo(text)) from None
    except NotANumber:
        sides = []
    if not sides:
        raise Refusal("refuse.area.form", typed=echo(text))
    square = sides[0] * (sides[1] if len(sides) > 1 else 1)
    if not AREA[0] <= square <= AREA[1]:
        raise Refusal("refuse.area.range", typed=echo(text), low=AREA[0], high=AREA[1])
    exact = Decimal(square.numerator) / Decimal(square.denominator)
    return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
