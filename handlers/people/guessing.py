"""Which command somebody meant who typed it without its sign, in other words, or with a slip."""

from __future__ import annotations

import difflib

from handlers.people.menus import COMMANDS, Entry
from storage.people import RoleName

LONGEST = 60
"""Characters: whoever writes more is telling something, not calling for a command."""

_ALIKE = 0.78
"""How alike two words must be (0 to 1): `dafter` and `verfikasi` are taken, other words are not."""


def meant(text: str, roles: set[RoleName]) -> Entry | None:
    """The command of somebody with these roles that the first word of a text comes close to."""
    words = "".join(sign if sign.isalnum() else " " for sign in text[: LONGEST + 1].casefold()).split()
    if not words or len(text) > LONGEST:
        return None
    known = {word: entry for entry in COMMANDS if entry.allows(roles)
             for word in (entry.name, *entry.words, *([entry.english] if entry.english else []))}
    close = difflib.get_close_matches(words[0], known, n=1, cutoff=_ALIKE)
    return known[close[0]] if close else None
