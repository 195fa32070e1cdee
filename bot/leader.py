"""One process at a time runs pump, delivery and clock (decision 4)."""

from __future__ import annotations

import asyncio
import logging
import secrets
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.errors import CannotStart
from storage import lease
from storage.errors import CommitUnknown, LostLeadership
from storage.store import Store, why

log = logging.getLogger("bedah.leader")



class FileLeader:
    """SQLite: the holder of a lock file beside the database, released by the system when the process dies."""

    def __init__(self, store: Store) -> None:
        path = Path(str(make_url(store.url).database))
        self._lock = FileLock(path.with_name(path.name + ".lock"))

    async def acquire(self) -> None:
        """Take the lead.

        Raises:
            CannotStart: another process uses this file, or its folder cannot be written.
        """
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise CannotStart("Another bedah process is already running on this database file.") from error
        except OSError as error:
            raise CannotStart(f"The data folder cannot be written ({error.strerror}); see BEDAH_DATA.") from error

    def guard(self, session: Session) -> None:
        """The file lock cannot be lost while we live."""

    async def keep(self) -> None:
        """Nothing to renew."""
        await asyncio.Event().wait()

    async def release(self) -> None:
        """Let the next one in."""
        self._lock.release()


class LeaseLeader:
    """PostgreSQL: the holder of a lease row with a term."""

    def __init__(self, store: Store, seconds: float) -> None:
        self._store, self._seconds = store, seconds
        self._holder = secrets.token_hex(8)
        self._term = -1

    async def acquire(self) -> None:
        """Wait until the lead is ours."""
        await self._store.do(lease.ensure_row)
        said = False
        while True:
            try:
                term = await self._store.do(lambda session: lease.acquire(session, self._holder, self._seconds))
            except (DBAPIError, CommitUnknown) as error:
                log.error("the lease could not be read: %s", type(error).__name__)
                term = None
            if term is not None:
                self._term = term
                return
            if not said:
                log.info("another process leads; waiting to take over")
                said = True
            await asyncio.sleep(min(1.0, self._seconds / 3))

    def guard(self, session: Session) -> None:
        """Nothing is written in a term that is over."""
        lease.check(session, self._term)

    async def keep(self) -> None:
        """Renew the lease until cancelled.

        Raises:
            LostLeadership: the term is over.
        """
        while True:
            await asyncio.sleep(self._seconds / 3)
            try:
                kept = await self._store.do(lambda session: lease.renew(session, self._term, self._seconds))
            except (DBAPIError, CommitUnknown) as error:
                log.error("the lease could not be renewed: %s", why(error))
                continue
            if not kept:
                raise LostLeadership

    async def release(self) -> None:
        """End the term, so that the next process need not wait."""
        if self._term >= 0:
            try:
                await self._store.do(lambda session: lease.give_up(session, self._term))
            except (DBAPIError, CommitUnknown) as error:
                log.warning("the lease could not be given up: %s", type(error).__name__)


Leader = FileLeader | LeaseLeader


def leader_of(store: Store, lease_seconds: float) -> Leader:
    """The right kind for a database. ``lease_seconds``: how long a dead leader holds up the next on PostgreSQL."""
    return FileLeader(store) if store.sqlite else LeaseLeader(store, lease_seconds)
