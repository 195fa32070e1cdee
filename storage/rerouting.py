"""Calls whose way is gone: the message that they change, the forum topic, the chat itself."""

from __future__ import annotations

from sqlmodel import Session

from storage.outbox import Delivery, Outbox, params_of, promise, seal, waiting_for


def as_new(method: str) -> str:
    """The call that says in a new message what an edit can no longer say in the old one."""
    if method == "editMessageMedia":
        return "sendPhoto"
    return "sendMessage" if method.startswith("edit") else method


def forget_target(session: Session, row_id: int) -> None:
    """The message that a call aimed at is gone: what it says comes as a new message."""
    row = session.get(Outbox, row_id, populate_existing=True)
    if row is not None:
        _renew(row)
        session.add(row)
        session.flush()


def forget_topic(session: Session, row_id: int) -> None:
    """The forum topic that a call names is gone: it goes to the general one."""
    row = session.get(Outbox, row_id, populate_existing=True)
    if row is not None:
        params = {name: one for name, one in params_of(session, row).items() if name != "message_thread_id"}
        row.params = seal(session, row.chat_id, params)
        session.add(row)
        session.flush()


def _renew(row: Outbox) -> None:
    """An edit becomes a new message, and a new message in a group must not come twice."""
    row.method, row.target_message, row.target_row = as_new(row.method), None, None
    if promise(row.chat_id, row.method) == Delivery.AT_MOST_ONCE:
        row.delivery = Delivery.AT_MOST_ONCE


def migrate(session: Session, old: int, new: int) -> int:
    """A group became a supergroup: what waits for the old id goes to the new one. How many calls."""
    rows = waiting_for(session, old)
    for row in rows:
        params = params_of(session, row)
        if "chat_id" in params:
            params["chat_id"] = new
        row.chat_id, row.params = new, seal(session, new, params)
        # Message ids do not survive the move: an edit of an old message becomes a new one.
        _renew(row)
        session.add(row)
    session.flush()
    return len(rows)
