"""The history of a house: its events, newest first, with what its corrections changed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select

from storage.claims import Claim
from storage.events import READS, Event
from storage.partners import Partner
from storage.revisions import Revision


def page(session: Session, house_id: int, *, before: int = 0, limit: int = 12) -> list[Event]:
    """Events of a house, newest first, older than the event ``before`` (0: from the newest).

    Who has read the family's data stands in the same trail, but every card that is opened is one: they would bury
    what was done to the house (``events.reads`` tells of them).
    """
    query = select(Event).where(col(Event.house_id) == house_id, col(Event.kind).not_in(READS))
    if before:
        query = query.where(col(Event.id) < before)
    return list(session.exec(query.order_by(col(Event.id).desc()).limit(limit)))


def claims_of(session: Session, claim_ids: Collection[int]) -> dict[int, tuple[str, Claim]]:
    """claim id → the partner's name, and the claim as it is now."""
    query = select(Partner.name, Claim).join(Claim, col(Claim.partner_id) == col(Partner.id))
    return {claim.id or 0: (name, claim) for name, claim in session.exec(query.where(col(Claim.id).in_(claim_ids)))}


def changes(session: Session, house_id: int, moments: list[datetime]) -> dict[datetime, list[Revision]]:
    """moment → what was corrected then, in the order of the form; nothing once the family's data is erased."""
    found: dict[datetime, list[Revision]] = {}
    if moments:
        where = (col(Revision.house_id) == house_id, col(Revision.at).in_(moments))
        for row in session.exec(select(Revision).where(*where).order_by(col(Revision.id))):
            found.setdefault(row.at, []).append(row)
    return found


def since(session: Session, house_id: int, moment: datetime) -> list[Revision]:
    """What was corrected at a moment and after it, oldest first; nothing once the family's data is erased."""
    where = (col(Revision.house_id) == house_id, col(Revision.at) >= moment)
    return list(session.exec(select(Revision).where(*where).order_by(col(Revision.id))))
