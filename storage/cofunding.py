"""Several partners pay for one house: one leads and holds it, others add rupiah, for a part of the work or for any.

The house counts once, under its lead; the money counts under each (DOMAIN.md: donors gave Rp10 m where Rp30 m was
needed). What nobody has promised yet stands with the claim and is guarded by the database.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select, update

from storage import claims, fitting, houses, partners, promises
from storage.claims import Claim, ClaimState
from storage.contributions import Contribution, FundedPart
from storage.errors import Refused, Stale
from storage.events import record
from storage.houses import House, HouseState
from storage.partners import Quota
from storage.rules import DEFAULTS, Rules

_OPEN = (HouseState.CLAIMED, HouseState.IN_PROGRESS)


def join(
    session: Session, claim_id: int, quota_id: int, amount: int, now: datetime, *, by: int | None,
    part: FundedPart | None = None, rules: Rules = DEFAULTS,
) -> Contribution:
    """Promise some of what a house still lacks, from any partner's quota; it takes no unit of it.

    Raises:
        Refused: ``cofund.over`` more than is uncovered, with the figures; ``cofund.part`` somebody pays for that part
            already; ``cofund.done`` the work is done; ``quota.short_money``, ``quota.closed``; ``stale``;
            :class:`fitting.NoFit`.
    """
    claim = claims.get(session, claim_id, lock=True)
    house = houses.get(session, claim.house_id)
    _still_open(claim, house)
    quota = partners.fresh(session, quota_id, lock=True)
    _fits(session, quota, claim, house, now, rules)
    done = session.exec(
        update(Claim).where(col(Claim.id) == claim_id, col(Claim.uncovered) >= amount)
        .values(uncovered=col(Claim.uncovered) - amount, version=col(Claim.version) + 1))
    if done.rowcount != 1:
        raise Refused("cofund.over", code=house.code, money=amount, money_left=claims.get(session, claim_id).uncovered)
    promises.reserve(session, quota_id, 0, amount)
    row = Contribution(claim_id=claim_id, quota_id=quota_id, amount=amount, lead=False, part=part, by_id=by, at=now)
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise Refused("cofund.part", code=house.code) from error
    record(session, "claim.cofunded", now, actor=by, house=claim.house_id, claim=claim_id, partner=quota.partner_id,
           quota=quota_id, amount=amount, part=part.value if part else None)
    return row


def _fits(session: Session, quota: Quota, claim: Claim, house: House, now: datetime, rules: Rules) -> None:
    why = against(session, quota, claim, house, now, rules)
    if why:
        raise fitting.NoFit({house.id or 0: why}, {house.id or 0: house.code})


def against(
    session: Session, quota: Quota, claim: Claim, house: House, now: datetime, rules: Rules
) -> tuple[fitting.Misfit, ...]:
    """Why a quota may not add to a claim: the co-funder's own rules. The family is being helped already, and by this
    very claim."""
    partner = partners.get(session, quota.partner_id)
    if partner.id == claim.partner_id:  # its rules were asked at the claim
        return ()
    why = fitting.misfits(session, partner, quota, [house], now, rules).get(house.id or 0, ())
    # A ceiling speaks of what the whole house costs, and is no reason against a share in it.
    return tuple(one for one in why
                 if one not in (fitting.Misfit.CEILING, fitting.Misfit.AID_ACTIVE, fitting.Misfit.AID_DONE))


def leave(session: Session, contribution_id: int, now: datetime, *, by: int | None) -> Contribution:
    """A co-funder takes its promise back before the work is done; the money returns to its quota.

    Raises:
        Refused: ``cofund.lead`` the lead releases the claim instead; ``cofund.done``; ``stale``.
    """
    row = get(session, contribution_id)
    if row.lead:
        raise Refused("cofund.lead")
    claim = claims.get(session, row.claim_id, lock=True)
    house = houses.get(session, claim.house_id)
    if claim.state == ClaimState.ACTIVE and (house.state not in _OPEN or claim.finish_reported_at is not None):
        raise Refused("cofund.done", code=house.code)
    done = session.exec(
        update(Contribution).where(col(Contribution.id) == contribution_id, col(Contribution.ended_at).is_(None),
                                   col(Contribution.spent).is_(None)).values(ended_at=now))
    if done.rowcount != 1 or claim.state != ClaimState.ACTIVE:
        raise Stale()
    promises.give_back(session, row.quota_id, 0, row.amount)
    session.exec(update(Claim).where(col(Claim.id) == row.claim_id)
                 .values(uncovered=col(Claim.uncovered) + row.amount, version=col(Claim.version) + 1))
    record(session, "claim.cofunding_ended", now, actor=by, house=claim.house_id, claim=row.claim_id,
           quota=row.quota_id, amount=row.amount)
    return get(session, contribution_id)


def get(session: Session, contribution_id: int) -> Contribution:
    """The contribution as it is now.

    Raises:
        Refused: ``cofund.gone``.
    """
    row = session.get(Contribution, contribution_id, populate_existing=True)
    if row is None:
        raise Refused("cofund.gone")
    return row


def uncovered(session: Session, *, after: int = 0, limit: int = 8) -> list[tuple[Claim, House]]:
    """Claims whose house lacks money, and whose work is not done, oldest first, behind the claim ``after``."""
    query = (
        select(Claim, House).join(House, col(House.id) == col(Claim.house_id))
        .where(col(Claim.uncovered) > 0, col(Claim.state) == ClaimState.ACTIVE, col(Claim.id) > after,
               col(Claim.finish_reported_at).is_(None), col(House.state).in_(_OPEN)))
    return list(session.exec(query.order_by(col(Claim.id)).limit(limit)))


def of_partners(
    session: Session, partner_ids: Collection[int], *, after: int = 0, limit: int = 8
) -> list[tuple[Contribution, Claim, House]]:
    """What partners add to houses that are not theirs, of claims that are active, oldest first."""
    query = (
        select(Contribution, Claim, House).join(Quota, col(Quota.id) == col(Contribution.quota_id))
        .join(Claim, col(Claim.id) == col(Contribution.claim_id)).join(House, col(House.id) == col(Claim.house_id))
        .where(col(Quota.partner_id).in_(partner_ids), col(Contribution.lead).is_(False),
               col(Contribution.ended_at).is_(None), col(Claim.state) == ClaimState.ACTIVE,
               col(Contribution.id) > after))
    return list(session.exec(query.order_by(col(Contribution.id)).limit(limit)))


def payers(session: Session, claim_id: int) -> list[tuple[Contribution, Quota]]:
    """Who pays for a claim, the lead first, with the quota that it comes from."""
    parts = claims.contributions(session, claim_id)
    quotas = {quota.id: quota for quota in partners.some_quotas(session, {part.quota_id for part in parts})}
    return [(part, quotas[part.quota_id]) for part in parts]


def open_now(session: Session, claim_id: int) -> tuple[Claim, House]:
    """A claim whose money may still change, with its house, as they are now.

    Raises:
        Stale: it is over.
        Refused: ``cofund.done`` the work is done; ``claim.gone``.
    """
    claim = claims.get(session, claim_id)
    house = houses.get(session, claim.house_id)
    _still_open(claim, house)
    return claim, house


def _still_open(claim: Claim, house: House) -> None:
    if claim.state != ClaimState.ACTIVE:
        raise Stale()
    if house.state not in _OPEN or claim.finish_reported_at is not None:
        raise Refused("cofund.done", code=house.code)
