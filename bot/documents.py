"""Documents drawn at delivery: a title, sections of labels and values, tables, pictures side by side, boxes to sign
in, a footer with page numbers, on A4.

Whatever stands in a document comes out as a page: characters that the font does not know are written in the nearest
letters, and what is very long is cut, because a document that cannot be drawn helps nobody.
"""

from __future__ import annotations

import io
import threading
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from bot import pictures
from bot.page import font_file

# reportlab needs a tenth of a second and some megabytes: it is read when the first document is drawn.

_FONT, _BOLD = "document", "document-bold"
# Its fonts are shared, and it was not made for several threads.
_ONE_AT_A_TIME = threading.Lock()
_MARGIN = 20
"""Millimetres; the frame of a page keeps six points of it for itself."""
_TOP, _BOTTOM = 18, 20
"""Millimetres above and below it."""
_MOST = 2000
"""Characters of one value: more would not fit on a page."""
_LABEL = 200
"""Characters of one label."""


Load = Callable[[str], bytes]
"""The bytes of a stored picture by its key."""


def draw(document: dict[str, Any], load: Load | None = None) -> bytes:
    """A PDF. ``document``: ``title``, ``subtitle``, ``sections`` (each a ``heading`` and ``rows`` of label and value),
    ``footer`` (when and where it comes from) and ``page`` (a text with ``{page}`` and ``{pages}``).

    A section may have ``pictures`` instead of rows: lines of pictures side by side, each ``{"_file": key, "caption":
    …}``, got through ``load``; one that is not there leaves a gap. ``signatures``: who signs, each with a dotted line,
    below a sentence (``closing``).

    Or a ``table``: ``headers``, ``rows`` (a cell that is None joins the one before it), ``aligns`` ("lr…") and
    ``widths`` in millimetres, a letter and a number a column; with ``total`` its last row is a sum. ``note``: a remark
    below the section. ``one_page``: what would need more than a page is made smaller until it fits on it.
    """
    with _ONE_AT_A_TIME:
        return _drawn(document, load)


def _drawn(document: dict[str, Any], load: Load | None) -> bytes:
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import KeepInFrame, KeepTogether, Paragraph, SimpleDocTemplate, Spacer

    known = _fonts()
    title, subtitle, heading, label, value = _styles()

    def words(text: Any, most: int = _MOST) -> str:
        return escape(_clean(str(text)[: most + 1], known, most))

    story: list[Any] = [Paragraph(words(document.get("title", "")), title)]
    if document.get("subtitle"):
        story.append(Paragraph(words(document["subtitle"]), subtitle))
    for section in document.get("sections", []):
        story += [Spacer(0, 4 * mm), Paragraph(words(section["heading"]), heading)]
        rows = [[Paragraph(words(one, _LABEL), label), Paragraph(words(other), value)]
                for one, other in section.get("rows", [])]
        if rows:
            story.append(_table(rows))
        if "table" in section:
            story.append(_grid(section["table"], lambda text: words(text, _LABEL)))
        story += [pictures.side_by_side(line, load, lambda text: Paragraph(words(text, _LABEL), label))
                  for line in section.get("pictures", [])]
        if section.get("note"):
            story += [Spacer(0, 1.5 * mm), Paragraph(words(section["note"]), label)]
    if document.get("signatures"):  # nobody signs on a page of its own
        story.append(KeepTogether([
            Spacer(0, 5 * mm), Paragraph(words(document.get("closing", "")), value),
            pictures.signatures([Paragraph(words(one, _LABEL), value) for one in document["signatures"]])]))
    if document.get("one_page"):
        story = [KeepInFrame(A4[0] - 2 * _MARGIN * mm, A4[1] - (_TOP + _BOTTOM) * mm - 12, story, mode="shrink")]
    out = io.BytesIO()
    template = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=_MARGIN * mm - 6, rightMargin=_MARGIN * mm - 6, topMargin=_TOP * mm,
        bottomMargin=_BOTTOM * mm, title=_clean(str(document.get("title", "")), known),
    )
    canvas = _counting(_clean(str(document.get("footer", "")), known), str(document.get("page", "{page}/{pages}")))
    template.build(story, canvasmaker=canvas)
    return out.getvalue()


def _styles() -> list[Any]:
    from reportlab.lib import colors
    from reportlab.lib.styles import ParagraphStyle

    def style(name: str, size: float, font: str = _FONT, colour: Any = colors.black, after: float = 0.0) -> Any:
        return ParagraphStyle(name, fontName=font, fontSize=size, leading=size * 1.35, textColor=colour,
                              spaceAfter=after)

    grey = colors.HexColor("#555555")
    return [style("title", 15, _BOLD, after=2), style("subtitle", 9.5, colour=grey), style("heading", 10.5, _BOLD,
            after=2), style("label", 8.5, colour=grey), style("value", 9)]


def _table(rows: list[list[Any]]) -> Any:
    from reportlab.lib import colors
    from reportlab.lib.units import mm
    from reportlab.platypus import Table

    return Table(rows, colWidths=(52 * mm, 118 * mm), hAlign="LEFT", style=[
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ("LINEBELOW", (0, 0), (-1, -1), 0.3, colors.HexColor("#dddddd")),
    ])


def _grid(table: dict[str, Any], words: Callable[[Any], str]) -> Any:
    """Columns under their headers, figures to the right, each second row tinted for the eye."""
    from reportlab.lib import colors
    from reportlab.lib.enums import TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.platypus import Paragraph, Table

    last = len(table["rows"]) if table.get("total") else -1
    rows = [table["headers"], *table["rows"]]

    def cell(text: Any, row: int, column: int) -> Any:
        style = ParagraphStyle("cell", fontName=_BOLD if row in (0, last) else _FONT, fontSize=8, leading=10,
                               **({"alignment": TA_RIGHT} if table["aligns"][column] == "r" else {}))
        return "" if text is None else Paragraph(words(text), style)

    joined = [("SPAN", (start, row), (end, row)) for row, cells in enumerate(rows) for start, end in _spans(cells)]
    ends = [("LINEABOVE", (0, last), (-1, last), 0.8, colors.black)] if last > 0 else []
    return Table(
        [[cell(text, row, column) for column, text in enumerate(cells)] for row, cells in enumerate(rows)],
        colWidths=[width * mm for width in table["widths"]], hAlign="LEFT", repeatRows=1, style=[
            ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3), ("TOPPADDING", (0, 0), (-1, -1), 1),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2), ("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.black),
            ("ROWBACKGROUNDS", (0, 1), (-1, -1), (colors.white, colors.HexColor("#f3f3f3"))), *joined, *ends,
        ])


def _spans(cells: list[Any]) -> list[tuple[int, int]]:
    """From which cell to which a text reaches over empty ones."""
    starts = [place for place, text in enumerate(cells) if text is not None]
    ends = [place - 1 for place in [*starts[1:], len(cells)]]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if end > start]


def _counting(footer: str, page: str) -> Any:
    """A canvas that knows how many pages there are before it writes the first footer."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.pdfgen.canvas import Canvas

    class Counting(Canvas):  # type: ignore[misc]  # reportlab has no types
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._kept: list[dict[str, Any]] = []

        def showPage(self) -> None:
            self._kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, state in enumerate(self._kept, 1):
                self.__dict__.update(state)
                self.setFont(_FONT, 7.5)
                self.drawString(_MARGIN * mm, 11 * mm, footer[:110])
                self.drawRightString(A4[0] - _MARGIN * mm, 11 * mm, page.format(page=number, pages=len(self._kept)))
                super().showPage()
            super().save()

    return Counting


@cache
def _fonts() -> frozenset[int]:
    """Make the fonts known; the characters that they have."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    # reportlab's own font knows fewer scripts than that of the charts.
    for name, bold in ((_FONT, False), (_BOLD, True)):
        pdfmetrics.registerFont(TTFont(name, font_file(bold)))
    both = [set(pdfmetrics.getFont(name).face.charToGlyph) for name in (_FONT, _BOLD)]
    return frozenset(both[0] & both[1])


def _clean(text: str, known: frozenset[int], most: int = _MOST) -> str:
    """One line of at most so many characters, each of them one that the font can show."""
    short = text if len(text) <= most else text[:most] + "…"
    return "".join(_shown(sign, known) for sign in " ".join(short.split()))


def _shown(sign: str, known: frozenset[int]) -> str:
    if ord(sign) in known and sign.isprintable():
        return sign
    plain = "".join(one for one in unicodedata.normalize("NFKD", sign) if ord(one) in known and one.isprintable())
    if plain or unicodedata.category(sign) in ("Cc", "Cf", "Mn"):
        return plain
    return "?"
