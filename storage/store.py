"""The database: one engine, one way to run a transaction, retried where retrying is right."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar, cast

from sqlalchemy import Engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, DBAPIError, NotSupportedError, OperationalError, ProgrammingError
from sqlmodel import Session, create_engine

from storage.errors import CommitUnknown
from storage.vault import Vault

T = TypeVar("T")

# Serialization failure, deadlock: PostgreSQL asks for the whole unit to be run again. 57P0x: it is being
# restarted.
_AGAIN = {"40001", "40P01", "57P01", "57P02", "57P03"}
_ATTEMPTS = 6
# After a conditional UPDATE objects in hand say what the database did. By default SQLAlchemy asks the condition of the
# objects: one that somebody else has changed meanwhile would count as updated, though no row was.
_TRUTHFUL = {"synchronize_session": "fetch"}
NONE_IN_HAND = {"synchronize_session": False}
"""For statements that sweep many rows, of which nobody holds an object: their ids are not asked for."""
# Recursive triggers: only with them does REPLACE fire the trigger that protects events from deletion.
_PRAGMAS = ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON",
            "recursive_triggers=ON")


class Store:
    """Opens the database and runs units of work.

    SQLite: one writing connection, ``BEGIN IMMEDIATE`` (decision 7: without it a budget was overspent in a
    test), WAL, ``synchronous=FULL``, ``secure_delete``, foreign keys. PostgreSQL: READ COMMITTED; the whole
    unit is retried on serialization failures, deadlocks and lost connections.
    """

    def __init__(self, url: str, vault: Vault, *, threads: int = 8) -> None:
        self.url = _with_driver(url)
        self.vault = vault
        self.sqlite = self.url.startswith("sqlite")
        self.engine = _engine(self.url, threads)
        # SQLite has one writer anyway; a queue in front of it is fairer and faster than busy waiting.
        self._threads = ThreadPoolExecutor(1 if self.sqlite else threads, thread_name_prefix="store")
        self._one_writer = threading.Lock()
        self._here = threading.local()

    def run(self, unit: Callable[[Session], T], *, snapshot: bool = False, repeatable: bool = False) -> T:
        """Run ``unit`` in one transaction and commit; an exception rolls all of it back.

        ``unit`` may run more than once (deadlock, connection lost before the commit), so it must have no effect
        but its rows. ``snapshot``: all its queries see one state of the database (several counts that must add
        up). ``repeatable``: it is harmless, or refuses by itself, when an earlier run of it was committed after
        all (it finishes an inbox row, say); only then is it run again after a connection lost *in* the commit.

        Raises:
            CommitUnknown: the connection broke in the commit of a unit that is not ``repeatable``.
            RuntimeError: called from within a unit, which would wait for itself for ever.
        """
        if getattr(self._here, "inside", False):
            raise RuntimeError("a unit of work inside another one")
        self._here.inside = True
        try:
            return self._tried(unit, snapshot, repeatable)
        finally:
            self._here.inside = False

    def _tried(self, unit: Callable[[Session], T], snapshot: bool, repeatable: bool) -> T:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                if self.sqlite:
                    with self._one_writer:
                        return self._once(unit, snapshot)
                return self._once(unit, snapshot)
            except CommitUnknown:
                if attempt == _ATTEMPTS or not repeatable:
                    raise
            except DBAPIError as error:
                if attempt == _ATTEMPTS or not _worth_retrying(error):
                    raise
            time.sleep(0.01 * 2**attempt)
        raise AssertionError("unreachable")

    def _once(self, unit: Callable[[Session], T], snapshot: bool) -> T:
        with Session(
            self.engine, expire_on_commit=False, info={"vault": self.vault}, execution_options=_TRUTHFUL
        ) as session:
            if snapshot and not self.sqlite:  # SQLite's transactions are snapshots anyway
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            done = unit(session)
            session.flush()
            try:
                session.commit()
            except DBAPIError as error:
                if error.connection_invalidated:
                    raise CommitUnknown from error
                raise
            return done

    async def do(self, unit: Callable[[Session], T], *, snapshot: bool = False, repeatable: bool = False) -> T:
        """:meth:`run`, off the event loop."""
        work = partial(self.run, unit, snapshot=snapshot, repeatable=repeatable)
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def close(self) -> None:
        """Finish what runs and let go of all connections."""
        self._threads.shutdown(wait=True)
        self.engine.dispose()


def vault_of(session: Session) -> Vault:
    """The vault that the store put into this session."""
    return cast(Vault, session.info["vault"])


def exclusive(session: Session, number: int) -> None:
    """Let one transaction at a time pass here until it ends (first starts of two processes at once)."""
    if session.get_bind().dialect.name == "postgresql":  # on SQLite there is one writer at a time anyway
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def _with_driver(url: str) -> str:
    """psycopg 3 for PostgreSQL, however the URL spells it."""
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def _engine(url: str, threads: int) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_size=threads, max_overflow=2, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": 5.0}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own BEGIN handling is switched off, so that ours is the only one.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def of_the_row(error: DBAPIError) -> bool:
    """Whether a statement asked for what cannot be (a number too large, a text too long, a rule of the database), so
    that only what it was made for is lost. Otherwise the database itself is in trouble, or wants all of it again."""
    if error.connection_invalidated or _worth_retrying(error):
        return False
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        return code in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH)
    # Classes of PostgreSQL's: data, constraints, our own triggers, names and types, limits. Without one, the driver
    # could not write the value down (a NUL in a text).
    state = getattr(error.orig, "sqlstate", None)
    return state[:2] in ("21", "22", "23", "P0", "42", "54") if state else isinstance(
        error, DataError | ProgrammingError | NotSupportedError)


def why(error: Exception) -> str:
    """For the log: the kind of error, and the words of a database that is in trouble ("database or disk is full"). What
    it says of rows may hold what a person typed, and is left out."""
    kind = type(error).__name__
    if isinstance(error, OperationalError) and not of_the_row(error):
        return f"{kind}, {(str(error.orig).splitlines() or [''])[0]}"
    return kind


def _worth_retrying(error: DBAPIError) -> bool:
    if error.connection_invalidated:
        return True
    if isinstance(error.orig, sqlite3.Error):
        return isinstance(error, OperationalError) and "database is locked" in str(error.orig)
    state = getattr(error.orig, "sqlstate", None)
    # No state at all: no server answered.
    return state in _AGAIN or (state is None and isinstance(error, OperationalError))
