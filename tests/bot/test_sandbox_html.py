"""Telegram's HTML parse mode, as the sandbox checks it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.entities import cut, to_html, trimmed, utf16_len, with_found
from bot.sandbox.errors import ApiError
from bot.sandbox.html import parse_html
from bot.sandbox.person import split_text


def test_nested_tags_become_entities_in_utf16_units() -> None:
    text, entities = parse_html("🏠 <b>Rumah <i>Ibu &amp; Bapak</i></b> &lt;3")
    assert text == "🏠 Rumah Ibu & Bapak <3"
    assert entities == [
        {"type": "bold", "offset": 3, "length": 17},
        {"type": "italic", "offset": 9, "length": 11},
    ]
    assert cut(text, 9, 11) == "Ibu & Bapak"


def test_every_allowed_tag() -> None:
    source = (
        "<strong>a</strong><em>b</em><u>c</u><ins>d</ins><s>e</s><strike>f</strike><del>g</del>"
        "<tg-spoiler>h</tg-spoiler><span class='tg-spoiler'>i</span><code>j</code><pre>k</pre>"
        '<a href="https://example.org/?a=1&amp;b=2">l</a><blockquote expandable>m</blockquote>'
        '<pre><code class="language-python">n</code></pre><tg-emoji emoji-id="5">o</tg-emoji>'
    )
    text, entities = parse_html(source)
    assert text == "abcdefghijklmno"
    kinds = [entity["type"] for entity in entities]
    assert kinds == [
        "bold", "italic", "underline", "underline", "strikethrough", "strikethrough", "strikethrough", "spoiler",
        "spoiler", "code", "pre", "text_link", "expandable_blockquote", "pre", "custom_emoji",
    ]  # fmt: skip
    assert entities[11]["url"] == "https://example.org/?a=1&b=2"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("Halo <h1>x</h1>", 'Unsupported start tag "h1" at byte offset 5'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("é<b>x</i>", 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<a href>x</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 3'),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 3'),
        ('<a href="x>y</a>', "Unclosed start tag at byte offset 0"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
    ],
)
def test_refused_as_telegram_refuses(source: str, reason: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


def test_unknown_references_stay_and_numbers_are_read() -> None:
    assert parse_html("&nbsp; &copy; &#65;&#x42; AT&T &")[0] == "&nbsp; &copy; AB AT&T &"


def test_bare_link_that_is_no_address_keeps_its_text_only() -> None:
    assert parse_html('<a href="nowhere">x</a>') == ("x", [])


def test_trimmed_moves_entities() -> None:
    text, entities = parse_html("\n  <b> x </b>\n")
    assert trimmed(text, entities) == ("x", [{"type": "bold", "offset": 0, "length": 1}])


def test_found_by_telegram_itself() -> None:
    text = "😀 /start@bedah_bot, lihat https://a.id/x?y=1. t.me/bedah_bot #rumah @sari_s a@b.co 1/2 http"
    kinds = [(entity["type"], cut(text, entity["offset"], entity["length"])) for entity in with_found(text, [])]
    assert kinds == [
        ("bot_command", "/start@bedah_bot"), ("url", "https://a.id/x?y=1"), ("url", "t.me/bedah_bot"),
        ("hashtag", "#rumah"), ("mention", "@sari_s"), ("email", "a@b.co"),
    ]  # fmt: skip


def test_no_more_than_100_entities() -> None:
    text, entities = parse_html("<b>x</b> " * 120)
    assert len(with_found(text, entities)) == 100


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_escaped_text_comes_back_whatever_it_holds(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert parse_html(escaped) == (text, [])
    bold, entities = parse_html(f"<b>{escaped}</b>")
    assert bold == text
    assert parse_html(to_html(bold, entities)) == (bold, entities)


@given(st.text(st.sampled_from("a🏠 \n"), max_size=9000))
def test_a_client_splits_what_is_too_long(text: str) -> None:
    parts = split_text(text.strip())
    assert all(0 < utf16_len(part) <= 4096 for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
