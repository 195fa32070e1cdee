"""A family's data at its end: two sides at once, and the cost of looking for what is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert
from sqlmodel import Session, select

from storage import erasing, events, handover, helped, households, houses, shown
from storage.erasing import Reason
from storage.errors import Refused, Stale
from storage.households import Household
from storage.houses import House, HouseState
from storage.partners import Quota
from storage.rules import DEFAULTS, Rules
from storage.store import Store
from tests.builders import ADMIN, NOW, PAMULANG, at_once, build, eligible, make_house, make_quota, person
from tests.builders import claim as make_claim

HOUSES = 10_000
NIK = "3674064107800123"


def ended(session: Session, state: HouseState = HouseState.INELIGIBLE) -> House:
    house = make_house(session)
    houses.move(session, house.id or 0, HouseState.REGISTERED, state, NOW, by=None)
    return houses.get(session, house.id or 0)


def erase(session: Session, number: int) -> House:
    return erasing.erase(session, number, NOW, by=None, reason=Reason.FAMILY)


def test_two_erasures_at_once_are_one(database: Store) -> None:
    number = database.run(lambda session: ended(session).id or 0)
    found = at_once(database, lambda session: erase(session, number), lambda session: erase(session, number))
    refused = [one for one in found if isinstance(one, Refused)]
    assert [one.code for one in refused] == ["house.erased"]


def test_a_claim_and_an_erasure_at_once(database: Store) -> None:
    """Either the partner has the house with its family, or nobody has it without."""
    number, quota = database.run(lambda session: (eligible(session).id or 0, make_quota(session)))
    found = at_once(
        database, lambda session: erase(session, number),
        lambda session: make_claim(session, houses.get(session, number), quota),
    )
    assert sum(isinstance(one, Refused) for one in found) == 1
    house, family = database.run(lambda session: (
        houses.get(session, number), households.of_house(session, number)))
    assert (house.state == HouseState.CLAIMED) == (family is not None)


def test_the_family_is_erased_and_claimed_elsewhere_at_once(database: Store) -> None:
    """Whichever is first: the partner that would help the family a second time is refused."""
    def make(session: Session) -> tuple[int, int, Quota]:
        quota, (done, again) = make_quota(session), (eligible(session, nik=NIK) for _ in range(2))
        held = build(session, make_claim(session, done, quota))
        handover.hand_over(session, held.id or 0, 1, NOW, by=None)
        return done.id or 0, again.id or 0, quota

    done, again, quota = database.run(make)
    found = at_once(
        database, lambda session: erase(session, done),
        lambda session: make_claim(session, houses.get(session, again), quota),
    )
    assert [one.figures["reasons"] for one in found if isinstance(one, Refused)] == [["aid_done"]]
    assert database.run(lambda session: households.of_house(session, done)) is None
    assert database.run(lambda session: houses.get(session, again)).state == HouseState.ELIGIBLE
    both = at_once(
        database, lambda session: helped.forget(session, NOW + DEFAULTS.aid, DEFAULTS),
        lambda session: helped.forget(session, NOW + DEFAULTS.aid, DEFAULTS),
    )
    assert sorted(both) == [0, 1]
    assert database.run(lambda session: make_claim(session, houses.get(session, again), quota))


def test_a_look_and_an_erasure_at_once(database: Store) -> None:
    """What was shown a moment before the erasure is found by it; a moment after, there is nothing to show."""
    number, reader = database.run(lambda session: (ended(session).id or 0, person(session, ADMIN).id or 0))

    def look(session: Session) -> bool:
        from storage import outbox

        if households.of_house(session, number) is None:
            return False
        row = outbox.enqueue(session, 1, "sendMessage", {"text": "nama"}, NOW)
        shown.note(session, number, reader, 1, row.id or 0, NOW)
        return True

    def end(session: Session) -> int:
        erase(session, number)
        return len(shown.of_house_all(session, number))

    seen, emptied = at_once(database, look, end)
    assert emptied == int(seen)


def test_an_appeal_and_the_announcement_at_once(database: Store) -> None:
    number = database.run(lambda session: ended(session).id or 0)
    later = NOW + DEFAULTS.keep_refused

    def appeal(session: Session) -> None:
        houses.move(session, number, HouseState.INELIGIBLE, HouseState.REGISTERED, later, by=None)

    at_once(database, appeal, lambda session: erasing.announce(session, later, DEFAULTS))
    house = database.run(lambda session: houses.get(session, number))
    assert (house.state, house.erasing_at) == (HouseState.REGISTERED, None)
    assert database.run(lambda session: erasing.due(session, later + timedelta(days=30), 10)) == []


def test_a_house_without_a_family_does_not_come_back(database: Store) -> None:
    """Whichever of the two is first: an appeal finds its family, or is refused."""
    number = database.run(lambda session: ended(session).id or 0)

    def appeal(session: Session) -> None:
        houses.move(session, number, HouseState.INELIGIBLE, HouseState.REGISTERED, NOW, by=None)

    at_once(database, appeal, lambda session: erase(session, number))
    house, family = database.run(lambda session: (houses.get(session, number), households.of_house(session, number)))
    assert family is None
    assert house.state in (HouseState.INELIGIBLE, HouseState.WITHDRAWN)
    database.run(lambda session: make_house(session))
    with pytest.raises(Refused, match="erased|stale"):
        database.run(appeal)


@pytest.mark.parametrize(("state", "days"), [(HouseState.INELIGIBLE, 30), (HouseState.HANDED_OVER, 60)])
def test_the_city_sets_how_long(state: HouseState, days: int) -> None:
    rules = Rules(keep_refused=timedelta(days=30), keep_done=timedelta(days=60))
    house = House(code="PML-0001", state=state, closed_at=NOW)
    assert erasing.kept_until(house, rules) == NOW + timedelta(days=days)
    house.held_until = NOW + timedelta(days=100)
    assert erasing.kept_until(house, rules) == NOW + timedelta(days=100)
    house.erasing_at = NOW + timedelta(days=3)
    assert erasing.kept_until(house, rules) == NOW + timedelta(days=3)


def test_only_what_is_announced_can_be_held_off(database: Store) -> None:
    house = database.run(ended)
    with pytest.raises(Stale):
        database.run(lambda session: erasing.hold_off(session, house.id or 0, house.version, NOW, by=1))


def test_reads_are_counted_newest_first(database: Store) -> None:
    def read(session: Session) -> tuple[int, list[events.Event]]:
        number = ended(session).id or 0
        for minute in range(12):
            events.record(session, "read.household", NOW + timedelta(minutes=minute), house=number)
        events.record(session, "house.checked", NOW, house=number)
        session.flush()
        return events.reads(session, number)

    count, newest = database.run(read)
    assert (count, len(newest)) == (12, 10)
    assert newest[0].at == NOW + timedelta(minutes=11)


def _city(session: Session) -> None:
    """Most houses wait; a tenth is over, and of a few of these the time is."""
    surveyor = person(session).id or 0
    states = [HouseState.ELIGIBLE] * 9 + [HouseState.HANDED_OVER]
    session.execute(insert(House), [
        {"code": f"X{number}", "state": states[number % 10], "kecamatan_code": PAMULANG,
         "kelurahan_code": f"{PAMULANG}.1001", "roof": 4, "floor": 3, "wall": 5, "occupants": 4, "area_m2": 30.0,
         "priority": 100, "estimate": 50_000_000, "surveyor_id": surveyor, "registered_at": NOW, "version": 1,
         "sample": False, "wrong_fields": [],
         "closed_at": (NOW - timedelta(days=4000) if number % 1000 == 9 else NOW) if number % 10 == 9 else None}
        for number in range(HOUSES)])
    over = session.exec(select(House.id).where(House.state == HouseState.HANDED_OVER)).all()
    session.execute(insert(Household), [
        {"house_id": number, "head_name": "Contoh", "address": "Gg. Contoh", "rt": "001", "rw": "001", "lat": -6.3,
         "lon": 106.7, "nik": b"", "nik_index": "", "consent_at": NOW, "consent_version": "1", "recorded_by": surveyor}
        for number in over])
    session.flush()


def test_looking_for_what_is_over_reads_an_index_only(database: Store) -> None:
    """As at a hundred thousand houses: the plans are the same."""
    database.run(_city)
    if not database.sqlite:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, *_: Any) -> None:
        if "house" in sql and not sql.startswith("INSERT"):
            sent.append((sql, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    codes = database.run(lambda session: erasing.announce(session, NOW, DEFAULTS))
    due = database.run(lambda session: erasing.due(session, NOW + DEFAULTS.notice, 50))
    event.remove(database.engine, "before_cursor_execute", note)
    assert len(codes) == HOUSES // 1000
    assert len(due) == HOUSES // 1000
    word = "EXPLAIN QUERY PLAN" if database.sqlite else "EXPLAIN"
    plans = database.run(lambda session: [
        "\n".join(str(row) for row in session.connection().exec_driver_sql(f"{word} {sql}", parameters))
        for sql, parameters in sent])
    assert len(plans) == 3
    assert all("ix_house_closed" in plan for plan in plans[:2]), plans
    assert "ix_house_erasing" in plans[2]
