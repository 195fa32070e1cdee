"""Deadlines: what is due when, who is reminded, what is overdue, and what a new date changes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from storage import claims, deadlines, progress
from storage.claims import Claim, ClaimState
from storage.deadlines import Stage, stage_of
from storage.errors import Refused, Stale
from storage.rules import DEFAULTS
from storage.store import Store
from tests.builders import NOW, VERA, at_once, claim, eligible, history, make_quota, person

DAY = timedelta(days=1)
DUE = NOW + DEFAULTS.begin


def _claimed(store: Store) -> tuple[int, int]:
    return store.run(lambda session: (claim(session, eligible(session), make_quota(session)).id or 0,
                                      person(session, VERA).id or 0))


def _now(store: Store, number: int) -> Claim:
    return store.run(lambda session: claims.get(session, number))


def _reminded(store: Store, today: datetime) -> list[int | None]:
    return store.run(lambda session: [one.id for one in deadlines.to_remind(session, today, DEFAULTS)])


def _late(store: Store, today: datetime) -> list[int | None]:
    return store.run(lambda session: [one.id for one in deadlines.mark_overdue(session, today, today, DEFAULTS)])


def test_each_stage_has_its_deadline(database: Store) -> None:
    number, by = _claimed(database)

    def step(percent: int, day: int) -> Claim:
        database.run(lambda session: progress.report(session, number, percent, NOW + day * DAY, by=by))
        return _now(database, number)

    first = _now(database, number)
    assert (first.due_at, stage_of(first.turn, first.physical)) == (DUE, Stage.BEGIN)
    assert (step(0, 3).due_at, step(49, 4).due_at) == (NOW + DEFAULTS.half, NOW + DEFAULTS.half)
    assert step(50, 5).due_at == NOW + DEFAULTS.done
    database.run(lambda session: progress.report_finished(session, number, NOW + 9 * DAY, by=by))
    assert _now(database, number).due_at is None, "the verifier's turn"
    database.run(lambda session: progress.send_back(session, number, "belum", NOW + 200 * DAY, by=by))
    assert _now(database, number).due_at == NOW + 207 * DAY, "never missed at once"


def test_a_late_step_leaves_a_week(database: Store) -> None:
    number, by = _claimed(database)
    assert _late(database, DUE + 29 * DAY) == [number]
    database.run(lambda session: progress.report(session, number, 5, NOW + 59 * DAY, by=by))
    after = _now(database, number)
    assert (after.due_at, after.overdue_at, after.expires_at) == (NOW + 66 * DAY, None, None)


def test_reminded_a_week_and_a_day_before(database: Store) -> None:
    """``today`` is a midnight; a deadline is a moment of its day."""
    number, _ = _claimed(database)
    midnight = DUE - timedelta(hours=9)
    told = {day: _reminded(database, midnight - day * DAY) for day in range(10, -3, -1)}
    assert [day for day, found in told.items() if found == [number]] == [7, 1]


def test_after_an_outage_one_reminder_is_given(database: Store) -> None:
    number, _ = _claimed(database)
    midnight = DUE - timedelta(hours=9)
    assert _reminded(database, midnight) == [number]
    assert _reminded(database, midnight) == []


def test_overdue_when_its_day_is_over(database: Store) -> None:
    number, _ = _claimed(database)
    midnight = DUE - timedelta(hours=9)
    assert [_late(database, midnight), _late(database, midnight + DAY), _late(database, midnight + DAY)] == [
        [], [number], []]
    late = _now(database, number)
    assert (late.overdue_at, late.expires_at) == (midnight + DAY, midnight + DAY + DEFAULTS.grace)
    assert database.run(lambda session: history(session, late.house_id))[0].data == {
        "stage": "begin", "due": DUE.isoformat()}
    assert _reminded(database, midnight + DAY) == []


def test_expires_after_the_grace_unless_a_date_is_asked_for(database: Store) -> None:
    number, by = _claimed(database)
    _late(database, DUE + DAY)
    end = DUE + DAY + DEFAULTS.grace

    def expired(today: datetime) -> list[int]:
        return database.run(lambda session: deadlines.expired(session, today))

    assert (expired(end), expired(end + DAY)) == ([], [number])
    wish = database.run(lambda session: deadlines.ask(session, number, end + 30 * DAY, "hujan", end, by=by).id or 0)
    assert expired(end + DAY) == []
    with pytest.raises(Stale):
        database.run(lambda session: claims.expire(session, number, end + DAY))
    database.run(lambda session: deadlines.decline(session, wish, "terlalu lama", end, by=by))
    assert (expired(end + 3 * DAY), expired(end + 4 * DAY)) == ([], [number]), "three days to react"
    gone = database.run(lambda session: claims.expire(session, number, end + 4 * DAY))
    assert (gone.state, gone.due_at, gone.expires_at) == (ClaimState.EXPIRED, None, None)


def test_a_new_date_moves_the_deadlines_behind_it(database: Store) -> None:
    number, by = _claimed(database)
    _late(database, DUE + DAY)
    wish = database.run(lambda session: deadlines.ask(session, number, DUE + 10 * DAY, "hujan", DUE, by=by).id or 0)
    database.run(lambda session: deadlines.grant(session, wish, DUE + DAY, by=by))
    now = _now(database, number)
    assert (now.due_at, now.overdue_at, now.extra_days, now.reminded) == (DUE + 10 * DAY, None, 10, 0)
    database.run(lambda session: progress.report(session, number, 5, DUE + 2 * DAY, by=by))
    assert _now(database, number).due_at == NOW + DEFAULTS.half + 10 * DAY
    with pytest.raises(Stale):
        database.run(lambda session: deadlines.grant(session, wish, DUE + DAY, by=by))


@pytest.mark.parametrize(("wanted", "code"), [
    (DUE, "deadline.early"), (NOW - DAY, "deadline.early"), (NOW + 800 * DAY, "deadline.far"),
])
def test_dates_that_make_no_sense(database: Store, wanted: datetime, code: str) -> None:
    number, by = _claimed(database)
    with pytest.raises(Refused) as refused:
        database.run(lambda session: deadlines.ask(session, number, wanted, "hujan", NOW, by=by))
    assert refused.value.code == code


def test_one_wish_at_a_time_and_none_without_a_deadline(database: Store) -> None:
    number, by = _claimed(database)

    def ask(session: Session) -> None:
        deadlines.ask(session, number, DUE + 9 * DAY, "hujan", NOW, by=by)

    database.run(ask)
    with pytest.raises(Refused) as refused:
        database.run(ask)
    assert refused.value.code == "deadline.pending"
    database.run(lambda session: claims.release(session, number, "batal", NOW, by=by))
    with pytest.raises(Refused) as refused:
        database.run(ask)
    assert refused.value.code == "deadline.none"
    assert database.run(lambda session: deadlines.waiting(session)) == [], "the wish ended with the claim"


def test_what_is_due_next(database: Store) -> None:
    def make(session: Session) -> tuple[list[int], int]:
        quota = make_quota(session)
        made = [claims.claim_houses(session, [eligible(session).id or 0], quota.id or 0, NOW + day * DAY, by=None)[0]
                for day in (5, 0, 9, 2)]
        return [one.id or 0 for one in made], quota.partner_id

    made, partner = database.run(make)
    found = database.run(lambda session: [one.id for one in deadlines.due_next(session, [partner])])
    assert found == [made[1], made[3], made[0]]


def test_very_many_at_once_are_taken_in_turns(database: Store) -> None:
    """After an outage or an upgrade the deadlines of a whole city may be missed on one day."""
    def claimed(session: Session) -> list[int]:
        quota = make_quota(session)
        return [claim(session, eligible(session), quota).id or 0 for _ in range(5)]

    numbers = database.run(claimed)

    def turns(look: Any) -> list[list[int]]:
        return [[one.id or 0 for one in database.run(look)] for _ in range(4)]

    soon = turns(lambda session: deadlines.to_remind(session, DUE - DAY, DEFAULTS, limit=2))
    assert soon == [numbers[:2], numbers[2:4], numbers[4:], []]
    late = turns(lambda session: deadlines.mark_overdue(session, DUE + DAY, DUE + DAY, DEFAULTS, limit=2))
    assert late == [numbers[:2], numbers[2:4], numbers[4:], []]


def test_two_processes_mark_the_same_turn_once(database: Store) -> None:
    """On PostgreSQL the second one waits for the rows of the first, and looks at them again."""
    number, _ = _claimed(database)
    found = at_once(database, *[
        lambda session: len(deadlines.mark_overdue(session, DUE + DAY, DUE + DAY, DEFAULTS, limit=1))] * 2)
    assert sorted(found) == [0, 1]
    assert len(database.run(lambda session: [one for one in history(session, claims.get(session, number).house_id)
                                             if one.kind == "claim.overdue"])) == 1


def test_work_that_goes_on_late_is_not_taken_away(database: Store) -> None:
    """It stays overdue; but the house goes back only where the work stands still for as long as the grace."""
    number, by = _claimed(database)
    database.run(lambda session: progress.report(session, number, 60, NOW, by=by))
    missed = NOW + DEFAULTS.done + DAY
    assert _late(database, missed) == [number]

    def says(percent: int, day: int) -> datetime | None:
        database.run(lambda session: progress.report(session, number, percent, missed + day * DAY, by=by))
        now = _now(database, number)
        assert now.overdue_at == missed
        return now.expires_at

    assert says(60, 10) == missed + DEFAULTS.grace, "the same figure again"
    assert says(80, 10) == missed + 10 * DAY + DEFAULTS.grace
    database.run(lambda session: progress.correct(session, number, 70, 0, "keliru", missed + 11 * DAY, by=by))
    database.run(lambda session: progress.correct(session, number, 90, 0, "keliru", missed + 12 * DAY, by=by))
    assert _now(database, number).expires_at == missed + 10 * DAY + DEFAULTS.grace, "a correction is no work"
