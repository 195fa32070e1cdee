"""Whose quota pays how much of a claim."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, SQLModel, col, select

from storage.base import args, big, check, choice, fk, partial_index, pk


class FundedPart(StrEnum):
    """The part of the work that a co-funder pays for."""

    ROOF = "roof"
    FLOOR = "floor"
    WALL = "wall"
    STRUCTURE = "structure"
    SANITATION = "sanitation"
    WAGES = "wages"


class Contribution(SQLModel, table=True):
    """Whose quota pays how much of a claim: the lead, which holds the house and its unit, and co-funders.

    ``amount``: rupiah promised. ``spent``: rupiah really paid, once the house is handed over. ``ended_at``: since when
    it is promised no more; until then, and while nothing is spent, the amount is reserved in the quota.
    """

    __tablename__ = "contribution"
    __table_args__ = args(
        check("amount > 0", "amount_positive"),
        check("spent >= 0", "spent"),
        partial_index("uq_contribution_lead", "lead", "claim_id", unique=True),
        # Each part of the work is paid for once.
        partial_index("uq_contribution_part", "ended_at IS NULL", "claim_id", "part", unique=True),
    )
    id: int | None = pk()
    claim_id: int = fk("claim.id")
    quota_id: int = fk("quota.id")
    amount: int = big()
    lead: bool = True
    part: FundedPart | None = choice(FundedPart, "funded_part", nullable=True)
    spent: int | None = big(nullable=True)
    by_id: int | None = fk("person.id", nullable=True, index=False)
    at: datetime | None = None
    ended_at: datetime | None = None


def live(session: Session, claim_id: int) -> list[Contribution]:
    """What is promised for a claim now, the lead first, as the database has it."""
    query = select(Contribution).where(col(Contribution.claim_id) == claim_id, col(Contribution.ended_at).is_(None))
    return list(session.exec(query.order_by(col(Contribution.lead).desc(), col(Contribution.id))
                             .execution_options(populate_existing=True)))
