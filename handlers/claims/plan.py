"""Which houses a basket would hold, what they cost, and how many of them fit a quota."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from handlers.claims.buttons import ALL
from handlers.kit.request import Request
from storage import matching, partners
from storage.houses import House
from storage.partners import Quota


@dataclass(frozen=True)
class Plan:
    """The neediest ``wanted`` houses of an area, in order, against a quota. Rupiah."""

    quota: Quota
    area: str
    wanted: int
    houses: Sequence[House]

    @property
    def shown(self) -> dict[int, tuple[int, int]]:
        """House id → what it reserves and its estimate."""
        return {house.id or 0: (self.quota.would_reserve(house.estimate or 0), house.estimate or 0)
                for house in self.houses}

    @property
    def amounts(self) -> list[int]:
        """What each house reserves."""
        return [reserve for reserve, _ in self.shown.values()]

    @property
    def each(self) -> int | None:
        """What every house reserves, where it is the same for several; else None, and each line says its own."""
        return self.amounts[0] if len(self.houses) > 1 and len(set(self.amounts)) == 1 else None

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
        """Houses that fit, but do not wait there."""
        return self.wanted - len(self.houses)

    @property
    def fits(self) -> int:
        """How many of the neediest fit: the list's order is kept, nobody is passed over for a cheaper house."""
        affordable = sum(1 for total in accumulate(self.amounts) if total <= self.quota.money_left)
        return min(affordable, self.quota.units_left)


def plan(request: Request, quota: Quota, area: str, wanted: int) -> Plan:
    """Look up the neediest houses that the partner may take, whatever they cost."""
    partner = partners.get(request.session, quota.partner_id)
    found = matching.find(request.session, partner, quota, request.now, request.runtime.rules, count=wanted,
                          kecamatan=kecamatan_of(area))
    return Plan(quota, area, wanted, found.houses)


def kecamatan_of(area: str) -> str | None:
    """A kecamatan code; None for the whole city."""
    return None if area == ALL else area
