"""What the clock's functions share: rows that are worked off one after the other at a tick."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session


@contextmanager
def undisturbed(session: Session, log: logging.Logger, what: str, number: int | None) -> Iterator[None]:
    """One row's trouble must not keep the others waiting: what was written for it is undone, and it is tried again at
    the next tick. Only a failure of the database ends the tick."""
    try:
        with session.begin_nested():
            yield
    except DBAPIError:
        raise
    except Exception as error:
        log.error("%s %s failed: %s", what, number, type(error).__name__)
