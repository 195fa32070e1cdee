"""The clock only ticks: it wakes functions that look into the database for what is due (decision 8)."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.files import FileStore
from bot.logs import place
from bot.sweep import sweep
from handlers.data.clock import retention
from handlers.deadlines.clock import (
    escalate_transfers,
    expire_claims,
    mark_overdue,
    remind_deadlines,
    remind_wishes,
    turn_of_year,
)
from handlers.digest.clock import due_digests
from handlers.kit import protected
from handlers.kit.runtime import Runtime
from handlers.ops import remind_drafts
from handlers.personal.clock import personal_digests
from handlers.roadshow.clock import remind_visits
from handlers.scoreboard.clock import scoreboards
from storage import forgetting, tally
from storage.errors import CommitUnknown, LostLeadership
from storage.store import Store, of_the_row, why

log = logging.getLogger("bedah.clock")

_OUTBOX_DAYS = 7
_LEAP, _DOUBT = timedelta(days=1), timedelta(hours=1)
"""A computer's clock that is set ahead by so much is not believed for so long: much of what comes due then cannot be
undone (forms are deleted, families erased, houses taken back), and a clock that is wrong is mostly soon put right."""


def _passed() -> float:
    """Seconds that have really passed since some moment, however the clock is set, also while the computer slept."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def _forget(session: Session, runtime: Runtime, now: datetime) -> int:
    """Raw bodies and sent parameters hold personal data: they do not stay longer than needed."""
    return forgetting.updates(session, now) + forgetting.calls(session, now - timedelta(days=_OUTBOX_DAYS))


def _fold(session: Session, _runtime: Runtime, _now: datetime) -> int:
    """Keep the running totals short."""
    return tally.fold(session)


Tick = Callable[[Session, Runtime, datetime], int]


class Clock:
    """Ticks in one process, the leader's."""

    def __init__(self, store: Store, runtime: Runtime, files: FileStore, *, tick_seconds: float) -> None:
        self._store, self._runtime = store, runtime
        self._scheduler = AsyncIOScheduler(timezone=runtime.zone)
        self._look_again = tick_seconds
        self._watching: asyncio.Task[None] | None = None
        self._ahead = self._is_ahead()
        self._doubted: timedelta | None = None
        self._every(tick_seconds, due_digests, snapshot=True)
        self._every(180, remind_visits, snapshot=True)
        self._every(tick_seconds, scoreboards, snapshot=True)
        self._every(60, personal_digests)
        self._every(600, remind_drafts)
        self._every(3600, _forget)
        self._every(60, _fold)
        # Often, because each look erases a batch only: a large backlog is done within hours.
        self._every(300, retention)
        for tick in (remind_deadlines, mark_overdue, expire_claims, escalate_transfers, remind_wishes, turn_of_year):
            self._every(600, tick)
        self._every(86_400, protected.finish_all)
        self._job(600, "sweep", lambda: sweep(store, files, runtime))

    def start(self) -> None:
        """Begin to tick; each function looks once at the start, too: what came due while nobody ran is made up."""
        self._scheduler.start()
        self._watching = asyncio.create_task(self._watch())

    def stop(self) -> None:
        """No more ticks."""
        if self._watching is not None:
            self._watching.cancel()
        self._scheduler.shutdown(wait=False)

    def _is_ahead(self) -> timedelta:
        return datetime.now(UTC) - datetime.fromtimestamp(_passed(), UTC)

    def _leapt(self) -> bool:
        """Whether the computer's clock was set far ahead just now."""
        ahead, passed = self._is_ahead(), timedelta(seconds=_passed())
        if ahead - self._ahead > _LEAP:
            if self._doubted is None:
                self._doubted = passed
                log.error("the computer's clock was set ahead by %s days: what is due by it waits for an hour",
                          round((ahead - self._ahead) / timedelta(days=1)))
            if passed - self._doubted < _DOUBT:
                return True
        self._ahead, self._doubted = ahead, None
        return False

    async def _watch(self) -> None:
        """The scheduler waits for moments, and they may be a year away once the computer's clock is set back: then all
        look at once."""
        while True:
            before = datetime.now(self._runtime.zone)
            await asyncio.sleep(self._look_again)
            if (now := datetime.now(self._runtime.zone)) < before:
                for job in self._scheduler.get_jobs():
                    job.modify(next_run_time=now)

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
            if self._leapt():
                return
            try:
                if await work():
                    self._runtime.wake()
            except (LostLeadership, asyncio.CancelledError):
                return  # the process is about to end; what a tick has begun is committed whole or not at all
            except (DBAPIError, CommitUnknown) as error:
                ours = isinstance(error, DBAPIError) and of_the_row(error)  # otherwise the database is away: one line
                log.error("%s failed: %s", name, why(error), exc_info=place(error) if ours else None)
            except Exception as error:
                # The next tick looks again; nothing is lost, because what is due is a question to the database.
                log.error("%s failed: %s", name, type(error).__name__, exc_info=place(error))

        self._scheduler.add_job(look, "interval", seconds=seconds, next_run_time=datetime.now(self._runtime.zone),
                                max_instances=1, coalesce=True, misfire_grace_time=None)
