"""What fits: the neediest houses that a partner may take and its remaining means reach, in the waiting list's order."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from storage import fitting, houses
from storage.houses import House, HouseState
from storage.partners import Partner, Quota
from storage.rules import Rules

SLICE = 250
MOST = 20_000
"""So many houses of the waiting list are looked at, the neediest ones: a search costs no more in a larger city."""


@dataclass(frozen=True)
class Found:
    """``houses``: neediest first. ``ended``: no other house would fit besides. ``cut``: :data:`MOST` houses were looked
    at, and others wait behind them."""

    houses: list[House]
    ended: bool
    cut: bool = False


def find(
    session: Session, partner: Partner, quota: Quota, now: datetime, rules: Rules, *, count: int,
    money: int | None = None, kecamatan: str | None = None, without: Collection[int] = (),
    beside: Collection[int] = (),
) -> Found:
    """The neediest ``count`` houses that fit the partner and its quota, of a kecamatan or the whole city.

    Each is taken at its turn if what it reserves is no more than what is left of ``money`` (rupiah; None: whatever they
    cost). ``without``: houses to pass over. ``beside``: houses that will be claimed with them, so that no family is
    helped twice.
    """
    found: list[House] = []
    chosen, left, after = set(beside), money, None
    areas = _areas(partner, quota, kecamatan)
    if count <= 0 or areas == set():
        return Found(found, ended=areas == set())
    for _ in range(MOST // SLICE):
        keys = _slice(session, areas, after)
        within = [number for number, _, estimate in keys
                  if number not in without and (left is None or quota.would_reserve(estimate) <= left)]
        rows = _fitting(session, partner, quota, within, now, rules) if within else []
        same = fitting.twins(session, [house.id or 0 for house in rows]) if rows else {}
        for house in rows:
            reserve = quota.would_reserve(house.estimate or 0)
            if (left is not None and reserve > left) or same.get(house.id or 0, {}).keys() & chosen:
                continue
            found.append(house)
            chosen.add(house.id or 0)
            left = left - reserve if left is not None else None
            if len(found) == count:
                return Found(found, ended=False)
        if left is not None and left <= 0:
            return Found(found, ended=True)
        if len(keys) < SLICE:
            return Found(found, ended=True)
        last, rank, _ = keys[-1]
        after = (rank, last)
    return Found(found, ended=True, cut=True)


def _areas(partner: Partner, quota: Quota, kecamatan: str | None) -> set[str] | None:
    """The kecamatan that are allowed and wanted; None for the whole city."""
    limits = [set(one) for one in (partner.rule_areas, quota.areas, [kecamatan] if kecamatan else []) if one]
    return set.intersection(*limits) if limits else None


def _slice(session: Session, areas: set[str] | None, after: tuple[int, int] | None) -> list[tuple[int, int, int]]:
    """The next houses of the waiting list, whatever rules they keep: id, priority, estimate.

    The rules are asked of these houses only: so it is known how many are looked at, however rare one is that fits.
    """
    query = select(House.id, House.priority, House.estimate)
    # Of one kecamatan the index holds the houses in order; of several only the whole city's does.
    one = sorted(areas) if areas is not None and len(areas) == 1 else None
    rows = session.execute(houses.in_order(query, HouseState.ELIGIBLE, kecamatan=one, limit=SLICE, after=after))
    return [(number, priority, estimate or 0) for number, priority, estimate in rows]


def _fitting(
    session: Session, partner: Partner, quota: Quota, house_ids: list[int], now: datetime, rules: Rules
) -> list[House]:
    """Those that keep the rules and whose families are helped nowhere else, in order; each looked at on its own."""
    query = select(House).where(col(House.id).in_(house_ids), *fitting.conditions(partner, quota))
    rows = list(session.exec(query.order_by(col(House.priority).desc(), col(House.id))))
    why = fitting.misfits(session, partner, quota, rows, now, rules, together=False) if rows else {}
    return [house for house in rows if house.id not in why]
