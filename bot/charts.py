"""Charts drawn at delivery from frozen numbers: how far the houses of each place are, and the gap that remains."""

from __future__ import annotations

from typing import Any

from bot.page import MARGIN, SOFT, WIDTH, Page, colour, cut, fitting, ink_on, width_of, wrapped

_ROOM = WIDTH - 2 * MARGIN
MOST = 13
"""Bars on one picture: with more, the letters would be too small for a telephone."""
_TITLE, _MESSAGE, _SUMS, _LEGEND, _NAME, _FIGURE, _SOURCE = 36, 66, 36, 32, 34, 30, 27
_BAR, _TALLEST = 40, 1400


def draw_chart(spec: dict[str, Any]) -> bytes:
    """A PNG. ``spec``: ``title``; ``message``, what the picture says in a sentence; ``sums`` below it; ``source``;
    ``legend``: [stage, words] in the order of the parts; ``rows``: ``name``, ``note`` (words at the end of the line)
    and ``parts``, [number, as it is written] each. All rows have one scale.
    """
    rows = spec["rows"][:MOST]
    placed, top = legend(spec["legend"], 252)
    source = foot(spec["source"])
    below = 40 + 36 * len(source)
    step = min(104, max(82, (_TALLEST - top - below) / max(len(rows), 1)))
    page = Page(round(top + step * len(rows) + below))
    head(page, spec, placed)
    sums, size = fitting(str(spec["sums"]), _SUMS, _ROOM, 24)
    page.text(MARGIN, 182, sums, size)
    kinds = [kind for kind, _ in spec["legend"]]
    largest = max((sum(number for number, _ in row["parts"]) for row in rows), default=0) or 1
    for number, row in enumerate(rows):
        _row(page, top + step * number, row, kinds, _ROOM / largest)
    sign(page, source)
    return page.png()


Placed = list[tuple[float, float, str, str]]


def head(page: Page, spec: dict[str, Any], placed: Placed) -> None:
    """What stands on top of every picture: what it is of, its message, the stages."""
    title, size = fitting(str(spec["title"]), _TITLE, _ROOM, 26)
    page.text(MARGIN, 52, title, size, ink=SOFT)
    message, size = fitting(str(spec["message"]), _MESSAGE, _ROOM, 40, bold=True)
    page.text(MARGIN, 118, message, size, bold=True)
    for x, y, kind, words in placed:
        page.box(x, y - 16, 32, 32, kind)
        page.frame(x, y - 16, 32, 32)
        page.text(x + 44, y, words, _LEGEND)


def legend(entries: list[tuple[str, str]], top: float) -> tuple[Placed, float]:
    """(x, y, stage, words) from the height ``top``, as many on a line as there is room for; and where it ends."""
    placed: Placed = []
    x, y = float(MARGIN), top
    for kind, words in entries:
        shown = cut(str(words), _LEGEND, _ROOM - 44)
        wide = 44 + width_of(shown, _LEGEND)
        if x > MARGIN and x + wide > WIDTH - MARGIN:
            x, y = float(MARGIN), y + 50
        placed.append((x, y, kind, shown))
        x += wide + 34
    return placed, y + 56


def foot(source: str) -> list[str]:
    """The lines of where a picture comes from."""
    return wrapped(str(source), _SOURCE, _ROOM, 2)


def sign(page: Page, source: list[str]) -> None:
    """Write them at the bottom."""
    for number, line in enumerate(reversed(source)):
        page.text(MARGIN, page.height - 34 - 36 * number, line, _SOURCE, ink=SOFT)


def _row(page: Page, top: float, row: dict[str, Any], kinds: list[str], scale: float) -> None:
    note = cut(str(row["note"]), _FIGURE, _ROOM * 0.6)
    room = _ROOM - width_of(note, _FIGURE) - 24
    # Names that begin alike are told apart by their ends: small letters are better than none.
    name, size = fitting(str(row["name"]), _NAME, room, 24, bold=True)
    page.text(MARGIN, top + 16, name, size, bold=True)
    page.text(WIDTH - MARGIN, top + 16, note, _FIGURE, align="right")
    page.box(MARGIN, top + 37, _ROOM, _BAR, None)
    x = float(MARGIN)
    for kind, (number, written) in zip(kinds, row["parts"], strict=True):
        wide = number * scale
        if wide <= 0:
            continue
        page.box(x, top + 37, wide, _BAR, kind)
        if width_of(written, _FIGURE, bold=True) + 10 <= wide:
            page.text(x + wide / 2, top + 37 + _BAR / 2, written, _FIGURE, bold=True, ink=ink_on(kind),
                      align="center", halo=colour(kind))
        x += wide
    page.frame(MARGIN, top + 37, x - MARGIN, _BAR)
