"""Free text that goes with a decision or a step: a reason, a note on the work."""

from __future__ import annotations

from handlers.kit.form import Filling
from handlers.kit.parse_text import echo, plain_words
from handlers.kit.refusal import Refusal

LENGTHS = (3, 500)


def note(_filling: Filling, text: str) -> str:
    """A note of 3 to 500 characters on one line, with a letter in it.

    Raises:
        Refusal: ``refuse.note``, ``refuse.card_number``.
    """
    return written(text, *LENGTHS)


def written(text: str, low: int, high: int, *, phones: bool = True) -> str:
    """A note of some length on one line, with a letter in it. ``phones``: it may name whom to call.

    Raises:
        Refusal: ``refuse.note``, ``refuse.card_number``.
    """
    found = plain_words(text, phones=phones)
    if not low <= len(found) <= high or not any(sign.isalpha() for sign in found):
        raise Refusal("refuse.note", typed=echo(text), length=len(found), low=low, high=high)
    return found
