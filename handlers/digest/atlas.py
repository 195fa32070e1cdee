"""The digest's map: houses by stage, a ring for each kelurahan, never a house.

Where outlines are loaded a ring stands in the middle of its kelurahan; elsewhere near the mean of many families' pins
(:mod:`storage.positions`). What leaves this module are whole numbers on a plane of a thousand by a thousand: nobody can
work out a pin from them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from handlers.digest.chart import KINDS, Spec, said
from handlers.digest.sheet import Sheet
from handlers.kit.runtime import Runtime
from storage import boundaries, positions, regions
from storage.boundaries import Ring
from storage.positions import Place
from storage.regions import Kelurahan

SIDE = 1000
# A map is never closer than this many degrees (two kilometres).
_CLOSEST = 0.02
# With more rings than these their names would lie on each other: the kecamatan are named then.
_NAMED = 12

_Corners = list[list[int]]


@dataclass(frozen=True)
class Atlas:
    """``spec``: what ``bot.maps`` draws. ``missing``: kelurahan that have no place on it → their houses."""

    spec: Spec
    missing: dict[str, int]


def atlas(session: Session, runtime: Runtime, sheet: Sheet, made_at: datetime) -> Atlas | None:
    """The map of these numbers; None where no kelurahan of theirs can be placed."""
    area = sheet.numbers.get("area")
    figures = {code: [row[kind] for kind in KINDS] for code, row in sheet.numbers.get("kelurahan", {}).items()}
    known = {one.code: one for one in regions.all_kelurahan(session) if area in (None, one.kecamatan_code)}
    outlines = boundaries.outlines(session, known)
    places = {code: heart(max((rings[0] for rings in polygons), key=_size)) for code, polygons in outlines.items()}
    places |= positions.rough(session, figures.keys() - places.keys())
    shown = sorted((code for code in figures if code in places and code in known), key=lambda code: -sum(figures[code]))
    if not shown:
        return None
    plane = _Plane([*(places[code] for code in shown),
                    *((lat, lon) for polygons in outlines.values() for rings in polygons for lon, lat in rings[0])])
    tints = {code: number for number, code in enumerate(sorted({one.kecamatan_code for one in known.values()}))}
    spots = [{
        "at": plane.at(*places[code]), "parts": figures[code], "written": sheet.figure(sum(figures[code])),
        "name": known[code].name if len(shown) <= _NAMED else "",
    } for code in shown]
    spec = said(session, runtime, sheet, made_at, "digest.map") | {
        "size": plane.size,
        "key": sheet.label("digest.map.key"),
        "shapes": [{"tint": tints[known[code].kecamatan_code], "ring": ring} for code, polygons in outlines.items()
                   for rings in polygons if (ring := plane.ring(rings[0]))],
        "spots": spots,
        "names": [] if len(shown) <= _NAMED else _districts(sheet, known, {code: plane.at(*places[code])
                                                                          for code in shown}),
    }
    missing = {known[code].name if code in known else code: sum(row) for code, row in figures.items()
               if code not in shown}
    return Atlas(spec, missing)


def _districts(sheet: Sheet, known: dict[str, Kelurahan], spots: dict[str, list[int]]) -> list[tuple[str, list[int]]]:
    """Names of kecamatan in the middle of their rings."""
    found: dict[str, list[list[int]]] = {}
    for code, spot in spots.items():
        found.setdefault(known[code].kecamatan_code, []).append(spot)
    return [(sheet.places[code].name, [round(sum(axis) / len(axis)) for axis in zip(*members, strict=True)])
            for code, members in found.items() if code in sheet.places]


class _Plane:
    """The plane that places lie on: x to the right, y down, the longer side ``SIDE``. Degrees of longitude are as long
    as they are in the middle of the city."""

    def __init__(self, places: Iterable[Place]) -> None:
        lats, lons = zip(*places, strict=True)
        self._flat = math.cos(math.radians((min(lats) + max(lats)) / 2))
        width, height = (max(lons) - min(lons)) * self._flat, max(lats) - min(lats)
        self._scale = SIDE / max(width, height, _CLOSEST)
        self._north, self._west = max(lats), min(lons)
        self.size = [round(width * self._scale), round(height * self._scale)]

    def at(self, lat: float, lon: float) -> list[int]:
        """Where a place lies."""
        return [round((lon - self._west) * self._flat * self._scale), round((self._north - lat) * self._scale)]

    def ring(self, corners: Ring) -> _Corners:
        """An outline as fine as the picture shows it; nothing of one that is smaller than a point. Neighbours share
        their corners, so what they lose here is the same on both sides."""
        kept: _Corners = []
        for lon, lat in corners:
            corner = self.at(lat, lon)
            if kept and kept[-1] == corner:
                continue
            if len(kept) > 1 and _straight(kept[-2], kept[-1], corner):
                kept.pop()
            kept.append(corner)
        return kept if len(kept) > 2 else []


def _straight(first: list[int], middle: list[int], last: list[int]) -> bool:
    """Whether three corners lie on one line, the second between the others."""
    ahead, on = (middle[0] - first[0], middle[1] - first[1]), (last[0] - middle[0], last[1] - middle[1])
    return ahead[0] * on[1] == ahead[1] * on[0] and ahead[0] * on[0] + ahead[1] * on[1] > 0


def _size(ring: Ring) -> float:
    """The area of a polygon in square degrees."""
    return abs(sum(x * to_y - to_x * y for (x, y), (to_x, to_y) in zip(ring, [*ring[1:], ring[0]], strict=True))) / 2


def heart(ring: Ring) -> Place:
    """A place well inside an outline: on the parallel through the middle of its corners, in the middle of the longest
    piece of it that lies inside."""
    lats = [lat for _, lat in ring]
    lat = (min(lats) + max(lats)) / 2
    crossed = sorted(
        x + (lat - y) / (to_y - y) * (to_x - x)
        for (x, y), (to_x, to_y) in zip(ring, [*ring[1:], ring[0]], strict=True) if (y > lat) != (to_y > lat))
    pieces = [(east - west, (east + west) / 2) for west, east in zip(crossed[::2], crossed[1::2], strict=True)]
    return lat, max(pieces)[1] if pieces else ring[0][0]
