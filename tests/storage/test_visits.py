"""Visits: no two of one kecamatan on one day, and of two changes at once one counts."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import Session, col, select

from storage import visits
from storage.errors import Refused
from storage.store import Store
from storage.visits import Visit
from tests.builders import ADMIN, NOW, PAMULANG, SETU, at_once, cast, make_house, person

TODAY = NOW.date()
DAY = TODAY + timedelta(days=5)


def plan(session: Session, area: str = PAMULANG, day: date = DAY) -> int:
    by = person(session, ADMIN).id or 0
    return visits.plan(session, area, day, "Balai warga", NOW, TODAY, by=by).id or 0


def change(session: Session, number: int, version: int = 1, **values: Any) -> int:
    by = person(session, ADMIN).id or 0
    return visits.change(session, number, version, NOW, TODAY, by=by, **values).version


def refusal(results: list[Any]) -> str:
    (found,) = [one for one in results if isinstance(one, Exception)]
    assert isinstance(found, Refused), found
    return found.code


def live(store: Store) -> list[tuple[str, date]]:
    return store.run(lambda session: [(one.kecamatan_code, one.day) for one in session.exec(
        select(Visit).where(col(Visit.cancelled_at).is_(None)).order_by(col(Visit.id)))])


def test_two_admins_plan_the_same(database: Store) -> None:
    database.run(cast)
    assert refusal(at_once(database, plan, plan)) == "visit.taken"
    assert live(database) == [(PAMULANG, DAY)]


def test_one_plans_where_another_moves_a_visit(database: Store) -> None:
    number = database.run(partial(plan, day=DAY + timedelta(days=1)))
    move = partial(change, number=number, day=DAY)
    assert refusal(at_once(database, plan, lambda session: move(session))) == "visit.taken"
    assert [day for _, day in live(database)].count(DAY) == 1


def test_two_kecamatan_and_a_registration_do_not_meet(database: Store) -> None:
    database.run(cast)
    made = at_once(database, plan, partial(plan, area=SETU), lambda session: make_house(session, SETU).id)
    assert all(isinstance(one, int) for one in made), made
    assert len(live(database)) == 2


def test_of_two_changes_at_once_one_counts(database: Store) -> None:
    number = database.run(plan)
    results = at_once(database, lambda session: change(session, number, place="Pendopo"),
                      lambda session: change(session, number, day=DAY + timedelta(days=1)))
    assert refusal(results) == "visit.changed"
    assert [one for one in results if isinstance(one, int)] == [2]


def test_a_visit_called_off_gives_its_day_back(database: Store) -> None:
    number = database.run(plan)
    with pytest.raises(Refused, match=r"visit\.taken"):
        database.run(plan)
    by = database.run(lambda session: person(session, ADMIN).id or 0)
    database.run(lambda session: visits.cancel(session, number, 1, NOW, TODAY, by=by))
    database.run(plan)
    with pytest.raises(Refused, match=r"visit\.cancelled"):
        database.run(lambda session: change(session, number, 2, place="Pendopo"))


@pytest.mark.parametrize(("days", "code"), [(0, "visit.early"), (-1, "visit.early"), (367, "visit.far")])
def test_days_that_cannot_be(database: Store, days: int, code: str) -> None:
    with pytest.raises(Refused, match=code):
        database.run(partial(plan, day=TODAY + timedelta(days=days)))
    assert live(database) == []


def test_a_reminder_is_marked_once_and_anew_for_another_day(database: Store) -> None:
    number = database.run(plan)
    mark = partial(visits.remind, visit_id=number, now=NOW)
    assert sorted(at_once(database, *[lambda session: mark(session, day=DAY)] * 2)) == [False, True]
    later = DAY + timedelta(days=1)
    database.run(lambda session: change(session, number, day=later))
    assert [database.run(lambda session, day=day: mark(session, day=day)) for day in (DAY, later, later)] == [
        False, True, False]
