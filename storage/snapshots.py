"""Digests of the whole city that were posted, found again by their date. A look into the index for each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, col, select

from storage.digests import DigestRun


def stored(session: Session, first: date | None, last: date, group_id: int | None) -> DigestRun | None:
    """The newest digest of the whole city dated ``first`` to ``last``, both included: of a group, or else of any."""
    for group in [group_id, None] if group_id is not None else [None]:
        found: DigestRun | None = session.exec(_of_city(DigestRun, first, last, group).limit(1)).first()
        if found is not None:
            return found
    return None


def nearest(
    session: Session, first: date | None, last: date, today: date, group_id: int | None
) -> list[tuple[int, date]]:
    """Id and date of the newest digest before a time without any, and of the oldest one after it: of a group, or else
    of any."""
    day = timedelta(days=1)
    start = max(first or last, date.min + day)
    for group in [group_id, None] if group_id is not None else [None]:
        before = _of_city(DigestRun.id, None, min(start - day, today), group)
        after = _of_city(DigestRun.id, last + day, today, group).order_by(None).order_by(
            col(DigestRun.local_date), col(DigestRun.id).desc())
        found = [session.execute(query.add_columns(col(DigestRun.local_date)).limit(1)).first()
                 for query in (before, after)]
        if any(found):
            return [(row[0], row[1]) for row in found if row is not None]
    return []


def months(session: Session, last: date, group_id: int | None, limit: int) -> list[tuple[int, date]]:
    """Id and date of each month's newest digest of the whole city up to ``last``, newest first: a group's own, where it
    has any."""
    kept = session.exec(_of_city(DigestRun.id, None, last, group_id).limit(1)).first() is not None
    found: list[tuple[int, date]] = []
    while len(found) < limit:
        query = _of_city(DigestRun.id, None, last, group_id if kept else None).add_columns(col(DigestRun.local_date))
        row = session.execute(query.limit(1)).first()
        if row is None:
            break
        found.append((row[0], row[1]))
        last = row[1].replace(day=1) - timedelta(days=1)
    return found


def _of_city(what: Any, first: date | None, last: date, group_id: int | None) -> Any:
    query = select(what).where(col(DigestRun.kecamatan_code).is_(None), col(DigestRun.local_date) <= last)
    if first is not None:
        query = query.where(col(DigestRun.local_date) >= first)
    if group_id is not None:
        query = query.where(col(DigestRun.group_id) == group_id)
    return query.order_by(col(DigestRun.local_date).desc(), col(DigestRun.id).desc())
