"""What a partner has claimed, in the order in which it has something to do."""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum
from typing import Any

from sqlalchemy import case
from sqlmodel import Session, col, func, select

from storage.claims import HOLDING, Claim, Contribution
from storage.houses import House, HouseState


class Turn(IntEnum):
    """Whose turn it is, the partner's first."""

    HAND_OVER = 0
    WORK = 1
    BEGIN = 2
    VERIFIER = 3
    DONE = 4


def _turn() -> Any:
    return case(
        (col(House.state) == HouseState.FINISHED, int(Turn.HAND_OVER)),
        (col(House.state) == HouseState.HANDED_OVER, int(Turn.DONE)),
        (col(Claim.finish_reported_at).is_not(None), int(Turn.VERIFIER)),
        (col(House.state) == HouseState.IN_PROGRESS, int(Turn.WORK)),
        else_=int(Turn.BEGIN),
    )


def of(claim: Claim, house: House) -> Turn:
    """The turn of one claim."""
    if house.state == HouseState.FINISHED:
        return Turn.HAND_OVER
    if house.state == HouseState.HANDED_OVER:
        return Turn.DONE
    if claim.finish_reported_at is not None:
        return Turn.VERIFIER
    return Turn.WORK if house.state == HouseState.IN_PROGRESS else Turn.BEGIN


def page(
    session: Session, partner_ids: list[int], *, after: tuple[int, int] | None = None, limit: int = 8,
    turns: Collection[Turn] = tuple(Turn),
) -> list[tuple[Claim, House]]:
    """Claims that hold a house, most urgent first (equal ones: oldest first), paged by key.

    ``after`` is (turn, claim id) of the last one of the page before.
    """
    turn = _turn()
    query = (
        select(Claim, House).join(House, col(House.id) == col(Claim.house_id))
        .where(col(Claim.partner_id).in_(partner_ids), col(Claim.state).in_(HOLDING),
               turn.in_([int(one) for one in turns]))
    )
    if after is not None:
        query = query.where((turn > after[0]) | ((turn == after[0]) & (col(Claim.id) > after[1])))
    return list(session.exec(query.order_by(turn, col(Claim.id)).limit(limit)))


def count(session: Session, partner_ids: list[int]) -> dict[Turn, int]:
    """How many claims have each turn."""
    turn = _turn().label("turn")
    query = (
        select(turn, func.count()).select_from(Claim).join(House, col(House.id) == col(Claim.house_id))
        .where(col(Claim.partner_id).in_(partner_ids), col(Claim.state).in_(HOLDING)).group_by("turn")
    )
    return {Turn(number): amount for number, amount in session.exec(query)}


def reserved(session: Session, claim_ids: Collection[int]) -> dict[int, int]:
    """claim id → rupiah that it reserved, over all its contributions."""
    query = (
        select(Contribution.claim_id, func.sum(Contribution.amount))
        .where(col(Contribution.claim_id).in_(claim_ids)).group_by(col(Contribution.claim_id))
    )
    return {number: int(amount) for number, amount in session.exec(query)}
