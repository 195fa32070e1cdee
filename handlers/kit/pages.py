"""Lists in pages: by key, never by number, so that what is added meanwhile is neither shown twice nor left out."""

from __future__ import annotations

from handlers.kit.buttons import Button, Press, Rows
from handlers.kit.request import Request
from handlers.kit.texts import Texts


def turn(request: Request | Texts, first: Button | None, more: Button | None) -> Rows:
    """The row that leads back to the start of a list and on to its next page; None for what is not needed."""
    row: list[Press] = []
    if first is not None:
        row.append(Press(request.label("page.first"), first))
    if more is not None:
        row.append(Press(request.label("page.more"), more))
    return [[*row]] if row else []
