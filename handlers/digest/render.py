"""The whole digest as one message."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from handlers.digest.sections import SECTIONS
from handlers.digest.sheet import Sheet
from handlers.kit.texts import join

# Telegram's limit for a message, in UTF-16 units; counted here with the tags, so that it is never met.
LIMIT = 4096


def render(sheet: Sheet) -> Markup:
    """The digest as Telegram HTML, never over Telegram's limit: the longest table gives way."""
    while True:
        parts = [part for part in (section(sheet) for section in SECTIONS) if part is not None]
        text = join([sheet.title, *parts], "\n\n")
        if size(text) <= LIMIT or sheet.lines <= 1:
            return text
        sheet = replace(sheet, lines=sheet.lines - 1)


def size(text: str) -> int:
    """The length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2
