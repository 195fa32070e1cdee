"""The ground under every parser: one limit on length, and one alphabet of digits, spaces and dashes."""

import re
import unicodedata

from handlers.kit.refusal import Refusal

LIMIT = 4096
"""Characters that are read at all: the length of the longest Telegram message."""

ECHO = 40
"""Characters of a person's own words that a refusal repeats."""

_MARKS = {
    "\u2212": "-",
    "\u066b": ",",
    "\u066c": ".",
    "\u3001": ",",
    "\u3002": ".",
    "\u00d7": "x",
    "\u2019": "'",
    "\u00ba": "\u00b0",
}
# Sixteen digits, however grouped, are a NIK or a family card; a digit or two more or less is one that was mistyped.
_CARD = re.compile(r"(?<![0-9])[0-9](?:[ .-]{0,2}[0-9]){14,17}(?![0-9]|[ .-][0-9])")
_MOBILE = re.compile(r"(?<![0-9])(?:\+?62|0)[ .-]?8(?:[ .-]?[0-9]){8,11}(?![0-9])")
_LABEL = re.compile(r"([a-z]+)[ .:#=/()-]*")


def clean(text: str) -> str:
    """The text on one line, without invisible characters, each run of white space one blank.

    Raises Refusal `refuse.too_long` beyond LIMIT characters, so that no later step works on more.
    """
    if len(text) > LIMIT:
        raise Refusal("refuse.too_long", length=len(text), limit=LIMIT)
    kept = []
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        if char.isspace() or category.startswith("Z"):
            kept.append(" ")
        elif category not in ("Cc", "Cf", "Cs", "Cn", "Co"):
            kept.append(char)
    return " ".join("".join(kept).split())


def plain_words(text: str, *, phones: bool = False) -> str:
    """`clean` text that is kept as it is, such as a name: a NIK, a card number or a telephone has no place in it.

    `phones`: a telephone is let through, for a note may have to name whom to call.
    Raises Refusal `refuse.too_long`, or `refuse.card_number`: those are kept sealed, in a field of their own.
    """
    line, plain = clean(text), fold(text)
    if _CARD.search(plain) or (not phones and _MOBILE.search(plain)):
        raise Refusal("refuse.card_number")
    return line


def fold(text: str) -> str:
    """`clean` text in which digits of any script are 0 to 9, and wide letters, dashes and marks are plain.

    Superscripts are no digits here, so that the 2 of `m²` is never read as part of a number.
    """
    return clean("".join(_plain(char) for char in clean(text)))


def _plain(char: str) -> str:
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    if unicodedata.category(char) == "Pd":
        return "-"
    if "\uff01" <= char <= "\uff5e":
        return chr(ord(char) - 0xFEE0)
    return _MARKS.get(char, char)


def unlabel(text: str, labels: frozenset[str]) -> str:
    """Folded lower-case text without the labels that people put before a value: `No. NIK: 3674…`."""
    while (found := _LABEL.match(text)) and found[1] in labels:
        text = text[found.end() :]
    return text


def echo(text: str) -> str:
    """What a person typed, short enough to repeat in a refusal; of a NIK or card number only the last digits."""
    plain = "".join(c if c.isprintable() else " " for c in text[: ECHO * 4])
    digits = "".join("0" if c.isdecimal() else c for c in plain)
    for found in reversed(list(_CARD.finditer(digits))):
        plain = f"{plain[:found.start()]}…{plain[found.end() - 4:]}"
    line = " ".join(plain.split())
    return line if len(line) <= ECHO else line[: ECHO - 1] + "…"
