"""Groups of stakeholders that read digests, and when each wants them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zlib import crc32

from sqlalchemy import JSON, Column, text
from sqlmodel import Field, Session, SQLModel, col, select, update

from storage import meta
from storage.base import args, big, check, choice, fk, pk
from storage.events import record


class Rhythm(StrEnum):
    """How often a digest comes."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


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
    """One digest of a group: when it is due, what is in it, where it goes. A group may have several.

    ``hour``: 0–23 in the city's zone. ``weekdays``: bits, 1 = Monday … 64 = Sunday, for weekly ones. ``month_day``:
    1–31 for monthly and quarterly ones (of a quarter's first month); a shorter month has it on its last day. ``quiet``:
    bits of weekdays without a digest, never all. ``paused_until``: the first date on which it comes again.

    ``topic_id``: the forum topic, ``topic`` its name. ``locale``: its language, the group's if None.
    ``kecamatan_code``: the digest of one kecamatan, None for the city. ``off``: sections that are left out.
    ``picture``: whether the chart goes before it. ``since``: runs due before this moment are not made up.
    """

    __tablename__ = "schedule"
    __table_args__ = args(
        check("hour BETWEEN 0 AND 23 AND weekdays BETWEEN 1 AND 127 AND month_day BETWEEN 1 AND 31"
              " AND quiet BETWEEN 0 AND 126", "when"),
    )
    id: int | None = pk()
    group_id: int = fk("chat_group.id")
    rhythm: Rhythm = choice(Rhythm, "rhythm", default=Rhythm.WEEKLY)
    weekdays: int = 1
    month_day: int = 1
    hour: int = 8
    quiet: int = 0
    paused_until: date | None = None
    topic_id: int | None = big(nullable=True)
    topic: str | None = Field(default=None, max_length=128)
    locale: str | None = Field(default=None, max_length=8)
    kecamatan_code: str | None = Field(default=None, foreign_key="kecamatan.code", max_length=8)
    off: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False, server_default=text("'[]'")))
    picture: bool = True
    active: bool = False
    since: datetime

    @property
    def kind(self) -> str:
        """What its runs are counted under."""
        return f"s{self.id}"

    @property
    def stamp(self) -> int:
        """A number that is another one once anything that its card says was changed."""
        said = (self.active, self.rhythm.value, self.weekdays, self.month_day, self.hour, self.quiet, self.paused_until,
                self.topic_id, self.topic, self.locale, self.kecamatan_code, sorted(self.off), self.picture)
        return crc32(repr(said).encode())


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


def schedules_of(session: Session, group_id: int) -> list[Schedule]:
    """All digests of a group, the oldest first."""
    return list(session.exec(select(Schedule).where(col(Schedule.group_id) == group_id).order_by(col(Schedule.id))))


def schedule_of(session: Session, group_id: int, now: datetime) -> Schedule:
    """A group's first schedule; off, on Mondays at eight, until an admin sets it."""
    return next(iter(schedules_of(session, group_id)), None) or add_schedule(session, group_id, now)


def locale_of(session: Session, group: ChatGroup, kind: str) -> str:
    """The language of a group's digests of a kind, as the schedule says now."""
    found = next((one for one in schedules_of(session, group.id or 0) if one.kind == kind), None)
    return (found.locale if found else None) or group.locale


def add_schedule(session: Session, group_id: int, now: datetime) -> Schedule:
    """One more digest of a group: off, on Mondays at eight, until an admin sets it."""
    row = Schedule(group_id=group_id, since=now)
    session.add(row)
    session.flush()
    return row


def add_beside(session: Session, group_id: int, now: datetime, *, shown: int, by: int | None) -> Schedule | None:
    """One more digest of a group that has ``shown`` of them; None when it has another number by now."""
    session.exec(select(ChatGroup.id).where(col(ChatGroup.id) == group_id).with_for_update()).one()
    if len(schedules_of(session, group_id)) != shown:
        return None
    row = add_schedule(session, group_id, now)
    record(session, "schedule.added", now, actor=by, group=group_id, schedule=row.id)
    return row


def schedule_for_update(session: Session, schedule_id: int) -> Schedule | None:
    """A schedule as it is now, held until the transaction ends: several of its bits may be set at once."""
    query = select(Schedule).where(col(Schedule.id) == schedule_id).with_for_update()
    return session.exec(query, execution_options={"populate_existing": True}).first()


# What says when a digest is due. A date that came with the old values is not due by the new ones.
WHEN = {"rhythm", "weekdays", "month_day", "hour", "quiet", "paused_until", "active"}


def set_schedule(
    session: Session, row: Schedule, now: datetime, *, by: int | None, since: datetime | None = None, **values: Any,
) -> Schedule:
    """Change a schedule (columns of :class:`Schedule`). With other times, nothing is made up for what was before now,
    or before ``since``."""
    for name, value in values.items():
        setattr(row, name, value)
    if WHEN & set(values):
        row.since = since or now
    session.add(row)
    session.flush()
    record(session, "schedule.changed", now, actor=by, group=row.group_id, schedule=row.id, fields=sorted(values))
    return row


def begin_now(session: Session, row: Schedule, now: datetime) -> None:
    """A clock that was far ahead said since when a schedule counts: since now."""
    row.since = now
    session.add(row)
    session.flush()


def drop_schedule(session: Session, row: Schedule, now: datetime, *, by: int | None) -> None:
    """A group reads this digest no more. Its runs stay: their numbers never change."""
    record(session, "schedule.dropped", now, actor=by, group=row.group_id, schedule=row.id)
    session.delete(row)
    session.flush()


def has_active(session: Session, group_id: int) -> bool:
    """Whether at least one digest of a group is on."""
    query = select(Schedule.id).where(col(Schedule.group_id) == group_id, col(Schedule.active).is_(True))
    return session.exec(query.limit(1)).first() is not None


def topic_gone(session: Session, group_id: int, topic_id: int, now: datetime) -> int:
    """A forum topic can be written to no more: its digests go to the group's general topic. How many."""
    found = [row for row in schedules_of(session, group_id) if row.topic_id == topic_id]
    for row in found:
        set_schedule(session, row, now, by=None, topic_id=None, topic=None)
    return len(found)


def seen_topic(session: Session, group_id: int, topic_id: int, name: str | None) -> None:
    """An admin named a forum topic of a group; bots cannot ask for its name later."""
    known = topic_name(session, group_id, topic_id)
    meta.put(session, _topic(group_id, topic_id), (name or known or "")[:128])


def topic_name(session: Session, group_id: int, topic_id: int) -> str | None:
    """A topic's name, "" when nobody told it; None for a topic that no admin has named."""
    return meta.get(session, _topic(group_id, topic_id))


def rename_topic(session: Session, group_id: int, topic_id: int, name: str, now: datetime) -> None:
    """A topic has another name, if it is one that an admin has named."""
    if topic_name(session, group_id, topic_id) is None:
        return
    seen_topic(session, group_id, topic_id, name)
    for row in schedules_of(session, group_id):
        if row.topic_id == topic_id:
            set_schedule(session, row, now, by=None, topic=name[:128])


def _topic(group_id: int, topic_id: int) -> str:
    return f"topic:{group_id}:{topic_id}"


def active_schedules(session: Session) -> list[tuple[Schedule, ChatGroup]]:
    """Schedules that are on, of groups that the bot is in."""
    query = (
        select(Schedule, ChatGroup).join(ChatGroup, col(ChatGroup.id) == col(Schedule.group_id))
        .where(col(Schedule.active).is_(True), col(ChatGroup.left_at).is_(None)).order_by(col(Schedule.id))
    )
    return list(session.exec(query))
