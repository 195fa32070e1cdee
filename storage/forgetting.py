"""What came from and went to chats is sealed and kept for a few days, for retries and for whoever looks into a failure;
then its words are emptied. They may hold personal data (decision 2)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, update

from storage import meta
from storage.inbox import Inbox, InboxState
from storage.outbox import Outbox, OutboxState
from storage.store import NONE_IN_HAND

BODY_DAYS = 3
# After a week without updates Telegram counts on from a random number.
ROW_DAYS = 6
_TAKEN_ON = (col(Inbox.body).is_not(None), col(Inbox.state) != InboxState.NEW)


def words_of(session: Session, chats: Collection[int]) -> None:
    """Empty at once what was written in some chats and was worked on, and the calls that they got; but for one whose
    fate is unknown: it may be sent again."""
    session.exec(update(Inbox).where(*_TAKEN_ON, col(Inbox.chat_key).in_(chats)).values(body=None),
                 execution_options=NONE_IN_HAND)
    session.exec(
        update(Outbox).where(col(Outbox.done_at) >= _forgotten(session), col(Outbox.chat_id).in_(chats),
                             col(Outbox.state) != OutboxState.UNKNOWN).values(params=b""),
        execution_options=NONE_IN_HAND,
    )


def updates(session: Session, now: datetime) -> int:
    """Empty raw bodies after a few days, and drop whole rows before Telegram may give their numbers to new updates. How
    many."""
    old = col(Inbox.done_at) < now - timedelta(days=BODY_DAYS)
    emptied = session.exec(update(Inbox).where(*_TAKEN_ON, old).values(body=None), execution_options=NONE_IN_HAND)
    deleted = session.exec(delete(Inbox).where(col(Inbox.done_at) < now - timedelta(days=ROW_DAYS)),
                           execution_options=NONE_IN_HAND)
    return int(emptied.rowcount) + int(deleted.rowcount)


def calls(session: Session, before: datetime) -> int:
    """Empty the parameters of calls done before a time; the rows stay as targets of later edits. How many.

    Each row is looked at once: the next run begins where this one ended.
    """
    done = session.exec(
        update(Outbox).where(col(Outbox.done_at) >= _forgotten(session), col(Outbox.done_at) < before)
        .values(params=b""),
        execution_options=NONE_IN_HAND,
    )
    meta.put(session, "outbox_forgotten", before.isoformat())
    return int(done.rowcount)


def _forgotten(session: Session) -> datetime:
    """What was done before is empty."""
    return datetime.fromisoformat(meta.get(session, "outbox_forgotten") or "1970-01-01T00:00:00+00:00")
