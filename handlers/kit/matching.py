"""What a typed answer means to a question: a choice written out, or whatever its parser reads."""

from __future__ import annotations

import re
from typing import Any

from handlers.kit.form import Choice, Filling, Question, Takes
from handlers.kit.parse_text import fold
from handlers.kit.refusal import Refusal

# A shorter piece of a label would be found by accident.
_PIECE = 4


def understood(filling: Filling, question: Question, text: str) -> Any:
    """The value of a typed text.

    Raises:
        Refusal: with what was wrong and an example.
    """
    if question.takes == Takes.PHOTO:
        raise Refusal("refuse.want_photo")
    if question.takes == Takes.FILE:
        raise Refusal("refuse.want_file")
    if question.choices is not None:
        # Where figures may be typed too, a figure is never the number of a button.
        found = _matching(question.choices(filling), text, numbered=question.parse is None)
        if found is not None:
            return found.value
        if question.parse is None:
            raise Refusal("refuse.choice")
    if question.parse is None:
        raise Refusal("refuse.want_pin")
    return question.parse(filling, text)


def _matching(choices: list[Choice], text: str, *, numbered: bool) -> Choice | None:
    """A choice typed instead of pressed: its label, a piece of it that no other has, or its number in the list."""
    wanted = plain(fold(text))
    if not wanted:
        return None
    exactly = named(choices, wanted)
    if exactly is not None:
        return exactly
    if wanted.isdecimal() and wanted.isascii():
        number = int(wanted) if numbered and len(wanted) < 4 else 0
        return choices[number - 1] if 1 <= number <= len(choices) else None
    near = [one for one in choices if plain(one.label).startswith(wanted)]
    if not near and len(wanted) >= _PIECE:
        # A figure counts as a whole: "5 April" is no piece of "15 April".
        piece = re.compile(rf"(?<![0-9]){re.escape(wanted)}(?![0-9])" if wanted[0].isdecimal() else re.escape(wanted))
        near = [one for one in choices if piece.search(plain(one.label))]
    return near[0] if len(near) == 1 else None


def named(choices: list[Choice], wanted: str) -> Choice | None:
    """The choice whose label, or value, is exactly this plain text."""
    return next((one for one in choices if wanted in (plain(one.label), one.value.casefold())), None)


def plain(label: str) -> str:
    """A label without signs and pictures, folded."""
    return " ".join("".join(sign for sign in label.casefold() if sign.isalnum() or sign in " /-").split())
