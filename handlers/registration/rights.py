"""Who may change what was registered."""

from __future__ import annotations

from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from storage import houses
from storage.houses import OVER, HouseState
from storage.people import RoleName

# A refused one may be corrected: that is how a family appeals.
_OVER = tuple(state for state in OVER if state != HouseState.INELIGIBLE)


def may_change(request: Request, house_id: int) -> None:
    """Who registered the house, or an admin, until its life in the programme is over.

    Raises:
        Refusal: it is not theirs, or over.
    """
    if not request.me.has(RoleName.SURVEYOR, RoleName.ADMIN):
        raise Refusal("refuse.role")
    house = houses.get(request.session, house_id)
    if not request.me.has(RoleName.ADMIN) and house.surveyor_id != request.me.id:
        raise Refusal("house.not_yours")
    if house.state in _OVER:
        raise Refusal("house.over", code=house.code, state=request.label(f"state.{house.state}"))
