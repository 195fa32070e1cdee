"""The clock only ticks: it wakes functions that look into the database for what is due (decision 8)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlmodel import Session

from bot.files import FileStore
from bot.logs import place
from bot.sweep import sweep
from handlers.data.clock import retention
from handlers.digest.clock import due_digests
from handlers.kit import protected
from handlers.kit.runtime import Runtime
from handlers.ops import remind_drafts
from storage import inbox, outbox
from storage.store import Store

log = logging.getLogger("bedah.clock")

_OUTBOX_DAYS = 7


def _forget(session: Session, runtime: Runtime, now: datetime) -> int:
    """Raw bodies and sent parameters hold personal data: they do not stay longer than needed."""
    return inbox.forget_old(session, now) + outbox.forget_old(session, now - timedelta(days=_OUTBOX_DAYS))


Tick = Callable[[Session, Runtime, datetime], int]


class Clock:
    """Ticks in one process, the leader's."""

    def __init__(self, store: Store, runtime: Runtime, files: FileStore, *, tick_seconds: float) -> None:
        self._store, self._runtime = store, runtime
        self._scheduler = AsyncIOScheduler(timezone=runtime.zone)
        self._every(tick_seconds, due_digests, snapshot=True)
        self._every(600, remind_drafts)
        self._every(3600, _forget)
        # Often, because each look erases a batch only: a large backlog is done within hours.
        self._every(300, retention)
        self._every(86_400, protected.finish_all)
        self._job(600, "sweep", lambda: sweep(store, files, runtime))

    def start(self) -> None:
        """Begin to tick; each function looks once at the start, too: what came due while nobody ran is made up."""
        self._scheduler.start()

    def stop(self) -> None:
        """No more ticks."""
        self._scheduler.shutdown(wait=False)

    def _every(self, seconds: float, tick: Tick, **kind: Any) -> None:
        async def look() -> int:
            now = self._runtime.now()

            def unit(session: Session) -> int:
                self._runtime.guard(session)
                return tick(session, self._runtime, now)

            return await self._store.do(unit, **kind)

        self._job(seconds, tick.__name__, look)

    def _job(self, seconds: float, name: str, work: Callable[[], Coroutine[Any, Any, int]]) -> None:
        async def look() -> None:
            try:
                if await work():
                    self._runtime.wake()
            except Exception as error:
                # The next tick looks again; nothing is lost, because what is due is a question to the database.
                log.error("%s failed: %s", name, type(error).__name__, exc_info=place(error))

        self._scheduler.add_job(look, "interval", seconds=seconds, next_run_time=datetime.now(self._runtime.zone),
                                max_instances=1, coalesce=True, misfire_grace_time=None)
