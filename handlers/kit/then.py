"""What is to happen once a call was made: functions by name, run in the transaction that marks the row sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from storage.outbox import Outbox
from storage.rules import DEFAULTS, Rules


@dataclass(frozen=True)
class Sent:
    """A delivered call. ``result`` is Telegram's answer, or what became of a file: ``key``, ``width``,
    ``height``, ``likeness``, ``place`` (where the camera was: degrees, or None), or ``problem``. It is kept nowhere.
    """

    session: Session
    now: datetime
    row: Outbox
    result: dict[str, Any]
    rules: Rules = DEFAULTS


THEN: dict[str, Callable[[Sent], None]] = {}


def then(name: str) -> Callable[[Callable[[Sent], None]], Callable[[Sent], None]]:
    """Register a function under the name that outbox rows carry."""

    def keep(function: Callable[[Sent], None]) -> Callable[[Sent], None]:
        if name in THEN:
            raise ValueError(f"two functions named {name}")
        THEN[name] = function
        return function

    return keep
