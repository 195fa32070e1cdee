"""Message entities: offsets in UTF-16 units, what Telegram finds by itself, and back to HTML for tests."""

import re
from html import escape
from typing import Any

Entity = dict[str, Any]

_AUTO = (
    ("url", re.compile(r"(?:https?://|(?<![\w@.])(?=t\.me/))[^\s<>\"']+[^\s<>\"'.,;:!?)]", re.I)),
    ("email", re.compile(r"(?<![\w.])[\w.+-]+@[\w-]+\.[\w.-]*\w")),
    ("bot_command", re.compile(r"(?<![\w/@<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<![\w@.])@[A-Za-z0-9_]{4,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#&])#(?=\w*[^\W\d_])\w{1,256}")),
)
_TAGS = {
    "bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "spoiler": "tg-spoiler",
    "code": "code", "pre": "pre", "blockquote": "blockquote", "expandable_blockquote": "blockquote",
}  # fmt: skip
MAX_ENTITIES = 100  # Telegram drops what is beyond


def utf16_len(text: str) -> int:
    """Length as Telegram counts offsets: characters outside the basic plane count twice."""
    return len(text) + sum(1 for char in text if ord(char) > 0xFFFF)


def cut(text: str, offset: int, length: int) -> str:
    """The part of `text` at `offset`, both in UTF-16 units."""
    return text.encode("utf-16-le")[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Without white space at both ends, as Telegram stores a message; entities moved and clipped along."""
    lead = utf16_len(text[: len(text) - len(text.lstrip())])
    text = text.strip()
    end = utf16_len(text)
    moved = []
    for entity in entities:
        start = max(0, entity["offset"] - lead)
        stop = min(end, entity["offset"] - lead + entity["length"])
        if stop > start:
            moved.append({**entity, "offset": start, "length": stop - start})
    return text, moved


def with_found(text: str, entities: list[Entity]) -> list[Entity]:
    """`entities` and those that Telegram finds by itself: commands, links, mentions, hashtags, addresses."""
    if not any(sign in text for sign in "/@#."):
        return entities[:MAX_ENTITIES]
    opaque = ("code", "pre", "text_link", "text_mention")
    taken = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in opaque]
    found = list(entities)
    for kind, pattern in _AUTO:
        for match in pattern.finditer(text):
            offset, length = utf16_len(text[: match.start()]), utf16_len(match.group())
            if any(offset < stop and offset + length > start for start, stop in taken):
                continue
            taken.append((offset, offset + length))
            found.append({"type": kind, "offset": offset, "length": length})
    found.sort(key=lambda e: (e["offset"], -e["length"]))
    return found[:MAX_ENTITIES]


def to_html(text: str, entities: list[Entity]) -> str:
    """The message as Telegram HTML, everything escaped: for tests to look at."""
    ordered = sorted(entities, key=lambda e: (e["offset"], -e["length"]))
    return _range(text, 0, utf16_len(text), ordered)


def _range(text: str, start: int, stop: int, entities: list[Entity]) -> str:
    out, at = [], start
    while entities:
        first, *rest = entities
        begin = max(first["offset"], at)
        end = min(first["offset"] + first["length"], stop)
        inside = [e for e in rest if e["offset"] < end]
        entities = [e for e in rest if e["offset"] >= end]
        if begin >= end:
            entities = rest
            continue
        out.append(escape(cut(text, at, begin - at), quote=False))
        inner = _range(text, begin, end, inside)
        if first["type"] == "text_link":
            out.append(f'<a href="{escape(first["url"])}">{inner}</a>')
        elif first["type"] == "text_mention":
            out.append(f'<a href="tg://user?id={first["user"]["id"]}">{inner}</a>')
        elif tag := _TAGS.get(first["type"]):
            out.append(f"<{tag}>{inner}</{tag}>")
        else:
            out.append(inner)
        at = end
    out.append(escape(cut(text, at, stop - at), quote=False))
    return "".join(out)
