"""Stored pictures that nothing refers to any more: a list of keys, worked off by the clock (decision 10)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel, col, delete, select

from storage.base import args, pk

# A download that began before the file was deleted has ended by then, whatever became of it.
REMEMBER_HOURS = 24


class DroppedFile(SQLModel, table=True):
    """One file to delete. ``deleted_at``: it was; the row stays a while, for somebody may just be sending the same
    picture again, and what was stored a moment before the file went must be fetched once more."""

    __tablename__ = "dropped_file"
    __table_args__ = args()
    id: int | None = pk()
    key: str = Field(max_length=64, index=True)
    deleted_at: datetime | None = None


def leave(session: Session, keys: Iterable[str]) -> None:
    """Photos with these keys are gone; the files follow, unless another photo is the same picture."""
    session.add_all(DroppedFile(key=key) for key in keys)
    session.flush()


def listed(session: Session, limit: int) -> set[str]:
    """Keys of files to delete, those listed longest first."""
    query = select(DroppedFile.key).where(col(DroppedFile.deleted_at).is_(None))
    return set(session.exec(query.order_by(col(DroppedFile.id)).limit(limit)))


def strike(session: Session, keys: Collection[str]) -> bool:
    """Take keys off the list; whether any of them stood there."""
    done = session.exec(delete(DroppedFile).where(col(DroppedFile.key).in_(keys)))
    return bool(done.rowcount)


def deleted(session: Session, keys: Collection[str], now: datetime) -> None:
    """The files are gone; what is known of earlier ones is forgotten after a while."""
    strike(session, keys)
    session.add_all(DroppedFile(key=key, deleted_at=now) for key in sorted(keys))
    session.exec(delete(DroppedFile).where(col(DroppedFile.deleted_at) < now - timedelta(hours=REMEMBER_HOURS)))
    session.flush()
