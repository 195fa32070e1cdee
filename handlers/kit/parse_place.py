"""Reads where a house is: RT/RW, address, house code, coordinates."""

import re
from typing import NamedTuple
from urllib.parse import unquote_plus

from handlers.kit.parse_text import echo, fold, plain_words, unlabel
from handlers.kit.refusal import Refusal

ADDRESS_LENGTHS = (5, 200)
INDONESIA = (-11.5, 6.5, 94.5, 141.5)
"""South, north, west and east edge in degrees, rounded outwards."""

_TOKENS = re.compile(r"[a-z]+|[0-9]+")
_RT_RW = frozenset({"# #", "rt # rw #", "rw # rt #", "rt # #", "rt rw # #", "rtrw # #"})
_CODE = re.compile(r"([a-z]{2,4})[ ._/-]{0,3}([0-9]{1,7})")
_CODE_LABELS = frozenset({"kode", "rumah", "no", "nomor", "code", "house"})

_LINK = re.compile(r"(?:https?://|geo:|www\.|(?:maps\.app\.)?goo\.gl/|google\.[a-z.]+/)\S+", re.IGNORECASE)
_SHORT = re.compile(r"(?:^|//|\.)(?:goo\.gl|g\.co|bit\.ly|s\.id|tinyurl\.com|t\.co)/", re.IGNORECASE)
_PAIR = r"(-?\d{1,3}\.\d{1,20})\d*, ?\+?(-?\d{1,3}\.\d{1,20})"
_IN_LINK = (
    re.compile(r"!3d(-?\d{1,3}\.\d{1,20})\d*!4d(-?\d{1,3}\.\d{1,20})"),
    re.compile(rf"[?&](?:q|query|ll|destination|daddr|center)=(?:loc:)? ?{_PAIR}"),
    re.compile(rf"(?:/search/|/place/|/dir/|geo:) ?{_PAIR}"),
    re.compile(r"[?&]mlat=(-?\d{1,3}\.\d{1,20})\d*&mlon=(-?\d{1,3}\.\d{1,20})"),
    re.compile(rf"@{_PAIR}"),
)
_ANGLE = r"([+-]?\d{1,3}[.,]\d{1,20}) ?°? ?(ls|lu|bt|bb|s|n|e|w|u|t|b)?"
_TYPED = re.compile(rf"\(?{_ANGLE} ?[,;/ ] ?{_ANGLE}\)?")
_ARC = r"(\d{1,3}) ?° ?([0-5]?\d) ?['′] ?([0-5]?\d(?:[.,]\d{1,9})?) ?(?:\"|″|”|'') ?(ls|lu|bt|bb|s|n|e|w|u|t|b)"
_DEGREES = re.compile(rf"{_ARC}[ ,;]{{0,2}}{_ARC}")
_AXIS = re.compile(r"\b(?:latitude|lat|lintang|longitude|long|lon|lng|bujur)\b[ :=]*")
_NEGATIVE = frozenset({"s", "ls", "w", "b", "bb"})


class Point(NamedTuple):
    """A place on the map in degrees, rounded to 6 decimals (11 cm)."""

    latitude: float
    longitude: float


def rt_rw(text: str) -> tuple[str, str]:
    """RT and RW as on the identity card, three digits each: `3/1`, `RT 06/RW 04` and `rt.003 rw.001`.

    Raises Refusal `refuse.rt_rw.form`, `.zero` or `.digits`.
    """
    plain = fold(text).lower()
    tokens = _TOKENS.findall(plain)
    shape = " ".join("#" if token.isdigit() else token for token in tokens)
    if shape not in _RT_RW or _TOKENS.sub("", plain).strip(" .,:/\\-"):
        raise Refusal("refuse.rt_rw.form", typed=echo(text))
    numbers = [token for token in tokens if token.isdigit()]
    for one in numbers:
        if len(one) > 3:
            raise Refusal("refuse.rt_rw.digits", typed=echo(one))
        if int(one) == 0:
            raise Refusal("refuse.rt_rw.zero", typed=echo(text))
    if tokens[0] == "rw":
        numbers.reverse()
    return numbers[0].zfill(3), numbers[1].zfill(3)


def address(text: str) -> str:
    """Street, alley or kampung and number, 5 to 200 characters with at least one letter, on one line.

    Raises Refusal `refuse.address.short`, `.long` or `.letters`, or `refuse.card_number`.
    """
    line = plain_words(text)
    low, high = ADDRESS_LENGTHS
    if len(line) < low:
        raise Refusal("refuse.address.short", length=len(line), limit=low)
    if len(line) > high:
        raise Refusal("refuse.address.long", length=len(line), limit=high)
    if not any(char.isalpha() for char in line):
        raise Refusal("refuse.address.letters", typed=echo(line))
    return line


def house_code(text: str) -> str:
    """A house's code as it is stored, `PML-0042`: letters of the kecamatan, a number of at least four digits.

    Raises Refusal `refuse.house_code.form`. Whether the house exists is not asked here.
    """
    found = _CODE.fullmatch(unlabel(fold(text).lower(), _CODE_LABELS))
    if not found or int(found[2]) == 0:
        raise Refusal("refuse.house_code.form", typed=echo(text))
    return f"{found[1].upper()}-{int(found[2]):04d}"


def coordinates(text: str) -> Point:
    """A pin from typed degrees (`-6.34, 106.73`, `6,34 LS 106,73 BT`, 6°20'24"S …) or a map's long link.

    Nothing is fetched: a short link is refused, with the way to send a pin. A pair whose first number can
    only be a longitude is turned round. Raises Refusal `refuse.coordinates.short_link`, `.link`, `.form`
    or `.range`.
    """
    plain = fold(text).replace("`", "'")
    link = _LINK.search(plain)
    if link:
        return _from_link(plain[link.start() :])
    lower = _AXIS.sub("", plain.lower())
    arc = _DEGREES.fullmatch(lower)
    if arc:
        return _point(_arc(*arc.groups()[:4]), _arc(*arc.groups()[4:]))
    found = _TYPED.fullmatch(lower)
    if not found:
        raise Refusal("refuse.coordinates.form", typed=echo(text))
    return _point(_angle(found[1], found[2]), _angle(found[3], found[4]))


def coordinates_warnings(point: Point) -> list[str]:
    """Message keys of what is worth a second look: a pin outside Indonesia, mostly a minus left out."""
    south, north, west, east = INDONESIA
    inside = south <= point.latitude <= north and west <= point.longitude <= east
    return [] if inside else ["warn.coordinates.abroad"]


def _from_link(link: str) -> Point:
    target = unquote_plus(link)
    for pattern in _IN_LINK:
        if found := pattern.search(target):
            return _point(float(found[1]), float(found[2]))
    short = _SHORT.search(link[:60])
    raise Refusal("refuse.coordinates.short_link" if short else "refuse.coordinates.link")


def _angle(written: str, side: str | None) -> float:
    value = float(written.replace(",", "."))
    return -abs(value) if side in _NEGATIVE else value


def _arc(degrees: str, minutes: str, seconds: str, side: str) -> float:
    value = int(degrees) + int(minutes) / 60 + float(seconds.replace(",", ".")) / 3600
    return -value if side in _NEGATIVE else value


def _point(first: float, second: float) -> Point:
    if abs(first) > 90 >= abs(second):
        first, second = second, first
    if abs(first) > 90 or abs(second) > 180:
        raise Refusal("refuse.coordinates.range")
    return Point(round(first, 6), round(second, 6))
