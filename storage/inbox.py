"""What Telegram delivered: raw updates, stored before Telegram may forget them (decision 2)."""

from __future__ import annotations

import json  # unlike orjson it takes whatever Telegram may send, half a surrogate pair included
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, Table, UniqueConstraint, bindparam, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from storage.base import args, big, blob, choice, pk
from storage.store import vault_of

# A row that fails this often is set aside and reported, so that the chat goes on.
MAX_ATTEMPTS = 3


class InboxState(StrEnum):
    """What became of an update."""

    NEW = "new"
    DONE = "done"
    PARKED = "parked"


# Written out in queries, never as a bound value: only then does a planner see that the partial index fits.
_NEW = "state = 'new'"


class Inbox(SQLModel, table=True):
    """One update. ``body`` is the sealed JSON, emptied after a few days. Rows of one chat run in id order."""

    __tablename__ = "inbox"
    __table_args__ = args(
        UniqueConstraint("bot_id", "update_id"),
        Index("ix_inbox_new", "id", sqlite_where=text(_NEW), postgresql_where=text(_NEW)),
    )
    id: int | None = pk()
    bot_id: int = big()
    update_id: int = big()
    chat_key: int = big()
    body: bytes | None = blob(nullable=True)
    state: InboxState = choice(InboxState, "inbox_state", default=InboxState.NEW)
    attempts: int = 0
    problem: str | None = Field(default=None, max_length=300)
    received_at: datetime
    done_at: datetime | None = Field(default=None, index=True)


# Put together once: each update runs through these two, and to put them together took ten times as long as to run them.
_TABLE: Table = SQLModel.metadata.tables["inbox"]
# RETURNING tells which were new; the row count of such an INSERT is unknown on PostgreSQL.
_STORE = {kind: insert(_TABLE).on_conflict_do_nothing().returning(_TABLE.c.id)
          for kind, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))}
_FINISH = _TABLE.update().where(_TABLE.c.id == bindparam("row"), _TABLE.c.state == InboxState.NEW).values(
    state=InboxState.DONE, done_at=bindparam("now"))


class AlreadyDone(Exception):
    """The row was finished before: a lost COMMIT answer, or another leader's work."""


_WIDEST = 2**63


def fits(update_json: dict[str, Any]) -> bool:
    """Whether an update can be stored: its number is one, of 64 bits at most (Telegram's have 32)."""
    number = update_json.get("update_id")
    return isinstance(number, int) and not isinstance(number, bool) and -_WIDEST <= number < _WIDEST


def chat_key(update_json: dict[str, Any]) -> int:
    """The chat whose order an update belongs to; the user's id where there is no chat, 0 where neither is."""
    for value in update_json.values():
        if isinstance(value, dict):
            message = value.get("message") if "chat" not in value else value
            chat = message.get("chat") if isinstance(message, dict) else None
            found = chat or value.get("from") or value.get("user")
            if isinstance(found, dict) and isinstance(number := found.get("id"), int) and -_WIDEST <= number < _WIDEST:
                return int(number)
    return 0


def receive(session: Session, bot_id: int, updates: list[dict[str, Any]], now: datetime) -> int:
    """Store a batch; updates that are there already are passed over. How many were new."""
    vault = vault_of(session)
    rows = [
        {
            "bot_id": bot_id, "update_id": one["update_id"], "chat_key": chat_key(one),
            "body": vault.seal(json.dumps(one).encode(), f"inbox:{bot_id}:{one['update_id']}"),
            "state": InboxState.NEW, "attempts": 0, "received_at": now,
        }
        for one in updates
    ]
    if not rows:
        return 0
    return len(session.execute(_STORE[session.get_bind().dialect.name], rows).all())


def waiting(session: Session, *, busy: Collection[int] = (), limit: int = 200) -> list[Inbox]:
    """Unfinished rows of chats that are not in ``busy``, oldest first."""
    query = select(Inbox).where(text(_NEW))
    if busy:
        query = query.where(col(Inbox.chat_key).not_in(busy))
    return list(session.exec(query.order_by(col(Inbox.id)).limit(limit)))


def read(session: Session, row: Inbox) -> dict[str, Any]:
    """The update as Telegram sent it."""
    body = vault_of(session).open(row.body or b"", f"inbox:{row.bot_id}:{row.update_id}")
    return dict(json.loads(body))


def finish(session: Session, inbox_id: int, now: datetime) -> None:
    """Mark a row done, in the transaction of its handler.

    Raises:
        AlreadyDone: it is not new any more.
    """
    done = session.connection().execute(_FINISH, {"row": inbox_id, "now": now})
    if done.rowcount != 1:
        raise AlreadyDone


def failed(session: Session, inbox_id: int, problem: str, now: datetime, *, for_good: bool = False) -> InboxState:
    """Note a failure (the kind of error, never its text: that may hold personal data)."""
    row = session.get(Inbox, inbox_id)
    if row is None or row.state != InboxState.NEW:
        return InboxState.DONE
    row.attempts += 1
    row.problem = problem[:300]
    if for_good or row.attempts >= MAX_ATTEMPTS:
        row.state, row.done_at = InboxState.PARKED, now
    session.add(row)
    session.flush()
    return row.state
