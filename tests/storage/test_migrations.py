"""Migrations: up, down and up again; the tables say what the code says."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from alembic import command
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Column, Engine, Enum, Integer, inspect, text
from sqlmodel import Session, col, select

from storage import checklist, claims, cofunding, digests, groups, handover, migrate
from storage.checklist import Item, Verdict
from storage.contributions import Contribution
from storage.digests import DigestRun
from storage.partners import Quota
from storage.store import Store
from storage.tables import METADATA
from tests.builders import JUTA, NOW, PAMULANG, YEAR, build, claim, eligible, make_house, make_quota, race

ENUMS = [
    (table.name, column.name, list(column.type.enums))
    for table in METADATA.sorted_tables for column in table.columns if isinstance(column.type, Enum)
]


def _tables(store: Store) -> set[str]:
    return set(inspect(store.engine).get_table_names()) - {"alembic_version"}


def _is_current(engine: Engine) -> bool:
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current == ScriptDirectory.from_config(migrate.config()).get_current_head()


def test_up_down_up(database: Store) -> None:
    assert _is_current(database.engine)
    assert _tables(database) == set(METADATA.tables)
    migrate.downgrade(database.engine, "base")
    assert not _is_current(database.engine)
    assert _tables(database) == set()
    migrate.upgrade(database.engine)
    assert _tables(database) == set(METADATA.tables)
    migrate.upgrade(database.engine)  # again: nothing happens
    assert _is_current(database.engine)


def test_code_and_migrations_agree(database: Store) -> None:
    made = migrate.config()
    with database.engine.connect() as connection:
        made.attributes["connection"] = connection
        command.check(made)


def test_enum_checks(database: Store) -> None:
    """Alembic does not see a changed CHECK, so we look ourselves."""
    looked = inspect(database.engine)
    for table, column, values in ENUMS:
        name = f"ck_{table}_{METADATA.tables[table].c[column].type.name}"
        found = {check["name"]: check["sqltext"] for check in looked.get_check_constraints(table)}
        assert sorted(re.findall(r"'([^']*)'", found[name])) == sorted(values), name


def test_rule_checks_are_all_there(database: Store) -> None:
    looked = inspect(database.engine)
    for table in METADATA.sorted_tables:
        wanted = {str(item.name) for item in table.constraints if str(item.name).startswith("ck_")}
        assert {check["name"] for check in looked.get_check_constraints(table.name)} == wanted


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_check_texts_equal_the_code(database: Store) -> None:
    """On SQLite a CHECK reads back as it was written."""
    looked = inspect(database.engine)
    for table in METADATA.sorted_tables:
        found = {check["name"]: check["sqltext"] for check in looked.get_check_constraints(table.name)}
        for item in table.constraints:
            if isinstance(item, CheckConstraint):
                written = str(item.sqltext.compile(database.engine, compile_kwargs={"literal_binds": True}))
                assert found[str(item.name)] == written.replace(f"{table.name}.", "")


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_referenced_table_can_be_changed(database: Store) -> None:
    """SQLite copies and drops a table to change it; rows that point at it must not stand in the way."""
    database.run(lambda session: make_house(session).id)

    def widen(_made: Config, _revision: str) -> None:
        connection = _made.attributes["connection"]
        operations = Operations(MigrationContext.configure(connection))
        with migrate.triggers_aside(connection), operations.batch_alter_table("house", recreate="always") as batch:
            batch.add_column(Column("storeys", Integer))

    migrate._walk(database.engine, widen, "")
    assert database.run(lambda session: session.execute(text("SELECT count(*) FROM house")).scalar_one()) == 1
    database.run(lambda session: session.execute(text("UPDATE house SET estimate = 1000000, state = 'eligible'")))
    assert database.run(lambda session: digests.count(session, YEAR))["open"] == 1, "it is still counted"
    assert database.run(lambda session: session.execute(text("PRAGMA foreign_keys")).scalar_one()) == 1


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_migration_that_breaks_references_is_undone(database: Store) -> None:
    database.run(lambda session: make_house(session).id)

    def lose(made: Config, _revision: str) -> None:
        made.attributes["connection"].execute(text("DELETE FROM house"))

    with pytest.raises(RuntimeError, match="broke"):
        migrate._walk(database.engine, lose, "")
    assert database.run(lambda session: session.execute(text("SELECT count(*) FROM house")).scalar_one()) == 1


@pytest.mark.parametrize("backend", ["postgres"], indirect=True)
def test_two_first_starts_at_once(new_url: Callable[[], str], key_text: str) -> None:
    from storage import meta, regions
    from storage.vault import Vault

    first, second = (Store(url, Vault.from_text(key_text)) for url in [new_url()] * 2)
    migrate.downgrade(first.engine, "base")

    def start(store: Store) -> str:
        migrate.upgrade(store.engine)
        store.run(meta.check_key)
        store.run(lambda session: regions.load_city(session, "36.74"))
        return "started"

    assert race(lambda: start(first), lambda: start(second)) == ["started", "started"]
    first.close()
    second.close()




def test_what_was_claimed_before_gets_its_columns(database: Store) -> None:
    """From the version before: what is uncovered, what was paid, who has left, and a deadline a month away."""

    def make(session: Session) -> list[int]:
        quota = make_quota(session, "Baznas", house_ceiling=20 * JUTA)
        active, left, done = (claim(session, eligible(session), quota).id or 0 for _ in range(3))
        claims.release(session, left, "batal", NOW, by=None)
        build(session, claims.get(session, done))
        handover.hand_over(session, done, 18 * JUTA, NOW, by=None)
        cofunding.join(session, active, make_quota(session, "DPKPP").id or 0, 5 * JUTA, NOW, by=None)
        checklist.put(session, 1, Item.MUSTAHIK, Verdict.YES, NOW, by=1)
        checklist.put(session, 1, Item.LAND, Verdict.YES, NOW, by=1)
        return [active, left, done]

    numbers = database.run(make)
    migrate.downgrade(database.engine, "0002")
    migrate.upgrade(database.engine)
    active, left, done = database.run(lambda session: [claims.get(session, number) for number in numbers])
    parts = database.run(lambda session: list(session.exec(select(Contribution).order_by(col(Contribution.id)))))
    assert [(part.claim_id, part.spent, part.ended_at) for part in parts] == [
        (active.id, None, None), (left.id, None, NOW), (done.id, 18 * JUTA, None)]
    assert (active.uncovered, left.due_at, done.due_at) == (30 * JUTA, None, None)
    assert active.due_at is not None
    assert timedelta(days=29) < active.due_at - datetime.now(UTC) < timedelta(days=31)
    reserved = database.run(lambda session: {one.partner_id: one.reserved for one in session.exec(select(Quota))})
    assert sorted(reserved.values()) == [0, 20 * JUTA], "the version before knew no co-funders"
    assert database.run(lambda session: list(checklist.of_house(session, 1))) == [Item.LAND]


def test_digests_go_down_and_up_as_the_citys_or_a_kecamatans(database: Store) -> None:
    """The version before has one digest a group and date, and knows no kecamatan."""
    days = [date(2026, 3, day) for day in (1, 2, 3)]

    def prepare(session: Session) -> None:
        number = groups.joined(session, -100, "Forum", NOW, by=None).id or 0
        first, second = groups.schedule_of(session, number, NOW), groups.add_schedule(session, number, NOW)
        for day, one, area in ((days[0], second, PAMULANG), (days[0], first, None), (days[1], second, PAMULANG),
                               (days[2], first, None)):
            digests.start_run(session, number, one.kind, day, NOW, NOW, {"area": area})

    def left(session: Session) -> list[tuple[str, date, str | None]]:
        found = session.exec(select(DigestRun).order_by(col(DigestRun.local_date)))
        return [(one.kind, one.local_date, one.kecamatan_code) for one in found]

    database.run(prepare)
    migrate.downgrade(database.engine, "0003")
    migrate.upgrade(database.engine)
    assert database.run(left) == [("s1", days[0], None), ("s1", days[1], PAMULANG), ("s1", days[2], None)]
