"""A reason in somebody's own words. It stays in the audit trail for good, so nothing personal may be in it."""

from __future__ import annotations

import re

from handlers.kit.form import Filling
from handlers.kit.parse_text import clean, echo, fold
from handlers.kit.refusal import Refusal
from storage import households

LENGTHS = (3, 200)
_NUMBER = re.compile(r"\d[\d .-]{6,}\d")


def reason_in_words(filling: Filling, text: str) -> str:
    """A reason of 3 to 200 characters about a house, the draft's subject.

    Raises:
        Refusal: ``data.refuse.reason``; ``data.refuse.personal``: it holds the family's name, or a long number.
    """
    found = clean(text)
    low, high = LENGTHS
    if not low <= len(found) <= high or not any(sign.isalpha() for sign in found):
        raise Refusal("data.refuse.reason", typed=echo(text), length=len(found), low=low, high=high)
    family = households.of_house(filling.request.session, filling.draft.subject_id)
    plain = fold(found).casefold()
    if _NUMBER.search(plain) or (family is not None and fold(family.head_name).casefold() in plain):
        raise Refusal("data.refuse.personal")
    return found
