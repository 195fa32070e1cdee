"""Whatever happens, in whatever order: every promise is counted once, and every table adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from storage import claims, digests, houses, partners, progress
from storage.claims import HOLDING, Claim, ClaimState, Contribution
from storage.digests import HELD
from storage.errors import Refused
from storage.houses import APART, NEEDING, House, HouseState
from storage.partners import Quota
from storage.store import Store
from tests.builders import JUTA, NOW, PAMULANG, SETU, VERA, YEAR, build, claim, eligible, make_house, make_quota, person

AREAS = (PAMULANG, SETU)
_S = HouseState
# What is done, and the state of a house in which it makes sense. Whether the rules allow it, the rules decide.
DEEDS: dict[str, HouseState | None] = {
    "register": None, "change_quota": None, "claim_many": None, "approve": _S.REGISTERED, "send_home": _S.REGISTERED,
    "refuse": _S.REGISTERED, "resubmit": _S.RETURNED, "reopen": _S.ELIGIBLE, "claim": _S.ELIGIBLE,
    "release": _S.IN_PROGRESS, "report": _S.CLAIMED, "finish": _S.IN_PROGRESS, "send_back": _S.IN_PROGRESS,
    "confirm": _S.IN_PROGRESS, "hand_over": _S.FINISHED,
}
OFTEN = ("register", "approve", "claim", "claim_many", "report", "confirm", "hand_over")
# One step: the deed, to a house in the state that it fits (or to any), which of them, and a figure.
STEPS = st.lists(
    st.tuples(
        st.sampled_from((*OFTEN, *OFTEN, *DEEDS)), st.sampled_from((True, True, True, False)), st.integers(0, 7),
        st.integers(0, 7),
    ),
    min_size=15, max_size=40,
)


@dataclass
class City:
    """A store and what the history may choose from."""

    store: Store
    quotas: list[int] = field(default_factory=list)
    verifier: int = 0

    def begin(self, session: Session) -> None:
        made = [make_quota(session, name, units=3, ceiling=200 * JUTA, house_ceiling=ceiling)
                for name, ceiling in (("DPKPP", None), ("Baznas", 25 * JUTA), ("PT Contoh Sejahtera", None))]
        self.quotas = [quota.id or 0 for quota in made]
        self.verifier = person(session, VERA).id or 0
        for area in AREAS:
            eligible(session, area, 40 * JUTA)
            build(session, claim(session, eligible(session, area, 40 * JUTA), made[0]))
            claim(session, eligible(session, area, 20 * JUTA), made[1])

    def step(self, session: Session, deed: str, fitting: bool, which: int, figure: int) -> None:
        """Do one deed; refused where the rules say so."""
        query = select(House.id).order_by(col(House.id))
        state = DEEDS[deed]
        if fitting and state is not None:
            query = query.where(col(House.state) == state)
        found = list(session.exec(query))
        if not found:
            raise Refused("nothing.there")
        getattr(self, deed)(session, int(found[which % len(found)] or 0), figure)

    def register(self, session: Session, house: int, figure: int) -> None:
        make_house(session, AREAS[figure % 2], occupants=figure + 1)

    def approve(self, session: Session, house: int, figure: int) -> None:
        self._move(session, house, _S.REGISTERED, _S.ELIGIBLE, estimate=(figure + 1) * 10 * JUTA)

    def send_home(self, session: Session, house: int, figure: int) -> None:
        self._move(session, house, _S.REGISTERED, _S.RETURNED)

    def refuse(self, session: Session, house: int, figure: int) -> None:
        self._move(session, house, _S.REGISTERED, _S.INELIGIBLE)

    def resubmit(self, session: Session, house: int, figure: int) -> None:
        self._move(session, house, _S.RETURNED, _S.REGISTERED)

    def reopen(self, session: Session, house: int, figure: int) -> None:
        self._move(session, house, _S.ELIGIBLE, _S.REGISTERED)

    def claim(self, session: Session, house: int, figure: int) -> None:
        claims.claim_houses(session, [house], self._quota(figure), NOW, by=None)

    def claim_many(self, session: Session, house: int, figure: int) -> None:
        free = houses.waiting(session, _S.ELIGIBLE, limit=figure)
        claims.claim_houses(session, [one.id or 0 for one in free], self._quota(house), NOW, by=None)

    def release(self, session: Session, house: int, figure: int) -> None:
        claims.release(session, self._claim(session, house), "batal", NOW, by=None)

    def report(self, session: Session, house: int, figure: int) -> None:
        progress.report(session, self._claim(session, house), figure * 14, NOW, by=self.verifier)

    def finish(self, session: Session, house: int, figure: int) -> None:
        progress.report_finished(session, self._claim(session, house), NOW, by=self.verifier)

    def confirm(self, session: Session, house: int, figure: int) -> None:
        """Mostly a verifier's whole visit: the work is said to be finished, and found so."""
        claim_id = self._claim(session, house)
        if figure:
            progress.report_finished(session, claim_id, NOW, by=self.verifier)
        progress.confirm(session, claim_id, NOW, by=self.verifier)

    def send_back(self, session: Session, house: int, figure: int) -> None:
        progress.send_back(session, self._claim(session, house), "belum", NOW, by=self.verifier)

    def hand_over(self, session: Session, house: int, figure: int) -> None:
        claims.hand_over(session, self._claim(session, house), figure * 15 * JUTA, NOW, by=None)

    def change_quota(self, session: Session, house: int, figure: int) -> None:
        partners.change_quota(session, self._quota(house), NOW, by=None, units=figure, ceiling=figure * 40 * JUTA)

    def _move(self, session: Session, house: int, old: HouseState, new: HouseState, **values: Any) -> None:
        houses.move(session, house, old, new, NOW, by=self.verifier, **values)

    def _quota(self, which: int) -> int:
        return self.quotas[which % len(self.quotas)]

    def _claim(self, session: Session, house: int) -> int:
        """The newest claim of a house, whatever became of it."""
        query = select(Claim.id).where(col(Claim.house_id) == house)
        found = session.exec(query.order_by(col(Claim.id).desc())).first()
        if found is None:
            raise Refused("nothing.there")
        return found


def _look(session: Session) -> tuple[dict[str, list[str]], dict[str, Any]]:
    """Check all the sums; everything that a refused step must leave as it was, and the digest's numbers."""
    rows = {table: list(session.exec(select(table))) for table in (House, Claim, Contribution, Quota)}
    check_promises(rows[House], rows[Claim], rows[Contribution], rows[Quota])
    numbers = digests.count(session, YEAR)
    check_digest(numbers, rows[House], rows[Quota])
    return {table.__name__: sorted(repr(row) for row in found) for table, found in rows.items()}, numbers


def check_promises(homes: list[House], made: list[Claim], parts: list[Contribution], quotas: list[Quota]) -> None:
    """Each quota holds exactly what its claims hold; each held house has one claim, of a fitting state."""
    held = {row.house_id: row for row in made if row.state in HOLDING}
    by_claim = {row.id: row for row in made}
    assert Counter(part.claim_id for part in parts) == Counter(by_claim.keys())
    for quota in quotas:
        mine = [(by_claim[part.claim_id], part.amount) for part in parts if part.quota_id == quota.id]
        active = [amount for claim, amount in mine if claim.state == ClaimState.ACTIVE]
        done = [claim.real_cost or 0 for claim, _ in mine if claim.state == ClaimState.HANDED_OVER]
        assert (quota.units_reserved, quota.reserved) == (len(active), sum(active))
        assert (quota.units_spent, quota.spent) == (len(done), sum(done))
        assert quota.units_left >= 0
        assert quota.money_left >= 0
    for house in homes:
        assert (house.state in HELD) == (house.id in held)
        if house.id in held:
            assert (house.state == HouseState.HANDED_OVER) == (held[house.id].state == ClaimState.HANDED_OVER)


def check_digest(numbers: dict[str, Any], everything: list[House], quotas: list[Quota]) -> None:
    """Each house in exactly one bucket; parts sum to wholes; by three roads to the same number."""
    states, held = numbers["states"], [state.value for state in HELD]
    assert states == {state.value: sum(house.state == state for house in everything) for state in HouseState}
    assert sum(states.values()) == len(everything)
    assert numbers["needing"] + sum(states[state.value] for state in APART) == len(everything)
    by_source = sum(stages[stage] for stages in numbers["sources"].values() for stage in held)
    assert numbers["needing"] == numbers["open"] + by_source
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
        ("units", sum(quota.units for quota in quotas)), ("ceiling", sum(quota.ceiling for quota in quotas)),
        ("reserved", sum(quota.reserved for quota in quotas)), ("spent", sum(quota.spent for quota in quotas)),
        ("units_used", sum(quota.units_reserved + quota.units_spent for quota in quotas)),
    ):
        assert sum(row[figure] for row in numbers["partners"]) == total
    for row in numbers["partners"]:
        assert row["units_used"] == sum(row[stage] for stage in held)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(steps=STEPS)
def test_random_histories(new_database: Callable[[], Store], steps: list[tuple[str, bool, int, int]]) -> None:
    city = City(new_database())
    city.store.run(city.begin)
    before, numbers = city.store.run(_look, snapshot=True)
    for step in steps:
        refused = False
        try:
            city.store.run(lambda session, step=step: city.step(session, *step))
        except Refused:
            refused = True
        after, numbers = city.store.run(_look, snapshot=True)
        assert not refused or after == before
        before = after
    for state, number in numbers["states"].items():
        if number:
            event(state)
    city.store.close()


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
