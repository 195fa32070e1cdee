"""The life of a house, step by step: what each step needs, what it leaves, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session

from storage import claims, handover, houses, partners, progress, worklist
from storage.claims import Claim, ClaimState, Turn
from storage.errors import Refused, Stale
from storage.houses import APART, NEEDING, TRANSITIONS, House, HouseState
from storage.partners import Quota
from storage.store import Store
from tests.builders import (
    JUTA,
    NOW,
    PAMULANG,
    SARI,
    SETU,
    VERA,
    approve,
    build,
    claim,
    eligible,
    history,
    make_house,
    make_quota,
    person,
)


def _refused(store: Store, unit: Callable[[Session], Any]) -> Refused:
    with pytest.raises(Refused) as refused:
        store.run(unit)
    return refused.value


def _claimed(store: Store, **quota: Any) -> tuple[Claim, int]:
    """A claim on a house of fifty million, and its quota."""

    def make(session: Session) -> tuple[Claim, int]:
        means = make_quota(session, **quota)
        return claim(session, eligible(session), means), means.id or 0

    return store.run(make)


def _house(store: Store, number: int) -> House:
    return store.run(lambda session: houses.get(session, number))


def _quota(store: Store, number: int) -> Quota:
    return store.run(lambda session: partners.fresh(session, number))


def test_every_state_is_in_one_bucket_and_has_its_steps() -> None:
    assert sorted((*NEEDING, *APART)) == sorted(HouseState)
    assert set(TRANSITIONS) == set(HouseState)
    ends = {state for state, steps in TRANSITIONS.items() if not steps}
    assert ends == {HouseState.HANDED_OVER, HouseState.WITHDRAWN, HouseState.DUPLICATE}


def test_registration(database: Store) -> None:
    house = database.run(make_house)
    assert (house.code, house.state, house.version, house.estimate) == ("PML-0001", HouseState.REGISTERED, 1, None)
    assert house.priority == 10 * (4 + 3 + 5) + 5 + 10
    assert database.run(lambda session: make_house(session, SETU)).code == "SET-0001"
    assert database.run(make_house).code == "PML-0002"
    found = database.run(lambda session: houses.by_code(session, "PML-0001"))
    assert found is not None
    assert found.id == house.id
    (event,) = database.run(lambda session: history(session, house.id or 0))
    assert (event.kind, event.actor_id) == ("house.registered", database.run(lambda s: person(s, SARI).id))


@pytest.mark.parametrize(("figures", "rank"), [
    ((1, 1, 1, 1, 9.0), 31), ((1, 1, 1, 2, 17.9), 42), ((5, 5, 5, 1, 100.0), 151), ((1, 1, 1, 99, 10_000.0), 50),
])
def test_priority(figures: tuple[int, int, int, int, float], rank: int) -> None:
    *ranks, occupants, area = figures
    assert houses.priority(ranks, occupants, area, 9) == rank


def test_priority_counts_what_is_known() -> None:
    """Components that nobody has looked at move a house neither up nor down; the elderly and disabled move it up."""
    assert houses.priority((4, 3, 5, 4, 4), 1, 99, 9) == houses.priority((4, 3, 5), 1, 99, 9) == 121
    assert houses.priority((4, 3, 5, 1), 1, 99, 9) == 99
    assert houses.priority((4, 3, 5), 1, 99, 9, vulnerable=2) == 131
    assert houses.priority((4, 3, 5), 1, 99, 9, vulnerable=99) == 161


def test_a_step_that_the_design_does_not_know(database: Store) -> None:
    house = database.run(make_house)
    with pytest.raises(ValueError, match="registered → claimed"):
        database.run(lambda session: houses.move(
            session, house.id or 0, HouseState.REGISTERED, HouseState.CLAIMED, NOW, by=None))


def test_an_old_button(database: Store) -> None:
    house = database.run(eligible)
    refusal = _refused(database, lambda session: approve(session, house))
    assert isinstance(refusal, Stale)
    assert refusal.figures == {"code": house.code, "state": HouseState.ELIGIBLE}
    assert _refused(database, lambda session: houses.get(session, 10**9)).code == "house.gone"


def test_a_step_counts_the_version_and_leaves_an_event(database: Store) -> None:
    house = database.run(eligible)
    assert (house.version, house.estimate, house.verified_at) == (2, 50 * JUTA, NOW)
    newest = database.run(lambda session: history(session, house.id or 0))[0]
    assert (newest.kind, newest.data) == ("house.eligible", {"before": "registered"})


@pytest.mark.parametrize(("estimate", "house_ceiling", "amount"), [
    (50 * JUTA, None, 50 * JUTA), (50 * JUTA, 25 * JUTA, 25 * JUTA), (20 * JUTA, 25 * JUTA, 20 * JUTA),
])
def test_a_claim_reserves_the_lesser(
    database: Store, estimate: int, house_ceiling: int | None, amount: int
) -> None:
    def make(session: Session) -> tuple[Claim, int]:
        means = make_quota(session, house_ceiling=house_ceiling)
        return claim(session, eligible(session, estimate=estimate), means), means.id or 0

    made, quota = database.run(make)
    (part,) = database.run(lambda session: claims.contributions(session, made.id or 0))
    assert (part.amount, part.lead, part.quota_id) == (amount, True, quota)
    left = _quota(database, quota)
    assert (left.units_left, left.money_left) == (9, 500 * JUTA - amount)
    assert _house(database, made.house_id).state == HouseState.CLAIMED
    holding = database.run(lambda session: claims.holding(session, made.house_id))
    assert holding is not None
    assert holding.id == made.id


def test_what_cannot_be_claimed(database: Store) -> None:
    made, quota = _claimed(database)

    def code(*ids: int, of: int = quota) -> str:
        return _refused(database, lambda session: claims.claim_houses(session, list(ids), of, NOW, by=None)).code

    free = database.run(eligible).id or 0
    assert code() == "claim.nothing"
    assert code(made.house_id) == "stale"
    assert code(free, made.house_id) == "stale"
    assert code(free, 10**9) == "stale"
    assert code(free, of=10**9) == "quota.gone"
    assert _house(database, free).state == HouseState.ELIGIBLE
    assert _quota(database, quota).units_reserved == 1

    def close(session: Session) -> None:
        partners.fresh(session, quota).closed_at = NOW

    database.run(close)
    assert code(free) == "quota.closed"


def test_a_house_named_twice_is_claimed_once(database: Store) -> None:
    def make(session: Session) -> int:
        quota, house = make_quota(session).id or 0, eligible(session).id or 0
        return len(claims.claim_houses(session, [house, house], quota, NOW, by=None))

    assert database.run(make) == 1


def test_a_released_house_can_be_claimed_again(database: Store) -> None:
    made, quota = _claimed(database, units=1, ceiling=50 * JUTA)
    database.run(lambda session: claims.release(session, made.id or 0, "x" * 900, NOW, by=None))
    ended = database.run(lambda session: claims.get(session, made.id or 0))
    assert (ended.state, ended.ended_at, len(ended.end_reason or "")) == (ClaimState.RELEASED, NOW, 500)
    assert _house(database, made.house_id).state == HouseState.ELIGIBLE
    left = _quota(database, quota)
    assert (left.units_left, left.money_left) == (1, 50 * JUTA)
    again = database.run(lambda session: claims.claim_houses(session, [made.house_id], quota, NOW, by=None))
    assert again[0].id != made.id
    refusal = _refused(database, lambda session: claims.release(session, made.id or 0, "lagi", NOW, by=None))
    assert isinstance(refusal, Stale)
    assert _quota(database, quota).units_left == 0


def test_progress_goes_forward(database: Store) -> None:
    made, _ = _claimed(database)
    number, by = made.id or 0, database.run(lambda session: person(session, VERA).id or 0)

    def report(physical: int, financial: int | None = None) -> None:
        database.run(lambda session: progress.report(session, number, physical, NOW, by=by, financial=financial))

    report(30, 20)
    assert _house(database, made.house_id).state == HouseState.IN_PROGRESS
    report(30)
    for physical, financial in ((29, 50), (50, 19)):
        with pytest.raises(Refused) as refused:
            report(physical, financial)
        assert (refused.value.code, refused.value.figures) == (
            "progress.backwards", {"physical": 30, "financial": 20})
    report(70, 60)
    found = database.run(lambda session: claims.get(session, number))
    assert (found.physical, found.financial) == (70, 60)
    said = database.run(lambda session: progress.of_claim(session, number))
    assert [(one.physical, one.financial) for one in said] == [(70, 60), (30, 20), (30, 20)]


def test_finished_is_a_report_until_a_verifier_confirms(database: Store) -> None:
    made, _ = _claimed(database)
    number, by = made.id or 0, database.run(lambda session: person(session, VERA).id or 0)

    def finish(session: Session) -> None:
        progress.report_finished(session, number, NOW, by=by)

    def waiting(kecamatan: list[str] | None = None) -> int:
        return len(database.run(lambda session: progress.waiting_for_confirmation(session, kecamatan)))

    assert _refused(database, finish).code == "progress.not_begun"
    assert _refused(database, lambda session: progress.confirm(session, number, NOW, by=by)).code == (
        "progress.not_reported")
    database.run(lambda session: progress.report(session, number, 90, NOW, by=by))
    database.run(finish)
    assert _refused(database, finish).code == "progress.reported"
    assert _house(database, made.house_id).state == HouseState.IN_PROGRESS
    assert (waiting(), waiting([PAMULANG]), waiting([SETU])) == (1, 1, 0)
    database.run(lambda session: progress.send_back(session, number, "pintu belum ada", NOW, by=by))
    assert waiting() == 0
    assert _refused(database, lambda session: progress.send_back(session, number, "?", NOW, by=by)).code == (
        "progress.not_reported")
    database.run(finish)
    database.run(lambda session: progress.confirm(session, number, NOW, by=by))
    house = _house(database, made.house_id)
    assert (house.state, waiting()) == (HouseState.FINISHED, 0)
    for late in (finish, lambda session: progress.report(session, number, 100, NOW, by=by)):
        refusal = _refused(database, late)
        assert (refusal.code, refusal.figures) == ("claim.done", {"code": house.code})
    refusal = _refused(database, lambda session: claims.release(session, number, "batal", NOW, by=by))
    assert (refusal.code, refusal.figures) == ("claim.finished", {"code": house.code})


@pytest.mark.parametrize("real", [0, 40 * JUTA, 50 * JUTA, 55 * JUTA])
def test_handover_settles_with_the_real_cost(database: Store, real: int) -> None:
    made, quota = _claimed(database, units=2, ceiling=55 * JUTA)
    early = _refused(database, lambda session: handover.hand_over(session, made.id or 0, real, NOW, by=None))
    assert early.code == "claim.not_finished"
    database.run(lambda session: build(session, session.get_one(Claim, made.id)))
    done = database.run(lambda session: handover.hand_over(session, made.id or 0, real, NOW, by=None))
    assert (done.state, done.real_cost, done.handed_over_at, done.physical) == (
        ClaimState.HANDED_OVER, real, NOW, 100)
    assert _house(database, made.house_id).state == HouseState.HANDED_OVER
    left = _quota(database, quota)
    assert (left.units_reserved, left.units_spent, left.reserved, left.spent) == (0, 1, 0, real)
    # It holds the house for ever.
    late = _refused(database, lambda session: claims.release(session, made.id or 0, "?", NOW, by=None))
    assert isinstance(late, Stale)


def test_more_than_was_reserved_needs_room(database: Store) -> None:
    made, quota = _claimed(database, units=1, ceiling=55 * JUTA)
    database.run(lambda session: build(session, session.get_one(Claim, made.id)))

    def hand_over(session: Session) -> None:
        handover.hand_over(session, made.id or 0, 60 * JUTA, NOW, by=None)

    refusal = _refused(database, hand_over)
    assert refusal.code == "quota.short_settle"
    assert refusal.figures == {
        "money": 10 * JUTA, "money_left": 5 * JUTA, "missing": 5 * JUTA}
    assert _house(database, made.house_id).state == HouseState.FINISHED
    database.run(lambda session: partners.change_quota(session, quota, NOW, by=None, ceiling=60 * JUTA))
    database.run(hand_over)
    assert _quota(database, quota).money_left == 0


def test_claims_of_a_partner_by_page(database: Store) -> None:
    def look(session: Session) -> None:
        quota, other, by = make_quota(session), make_quota(session, "DPKPP"), person(session, VERA).id or 0
        mine = [claim(session, eligible(session), quota) for _ in range(5)]
        claim(session, eligible(session), other)
        claims.release(session, mine[1].id or 0, "batal", NOW, by=None)
        build(session, mine[2])
        ids = [one.id for one in mine]

        def page(**more: Any) -> list[int | None]:
            return [one.id for one, _ in worklist.page(session, [quota.partner_id], **more)]

        progress.report(session, ids[4] or 0, 10, NOW, by=by)
        assert page() == [ids[2], ids[4], ids[0], ids[3]], "the most urgent first, the released one not at all"
        assert page(limit=2) == [ids[2], ids[4]]
        assert page(after=(Turn.WORK, ids[4] or 0)) == [ids[0], ids[3]]
        assert page(first=Turn.WORK, after=(Turn.HAND_OVER, 0)) == [ids[4], ids[0], ids[3]], "a forged place"
        assert page(last=Turn.WORK) == [ids[2], ids[4]]
        assert worklist.count(session, [quota.partner_id]) == {Turn.HAND_OVER: 1, Turn.WORK: 1, Turn.BEGIN: 2}
        both = worklist.page(session, [quota.partner_id, other.partner_id], limit=4)
        assert [one.turn for one, _ in both] == [Turn.HAND_OVER, Turn.WORK, Turn.BEGIN, Turn.BEGIN]
        assert [one.id for one, _ in both] == [ids[2], ids[4], ids[0], ids[3]]

    database.run(look)


def test_unknown_claim(database: Store) -> None:
    assert _refused(database, lambda session: claims.get(session, 10**9)).code == "claim.gone"
