"""Documents drawn at delivery: a title, sections of labels and values, a footer with page numbers, on A4.

Whatever stands in a document comes out as a page: characters that the font does not know are written in the nearest
letters, and what is very long is cut, because a document that cannot be drawn helps nobody.
"""

from __future__ import annotations

import importlib.util
import io
import threading
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

# reportlab needs a tenth of a second and some megabytes: it is read when the first document is drawn.

_FONT, _BOLD = "document", "document-bold"
# Its fonts are shared, and it was not made for several threads.
_ONE_AT_A_TIME = threading.Lock()
_MARGIN = 20
"""Millimetres; the frame of a page keeps six points of it for itself."""
_MOST = 2000
"""Characters of one value: more would not fit on a page."""
_LABEL = 200
"""Characters of one label."""


def draw(document: dict[str, Any]) -> bytes:
    """A PDF. ``document``: ``title``, ``subtitle``, ``sections`` (each a ``heading`` and ``rows`` of label and value),
    ``footer`` (when and where it comes from) and ``page`` (a text with ``{page}`` and ``{pages}``)."""
    with _ONE_AT_A_TIME:
        return _drawn(document)


def _drawn(document: dict[str, Any]) -> bytes:
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

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
                for one, other in section["rows"]]
        if rows:
            story.append(_table(rows))
    out = io.BytesIO()
    template = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=_MARGIN * mm - 6, rightMargin=_MARGIN * mm - 6, topMargin=18 * mm,
        bottomMargin=20 * mm, title=_clean(str(document.get("title", "")), known),
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
    import reportlab
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    own = Path(reportlab.__file__).parent / "fonts"
    pairs = [(own / "Vera.ttf", own / "VeraBd.ttf")]
    # Its font knows many more scripts; it is there wherever charts are drawn.
    wider = importlib.util.find_spec("matplotlib")
    if wider is not None and wider.origin is not None:
        folder = Path(wider.origin).parent / "mpl-data" / "fonts" / "ttf"
        pairs.insert(0, (folder / "DejaVuSans.ttf", folder / "DejaVuSans-Bold.ttf"))
    plain, bold = next(pair for pair in pairs if pair[0].exists() and pair[1].exists())
    for name, path in ((_FONT, plain), (_BOLD, bold)):
        pdfmetrics.registerFont(TTFont(name, str(path)))
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
