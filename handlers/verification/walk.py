"""The way through a queue: its order and its kecamatan, as the few letters that a button carries (``o36.74.06``)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from storage import houses
from storage.holding import Order
from storage.houses import House
from storage.people import RoleName

EVERYWHERE = "-"
_CODE = 8
"""Characters of a kecamatan's code at most: more do not fit into the buttons that carry a walk on."""


@dataclass(frozen=True)
class Walk:
    """``area``: a kecamatan code, or ``-`` for all that the verifier looks after."""

    order: Order = Order.OLDEST
    area: str = EVERYWHERE

    def __str__(self) -> str:
        return f"{self.order}{self.area}"

    def everywhere(self) -> Walk:
        """The same order, in all kecamatan."""
        return replace(self, area=EVERYWHERE)

    def turned(self) -> Walk:
        """The same kecamatan, in the other order."""
        return replace(self, order=Order.OLDEST if self.order == Order.NEEDIEST else Order.NEEDIEST)


def walk_of(letters: str) -> Walk:
    """What a button carries; the usual way where it says nothing that is known."""
    if letters[:1] in set(Order) and 1 <= len(letters[1:]) <= _CODE:
        return Walk(Order(letters[0]), letters[1:])
    return Walk()


def areas(request: Request) -> list[str] | None:
    """The kecamatan of this verifier; None for the whole city."""
    return request.me.kecamatan(RoleName.VERIFIER)


def along(request: Request, walk: Walk) -> list[str] | None:
    """The kecamatan of a walk; None for the whole city.

    Raises:
        Refusal: it is not one of this verifier's.
    """
    if walk.area == EVERYWHERE:
        return areas(request)
    if not request.me.covers(RoleName.VERIFIER, walk.area):
        raise Refusal("verify.other_area")
    return [walk.area]


def reach(request: Request, house_id: int) -> House:
    """The house, if it lies in one of this verifier's kecamatan.

    Raises:
        Refusal: it does not.
    """
    house = houses.get(request.session, house_id)
    if not request.me.covers(RoleName.VERIFIER, house.kecamatan_code):
        raise Refusal("verify.other_area")
    return house
