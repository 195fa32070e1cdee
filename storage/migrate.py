"""Brings a database to the newest shape, on every start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

_HERE = Path(__file__).parent / "migrations"
# Two first starts at once on PostgreSQL must not both create the tables. Any fixed number will do.
_MIGRATION_LOCK = 36_74_2017


def config() -> Config:
    """Alembic's configuration; there is no ini file."""
    made = Config()
    made.set_main_option("script_location", str(_HERE))
    return made


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Walk up to ``revision``; one transaction, nothing happens when it is there already."""
    _walk(engine, command.upgrade, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Walk down to ``revision`` (``base``: an empty database)."""
    _walk(engine, command.downgrade, revision)


def _walk(engine: Engine, step: Callable[[Config, str], None], revision: str) -> None:
    made = config()
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # To change a table SQLite copies and drops it, which references from other tables would forbid. They
            # can be let go outside a transaction only, and are checked before the commit.
            _references(connection, on=False)
        try:
            with connection.begin():
                if not sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
                made.attributes["connection"] = connection
                step(made, revision)
                if sqlite and (broken := connection.execute(text("PRAGMA foreign_key_check")).all()):
                    raise RuntimeError(f"a migration broke {len(broken)} references, first {broken[0]}")
        finally:
            if sqlite:
                _references(connection, on=True)


@contextmanager
def triggers_aside(connection: Connection) -> Iterator[None]:
    """For a migration that writes a table anew on SQLite: triggers would go with it, or speak of a table that is away
    for a moment. They stand aside, and stand again afterwards."""
    found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    for name, _ in found:
        connection.execute(text(f"DROP TRIGGER {name}"))
    yield
    for _, sql in found:
        connection.exec_driver_sql(sql)


def _references(connection: Connection, *, on: bool) -> None:
    raw = connection.connection.dbapi_connection
    assert raw is not None
    raw.cursor().execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")
