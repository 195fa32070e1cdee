"""One unit of work, one transaction: kept whole, undone whole, run again only where that is right."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, func, select

from storage import houses, inbox, meta
from storage.errors import CommitUnknown, Refused
from storage.inbox import AlreadyDone
from storage.meta import Meta
from storage.people import Person, add_person
from storage.store import Store
from tests.builders import NOW, at_once, make_house, race

only_postgres = pytest.mark.parametrize("backend", ["postgres"], indirect=True)
only_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def _people(store: Store) -> int:
    return store.run(lambda session: session.exec(select(func.count()).select_from(Person)).one())


def test_an_exception_undoes_all_of_it(database: Store) -> None:
    def unit(session: Session) -> None:
        add_person(session, 7_200_000_001, "Tono", "id", NOW)
        raise Refused("rule")

    with pytest.raises(Refused):
        database.run(unit)
    assert _people(database) == 0


def test_what_is_still_unwritten_is_written(database: Store) -> None:
    database.run(lambda session: session.add(Person(telegram_id=1, name="Tono", created_at=NOW)))
    assert _people(database) == 1


def test_rows_stay_readable_after_the_commit(database: Store) -> None:
    house = database.run(make_house)
    assert house.code == "PML-0001"
    assert database.run(lambda session: houses.get(session, house.id or 0)).registered_at == NOW


def test_an_error_of_the_data_is_not_tried_again(database: Store) -> None:
    runs: list[int] = []

    def unit(session: Session) -> None:
        runs.append(1)
        session.execute(text("UPDATE meta SET name = NULL"))

    with pytest.raises(IntegrityError):
        database.run(unit)
    assert runs == [1]


def test_off_the_loop(database: Store) -> None:
    async def go() -> int:
        await asyncio.gather(*(
            database.do(lambda session, number=number: add_person(session, number, "Tono", "id", NOW))
            for number in range(1, 21)
        ))
        return await database.do(lambda session: session.exec(select(func.count()).select_from(Person)).one(),
                                 snapshot=True)

    assert asyncio.run(go()) == 20


def test_threads_of_one_store(database: Store) -> None:
    """No lost update between threads, although each reads before it writes."""

    def step(session: Session) -> None:
        make_house(session)

    database.run(make_house)
    assert race(*[lambda: database.run(step)] * 6) == [None] * 6
    codes = database.run(lambda session: {house.code for house in session.exec(select(houses.House))})
    assert codes == {f"PML-{number:04d}" for number in range(1, 8)}


@only_sqlite
def test_sqlite_is_set_up_for_safety(database: Store) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 5000}
    found = database.run(lambda session: {
        name: session.execute(text(f"PRAGMA {name}")).scalar_one() for name in wanted
    })
    assert found == wanted


@only_sqlite
def test_who_reads_may_write(database: Store) -> None:
    """A transaction takes the right to write at its start: what it read is still true when it writes."""
    other = sqlite3.connect(database.engine.url.database or "", timeout=0, isolation_level=None)

    def read(session: Session) -> None:
        session.exec(select(Person)).all()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")

    database.run(read)
    other.execute("BEGIN IMMEDIATE")
    other.close()


@only_postgres
def test_a_deadlock_is_run_again(database: Store) -> None:
    def both(first: str, second: str) -> Any:
        def unit(session: Session) -> str:
            for name in (first, second):
                session.execute(text("UPDATE kecamatan SET last_number = last_number + 1 WHERE abbr = :name"),
                                {"name": name})
                if name == first:
                    session.execute(text("SELECT pg_sleep(0.1)"))
            return "done"

        return unit

    assert race(lambda: database.run(both("PML", "SET")), lambda: database.run(both("SET", "PML"))) == ["done"] * 2
    counted = text("SELECT last_number FROM kecamatan WHERE abbr IN ('PML', 'SET')")
    assert database.run(lambda session: session.execute(counted).scalars().all()) == [2, 2]


@only_postgres
def test_a_connection_lost_before_the_commit_is_run_again(database: Store) -> None:
    runs: list[int] = []

    def unit(session: Session) -> None:
        runs.append(1)
        add_person(session, None, "Tono", "id", NOW)
        if len(runs) == 1:
            _cut(database, session.connection())
        add_person(session, None, "Tini", "id", NOW)

    database.run(unit)
    assert len(runs) == 2
    assert _people(database) == 2


@only_postgres
@pytest.mark.parametrize("arrived", [True, False])
def test_a_connection_lost_in_the_commit_is_not_run_again(database: Store, arrived: bool) -> None:
    """Nobody knows whether it was kept; to run it again could do it twice."""
    runs = _cut_in_commit(database, arrived)

    def unit(session: Session) -> None:
        runs.append(1)
        add_person(session, None, "Tono", "id", NOW)

    with pytest.raises(CommitUnknown):
        database.run(unit)
    assert runs == [1]
    assert _people(database) == (1 if arrived else 0)


@only_postgres
@pytest.mark.parametrize("arrived", [True, False])
def test_a_repeatable_unit_is_run_again_and_finds_out(database: Store, arrived: bool) -> None:
    database.run(lambda session: inbox.receive(session, 1, [{"update_id": 1}], NOW))
    row = database.run(lambda session: inbox.waiting(session)[0].id or 0)
    runs = _cut_in_commit(database, arrived)

    def handle(session: Session) -> None:
        runs.append(1)
        inbox.finish(session, row, NOW)
        add_person(session, None, "Tono", "id", NOW)

    if arrived:
        with pytest.raises(AlreadyDone):
            database.run(handle, repeatable=True)
    else:
        database.run(handle, repeatable=True)
    assert len(runs) == 2
    assert _people(database) == 1


def _cut_in_commit(store: Store, arrived: bool) -> list[int]:
    """The first commit after the returned list has one item loses its connection, once the server has it or before."""
    runs: list[int] = []
    lost: list[int] = []

    @event.listens_for(store.engine, "commit")
    def lose(connection: Any) -> None:
        if not runs or lost:
            return
        lost.append(1)
        raw = connection.connection.dbapi_connection
        if arrived:
            raw.commit()
            raw.execute("SELECT 1")  # a transaction is open again, so that the COMMIT is really sent
        _cut(store, connection)

    return runs


def _cut(store: Store, connection: Any) -> None:
    pid = connection.connection.dbapi_connection.info.backend_pid
    with store.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})


@only_postgres
@pytest.mark.parametrize("snapshot", [True, False])
def test_a_snapshot_sees_one_state(database: Store, snapshot: bool) -> None:
    other = Store(database.url, database.vault)

    def count_twice(session: Session) -> tuple[int, int]:
        counted = select(func.count()).select_from(Person)
        before = session.exec(counted).one()
        other.run(lambda session: add_person(session, None, "Tono", "id", NOW))
        return before, session.exec(counted).one()

    assert database.run(count_twice, snapshot=snapshot) == ((0, 0) if snapshot else (0, 1))
    other.close()


@only_postgres
def test_the_next_transaction_is_no_snapshot(database: Store) -> None:
    level = text("SELECT current_setting('transaction_isolation')")
    for snapshot, wanted in ((True, "repeatable read"), (False, "read committed")):
        found = database.run(lambda session: session.execute(level).scalar_one(), snapshot=snapshot)
        assert found == wanted


@only_postgres
def test_a_snapshot_that_writes_is_run_again(database: Store) -> None:
    add = text("UPDATE kecamatan SET last_number = last_number + 1 WHERE abbr = 'PML'")

    def unit(session: Session) -> str:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        session.execute(add)
        return "done"

    assert at_once(database, unit, unit) == ["done", "done"]


def test_no_server_is_one_clear_error() -> None:
    from sqlalchemy.exc import OperationalError

    from storage.vault import Vault

    store = Store("postgresql://nobody@127.0.0.1:1/nothing", Vault.fresh()[0])
    with pytest.raises(OperationalError):
        store.run(lambda session: session.execute(text("SELECT 1")))
    store.close()


@pytest.mark.parametrize("url", ["postgres://u@127.0.0.1/d", "postgresql://u@127.0.0.1/d"])
def test_every_spelling_of_the_url(url: str) -> None:
    from storage.vault import Vault

    store = Store(url, Vault.fresh()[0])
    assert store.engine.dialect.driver == "psycopg"
    assert not store.sqlite
    store.close()


def test_facts(database: Store) -> None:
    assert database.run(meta.house_ceiling) == 75_000_000
    database.run(lambda session: meta.put(session, "house_ceiling", "71000000"))
    database.run(lambda session: meta.put(session, "house_ceiling", "72000000"))
    assert database.run(meta.house_ceiling) == 72_000_000
    assert database.run(lambda session: meta.get(session, "nothing", "else")) == "else"
    assert database.run(lambda session: session.get(Meta, "city")).value == "36.74"
