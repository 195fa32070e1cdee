"""What people are told: Bot API calls written with the change they speak of, delivered after it (decision 3)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import Index, text
from sqlmodel import Field, Session, SQLModel, col, func, or_, select, update

from storage.base import args, big, blob, choice, fk, json_column, pk
from storage.store import vault_of

# A person's answer goes before a broadcast; order inside a chat is strict all the same.
ANSWER, NEWS, BACKGROUND = 0, 5, 9


class OutboxState(StrEnum):
    """The life of a call: pending → sending → sent | pending again | dead | unknown; replaced by a newer one."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    UNKNOWN = "unknown"
    REPLACED = "replaced"


class Delivery(StrEnum):
    """What to do when nobody knows whether a call arrived."""

    AT_LEAST_ONCE = "at_least_once"
    AT_MOST_ONCE = "at_most_once"


# How slots begin of pictures that illustrate a text which says it all; and of those that somebody asked for.
PICTURE, ASKED = "picture.", "picture.asked."


# Written out in queries, never as bound values: only then does a planner see that the partial index fits.
_OPEN = "state IN ('pending', 'sending')"
# Nobody is asked to wait longer than a day, and nobody asks for what was done longer ago: a moment further ahead was
# written by a clock that was wrong.
_BELIEVABLE, _KNOWN = timedelta(days=1), timedelta(days=2)


class Outbox(SQLModel, table=True):
    """One Bot API call. ``params`` is sealed JSON; files stand in it as references, never as bytes."""

    __tablename__ = "outbox"
    __table_args__ = args(
        Index("ix_outbox_open", "chat_id", "id", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
    )
    id: int | None = pk()
    chat_id: int = big()
    method: str = Field(max_length=40)
    params: bytes = blob()
    # An edit or a reply aims at a message id, or at an earlier row whose message id is known once it is sent.
    target_message: int | None = big(nullable=True)
    target_row: int | None = fk("outbox.id", nullable=True, index=False)
    slot: str | None = Field(default=None, max_length=40)
    delivery: Delivery = choice(Delivery, "delivery", default=Delivery.AT_LEAST_ONCE)
    then: str | None = Field(default=None, max_length=40)
    then_args: dict[str, Any] = json_column()
    priority: int = ANSWER
    state: OutboxState = choice(OutboxState, "outbox_state", default=OutboxState.PENDING)
    due_at: datetime
    attempts: int = 0
    message_id: int | None = big(nullable=True)
    problem: str | None = Field(default=None, max_length=300)
    created_at: datetime
    done_at: datetime | None = Field(default=None, index=True)


def enqueue(
    session: Session, chat_id: int, method: str, params: dict[str, Any], now: datetime, *,
    target_message: int | None = None, target_row: int | None = None, slot: str | None = None,
    delivery: Delivery | None = None, then: str | None = None, then_args: dict[str, Any] | None = None,
    priority: int = ANSWER,
) -> Outbox:
    """Write one call. In a ``slot`` a newer call takes the place of one that still waits.

    Unless ``delivery`` says otherwise, a post to a group is never sent twice, and everything else rather twice
    than never (decision 3).
    """
    if slot is not None:
        session.exec(
            update(Outbox).where(text(_OPEN), col(Outbox.chat_id) == chat_id, col(Outbox.slot) == slot,
                                 col(Outbox.state) == OutboxState.PENDING)
            .values(state=OutboxState.REPLACED, done_at=now)
        )
    row = Outbox(
        chat_id=chat_id, method=method, params=seal(session, chat_id, params),
        target_message=target_message, target_row=target_row, slot=slot, then=then, then_args=then_args or {},
        delivery=delivery or promise(chat_id, method), priority=priority, due_at=now, created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def promise(chat_id: int, method: str) -> Delivery:
    """How often a call may arrive when nobody knows whether it did: a new message in a group once at most."""
    group = FILE_LANES < chat_id < 0
    return Delivery.AT_MOST_ONCE if group and method.startswith("send") else Delivery.AT_LEAST_ONCE


# Telegram's chat ids have at most 52 significant bits, so a lane of its own beyond them meets no chat.
FILE_LANES = -(2**53)
# The lane of calls that belong to no chat, such as the default menus.
BOT_LANE = FILE_LANES


def fetch_file(session: Session, photo_id: int, file_id: str, now: datetime) -> Outbox:
    """Ask for a file's bytes, in a lane of its own: a slow download holds back nobody's answer."""
    return enqueue(session, FILE_LANES - photo_id, "getFile", {"file_id": file_id}, now, then="photo_fetched",
                   then_args={"photo_id": photo_id}, priority=BACKGROUND)


def fetch_scan(session: Session, scan_id: int, file_id: str, now: datetime) -> Outbox:
    """The same for a page of a signed record, in the lanes behind those of photos."""
    return enqueue(session, FILE_LANES * 2 - scan_id, "getFile", {"file_id": file_id, "_pdf_too": True}, now,
                   then="scan_fetched", then_args={"scan_id": scan_id}, priority=BACKGROUND)


def seal(session: Session, chat_id: int, params: dict[str, Any]) -> bytes:
    """Parameters as they are kept."""
    return vault_of(session).seal(orjson.dumps(params), _place(chat_id))


def params_of(session: Session, row: Outbox) -> dict[str, Any]:
    """The call's parameters."""
    return dict(orjson.loads(vault_of(session).open(row.params, _place(row.chat_id))))


def _place(chat_id: int) -> str:
    return f"outbox:{chat_id}"


def heads(session: Session, now: datetime, *, busy: Collection[int] = (), limit: int = 60) -> list[Outbox]:
    """The first waiting call of each chat that is not ``busy``, if it is due; answers before broadcasts."""
    first = (
        select(func.min(Outbox.id)).where(text(_OPEN)).group_by(col(Outbox.chat_id))
    )
    if busy:
        first = first.where(col(Outbox.chat_id).not_in(busy))
    query = select(Outbox).where(
        col(Outbox.id).in_(first), col(Outbox.state) == OutboxState.PENDING,
        or_(col(Outbox.due_at) <= now, col(Outbox.due_at) > now + _BELIEVABLE),
    )
    return list(session.exec(query.order_by(col(Outbox.priority), col(Outbox.id)).limit(limit)))


def next_due(session: Session) -> datetime | None:
    """When the next waiting call is due."""
    query = select(func.min(Outbox.due_at)).where(text(_OPEN), col(Outbox.state) == OutboxState.PENDING)
    return session.exec(query).one()


def mark_sending(session: Session, ids: list[int]) -> set[int]:
    """Committed before the calls go out: after a crash these are the ones nobody knows about.

    Only rows that still wait are taken (one may have been replaced or dropped since the look); their ids.
    """
    taken = session.execute(
        update(Outbox).where(col(Outbox.id).in_(ids), col(Outbox.state) == OutboxState.PENDING)
        .values(state=OutboxState.SENDING, attempts=col(Outbox.attempts) + 1).returning(col(Outbox.id))
    )
    return {int(number) for number in taken.scalars()}


def settle(
    session: Session, row_id: int, state: OutboxState, now: datetime, *, message_id: int | None = None,
    problem: str | None = None, due_at: datetime | None = None,
) -> bool:
    """Write what became of a call in hand; False when that was written before (then do nothing more with it).

    ``problem`` names the kind of error, without any text of the message.
    """
    values: dict[str, Any] = {"state": state, "problem": problem[:300] if problem else None}
    if message_id is not None:
        values["message_id"] = message_id
    if state == OutboxState.PENDING:
        values["due_at"] = due_at or now
    else:
        values["done_at"] = now
    done = session.exec(
        update(Outbox).where(col(Outbox.id) == row_id, col(Outbox.state) == OutboxState.SENDING).values(**values)
    )
    return bool(done.rowcount == 1)


def waits(session: Session, row_id: int) -> bool:
    """Whether a call was not sent yet, so that another one in its slot would take its place."""
    query = select(Outbox.id).where(col(Outbox.id) == row_id, col(Outbox.state) == OutboxState.PENDING)
    return session.exec(query).first() is not None


def recent(session: Session, chat_id: int, slot: str, since: datetime) -> bool:
    """Whether a call of this chat and slot waits, or was done after a time (so that nothing is shown twice)."""
    mine = (col(Outbox.chat_id) == chat_id, col(Outbox.slot) == slot)
    waiting = select(Outbox.id).where(text(_OPEN), *mine).limit(1)
    done = select(Outbox.id).where(*_lately(since), *mine).limit(1)
    return session.exec(waiting).first() is not None or session.exec(done).first() is not None


def _lately(since: datetime) -> tuple[Any, Any]:
    return col(Outbox.done_at) > since, col(Outbox.done_at) <= since + _KNOWN


def answers(session: Session, chat_id: int, since: datetime) -> int:
    """How many new messages of a chat, in slots and nobody's broadcast, wait or came after a time."""
    mine = (col(Outbox.chat_id) == chat_id, col(Outbox.slot).is_not(None), col(Outbox.priority) == ANSWER,
            col(Outbox.method).startswith("send"))
    waiting = select(func.count()).where(text(_OPEN), *mine)
    done = select(func.count()).where(*_lately(since), col(Outbox.state) == OutboxState.SENT, *mine)
    return session.exec(waiting).one() + session.exec(done).one()


def newest(session: Session, chat_id: int, slot: str, since: datetime) -> Outbox | None:
    """The newest call of this chat and slot that waits or is under way, or arrived after a time."""
    mine = (col(Outbox.chat_id) == chat_id, col(Outbox.slot) == slot)
    waiting = select(Outbox).where(text(_OPEN), *mine).order_by(col(Outbox.id).desc()).limit(1)
    done = select(Outbox).where(*_lately(since), col(Outbox.state) == OutboxState.SENT, *mine)
    return session.exec(waiting).first() or session.exec(
        done.order_by(col(Outbox.done_at).desc(), col(Outbox.id).desc()).limit(1)).first()


def taken_over(session: Session) -> list[Outbox]:
    """Calls that a dead process had in hand: nobody knows whether they arrived."""
    query = select(Outbox).where(text(_OPEN), col(Outbox.state) == OutboxState.SENDING)
    return list(session.exec(query.order_by(col(Outbox.id))))


def of_target(session: Session, row: Outbox) -> int | None:
    """The message id that an edit or reply aims at; None when the earlier row never arrived."""
    if row.target_message is not None:
        return row.target_message
    if row.target_row is None:
        return None
    aimed = session.get(Outbox, row.target_row)
    return aimed.message_id if aimed else None


def resend(session: Session, row_id: int, now: datetime) -> bool:
    """Send an unknown call again because an admin said so; False when it was settled meanwhile."""
    done = session.exec(
        update(Outbox).where(col(Outbox.id) == row_id, col(Outbox.state) == OutboxState.UNKNOWN)
        .values(state=OutboxState.PENDING, due_at=now, done_at=None)
    )
    return bool(done.rowcount == 1)


def cancel(session: Session, row: Outbox, now: datetime) -> bool:
    """A message or picture that must not be sent any more; False when it is out already, or only changes words: then
    ``row`` says what became of it."""
    if not row.method.startswith("send") and row.method != "editMessageMedia":
        return False
    done = session.exec(
        update(Outbox).where(col(Outbox.id) == row.id, col(Outbox.state) == OutboxState.PENDING)
        .values(state=OutboxState.DEAD, problem="withdrawn", done_at=now)
    )
    session.refresh(row)
    return bool(done.rowcount == 1)


def waiting_for(session: Session, chat_id: int) -> list[Outbox]:
    """What waits for a chat, in order."""
    mine = (text(_OPEN), col(Outbox.chat_id) == chat_id, col(Outbox.state) == OutboxState.PENDING)
    return list(session.exec(select(Outbox).where(*mine).order_by(col(Outbox.id))))


def drop_waiting(session: Session, chat_id: int, now: datetime, problem: str) -> int:
    """Give up what waits for a chat that cannot be reached (blocked, kicked, gone)."""
    done = session.exec(
        update(Outbox).where(text(_OPEN), col(Outbox.chat_id) == chat_id, col(Outbox.state) == OutboxState.PENDING)
        .values(state=OutboxState.DEAD, problem=problem, done_at=now)
    )
    return int(done.rowcount)
