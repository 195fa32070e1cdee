"""Groups of stakeholders that read digests, and when each wants them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select, update

from storage.base import args, big, check, choice, fk, pk
from storage.events import record


class Rhythm(StrEnum):
    """How often a digest comes."""

    DAILY = "daily"
    WEEKLY = "weekly"


class ChatGroup(SQLModel, table=True):
    """A Telegram group with the bot in it. ``left_at``: the bot was removed."""

    __tablename__ = "chat_group"
    __table_args__ = args()
    id: int | None = pk()
    chat_id: int = big(unique=True)
    title: str = Field(max_length=255)
    locale: str = Field(default="id", max_length=8)
    added_at: datetime
    added_by: int | None = fk("person.id", nullable=True, index=False)
    left_at: datetime | None = None


class Schedule(SQLModel, table=True):
    """When a group's digest is due: ``hour`` 0–23 in the city's zone, ``weekday`` 0 = Monday for weekly ones."""

    __tablename__ = "schedule"
    __table_args__ = args(
        check("hour BETWEEN 0 AND 23 AND weekday BETWEEN 0 AND 6", "when"),
        UniqueConstraint("group_id"),
    )
    id: int | None = pk()
    group_id: int = fk("chat_group.id", index=False)
    rhythm: Rhythm = choice(Rhythm, "rhythm", default=Rhythm.WEEKLY)
    weekday: int = 0
    hour: int = 8
    active: bool = False
    # Runs due before this moment are not made up: the schedule was not on then.
    since: datetime


def joined(session: Session, chat_id: int, title: str, now: datetime, *, by: int | None) -> ChatGroup:
    """The bot is in a group: a new row, or the old one come back to life.

    Nothing is made up for the time that it was out.
    """
    group = by_chat(session, chat_id)
    if group is None:
        group = ChatGroup(chat_id=chat_id, title=title[:255], added_at=now, added_by=by)
    elif group.left_at is not None:
        group.added_at, group.added_by = now, by
        session.exec(update(Schedule).where(col(Schedule.group_id) == group.id).values(since=now))
    group.title, group.left_at = title[:255], None
    session.add(group)
    session.flush()
    record(session, "group.joined", now, actor=by, group=group.id)
    return group


def left(session: Session, chat_id: int, now: datetime, *, by: int | None = None) -> None:
    """The bot is out of a group; its schedule sleeps."""
    group = by_chat(session, chat_id)
    if group is None or group.left_at is not None:
        return
    group.left_at = now
    session.add(group)
    session.flush()
    record(session, "group.left", now, actor=by, group=group.id)


def migrated(session: Session, old: int, new: int, now: datetime) -> None:
    """A group became a supergroup: its id follows. A row that the new id made meanwhile gives way."""
    group, twin = by_chat(session, old), by_chat(session, new)
    if group is None:
        return
    if twin is not None:
        twin.chat_id = -abs(twin.id or 0)  # out of the way of the unique index; no Telegram chat has such an id
        twin.left_at = twin.added_at
        session.add(twin)
        session.flush()
    group.chat_id = new
    group.left_at = None  # leaving the old chat is part of the move
    session.add(group)
    session.flush()
    record(session, "group.moved", now, group=group.id)


def by_chat(session: Session, chat_id: int) -> ChatGroup | None:
    """The group behind a chat id."""
    return session.exec(select(ChatGroup).where(col(ChatGroup.chat_id) == chat_id)).first()


def renamed(session: Session, chat_id: int, title: str, now: datetime, *, by: int | None) -> None:
    """A group has another title."""
    group = by_chat(session, chat_id)
    if group is None or group.title == title[:255]:
        return
    group.title = title[:255]
    session.add(group)
    session.flush()
    record(session, "group.renamed", now, actor=by, group=group.id)


def speak(session: Session, group: ChatGroup, locale: str, now: datetime, *, by: int | None) -> None:
    """A group is to read another language."""
    if group.locale == locale:
        return
    group.locale = locale
    session.add(group)
    session.flush()
    record(session, "group.language", now, actor=by, group=group.id, locale=locale)


def page(session: Session, *, after: int = 0, limit: int = 8) -> list[ChatGroup]:
    """Groups that the bot is in, by title, behind the group with the id ``after``."""
    query = select(ChatGroup).where(col(ChatGroup.left_at).is_(None))
    last = session.get(ChatGroup, after) if after else None
    if last is not None:
        query = query.where(
            (col(ChatGroup.title) > last.title) | ((col(ChatGroup.title) == last.title) & (col(ChatGroup.id) > after))
        )
    return list(session.exec(query.order_by(col(ChatGroup.title), col(ChatGroup.id)).limit(limit)))


def schedule_of(session: Session, group_id: int, now: datetime) -> Schedule:
    """A group's schedule; off, on Mondays at eight, until an admin sets it."""
    row = session.exec(select(Schedule).where(col(Schedule.group_id) == group_id)).first()
    if row is None:
        row = Schedule(group_id=group_id, since=now)
        session.add(row)
        session.flush()
    return row


def set_schedule(
    session: Session, row: Schedule, now: datetime, *, by: int | None, rhythm: Rhythm | None = None,
    weekday: int | None = None, hour: int | None = None, active: bool | None = None,
) -> Schedule:
    """Change a schedule. It counts from now on: nothing is made up for the time before."""
    row.rhythm = rhythm or row.rhythm
    row.weekday = row.weekday if weekday is None else weekday
    row.hour = row.hour if hour is None else hour
    row.active = row.active if active is None else active
    row.since = now
    session.add(row)
    session.flush()
    record(session, "schedule.changed", now, actor=by, group=row.group_id, rhythm=row.rhythm.value,
           weekday=row.weekday, hour=row.hour, active=row.active)
    return row


def active_schedules(session: Session) -> list[tuple[Schedule, ChatGroup]]:
    """Schedules that are on, of groups that the bot is in."""
    query = (
        select(Schedule, ChatGroup).join(ChatGroup, col(ChatGroup.id) == col(Schedule.group_id))
        .where(col(Schedule.active).is_(True), col(ChatGroup.left_at).is_(None)).order_by(col(Schedule.id))
    )
    return list(session.exec(query))
