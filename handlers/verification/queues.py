"""What waits for a verifier besides new houses: a list of queues, each a function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handlers.kit.buttons import Button
from handlers.kit.request import Request


@dataclass(frozen=True)
class Queue:
    """``count`` things wait; ``label`` is the button's text with the count in it; ``button`` opens the first."""

    count: int
    label: str
    button: Button


# A queue more is a function more, appended by the module whose things wait in it.
QUEUES: list[Callable[[Request], Queue]] = []
