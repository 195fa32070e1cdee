"""People and what they may do. A person may hold several roles; a role may be limited to some kecamatan."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, ForeignKey, Index, and_, or_, text, true
from sqlmodel import Field, Session, SQLModel, col, select, update

from storage import partners
from storage.base import KEY, args, big, check, choice, fk, pk
from storage.errors import Refused
from storage.events import record


class RoleName(StrEnum):
    """What a person may be."""

    ADMIN = "admin"
    VERIFIER = "verifier"
    SURVEYOR = "surveyor"
    PARTNER = "partner"


class Person(SQLModel, table=True):
    """Somebody with an account. Roles belong to the person, not to the Telegram account."""

    __tablename__ = "person"
    __table_args__ = args()
    id: int | None = pk()
    telegram_id: int | None = big(nullable=True, unique=True)
    name: str = Field(max_length=128)
    locale: str = Field(default="id", max_length=8)
    created_at: datetime
    # Set when Telegram says that the person blocked the bot; nothing is sent until they write again.
    unreachable_at: datetime | None = None
    # Whether a surveyor wants to hear what becomes of the houses they registered.
    house_news: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    # When a rep was told, once, that a screenshot of a family's data cannot be taken back.
    warned_at: datetime | None = None


_CITY_ROLE = "revoked_at IS NULL AND partner_id IS NULL"
_PARTNER_ROLE = "revoked_at IS NULL AND partner_id IS NOT NULL"


class Role(SQLModel, table=True):
    """One role held by a person; ended, never deleted."""

    __tablename__ = "role"
    __table_args__ = args(
        check("(name = 'partner') = (partner_id IS NOT NULL)", "partner_role_names_partner"),
        Index("uq_role_city", "person_id", "name", unique=True,
              sqlite_where=text(_CITY_ROLE), postgresql_where=text(_CITY_ROLE)),
        Index("uq_role_partner", "person_id", "name", "partner_id", unique=True,
              sqlite_where=text(_PARTNER_ROLE), postgresql_where=text(_PARTNER_ROLE)),
    )
    id: int | None = pk()
    person_id: int = fk("person.id")
    name: RoleName = choice(RoleName, "role_name")
    partner_id: int | None = fk("partner.id", nullable=True)
    granted_at: datetime
    granted_by: int | None = fk("person.id", nullable=True, index=False)
    revoked_at: datetime | None = None
    revoked_by: int | None = fk("person.id", nullable=True, index=False)


class RoleArea(SQLModel, table=True):
    """A kecamatan to which a role is limited; no row means the whole city."""

    __tablename__ = "role_area"
    role_id: int = Field(sa_column=Column(KEY, ForeignKey("role.id"), primary_key=True, autoincrement=False))
    kecamatan_code: str = Field(foreign_key="kecamatan.code", primary_key=True)


def by_telegram(session: Session, telegram_id: int) -> Person | None:
    """The person behind a Telegram account."""
    return session.exec(select(Person).where(col(Person.telegram_id) == telegram_id)).first()


def roles_of(session: Session, person_id: int) -> list[Role]:
    """The roles that are in force."""
    where = (col(Role.person_id) == person_id, col(Role.revoked_at).is_(None))
    return list(session.exec(select(Role).where(*where).order_by(col(Role.id))))


def areas_of(session: Session, role_ids: list[int]) -> dict[int, set[str]]:
    """role id → kecamatan codes, only for limited roles."""
    found: dict[int, set[str]] = {}
    if role_ids:
        for row in session.exec(select(RoleArea).where(col(RoleArea.role_id).in_(role_ids))):
            found.setdefault(row.role_id, set()).add(row.kecamatan_code)
    return found


def holders(
    session: Session, name: RoleName, partner_id: int | None = None, *, kecamatan: str | None = None
) -> list[Person]:
    """Everybody who holds a role now (of one partner, or reaching one kecamatan, where given)."""
    query = select(Person).join(Role, col(Role.person_id) == col(Person.id)).where(
        col(Role.name) == name, col(Role.revoked_at).is_(None)
    )
    if partner_id is not None:
        query = query.where(col(Role.partner_id) == partner_id)
    if kecamatan is not None:
        limited = select(RoleArea.role_id).where(col(RoleArea.role_id) == col(Role.id))
        reaches = limited.where(col(RoleArea.kecamatan_code) == kecamatan)
        query = query.where(or_(~limited.exists(), reaches.exists()))
    return list(session.exec(query.order_by(col(Person.id)).distinct()))


def page(session: Session, *, after: int = 0, limit: int = 8) -> list[Person]:
    """People who hold a role now, by name; ``after`` is the id of the last one shown before (0: from the start)."""
    has_role = select(Role.person_id).where(col(Role.revoked_at).is_(None))
    query = select(Person).where(col(Person.id).in_(has_role))
    last = session.get(Person, after) if after else None
    if last is not None:
        query = query.where(or_(col(Person.name) > last.name,
                                and_(col(Person.name) == last.name, col(Person.id) > last.id)))
    return list(session.exec(query.order_by(col(Person.name), col(Person.id)).limit(limit)))


def roles_of_all(session: Session, person_ids: list[int]) -> dict[int, list[Role]]:
    """person id → roles in force, for a list of people in one query."""
    found: dict[int, list[Role]] = {}
    if person_ids:
        where = (col(Role.person_id).in_(person_ids), col(Role.revoked_at).is_(None))
        for role in session.exec(select(Role).where(*where).order_by(col(Role.id))):
            found.setdefault(role.person_id, []).append(role)
    return found


def some(session: Session, person_ids: list[int]) -> list[Person]:
    """People by their ids."""
    return list(session.exec(select(Person).where(col(Person.id).in_(person_ids)).order_by(col(Person.id))))


def names_of(session: Session, person_ids: set[int]) -> dict[int, str]:
    """person id → name."""
    if not person_ids:
        return {}
    return {person.id or 0: person.name
            for person in session.exec(select(Person).where(col(Person.id).in_(person_ids)))}


def is_admin(session: Session, person_id: int) -> bool:
    """Whether somebody is an admin, and stays it until the transaction ends."""
    where = (col(Role.person_id) == person_id, col(Role.name) == RoleName.ADMIN, col(Role.revoked_at).is_(None))
    return session.exec(select(Role.id).where(*where).with_for_update(read=True)).first() is not None


def set_reachable(session: Session, person: Person, now: datetime, *, reachable: bool) -> None:
    """The person blocked the bot, or can be written to again."""
    if reachable == (person.unreachable_at is None):
        return
    person.unreachable_at = None if reachable else now
    session.add(person)
    session.flush()
    record(session, "person.reachable" if reachable else "person.unreachable", now, person=person.id)


def speak(session: Session, person: Person, locale: str, now: datetime) -> None:
    """The person wants to read another language."""
    person.locale = locale
    session.add(person)
    session.flush()
    record(session, "person.language", now, actor=person.id, person=person.id, locale=locale)


def warn(session: Session, person: Person, now: datetime) -> bool:
    """Note that a rep is told that a screenshot of a family's data cannot be taken back; whether it is the first time.
    """
    done = session.exec(update(Person).where(col(Person.id) == person.id, col(Person.warned_at).is_(None))
                        .values(warned_at=now))
    if done.rowcount == 1:
        record(session, "person.warned", now, actor=person.id, person=person.id)
    return done.rowcount == 1


def add_person(session: Session, telegram_id: int | None, name: str, locale: str, now: datetime) -> Person:
    """A new person without any role."""
    person = Person(telegram_id=telegram_id, name=name[:128], locale=locale, created_at=now)
    session.add(person)
    session.flush()
    return person


def grant(
    session: Session, person: Person, name: RoleName, now: datetime, *,
    by: int | None, partner_id: int | None = None, areas: list[str] | None = None,
) -> Role:
    """Give a role; an equal one in force is returned as it is.

    Raises:
        Refused: ``partner.closed`` nobody becomes a rep of it.
    """
    person_id = person.id or 0
    # Two grants at once to one person: the second waits here, and then finds the first.
    session.exec(select(Person.id).where(col(Person.id) == person_id).with_for_update()).first()
    for held in roles_of(session, person_id):
        if held.name == name and held.partner_id == partner_id:
            return held
    if partner_id is not None:
        partners.working(session, partner_id)
    role = Role(person_id=person_id, name=name, partner_id=partner_id, granted_at=now, granted_by=by)
    session.add(role)
    session.flush()
    set_areas(session, role, areas or [])
    record(session, "role.granted", now, actor=by, person=person.id, role=name.value, partner=partner_id)
    return role


def set_areas(session: Session, role: Role, areas: list[str]) -> None:
    """Limit a role to some kecamatan; an empty list means the whole city."""
    for old in session.exec(select(RoleArea).where(col(RoleArea.role_id) == role.id)):
        session.delete(old)
    session.flush()
    session.add_all(RoleArea(role_id=role.id or 0, kecamatan_code=code) for code in areas)
    session.flush()


def change_areas(session: Session, role_id: int, areas: list[str], now: datetime, *, by: int | None) -> Role:
    """Set the kecamatan of a role in force; an empty list means the whole city.

    Raises:
        Refused: ``role.gone`` it has ended.
    """
    # Two admins at once: the second waits here, and then takes away what the first wrote.
    role = session.get(Role, role_id, populate_existing=True, with_for_update=True)
    if role is None or role.revoked_at is not None:
        raise Refused("role.gone")
    set_areas(session, role, areas)
    record(session, "role.areas", now, actor=by, person=role.person_id, role=role.name.value, areas=areas)
    return role


def revoke(session: Session, role_id: int, now: datetime, *, by: int | None) -> None:
    """End a role.

    Raises:
        Refused: ``role.gone`` it has ended already, ``role.last_admin`` nobody could let people in any more.
    """
    role = session.get(Role, role_id)
    if role is None or role.revoked_at is not None:
        raise Refused("role.gone")
    if role.name == RoleName.ADMIN:
        # Two admins revoking each other at once must not leave none: the rows are locked first.
        admins = session.exec(
            select(Role.id).where(col(Role.name) == RoleName.ADMIN, col(Role.revoked_at).is_(None))
            .order_by(col(Role.id)).with_for_update()
        ).all()
        if set(admins) <= {role_id}:
            raise Refused("role.last_admin")
    done = session.exec(
        update(Role).where(col(Role.id) == role_id, col(Role.revoked_at).is_(None))
        .values(revoked_at=now, revoked_by=by)
    )
    if done.rowcount != 1:
        raise Refused("role.gone")
    record(session, "role.revoked", now, actor=by, person=role.person_id, role=role.name.value)


def move_account(session: Session, person: Person, telegram_id: int, now: datetime, *, by: int | None) -> None:
    """Give a person a new Telegram account; roles stay with the person.

    Raises:
        Refused: ``account.taken`` the account belongs to somebody with roles.
    """
    other = by_telegram(session, telegram_id)
    if other is not None and other.id != person.id:
        if roles_of(session, other.id or 0):
            raise Refused("account.taken")
        other.telegram_id = None
        session.add(other)
        session.flush()
    person.telegram_id = telegram_id
    person.unreachable_at = None
    session.add(person)
    session.flush()
    record(session, "person.moved", now, actor=by, person=person.id)
