"""A partner stops, and may begin again; a quota that was closed opens again while its year lasts.

A closed partner has no open quota: its quotas are closed with it, and neither a new one nor an old one is opened
meanwhile. So the guard of each promise (:func:`storage.promises.reserve`) is its guard, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select, update

from storage import partners, transfers
from storage.claims import Claim, ClaimState
from storage.contributions import Contribution
from storage.errors import Refused
from storage.events import record
from storage.partners import Partner, Quota


@dataclass(frozen=True)
class Bound:
    """What binds a partner: houses that it leads and has not handed over, shares in houses of others, open requests
    that a house changes hands from it or to it."""

    claims: int
    shares: int
    requests: int

    def __bool__(self) -> bool:
        return bool(self.claims or self.shares or self.requests)


def bound(session: Session, partner_id: int) -> Bound:
    """What must end before a partner can be closed."""
    leads = select(func.count()).select_from(Claim).where(
        col(Claim.partner_id) == partner_id, col(Claim.state) == ClaimState.ACTIVE)
    shares = (
        select(func.count()).select_from(Contribution).join(Quota, col(Quota.id) == col(Contribution.quota_id))
        .join(Claim, col(Claim.id) == col(Contribution.claim_id))
        .where(col(Quota.partner_id) == partner_id, col(Contribution.lead).is_(False),
               col(Contribution.ended_at).is_(None), col(Claim.state) == ClaimState.ACTIVE))
    asked = sum(transfers.count_open(session, [partner_id]))
    return Bound(session.exec(leads).one(), session.exec(shares).one(), asked)


def close_partner(session: Session, partner_id: int, now: datetime, *, by: int | None) -> Partner:
    """No new claims and quotas from now on; its open quotas are closed with it. What it did stays as it is.

    Whoever claims, adds money or asks for a house at this moment either holds a row of this partner, so that this waits
    and then finds it bound; or comes after, and finds it closed.

    Raises:
        Refused: ``partner.closed`` it is closed already; ``partner.bound`` with the figures of :class:`Bound`.
    """
    done = session.exec(update(Partner).where(col(Partner.id) == partner_id, col(Partner.closed_at).is_(None))
                        .values(closed_at=now))
    partner = partners.get(session, partner_id)
    if done.rowcount != 1:
        raise Refused("partner.closed", name=partner.name)
    session.refresh(partner)
    session.exec(update(Quota).where(col(Quota.partner_id) == partner_id, col(Quota.closed_at).is_(None))
                 .values(closed_at=now, closed_with_partner=True))
    held = bound(session, partner_id)
    if held:
        raise Refused("partner.bound", name=partner.name, claims=held.claims, shares=held.shares,
                      requests=held.requests)
    record(session, "partner.closed", now, actor=by, partner=partner_id)
    return partner


def open_partner(session: Session, partner_id: int, year: int, now: datetime, *, by: int | None) -> Partner:
    """It works again, with the quotas that were closed with it, but for those whose year is over by ``year``.

    Raises:
        Refused: ``partner.open`` it is not closed.
    """
    done = session.exec(update(Partner).where(col(Partner.id) == partner_id, col(Partner.closed_at).is_not(None))
                        .values(closed_at=None))
    partner = partners.get(session, partner_id)
    if done.rowcount != 1:
        raise Refused("partner.open", name=partner.name)
    session.refresh(partner)
    theirs = (col(Quota.partner_id) == partner_id, col(Quota.closed_with_partner).is_(True))
    session.exec(update(Quota).where(*theirs, col(Quota.year) >= year)
                 .values(closed_at=None, closed_with_partner=False))
    session.exec(update(Quota).where(*theirs).values(closed_with_partner=False))
    record(session, "partner.opened", now, actor=by, partner=partner_id)
    return partner


def open_quota(session: Session, quota_id: int, year: int, now: datetime, *, by: int | None) -> Quota:
    """A quota of this ``year`` (or a later one) that an admin had closed can be claimed from again.

    Raises:
        Refused: ``partner.closed``; ``quota.open`` it is not closed; ``quota.over`` its year is.
    """
    partners.working(session, partners.fresh(session, quota_id).partner_id)
    done = session.exec(
        update(Quota).where(col(Quota.id) == quota_id, col(Quota.closed_at).is_not(None), col(Quota.year) >= year)
        .values(closed_at=None, closed_with_partner=False))
    quota = partners.fresh(session, quota_id)
    if done.rowcount != 1:
        raise Refused("quota.open" if quota.closed_at is None else "quota.over", year=quota.year)
    record(session, "quota.opened", now, actor=by, quota=quota_id, partner=quota.partner_id)
    return quota
