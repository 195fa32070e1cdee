"""Migrations: up, down and up again; the tables say what the code says."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from alembic import command
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Column, Engine, Enum, Integer, inspect, text

from storage import migrate
from storage.store import Store
from storage.tables import METADATA
from tests.builders import make_house, race

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
        operations = Operations(MigrationContext.configure(_made.attributes["connection"]))
        with operations.batch_alter_table("house", recreate="always") as batch:
            batch.add_column(Column("storeys", Integer))

    migrate._walk(database.engine, widen, "")
    assert database.run(lambda session: session.execute(text("SELECT count(*) FROM house")).scalar_one()) == 1
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


