"""Maps drawn at delivery: a ring of stages for each kelurahan on its pale ground, never a single house."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from bot.charts import foot, head, legend, sign
from bot.page import INK, MARGIN, SOFT, WIDTH, Page, cut, width_of, wrapped

_AROUND = 66
"""Pixels around the places, so that a ring at the edge is whole."""
_ROOM = WIDTH - 2 * _AROUND
_LARGEST, _SMALLEST = 54, 27
_CROWD = 60
"""With more rings than these they are smaller."""
_TINTS = ("#e6ebf0", "#f3ecdf", "#e1eee6", "#efe6f1", "#f7efd9", "#dfe8f5", "#f3e6e4")
_PLATE, _BORDER, _HALO = "#f3f5f7", "#b4bdc6", "#ffffff"
_KEY, _NAME, _DISTRICT, _LOWEST = 28, 28, 25, 15
_TURNS = 150


@dataclass
class _Item:
    """What needs room of its own: its centre, half its width and height, and whether it is round."""

    at: tuple[float, float]
    wide: float
    high: float
    round: bool


def draw_map(spec: dict[str, Any]) -> bytes:
    """A PNG. ``spec``: as of a chart, without rows and sums. ``key``: what the figures are. ``size``: of the plane;
    ``shapes``: outlines on it (``ring`` of [x, y], ``tint``: neighbours that belong together have the same);
    ``spots``: ``at`` [x, y], ``parts`` in the order of the legend, ``written``: the figure, ``name``; ``names``:
    [words, [x, y]] beside them.
    """
    wide, high = spec["size"]
    placed, top = legend(spec["legend"], 192)
    key, source = wrapped(str(spec["key"]), _KEY, WIDTH - 2 * MARGIN, 2), foot(spec["source"])
    scale = _ROOM / max(wide, high, 1)
    ground = top + 36 * len(key)
    tall = max(high * scale, 300.0) + 2 * _AROUND
    page = Page(round(ground + tall + 40 + 36 * len(source)))
    left, above = (WIDTH - wide * scale) / 2, ground + (tall - high * scale) / 2

    def at(point: list[int]) -> tuple[float, float]:
        return left + point[0] * scale, above + point[1] * scale

    head(page, spec, placed)
    for number, line in enumerate(key):
        page.text(MARGIN, top + 36 * number, line, _KEY, ink=SOFT)
    if not spec["shapes"]:
        corners = [(MARGIN, ground), (WIDTH - MARGIN, ground), (WIDTH - MARGIN, ground + tall), (MARGIN, ground + tall)]
        page.shape(corners, fill=_PLATE, edge=_PLATE, width=0)
    for shape in spec["shapes"]:
        page.shape([at(corner) for corner in shape["ring"]], fill=_TINTS[shape["tint"] % len(_TINTS)], edge=_BORDER,
                   width=1.2)
    _spots(page, spec, at, (ground, ground + tall))
    sign(page, source)
    return page.png()


def _spots(page: Page, spec: dict[str, Any], at: Any, between: tuple[float, float]) -> None:
    kinds, spots = [kind for kind, _ in spec["legend"]], spec["spots"]
    radii = _radii([sum(spot["parts"]) for spot in spots])
    names = [cut(str(spot["name"]), _NAME, 330) for spot in spots]
    districts = [cut(str(words).upper(), _DISTRICT, 330, bold=True) for words, _ in spec["names"]]
    items = [
        _Item(at(spot["at"]), max(radius, width_of(name, _NAME) / 2), radius + (19 if name else 0), not name)
        for spot, radius, name in zip(spots, radii, names, strict=True)
    ] + [_Item(at(point), width_of(words, _DISTRICT, bold=True) / 2, 15, False)
         for words, (_, point) in zip(districts, spec["names"], strict=True)]
    _apart(items, between)
    for item, spot, radius, name in zip(items, spots, radii, names, strict=False):
        x, y = item.at[0], item.at[1] - (19 if name else 0)
        page.ring(x, y, radius, list(zip(kinds, spot["parts"], strict=True)))
        size = min(34.0, radius * 1.22 / width_of(spot["written"], 1, bold=True))
        if size >= _LOWEST:
            page.text(x, y, spot["written"], size, bold=True, align="center")
        if name:
            page.text(x, y + radius + 20, name, _NAME, align="center", halo=_HALO)
    for item, words in zip(items[len(spots):], districts, strict=True):
        page.text(*item.at, words, _DISTRICT, bold=True, ink=INK, align="center", halo=_HALO)


def _radii(numbers: list[int]) -> list[float]:
    """The area of a ring says how many houses; the smallest are still large enough to be read."""
    most = max(numbers, default=0) or 1
    shrink = min(1.0, math.sqrt(_CROWD / max(len(numbers), 1)))
    return [shrink * max(_SMALLEST, _LARGEST * math.sqrt(number / most)) for number in numbers]


def _apart(items: list[_Item], between: tuple[float, float]) -> None:
    """What lies on something else is pushed aside, as little as needed, and stays on the picture."""
    import numpy as np

    if not items:
        return
    at = np.array([one.at for one in items], dtype=float)
    half = np.array([(one.wide, one.high) for one in items]) + 2
    both = np.array([one.round for one in items])
    both = both[:, None] & both[None, :]
    lowest = np.array([MARGIN, between[0]]) + half + 8
    highest = np.maximum(np.array([WIDTH - MARGIN, between[1]]) - half - 8, lowest)
    # Two at the very same place must know in which direction to go.
    turn = np.arange(len(at)) * 2.4
    at = np.clip(at + np.stack([np.cos(turn), np.sin(turn)], axis=1) * 0.01, lowest, highest)
    for _ in range(_TURNS):
        away = at[:, None, :] - at[None, :, :]
        distance = np.hypot(away[..., 0], away[..., 1])
        near = np.clip(half[:, None, 0] + half[None, :, 0] - distance, 0, None)
        circles = away / np.maximum(distance, 1e-9)[..., None] * near[..., None] * both[..., None]
        lacking = np.clip(half[:, None, :] + half[None, :, :] - np.abs(away), 0, None)
        lacking *= (lacking.min(axis=2) > 0)[..., None] & ~both[..., None]
        # Boxes part along the shorter way.
        sideways = lacking[..., 0] < lacking[..., 1]
        boxes = np.sign(away) * lacking * np.stack([sideways, ~sideways], axis=2)
        push = circles + boxes
        push[np.arange(len(at)), np.arange(len(at))] = 0
        if not np.abs(push).max(initial=0) > 0.5:
            break
        at = np.clip(at + push.sum(axis=1) * 0.3, lowest, highest)
    for one, (x, y) in zip(items, at, strict=True):
        one.at = float(x), float(y)
