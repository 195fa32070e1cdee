"""Two at once at co-funding, transfers, deadlines, families and quotas: whatever happens, it happens to one of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, func, select

from storage import budgets, claims, cofunding, deadlines, fitting, handover, partners, progress, transfers
from storage.claims import Claim, ClaimState
from storage.contributions import FundedPart, live
from storage.errors import Refused, Stale
from storage.partners import Quota
from storage.requests import Answer
from storage.rules import DEFAULTS
from storage.store import Store
from tests.builders import JUTA, NOW, VERA, at_once, build, claim, eligible, make_quota, person
from tests.storage.test_two_sides_claims import _quota, _refused

NIK = "3674064107800123"


def _scene(session: Session) -> dict[str, int]:
    """A house of 50 juta that Baznas leads with 20; quotas of two more partners."""
    lead = make_quota(session, "Baznas", house_ceiling=20 * JUTA)
    made = claim(session, eligible(session), lead)
    return {"claim": made.id or 0, "house": made.house_id, "baznas": lead.id or 0,
            "dpkpp": make_quota(session, "DPKPP").id or 0, "csr": make_quota(session, "PT Contoh Sejahtera").id or 0,
            "by": person(session, VERA).id or 0}


def _claim(store: Store, claim_id: int) -> Claim:
    return store.run(lambda session: claims.get(session, claim_id))


def test_two_fill_the_last_of_the_rest(database: Store) -> None:
    at = database.run(_scene)
    results = at_once(database, *(
        lambda session, quota=quota: cofunding.join(session, at["claim"], at[quota], 20 * JUTA, NOW, by=None)
        for quota in ("dpkpp", "csr")))
    (refusal,) = _refused(results)
    assert (refusal.code, refusal.figures["money_left"]) == ("cofund.over", 10 * JUTA)
    assert _claim(database, at["claim"]).uncovered == 10 * JUTA
    assert sum(_quota(database, at[name]).reserved for name in ("dpkpp", "csr")) == 20 * JUTA


def test_two_pay_for_the_same_part(database: Store) -> None:
    at = database.run(_scene)
    results = at_once(database, *(
        lambda session, quota=quota: cofunding.join(session, at["claim"], at[quota], 5 * JUTA, NOW, by=None,
                                                    part=FundedPart.ROOF)
        for quota in ("dpkpp", "csr")))
    (refusal,) = _refused(results)
    assert refusal.code == "cofund.part"
    assert _claim(database, at["claim"]).uncovered == 25 * JUTA
    assert sum(_quota(database, at[name]).reserved for name in ("dpkpp", "csr")) == 5 * JUTA


def test_the_last_rupiah_of_a_quota_for_two_houses(database: Store) -> None:
    """One co-funder, two of its reps, money for one of two houses."""
    at = database.run(_scene)

    def more(session: Session) -> tuple[int, int]:
        second = claim(session, eligible(session), partners.fresh(session, at["baznas"]))
        return second.id or 0, make_quota(session, "DPKPP", units=0, ceiling=15 * JUTA).id or 0

    other, small = database.run(more)
    results = at_once(database, *(
        lambda session, number=number: cofunding.join(session, number, small, 10 * JUTA, NOW, by=None)
        for number in (at["claim"], other)))
    (refusal,) = _refused(results)
    assert (refusal.code, refusal.figures["money_missing"]) == ("quota.short_money", 5 * JUTA)
    assert _quota(database, small).reserved == 10 * JUTA
    assert sum(_claim(database, number).uncovered for number in (at["claim"], other)) == 50 * JUTA


@pytest.mark.parametrize("first", ["leave", "release"])
def test_a_co_funder_leaves_while_the_lead_releases(database: Store, first: str) -> None:
    at = database.run(_scene)
    share = database.run(lambda session: cofunding.join(session, at["claim"], at["dpkpp"], 9 * JUTA, NOW, by=None).id)

    def leave(session: Session) -> Any:
        return cofunding.leave(session, share or 0, NOW, by=None)

    def release(session: Session) -> Any:
        return claims.release(session, at["claim"], "batal", NOW, by=None)

    results = at_once(database, *((leave, release) if first == "leave" else (release, leave)))
    assert all(isinstance(one, Stale) for one in _refused(results))
    assert _claim(database, at["claim"]).state == ClaimState.RELEASED
    assert [_quota(database, at[name]).reserved for name in ("baznas", "dpkpp")] == [0, 0], "given back once"


def test_a_co_funder_leaves_while_the_house_is_handed_over(database: Store) -> None:
    at = database.run(_scene)

    def make(session: Session) -> int:
        share = cofunding.join(session, at["claim"], at["dpkpp"], 9 * JUTA, NOW, by=None).id or 0
        build(session, claims.get(session, at["claim"]))
        return share

    share = database.run(make)
    results = at_once(
        database, lambda session: handover.hand_over(session, at["claim"], 29 * JUTA, NOW, by=None),
        lambda session: cofunding.leave(session, share, NOW, by=None))
    assert len(_refused(results)) == 1
    done = _quota(database, at["dpkpp"])
    assert (done.reserved, done.spent, done.units_spent) == (0, 9 * JUTA, 0)
    lead = _quota(database, at["baznas"])
    assert (lead.reserved, lead.spent, lead.units_spent) == (0, 20 * JUTA, 1)


def _families(session: Session) -> tuple[int, int, int, int]:
    """Two houses of one family, and a quota of two partners."""
    first, second = eligible(session, nik=NIK), eligible(session, nik=NIK)
    return (first.id or 0, second.id or 0, make_quota(session, "Baznas").id or 0, make_quota(session, "DPKPP").id or 0)


def test_one_family_helped_by_two_partners_at_once(database: Store) -> None:
    first, second, baznas, dpkpp = database.run(_families)
    results = at_once(
        database, lambda session: claims.claim_houses(session, [first], baznas, NOW, by=None),
        lambda session: claims.claim_houses(session, [second], dpkpp, NOW, by=None))
    (refusal,) = _refused(results)
    assert refusal.figures["reasons"] == ["aid_active"]
    assert _quota(database, baznas).units_reserved + _quota(database, dpkpp).units_reserved == 1


def test_one_family_twice_in_one_basket(database: Store) -> None:
    first, second, baznas, _ = database.run(_families)
    with pytest.raises(fitting.NoFit) as refused:
        database.run(lambda session: claims.claim_houses(session, [first, second], baznas, NOW, by=None))
    assert refused.value.found == {second: (fitting.Misfit.AID_ACTIVE,)}
    assert _quota(database, baznas).units_reserved == 0


def _asked(store: Store) -> dict[str, int]:
    """DPKPP asks for the house of Baznas."""
    at = store.run(_scene)
    row = store.run(lambda session: transfers.ask(session, at["claim"], at["dpkpp"], "rumah total", NOW, by=None))
    return at | {"transfer": row.id or 0}


def test_accepted_twice(database: Store) -> None:
    at = _asked(database)
    results = at_once(database, *[lambda session: transfers.accept(session, at["transfer"], NOW, by=None)] * 2)
    assert isinstance(_refused(results)[0], Stale)
    made = next(one for one in results if isinstance(one, Claim))
    assert _claim(database, at["claim"]).state == ClaimState.TRANSFERRED
    assert _claim(database, made.id or 0).state == ClaimState.ACTIVE
    assert [_quota(database, at[name]).units_reserved for name in ("baznas", "dpkpp")] == [0, 1]


@pytest.mark.parametrize("other", ["decline", "withdraw", "release"])
def test_accepted_while_something_else_happens(database: Store, other: str) -> None:
    at = _asked(database)
    against = {
        "decline": lambda session: transfers.decline(session, at["transfer"], "tidak", NOW, by=None),
        "withdraw": lambda session: transfers.withdraw(session, at["transfer"], NOW, by=None),
        "release": lambda session: claims.release(session, at["claim"], "batal", NOW, by=None),
    }[other]
    results = at_once(database, lambda session: transfers.accept(session, at["transfer"], NOW, by=None), against)
    assert len(_refused(results)) == 1
    row = database.run(lambda session: transfers.get(session, at["transfer"]))
    moved = row.state == Answer.ACCEPTED
    assert (row.new_claim_id is not None) == moved
    held = database.run(lambda session: claims.holding(session, at["house"]))
    assert (held.id if held else None) == (row.new_claim_id if moved else None if other == "release" else at["claim"])
    assert _quota(database, at["dpkpp"]).units_reserved == moved


def test_two_ask_for_one_house(database: Store) -> None:
    at = database.run(_scene)
    results = at_once(database, *(
        lambda session, quota=quota: transfers.ask(session, at["claim"], at[quota], "kami siap", NOW, by=None)
        for quota in ("dpkpp", "csr")))
    (refusal,) = _refused(results)
    assert refusal.code == "transfer.pending"


LATE = NOW + DEFAULTS.begin + DEFAULTS.grace + timedelta(days=2)


def _overdue(store: Store) -> dict[str, int]:
    """The deadline was missed, and the grace after it is over."""
    at = store.run(_scene)
    missed = NOW + DEFAULTS.begin + timedelta(days=1)
    store.run(lambda session: deadlines.mark_overdue(session, missed, missed, DEFAULTS))
    return at


def test_reported_while_it_expires(database: Store) -> None:
    at = _overdue(database)
    results = at_once(
        database, lambda session: claims.expire(session, at["claim"], LATE),
        lambda session: progress.report(session, at["claim"], 10, LATE, by=at["by"]))
    assert len(_refused(results)) == 1
    now = _claim(database, at["claim"])
    if now.state == ClaimState.EXPIRED:
        assert _quota(database, at["baznas"]).units_reserved == now.physical == 0
    else:
        assert (now.physical, now.overdue_at, _quota(database, at["baznas"]).units_reserved) == (10, None, 1)


def test_more_time_is_asked_for_while_it_expires(database: Store) -> None:
    at = _overdue(database)
    results = at_once(
        database, lambda session: claims.expire(session, at["claim"], LATE),
        lambda session: deadlines.ask(session, at["claim"], LATE + timedelta(days=9), "hujan", LATE, by=at["by"]))
    assert len(_refused(results)) == 1
    waits = database.run(lambda session: deadlines.pending(session, at["claim"])) is not None
    assert waits == (_claim(database, at["claim"]).state == ClaimState.ACTIVE)


def test_granted_and_declined_at_once(database: Store) -> None:
    at = _overdue(database)
    wish = database.run(lambda session: deadlines.ask(
        session, at["claim"], LATE + timedelta(days=30), "hujan", LATE, by=at["by"]).id or 0)
    results = at_once(
        database, lambda session: deadlines.grant(session, wish, LATE, by=at["by"]),
        lambda session: deadlines.decline(session, wish, "tidak", LATE, by=at["by"]))
    assert isinstance(_refused(results)[0], Stale)
    now = _claim(database, at["claim"])
    granted = database.run(lambda session: deadlines.pending(session, at["claim"])) is None and now.overdue_at is None
    assert (now.due_at == LATE + timedelta(days=30)) == granted


def test_two_ticks_mark_and_expire_once(database: Store) -> None:
    at = database.run(_scene)
    missed = NOW + DEFAULTS.begin + timedelta(days=1)
    results = at_once(database, *[lambda session: deadlines.mark_overdue(session, missed, missed, DEFAULTS)] * 2)
    assert sorted(len(one) for one in results) == [0, 1]
    results = at_once(database, *[lambda session: claims.expire(session, at["claim"], LATE)] * 2)
    assert isinstance(_refused(results)[0], Stale)
    assert _quota(database, at["baznas"]).units_reserved == 0


def test_the_year_ends_while_somebody_claims(database: Store) -> None:
    def make(session: Session) -> tuple[int, int]:
        return eligible(session).id or 0, make_quota(session, "Baznas", year=2025).id or 0

    house, quota = database.run(make)
    results = at_once(
        database, lambda session: budgets.close_past(session, 2026, NOW),
        lambda session: claims.claim_houses(session, [house], quota, NOW, by=None))
    refusals = _refused(results)
    left = _quota(database, quota)
    assert left.closed_at is not None
    assert left.units_reserved == (0 if refusals else 1)
    assert all(one.code == "quota.closed" for one in refusals)


def test_two_admins_copy_a_year(database: Store) -> None:
    partner = database.run(lambda session: make_quota(session, "DPKPP", year=2025).partner_id)
    results = at_once(database, *[lambda session: budgets.copy(session, partner, 2026, NOW, by=None)] * 2)
    (refusal,) = _refused(results)
    assert refusal.code == "quota.nothing_to_copy"
    count = select(func.count()).select_from(Quota).where(col(Quota.year) == 2026)
    assert database.run(lambda session: session.exec(count).one()) == 1


def test_shares_stay_with_whoever_takes_the_house(database: Store) -> None:
    """A co-funder's money goes on with the house; the taker's own share becomes part of its lead."""
    at = _asked(database)

    def make(session: Session) -> Claim:
        cofunding.join(session, at["claim"], at["csr"], 8 * JUTA, NOW, by=None, part=FundedPart.ROOF)
        cofunding.join(session, at["claim"], at["dpkpp"], 5 * JUTA, NOW, by=None)
        return transfers.accept(session, at["transfer"], NOW, by=None)

    made = database.run(make)
    now = database.run(lambda session: [(part.lead, part.amount, part.part) for part in live(session, made.id or 0)])
    assert now == [(True, 42 * JUTA, None), (False, 8 * JUTA, FundedPart.ROOF)]
    assert (made.uncovered, _claim(database, at["claim"]).state) == (0, ClaimState.TRANSFERRED)
    assert [_quota(database, at[name]).reserved for name in ("baznas", "dpkpp", "csr")] == [0, 42 * JUTA, 8 * JUTA]


def test_refused_takers_leave_everything_as_it_was(database: Store) -> None:
    at = _asked(database)
    database.run(lambda session: partners.change_quota(session, at["dpkpp"], NOW, by=None, ceiling=30 * JUTA))
    with pytest.raises(Refused) as refused:
        database.run(lambda session: transfers.accept(session, at["transfer"], NOW, by=None))
    assert (refused.value.code, refused.value.figures["money_missing"]) == ("quota.short_money", 20 * JUTA)
    assert database.run(lambda session: transfers.get(session, at["transfer"])).state == Answer.PENDING
    assert _claim(database, at["claim"]).state == ClaimState.ACTIVE
    assert _quota(database, at["baznas"]).reserved == 20 * JUTA
