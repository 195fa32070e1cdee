"""The handover (BAST): what the house really cost settles what was promised, and the signed record closes it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, update

from storage import claims, contributions, houses, partners, promises
from storage.claims import Claim, ClaimState, Turn
from storage.contributions import Contribution
from storage.errors import Refused, Stale
from storage.events import record
from storage.houses import HouseState


def shares(parts: Collection[Contribution], real_cost: int) -> dict[int, int]:
    """contribution id → its share of what the house really cost, in whole rupiah; they add up to it.

    Co-funders pay what they promised and the lead the rest. Where the house cost less than co-funders promised, the
    lead pays nothing and they share in proportion.
    """
    lead = next(part for part in parts if part.lead)
    others = sorted((part for part in parts if not part.lead), key=lambda part: (-part.amount, part.id or 0))
    promised = sum(part.amount for part in others)
    if real_cost >= promised:
        return {part.id or 0: part.amount for part in others} | {lead.id or 0: real_cost - promised}
    found = {part.id or 0: part.amount * real_cost // promised for part in others}
    # The few rupiah that are lost in rounding: one each, the largest first.
    for part in others[: real_cost - sum(found.values())]:
        found[part.id or 0] += 1
    return found | {lead.id or 0: 0}


def prepare(session: Session, claim_id: int, real_cost: int, now: datetime, *, by: int | None) -> Claim:
    """The record is drawn up with what the house really cost; it may be drawn up again until it comes back signed.

    Raises:
        Refused: ``claim.not_finished``; ``quota.short_settle`` with the figures, where a quota has no room for its
            share; ``stale``.
    """
    claim = _finished(session, claim_id)
    parts = contributions.live(session, claim_id)
    share = shares(parts, real_cost)
    for part in parts:
        quota = partners.fresh(session, part.quota_id)
        if share[part.id or 0] - part.amount > quota.money_left:
            raise promises.short_of_settling(quota, part.amount, share[part.id or 0])
    _write(session, claim, bast_cost=real_cost, bast_at=now)
    record(session, "claim.bast_made", now, actor=by, house=claim.house_id, claim=claim_id, cost=real_cost)
    return claims.get(session, claim_id)


def hand_over(session: Session, claim_id: int, real_cost: int, now: datetime, *, by: int | None) -> Claim:
    """The house is handed over and signed; the real cost settles what was reserved in each quota.

    Raises:
        Refused: ``claim.not_finished``, ``quota.short_settle`` with the figures, ``stale``.
    """
    claim = _finished(session, claim_id)
    parts = contributions.live(session, claim_id)
    claims.end(session, claim, ClaimState.HANDED_OVER, Turn.DONE, now, real_cost=real_cost, handed_over_at=now,
               physical=100, financial=100)
    share = shares(parts, real_cost)
    for part in sorted(parts, key=lambda one: one.quota_id):
        part.spent = share[part.id or 0]
        session.add(part)
        promises.settle(session, part.quota_id, part.amount, part.spent, units=1 if part.lead else 0)
    session.flush()
    houses.move(session, claim.house_id, HouseState.FINISHED, HouseState.HANDED_OVER, now, by=by, claim=claim_id)
    return claims.get(session, claim_id)


def _finished(session: Session, claim_id: int) -> Claim:
    claim = claims.get(session, claim_id, lock=True)
    if claim.state != ClaimState.ACTIVE:
        raise Stale()
    house = houses.get(session, claim.house_id)
    if house.state != HouseState.FINISHED:
        raise Refused("claim.not_finished", code=house.code)
    return claim


def _write(session: Session, claim: Claim, **values: object) -> None:
    done = session.exec(update(Claim).where(col(Claim.id) == claim.id, col(Claim.version) == claim.version)
                        .values(version=claim.version + 1, **values))
    if done.rowcount != 1:
        raise Stale()
