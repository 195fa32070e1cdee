"""What the clock's functions share: rows that are worked off one after the other, each for itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from handlers.ops.reports import tell_admins
from storage.store import of_the_row

_QUIET = timedelta(days=1)
"""A row that fails fails at each tick: the admins hear of it once in this time."""
_NAMED = 5

Row = Callable[[int | None, str], AbstractContextManager[None]]


@contextmanager
def apart(session: Session, now: datetime, log: logging.Logger, what: str) -> Iterator[Row]:
    """Rows of a kind (``what``: the end of a label ``ops.apart.…``), each worked off in ``with row(number, name):``.

    One row's trouble must not keep the others waiting: what was written for it is undone, the log gets its number, and
    the admins are told the names (a group's title, a house's code) once a day. A row whose mark is undone with it is
    tried again at the next tick. Only trouble of the database itself ends the tick: a deadlock, a lost connection.
    """
    failed: dict[str, str] = {}

    @contextmanager
    def row(number: int | None, name: str) -> Iterator[None]:
        savepoint = session.begin_nested()
        try:
            yield
            savepoint.commit()
        except Exception as error:
            if isinstance(error, DBAPIError) and not of_the_row(error):
                raise
            savepoint.rollback()
            failed[name] = type(error).__name__
            log.error("%s %s failed: %s", what, number, failed[name])

    yield row
    if failed:
        names = ", ".join([*list(failed)[:_NAMED], *(["…"] if len(failed) > _NAMED else [])])
        tell_admins(session, now, "ops.apart", slot=f"report.apart.{what}", quiet=_QUIET, names=names,
                    what=lambda words: words.label(f"ops.apart.{what}"), problem=next(iter(failed.values())))
