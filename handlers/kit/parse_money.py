"""Reads rupiah: Rp71.000.000, 71jt, 1,5 M, 71 juta 500 ribu."""

import re
from fractions import Fraction

from handlers.kit.parse_numbers import NotANumber, TwoReadings, number
from handlers.kit.parse_text import echo, fold
from handlers.kit.refusal import Refusal

BARE_FROM = 10_000
"""Rupiah below which an amount needs its unit: whoever types `71` or `1.500` for a house means millions."""
MOST = 10_000_000_000_000

_UNITS = {
    unit: 10**power
    for power, units in {
        3: "rb rbu ribu k thousand",
        6: "jt jta juta mio million",
        9: "m mlr miliar milyar milliar b bn billion",
        12: "t triliun trilyun trillion",
    }.items()
    for unit in units.split()
}
_CURRENCY = re.compile(r"^(?:rp|idr)\.? ?|(?: ?rupiah| idr)$|(?: ?[.,]-+)$")
_PART = re.compile(r"([0-9][0-9.,]*) ?([a-z]*)\.? ?")
_SPACED = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?: [0-9]{3})+(?![0-9]|[.,][0-9]{3})")


def is_money(word: str) -> bool:
    """Whether one word among others is part of an amount: it has a figure, or is a unit or the currency."""
    plain = fold(word).lower().rstrip(".,")
    return any(sign.isdecimal() for sign in plain) or plain in _UNITS or plain in ("rp", "idr", "rupiah")


def money(text: str) -> int:
    """Whole rupiah, from 1 to 10 trillion. `M` is miliar (10⁹); commas and dots are read the Indonesian way.

    Raises Refusal `refuse.money.form`, `.negative`, `.zero`, `.unit` (a bare small number), `.two_readings`
    (`1.500 juta`), `.whole` (cents) or `.too_big`.
    """
    plain = fold(text).lower().rstrip(" .")
    sign, plain = _sign(plain)
    plain = _CURRENCY.sub("", plain)
    inner_sign, plain = _sign(plain)
    try:
        amount, has_unit = _amount(_SPACED.sub(lambda found: found[0].replace(" ", ""), plain))
    except TwoReadings:
        raise Refusal("refuse.money.two_readings", typed=echo(text)) from None
    except NotANumber:
        raise Refusal("refuse.money.form", typed=echo(text)) from None
    if amount == 0:
        raise Refusal("refuse.money.zero")
    if sign or inner_sign:
        raise Refusal("refuse.money.negative", typed=echo(text))
    if amount > MOST:
        raise Refusal("refuse.money.too_big", typed=echo(text))
    if not has_unit and amount < BARE_FROM:
        raise Refusal("refuse.money.unit", typed=echo(text))
    if amount.denominator != 1:
        raise Refusal("refuse.money.whole", typed=echo(text))
    return int(amount)


def _sign(plain: str) -> tuple[bool, str]:
    return plain.startswith("-"), plain.removeprefix("-").lstrip()


def _amount(plain: str) -> tuple[Fraction, bool]:
    """The amount and whether a unit was written; parts (`71 juta 500 ribu`) go from large to small."""
    parts: list[tuple[str, str]] = []
    at = 0
    while at < len(plain):
        found = _PART.match(plain, at)
        if not found or len(parts) == len(_UNITS):
            raise NotANumber(plain)
        parts.append((found[1], found[2]))
        at = found.end()
    if not parts:
        raise NotANumber(plain)
    if len(parts) == 1 and not parts[0][1]:
        return number(parts[0][0], comma3="thousands"), False
    total, above = Fraction(0), 0
    for written, unit in parts:
        scale = _UNITS.get(unit)
        if scale is None:
            raise NotANumber(plain)
        part = number(written, dot3="refuse") * scale
        if above and part >= above:
            raise NotANumber(plain)
        total, above = total + part, scale
    return total, True
