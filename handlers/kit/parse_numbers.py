"""Reads numbers the Indonesian way: 71.000.000, 45,5 %, 4 orang."""

import re
from decimal import Decimal
from fractions import Fraction

from handlers.kit.parse_answers import nothing
from handlers.kit.parse_text import echo, fold
from handlers.kit.refusal import Refusal

OCCUPANTS = (1, 30)

_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_GROUPS = re.compile(r"[0-9]{1,3}([.,])[0-9]{3}(?:\1[0-9]{3})*")
_DIGITS = 40
"""More digits than this are no amount of anything here."""

_PERCENT = re.compile(r"(-?)([0-9.,]+) ?(?:%|persen|prosen|percent|pct)?")
_PEOPLE = "orang|org|jiwa|penghuni|people|persons?"
_WHOLE = re.compile(rf"(-?)([0-9.,]+) ?(?:{_PEOPLE}|rumah|unit|houses?)?")
_COUNTED = "kepala keluarga|keluarga|kk|lansia|disabilitas|difabel|famil(?:y|ies)|elderly|disabled"
_COUNT = re.compile(rf"(-?)([0-9.,]+)(?: ?(?:{_PEOPLE}))?(?: ?(?:{_COUNTED}))?(?: ?(?:{_PEOPLE}))?\.?")
WORDS = {
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
    return _whole(text, low, high, _WHOLE)


def occupants(text: str) -> int:
    """How many people live in a house, 1 to 30. Raises Refusal `refuse.whole.form` or `.range`."""
    return whole(text, *OCCUPANTS)


def count(text: str, *, most: int) -> int:
    """How many people or families, from 0 to `most`: `2 lansia`, `satu keluarga`, `tidak ada`, `nihil`.

    Raises Refusal `refuse.whole.form` or `.range`.
    """
    return 0 if nothing(text) else _whole(text, 0, most, _COUNT)


def _whole(text: str, low: int, high: int, written: re.Pattern[str]) -> int:
    plain = fold(text).lower()
    bounds = {"low": low, "high": high, "example": max(low, min(4, high))}
    first, _, rest = plain.partition(" ")
    if first in WORDS:
        plain = f"{WORDS[first]} {rest}".strip()
    found = written.fullmatch(plain)
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
