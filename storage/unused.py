"""Files that nothing refers to any more: which may be deleted, and what must be fetched again after all."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from storage import dropped
from storage.photos import Photo
from storage.scans import Scan


def unused_files(session: Session, limit: int = 500) -> set[str]:
    """Keys of dropped files that may be deleted now. Those that a photo or a scan still uses stay."""
    keys = dropped.listed(session, limit)
    used = {key for table in (Photo, Scan)
            for key in session.exec(select(table.key).where(col(table.key).in_(keys))) if key}
    dropped.strike(session, used)
    return keys - used


def files_deleted(session: Session, keys: set[str], now: datetime) -> tuple[list[Photo], list[Scan]]:
    """The files are gone. What came to use one of them meanwhile must be fetched again: these photos and scans."""
    dropped.deleted(session, keys, now)
    return (list(session.exec(select(Photo).where(col(Photo.key).in_(keys)).order_by(col(Photo.id)))),
            list(session.exec(select(Scan).where(col(Scan.key).in_(keys)).order_by(col(Scan.id)))))
