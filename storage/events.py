"""The audit trail: append-only rows that say who did what, and who read whose data."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import insert
from sqlmodel import Field, Session, SQLModel, col, func, or_, select

from storage.base import args, fk, json_column, pk


class Event(SQLModel, table=True):
    """One change or one read of personal data. Field names and ids only, never the values (decision 11).

    Triggers in the migration refuse UPDATE and DELETE.
    """

    __tablename__ = "event"
    __table_args__ = args()
    id: int | None = pk()
    at: datetime = Field(index=True)
    kind: str = Field(max_length=40)
    actor_id: int | None = fk("person.id", nullable=True, index=False)
    house_id: int | None = fk("house.id", nullable=True)
    claim_id: int | None = fk("claim.id", nullable=True, index=False)
    data: dict[str, Any] = json_column()


def record(
    session: Session, kind: str, at: datetime, *,
    actor: int | None = None, house: int | None = None, claim: int | None = None, **data: Any,
) -> None:
    """Write one event. ``data`` holds field names, ids, states and counts; no personal values."""
    kept = {key: value for key, value in data.items() if value is not None}
    session.add(Event(at=at, kind=kind, actor_id=actor, house_id=house, claim_id=claim, data=kept))


READS = ("read.household", "data.export")
"""Events that say that somebody saw a family's data."""


def reads(session: Session, house_id: int, limit: int = 10) -> tuple[int, list[Event]]:
    """How often a family's data was read, and the newest of these reads."""
    where = (col(Event.house_id) == house_id, col(Event.kind).in_(READS))
    count = session.exec(select(func.count()).select_from(Event).where(*where)).one()
    return count, list(session.exec(select(Event).where(*where).order_by(col(Event.id).desc()).limit(limit)))


def record_many(session: Session, events: list[Event]) -> None:
    """Write many events, in this order, in one statement."""
    if events:
        session.flush()  # what was recorded before them stays before them
        session.execute(insert(Event), [event.model_dump(exclude={"id"}) for event in events])


def last(session: Session, moment: datetime | None = None) -> int:
    """The id of the newest event, or of the newest up to a moment; 0 where there is none."""
    if moment is None:
        return session.exec(select(func.max(Event.id))).one() or 0
    query = select(Event.id).where(col(Event.at) <= moment).order_by(col(Event.at).desc(), col(Event.id).desc())
    return session.exec(query.limit(1)).first() or 0


_AT_WORK = 1_000
"""Whoever writes at the same moment began so few events ago."""


def gaps(session: Session) -> list[tuple[int, int]]:
    """Spans of ids, first and last, that are missing among the newest events: on PostgreSQL others may be writing them,
    and commit them under these ids later; most never come."""
    ids = list(session.exec(select(Event.id).order_by(col(Event.id).desc()).limit(_AT_WORK)))
    known = [number or 0 for number in ids] + ([0] if len(ids) < _AT_WORK else [])
    return [(lower + 1, upper - 1) for upper, lower in pairwise(known) if upper - lower > 1]


def since(
    session: Session, after: int, kinds: Collection[str], limit: int, missed: Collection[tuple[int, int]] = (),
) -> list[Event]:
    """Events of some kinds behind the event ``after``, and those that have come into its :func:`gaps` (``missed``);
    oldest first, ``limit`` at most."""
    later = or_(col(Event.id) > after, *(col(Event.id).between(*span) for span in missed))
    query = select(Event).where(later, col(Event.kind).in_(kinds))
    return list(session.exec(query.order_by(col(Event.id)).limit(limit)))
