"""A decision is taken back: within a while, by whoever made it, as long as nothing has come of it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from storage.errors import Refused, Stale
from storage.houses import House, HouseState, get, move
from storage.rules import Rules

DECIDED = (HouseState.ELIGIBLE, HouseState.RETURNED, HouseState.INELIGIBLE)


def take_back(session: Session, house_id: int, version: int, now: datetime, *, by: int, rules: Rules) -> HouseState:
    """The house waits again, held by whoever takes the decision back; the state that it was in.

    ``version``: of the house right after the decision.

    Raises:
        Stale: it was claimed, corrected or decided anew meanwhile, or somebody else decided it.
        Refused: ``undo.late`` with the ``minutes`` that there were.
    """
    house = session.get(House, house_id, populate_existing=True, with_for_update=True) or get(session, house_id)
    if house.state not in DECIDED or house.version != version or house.verifier_id != by or house.verified_at is None:
        raise Stale(code=house.code, state=house.state)
    if now > house.verified_at + rules.undo:
        raise Refused("undo.late", code=house.code, state=house.state, minutes=int(rules.undo.total_seconds() // 60))
    was = house.state
    move(session, house_id, was, HouseState.REGISTERED, now, by=by, reason="undo", estimate=None, note=None,
         wrong_fields=[], verifier_id=None, verified_at=None, taken_by=by, taken_until=now + rules.hold)
    get(session, house_id)
    return was
