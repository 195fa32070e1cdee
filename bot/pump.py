"""The pump: inbox rows of one chat in order, different chats at once, through the application (decision 2)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session
from telegram import Update
from telegram.ext import Application

from bot.logs import place
from handlers.kit.runtime import JOB, Job
from storage import inbox
from storage.errors import CommitUnknown, LostLeadership
from storage.inbox import InboxState
from storage.store import Store, of_the_row, why

log = logging.getLogger("bedah.pump")

AT_ONCE = 32
_BATCH = 200
_LOOK_SECONDS = 1.0

Parked = Callable[[Session, int, dict[str, Any] | None, str], None]
Row = tuple[int, int, dict[str, Any] | None]


class Pump:
    """Runs stored updates. ``parked`` is called, in the same transaction, for a row that is set aside."""

    def __init__(self, application: Application[Any, Any, Any, Any, Any, Any], store: Store,
                 now: Callable[[], datetime], guard: Callable[[Session], None], parked: Parked) -> None:
        self._app, self._store, self._now, self._guard, self._parked = application, store, now, guard, parked
        self._busy: dict[int, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()
        self._stopping = False
        self.idle: Callable[[], None] = lambda: None

    def wake(self) -> None:
        """There is something new in the inbox."""
        self._news.set()

    def waiting(self, chat_id: int) -> int:
        """How many stored updates of a chat are still to run."""
        return self._busy.get(chat_id, 0)

    async def run(self) -> None:
        """Run until :meth:`stop`; then finish what is in hand.

        Raises:
            LostLeadership: another process leads now.
        """
        while not self._stopping:
            self._news.clear()
            started = await self._start()
            if started and len(self._tasks) < AT_ONCE:
                continue
            try:
                await asyncio.wait_for(self._news.wait(), _LOOK_SECONDS)
            except TimeoutError:
                continue
        if self._tasks:
            await asyncio.wait(self._tasks)

    def stop(self) -> None:
        """Take nothing new."""
        self._stopping = True
        self._news.set()

    async def _start(self) -> int:
        room = AT_ONCE - len(self._tasks)
        if room <= 0:
            return 0
        busy = frozenset(self._busy)
        try:
            rows = await self._store.do(lambda session: _readable(session, busy))
        except (DBAPIError, CommitUnknown) as error:
            log.error("the inbox could not be read: %s", why(error))
            await asyncio.sleep(_LOOK_SECONDS)
            return 0
        chats: dict[int, list[Row]] = {}
        for row in rows:
            chats.setdefault(row[1], []).append(row)
        for chat, mine in list(chats.items())[:room]:
            self._busy[chat] = len(mine)
            task = asyncio.create_task(self._chat(chat, mine))
            self._tasks.add(task)
            task.add_done_callback(self._ended)
        return min(len(chats), room)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.wake()
        if not task.cancelled() and task.exception() is not None:
            log.error("the pump stopped for a chat: %s", type(task.exception()).__name__)

    async def _chat(self, chat: int, rows: list[Row]) -> None:
        try:
            for row in rows:
                await self._row(row)
                self._busy[chat] -= 1
                if self._stopping:
                    break
        finally:
            self._busy.pop(chat, None)
            self.idle()

    async def _row(self, row: Row) -> None:
        """One update, tried again a few times; its chat waits meanwhile, the others do not."""
        number, _chat, raw = row
        pause = 0.2
        while True:
            problem = await self._process(number, raw)
            if problem is None:
                return
            if isinstance(problem, LostLeadership) or self._stopping:
                return
            if not isinstance(problem, DBAPIError | CommitUnknown):
                log.error("update %s failed: %s", number, type(problem).__name__, exc_info=place(problem))
            if await self._failed(number, raw, problem) != InboxState.NEW:
                return
            await asyncio.sleep(pause)
            pause = min(pause * 3, 5.0)

    async def _process(self, number: int, raw: dict[str, Any] | None) -> Exception | None:
        job = Job(number)
        token = JOB.set(job)
        try:
            if raw is None:
                raise ValueError("unreadable")
            update = Update.de_json(raw, self._app.bot)
            await self._app.process_update(update)
        except Exception as error:
            return error
        finally:
            JOB.reset(token)
        if job.error is None and not job.finished:
            return RuntimeError("no route took the update")
        return job.error

    async def _failed(self, number: int, raw: dict[str, Any] | None, problem: Exception) -> InboxState:
        """Note the failure. A database that is away is nobody's fault: the row waits without counting."""
        if isinstance(problem, CommitUnknown) or (isinstance(problem, DBAPIError) and not of_the_row(problem)):
            return InboxState.NEW
        kind, now = type(problem).__name__, self._now()
        unreadable = raw is None or not isinstance(raw.get("update_id"), int)

        def unit(session: Session) -> InboxState:
            self._guard(session)
            state = inbox.failed(session, number, kind, now, for_good=unreadable)
            if state == InboxState.PARKED:
                self._parked(session, number, raw, kind)
            return state

        try:
            return await self._store.do(unit)
        except Exception as error:
            log.error("the failure of update %s could not be noted: %s", number, type(error).__name__)
            return InboxState.NEW


def _readable(session: Session, busy: frozenset[int]) -> list[Row]:
    found: list[Row] = []
    for row in inbox.waiting(session, busy=busy, limit=_BATCH):
        try:
            raw: dict[str, Any] | None = inbox.read(session, row)
        except Exception:  # another key, a damaged row: set aside by the pump, the others go on
            raw = None
        found.append((row.id or 0, row.chat_key, raw))
    return found
