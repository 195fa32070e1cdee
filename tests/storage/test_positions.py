"""Where a kelurahan stands on a map: near its houses, at no family's place, at the cost of a bounded look."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from storage import positions, regions
from storage.positions import FAMILIES, GRID, Place, rough
from storage.store import Store
from tests.builders import PAMULANG, SETU, make_house


def settle(session: Session, kecamatan: str, pins: list[Place]) -> str:
    """A house at each of these; the kelurahan's code."""
    for lat, lon in pins:
        make_house(session, kecamatan, lat=lat, lon=lon)
    return regions.kelurahan_of(session, kecamatan)[0].code


def undone(store: Store, unit: Callable[[Session], None]) -> None:
    """Run it and take everything back."""
    def tried(session: Session) -> None:
        step = session.begin_nested()
        unit(session)
        step.rollback()

    store.run(tried)


def test_a_kelurahan_stands_near_the_mean_of_its_houses(database: Store) -> None:
    def unit(session: Session) -> None:
        pins = [(-6.3411, 106.7293 + number / 1000) for number in range(FAMILIES)]
        village, small = settle(session, PAMULANG, pins), settle(session, SETU, pins[1:])
        empty = regions.kelurahan_of(session, SETU)[1].code
        assert rough(session, [village, small, empty]) == {village: (-6.34, 106.73)}
        settle(session, SETU, pins[:1])
        assert rough(session, [village, small]).keys() == {village, small}
        assert rough(session, []) == {}

    undone(database, unit)


def test_where_a_pin_lies_nothing_is_drawn(database: Store) -> None:
    def unit(session: Session) -> None:
        village = settle(session, PAMULANG, [(-6.34, 106.73)] * FAMILIES)
        assert rough(session, [village]) == {village: (-6.3375, 106.73)}
        settle(session, SETU, [(-6.3375, 106.73), (-6.335, 106.730004)])
        assert rough(session, [village]) == {village: (-6.3325, 106.73)}
        settle(session, SETU, [(-6.3325, 106.73)])
        assert rough(session, [village]) == {}

    undone(database, unit)


def test_only_some_houses_of_each_are_looked_at(database: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(positions, "SAMPLE", FAMILIES - 1)
    undone(database, lambda session: _assert_none(session, settle(session, PAMULANG, [(-6.34, 106.731)] * 9)))


def _assert_none(session: Session, village: str) -> None:
    assert rough(session, [village]) == {}


# Anywhere, and where it could do harm: on the grid itself.
_PIN = st.tuples(
    st.one_of(st.floats(-6.36, -6.33), st.integers(-2544, -2532).map(lambda number: round(number * GRID / 2, 4))),
    st.one_of(st.floats(106.72, 106.74), st.integers(21344, 21348).map(lambda number: round(number * GRID, 4))))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pins=st.lists(_PIN, max_size=9), others=st.lists(_PIN, max_size=5))
def test_no_place_is_anybodys(database: Store, pins: list[Place], others: list[Place]) -> None:
    def unit(session: Session) -> None:
        villages = [settle(session, PAMULANG, pins), settle(session, SETU, others)]
        found = rough(session, villages)
        assert found.keys() <= {village for village, those in zip(villages, (pins, others), strict=True)
                                if len(those) >= FAMILIES}
        for lat, lon in found.values():
            assert all(abs(lat - there) > 1e-6 or abs(lon - across) > 1e-6 for there, across in pins + others)
            for value, step in ((lat, GRID / 2), (lon, GRID)):
                assert round(value / step, 6) == round(value / step), "on the grid"

    undone(database, unit)
