"""The only way in: one-time links with a 256-bit token, stored hashed."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel, col, func, select, update

from storage import partners
from storage.base import args, check, choice, fk, pk
from storage.errors import Refused
from storage.events import record
from storage.people import Person, Role, RoleName, add_person, by_telegram, grant, is_admin, move_account

VALID_DAYS = 7


class Invite(SQLModel, table=True):
    """One invitation for one role (and partner), or for moving a person to a new account."""

    __tablename__ = "invite"
    __table_args__ = args(
        check("(role = 'partner') = (partner_id IS NOT NULL)", "partner_invite_names_partner"),
        check("role IS NOT NULL OR moves_person_id IS NOT NULL", "invite_is_for_something"),
    )
    id: int | None = pk()
    token_hash: str = Field(unique=True, max_length=64)
    role: RoleName | None = choice(RoleName, "invite_role", nullable=True)
    partner_id: int | None = fk("partner.id", nullable=True, index=False)
    areas: str = Field(default="", max_length=1000, description="kecamatan codes, space separated; empty: whole city")
    moves_person_id: int | None = fk("person.id", nullable=True, index=False)
    created_at: datetime
    created_by: int | None = fk("person.id", nullable=True, index=False)
    expires_at: datetime
    used_at: datetime | None = None
    used_by: int | None = fk("person.id", nullable=True, index=False)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def create(
    session: Session, now: datetime, *, by: int | None, role: RoleName | None = None,
    partner_id: int | None = None, areas: list[str] | None = None, moves_person_id: int | None = None,
) -> tuple[Invite, str]:
    """A new invite and its token (URL-safe, 43 characters; Telegram allows 64). Only the hash is stored."""
    token = secrets.token_urlsafe(32)
    invite = Invite(
        token_hash=_hash(token), role=role, partner_id=partner_id, areas=" ".join(areas or []),
        moves_person_id=moves_person_id, created_at=now, created_by=by,
        expires_at=now + timedelta(days=VALID_DAYS),
    )
    session.add(invite)
    session.flush()
    record(session, "invite.created", now, actor=by, invite=invite.id, role=role.value if role else None,
           partner=partner_id)
    return invite, token


def find(session: Session, token: str) -> Invite | None:
    """The invite behind a token, used or not."""
    return session.exec(select(Invite).where(col(Invite.token_hash) == _hash(token))).first()


def last_id(session: Session, by: int) -> int:
    """The id of a person's newest invite, 0 without one: a button made before it has been used."""
    return session.exec(select(func.max(Invite.id)).where(col(Invite.created_by) == by)).one() or 0


def waiting(session: Session, now: datetime, *, after: int = 0, limit: int = 8) -> list[Invite]:
    """Invites that can still be used, the oldest first, those with an id above ``after``."""
    where = (col(Invite.used_at).is_(None), col(Invite.expires_at) > now, col(Invite.id) > after)
    return list(session.exec(select(Invite).where(*where).order_by(col(Invite.id)).limit(limit)))


def revoke(session: Session, invite_id: int, now: datetime, *, by: int | None) -> None:
    """End an invite before anybody uses it: from now on it has expired.

    Raises:
        Refused: ``invite.used`` somebody was faster, ``invite.expired`` it has ended already.
    """
    done = session.exec(
        update(Invite).where(col(Invite.id) == invite_id, col(Invite.used_at).is_(None),
                             col(Invite.expires_at) > now).values(expires_at=now)
    )
    if done.rowcount != 1:
        invite = session.get(Invite, invite_id)
        raise Refused("invite.used" if invite is not None and invite.used_at is not None else "invite.expired")
    record(session, "invite.revoked", now, actor=by, invite=invite_id)


def end_made_by(session: Session, person_id: int, now: datetime) -> int:
    """Who made them is no admin any more: their unused invites expire; how many."""
    waiting = (col(Invite.created_by) == person_id, col(Invite.used_at).is_(None), col(Invite.expires_at) > now)
    ended = list(session.execute(update(Invite).where(*waiting).values(expires_at=now).returning(col(Invite.id)))
                 .scalars())
    for number in ended:
        record(session, "invite.revoked", now, invite=number)
    return len(ended)


def _check_working(session: Session, partner_id: int) -> None:
    try:
        partners.working(session, partner_id)
    except Refused as refused:
        raise Refused("invite.partner_closed", **refused.figures) from refused


def redeem(
    session: Session, token: str, telegram_id: int, name: str, locale: str, now: datetime
) -> tuple[Person, Role | None, Invite]:
    """Use an invite up; the role is None when it moved a person to this account.

    Raises:
        Refused: ``invite.unknown``, ``invite.expired``, ``invite.used``, ``invite.used_by_you``,
            ``invite.partner_closed`` (it can be used once the partner is open again), ``account.taken``.
    """
    invite = find(session, token)
    if invite is None:
        raise Refused("invite.unknown")
    person = by_telegram(session, telegram_id)
    if invite.used_at is not None:
        if person is not None and invite.used_by == person.id:
            raise Refused("invite.used_by_you")
        raise Refused("invite.used")
    # What a former admin once gave out lets nobody in any more; least of all themselves.
    if invite.expires_at <= now or not (invite.created_by is None or is_admin(session, invite.created_by)):
        raise Refused("invite.expired")
    if invite.partner_id is not None:
        _check_working(session, invite.partner_id)
    # One row or refusal, before anything else: of two who press the same link at once, one gets in.
    used = session.exec(
        update(Invite).where(col(Invite.id) == invite.id, col(Invite.used_at).is_(None), col(Invite.expires_at) > now)
        .values(used_at=now)
    )
    if used.rowcount != 1:
        raise Refused("invite.used")
    if invite.moves_person_id is not None:
        person = session.get(Person, invite.moves_person_id)
        if person is None:
            raise Refused("invite.unknown")
        move_account(session, person, telegram_id, now, by=invite.created_by)
    elif person is None:
        person = add_person(session, telegram_id, name, locale, now)
    session.exec(update(Invite).where(col(Invite.id) == invite.id).values(used_by=person.id))
    record(session, "invite.used", now, actor=person.id, invite=invite.id)
    role = None
    if invite.role is not None:
        role = grant(session, person, invite.role, now, by=invite.created_by, partner_id=invite.partner_id,
                     areas=invite.areas.split())
    return person, role, invite
