"""A table in letters of one width, narrow enough for a telephone."""

from collections.abc import Sequence

WIDTH = 34
"""Characters of a <pre> block that a screen 360 pixels wide shows without wrapping."""

_READABLE = 6
"""A text column is not cut below this while anything else can give way."""


def table(rows: Sequence[Sequence[str]], headers: Sequence[str], aligns: Sequence[str], width: int = WIDTH) -> str:
    """Rows under headers, for a <pre> block: plain text, so escape it when it goes into HTML.

    `aligns` has "l" or "r" a column ("lrr"). What is too long for `width` characters is shortened with "…":
    first the texts, then the headers over figures, then the texts further. A figure, which is what stands
    in an "r" column, is never cut: a table of too many figures is wider than `width`.
    Raises ValueError if a row, the headers and `aligns` differ in length, or for another alignment.
    """
    lines = [[" ".join(cell.split()) for cell in line] for line in (headers, *rows)]
    if set(aligns) - {"l", "r"} or any(len(line) != len(aligns) for line in lines):
        raise ValueError("each row needs one cell for each alignment, l or r")
    widths = _widths(lines, aligns, width)
    return "\n".join(
        " ".join(_cell(cell, size, align) for cell, size, align in zip(line, widths, aligns, strict=True)).rstrip()
        for line in lines
    )


def beside(words: Sequence[str], across: int = 3) -> str:
    """So many codes beside each other, for a <pre> block: elsewhere a line breaks within a code, at its hyphen."""
    width = max(map(len, words), default=0)
    return "\n".join("  ".join(word.ljust(width) for word in words[start : start + across]).rstrip()
                     for start in range(0, len(words), across))


def _widths(lines: list[list[str]], aligns: Sequence[str], width: int) -> list[int]:
    columns = list(zip(*lines, strict=True))
    sizes = [max(map(len, column)) for column in columns]
    texts = [at for at, align in enumerate(aligns) if align == "l"]
    figures = [at for at, align in enumerate(aligns) if align == "r"]
    bodies = {at: max(map(len, columns[at][1:]), default=1) for at in figures}
    for floors in (
        dict.fromkeys(texts, _READABLE),
        {at: max(1, body) for at, body in bodies.items()},
        dict.fromkeys(texts, 1),
    ):
        while sum(sizes) + len(sizes) - 1 > width:
            widest = max((at for at in floors if sizes[at] > floors[at]), key=lambda at: sizes[at], default=None)
            if widest is None:
                break
            sizes[widest] -= 1
    return sizes


def _cell(text: str, size: int, align: str) -> str:
    shown = text if len(text) <= size else text[: size - 1].rstrip() + "…"
    return shown.rjust(size) if align == "r" else shown.ljust(size)
