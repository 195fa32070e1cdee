"""What is asked about a claim and waits for an answer: that another partner takes the house, that a deadline moves.

The tables only, and how both end with the claim; the rules stand in :mod:`storage.transfers` and
:mod:`storage.deadlines`.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, Session, SQLModel, col, select, update

from storage.base import args, choice, fk, partial_index, pk

_PENDING = "state = 'pending'"


class Answer(StrEnum):
    """What became of a request. ``void``: the claim ended meanwhile."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    VOID = "void"


class TransferKind(StrEnum):
    """Who began: ``asked`` by the partner that wants the house, ``offered`` by the one that holds it (a referral)."""

    ASKED = "asked"
    OFFERED = "offered"


class Transfer(SQLModel, table=True):
    """A house may change hands: one open request a claim. ``quota_id``: of the partner that takes it, once known.

    ``escalated_at``: nobody answered in time, so the admins may. ``new_claim_id``: what came of it.
    """

    __tablename__ = "transfer"
    __table_args__ = args(
        partial_index("uq_transfer_pending", _PENDING, "claim_id", unique=True),
        partial_index("ix_transfer_waiting", _PENDING, "asked_at"),
    )
    id: int | None = pk()
    claim_id: int = fk("claim.id")
    kind: TransferKind = choice(TransferKind, "transfer_kind")
    from_partner_id: int = fk("partner.id")
    to_partner_id: int = fk("partner.id")
    quota_id: int | None = fk("quota.id", nullable=True, index=False)
    reason: str | None = Field(default=None, max_length=500)
    asked_by: int | None = fk("person.id", nullable=True, index=False)
    asked_at: datetime
    state: Answer = choice(Answer, "transfer_state", default=Answer.PENDING)
    answered_by: int | None = fk("person.id", nullable=True, index=False)
    answered_at: datetime | None = None
    note: str | None = Field(default=None, max_length=500)
    escalated_at: datetime | None = None
    new_claim_id: int | None = fk("claim.id", nullable=True, index=False)


class Extension(SQLModel, table=True):
    """A partner asks for a later deadline: one open request a claim. ``wanted_at``: the new deadline."""

    __tablename__ = "extension"
    __table_args__ = args(
        partial_index("uq_extension_pending", _PENDING, "claim_id", unique=True),
        partial_index("ix_extension_waiting", _PENDING, "id"),
    )
    id: int | None = pk()
    claim_id: int = fk("claim.id")
    wanted_at: datetime
    reason: str | None = Field(default=None, max_length=500)
    asked_by: int | None = fk("person.id", nullable=True, index=False)
    asked_at: datetime
    state: Answer = choice(Answer, "extension_state", default=Answer.PENDING)
    answered_by: int | None = fk("person.id", nullable=True, index=False)
    answered_at: datetime | None = None
    note: str | None = Field(default=None, max_length=500)


def end_with(session: Session, claim_id: int, now: datetime) -> None:
    """The claim ended: nothing about it waits for an answer any more."""
    for table in (Transfer, Extension):
        session.exec(update(table).where(col(table.claim_id) == claim_id, col(table.state) == Answer.PENDING)
                     .values(state=Answer.VOID, answered_at=now))


def wants_more_time(session: Session, claim_id: int) -> bool:
    """Whether a later deadline was asked for, and nobody has answered yet."""
    where = (col(Extension.claim_id) == claim_id, col(Extension.state) == Answer.PENDING)
    return session.exec(select(Extension.id).where(*where)).first() is not None


def forget_reasons(session: Session, claim_ids: list[int | None]) -> None:
    """What was written may name people."""
    for table in (Transfer, Extension):
        session.exec(update(table).where(col(table.claim_id).in_(claim_ids)).values(reason=None, note=None))
