"""Reading outlines of kelurahan from a GeoJSON file: which feature is which kelurahan, and what cannot be used."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from sqlmodel import Session, col, select

from bot.errors import CannotStart
from storage import boundaries
from storage.boundaries import Ring
from storage.regions import Kecamatan, Kelurahan
from storage.store import Store

_VILLAGE = ("kelurahan", "desa", "nmkelurahan", "namakelurahan", "namakel", "kelurahandesa", "desakelurahan", "keldesa",
            "namadesa", "nmdesa", "wadmkd", "village", "adm4", "adm4name", "adm4en", "namobj", "nama", "name")
_DISTRICT = ("kecamatan", "nmkecamatan", "namakecamatan", "namakec", "wadmkc", "district", "adm3", "adm3name",
             "adm3en", "kec")
"""Names of properties, folded, the most telling first."""

_CODES = ("code", "kode", "kdkelurahan", "kodekelurahan", "kodekel", "kddesa", "kodedesa", "kdepum", "kodedagri",
          "kodekemendagri", "kemendagri", "id")
_KIND = re.compile(r"^(?:kelurahan|kel|desa|kecamatan|kec)[ .]+", re.IGNORECASE)
_WIDEST = 2.0
"""Degrees. No kelurahan is so wide; what is has its coordinates in another unit or order."""


@dataclass
class Reading:
    """What a file says: kelurahan code → polygons; and a line for each feature that was not understood."""

    outlines: dict[str, list[list[Ring]]] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)


def load_boundaries(store: Store, path: Path) -> list[str]:
    """Load the outlines in a file; the lines that tell a person what became of it.

    Raises:
        CannotStart: it cannot be read, is no GeoJSON of polygons in degrees, or holds no kelurahan of this city.
            Nothing is changed then.
    """
    features = _features(path)

    def unit(session: Session) -> list[str]:
        found = read(features, Places(session))
        if not found.outlines:
            raise CannotStart(f"no kelurahan of this city in {path.name}: {found.odd[0]}")
        polygons = boundaries.replace(session, found.outlines)
        return _told(path, found, polygons, boundaries.without(session))

    return store.run(unit)


def _told(path: Path, found: Reading, polygons: int, missing: list[str]) -> list[str]:
    lines = [f"loaded the outlines of {len(found.outlines)} kelurahan ({polygons} polygons) from {path.name}."]
    if missing:
        lines.append(f"{len(missing)} kelurahan have no outline yet: {_some(missing)}.")
    if found.odd:
        lines.append(f"{len(found.odd)} features were not understood: {_some(found.odd)}.")
    return lines


def _some(names: list[str], most: int = 5) -> str:
    return "; ".join(names[:most]) + (f"; and {len(names) - most} more" if len(names) > most else "")


def _features(path: Path) -> list[Any]:
    try:
        found = orjson.loads(path.read_bytes())
    except OSError as error:
        raise CannotStart(f"{path.name} cannot be read ({error.strerror}).") from error
    except orjson.JSONDecodeError as error:
        raise CannotStart(f"{path.name} is no GeoJSON file: {error.msg} (line {error.lineno}).") from error
    kind = found.get("type") if isinstance(found, dict) else None
    features = [found] if kind == "Feature" else found.get("features") if kind == "FeatureCollection" else None
    if not isinstance(features, list) or not features:
        raise CannotStart(f"{path.name} holds no features: a GeoJSON FeatureCollection of polygons is needed.")
    return features


class Places:
    """The kelurahan of the city, by code and by name."""

    def __init__(self, session: Session) -> None:
        rows = session.exec(select(Kelurahan, Kecamatan.name).join(
            Kecamatan, col(Kecamatan.code) == col(Kelurahan.kecamatan_code))).all()
        self._codes = {_digits(one.code): one.code for one, _ in rows}
        self._names: dict[str, list[tuple[str, str]]] = {}
        for one, district in rows:
            self._names.setdefault(_plain(one.name), []).append((_plain(district), one.code))

    def by_code(self, value: Any) -> str | None:
        """``36.74.01.1001``, ``3674011001`` or the number."""
        return self._codes.get(_digits(str(int(value) if isinstance(value, float) and value.is_integer() else value)))

    def by_name(self, village: str, district: str | None) -> str | None:
        """The kelurahan of a name in its kecamatan; without one, if only one has the name."""
        found = self._names.get(_plain(village), [])
        if district is not None:
            found = [one for one in found if one[0] == _plain(district)]
        return found[0][1] if len(found) == 1 else None


def read(features: Iterable[Any], places: Places) -> Reading:
    """Which kelurahan the features are. Several of one kelurahan are its parts."""
    made = Reading()
    for number, feature in enumerate(features, 1):
        try:
            if not isinstance(feature, dict):
                raise ValueError("no feature")
            code = _kelurahan(feature.get("properties"), places)
            made.outlines.setdefault(code, []).extend(_polygons(feature.get("geometry")))
        except ValueError as reason:
            made.odd.append(f"feature {number}: {reason}")
    made.outlines = {code: polygons for code, polygons in made.outlines.items() if polygons}
    return made


def _kelurahan(properties: Any, places: Places) -> str:
    given = {_plain(str(key)): value for key, value in properties.items()} if isinstance(properties, dict) else {}
    first = [given[key] for key in _CODES if key in given]
    # BPS numbers places in its own way: its codes look alike and mean others.
    rest = [value for key, value in given.items() if "bps" not in key]
    for value in [*first, *rest]:
        if isinstance(value, str | int | float) and (code := places.by_code(value)) is not None:
            return code
    village, district = _first(given, _VILLAGE), _first(given, _DISTRICT)
    if village is None:
        raise ValueError("neither the code of a kelurahan nor a name")
    code = places.by_name(village, district)
    if code is None:
        raise ValueError(f"no kelurahan {village[:40]}" + (f" in {district[:40]}" if district else "") + " here")
    return code


def _first(given: dict[str, Any], keys: tuple[str, ...]) -> str | None:
    return next((given[key] for key in keys if isinstance(given.get(key), str) and given[key].strip()), None)


def _polygons(geometry: Any) -> list[list[Ring]]:
    kind, found = (geometry.get("type"), geometry.get("coordinates")) if isinstance(geometry, dict) else (None, None)
    if kind not in ("Polygon", "MultiPolygon") or not isinstance(found, list):
        raise ValueError("no polygon")
    polygons = [found] if kind == "Polygon" else found
    return [_rings(polygon) for polygon in polygons]


def _rings(polygon: Any) -> list[Ring]:
    if not isinstance(polygon, list) or not polygon:
        raise ValueError("an empty polygon")
    rings = [_ring(ring) for ring in polygon]
    if max(max(axis) - min(axis) for axis in zip(*rings[0], strict=True)) > _WIDEST:
        raise ValueError("wider than any kelurahan")
    return rings


def _ring(ring: Any) -> Ring:
    if not isinstance(ring, list) or len({repr(corner) for corner in ring}) < 3:
        raise ValueError("a polygon with less than three corners")
    return [_corner(corner) for corner in ring]


def _corner(corner: Any) -> tuple[float, float]:
    if not isinstance(corner, list) or len(corner) < 2 or not all(
            isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one) for one in corner[:2]):
        raise ValueError("a corner that is no pair of numbers")
    lon, lat = float(corner[0]), float(corner[1])
    if abs(lat) > 90 >= abs(lon):
        raise ValueError("latitude and longitude are in the wrong order (GeoJSON: longitude first)")
    if abs(lat) > 90 or abs(lon) > 180:
        raise ValueError("coordinates are not in degrees (save the file as WGS 84, EPSG:4326)")
    return lon, lat


def _digits(code: str) -> str:
    return code.strip().replace(".", "").replace(" ", "")


def _plain(name: str) -> str:
    """``Kel. Rawa-Buntu`` and ``Rawabuntu`` are one."""
    return "".join(sign for sign in _KIND.sub("", name.strip()).casefold() if sign.isalnum())
