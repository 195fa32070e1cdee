"""Column kinds and conventions that every table shares."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, Enum, ForeignKey, Index, Integer, LargeBinary, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine
from sqlmodel import Field, Session, SQLModel

# Constraints need names, or a migration could never drop them again.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMES

# SQLite counts up only an INTEGER key; PostgreSQL needs 64 bits for the same.
KEY: TypeEngine[int] = BigInteger().with_variant(Integer, "sqlite")


def args(*constraints: Any) -> tuple[Any, ...]:
    """``__table_args__`` with constraints and indexes.

    Always with ``AUTOINCREMENT`` on SQLite: an id on an old button must never name a newer row.
    """
    return (*constraints, {"sqlite_autoincrement": True})


def pk() -> Any:
    """A generated 64-bit primary key."""
    return Field(default=None, sa_column=Column(KEY, primary_key=True, autoincrement=True))


def fk(
    target: str, *, nullable: bool = False, index: bool = True, unique: bool | None = None, ondelete: str | None = None,
) -> Any:
    """A reference to ``table.column``."""
    column: Column[Any] = Column(KEY, ForeignKey(target, ondelete=ondelete), nullable=nullable, index=index,
                                 unique=unique)
    return Field(default=None, sa_column=column) if nullable else Field(sa_column=column)


def big(*, nullable: bool = False, unique: bool = False, default: int | None = None, index: bool = False) -> Any:
    """A 64-bit integer: Telegram ids and rupiah do not fit 32 bits."""
    column: Column[Any] = Column(BigInteger, nullable=nullable, unique=unique, index=index)
    if default is not None or nullable:
        return Field(default=default, sa_column=column)
    return Field(sa_column=column)


def choice_type(kind: type[StrEnum], name: str) -> Enum:
    """The column type of a ``StrEnum`` stored as its value, with a CHECK."""
    return Enum(
        kind, native_enum=False, create_constraint=True, length=24, name=name,
        values_callable=lambda members: [m.value for m in members],
    )


def choice(kind: type[StrEnum], name: str, *, default: Any = ..., index: bool = False, nullable: bool = False) -> Any:
    """A ``StrEnum`` stored as its value, with a CHECK named after the column."""
    column: Column[Any] = Column(choice_type(kind, name), nullable=nullable, index=index)
    if nullable and default is ...:
        default = None
    return Field(sa_column=column) if default is ... else Field(default=default, sa_column=column)


def json_column() -> Any:
    """A small JSON document (ids, field names, frozen numbers; never personal data)."""
    return Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


def blob(*, nullable: bool = False) -> Any:
    """Encrypted bytes."""
    column: Column[Any] = Column(LargeBinary, nullable=nullable)
    return Field(default=None, sa_column=column) if nullable else Field(sa_column=column)


def check(sql: str, name: str) -> CheckConstraint:
    """A named CHECK."""
    return CheckConstraint(sql, name=name)


def partial_index(name: str, where: str, *columns: str, unique: bool = False) -> Index:
    """An index of the rows that fulfil a condition (SQL), on both databases."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


def insert_new(session: Session, table: Any, values: dict[str, Any]) -> int | None:
    """Insert a row unless there is one like it already (also another process's, just now); its id, or None."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    # RETURNING tells whether it is new; the row count of such an INSERT is unknown on PostgreSQL.
    made = insert(table).values(**values).on_conflict_do_nothing().returning(table.id)
    number: int | None = session.execute(made).scalar_one_or_none()
    return number
