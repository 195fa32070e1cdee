"""Over random histories the list behind a figure is what a plain copy of the rows had when the digest was made."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlmodel import Session, select

from storage import claims, digests, erasing, events, groups, regions, registering, revisions, standing
from storage.claims import Claim
from storage.digests import DigestRun
from storage.events import Event
from storage.houses import House
from storage.partners import FundSource, Partner
from storage.standing import Cell, Figure, Standing
from storage.store import Store
from tests.builders import BUDI, NOW, PAMULANG, SARI, SERPONG, SETU, YEAR, eligible, make_house, make_quota, person
from tests.handlers.digest_steps import WHILE, begin, go

HELD = ["claimed", "in_progress", "finished", "handed_over"]
AREAS = (PAMULANG, SETU, SERPONG)
STAGES = {
    "need": ("eligible", *HELD), "taken": tuple(HELD), "open": ("eligible",), "claim": ("claimed",),
    "work": ("in_progress",), "built": ("finished",), "given": ("handed_over",), "done": ("finished", "handed_over"),
    "new": ("registered",), "back": ("returned",), "unfit": ("ineligible",), "gone": ("withdrawn",),
    "twin": ("duplicate",),
}
NARROW = [(PAMULANG, None), (SETU, FundSource.APBD), (None, FundSource.BAZNAS), (PAMULANG, FundSource.APBD)]
# Each figure as a whole, and one that people look into in each of these ways as well.
CELLS = [Cell(Figure(name)) for name in STAGES] + [
    Cell(Figure(name), *NARROW[(at + turn) % 4]) for at, name in enumerate(("need", "work", "taken", "open", "given"))
    for turn in (0, 1)]

Copy = list[tuple[str, str, str, FundSource | None]]


def copied(session: Session) -> Copy:
    """Code, stage, kecamatan and fund source of each house, one row after the other."""
    sources = {one.id: one.source for one in session.exec(select(Partner))}
    held = {one.house_id: sources[one.partner_id] for one in session.exec(select(Claim)) if one.state in claims.HOLDING}
    return [(one.code, one.state.value, one.kecamatan_code, held.get(one.id or 0))
            for one in session.exec(select(House))]


def plain(copy: Copy, cell: Cell) -> list[str]:
    return sorted(code for code, stage, area, source in copy
                  if stage in STAGES[cell.figure.value] and cell.kecamatan in (None, area)
                  and cell.source in (None, source))


def walk(session: Session, where: Standing, cell: Cell, step: int) -> list[str]:
    """A list from page to page: each house once, or a code would stand in it twice."""
    codes: list[str] = []
    after = 0
    while found := standing.page(session, where, cell, after=after, limit=step):
        assert [one.house_id for one in found] == sorted(one.house_id for one in found)
        codes += [one.code for one in found]
        after = found[-1].house_id
    return sorted(codes)


def freeze(session: Session) -> DigestRun:
    group = groups.joined(session, -100, "Forum", NOW, by=None).id or 0
    run = digests.start_run(session, group, "s1", date(2026, 3, 2), NOW, NOW, digests.count(session, YEAR))
    assert run is not None
    return run


def correct(session: Session, pick: int, number: int) -> None:
    """A house was written down in the wrong kecamatan. Corrections are a minute apart, as anything people do."""
    known = session.exec(select(House).order_by(House.id)).all()  # type: ignore[arg-type]
    house = known[pick % len(known)]
    entry = registering.entry_of(session, house)
    area = AREAS[number % 3]
    if entry is not None and house.state.value not in ("handed_over", "withdrawn", "duplicate"):
        at = NOW + timedelta(minutes=events.last(session))
        registering.correct_house(
            session, house.id or 0,
            replace(entry, kecamatan=area, kelurahan=regions.kelurahan_of(session, area)[number % 2].code), at,
            by=person(session, SARI).id or 0, dropped=[], draft_id=0)


# A place that changes here is noted in the house's history, as any correction is.
FIRST = [what for what in WHILE if what != "place"]
LATER = [what for what in FIRST if what not in ("quota", "late")]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**31), st.integers(2, 6))
def test_a_list_has_the_houses_of_its_digest(new_database: Callable[[], Store], seed: int, step: int) -> None:
    store, dice = new_database(), Random(seed)

    def live(session: Session) -> None:
        person(session, BUDI)
        begin(session)
        for what in dice.sample(FIRST, len(FIRST)):
            go(session, what, dice)
        run, copy = freeze(session), copied(session)
        for what in dice.sample([*LATER, *["moved"] * 3], 24):
            if what == "moved":
                correct(session, dice.randrange(30), dice.randrange(10))
            else:
                go(session, what, dice)
        here, changes = standing.now(session), standing.changed(session, run)
        assert changes is not None
        for where, rows in ((here, copied(session)), (here.back(changes), copy)):
            for cell in CELLS:
                wanted = plain(rows, cell)
                assert (walk(session, where, cell, step), where.count(cell)) == (wanted, len(wanted)), cell
        assert here.back(changes).count(Cell(Figure.NEEDING)) == run.numbers["needing"]

    store.run(live)
    store.close()


def test_after_too_much_nothing_is_said_of_then(database: Store) -> None:
    def live(session: Session) -> None:
        number = eligible(session).id or 0
        run = freeze(session)
        event = {"at": NOW, "kind": "house.rechecked", "house_id": number, "data": {"before": "finished"}}
        session.execute(insert(Event), [event] * (standing.MOST + 10))
        assert standing.changed(session, run) == [], "that is no step in its life"
        session.execute(insert(Event), [event | {"kind": "house.eligible"}] * standing.MOST)
        changes = standing.changed(session, run)
        assert changes is not None
        assert [one.then.stage if one.then else "" for one in changes] == ["finished"], "the first of many"
        session.execute(insert(Event), [event | {"kind": "house.eligible"}])
        assert standing.changed(session, run) is None

    database.run(live)


def test_where_a_house_lay_that_was_erased_nobody_knows(database: Store) -> None:
    def live(session: Session) -> None:
        house = make_house(session, PAMULANG)
        run = freeze(session)
        correct(session, 0, 1)
        new = make_house(session, PAMULANG)
        correct(session, 1, 1)
        (moved, came) = standing.changed(session, run) or []
        assert (moved.then and moved.then.kecamatan, moved.now.kecamatan, came.then) == (PAMULANG, SETU, None)
        revisions.erase(session, new.id or 0)
        assert standing.changed(session, run) is not None, "it was not there then"
        erasing.erase(session, house.id or 0, NOW, by=None, reason=erasing.Reason.FAMILY)
        assert standing.changed(session, run) is None

    database.run(live)


@pytest.mark.parametrize("backend", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_step_that_was_under_way_while_the_digest_was_counted_is_put_back(database: Store) -> None:
    """Its event has a lower number than one that the digest knows: it was written first and committed last."""
    numbers = database.run(lambda session: [eligible(session).id or 0 for _ in range(2)])
    quota = database.run(lambda session: make_quota(session).id or 0)

    def take(session: Session) -> None:
        claims.claim_houses(session, numbers, quota, NOW, by=None)
        session.flush()
        with ThreadPoolExecutor(1) as beside:
            beside.submit(database.run, eligible).result(10)
            runs.append(beside.submit(database.run, freeze, snapshot=True).result(10))

    runs: list[DigestRun] = []
    database.run(take)
    database.run(eligible)

    def look(session: Session) -> None:
        there = standing.now(session).back(standing.changed(session, runs[0]) or [])
        cell = Cell(Figure.OPEN)
        assert runs[0].numbers["open"] == there.count(cell) == len(walk(session, there, cell, 2)) == 3
        assert there.count(Cell(Figure.CLAIMED)) == 0

    database.run(look)
