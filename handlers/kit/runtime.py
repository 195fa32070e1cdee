"""What every conversation may use of the running program, handed in by ``bot/`` (handlers know no wiring)."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from sqlmodel import Session

from storage.rules import DEFAULTS, Rules
from storage.store import Store

# Where the application keeps it: ``context.bot_data[RUNTIME]``.
RUNTIME = "runtime"


@dataclass
class Runtime:
    """Handles to the parts that meet in ``bot.app``."""

    store: Store
    now: Callable[[], datetime]
    zone: tzinfo
    zone_label: str
    city: str
    bot_id: int
    bot_username: str
    # Called inside each transaction first: raises when this process does not lead any more.
    guard: Callable[[Session], None]
    # Called after a commit: delivery looks at once.
    wake: Callable[[], None]
    # A call that needs no memory (answerCallbackQuery, sendChatAction), made after the commit.
    instant: Callable[[str, dict[str, Any]], None]
    # What differs between cities.
    rules: Rules = DEFAULTS


@dataclass
class Job:
    """The inbox row in hand. The endpoint notes here how it went: PTB swallows errors."""

    inbox_id: int
    finished: bool = False
    error: Exception | None = field(default=None)


JOB: ContextVar[Job] = ContextVar("job")
