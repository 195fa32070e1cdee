"""What the clock does about scoreboards: one message a group, edited at most once a minute, looked for every hour."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any

from sqlmodel import Session

from handlers.kit.runtime import Runtime
from handlers.kit.texts import texts
from handlers.ops.apart import apart
from handlers.scoreboard import face
from storage import digests, scoreboard
from storage.groups import ChatGroup
from storage.outbox import Outbox, OutboxState
from storage.scoreboard import ANEW, Scoreboard

log = logging.getLogger("bedah.scoreboard")

PAUSE = timedelta(minutes=1)
"""Between two edits: a busy day does not use up what a group may be sent."""
_AFTER_REFUSAL, _AFTER_LOSS = timedelta(days=1), timedelta(hours=1)
_LOOK_AT = 58
"""Minute of each hour: digests come at whole ones."""


class _City:
    """The numbers of this moment, counted once a tick, and only where something may have changed."""

    def __init__(self, session: Session, runtime: Runtime, now: datetime) -> None:
        # The mark before the numbers: what comes in between is counted again at the next tick.
        self.session, self.mark = session, scoreboard.mark(session)
        self.year = now.astimezone(runtime.zone).year

    @cached_property
    def numbers(self) -> dict[str, Any]:
        """Of the whole city."""
        return digests.count(self.session, self.year)


def scoreboards(session: Session, runtime: Runtime, now: datetime) -> int:
    """Keep up each group's scoreboard; how many calls were written.

    Run it with ``Store.run(…, snapshot=True)``, so that all figures are of one moment.
    """
    written, city = 0, _City(session, runtime, now)
    with apart(session, now, log, "board") as row:
        for board, group in scoreboard.stale(session):
            with row(group.id, group.title):
                face.take_down(session, board, group, now)
                written += 1
        for board, group, last in scoreboard.wanted(session):
            with row(group.id, group.title):
                written += _Look(session, runtime, now, city, board, group, last).keep()
    return written


@dataclass(frozen=True)
class _Look:
    """One scoreboard at one tick. ``row``: the call that showed it last."""

    session: Session
    runtime: Runtime
    now: datetime
    city: _City
    board: Scoreboard
    group: ChatGroup
    row: Outbox | None

    def keep(self) -> int:
        """Send it, edit it, look for it, or let it be; how many calls were written."""
        if self._moved():
            return self._begin_anew()
        if self._under_way():
            return 0
        if self.board.message_id is None:
            if self._refused():
                return 0
            if self.row is not None and self.row.state == OutboxState.SENT:  # what was to follow did not
                scoreboard.note(self.session, self.board, message_id=self.row.message_id)
        return self._show() or self._search()

    def _moved(self) -> bool:
        """Whether the message is in a chat that the group has left, or from before the bot came back."""
        row, group = self.row, self.group
        return row is not None and (row.chat_id != group.chat_id or row.created_at < group.added_at <= self.now)

    def _under_way(self) -> bool:
        """Also while nobody knows whether it arrived: the admins were asked, and can have it sent again."""
        row = self.row
        return row is not None and (row.state in (OutboxState.PENDING, OutboxState.SENDING)
                                    or (row.state == OutboxState.UNKNOWN and bool(row.params)))

    def _begin_anew(self) -> int:
        """Message ids do not survive a move. Where the bot came back, the old message is pinned no more."""
        board, old = self.board, self.board.message_id
        stayed = self.row is not None and self.row.chat_id == self.group.chat_id
        if not scoreboard.take(self.session, board, self.now, **ANEW | ({"refused_at": None} if stayed else {})):
            return 0
        if stayed and old is not None:
            face.unpin(self.session, board, self.group, old, self.now)
        return self._show()

    def _refused(self) -> bool:
        """Whether Telegram did not take it lately: it would not now."""
        done = self.row.done_at if self.row is not None and self.row.state == OutboxState.DEAD else None
        return done is not None and _within(done, _AFTER_REFUSAL, self.now)

    def _lost(self) -> bool:
        """Whether its last edit was given up, as when Telegram was away for long: the message still says what it did
        before."""
        done = self.row.done_at if self.row is not None and self.row.state == OutboxState.DEAD else None
        return done is not None and not _within(done, _AFTER_LOSS, self.now)

    def _show(self) -> int:
        board, words = self.board, texts(self.group.locale)
        counted = face.print_of(f"{self.city.mark} {words.locale}")[:31]
        said, _, before = ("" if self._lost() else board.shown or "").partition(".")
        if board.message_id is not None and before == counted:
            return 0
        text = face.face(words, self.city.numbers)
        shown = f"{face.print_of(text)}.{counted}"
        if board.message_id is not None and said == face.print_of(text):
            scoreboard.note(self.session, board, shown=shown)
            return 0
        if board.edited_at is not None and _within(board.edited_at, PAUSE, self.now):
            return 0
        if not scoreboard.take(self.session, board, self.now, shown=shown):
            return 0
        row = face.show(self.session, self.runtime, board, self.group, words, text, self.now)
        scoreboard.note(self.session, board, row_id=row.id)
        return 1

    def _search(self) -> int:
        board = self.board
        if board.message_id is None or (board.looked_at is not None and \
                last_look(self.now, self.runtime.zone) <= board.looked_at <= self.now):
            return 0
        if not scoreboard.take_look(self.session, board, self.now):
            return 0
        face.look(self.session, board, self.group, self.now)
        return 1


def last_look(now: datetime, zone: tzinfo) -> datetime:
    """When scoreboards were to be looked for, the last time: each hour, just before digests are due."""
    local = now.astimezone(zone)
    at = local.replace(minute=_LOOK_AT, second=0, microsecond=0).astimezone(UTC)
    return at if at <= now else at - timedelta(hours=1)


def _within(since: datetime, span: timedelta, now: datetime) -> bool:
    """Whether a moment is less than so long ago; one ahead of us was written by a clock that was wrong."""
    return timedelta(0) <= now - since < span
