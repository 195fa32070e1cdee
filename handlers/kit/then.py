"""What is to happen once a call was made, or refused: functions by name, run in the transaction that notes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import Session

from storage.outbox import Outbox
from storage.rules import DEFAULTS, Rules


@dataclass(frozen=True)
class Sent:
    """A delivered call. ``result`` is Telegram's answer, or what became of a file: ``key``, ``width``,
    ``height``, ``likeness``, ``place`` (where the camera was: degrees, or None), or ``problem``. It is kept nowhere.
    ``refusal``: Telegram's words, where it was refused.
    """

    session: Session
    now: datetime
    row: Outbox
    result: dict[str, Any]
    rules: Rules = DEFAULTS
    refusal: str = ""


_F = TypeVar("_F", bound=Callable[[Sent], object])

THEN: dict[str, Callable[[Sent], None]] = {}
REFUSED: dict[str, Callable[[Sent], bool]] = {}


def then(name: str) -> Callable[[Callable[[Sent], None]], Callable[[Sent], None]]:
    """Register a function under the name that outbox rows carry."""
    return _into(THEN, name)


def refused(name: str) -> Callable[[Callable[[Sent], bool]], Callable[[Sent], bool]]:
    """Register what is to happen when Telegram refuses calls of that name although their chat is alive. It returns
    whether that is all: otherwise the refusal is reported as any other."""
    return _into(REFUSED, name)


def _into(known: dict[str, _F], name: str) -> Callable[[_F], _F]:
    def keep(function: _F) -> _F:
        if name in known:
            raise ValueError(f"two functions named {name}")
        known[name] = function
        return function

    return keep
