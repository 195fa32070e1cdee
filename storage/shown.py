"""Messages that show a family's data to a partner: where they stand, so that they can be emptied (decision 13)."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from storage.base import args, big, fk, pk
from storage.claims import Claim


class Shown(SQLModel, table=True):
    """One protected message. ``outbox_id`` is the call that sent it: its message id is known once it arrived."""

    __tablename__ = "shown"
    __table_args__ = args()
    id: int | None = pk()
    claim_id: int = fk("claim.id")
    person_id: int = fk("person.id")
    chat_id: int = big()
    outbox_id: int = fk("outbox.id", index=False)
    at: datetime
    closed_at: datetime | None = Field(default=None)


def note(session: Session, claim_id: int, person_id: int, chat_id: int, outbox_id: int, now: datetime) -> Shown:
    """Remember that a person was sent the family's data of a claim."""
    row = Shown(claim_id=claim_id, person_id=person_id, chat_id=chat_id, outbox_id=outbox_id, at=now)
    session.add(row)
    session.flush()
    return row


def open_of_claim(session: Session, claim_id: int) -> list[Shown]:
    """Messages of a claim that still show the data."""
    where = (col(Shown.claim_id) == claim_id, col(Shown.closed_at).is_(None))
    return list(session.exec(select(Shown).where(*where).order_by(col(Shown.id))))


def open_of_person(session: Session, person_id: int, partner_id: int) -> list[Shown]:
    """Messages to a rep that still show data of a partner's claims (the rep's role ends, say)."""
    claims = select(Claim.id).where(col(Claim.partner_id) == partner_id)
    where = (col(Shown.person_id) == person_id, col(Shown.closed_at).is_(None), col(Shown.claim_id).in_(claims))
    return list(session.exec(select(Shown).where(*where).order_by(col(Shown.id))))


def close(session: Session, row: Shown, now: datetime) -> None:
    """The message is being emptied."""
    row.closed_at = now
    session.add(row)
    session.flush()
