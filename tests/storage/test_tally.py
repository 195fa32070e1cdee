"""Running totals: whatever happens to houses and claims, and whoever writes it, they equal a recount of the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import insert, text
from sqlmodel import Session, select

from storage import claims, digests, houses, migrate, regions, registering, tally
from storage.claims import Claim, Turn
from storage.houses import House, HouseState
from storage.store import Store
from storage.tally import ClaimTally, HouseTally
from tests.builders import (
    NOW,
    PAMULANG,
    PATIENCE,
    SARI,
    SETU,
    YEAR,
    build,
    claim,
    eligible,
    make_house,
    make_quota,
    person,
    race,
)


def houses_told(session: Session) -> Counter[tuple[str, str, int]]:
    told: Counter[tuple[str, str]] = Counter()
    cost: Counter[tuple[str, str]] = Counter()
    for row in session.exec(select(HouseTally)):
        told[row.kelurahan_code, row.state] += row.came - row.went
        cost[row.kelurahan_code, row.state] += row.cost
    return Counter({(*key, cost[key]): found for key, found in told.items() if found or cost[key]})


def houses_there(session: Session) -> Counter[tuple[str, str, int]]:
    there: Counter[tuple[str, str]] = Counter()
    cost: Counter[tuple[str, str]] = Counter()
    for house in session.exec(select(House)):
        key = house.kelurahan_code, house.state.value
        there[key] += 1
        cost[key] += house.estimate or 0
    return Counter({(*key, cost[key]): found for key, found in there.items()})


def _place(code: str, turn: int) -> str:
    """Where a claim is counted; those that hold no house stay where they ended, which no row says."""
    return code if turn != Turn.OVER else ""


def claims_told(session: Session) -> dict[tuple[str, int, str, int], list[int]]:
    told: dict[tuple[str, int, str, int], list[int]] = {}
    for row in session.exec(select(ClaimTally)):
        line = told.setdefault((_place(row.kecamatan_code, row.turn), row.partner_id, row.state, row.turn), [0] * 4)
        for at, figure in enumerate((row.claims, row.physical, row.financial, row.overdue)):
            line[at] += figure
    return {key: line for key, line in told.items() if any(line)}


def claims_there(session: Session) -> dict[tuple[str, int, str, int], list[int]]:
    there: dict[tuple[str, int, str, int], list[int]] = {}
    for one in session.exec(select(Claim)):
        place = session.get_one(House, one.house_id).kecamatan_code
        line = there.setdefault((_place(place, one.turn), one.partner_id, one.state.value, one.turn), [0] * 4)
        for at, figure in enumerate((1, one.physical, one.financial, one.expires_at is not None)):
            line[at] += figure
    return there


def check(session: Session) -> None:
    session.flush()
    session.expire_all()
    assert houses_told(session) == houses_there(session)
    assert claims_told(session) == claims_there(session)


def test_raw_statements_are_counted(database: Store) -> None:
    """Whoever writes to the tables: also many rows at once, a correction of the place, and what is deleted."""

    def live(session: Session) -> None:
        quota = make_quota(session)
        build(session, claim(session, eligible(session), quota))
        make_house(session)
        held = claim(session, eligible(session, SETU), quota)
        claims.release(session, claim(session, eligible(session, SETU), quota).id or 0, "batal", NOW, by=None)
        check(session)
        for sql in (
            "UPDATE house SET estimate = estimate + 1000000",
            "UPDATE house SET estimate = NULL WHERE state = 'registered'",
            "UPDATE claim SET physical = 40, financial = 30 WHERE state = 'active'",
            f"UPDATE claim SET overdue_at = claimed_at, expires_at = claimed_at WHERE id = {held.id}",
            "UPDATE house SET kecamatan_code = '36.74.06', kelurahan_code = '36.74.06.1001'",
            "UPDATE house SET note = 'x', version = version + 1",
            "UPDATE claim SET turn = 1 WHERE turn = 2",
        ):
            session.execute(text(sql))
            check(session)
        places = {area: digests.count(session, YEAR, area)["steps"]["released"] for area in (SETU, PAMULANG)}
        assert places == {SETU: 1, PAMULANG: 0}, "it was released there, wherever its house stands"
        known = session.exec(select(House)).all()[0].model_dump(exclude={"id", "code"})
        session.execute(insert(House), [known | {"code": f"PML-{number}"} for number in range(7001, 7004)])
        check(session)
        session.execute(text("DELETE FROM house WHERE code LIKE 'PML-7%'"))
        check(session)

    database.run(live)


def test_summing_up_changes_no_sum(database: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def live(session: Session) -> None:
        quota = make_quota(session)
        for _ in range(4):
            claims.release(session, claim(session, eligible(session), quota).id or 0, "batal", NOW, by=None)
        build(session, claim(session, eligible(session), quota))
        before = digests.count(session, YEAR)
        assert tally.fold(session) == 0, "not worth it yet"
        monkeypatch.setattr(tally, "ENOUGH", 10)
        monkeypatch.setattr(tally, "BATCH", 7)
        lines = tally.fold(session)
        assert lines > len(session.exec(select(HouseTally)).all()) + len(session.exec(select(ClaimTally)).all())
        assert digests.count(session, YEAR) == before
        assert tally.fold(session) == 0, "nothing new"
        check(session)

    database.run(live)


def test_many_at_once_while_it_is_summed_up(new_database: Callable[[], Store], monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight write, one sums up: no line is lost, none counts twice."""
    monkeypatch.setattr(tally, "ENOUGH", 1)
    store = new_database()

    def prepare(session: Session) -> tuple[list[int], int]:
        quota = make_quota(session, units=100)
        return [eligible(session).id or 0 for _ in range(8)], quota.id or 0

    ids, quota = store.run(prepare)

    def give_back(claim_id: int, session: Session) -> None:
        claims.release(session, claim_id, "batal", NOW, by=None)

    def work(number: int) -> None:
        def take(session: Session) -> int:
            return claims.claim_houses(session, [ids[number]], quota, NOW, by=None)[0].id or 0

        for _ in range(5):
            store.run(partial(give_back, store.run(take)))

    def sum_up() -> None:
        for _turn in range(15):
            store.run(tally.fold)

    results = race(*(partial(work, number) for number in range(8)), sum_up)
    assert results == [None] * 9
    store.run(check)
    counted = store.run(lambda session: digests.count(session, YEAR))
    assert (counted["open"], counted["steps"]["taken"], counted["steps"]["released"]) == (8, 40, 40)


@pytest.mark.parametrize("backend", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
@pytest.mark.parametrize("sql", ["UPDATE claim SET physical = 70, turn = 2", "UPDATE claim SET financial = 10"])
def test_a_house_changes_its_kecamatan_while_its_work_is_reported(database: Store, sql: str) -> None:
    """Whoever reports holds the claim, whoever corrects holds the house: the claim is counted once, where it is."""
    number = database.run(lambda session: claim(session, eligible(session), make_quota(session)).house_id)

    def move(session: Session) -> None:
        entry = registering.entry_of(session, session.get_one(House, number))
        assert entry is not None
        there = replace(entry, kecamatan=SETU, kelurahan=regions.kelurahan_of(session, SETU)[0].code)
        registering.correct_house(session, number, there, NOW, by=person(session, SARI).id or 0, dropped=[], draft_id=0)

    with ThreadPoolExecutor(1) as beside:
        def report(session: Session) -> Future[None]:
            session.execute(text(sql))
            moved = beside.submit(database.run, move)
            wait([moved], timeout=0.5)
            return moved

        database.run(report).result(PATIENCE)
    database.run(check)


def test_what_was_there_before_is_counted(new_database: Callable[[], Store]) -> None:
    """An upgrade begins with what the version before left."""
    store = new_database()

    def live(session: Session) -> None:
        quota = make_quota(session)
        build(session, claim(session, eligible(session), quota))
        claims.release(session, claim(session, eligible(session), quota).id or 0, "batal", NOW, by=None)
        make_house(session, PAMULANG)

    store.run(live)
    before = store.run(lambda session: digests.count(session, YEAR))
    migrate.downgrade(store.engine, "0003")
    migrate.upgrade(store.engine)
    store.run(check)
    after = store.run(lambda session: digests.count(session, YEAR))
    assert {**after, "steps": None} == {**before, "steps": None}
    assert after["steps"]["released"] == before["steps"]["released"] == 1
    house = store.run(lambda session: session.exec(select(House.id).where(House.state == HouseState.REGISTERED)).one())
    store.run(lambda session: houses.move(session, house or 0, HouseState.REGISTERED,
                                             HouseState.RETURNED, NOW, by=None))
    store.run(check)


@pytest.mark.parametrize("backend", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_what_the_version_before_still_writes_during_an_upgrade_is_counted(database: Store) -> None:
    database.run(lambda session: claim(session, eligible(session), make_quota(session)))
    migrate.downgrade(database.engine, "0003")
    with ThreadPoolExecutor(1) as beside:
        def report(session: Session) -> Future[None]:
            session.execute(text("UPDATE claim SET physical = 70, turn = 2"))
            upgraded = beside.submit(migrate.upgrade, database.engine)
            wait([upgraded], timeout=0.5)
            return upgraded

        database.run(report).result(PATIENCE)
    database.run(check)
