"""``bedah boundaries``: files as agencies make them, and one line for what is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot.boundaries import load_boundaries
from bot.errors import CannotStart
from storage.boundaries import Boundary, kelurahan_at
from storage.store import Store
from tests.bot.rig import bedah

SQUARE = [[106.70, -6.34], [106.74, -6.34], [106.74, -6.30], [106.70, -6.30], [106.70, -6.34]]
INSIDE = (-6.32, 106.72)


def feature(properties: Any, ring: Any = None, kind: str = "Polygon") -> dict[str, Any]:
    rings = [SQUARE if ring is None else ring]
    return {"type": "Feature", "properties": properties,
            "geometry": {"type": kind, "coordinates": [rings] if kind == "MultiPolygon" else rings}}


def write(folder: Path, content: Any) -> Path:
    path = folder / "outlines.geojson"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def load(database: Store, folder: Path, *features: Any) -> list[str]:
    return load_boundaries(database, write(folder, {"type": "FeatureCollection", "features": list(features)}))


@pytest.mark.parametrize("properties", [
    {"code": "36.74.06.1002"}, {"KODE": "3674061002"}, {"kd_kelurahan": 3674061002}, {"KDEPUM": "36.74.06.1002"},
    {"objectid": 7, "kode_desa": 3674061002.0, "nama": "?"}, {"anything": "36.74.06.1002"},
    {"kelurahan": "Benda Baru", "kecamatan": "Pamulang"}, {"KELURAHAN": "Kel. BENDABARU", "KECAMATAN": "Kec. pamulang"},
    {"WADMKD": "Benda-Baru", "WADMKC": "Pamulang"}, {"name": "Benda Baru"},
    {"kdbps": "3674011001", "desa": "Benda Baru", "kecamatan": "Pamulang"},
])
def test_a_kelurahan_is_found_by_its_code_or_its_names(database: Store, tmp_path: Path, properties: Any) -> None:
    lines = load(database, tmp_path, feature(properties))
    assert "outlines of 1 kelurahan (1 polygons)" in lines[0]
    assert "53 kelurahan have no outline yet" in lines[1]
    found = database.run(lambda session: kelurahan_at(session, *INSIDE))
    assert found is not None
    assert found.code == "36.74.06.1002"


def test_what_was_not_understood_is_named_and_loading_again_replaces(database: Store, tmp_path: Path) -> None:
    away = [[lon + 1, lat] for lon, lat in SQUARE]
    lines = load(database, tmp_path, feature({"code": "36.74.06.1002"}, away, "MultiPolygon"),
                 feature({"kelurahan": "Antah Berantah", "kecamatan": "Pamulang"}), feature(None), 7,
                 {"type": "Feature", "properties": {"code": "36.74.06.1001"}, "geometry": {"type": "Point"}})
    assert "4 features were not understood" in lines[-1]
    assert "feature 2: no kelurahan Antah Berantah in Pamulang here" in lines[-1]
    load(database, tmp_path, feature({"code": "36.74.06.1002"}))
    assert database.run(lambda session: kelurahan_at(session, *INSIDE)) is not None
    assert database.run(lambda session: kelurahan_at(session, INSIDE[0], INSIDE[1] + 1)) is None


@pytest.mark.parametrize(("content", "word"), [
    ("", "no GeoJSON"), ("PK\x03\x04", "no GeoJSON"), ("[]", "no features"),
    ({"type": "FeatureCollection"}, "no features"),
    ({"type": "FeatureCollection", "features": []}, "no features"),
    ({"type": "FeatureCollection", "features": [feature({"code": "31.74.06.1007"})]}, "neither the code"),
    ({"type": "FeatureCollection", "features": [feature({"name": "Gambir"})]}, "no kelurahan Gambir"),
    (feature({"code": "36.74.06.1002"}, [[c[1], c[0]] for c in SQUARE]), "wrong order"),
    (feature({"code": "36.74.06.1002"}, [[690000 + i, 9300000 + i * i] for i in range(5)]), "EPSG:4326"),
    (feature({"code": "36.74.06.1002"}, SQUARE[:2]), "three corners"),
    (feature({"code": "36.74.06.1002"}, [["a", "b"], [1, 2], [3]]), "no pair"),
    (feature({"code": "36.74.06.1002"}, [[1, 1], [9, 1], [9, 9]]), "wider than any"),
    (feature({"code": "36.74.06.1002"}, []), "three corners"),
])
def test_nonsense_is_refused_and_changes_nothing(
    database: Store, tmp_path: Path, content: Any, word: str
) -> None:
    with pytest.raises(CannotStart, match=word):
        load_boundaries(database, write(tmp_path, content))
    assert database.run(lambda session: session.exec(select(Boundary)).all()) == []


def test_the_command(tmp_path: Path) -> None:
    done = bedah("boundaries", str(write(tmp_path, feature({"code": "36.74.06.1002"}))), folder=tmp_path)
    assert done.returncode == 0
    assert "loaded the outlines of 1 kelurahan" in done.stdout
    for bad in (str(tmp_path), str(tmp_path / "none.geojson"), str(write(tmp_path, "{}"))):
        done = bedah("boundaries", bad, folder=tmp_path)
        assert done.returncode == 1
        assert done.stderr.startswith("bedah: ")
        assert len(done.stderr.strip().splitlines()) == 1
