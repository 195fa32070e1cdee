"""Reads who somebody is: name, NIK and number of the family card."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from handlers.kit.parse_text import echo, fold, plain_words, unlabel
from handlers.kit.refusal import Refusal

Sex = Literal["male", "female"]

NAME_LENGTHS = (2, 100)
ADULT_SINCE = 2010
"""Without a known day of today, a two-digit year is read as the last one before this: an adult's."""

_SEPARATORS = re.compile(r"[ .,'/_-]")
_NIK_LABELS = frozenset({"no", "nomor", "number", "nik", "ktp"})
_CARD_LABELS = frozenset({"no", "nomor", "number", "kk", "kartu", "keluarga", "family", "card"})


@dataclass(frozen=True, slots=True)
class Nik:
    """A well-formed population number, PPKKCC DDMMYY SSSS. Well-formed is no proof that it exists.

    `area_code` is PPKKCC, where the person was first registered, as six digits; `serial` is 1 to 9999.
    """

    value: str
    birth_date: date
    sex: Sex
    area_code: str
    serial: int


def person_name(text: str) -> str:
    """A person's name, 2 to 100 characters with at least one letter, on one line.

    Raises Refusal `refuse.name.empty`, `.letters`, `.short` or `.long`, or `refuse.card_number`.
    """
    name = plain_words(text)
    low, high = NAME_LENGTHS
    if not name:
        raise Refusal("refuse.name.empty")
    if not any(char.isalpha() for char in name):
        raise Refusal("refuse.name.letters", typed=echo(name))
    if len(name) < low:
        raise Refusal("refuse.name.short", limit=low)
    if len(name) > high:
        raise Refusal("refuse.name.long", length=len(name), limit=high)
    return name


def nik(text: str, today: date | None = None) -> Nik:
    """A NIK, however its digits are grouped. For women the day of birth is 40 higher.

    The year has two digits: it is read as the latest one that is not after `today`.
    Raises Refusal `refuse.nik.letters`, `.length`, `.date` or `.serial`.
    """
    value = _sixteen(text, _NIK_LABELS, letters="refuse.nik.letters", length="refuse.nik.length")
    day, month, year = int(value[6:8]), int(value[8:10]), int(value[10:12])
    sex: Sex = "female" if day > 40 else "male"
    try:
        born = date(2000 + year, month, day - 40 if day > 40 else day)
        if (born > today) if today else (born.year >= ADULT_SINCE):
            born = born.replace(year=1900 + year)
    except ValueError:
        raise Refusal("refuse.nik.date", part=value[6:12]) from None
    if value[12:] == "0000":
        raise Refusal("refuse.nik.serial")
    return Nik(value, born, sex, value[:6], int(value[12:]))


def nik_warnings(nik: Nik, city_code: str, *, birth_date: date | None = None, sex: Sex | None = None) -> list[str]:
    """Message keys of what is worth a second look, none of which refuses the number.

    `city_code` is the Kemendagri code, `36.74`. Birth date and sex are compared only where they are known;
    a NIK knows two digits of the year.
    """
    warnings = []
    if not nik.area_code.startswith(city_code.replace(".", "")):
        warnings.append("warn.nik.area")
    if birth_date and f"{birth_date:%d%m%y}" != f"{nik.birth_date:%d%m%y}":
        warnings.append("warn.nik.birth_date")
    if sex and sex != nik.sex:
        warnings.append("warn.nik.sex")
    return warnings


def family_card(text: str) -> str:
    """The 16 digits of a family card (Kartu Keluarga), however they are grouped.

    They begin with a province's code, and those run from 11: a leading 0 is refused, an issue date is not read.
    Raises Refusal `refuse.kk.letters`, `.length` or `.zero`.
    """
    value = _sixteen(text, _CARD_LABELS, letters="refuse.kk.letters", length="refuse.kk.length")
    if value.startswith("0"):
        raise Refusal("refuse.kk.zero")
    return value


def family_card_warnings(card: str, nik: str) -> list[str]:
    """Message keys of what is worth a second look: a family card's number is never somebody's NIK."""
    return ["warn.kk.same_as_nik"] if card == nik else []


def _sixteen(text: str, labels: frozenset[str], *, letters: str, length: str) -> str:
    """Sixteen digits without labels and separators; `letters` and `length` are the keys of its refusals."""
    digits = _SEPARATORS.sub("", unlabel(fold(text).lower(), labels))
    if digits and not digits.isdecimal():
        raise Refusal(letters, found=next(char for char in digits if not char.isdecimal()))
    if len(digits) != 16:
        raise Refusal(length, length=len(digits))
    return digits
