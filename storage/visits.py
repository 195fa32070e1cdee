"""Roadshow visits: a day in a kecamatan, planned ahead, with a reminder the day before."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

from sqlmodel import Field, Session, SQLModel, col, select, update

from storage import groups, meta
from storage.base import args, check, fk, pk
from storage.digests import BELIEVABLE
from storage.errors import Refused
from storage.events import record
from storage.groups import ChatGroup
from storage.regions import Kecamatan

FARTHEST = timedelta(days=366)
"""So far ahead a visit may be planned."""


class Visit(SQLModel, table=True):
    """``day``: the local date of the visit; ``place``: where people meet (a public place, no family's).

    ``reminded_at``: when the reminder was given; ``cancelled_at``: it does not take place. ``version`` counts changes.
    """

    __tablename__ = "visit"
    __table_args__ = args(check("length(place) > 0", "place"))
    id: int | None = pk()
    kecamatan_code: str = Field(foreign_key="kecamatan.code", max_length=8)
    day: date = Field(index=True)
    place: str = Field(max_length=200)
    made_by: int = fk("person.id", index=False)
    made_at: datetime
    reminded_at: datetime | None = None
    cancelled_at: datetime | None = None
    version: int = 1


# --- looking ---

def get(session: Session, visit_id: int, *, lock: bool = False) -> Visit:
    """The visit as it is now; with ``lock`` it stays so until the transaction ends.

    Raises:
        Refused: ``visit.gone``.
    """
    found = session.get(Visit, visit_id, populate_existing=True, with_for_update=True if lock else None)
    if found is None:
        raise Refused("visit.gone")
    return found


def coming(session: Session, today: date, *, after: tuple[date, int] | None = None, limit: int = 8) -> list[Visit]:
    """Visits of today and later, the nearest first, paged by key: ``after`` is (day, id) of the last one before."""
    query = select(Visit).where(col(Visit.day) >= today, col(Visit.cancelled_at).is_(None))
    if after is not None:
        day, last = after
        query = query.where((col(Visit.day) > day) | ((col(Visit.day) == day) & (col(Visit.id) > last)))
    return list(session.exec(query.order_by(col(Visit.day), col(Visit.id)).limit(limit)))


def taken(session: Session, kecamatan: str, first: date, last: date) -> dict[date, Visit]:
    """The live visits of a kecamatan between two days, both included."""
    where = (col(Visit.day).between(first, last), col(Visit.kecamatan_code) == kecamatan,
             col(Visit.cancelled_at).is_(None))
    return {visit.day: visit for visit in session.exec(select(Visit).where(*where))}


# --- planning ---

def plan(
    session: Session, kecamatan: str, day: date, place: str, now: datetime, today: date, *, by: int
) -> Visit:
    """A new visit. ``today``: the date in the city.

    Raises:
        Refused: ``visit.early``, ``visit.far``, ``visit.taken``.
    """
    _check_day(session, kecamatan, day, today)
    visit = Visit(kecamatan_code=kecamatan, day=day, place=place, made_by=by, made_at=now)
    session.add(visit)
    session.flush()
    record(session, "visit.planned", now, actor=by, visit=visit.id)
    return visit


def change(
    session: Session, visit_id: int, version: int, now: datetime, today: date, *, by: int, day: date | None = None,
    place: str | None = None,
) -> Visit:
    """Another day or another place. On another day it gets a reminder of its own.

    Raises:
        Refused: those of :func:`plan` and of :func:`to_change`.
    """
    visit = to_change(session, visit_id, version, today)
    fields = []
    if day is not None and day != visit.day:
        _check_day(session, visit.kecamatan_code, day, today)
        visit.day, visit.reminded_at = day, None
        fields.append("day")
    if place is not None and place != visit.place:
        visit.place = place
        fields.append("place")
    if fields:
        visit.version += 1
        session.add(visit)
        session.flush()
        record(session, "visit.changed", now, actor=by, visit=visit_id, fields=fields)
    return visit


def cancel(session: Session, visit_id: int, version: int, now: datetime, today: date, *, by: int) -> Visit:
    """It does not take place.

    Raises:
        Refused: see :func:`to_change`.
    """
    visit = to_change(session, visit_id, version, today)
    visit.cancelled_at, visit.version = now, visit.version + 1
    session.add(visit)
    session.flush()
    record(session, "visit.cancelled", now, actor=by, visit=visit_id)
    return visit


def to_change(session: Session, visit_id: int, version: int | None, today: date) -> Visit:
    """A visit that can still be changed, held until the transaction ends. ``version``: as it was shown.

    Raises:
        Refused: ``visit.gone``, ``visit.cancelled``, ``visit.over`` or, for another version, ``visit.changed``.
    """
    visit = get(session, visit_id, lock=True)
    if visit.cancelled_at is not None:
        raise Refused("visit.cancelled")
    if visit.day < today:
        raise Refused("visit.over")
    if version not in (None, visit.version):
        raise Refused("visit.changed")
    return visit


def _check_day(session: Session, kecamatan: str, day: date, today: date) -> None:
    """From tomorrow to a year ahead, and no two visits of one kecamatan on one day.

    The kecamatan's row is held until the transaction ends: two admins who plan the same at once come one after the
    other, and the second one sees the first one's visit.
    """
    if day <= today:
        raise Refused("visit.early")
    if day > today + FARTHEST:
        raise Refused("visit.far")
    where = col(Kecamatan.code) == kecamatan
    # Not its key: rows that merely refer to the kecamatan need not wait.
    session.exec(select(Kecamatan.code).where(where).with_for_update(key_share=True)).one()
    if taken(session, kecamatan, day, day):
        raise Refused("visit.taken")


# --- reminding ---

def to_remind(session: Session, day: date) -> list[tuple[int, str]]:
    """Visits of a day that nobody was reminded of, each with the name of its kecamatan."""
    where = (col(Visit.day) == day, col(Visit.reminded_at).is_(None), col(Visit.cancelled_at).is_(None))
    query = select(Visit.id, Kecamatan.name).join(Kecamatan, col(Kecamatan.code) == col(Visit.kecamatan_code))
    return [(number or 0, name) for number, name in session.exec(query.where(*where).order_by(col(Visit.id)))]


def forget_wrong(session: Session, now: datetime) -> int:
    """A clock that was far ahead gave reminders that nobody could make sense of: they are given again, the day before.
    How many."""
    wrong = (col(Visit.reminded_at) > now + BELIEVABLE, col(Visit.cancelled_at).is_(None))
    return int(session.exec(update(Visit).where(*wrong).values(reminded_at=None)).rowcount)


def remind(session: Session, visit_id: int, day: date, now: datetime) -> bool:
    """Mark that the reminder of a visit on ``day`` is given; False when it was, or is not due (any more)."""
    done = session.exec(
        update(Visit).where(col(Visit.id) == visit_id, col(Visit.day) == day, col(Visit.reminded_at).is_(None),
                            col(Visit.cancelled_at).is_(None)).values(reminded_at=now))
    return bool(done.rowcount == 1)


def readers(session: Session, kecamatan: str) -> list[tuple[ChatGroup, int | None]]:
    """Groups that read digests of the city or of a kecamatan, each once, with the forum topic for that.

    A group with both reads of the visit where it reads of the kecamatan.
    """
    found: dict[int, tuple[ChatGroup, int | None]] = {}
    for schedule, group in groups.active_schedules(session):
        number = group.id or 0
        if schedule.kecamatan_code == kecamatan or (schedule.kecamatan_code is None and number not in found):
            found[number] = (group, schedule.topic_id)
    return list(found.values())


def told(session: Session, visit_id: int) -> list[tuple[ChatGroup, int | None]]:
    """Groups that were told of a visit and that the bot is still in, with the topic in which they were told."""
    heard = json.loads(meta.get(session, _heard(visit_id)) or "{}")
    query = select(ChatGroup).where(col(ChatGroup.id).in_([int(number) for number in heard]),
                                    col(ChatGroup.left_at).is_(None)).order_by(col(ChatGroup.id))
    return [(group, heard[str(group.id)]) for group in session.exec(query)]


def note_told(session: Session, visit_id: int, who: list[tuple[ChatGroup, int | None]]) -> None:
    """Remember who was told, so that the same ones hear of a change, whatever becomes of their schedules."""
    heard = json.loads(meta.get(session, _heard(visit_id)) or "{}")
    heard |= {str(group.id): topic for group, topic in who}
    meta.put(session, _heard(visit_id), json.dumps(heard))


def _heard(visit_id: int) -> str:
    return f"visit_told:{visit_id}"
