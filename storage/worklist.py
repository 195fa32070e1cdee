"""What a partner has claimed, in the order in which it has something to do."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import tuple_
from sqlmodel import Session, col, func, select

from storage.claims import Claim, Turn, stays
from storage.contributions import Contribution
from storage.houses import House


def page(
    session: Session, partner_ids: Collection[int], *, after: tuple[int, int] | None = None, limit: int = 8,
    first: Turn = Turn.HAND_OVER, last: Turn = Turn.DONE,
) -> list[tuple[Claim, House]]:
    """Claims with these turns, most urgent first (equal ones: oldest first), paged by key.

    ``after`` is (turn, claim id) of the last one of the page before.
    """
    start = max(after or (int(first), 0), (int(first), 0))
    found: list[tuple[Claim, House]] = []
    # One look for each partner: each walks along its own part of the index and stops at the limit.
    for partner_id in partner_ids:
        query = (
            select(Claim, House).join(House, col(House.id) == col(Claim.house_id))
            .where(col(Claim.partner_id) == partner_id, tuple_(col(Claim.turn), col(Claim.id)) > tuple_(*start),
                   col(Claim.turn) <= int(last))
        )
        found += session.exec(query.order_by(col(Claim.turn), col(Claim.id)).limit(limit))
    return sorted(found, key=lambda one: (one[0].turn, one[0].id or 0))[:limit]


def some(session: Session, claim_ids: Collection[int]) -> dict[int, tuple[Claim, House]]:
    """claim id → the claim and its house."""
    query = select(Claim, House).join(House, col(House.id) == col(Claim.house_id)).where(col(Claim.id).in_(claim_ids))
    return {claim.id or 0: (claim, house) for claim, house in session.exec(query)}


def count(session: Session, partner_ids: Collection[int]) -> dict[Turn, int]:
    """How many claims that hold a house have each turn."""
    query = (
        select(Claim.turn, func.count())
        .where(col(Claim.partner_id).in_(partner_ids), col(Claim.turn) <= int(Turn.DONE)).group_by(col(Claim.turn))
    )
    return {Turn(number): amount for number, amount in session.exec(query)}


def reserved(session: Session, claim_ids: Collection[int]) -> dict[int, int]:
    """claim id → rupiah that it reserved, over all its contributions."""
    query = (
        select(Contribution.claim_id, func.sum(Contribution.amount))
        .join(Claim, col(Claim.id) == col(Contribution.claim_id))
        .where(col(Contribution.claim_id).in_(claim_ids), stays()).group_by(col(Contribution.claim_id))
    )
    return {number: int(amount) for number, amount in session.exec(query)}
