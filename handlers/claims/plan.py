"""Which houses a basket would hold, what they cost, and how many of them fit a quota."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from sqlmodel import Session

from handlers.claims.buttons import ALL
from storage import houses
from storage.houses import House, HouseState
from storage.partners import Quota


@dataclass(frozen=True)
class Plan:
    """The neediest ``wanted`` houses of an area, in order, against a quota. Rupiah."""

    quota: Quota
    area: str
    wanted: int
    houses: Sequence[House]

    @property
    def amounts(self) -> list[int]:
        """What each house reserves."""
        return [self.quota.would_reserve(house.estimate or 0) for house in self.houses]

    @property
    def estimate(self) -> int:
        """What all of them are estimated to cost."""
        return sum(house.estimate or 0 for house in self.houses)

    @property
    def reserve(self) -> int:
        """What all of them reserve."""
        return sum(self.amounts)

    @property
    def units_missing(self) -> int:
        """Units that the quota lacks."""
        return max(0, len(self.houses) - self.quota.units_left)

    @property
    def money_missing(self) -> int:
        """Rupiah that the quota lacks."""
        return max(0, self.reserve - self.quota.money_left)

    @property
    def houses_missing(self) -> int:
        """Houses that do not wait there."""
        return self.wanted - len(self.houses)

    @property
    def fits(self) -> int:
        """How many of the neediest fit: the list's order is kept, nobody is passed over for a cheaper house."""
        affordable = sum(1 for total in accumulate(self.amounts) if total <= self.quota.money_left)
        return min(affordable, self.quota.units_left)


def plan(session: Session, quota: Quota, area: str, wanted: int) -> Plan:
    """Look the houses up; one query."""
    kecamatan = None if area == ALL else [area]
    found = houses.waiting(session, HouseState.ELIGIBLE, kecamatan=kecamatan, limit=wanted)
    return Plan(quota, area, wanted, found)
