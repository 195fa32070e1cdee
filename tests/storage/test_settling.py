"""The handover's money: whose share is how much, and what a quota has room for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from storage import claims, cofunding, handover, partners
from storage.claims import ClaimState
from storage.contributions import Contribution
from storage.errors import Refused
from storage.store import Store
from tests.builders import JUTA, NOW, build, claim, eligible, make_quota

MONEY = st.integers(1, 10**12)


@given(lead=MONEY, others=st.lists(MONEY, max_size=6), real=st.integers(0, 10**13))
def test_shares_add_up_and_nobody_pays_more_than_promised_but_the_lead(
    lead: int, others: list[int], real: int
) -> None:
    parts = [Contribution(id=1, claim_id=1, quota_id=1, amount=lead, lead=True)]
    parts += [Contribution(id=number, claim_id=1, quota_id=number, amount=amount, lead=False)
              for number, amount in enumerate(others, 2)]
    share = handover.shares(parts, real)
    assert sum(share.values()) == real
    assert all(0 <= share[number] <= amount for number, amount in enumerate(others, 2))
    if real >= sum(others):
        assert [share[number] for number in range(2, len(others) + 2)] == others
    else:
        assert share[1] == 0
        for number, amount in enumerate(others, 2):  # in proportion, to the rupiah
            assert abs(share[number] - amount * real / sum(others)) <= max(1, real * 1e-12)


def _built(session: Session) -> tuple[int, dict[str, int]]:
    """A finished house of 50 juta: 20 by Baznas, 8 by DPKPP."""
    quotas = {"lead": make_quota(session, "Baznas", units=1, ceiling=25 * JUTA, house_ceiling=20 * JUTA).id or 0,
              "other": make_quota(session, "DPKPP", units=0, ceiling=8 * JUTA).id or 0}
    made = claim(session, eligible(session), partners.fresh(session, quotas["lead"]))
    cofunding.join(session, made.id or 0, quotas["other"], 8 * JUTA, NOW, by=None)
    return build(session, made).id or 0, quotas


@pytest.mark.parametrize(("real", "lead", "other"), [(28, 20, 8), (33, 25, 8), (10, 2, 8), (8, 0, 8), (6, 0, 6)])
def test_settled_in_each_quota(database: Store, real: int, lead: int, other: int) -> None:
    number, quotas = database.run(_built)
    database.run(lambda session: handover.prepare(session, number, real * JUTA, NOW, by=None))
    done = database.run(lambda session: handover.hand_over(session, number, real * JUTA, NOW, by=None))
    assert (done.state, done.real_cost) == (ClaimState.HANDED_OVER, real * JUTA)
    for name, units, spent in (("lead", 1, lead), ("other", 0, other)):
        quota = database.run(lambda session, name=name: partners.fresh(session, quotas[name]))
        assert (quota.units_reserved, quota.reserved) == (0, 0)
        assert (quota.units_spent, quota.spent) == (units, spent * JUTA)


@pytest.mark.parametrize("step", [handover.prepare, handover.hand_over])
def test_no_room_for_what_it_cost(database: Store, step: object) -> None:
    number, quotas = database.run(_built)
    with pytest.raises(Refused) as refused:
        database.run(lambda session: step(session, number, 40 * JUTA, NOW, by=None))  # type: ignore[operator]
    assert refused.value.code == "quota.short_settle"
    assert refused.value.figures == {"money": 12 * JUTA, "money_left": 5 * JUTA,
                                     "missing": 7 * JUTA}
    now = database.run(lambda session: claims.get(session, number))
    assert (now.state, now.bast_cost) == (ClaimState.ACTIVE, None)
    database.run(lambda session: partners.change_quota(session, quotas["lead"], NOW, by=None, ceiling=32 * JUTA))
    database.run(lambda session: step(session, number, 40 * JUTA, NOW, by=None))  # type: ignore[operator]


def test_the_record_is_drawn_up_for_finished_work_only(database: Store) -> None:
    number = database.run(lambda session: claim(session, eligible(session), make_quota(session)).id or 0)
    with pytest.raises(Refused) as refused:
        database.run(lambda session: handover.prepare(session, number, JUTA, NOW, by=None))
    assert refused.value.code == "claim.not_finished"
