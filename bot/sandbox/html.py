"""Telegram's HTML parse mode: text with tags in, plain text with entities (offsets in UTF-16 units) out."""

import re
from typing import Any

from bot.sandbox.entities import Entity, utf16_len
from bot.sandbox.errors import ApiError, bad_request

SIMPLE = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "code": "code", "pre": "pre", "blockquote": "blockquote",
}  # fmt: skip
ALLOWED = {*SIMPLE, "a", "span", "tg-emoji"}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_ENTITY = re.compile(r"&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|([a-z]+));?")
_SPACE = " \t\r\n\f\v"


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Plain text and entities of `source`.

    Raises ApiError 400 "can't parse entities: …" where Telegram does: unknown, unclosed or crossed tags.
    """
    return _Parser(source).run()


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.out: list[str] = []
        self.length = 0  # of the output, UTF-16 units
        self.open: list[tuple[str, dict[str, str], int, int]] = []  # tag, attributes, offset, place in found
        self.found: list[Entity | None] = []

    def run(self) -> tuple[str, list[Entity]]:
        while self.at < len(self.source):
            char = self.source[self.at]
            if char == "&":
                self.emit(self.reference())
            elif char != "<":
                end = min((p for p in (self.source.find("<", self.at), self.source.find("&", self.at)) if p >= 0),
                          default=len(self.source))  # fmt: skip
                self.emit(self.source[self.at : end])
                self.at = end
            elif self.source[self.at + 1 : self.at + 2] == "/":
                self.end_tag()
            else:
                self.start_tag()
        if self.open:
            raise self.error(f'Can\'t find end tag corresponding to start tag "{self.open[-1][0]}"')
        return "".join(self.out), [entity for entity in self.found if entity]

    def emit(self, text: str) -> None:
        self.out.append(text)
        self.length += utf16_len(text)

    def error(self, reason: str, place: int | None = None) -> ApiError:
        if place is not None:
            reason = f"{reason} at byte offset {len(self.source[:place].encode())}"
        return bad_request(f"can't parse entities: {reason}")

    def reference(self) -> str:
        """The character of a reference at the cursor; one that Telegram does not know stays as typed."""
        match = _ENTITY.match(self.source, self.at)
        value = None
        if match:
            decimal, hexadecimal, name = match.groups()
            if name:
                value = NAMED.get(name)
            else:
                code = int(decimal) if decimal else int(hexadecimal, 16)
                value = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else None
        if match is None or value is None:
            self.at += 1
            return "&"
        self.at = match.end()
        return value

    def skip_space(self) -> str:
        """Moves over white space; the character then at the cursor, "" at the end."""
        while self.at < len(self.source) and self.source[self.at] in _SPACE:
            self.at += 1
        return self.source[self.at : self.at + 1]

    def word(self, stops: str) -> str:
        start = self.at
        while self.at < len(self.source) and self.source[self.at] not in _SPACE + stops:
            self.at += 1
        return self.source[start : self.at]

    def start_tag(self) -> None:
        begin = self.at
        self.at += 1
        tag = self.word(">").lower()
        if self.at >= len(self.source):
            raise self.error("Unclosed start tag", begin)
        if tag not in ALLOWED:
            raise self.error(f'Unsupported start tag "{tag}"', begin)
        attributes: dict[str, str] = {}
        while self.skip_space() != ">":
            self.attribute(tag, begin, attributes)
        self.at += 1
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self.error('Tag "span" must have class "tg-spoiler"', begin)
        self.open.append((tag, attributes, self.length, len(self.found)))
        self.found.append(None)  # keeps outer entities before inner ones

    def attribute(self, tag: str, begin: int, into: dict[str, str]) -> None:
        start = self.at
        name = self.word("=>/\"'").lower()
        if self.at >= len(self.source):
            raise self.error("Unclosed start tag", begin)
        if not name:
            raise self.error(f'Empty attribute name in the tag "{tag}"', start)
        if self.skip_space() != "=":
            if tag == "blockquote" and name == "expandable":
                into[name] = ""
                return
            raise self.error(f'Expected equal sign in declaration of an attribute of the tag "{tag}"', start)
        self.at += 1
        quote = self.skip_space()
        if quote not in ("'", '"'):
            into[name] = self.word(">\"'=<")
            if not into[name]:
                raise self.error("Unclosed start tag" if not quote else "Unexpected end of name token", begin)
            return
        self.at += 1
        value: list[str] = []
        while self.at < len(self.source) and self.source[self.at] != quote:
            if self.source[self.at] == "&":
                value.append(self.reference())
            else:
                value.append(self.source[self.at])
                self.at += 1
        if self.at >= len(self.source):
            raise self.error("Unclosed start tag", begin)
        self.at += 1
        into[name] = "".join(value)

    def end_tag(self) -> None:
        begin = self.at
        self.at += 2
        name = self.word(">").lower()
        if self.skip_space() != ">":
            raise self.error("Unclosed end tag", begin)
        self.at += 1
        if not self.open:
            raise self.error("Unexpected end tag", begin)
        tag, attributes, offset, place = self.open.pop()
        if name and name != tag:
            reason = f"Unmatched end tag at byte offset {len(self.source[:begin].encode())}"
            raise self.error(f'{reason}, expected "</{tag}>", found "</{name}>"')
        if self.length > offset:
            self.found[place] = self.entity(tag, attributes, offset)

    def entity(self, tag: str, attributes: dict[str, str], offset: int) -> Entity | None:
        made: dict[str, Any] = {"offset": offset, "length": self.length - offset}
        outer = {SIMPLE.get(name, name) for name, *_ in self.open}
        if tag == "code" and outer == {"pre"} and attributes.get("class", "").startswith("language-"):
            return None  # <pre><code class="language-…">: the language only, which no page of ours shows
        if outer & {"code", "pre"} or (tag == "blockquote" and "blockquote" in outer):
            return None  # nothing nests in code, quotes do not nest: Telegram drops the inner one
        if tag == "a":
            url = attributes.get("href") or self.text_from(offset)
            kind = link_kind(url)
            return None if kind is None else {"type": kind[0], **made, **kind[1]}
        if tag == "tg-emoji":
            return {"type": "custom_emoji", **made, "custom_emoji_id": attributes.get("emoji-id", "")}
        if tag == "span":
            return {"type": "spoiler", **made}
        if tag == "blockquote" and "expandable" in attributes:
            return {"type": "expandable_blockquote", **made}
        return {"type": SIMPLE[tag], **made}

    def text_from(self, offset: int) -> str:
        units = "".join(self.out).encode("utf-16-le")
        return units[offset * 2 :].decode("utf-16-le")


def link_kind(url: str) -> tuple[str, dict[str, Any]] | None:
    """Entity type and fields of a link; None where Telegram silently keeps the bare text."""
    if re.fullmatch(r"tg://user\?id=\d+", url):
        return "text_mention", {"user": {"id": int(url.rsplit("=", 1)[1]), "is_bot": False, "first_name": ""}}
    if re.match(r"(?:https?://)?[^\s/:?#]+\.[^\s/:?#]+|tg://|mailto:|tel:", url, re.I):
        return "text_link", {"url": url if ":" in url.split("/", 1)[0] else f"http://{url}"}
    return None
