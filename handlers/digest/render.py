"""The whole digest as one message."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from handlers.digest.sections import GIVES_WAY, SECTIONS, Section
from handlers.digest.sheet import Sheet
from handlers.digest.where import by_kecamatan
from handlers.kit.texts import join

# Telegram's limit for a message, in UTF-16 units; counted here with the tags, so that it is never met.
LIMIT = 4096
# The longest table keeps so many lines while something else can give way.
_FEWEST = 8


def render(sheet: Sheet) -> Markup:
    """The digest as Telegram HTML, never over Telegram's limit.

    The longest table gives way first, then the sections of ``GIVES_WAY`` in their order, then the rest of that table;
    one line says what is not all there.
    """
    wanted = [section for section in SECTIONS if section.__name__ not in sheet.off]
    parts = {section: part for section in wanted if (part := section(sheet)) is not None}
    text, dispensable, gone = _joined(sheet, parts), [one for one in GIVES_WAY if one in parts], dict[str, str]()
    while size(text) > LIMIT:
        if by_kecamatan in parts and sheet.lines > (_FEWEST if dispensable else 1):
            sheet, short = replace(sheet, lines=sheet.lines - 1), by_kecamatan.__name__
            parts[by_kecamatan] = by_kecamatan(sheet) or Markup()
        elif dispensable:
            short = dispensable[0].__name__
            parts.pop(dispensable.pop(0))
        else:
            break
        gone[short] = sheet.label(_name(sheet, short))
        text = join([_joined(sheet, parts), sheet.t("digest.shortened", sections=", ".join(gone.values()))], "\n\n")
    return text


def _name(sheet: Sheet, section: str) -> str:
    """The key of a section's name; that of one kecamatan has its kelurahan in the table by place."""
    return f"digest.section.{'by_kelurahan' if sheet.area and section == by_kecamatan.__name__ else section}"


def _joined(sheet: Sheet, parts: dict[Section, Markup]) -> Markup:
    return join([sheet.title, *parts.values()], "\n\n")


def size(text: str) -> int:
    """The length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2
