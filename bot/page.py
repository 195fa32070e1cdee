"""A picture in pixels, with words that fit: what charts and maps are drawn on.

Made for a telephone, where 1080 pixels become 360: letters are three times as large as they look there. The ground is
light, and drawn, so that a dark screen shows the same picture.
"""

from __future__ import annotations

import gc
import importlib.util
import io
import logging
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from PIL import Image

# matplotlib needs a second and some forty megabytes: it is read when the first picture is drawn. Never through pyplot,
# which keeps every figure.
logging.getLogger("matplotlib").setLevel(logging.ERROR)

WIDTH, MARGIN = 1080, 44
INK, SOFT, GROUND, TRACK = "#1b1f24", "#525a63", "#ffffff", "#eceff2"
_DPI = 100

# Told apart without colours, too: each is at least half as bright again as its neighbours, and the gap is hatched.
# Houses that are further along are darker; what nobody has taken yet is of another colour altogether.
COLOURS = {
    "handed_over": "#00304d", "finished": "#0072b2", "in_progress": "#56b4e9", "claimed": "#d3ebf9",
    "open": "#d55e00",
}
HATCHED, STRIPES = frozenset({"open"}), "#f2a263"


def colour(kind: str) -> str:
    """Of a stage by its name; grey for one that is not known here."""
    return COLOURS.get(kind, "#999999")


def ink_on(kind: str) -> str:
    """What can be read on that colour."""
    return "#ffffff" if kind in ("handed_over", "finished", "open") else INK


class Page:
    """A picture, ``WIDTH`` pixels wide; x goes right, y down. Lengths and sizes of letters are pixels."""

    def __init__(self, height: int) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.height = height
        figure = Figure(figsize=(WIDTH / _DPI, height / _DPI), dpi=_DPI, facecolor=GROUND)
        self._canvas: Any = FigureCanvasAgg(figure)
        self._axes: Any = figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, WIDTH)
        self._axes.set_ylim(height, 0)

    def text(self, x: float, y: float, words: str, size: float, *, bold: bool = False, ink: str = INK,
             align: str = "left", halo: str | None = None) -> None:
        """One line, centred on the height ``y``."""
        from matplotlib.patheffects import withStroke

        around = [withStroke(linewidth=4, foreground=halo)] if halo else None
        self._axes.text(
            x, y, "".join(map(_known, words)), fontproperties=_font(bold), fontsize=_points(size), color=ink, ha=align,
            va="center_baseline", parse_math=False, path_effects=around, zorder=5)

    def box(self, x: float, y: float, width: float, height: float, kind: str | None) -> None:
        """A filled box in a stage's colour and pattern; without one the ground of a bar."""
        from matplotlib.patches import Rectangle

        self._put(Rectangle((x, y), width, height, linewidth=0, facecolor=colour(kind) if kind else TRACK), kind)

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """A thin line around a box: the palest stage ends somewhere, too."""
        from matplotlib.patches import Rectangle

        self._put(Rectangle((x, y), width, height, linewidth=1, fill=False, edgecolor=SOFT))

    def ring(self, x: float, y: float, radius: float, parts: list[tuple[str, int]]) -> None:
        """A white disc with a ring around it, whose pieces are as long as the parts (stage, number)."""
        from matplotlib.patches import Circle, Wedge

        whole, start = sum(number for _, number in parts), -90.0
        self._put(Circle((x, y), radius + 2, facecolor=GROUND, linewidth=0))
        for kind, number in parts:
            if number:
                end = start + 360 * number / whole
                self._put(Wedge((x, y), radius, start, end, width=radius * 0.34, facecolor=colour(kind),
                                edgecolor=GROUND, linewidth=0.8), kind)
                start = end
        self._put(Circle((x, y), radius, fill=False, edgecolor=INK, linewidth=1))

    def shape(self, ring: Sequence[tuple[float, float]], *, fill: str, edge: str, width: float) -> None:
        """A polygon."""
        from matplotlib.patches import Polygon

        self._put(Polygon(ring, closed=True, facecolor=fill, edgecolor=edge, linewidth=width, joinstyle="round"))

    def line(self, x: float, y: float, to_x: float, to_y: float, ink: str = "#c4cad0", width: float = 1.5) -> None:
        """A straight line."""
        self._axes.plot((x, to_x), (y, to_y), color=ink, linewidth=width, solid_capstyle="butt")

    def _put(self, drawn: Any, kind: str | None = None) -> None:
        if kind in HATCHED:
            drawn.set(hatch="//", hatchcolor=STRIPES, hatch_linewidth=2.4)
        self._axes.add_artist(drawn)

    def png(self) -> bytes:
        """The picture as a file."""
        self._canvas.draw()
        out = io.BytesIO()
        # Few colours pack well: packing harder takes three times as long for a tenth of the bytes.
        drawn = Image.frombuffer("RGBA", (WIDTH, self.height), self._canvas.buffer_rgba(), "raw", "RGBA", 0, 1)
        drawn.convert("RGB").save(out, "PNG", compress_level=3)
        return out.getvalue()


def tidy() -> None:
    """A figure refers to itself in many ways: without this the pixels of the last dozen stay in memory."""
    gc.collect(1)


def width_of(words: str, size: float, *, bold: bool = False) -> float:
    """How wide a line is, or a little less: letters that move together are not counted on."""
    return 1.01 * size * sum(_advance(sign, bold) for sign in words)


def fitting(words: str, size: float, room: float, least: float, *, bold: bool = False) -> tuple[str, float]:
    """A line that fits: in smaller letters, at last cut off with an ellipsis."""
    wide = width_of(words, size, bold=bold)
    if wide <= room:
        return words, size
    smaller = max(least, size * room / wide * 0.99)
    return cut(words, smaller, room, bold=bold), smaller


def cut(words: str, size: float, room: float, *, bold: bool = False) -> str:
    """A line that fits, its end cut off if need be."""
    if width_of(words, size, bold=bold) <= room:
        return words
    least, most = 0, len(words)
    while least < most:
        middle = (least + most + 1) // 2
        if width_of(words[:middle].rstrip() + "…", size, bold=bold) <= room:
            least = middle
        else:
            most = middle - 1
    return words[:least].rstrip() + "…"


def wrapped(words: str, size: float, room: float, most: int) -> list[str]:
    """Lines that fit, broken where the words are, or between two of them; the last of at most ``most`` is cut off."""
    lines: list[str] = []
    for part in words.splitlines():
        fresh = True
        for word in part.split():
            if lines and (len(lines) == most or (not fresh and width_of(f"{lines[-1]} {word}", size) <= room)):
                lines[-1] += f" {word}"
            else:
                lines.append(word)
            fresh = False
    return [cut(line, size, room) for line in lines]


def _points(pixels: float) -> float:
    return pixels * 72 / _DPI


@cache
def font_file(bold: bool) -> str:
    """The file of our letters. They come with matplotlib, so they are there on every system; it is not loaded."""
    found = importlib.util.find_spec("matplotlib")
    assert found is not None
    assert found.origin is not None
    return str(Path(found.origin).parent / "mpl-data" / "fonts" / "ttf" / f"DejaVuSans{'-Bold' if bold else ''}.ttf")


@cache
def _font(bold: bool) -> Any:
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=font_file(bold))


@cache
def _measure(bold: bool) -> Any:
    from matplotlib.ft2font import FT2Font

    font = FT2Font(font_file(bold))
    font.set_size(72, 72)
    return font


@lru_cache(2048)
def _advance(sign: str, bold: bool) -> float:
    """The width of a letter as a part of its size: measured once, because that takes a millisecond."""
    return float(_measure(bold).load_char(ord(_known(sign))).linearHoriAdvance) / 65536 / 72


@lru_cache(2048)
def _known(sign: str) -> str:
    """A letter that our font has."""
    return sign if _measure(False).get_char_index(ord(sign)) and _measure(True).get_char_index(ord(sign)) else "?"
