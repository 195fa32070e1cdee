"""In which kelurahan a place lies: polygons with holes, edges and corners, on both databases."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from storage import boundaries
from storage.boundaries import Ring, inside, kelurahan_at, without
from storage.store import Store
from tests.storage.test_queries import _plan as plan_of

BENDA, PAMULANG_BARAT = "36.74.06.1002", "36.74.06.1001"


def square(west: float, south: float, size: float = 1.0) -> Ring:
    return [(west, south), (west + size, south), (west + size, south + size), (west, south + size), (west, south)]


def load(session: Session) -> None:
    """Two neighbours; the left one has a hole, and an island apart."""
    boundaries.replace(session, {
        BENDA: [[square(0, 0), square(0.4, 0.4, 0.2)], [square(5, 5)]],
        PAMULANG_BARAT: [[square(1, 0)]],
    })


def at(database: Store, lat: float, lon: float) -> str | None:
    found = database.run(lambda session: kelurahan_at(session, lat, lon))
    return found.code if found else None


def test_places_in_holes_on_islands_and_borders(database: Store) -> None:
    assert at(database, 0.1, 0.1) is None
    database.run(load)
    assert at(database, 0.1, 0.1) == BENDA
    assert at(database, 5.5, 5.5) == BENDA
    assert at(database, 0.5, 0.5) is None, "in the hole"
    assert at(database, 0.5, 0.4) == BENDA, "on the edge of the hole"
    assert at(database, 0.5, 1.5) == PAMULANG_BARAT
    assert at(database, 0.5, 1.0) == PAMULANG_BARAT, "on the border: always the same of the two"
    assert at(database, 0.0, 0.0) == BENDA, "a corner"
    assert at(database, 1.0, 2.0) == PAMULANG_BARAT
    for lat, lon in ((1.1, 0.5), (-0.1, 0.5), (0.5, -0.1), (0.5, 2.1), (5.5, 0.5)):
        assert at(database, lat, lon) is None


def test_loading_again_replaces_and_leaves_the_others(database: Store) -> None:
    database.run(load)
    before = len(database.run(without))
    assert database.run(lambda session: boundaries.replace(session, {BENDA: [[square(8, 8)]]})) == 1
    assert at(database, 0.1, 0.1) is None
    assert at(database, 8.5, 8.5) == BENDA
    assert at(database, 0.5, 1.5) == PAMULANG_BARAT
    assert len(database.run(without)) == before


def test_the_box_is_looked_up(database: Store) -> None:
    def many(session: Session) -> None:
        boundaries.replace(session, {BENDA: [[square(number % 50, number / 100)] for number in range(3000)]})

    database.run(many)
    database.run(lambda session: session.connection().exec_driver_sql("ANALYZE"))
    assert "ix_boundary_box" in plan_of(database, lambda session: kelurahan_at(session, 0.001, 0.5))


@given(st.integers(-8, 8), st.integers(-8, 8), st.integers(0, 9), st.booleans())
def test_a_ring_reads_the_same_from_any_corner_in_any_direction(lat: int, lon: int, start: int, back: bool) -> None:
    """An odd outline with level edges and corners at the height of others, tried at whole steps."""
    ring = [(0, 0), (2, 0), (2, 2), (4, 2), (4, 0), (6, 0), (6, 4), (3, 6), (1, 4), (0, 4)]
    turned = ring[start:] + ring[:start]
    same = turned[::-1] if back else turned
    assert inside([same], lat, lon) == inside([ring], lat, lon) == inside([[*same, same[0]]], lat, lon)


@given(st.floats(-2, 2), st.floats(-2, 2))
def test_a_square_is_its_box(lat: float, lon: float) -> None:
    assert inside([square(-1, -1, 2)], lat, lon) == (-1 <= lat <= 1 and -1 <= lon <= 1)
    in_hole = -0.5 < lat < 0.5 and -0.5 < lon < 0.5
    assert inside([square(-1, -1, 2), square(-0.5, -0.5, 1)], lat, lon) == (
        -1 <= lat <= 1 and -1 <= lon <= 1 and not in_hole)
