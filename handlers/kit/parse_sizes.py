"""Reads sizes: 36 m², 6 x 7,5 m, 10 meter."""

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from handlers.kit.parse_numbers import NotANumber, TwoReadings, number
from handlers.kit.parse_text import echo, fold
from handlers.kit.refusal import Refusal

AREA = (1, 1000)
MOST_METRES = 1000

_SIDE = r"([0-9.,]+) ?(?:m2|m²|m\^2|meter persegi|meter|mtr|m|sqm)?"
_AREA = re.compile(rf"{_SIDE}(?: ?(?:x|\*|kali|by) ?{_SIDE})?\.?")
_ABOUT = r"(?:±|\+/?-|~|sekitar|kira-kira|kurang lebih|about|around)"
_METRES = re.compile(rf"(?:{_ABOUT} ?)?([0-9.,]+) ?(?:meters?|metres?|mtr|m)?\.?")


def area(text: str) -> Decimal:
    """Square metres with one decimal, 1 to 1000, typed as an area (`36`, `36 m²`) or as two sides (`6x7,5`).

    A half at the second decimal is rounded up.
    Raises Refusal `refuse.area.form`, `.range` or `.two_readings`.
    """
    sides = _sides(_AREA, text)
    if not sides:
        raise Refusal("refuse.area.form", typed=echo(text))
    square = sides[0] * (sides[1] if len(sides) > 1 else 1)
    if not AREA[0] <= square <= AREA[1]:
        raise Refusal("refuse.area.range", typed=echo(text), low=AREA[0], high=AREA[1])
    return _tenths(square)


def metres(text: str) -> Decimal:
    """A length in metres with one decimal, above 0 and up to 1000: `10 m`, `7,5 meter`, `sekitar 10`.

    A half at the second decimal is rounded up. Raises Refusal `refuse.metres.form` or `.range`, or
    `refuse.area.two_readings`.
    """
    sides = _sides(_METRES, text)
    if not sides:
        raise Refusal("refuse.metres.form", typed=echo(text))
    length = _tenths(sides[0]) if sides[0] <= MOST_METRES else None
    if not length:
        raise Refusal("refuse.metres.range", typed=echo(text), high=MOST_METRES)
    return length


def _sides(written: re.Pattern[str], text: str) -> list[Fraction]:
    """The numbers of a size; none where no size is written. Raises Refusal `refuse.area.two_readings`."""
    found = written.fullmatch(fold(text).lower())
    try:
        return [number(side, dot3="refuse") for side in found.groups() if side] if found else []
    except TwoReadings:
        raise Refusal("refuse.area.two_readings", typed=echo(text)) from None
    except NotANumber:
        return []


def _tenths(exact: Fraction) -> Decimal:
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.1"), ROUND_HALF_UP)
