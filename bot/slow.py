"""Slow work beside the event loop, one piece at a time; what hangs is left to itself, and the next goes on."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import Enum
from queue import SimpleQueue
from typing import Any, TypeVar

log = logging.getLogger("bedah.slow")

T = TypeVar("T")
HUNG_AT_MOST = 3


class NoTurn(Exception):
    """The work was not begun: what was before it took too long."""


class Hung(Exception):
    """The work was begun, and took too long. It goes on, but nobody waits for it."""


class _State(Enum):
    WAITING = 0
    RUNNING = 1
    LEFT = 2


@dataclass
class _Job:
    work: Callable[[], Any]
    done: Future[Any] = field(default_factory=Future)
    state: _State = _State.WAITING
    since: float = 0.0


class OneByOne:
    """A thread of its own for one kind of work (``name``, for the log).

    A thread cannot be stopped, so one that hangs is replaced: three at most, then new work is refused until one comes
    back. They are daemons: the program ends without waiting for them.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: SimpleQueue[_Job] = SimpleQueue()
        self._lock = threading.Lock()
        self._hung = 0
        self._manned = False

    async def run(self, work: Callable[[], T], patience: float) -> T:
        """The result of ``work``. ``patience``: seconds to wait for its turn, and the same again for the work.

        Raises:
            NoTurn: it was not begun.
            Hung: it was, and took longer.
        """
        job = _Job(work)
        with self._lock:
            if self._hung >= HUNG_AT_MOST:
                raise NoTurn
            self._jobs.put(job)
            self._man()
        done: asyncio.Future[T] = asyncio.wrap_future(job.done)
        try:
            await asyncio.wait({done}, timeout=patience)
            if job.state is _State.RUNNING:
                await asyncio.wait({done}, timeout=max(job.since + patience - time.monotonic(), 0))
            if not done.done():
                raise Hung if self._leave(job, patience) else NoTurn
            return await done
        except asyncio.CancelledError:
            self._leave(job, patience)
            raise

    def _leave(self, job: _Job, patience: float) -> bool:
        """Nobody waits for it any more; whether it was begun."""
        with self._lock:
            begun = job.state is _State.RUNNING and not job.done.done()
            job.state = _State.LEFT
            if begun:
                self._hung += 1
                self._manned = False
                self._man()
        if begun:
            log.error("a %s takes longer than %.0f s: left to itself (%d of %d)", self._name, patience, self._hung,
                      HUNG_AT_MOST)
        return begun

    def _man(self) -> None:
        if not self._manned and self._hung < HUNG_AT_MOST:
            self._manned = True
            threading.Thread(target=self._work, name=self._name, daemon=True).start()

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            with self._lock:
                if job.state is _State.LEFT:
                    continue
                job.state, job.since = _State.RUNNING, time.monotonic()
            result, error = None, None
            try:
                result = job.work()
            except BaseException as raised:  # it belongs to whoever waits
                error = raised
            with self._lock:
                if job.state is _State.LEFT:
                    self._hung -= 1
                    if self._manned:
                        return
                    self._manned = True
                    continue
                if error is not None:
                    job.done.set_exception(error)
                else:
                    job.done.set_result(result)
