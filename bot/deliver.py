"""Delivery: takes calls from the outbox, marks them before they go out, writes what came of them (decision 3).

One loop, one transaction a turn: it records the results that came in and picks the next calls, so a busy bot
commits once for many chats.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session
from telegram import Bot
from telegram.error import InvalidToken

from bot.calls import Outcome, Result, call
from bot.errors import MustStop
from bot.files import FileStore
from bot.limits import Limits
from bot.logs import place
from handlers.kit.then import REFUSED, THEN, Sent
from storage import outbox, rerouting
from storage.errors import CommitUnknown
from storage.outbox import Delivery as Promise
from storage.outbox import Outbox, OutboxState
from storage.rules import DEFAULTS, Rules
from storage.store import Store, of_the_row, why

log = logging.getLogger("bedah.deliver")

AT_ONCE = 40
DOWNLOADS_AT_ONCE = 4
# Pictures are drawn one after the other: more of them in hand would only take the places of texts, and lose patience.
PICTURES_AT_ONCE = 4
GIVE_UP_AFTER = 12
# Seconds. A moment a day ahead would be taken for that of a wrong clock, and be due at once.
_LONGEST_PAUSE, _LONGEST_WAIT = 60.0, 20 * 3600.0
# A prompt is held back this long while its chat still has messages to be read: thirty photos, one answer.
_HOLD = timedelta(seconds=3)


@dataclass(frozen=True)
class Reports:
    """What the programme is told about deliveries, in the transaction that notes them."""

    unknown: Callable[[Session, Outbox], None]
    dead: Callable[[Session, Outbox, str], None]
    refused: Callable[[Session, Outbox, str], None]
    migrated: Callable[[Session, int, int], None]
    topic_gone: Callable[[Session, Outbox, int], None]


@dataclass(frozen=True)
class _Head:
    row: Outbox
    params: dict[str, Any]


def _drawn(row: Outbox) -> bool:
    return (row.slot or "").startswith(outbox.PICTURE)


class Deliverer:
    """Sends what waits. ``waiting`` says how many updates of a chat are still to be read."""

    def __init__(self, bot: Bot, store: Store, files: FileStore, now: Callable[[], datetime],
                 guard: Callable[[Session], None], reports: Reports, limits: Limits,
                 waiting: Callable[[int], int], rules: Rules = DEFAULTS) -> None:
        self._bot, self._store, self._files, self._now, self._guard = bot, store, files, now, guard
        self._reports, self._limits, self._waiting, self._rules = reports, limits, waiting, rules
        self._busy: dict[int, int] = {}
        self._drawing: set[int] = set()
        self._results: list[tuple[Outbox, dict[str, Any], Result]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()
        self._stopping = False
        # After a commit of unknown fate: rows may be marked as sending that no call was made for.
        self._unsure = False
        self._fatal: Exception | None = None

    def wake(self) -> None:
        """There is something new in the outbox."""
        self._news.set()

    def stop(self) -> None:
        """Begin nothing new; what is under way is finished and written down."""
        self._stopping = True
        self._news.set()

    async def recover(self) -> int:
        """What a dead process had in hand is unknown now. How many there were."""

        def unit(session: Session) -> int:
            self._guard(session)
            rows = outbox.taken_over(session)
            for row in rows:
                self._unknown(session, row, "taken over")
            return len(rows)

        return await self._store.do(unit)

    async def run(self) -> None:
        """Deliver until :meth:`stop`.

        Raises:
            LostLeadership: another process leads now.
            MustStop: the token was revoked.
        """
        while True:
            self._news.clear()
            try:
                heads = await self._turn()
            except (DBAPIError, CommitUnknown) as error:
                log.error("the outbox could not be read: %s", why(error))
                self._unsure = True
                await asyncio.sleep(1)
                continue
            if self._fatal is not None:
                raise MustStop("Telegram does not accept the token any more") from self._fatal
            for head in heads:
                task = asyncio.create_task(self._call(head))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            if self._stopping and not self._tasks and not self._results:
                return
            if not heads:
                await self._pause()

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._news.wait(), min(self._limits.next_room(), 1.0))
        except TimeoutError:
            return

    async def _turn(self) -> list[_Head]:
        results, self._results = self._results, []
        done = {row.chat_id for row, _, _ in results}
        closed, drawing = (set(self._busy) - done) | set(self._limits.exhausted()), len(self._drawing - done)
        room = 0 if self._stopping else min(AT_ONCE - len(self._tasks), self._limits.room())
        now = self._now()

        def unit(session: Session) -> list[_Head]:
            self._guard(session)
            for row, params, result in results:
                self._record(session, row, params, result)
            if self._unsure:
                self._put_back(session, set(self._busy.values()), now)
            return self._pick(session, now, closed, drawing, room) if room > 0 else []

        try:
            heads = await self._store.do(unit)
        except BaseException:
            self._results = results + self._results
            raise
        self._unsure = False
        for row, _, _ in results:
            self._busy.pop(row.chat_id, None)
        self._drawing = (self._drawing - done) | {head.row.chat_id for head in heads if _drawn(head.row)}
        for head in heads:
            self._busy[head.row.chat_id] = head.row.id or 0
            self._limits.take(head.row.chat_id)
        return heads

    @staticmethod
    def _put_back(session: Session, under_way: set[int], now: datetime) -> None:
        """No call goes out before its commit is known, so these surely did not."""
        for row in outbox.taken_over(session):
            if row.id not in under_way:
                outbox.settle(session, row.id or 0, OutboxState.PENDING, now)

    def _pick(self, session: Session, now: datetime, closed: set[int], drawing: int, room: int) -> list[_Head]:
        downloads = sum(chat < outbox.FILE_LANES for chat in self._busy)
        heads: list[_Head] = []
        for row in outbox.heads(session, now, busy=closed, limit=room):
            if row.slot is not None and now - row.created_at < _HOLD and self._waiting(row.chat_id):
                continue
            if row.chat_id < outbox.FILE_LANES:
                downloads += 1
                if downloads > DOWNLOADS_AT_ONCE:
                    continue
            if _drawn(row):
                drawing += 1
                if drawing > PICTURES_AT_ONCE:
                    continue
            try:
                params = outbox.params_of(session, row)
            except Exception:
                outbox.mark_sending(session, [row.id or 0])
                outbox.settle(session, row.id or 0, OutboxState.DEAD, now, problem="unreadable")
                continue
            heads.append(_Head(row, self._aimed(session, row, params)))
        taken = outbox.mark_sending(session, [head.row.id or 0 for head in heads]) if heads else set()
        return [head for head in heads if head.row.id in taken]

    @staticmethod
    def _aimed(session: Session, row: Outbox, params: dict[str, Any]) -> dict[str, Any]:
        """Fill in the message that an edit aims at; without one it becomes a new message."""
        if row.target_message is None and row.target_row is None:
            return params
        aim = outbox.of_target(session, row)
        if aim is not None:
            return params | {"message_id": aim}
        row.method = rerouting.as_new(row.method)
        return params

    async def _call(self, head: _Head) -> None:
        row = head.row
        try:
            result = await call(self._bot, self._files, row.method, head.params)
        except InvalidToken as error:
            self._fatal = error
            result = Result(Outcome.NOT_SENT, problem="token")
        except asyncio.CancelledError:
            self._results.append((row, head.params, Result(Outcome.UNKNOWN, problem="stopped")))
            raise
        self._results.append((row, head.params, result))
        self.wake()

    def _record(self, session: Session, row: Outbox, params: dict[str, Any], result: Result) -> None:
        number, now = row.id or 0, self._now()

        def settled(state: OutboxState, **more: Any) -> bool:
            """False when it was written before, by a commit of unknown fate: then nothing more is to do."""
            return outbox.settle(session, number, state, now, problem=result.problem or None, **more)

        match result.outcome:
            case Outcome.SENT:
                message_id = result.answer.get("message_id") or params.get("message_id")
                if settled(OutboxState.SENT, message_id=message_id) and row.then is not None:
                    made = Sent(session, now, row, result.answer, self._rules)
                    self._follow(session, row, lambda: THEN[row.then or ""](made))
            case Outcome.WAIT:
                settled(OutboxState.PENDING, due_at=now + timedelta(seconds=min(result.seconds, _LONGEST_WAIT)))
            case Outcome.NOT_SENT:
                self._again(session, row, result.problem)
            case Outcome.UNKNOWN:
                self._unknown(session, row, result.problem)
            case Outcome.MIGRATED:
                if settled(OutboxState.PENDING):
                    rerouting.migrate(session, row.chat_id, result.new_chat)
                    self._follow(session, row, lambda: self._reports.migrated(session, row.chat_id, result.new_chat))
            case Outcome.NO_TARGET if row.method.startswith("edit"):
                if settled(OutboxState.PENDING):
                    rerouting.forget_target(session, number)
            case Outcome.NO_TOPIC if "message_thread_id" in params:
                # Without its topic it goes to the general one; should that be closed, too, it is refused.
                if settled(OutboxState.PENDING):
                    rerouting.forget_topic(session, number)
                    self._follow(session, row, lambda: self._reports.topic_gone(
                        session, row, int(params["message_thread_id"])))
            case Outcome.UNREACHABLE:
                if settled(OutboxState.DEAD):
                    outbox.drop_waiting(session, row.chat_id, now, result.problem)
                    self._follow(session, row, lambda: self._reports.dead(session, row, result.problem))
            case Outcome.REFUSED | Outcome.NO_TOPIC | Outcome.NO_TARGET:
                if settled(OutboxState.DEAD):
                    self._follow(session, row, lambda: self._refused(session, row, result.problem))

    def _refused(self, session: Session, row: Outbox, problem: str) -> None:
        """Given up although the chat is alive: whoever wrote the call may know what that means."""
        expected = REFUSED.get(row.then or "")
        if expected is not None and expected(Sent(session, self._now(), row, {}, self._rules, problem)):
            return
        log.error("Telegram refused %s (row %s): %s", row.method, row.id, problem)
        self._reports.refused(session, row, problem)

    def _follow(self, session: Session, row: Outbox, step: Callable[[], None]) -> None:
        """What follows a call. If it fails, what is known about the call stays, and the other calls go on."""
        try:
            with session.begin_nested():
                step()
        except DBAPIError as error:
            if not of_the_row(error):
                raise
            log.error("what follows call %s failed: %s", row.id, type(error).__name__)
        except Exception as error:
            log.error("what follows call %s failed: %s", row.id, type(error).__name__, exc_info=place(error))

    def _again(self, session: Session, row: Outbox, problem: str) -> None:
        now, attempts = self._now(), row.attempts + 1
        pause = min(0.5 * 2 ** min(attempts, 10), _LONGEST_PAUSE)
        outbox.settle(session, row.id or 0, OutboxState.PENDING, now, problem=problem,
                      due_at=now + timedelta(seconds=pause))

    def _unknown(self, session: Session, row: Outbox, problem: str) -> None:
        """Personal answers are sent again (twice is better than never); group posts are not: the admins are asked."""
        now = self._now()
        if row.delivery == Promise.AT_LEAST_ONCE and row.attempts < GIVE_UP_AFTER:
            self._again(session, row, problem)
            return
        if row.delivery == Promise.AT_LEAST_ONCE:
            if outbox.settle(session, row.id or 0, OutboxState.DEAD, now, problem=problem):
                self._follow(session, row, lambda: self._refused(session, row, problem))
        elif outbox.settle(session, row.id or 0, OutboxState.UNKNOWN, now, problem=problem):
            self._follow(session, row, lambda: self._reports.unknown(session, row))
