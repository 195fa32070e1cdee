"""What a document has besides words: pictures side by side, and lines to sign on."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from typing import Any

from PIL import Image

log = logging.getLogger("bedah.documents")

_WIDTH, _HEIGHT = 84, 52
"""Millimetres of one picture at most."""
_PIXELS = 900
"""The longer side of a picture on paper: a record with fourteen of them stays a small file."""


def side_by_side(line: list[dict[str, Any]], load: Callable[[str], bytes] | None, words: Callable[[str], Any]) -> Any:
    """Pictures beside each other, each with its caption below. ``words`` makes a paragraph of a text."""
    from reportlab.lib import colors
    from reportlab.lib.units import mm
    from reportlab.platypus import Table

    cells = [_picture(one.get("_file"), load) or "" for one in line]
    captions = [words(str(one.get("caption", ""))) for one in line]
    widths = [(_WIDTH + 1) * mm] * len(line)
    return Table([cells, captions], colWidths=widths, hAlign="LEFT", spaceBefore=2 * mm, style=[
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5), ("NOSPLIT", (0, 0), (-1, -1)),
        ("LINEBELOW", (0, 1), (-1, 1), 0.3, colors.HexColor("#dddddd")),
    ])


def _picture(key: str | None, load: Callable[[str], bytes] | None) -> Any:
    """None where there is none, or what is there is no picture: the document is drawn all the same."""
    from reportlab.lib.units import mm
    from reportlab.platypus import Image as Drawn

    if key is None or load is None:
        return None
    try:
        with Image.open(io.BytesIO(load(key)), formats=("JPEG",)) as opened:
            small = opened.convert("RGB")
        small.thumbnail((_PIXELS, _PIXELS))
        out = io.BytesIO()
        small.save(out, "JPEG", quality=80)
    except Exception as error:  # a store that is away raises whatever it likes
        log.warning("a picture is left out of a document: %s", type(error).__name__)
        return None
    scale = min(_WIDTH * mm / small.width, _HEIGHT * mm / small.height)
    return Drawn(out, width=small.width * scale, height=small.height * scale)


def signatures(names: list[Any]) -> Any:
    """Who signs, side by side, each above a dotted line; nothing is written on it."""
    from reportlab.lib import colors
    from reportlab.lib.units import mm
    from reportlab.platypus import Table

    width = 170 / len(names)
    lines = [("LINEBELOW", (number, 1), (number, 1), 0.7, colors.black, "round", (1, 2)) for number in
             range(0, 2 * len(names), 2)]
    cells: list[Any] = [part for name in names for part in (name, "")]
    widths = [(width - 8) * mm, 8 * mm] * len(names)
    return Table([cells, [""] * len(cells)], widths, [None, 24 * mm], hAlign="LEFT", spaceBefore=8 * mm, style=[
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0), *lines])
