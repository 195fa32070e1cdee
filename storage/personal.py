"""Personal digests: what a person gets from the clock on their own, once for each date, unless they turned it off."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint, delete
from sqlmodel import Session, SQLModel, col, func, select

from storage.base import args, choice, fk, insert_new, pk
from storage.events import Event, record
from storage.houses import House, HouseState
from storage.people import Person, Role, RoleName


class PersonalKind(StrEnum):
    """Which digest of one's own."""

    REP = "rep"
    SURVEYOR = "surveyor"
    VERIFIER = "verifier"


class PersonalRun(SQLModel, table=True):
    """One digest of one person for one local date. UNIQUE: any number of ticks and restarts makes one."""

    __tablename__ = "personal_run"
    __table_args__ = args(UniqueConstraint("person_id", "kind", "local_date"))
    id: int | None = pk()
    person_id: int = fk("person.id", index=False)
    kind: PersonalKind = choice(PersonalKind, "personal_kind")
    local_date: date
    made_at: datetime


class PersonalOff(SQLModel, table=True):
    """A person does not want this digest of theirs."""

    __tablename__ = "personal_off"
    __table_args__ = args(UniqueConstraint("person_id", "kind"))
    id: int | None = pk()
    person_id: int = fk("person.id", index=False)
    kind: PersonalKind = choice(PersonalKind, "personal_kind_off")
    since: datetime


ROLES = {PersonalKind.REP: RoleName.PARTNER, PersonalKind.SURVEYOR: RoleName.SURVEYOR,
         PersonalKind.VERIFIER: RoleName.VERIFIER}
"""Whose digest it is."""


def expecting(session: Session, kind: PersonalKind, day: date, limit: int) -> list[Person]:
    """Some of those who are to get a digest of a date and have not had it: they hold its role, can be reached, and have
    not turned it off."""
    me = col(Person.id)
    holds = select(Role.id).where(col(Role.person_id) == me, col(Role.name) == ROLES[kind],
                                  col(Role.revoked_at).is_(None))
    had = select(PersonalRun.id).where(col(PersonalRun.person_id) == me, col(PersonalRun.kind) == kind,
                                       col(PersonalRun.local_date) == day)
    unwanted = select(PersonalOff.id).where(col(PersonalOff.person_id) == me, col(PersonalOff.kind) == kind)
    query = select(Person).where(col(Person.telegram_id).is_not(None), col(Person.unreachable_at).is_(None),
                                 holds.exists(), ~had.exists(), ~unwanted.exists())
    return list(session.exec(query.order_by(me).limit(limit)))


def start(session: Session, person_id: int, kind: PersonalKind, day: date, now: datetime) -> bool:
    """Note that a person's digest of a date is made; False when it was before (also by another process, just now)."""
    values = {"person_id": person_id, "kind": kind, "local_date": day, "made_at": now}
    return insert_new(session, PersonalRun, values) is not None


def turned_off(session: Session, person_id: int) -> set[PersonalKind]:
    """The digests that a person does not want."""
    found = session.exec(select(PersonalOff.kind).where(col(PersonalOff.person_id) == person_id))
    return {PersonalKind(kind) for kind in found}


def want(session: Session, person_id: int, kind: PersonalKind, now: datetime, *, wanted: bool) -> None:
    """A person wants a digest of theirs, or does not; twice it is the same."""
    if wanted:
        where = (col(PersonalOff.person_id) == person_id, col(PersonalOff.kind) == kind)
        changed = session.execute(delete(PersonalOff).where(*where).returning(col(PersonalOff.id))).first() is not None
    else:
        changed = insert_new(session, PersonalOff, {"person_id": person_id, "kind": kind, "since": now}) is not None
    if changed:
        record(session, "person.digest", now, actor=person_id, person=person_id, digest=kind.value, wanted=wanted)


# Houses among which the one that waits longest is looked for.
_FIRST = 100

NEWS = {
    ("registered", None): "registered", ("eligible", "registered"): "eligible", ("returned", "registered"): "returned",
    ("ineligible", "registered"): "ineligible", ("claimed", "eligible"): "claimed", ("in_progress", "claimed"): "begun",
    ("finished", "in_progress"): "finished", ("handed_over", "finished"): "handed_over",
}
"""(stage, the stage before) → what whoever registered the house hears of."""


def news(session: Session, person_ids: Collection[int], since: datetime) -> dict[int, dict[str, int]]:
    """person id → what has happened since then to houses that they registered (a value of :data:`NEWS`) → to how many.
    """
    before = col(Event.data)["before"].as_string()
    # Written so that no index is used for it: a week's events are few, all the houses that somebody registered are not.
    surveyor = col(House.surveyor_id) + 0
    query = (
        select(House.surveyor_id, Event.kind, before, func.count(func.distinct(col(Event.house_id))))
        .join(House, col(House.id) == col(Event.house_id))
        .where(col(Event.at) >= since, col(Event.kind).in_([f"house.{state}" for state, _ in NEWS]),
               surveyor.in_(person_ids))
        .group_by(col(House.surveyor_id), col(Event.kind), before)
    )
    found: dict[int, dict[str, int]] = {}
    for person_id, kind, came_from, number in session.execute(query):
        if step := NEWS.get((kind.removeprefix("house."), came_from)):
            found.setdefault(person_id, {})[step] = number
    return found


def longest_waiting(session: Session, kecamatan: Collection[str] | None) -> datetime | None:
    """Since when the house that waits longest for a verifier does, in some kecamatan or all.

    A house that was sent back waits anew: the first ones are looked at, as no later one has waited longer than all of
    them unless so many were sent back.
    """
    first = select(House.id).where(col(House.state) == HouseState.REGISTERED).order_by(col(House.id)).limit(_FIRST)
    if kecamatan is not None:
        first = first.where(col(House.kecamatan_code).in_(kecamatan))
    numbers = [number or 0 for number in session.exec(first)]
    came = select(func.max(Event.at).label("at")).where(
        col(Event.house_id).in_(numbers), col(Event.kind) == "house.registered",
    ).group_by(col(Event.house_id)).subquery()
    longest: datetime | None = session.exec(select(func.min(came.c.at))).one()
    return longest
