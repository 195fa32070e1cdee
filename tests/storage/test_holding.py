"""A house is held by one verifier at a time, for a while; the queue offers what is free, in either order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from storage import checklist, holding, houses, ready, selections, undoing
from storage.checklist import Item, Verdict
from storage.errors import Refused, Stale
from storage.holding import Order, Place
from storage.houses import House, HouseState
from storage.photos import Photo, PhotoKind, PhotoPurpose
from storage.rules import DEFAULTS
from storage.store import Store
from tests.builders import (
    ADMIN,
    JUTA,
    NOW,
    PAMULANG,
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

SOON = NOW + timedelta(minutes=15)


def _ids(session: Session) -> tuple[int, int]:
    return person(session, VERA).id or 0, person(session, ADMIN).id or 0


def _queue(session: Session, by: int, order: Order, kecamatan: list[str] | None = None) -> list[int]:
    """Everything that the queue offers, from its top."""
    found: list[int] = []
    place = Place(10_000, 0)
    while (house := holding.first(session, kecamatan, by, NOW, order, after=place)) is not None:
        found.append(house.id or 0)
        place = Place(house.priority, house.id or 0)
    return found


def test_taken_by_one_until_it_lapses(database: Store) -> None:
    vera, wira = database.run(_ids)
    number = database.run(lambda session: make_house(session).id or 0)
    version = database.run(lambda session: houses.get(session, number).version)

    def take(by: int, minutes: int) -> bool:
        now = NOW + timedelta(minutes=minutes)
        return database.run(lambda session: holding.take(session, number, by, now, now + DEFAULTS.hold))

    assert take(vera, 0)
    assert not take(wira, 14)
    assert take(vera, 14), "renewed by its holder"
    assert not take(wira, 20)
    assert take(wira, 29), "it lapses by itself"
    assert not take(vera, 30)
    database.run(lambda session: holding.give_back(session, number, vera))
    assert not take(vera, 31), "nobody gives back what somebody else holds"
    database.run(lambda session: holding.give_back(session, number, wira))
    assert take(vera, 32)
    assert database.run(lambda session: houses.get(session, number).version) == version
    database.run(lambda session: houses.move(session, number, HouseState.REGISTERED, HouseState.RETURNED, NOW, by=vera))
    assert not take(vera, 33), "only what waits can be held"


def test_a_longer_hold_is_not_shortened(database: Store) -> None:
    vera, _ = database.run(_ids)
    number = database.run(lambda session: make_house(session).id or 0)
    tomorrow = NOW + timedelta(hours=24)
    database.run(lambda session: holding.take(session, number, vera, NOW, tomorrow))
    database.run(lambda session: holding.take(session, number, vera, NOW, SOON))
    assert database.run(lambda session: houses.get(session, number).taken_until) == tomorrow


@pytest.mark.parametrize("order", list(Order))
def test_two_verifiers_take_one_house(database: Store, order: Order) -> None:
    vera, wira = database.run(_ids)
    number = database.run(lambda session: make_house(session).id or 0)

    def take(session: Session, by: int) -> bool:
        found = holding.first(session, None, by, NOW, order)
        return found is not None and holding.take(session, found.id or 0, by, NOW, SOON)

    results = at_once(database, lambda session: take(session, vera), lambda session: take(session, wira))
    assert sorted(results) == [False, True]
    held = database.run(lambda session: houses.get(session, number).taken_by)
    assert held == (vera if results[0] else wira)


def test_a_hold_and_a_decision_at_once(database: Store) -> None:
    """A lapsed hold is taken over while its old holder decides: both touch the row, one after the other."""
    vera, wira = database.run(_ids)
    number = database.run(lambda session: make_house(session).id or 0)
    database.run(lambda session: holding.take(session, number, vera, NOW, SOON))
    late = SOON + timedelta(minutes=1)

    def decide(session: Session) -> str:
        if not holding.take(session, number, vera, late, late + DEFAULTS.hold):
            return "held"
        houses.move(session, number, HouseState.REGISTERED, HouseState.INELIGIBLE, late, by=vera, taken_by=None,
                    taken_until=None)
        return "decided"

    results = at_once(database, decide,
                      lambda session: holding.take(session, number, wira, late, late + DEFAULTS.hold))
    assert results in (["decided", False], ["held", True])


def test_the_queue_in_both_orders(database: Store) -> None:
    def fill(session: Session) -> dict[str, int]:
        made = {"light": make_house(session, PAMULANG, roof=1, floor=1, wall=1),
                "heavy": make_house(session, SETU, roof=5, floor=5, wall=5),
                "twin": make_house(session, PAMULANG, roof=5, floor=5, wall=5), "held": make_house(session, SETU)}
        approve(session, make_house(session))
        return {name: house.id or 0 for name, house in made.items()}

    vera, wira = database.run(_ids)
    made = database.run(fill)
    database.run(lambda session: holding.take(session, made["held"], wira, NOW, SOON))

    def queue(by: int, order: Order, kecamatan: list[str] | None = None) -> list[int]:
        return database.run(lambda session: _queue(session, by, order, kecamatan))

    assert queue(vera, Order.OLDEST) == [made["light"], made["heavy"], made["twin"]]
    assert queue(vera, Order.NEEDIEST) == [made["heavy"], made["twin"], made["light"]]
    assert queue(vera, Order.NEEDIEST, [SETU]) == [made["heavy"]]
    assert queue(vera, Order.OLDEST, [PAMULANG, SETU]) == [made["light"], made["heavy"], made["twin"]]
    assert queue(vera, Order.OLDEST, []) == []
    assert queue(wira, Order.OLDEST)[-1] == made["held"]
    top = database.run(lambda session: holding.first(session, None, wira, NOW, Order.OLDEST))
    assert top is not None
    assert top.id == made["held"], "what one holds stands first"
    other = database.run(lambda session: holding.first(session, None, wira, NOW, Order.OLDEST, but=made["held"]))
    assert other is not None
    assert other.id == made["light"]


def test_a_decision_taken_back(database: Store) -> None:
    vera, wira = database.run(_ids)
    number = database.run(lambda session: approve(session, make_house(session)).id or 0)
    version = database.run(lambda session: houses.get(session, number).version)

    def take_back(by: int, minutes: int, wanted: int = version) -> HouseState:
        now = NOW + timedelta(minutes=minutes)
        return database.run(lambda session: undoing.take_back(session, number, wanted, now, by=by, rules=DEFAULTS))

    with pytest.raises(Stale):
        take_back(wira, 1)
    with pytest.raises(Stale):
        take_back(vera, 1, version - 1)
    with pytest.raises(Refused) as late:
        take_back(vera, 11)
    assert (late.value.code, late.value.figures["minutes"]) == ("undo.late", 10)
    assert take_back(vera, 10) == HouseState.ELIGIBLE
    house = database.run(lambda session: houses.get(session, number))
    assert (house.state, house.estimate, house.verifier_id, house.taken_by) == (HouseState.REGISTERED, None, None, vera)
    with pytest.raises(Stale):
        take_back(vera, 10)


def test_taken_back_and_claimed_at_once(database: Store) -> None:
    vera, _ = database.run(_ids)
    house = database.run(lambda session: approve(session, make_house(session)))
    quota = database.run(make_quota)
    results = at_once(
        database, lambda session: claim(session, house, quota),
        lambda session: undoing.take_back(session, house.id or 0, house.version, NOW, by=vera, rules=DEFAULTS),
    )
    assert [type(one) for one in results].count(Stale) == 1
    state = database.run(lambda session: houses.get(session, house.id or 0).state)
    assert state == (HouseState.REGISTERED if isinstance(results[0], Stale) else HouseState.CLAIMED)


def _complete(session: Session, *kinds: PhotoKind, **overrides: Any) -> House:
    """A registered house with photos of these kinds."""
    house = make_house(session, **overrides)
    number = house.id or 0
    for kind in kinds:
        session.add(Photo(person_id=house.surveyor_id, chat_id=1, purpose=PhotoPurpose.REGISTRATION, house_id=number,
                          file_id=f"f{number}{kind}", file_unique_id=f"u{number}{kind}", received_at=NOW, kind=kind))
    session.flush()
    return house


def test_what_is_ready_to_be_approved_together(database: Store) -> None:
    def fill(session: Session) -> dict[str, int]:
        front = PhotoKind.FRONT
        made = {
            "fit": _complete(session, front, roof=1, floor=1, wall=1, area_m2=90.0, lat=-6.1),
            "bare": _complete(session, PhotoKind.ROOF, lat=-6.2),
            "ready": _complete(session, front, lat=-6.3), "second": _complete(session, front, lat=-6.4),
            "against": _complete(session, front, lat=-6.5),
            "twin": _complete(session, front, lat=-6.6, head_name="Ani"), "held": _complete(session, front, lat=-6.8),
            "elsewhere": _complete(session, front, lat=-6.9, kecamatan=SETU),
        }
        make_house(session, SETU, lat=-6.6, head_name="Ani")
        vera, wira = _ids(session)
        checklist.put(session, made["against"].id or 0, Item.LAND, Verdict.NO, NOW, by=vera)
        holding.take(session, made["held"].id or 0, wira, NOW, SOON)
        return {name: house.id or 0 for name, house in made.items()}

    made = database.run(fill)
    vera, _ = database.run(_ids)

    def codes(limit: int = 8) -> list[int]:
        return database.run(lambda session: [
            house.id or 0 for house in ready.ready(session, PAMULANG, vera, NOW, Order.OLDEST, DEFAULTS, limit)])

    assert codes() == [made["ready"], made["second"]]
    assert codes(1) == [made["ready"]]
    shown = {made["ready"]: 1, made["second"]: 2, made["against"]: 1, made["held"]: 1}
    done, rest = database.run(lambda session: ready.approve(session, shown, 70 * JUTA, NOW, by=vera, rules=DEFAULTS))
    assert [house.id for house in done] == [made["ready"]]
    assert (done[0].state, done[0].estimate, done[0].verifier_id) == (HouseState.ELIGIBLE, 70 * JUTA, vera)
    assert {house.id for house in rest} == {made["second"], made["against"], made["held"]}
    (event,) = [one for one in database.run(lambda session: history(session, made["ready"]))
                if one.kind == "house.eligible"]
    assert event.data["reason"] == "several"
    assert database.run(lambda session: ready.unanswered(session, [made["ready"], made["against"]])) == 2


def test_one_list_of_ticked_houses_for_each_person(database: Store) -> None:
    vera, _ = database.run(_ids)
    first = database.run(lambda session: selections.make(session, vera, "several", [(3, 1), (1, 4)], NOW, walk="o-"))
    assert (first.shown, first.ticked) == ({3: 1, 1: 4}, [3, 1])

    def tick(number: int) -> list[int]:
        def change(session: Session) -> list[int]:
            row = selections.get(session, first.id or 0)
            assert row is not None
            selections.tick(session, row, number)
            return row.ticked

        return database.run(change)

    assert [tick(3), tick(7), tick(3)] == [[1], [1], [3, 1]]
    database.run(lambda session: selections.make(session, vera, "several", [], NOW))
    assert database.run(lambda session: selections.get(session, first.id or 0)) is None
