"""How tests of the running program wait: for what is to come, not for a time."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlmodel import Session, col, select

from bot.sandbox import Sandbox
from storage.inbox import Inbox, InboxState
from storage.outbox import Outbox, OutboxState
from storage.store import Store

# Seconds after which something hangs. It costs nothing where all is well, and a busy machine may be slow.
PATIENCE = 120.0
_LOOK_AGAIN = 0.02
_UNSENT = select(Outbox.id).where(col(Outbox.state).in_((OutboxState.PENDING, OutboxState.SENDING))).exists()


def until(what: Callable[[], object], seconds: float = PATIENCE, picture: Callable[[], str] = lambda: "") -> None:
    """Wait until something is true that the sandbox does not see; ``picture``: what is said when it never is."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, f"it did not come to pass {picture()}"
        time.sleep(_LOOK_AGAIN)


def settle(sandbox: Sandbox, store: Store) -> None:
    """Wait until the program has read everything that was written to it, and has sent all there is to send."""
    until(lambda: _settled(sandbox, store), picture=sandbox.world.picture)


def _settled(sandbox: Sandbox, store: Store) -> bool:
    """An update is confirmed once it is stored, so nothing is under way between the two looks at the store's one
    state; and what was sent made no new update meanwhile."""
    told = sandbox.world.last_update_id
    return not sandbox.pending_updates and store.run(_idle) and sandbox.world.last_update_id == told


def _idle(session: Session) -> bool:
    """One statement: an answer becomes several rows."""
    unread = select(Inbox.id).where(col(Inbox.state) == InboxState.NEW).exists()
    return not session.exec(select(unread | _UNSENT)).one()


def quiet(session: Session) -> bool:
    """Nothing waits to be sent or is on its way. One statement: a row goes from one to the other and back."""
    return not session.exec(select(_UNSENT)).one()
