"""Corrections of houses that a partner holds: kept, or put back from what was revised."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlmodel import Session

from storage import claims, houses, rechecking, registering, transfers
from storage.errors import Refused, Stale
from storage.houses import House, HouseState
from storage.revisions import values
from storage.store import Store
from tests.builders import (
    NOW,
    PAMULANG,
    SARI,
    SETU,
    VERA,
    approve,
    at_once,
    claim,
    history,
    make_house,
    make_quota,
    person,
)


def _corrected(session: Session) -> House:
    """A claimed house whose wall, number of people and name were corrected."""
    house = approve(session, make_house(session, occupants=5))
    claim(session, house, make_quota(session))
    _correct(session, house, NOW, occupants=8, wall=2, head_name="Contoh Baru")
    return houses.get(session, house.id or 0)


def _correct(session: Session, house: House, now: Any, **values: Any) -> None:
    entry = registering.entry_of(session, house)
    assert entry is not None
    registering.correct_house(session, house.id or 0, replace(entry, **values), now, by=person(session, SARI).id or 0,
                              dropped=[], draft_id=0)


def test_a_correction_put_back(database: Store) -> None:
    house = database.run(_corrected)
    number, vera = house.id or 0, database.run(lambda session: person(session, VERA).id or 0)
    assert database.run(lambda session: rechecking.count(session, [PAMULANG])) == 1
    assert database.run(lambda session: rechecking.count(session, [SETU])) == 0
    assert database.run(lambda session: rechecking.first(session, None, after=number)) is None
    changed = database.run(lambda session: {row.field: values(session, row)
                                            for row in rechecking.last_change(session, house)})
    assert changed == {"occupants": (5, 8), "wall": (5, 2), "head_name": ("Contoh 1", "Contoh Baru")}
    later = NOW + timedelta(hours=1)
    with pytest.raises(Stale):
        database.run(lambda session: rechecking.undo(session, number, house.version - 1, later, by=vera))
    fields = database.run(lambda session: rechecking.undo(session, number, house.version, later, by=vera))
    assert set(fields) == {"occupants", "wall", "head_name"}
    after = database.run(lambda session: houses.get(session, number))
    assert (after.occupants, after.wall, after.state, after.recheck_at) == (5, 5, HouseState.CLAIMED, None)
    entry = database.run(lambda session: registering.entry_of(session, after))
    assert entry is not None
    assert entry.head_name == "Contoh 1"
    assert database.run(lambda session: history(session, number)[0].kind) == "house.correction_undone"
    with pytest.raises(Stale):
        database.run(lambda session: rechecking.confirm(session, number, after.version, later, by=vera))


def test_corrections_since_the_last_look_are_put_back_together(database: Store) -> None:
    house = database.run(_corrected)
    number, vera = house.id or 0, database.run(lambda session: person(session, VERA).id or 0)

    def again(session: Session) -> dict[str, Any]:
        _correct(session, houses.get(session, number), NOW + timedelta(minutes=5), occupants=9, wall=5, roof=1)
        row = houses.get(session, number)
        row.recheck_at = NOW
        return {one.field: values(session, one) for one in rechecking.last_change(session, row)}

    assert database.run(again) == {"occupants": (5, 9), "head_name": ("Contoh 1", "Contoh Baru"),
                                   "roof": (house.roof, 1)}
    version = database.run(lambda session: houses.get(session, number).version)
    fields = database.run(lambda session: rechecking.undo(session, number, version, NOW + timedelta(hours=1), by=vera))
    assert set(fields) == {"occupants", "head_name", "roof"}
    after = database.run(lambda session: houses.get(session, number))
    assert (after.occupants, after.roof, after.wall, after.recheck_at) == (5, house.roof, 5, None)


@pytest.mark.parametrize(("state", "waits"), [(HouseState.IN_PROGRESS, True), (HouseState.ELIGIBLE, False),
                                              (HouseState.WITHDRAWN, False)])
def test_a_house_that_no_partner_holds_waits_for_no_look(database: Store, state: HouseState, waits: bool) -> None:
    house = database.run(_corrected)
    number = house.id or 0
    database.run(lambda session: houses.move(session, number, HouseState.CLAIMED, state, NOW, by=None))
    assert database.run(lambda session: houses.get(session, number).recheck_at is not None) == waits


def test_nothing_is_put_back_once_it_is_handed_over(database: Store) -> None:
    house = database.run(_corrected)
    number, vera = house.id or 0, database.run(lambda session: person(session, VERA).id or 0)
    steps = (HouseState.CLAIMED, HouseState.IN_PROGRESS, HouseState.FINISHED, HouseState.HANDED_OVER)

    def end(session: Session) -> int:
        for old, new in pairwise(steps):
            houses.move(session, number, old, new, NOW, by=None)
        return houses.get(session, number).version

    version = database.run(end)
    with pytest.raises(Refused) as refused:
        database.run(lambda session: rechecking.undo(session, number, version, NOW, by=vera))
    assert refused.value.code == "recheck.nothing"


def test_a_correction_confirmed_and_put_back_at_once(database: Store) -> None:
    house = database.run(_corrected)
    number, vera = house.id or 0, database.run(lambda session: person(session, VERA).id or 0)
    results = at_once(
        database, lambda session: rechecking.confirm(session, number, house.version, NOW, by=vera),
        lambda session: rechecking.undo(session, number, house.version, NOW + timedelta(hours=1), by=vera),
    )
    assert [type(one) for one in results].count(Stale) == 1
    occupants = database.run(lambda session: houses.get(session, number).occupants)
    assert occupants == (5 if isinstance(results[0], Stale) else 8)


def test_a_correction_of_photos_only_has_nothing_to_put_back(database: Store) -> None:
    house = database.run(_corrected)
    number, vera = house.id or 0, database.run(lambda session: person(session, VERA).id or 0)
    database.run(lambda session: session.get(House, number).__setattr__("recheck_at", NOW + timedelta(hours=2)))
    with pytest.raises(Refused) as refused:
        database.run(lambda session: rechecking.undo(session, number, house.version, NOW, by=vera))
    assert refused.value.code == "recheck.nothing"
    database.run(lambda session: rechecking.confirm(session, number, house.version, NOW, by=vera))
    assert database.run(lambda session: rechecking.count(session, None)) == 0


def test_a_change_of_hands_leaves_the_look_to_be_done(database: Store) -> None:
    """The next partner works by the correction, too: nobody gets around the look by handing the house on."""
    house = database.run(_corrected)

    def hand_on(session: Session) -> None:
        held = claims.holding(session, house.id or 0)
        assert held is not None
        taker = make_quota(session, "DPKPP")
        row = transfers.offer(session, held.id or 0, taker.partner_id, "rujukan", NOW, by=None)
        transfers.accept(session, row.id or 0, NOW, by=None, quota_id=taker.id)

    database.run(hand_on)
    after = database.run(lambda session: houses.get(session, house.id or 0))
    assert (after.state, after.recheck_at) == (HouseState.CLAIMED, house.recheck_at)
    assert database.run(lambda session: rechecking.count(session, None)) == 1
