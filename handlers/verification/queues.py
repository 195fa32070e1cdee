"""What waits for a verifier: a list of queues, each a function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handlers.kit.buttons import Button
from handlers.kit.request import Request
from handlers.verification.buttons import Next
from storage import houses
from storage.houses import HouseState
from storage.people import RoleName


@dataclass(frozen=True)
class Queue:
    """``count`` things wait; ``label`` is the button's text with the count in it; ``button`` opens the first."""

    count: int
    label: str
    button: Button


def areas(request: Request) -> list[str] | None:
    """The kecamatan of this verifier; None for the whole city."""
    return request.me.kecamatan(RoleName.VERIFIER)


def new_houses(request: Request) -> Queue:
    """Registered houses of the verifier's own kecamatan."""
    count = sum(houses.count_by_kecamatan(request.session, HouseState.REGISTERED, areas(request)).values())
    return Queue(count, request.label("verify.queue.new", count=count), Next(0))


# A queue more is a function more, appended by the module whose things wait in it.
QUEUES: list[Callable[[Request], Queue]] = [new_houses]
