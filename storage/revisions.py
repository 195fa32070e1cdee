"""What stood in a field before and after: personal values, so they are sealed, and erased with the family."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
from sqlmodel import Field, Session, SQLModel, col, delete, func, select

from storage.base import args, blob, fk, pk
from storage.store import vault_of


class Revision(SQLModel, table=True):
    """One field of a house that was changed. The event beside it names the fields only (decision 11)."""

    __tablename__ = "revision"
    __table_args__ = args()
    id: int | None = pk()
    house_id: int = fk("house.id")
    at: datetime
    by_id: int | None = fk("person.id", nullable=True, index=False)
    field: str = Field(max_length=24)
    before: bytes = blob()
    after: bytes = blob()


def note(session: Session, house_id: int, field: str, before: Any, after: Any, now: datetime, *, by: int) -> None:
    """Keep what a field said before and says now (JSON values)."""
    sealed = [vault_of(session).seal(orjson.dumps(value), _bound(house_id, field)) for value in (before, after)]
    session.add(Revision(house_id=house_id, at=now, by_id=by, field=field, before=sealed[0], after=sealed[1]))


def of_house(session: Session, house_id: int, limit: int = 50) -> list[Revision]:
    """The changes of a house, newest first."""
    query = select(Revision).where(col(Revision.house_id) == house_id).order_by(col(Revision.id).desc())
    return list(session.exec(query.limit(limit)))


def count(session: Session, house_id: int) -> int:
    """How many changes of a house are kept."""
    return session.exec(select(func.count()).select_from(Revision).where(col(Revision.house_id) == house_id)).one()


def values(session: Session, row: Revision) -> tuple[Any, Any]:
    """Before and after. Reading them for somebody is a read of personal data: the caller records it."""
    vault, bound = vault_of(session), _bound(row.house_id, row.field)
    return orjson.loads(vault.open(row.before, bound)), orjson.loads(vault.open(row.after, bound))


def first_values(session: Session, moments: dict[tuple[int, str], datetime]) -> dict[tuple[int, str], Any]:
    """(house id, field) → what the field said before it was changed at a moment. What was erased is left out."""
    if not moments:
        return {}
    houses, fields = {house for house, _ in moments}, {field for _, field in moments}
    query = select(Revision).where(col(Revision.house_id).in_(houses), col(Revision.field).in_(fields))
    found: dict[tuple[int, str], Any] = {}
    for row in session.exec(query.order_by(col(Revision.id))):
        key = (row.house_id, row.field)
        if key not in found and moments.get(key) == row.at:
            found[key] = values(session, row)[0]
    return found


def erase(session: Session, house_id: int) -> int:
    """Forget all values; how many."""
    return int(session.exec(delete(Revision).where(col(Revision.house_id) == house_id)).rowcount)


def _bound(house_id: int, field: str) -> str:
    return f"revision:{house_id}:{field}"
