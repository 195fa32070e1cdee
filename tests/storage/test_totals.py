"""Whatever happens, in whatever order: every promise is counted once, and every table adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from sqlmodel import Session, col, select

from storage import claims, closing, digests, houses
from storage.claims import HOLDING, Claim, ClaimState, Turn
from storage.contributions import Contribution
from storage.digests import HELD
from storage.errors import Refused
from storage.houses import APART, NEEDING, House, HouseState
from storage.partners import Partner, Quota
from storage.store import Store
from tests.builders import JUTA, NOW, PAMULANG, YEAR, make_house, make_quota
from tests.storage.deeds import DEEDS, STEPS, City


def _look(session: Session) -> tuple[dict[str, list[str]], dict[str, Any]]:
    """Check all the sums; everything that a refused step must leave as it was, and the digest's numbers."""
    rows = {table: list(session.exec(select(table))) for table in (House, Claim, Contribution, Quota)}
    check_promises(rows[House], rows[Claim], rows[Contribution], rows[Quota])
    check_closed(session, rows[Quota])
    numbers = digests.count(session, YEAR)
    check_digest(numbers, rows[House], rows[Quota])
    return {table.__name__: sorted(repr(row) for row in found) for table, found in rows.items()}, numbers


def check_promises(homes: list[House], made: list[Claim], parts: list[Contribution], quotas: list[Quota]) -> None:
    """Each quota holds exactly what its claims hold; each held house has one claim, of a fitting state."""
    held = {row.house_id: row for row in made if row.state in HOLDING}
    by_claim = {row.id: row for row in made}
    assert Counter(part.claim_id for part in parts if part.lead) == Counter(by_claim.keys())
    lasting = [(by_claim[part.claim_id], part) for part in parts if part.ended_at is None]
    assert {claim.id for claim, _ in lasting} == {claim.id for claim in held.values()}
    for quota in quotas:
        active = [part for claim, part in lasting if part.quota_id == quota.id and claim.state == ClaimState.ACTIVE]
        done = [part for claim, part in lasting if part.quota_id == quota.id and claim.state == ClaimState.HANDED_OVER]
        assert (quota.units_reserved, quota.reserved) == (
            sum(part.lead for part in active), sum(part.amount for part in active))
        assert (quota.units_spent, quota.spent) == (sum(part.lead for part in done), sum(part.spent for part in done))
        assert quota.units_left >= 0
        assert quota.money_left >= 0
    for claim in held.values():
        check_claim(claim, [part for other, part in lasting if other is claim], homes)
    for house in homes:
        assert (house.state in HELD) == (house.id in held)
        if house.id in held:
            assert (house.state == HouseState.HANDED_OVER) == (held[house.id].state == ClaimState.HANDED_OVER)


def check_closed(session: Session, quotas: list[Quota]) -> None:
    """A closed partner has no open quota, and nothing binds it."""
    for partner in session.exec(select(Partner).where(col(Partner.closed_at).is_not(None))):
        assert all(quota.closed_at is not None for quota in quotas if quota.partner_id == partner.id)
        assert not closing.bound(session, partner.id or 0)


def check_claim(claim: Claim, parts: list[Contribution], homes: list[House]) -> None:
    """Promised and uncovered make the estimate, what was paid the cost; whoever is to work has a deadline."""
    estimate = next(house.estimate for house in homes if house.id == claim.house_id) or 0
    named = [part.part for part in parts if part.part is not None]
    assert len(named) == len(set(named))
    if claim.state == ClaimState.HANDED_OVER:
        assert sum(part.spent or 0 for part in parts) == claim.real_cost
        assert claim.due_at is None
        return
    assert sum(part.amount for part in parts) + claim.uncovered == estimate
    assert all(part.spent is None for part in parts)
    assert (claim.due_at is not None) == (claim.turn in (Turn.BEGIN, Turn.WORK))
    assert claim.overdue_at is None or claim.due_at is not None


def check_digest(numbers: dict[str, Any], everything: list[House], quotas: list[Quota]) -> None:
    """Each house in exactly one bucket; parts sum to wholes; by three roads to the same number."""
    states, held = numbers["states"], [state.value for state in HELD]
    assert states == {state.value: sum(house.state == state for house in everything) for state in HouseState}
    assert sum(states.values()) == len(everything)
    assert numbers["needing"] + sum(states[state.value] for state in APART) == len(everything)
    by_source = sum(stages[stage] for stages in numbers["sources"].values() for stage in held)
    assert numbers["needing"] == numbers["open"] + by_source
    assert numbers["carried"] == {}
    assert numbers["needing"] == sum(sum(row.values()) for row in numbers["kecamatan"].values())
    assert numbers["open"] == sum(row["open"] for row in numbers["kecamatan"].values()) == states["eligible"]
    for stage in held:
        assert states[stage] == sum(stages[stage] for stages in numbers["sources"].values())
        assert states[stage] == sum(row[stage] for row in numbers["kecamatan"].values())
        assert states[stage] == sum(row[stage] for row in numbers["partners"])
    for area, row in numbers["kecamatan"].items():
        assert sum(row.values()) == sum(h.kecamatan_code == area and h.state in NEEDING for h in everything)
    for source, stages in numbers["sources"].items():
        for stage in held:
            assert stages[stage] == sum(row[stage] for row in numbers["partners"] if row["source"] == source)
    for figure, total in (
        ("units", sum(quota.units if quota.closed_at is None else quota.units_reserved + quota.units_spent
                      for quota in quotas)),
        ("ceiling", sum(quota.ceiling if quota.closed_at is None else quota.reserved + quota.spent
                        for quota in quotas)),
        ("reserved", sum(quota.reserved for quota in quotas)), ("spent", sum(quota.spent for quota in quotas)),
        ("units_used", sum(quota.units_reserved + quota.units_spent for quota in quotas)),
    ):
        assert sum(row[figure] for row in numbers["partners"]) == total
    for row in numbers["partners"]:
        assert row["units_used"] == sum(row[stage] for stage in held)


@pytest.mark.long
def test_random_histories(new_database: Callable[[], Store]) -> None:
    done: Counter[str] = Counter()

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(steps=STEPS)
    def live(steps: list[tuple[str, bool, int, int]]) -> None:
        city = City(new_database())
        city.store.run(city.begin)
        before, numbers = city.store.run(_look, snapshot=True)
        for step in steps:
            refused = False
            try:
                city.store.run(lambda session, step=step: city.step(session, *step))
            except Refused:
                refused = True
            done[step[0]] += not refused
            after, numbers = city.store.run(_look, snapshot=True)
            assert not refused or after == before
            before = after
        for state, number in numbers["states"].items():
            if number:
                event(state)
        city.store.close()

    live()
    # A history in which something never happens proves nothing about it.
    assert {deed: done[deed] for deed in DEEDS if done[deed] < 3} == {}


def test_the_story_of_264(database: Store) -> None:
    """264 need it, the city has claimed 158, 106 are open; then Baznas takes 20."""

    def begin(session: Session) -> tuple[list[int], int]:
        ids = []
        for _ in range(264):
            house = make_house(session)
            houses.move(session, house.id or 0, HouseState.REGISTERED, HouseState.ELIGIBLE, NOW, by=None,
                        estimate=71 * JUTA)
            ids.append(house.id or 0)
        city = make_quota(session, "DPKPP", units=158, ceiling=158 * 71 * JUTA)
        claims.claim_houses(session, ids[:158], city.id or 0, NOW, by=None)
        return ids, make_quota(session, "Baznas", units=20, ceiling=500 * JUTA, house_ceiling=25 * JUTA).id or 0

    ids, baznas = database.run(begin)
    first = database.run(lambda session: digests.count(session, YEAR), snapshot=True)
    assert (first["needing"], first["sources"]["apbd"]["claimed"], first["open"]) == (264, 158, 106)
    with pytest.raises(Refused) as refused:
        database.run(lambda session: claims.claim_houses(session, ids[158:179], baznas, NOW, by=None))
    assert refused.value.code == "quota.short"
    assert refused.value.figures == {
        "units": 21, "units_left": 20, "units_missing": 1, "money": 525 * JUTA, "money_left": 500 * JUTA,
        "money_missing": 25 * JUTA,
    }
    database.run(lambda session: claims.claim_houses(session, ids[158:178], baznas, NOW, by=None))
    second = database.run(lambda session: digests.count(session, YEAR), snapshot=True)
    assert (second["needing"], second["sources"]["baznas"]["claimed"], second["open"]) == (264, 20, 86)
    assert second["kecamatan"][PAMULANG] == {
        "open": 86, "claimed": 178, "in_progress": 0, "finished": 0, "handed_over": 0,
    }
