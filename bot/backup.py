"""A consistent copy of a SQLite database while others write to it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from bot.errors import CannotStart
from bot.settings import Settings


def backup_sqlite(settings: Settings, target: Path) -> None:
    """Copy the database page by page through SQLite's own backup.

    Raises:
        CannotStart: not SQLite, nothing to copy, the target exists, or there is no room for it.
    """
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        raise CannotStart("This database is not SQLite: use pg_dump.")
    source = Path(str(url.database))
    if not source.exists():
        raise CannotStart(f"There is no database at {source}.")
    try:
        # Made first and for us alone: the copy holds personal data.
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError as error:
        raise CannotStart(f"{target} exists already.") from error
    except OSError as error:
        raise CannotStart(f"{target} cannot be written ({error.strerror}).") from error
    try:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
    except sqlite3.Error as error:
        target.unlink()  # half a copy would be taken for a whole one
        raise CannotStart(f"{target} was not written ({error}).") from error
