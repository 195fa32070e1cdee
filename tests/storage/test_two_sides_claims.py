"""Two people at the same money and the same houses: whatever happens at once, it happens to one of them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import Session, func, select

from storage import claims, handover, houses, partners, progress
from storage.claims import Claim, ClaimState
from storage.errors import Refused, Stale
from storage.events import Event
from storage.houses import HouseState
from storage.partners import Quota
from storage.store import Store
from tests.builders import JUTA, NOW, VERA, at_once, build, claim, eligible, make_house, make_quota, person


def _refused(results: list[Any]) -> list[Refused]:
    """The refusals; anything else that was raised fails the test."""
    refusals = [one for one in results if isinstance(one, Refused)]
    assert not [one for one in results if isinstance(one, Exception) and not isinstance(one, Refused)], results
    return refusals


def _quota(store: Store, quota_id: int) -> Quota:
    return store.run(lambda session: partners.fresh(session, quota_id))


def _count(store: Store, table: type[Any]) -> int:
    return store.run(lambda session: session.exec(select(func.count()).select_from(table)).one())


def _two_houses(store: Store, **quota: Any) -> tuple[int, int, int]:
    def make(session: Session) -> tuple[int, int, int]:
        first, second = eligible(session), eligible(session)
        return first.id or 0, second.id or 0, make_quota(session, **quota).id or 0

    return store.run(make)


def test_last_unit_of_a_quota(database: Store) -> None:
    first, second, quota = _two_houses(database, units=1, ceiling=1000 * JUTA)
    results = at_once(
        database,
        lambda session: claims.claim_houses(session, [first], quota, NOW, by=None),
        lambda session: claims.claim_houses(session, [second], quota, NOW, by=None),
    )
    (refusal,) = _refused(results)
    assert refusal.code == "quota.short_units"
    assert refusal.figures["units_missing"] == 1
    left = _quota(database, quota)
    assert (left.units_reserved, left.reserved) == (1, 50 * JUTA)
    assert _count(database, Claim) == 1


def test_last_rupiah_of_a_quota(database: Store) -> None:
    first, second, quota = _two_houses(database, units=10, ceiling=100 * JUTA - 1)
    results = at_once(
        database,
        lambda session: claims.claim_houses(session, [first], quota, NOW, by=None),
        lambda session: claims.claim_houses(session, [second], quota, NOW, by=None),
    )
    (refusal,) = _refused(results)
    assert refusal.code == "quota.short_money"
    assert refusal.figures["money_missing"] == 1
    assert refusal.figures["money_left"] == 50 * JUTA - 1
    assert _quota(database, quota).reserved == 50 * JUTA


def test_exactly_enough_for_both(database: Store) -> None:
    first, second, quota = _two_houses(database, units=2, ceiling=100 * JUTA)
    results = at_once(
        database,
        lambda session: claims.claim_houses(session, [first], quota, NOW, by=None),
        lambda session: claims.claim_houses(session, [second], quota, NOW, by=None),
    )
    assert _refused(results) == []
    assert _quota(database, quota).money_left == 0


def test_one_house_claimed_twice(database: Store) -> None:
    def make(session: Session) -> tuple[int, int, int]:
        return (eligible(session).id or 0, make_quota(session, "Baznas").id or 0, make_quota(session, "DPKPP").id or 0)

    house, baznas, dpkpp = database.run(make)
    results = at_once(
        database,
        lambda session: claims.claim_houses(session, [house], baznas, NOW, by=None),
        lambda session: claims.claim_houses(session, [house], dpkpp, NOW, by=None),
    )
    (refusal,) = _refused(results)
    assert isinstance(refusal, Stale)
    assert _count(database, Claim) == 1
    assert _quota(database, baznas).units_reserved + _quota(database, dpkpp).units_reserved == 1


def test_baskets_that_share_a_house(database: Store) -> None:
    """Baskets in opposite order neither deadlock nor split: one gets all, the other nothing."""
    first, second, quota = _two_houses(database, units=10, ceiling=1000 * JUTA)
    third = database.run(lambda session: eligible(session).id or 0)
    results = at_once(
        database,
        lambda session: claims.claim_houses(session, [first, second], quota, NOW, by=None),
        lambda session: claims.claim_houses(session, [third, second], quota, NOW, by=None),
    )
    (refusal,) = _refused(results)
    assert refusal.figures["taken"] == 1
    assert _quota(database, quota).units_reserved == _count(database, Claim) == 2


def test_two_verifiers_decide_at_once(database: Store) -> None:
    house = database.run(lambda session: make_house(session).id or 0)
    results = at_once(
        database,
        lambda session: houses.move(session, house, HouseState.REGISTERED, HouseState.ELIGIBLE, NOW, by=None,
                                    estimate=50 * JUTA),
        lambda session: houses.move(session, house, HouseState.REGISTERED, HouseState.INELIGIBLE, NOW, by=None,
                                    note="tanah sengketa"),
    )
    (refusal,) = _refused(results)
    now_is = database.run(lambda session: houses.get(session, house))
    assert refusal.figures == {"code": now_is.code, "state": now_is.state}
    assert (now_is.note is None) == (now_is.state == HouseState.ELIGIBLE)
    assert now_is.version == 2


def test_release_against_hand_over(database: Store) -> None:
    """The house is confirmed and handed over while the release is under way: one of the two wins, never both."""

    def make(session: Session) -> tuple[int, int, int, int]:
        quota, by = make_quota(session), person(session, VERA).id or 0
        made = claim(session, eligible(session), quota)
        progress.report(session, made.id or 0, 90, NOW, by=by)
        progress.report_finished(session, made.id or 0, NOW, by=by)
        return made.id or 0, made.house_id, quota.id or 0, by

    claim_id, house, quota, by = database.run(make)

    def hand_over(session: Session) -> None:
        progress.confirm(session, claim_id, NOW, by=by)
        handover.hand_over(session, claim_id, 40 * JUTA, NOW, by=by)

    results = at_once(database, hand_over, lambda session: claims.release(session, claim_id, "pindah", NOW, by=None))
    assert len(_refused(results)) == 1
    left = _quota(database, quota)
    ended = database.run(lambda session: claims.get(session, claim_id))
    state = database.run(lambda session: houses.get(session, house)).state
    if ended.state == ClaimState.RELEASED:
        assert (left.units_reserved, left.units_spent, left.reserved, left.spent) == (0, 0, 0, 0)
        assert state == HouseState.ELIGIBLE
    else:
        assert (left.units_reserved, left.units_spent, left.reserved, left.spent) == (0, 1, 0, 40 * JUTA)
        assert state == HouseState.HANDED_OVER


def test_released_twice(database: Store) -> None:
    def make(session: Session) -> tuple[int, int]:
        quota = make_quota(session)
        claim(session, eligible(session), quota)
        return claim(session, eligible(session), quota).id or 0, quota.id or 0

    claim_id, quota = database.run(make)
    results = at_once(database, *[lambda session: claims.release(session, claim_id, "batal", NOW, by=None)] * 2)
    assert isinstance(_refused(results)[0], Stale)
    assert _quota(database, quota).units_reserved == 1


def test_handed_over_twice(database: Store) -> None:
    def make(session: Session) -> tuple[int, int]:
        quota = make_quota(session)
        build(session, claim(session, eligible(session), quota))
        return build(session, claim(session, eligible(session), quota)).id or 0, quota.id or 0

    claim_id, quota = database.run(make)
    results = at_once(database, *[lambda session: handover.hand_over(session, claim_id, JUTA, NOW, by=None)] * 2)
    assert isinstance(_refused(results)[0], Stale)
    left = _quota(database, quota)
    assert (left.units_reserved, left.units_spent, left.spent) == (1, 1, JUTA)


@pytest.mark.parametrize("begun", [False, True])
def test_report_against_release(database: Store, begun: bool) -> None:
    """Nothing is reported on a claim that has ended."""

    def make(session: Session) -> tuple[int, int]:
        made, by = claim(session, eligible(session), make_quota(session)), person(session, VERA).id or 0
        if begun:
            progress.report(session, made.id or 0, 10, NOW, by=by)
        return made.id or 0, by

    claim_id, by = database.run(make)
    results = at_once(
        database,
        lambda session: progress.report(session, claim_id, 30, NOW, by=by),
        lambda session: claims.release(session, claim_id, "batal", NOW, by=by),
    )
    refusals = _refused(results)
    ended = database.run(lambda session: claims.get(session, claim_id))
    state = database.run(lambda session: houses.get(session, ended.house_id)).state
    events = database.run(lambda session: {row.kind: row.id or 0 for row in session.exec(select(Event))})
    if ended.state == ClaimState.RELEASED:
        assert state == HouseState.ELIGIBLE
        assert (ended.physical == 30) == (not refusals)
        assert refusals or events["progress.report"] < events["house.eligible"]
    else:
        assert state == HouseState.IN_PROGRESS
        assert len(refusals) == 1


def test_settling_the_last_rupiah_twice(database: Store) -> None:
    """Two houses cost more than was reserved, and there is room for one of them."""

    def make(session: Session) -> tuple[int, int, int]:
        quota = make_quota(session, units=2, ceiling=110 * JUTA)
        done = [build(session, claim(session, eligible(session), quota)) for _ in range(2)]
        return done[0].id or 0, done[1].id or 0, quota.id or 0

    first, second, quota = database.run(make)
    results = at_once(
        database,
        lambda session: handover.hand_over(session, first, 60 * JUTA, NOW, by=None),
        lambda session: handover.hand_over(session, second, 60 * JUTA, NOW, by=None),
    )
    (refusal,) = _refused(results)
    assert refusal.code == "quota.short_settle"
    assert refusal.figures["missing"] == 10 * JUTA
    left = _quota(database, quota)
    assert (left.reserved, left.spent) == (50 * JUTA, 60 * JUTA)


def test_quota_lowered_while_claimed(database: Store) -> None:
    house, _, quota = _two_houses(database, units=3, ceiling=100 * JUTA)
    results = at_once(
        database,
        lambda session: partners.change_quota(session, quota, NOW, by=None, units=0, ceiling=0),
        lambda session: claims.claim_houses(session, [house], quota, NOW, by=None),
    )
    (refusal,) = _refused(results)
    left = _quota(database, quota)
    if refusal.code == "quota.below_promised":
        assert refusal.figures == {"units": 1, "money": 50 * JUTA}
        assert (left.units, left.units_reserved) == (3, 1)
    else:
        assert refusal.code == "quota.short"
        assert (left.units, left.units_reserved) == (0, 0)


def test_ceiling_a_house_lowered_while_claimed(database: Store) -> None:
    """A claim takes what the ceiling allows when it is written, not when it was looked at."""
    house, _, quota = _two_houses(database)

    results = at_once(
        database,
        lambda session: partners.change_quota(session, quota, NOW, by=None, house_ceiling=20 * JUTA),
        lambda session: claims.claim_houses(session, [house], quota, NOW, by=None),
    )
    assert _refused(results) == []
    events = database.run(lambda session: {row.kind: row.id or 0 for row in session.exec(select(Event))})
    lowered_first = events["quota.changed"] < events["house.claimed"]
    assert _quota(database, quota).reserved == (20 if lowered_first else 50) * JUTA


def test_two_admins_change_one_quota(database: Store) -> None:
    """One raises the units, one the money, one takes the ceiling a house away: nobody undoes another's change."""
    _, _, quota = _two_houses(database, units=3, ceiling=100 * JUTA, house_ceiling=40 * JUTA)
    assert _refused(at_once(
        database,
        lambda session: partners.change_quota(session, quota, NOW, by=None, units=8),
        lambda session: partners.change_quota(session, quota, NOW, by=None, ceiling=900 * JUTA),
        lambda session: partners.change_quota(session, quota, NOW, by=None, any_house=True),
    )) == []
    now = _quota(database, quota)
    assert (now.units, now.ceiling, now.house_ceiling) == (8, 900 * JUTA, None)
