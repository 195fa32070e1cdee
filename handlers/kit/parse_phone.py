"""Reads a mobile number."""

import re

from phonenumbers import PhoneNumber, PhoneNumberType, number_type

from handlers.kit.parse_text import echo, fold, unlabel
from handlers.kit.refusal import Refusal

PHONE_LENGTHS = (10, 13)
"""Digits of a mobile number written with its leading 08."""

_COUNTRY = "62"
_SEPARATORS = re.compile(r"[ .,'/_()-]")
PLAIN_LABELS = frozenset({"no", "nomor", "number"})
_LABELS = PLAIN_LABELS | {
    *("hp", "wa", "whatsapp", "handphone", "ponsel", "telp", "telepon", "tlp", "tel"),
    *("phone", "mobile", "kontak", "contact"),
}


def phone(text: str) -> str:
    """A mobile number as `+628…`, from 08…, 62…, +62…, 0062… or 8….

    Written with its leading 08 it has 10 to 13 digits. Which numbers are mobile ones, the `phonenumbers`
    library knows (081 to 083 and 085 to 089). Raises Refusal `refuse.phone.letters`, `.mobile` (no
    Indonesian mobile number) or `.length`.
    """
    written = _SEPARATORS.sub("", unlabel(fold(text).lower(), _LABELS))
    digits = written.removeprefix("+")
    if not digits.isdecimal():
        raise Refusal("refuse.phone.letters", typed=echo(text))
    if digits.startswith("00" + _COUNTRY):
        digits = digits.removeprefix("00")
    abroad = written.startswith("+") and not digits.startswith(_COUNTRY)
    national = digits.removeprefix(_COUNTRY).removeprefix("0")
    if abroad or not national.startswith("8"):
        raise Refusal("refuse.phone.mobile", typed=echo(text))
    low, high = PHONE_LENGTHS
    if not low <= len(national) + 1 <= high:
        raise Refusal("refuse.phone.length", length=len(national) + 1, low=low, high=high)
    if number_type(PhoneNumber(int(_COUNTRY), int(national))) != PhoneNumberType.MOBILE:
        raise Refusal("refuse.phone.mobile", typed=echo(text))
    return f"+{_COUNTRY}{national}"
