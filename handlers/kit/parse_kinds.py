"""Says what a message is that was typed as the answer to another question."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Literal

from handlers.kit.parse_identity import family_card, nik
from handlers.kit.parse_money import money
from handlers.kit.parse_phone import PLAIN_LABELS, phone
from handlers.kit.parse_place import coordinates, coordinates_warnings, rt_rw
from handlers.kit.parse_text import fold, unlabel
from handlers.kit.refusal import Refusal

Kind = Literal["nik_or_card", "rt_rw", "pin", "phone"]

_CARD_WORD = re.compile(r"\b(?:nik|ktp|kk|kartu)\b")
_ONE_SEPARATOR = re.compile(r"[0-9]+(?:([ .-])[0-9]+(?:\1[0-9]+)*)?")
"""`6.340212 106.731123` has sixteen digits too."""
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:[ .][0-9]{3})+")
_LINK = re.compile(r"(?:https?://|www\.|geo:|maps\.|goo\.gl/)\S+")
_MAP = re.compile(r"(?://|^)(?:www\.)?(?:maps\.app\.goo\.gl/|goo\.gl/maps|maps\.google\.|google\.[a-z.]+/maps)")
_SURE_PIN = re.compile(r"^\(?-|°|\blat|\blintang|\bl[su]\b|[0-9][.,][0-9]{4,}[^0-9]+[0-9]+[.,][0-9]{4,}")
_MOBILE = re.compile(r"\(?(?:\+62|0062|08[0-9]{2})")


def looks_like(text: str, today: date) -> Kind | None:
    """The one thing that a whole message unmistakably is; None for everything else, and for what could be two.

    `nik_or_card`: sixteen digits of a NIK or a family card. `rt_rw`: RT and RW with these letters. `pin`:
    coordinates in Indonesia, or a map's link and nothing beside it, also one that `coordinates` refuses and
    explains. `phone`: an Indonesian mobile number. What may be a name, an address, an amount, a count or a day
    (`3/1`, `12`, `6281200001234`) is None, although the question that asks for it would take it. Never raises.
    """
    with suppress(Refusal):
        plain = fold(text).lower()
        kinds: list[Kind] = [kind for kind, fits in _KINDS.items() if fits(plain, today)]
        return kinds[0] if len(kinds) == 1 else None
    return None


def _taken(parser: Callable[[str], object], plain: str) -> bool:
    try:
        parser(plain)
    except Refusal:
        return False
    return True


def _is_card(plain: str, today: date) -> bool:
    if _CARD_WORD.search(plain):
        return _taken(family_card, plain) or _taken(lambda text: nik(text, today), plain)
    shape = _ONE_SEPARATOR.fullmatch(plain) and not _THOUSANDS.fullmatch(plain)
    return bool(shape) and _taken(family_card, plain)


def _is_rt_rw(plain: str, _today: date) -> bool:
    return "r" in plain and _taken(rt_rw, plain)


def _is_pin(plain: str, _today: date) -> bool:
    if _LINK.fullmatch(plain):
        return bool(_MAP.search(plain)) or _taken(coordinates, plain)
    if _LINK.search(plain) or not _SURE_PIN.search(plain):
        return False
    return _taken(coordinates, plain) and not coordinates_warnings(coordinates(plain))


def _is_phone(plain: str, _today: date) -> bool:
    if not _taken(phone, plain):
        return False
    bare = unlabel(plain, PLAIN_LABELS)
    if re.match(r"[a-z]", bare):  # the parser took this label: it names a telephone
        return True
    if re.search(r"[/,']", bare):
        return False
    return bool(_MOBILE.match(bare)) or (bare.startswith("62") and not _taken(money, bare))


_KINDS: dict[Kind, Callable[[str, date], bool]] = {
    "nik_or_card": _is_card, "rt_rw": _is_rt_rw, "pin": _is_pin, "phone": _is_phone,
}
