"""What a scoreboard says, and how it is sent, pinned and taken down: calls for the outbox."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlmodel import Session

from handlers.digest.funds import stages
from handlers.digest.sections import headline
from handlers.digest.sheet import Numbers, Sheet
from handlers.groups.words import moment_in_words
from handlers.kit.request import send
from handlers.kit.runtime import Runtime
from handlers.kit.texts import Texts, join
from storage import outbox, scoreboard
from storage.groups import ChatGroup
from storage.outbox import Outbox, OutboxState
from storage.scoreboard import Scoreboard

SHOWN, LOOKED, PINNED, REMOVED = (f"scoreboard_{name}" for name in ("shown", "looked", "pinned", "removed"))
"""What follows a call (:mod:`handlers.scoreboard.sent`)."""


def face(words: Texts, numbers: Numbers) -> Markup:
    """Twelve lines at most, with that of the moment: the headline, and the stages by fund source."""
    sheet = Sheet(numbers, words, words.t("scoreboard.title"), {})
    return join([part for part in (sheet.title, headline(sheet), stages(sheet)) if part is not None])


def print_of(text: str) -> str:
    """A short digest of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def show(
    session: Session, runtime: Runtime, board: Scoreboard, group: ChatGroup, words: Texts, text: Markup, now: datetime
) -> Outbox:
    """Edit the message in place; where there is none, send one. Nobody's telephone rings."""
    moment = words.t("scoreboard.moment", moment=moment_in_words(now, runtime, words.locale))
    return send(session, group.chat_id, join([text, moment]), now, slot=scoreboard.SLOT, then=SHOWN,
                then_args={"board": board.id}, priority=outbox.NEWS, extra={"disable_notification": True},
                edits=board.message_id)


def pin(session: Session, board: Scoreboard, group: ChatGroup, now: datetime) -> None:
    """Pin the message, silently."""
    _call(session, "pinChatMessage", board, group, now, PINNED, message=board.message_id, disable_notification=True)


def look(session: Session, board: Scoreboard, group: ChatGroup, now: datetime) -> None:
    """Ask what is pinned."""
    _call(session, "getChat", board, group, now, LOOKED)


def remove(session: Session, board: Scoreboard, group: ChatGroup, message: int, now: datetime) -> None:
    """Delete a message that has come besides the scoreboard."""
    _call(session, "deleteMessage", board, group, now, REMOVED, message=message)


def unpin(session: Session, board: Scoreboard, group: ChatGroup, message: int, now: datetime) -> None:
    """Unpin a message."""
    _call(session, "unpinChatMessage", board, group, now, REMOVED, message=message)


def take_down(session: Session, board: Scoreboard, group: ChatGroup, now: datetime) -> None:
    """Unpin the message. It stays as it is, and is edited and pinned again when it is wanted again."""
    row = session.get(Outbox, board.row_id) if board.row_id is not None else None
    if row is not None and row.state == OutboxState.PENDING:
        outbox.cancel(session, row, now)
    if board.message_id is not None:
        unpin(session, board, group, board.message_id, now)
    scoreboard.note(session, board, shown=None, pinned_at=None)


def _call(
    session: Session, method: str, board: Scoreboard, group: ChatGroup, now: datetime, then: str, *,
    message: int | None = None, **params: Any,
) -> None:
    outbox.enqueue(session, group.chat_id, method, {"chat_id": group.chat_id, **params}, now, target_message=message,
                   slot=None if then == REMOVED else then, then=then, then_args={"board": board.id},
                   priority=outbox.NEWS)
