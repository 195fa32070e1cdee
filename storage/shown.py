"""Messages that show a family's data: where they stand, so that they can be emptied (decision 13)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, Session, SQLModel, col, or_, select, update
from sqlmodel.sql.expression import SelectOfScalar

from storage import outbox
from storage.base import args, big, fk, pk
from storage.claims import HOLDING, Claim, ClaimState
from storage.houses import House
from storage.outbox import Outbox, OutboxState
from storage.people import Person, Role, RoleName, areas_of, roles_of

# The call that empties a message carries this name of what follows it: only then the message counts as emptied.
EMPTIED = "shown_emptied"
_OPEN = text("closed_at IS NULL")
_WAITING = (OutboxState.PENDING, OutboxState.SENDING)


def _open_index(name: str, *columns: str) -> Index:
    return Index(name, *columns, sqlite_where=_OPEN, postgresql_where=_OPEN)


class Shown(SQLModel, table=True):
    """One protected message. ``outbox_id``: the call that wrote the data; its message id is known once it was made.

    ``edit_id``: the call that empties it. ``closed_at``: when that was really made, or the data turned out never
    to have arrived. ``claim_id``: the right to see it came with this claim; staff see houses without one.
    """

    __tablename__ = "shown"
    __table_args__ = args(
        _open_index("ix_shown_person", "person_id", "house_id"), _open_index("ix_shown_chat", "chat_id"),
        _open_index("ix_shown_claim", "claim_id"), _open_index("ix_shown_edit", "edit_id"),
    )
    id: int | None = pk()
    house_id: int = fk("house.id")
    claim_id: int | None = fk("claim.id", nullable=True, index=False)
    person_id: int = fk("person.id", index=False)
    chat_id: int = big()
    outbox_id: int = fk("outbox.id")
    at: datetime
    edit_id: int | None = fk("outbox.id", nullable=True, index=False)
    closed_at: datetime | None = Field(default=None)


def note(
    session: Session, house_id: int, person_id: int, chat_id: int, outbox_id: int, now: datetime, *,
    claim_id: int | None = None,
) -> Shown:
    """Remember that a person was sent a family's data."""
    row = Shown(house_id=house_id, claim_id=claim_id, person_id=person_id, chat_id=chat_id, outbox_id=outbox_id, at=now)
    session.add(row)
    session.flush()
    return row


def _live(*where: Any) -> SelectOfScalar[Shown]:
    """Messages that still show the data, and that no waiting call is about to empty."""
    waits = select(Outbox.id).where(col(Outbox.id) == col(Shown.edit_id), col(Outbox.state).in_(_WAITING))
    return select(Shown).where(col(Shown.closed_at).is_(None), ~waits.exists(), *where).order_by(col(Shown.id))


def of_claim(session: Session, claim_id: int) -> list[Shown]:
    """Live messages that a claim gave the right to."""
    return list(session.exec(_live(col(Shown.claim_id) == claim_id)))


def of_house(session: Session, person_id: int, house_id: int) -> list[Shown]:
    """Live messages that show one house to a person."""
    return list(session.exec(_live(col(Shown.person_id) == person_id, col(Shown.house_id) == house_id)))


def of_house_all(session: Session, house_id: int) -> list[Shown]:
    """Live messages that show a house to anybody."""
    return list(session.exec(_live(col(Shown.house_id) == house_id)))


def forget(session: Session, house_id: int, now: datetime) -> None:
    """Documents and pictures of a house that still wait are not sent, and nothing that was sent of it is kept with us.

    Messages are emptied by the caller, before this.
    """
    mine = select(Shown.outbox_id).where(col(Shown.house_id) == house_id)
    documents = mine.where(col(Shown.closed_at).is_not(None))
    for row in session.exec(select(Outbox).where(col(Outbox.id).in_(documents))):
        outbox.cancel(session, row, now)
    session.exec(update(Outbox).where(col(Outbox.id).in_(mine), col(Outbox.done_at).is_not(None)).values(params=b""))


def holders(session: Session, house_ids: Collection[int]) -> dict[int, set[int]]:
    """house id → people who were sent its pictures or documents: these stand in their chats, and cannot be emptied."""
    query = select(Shown.house_id, Shown.person_id).join(Outbox, col(Outbox.id) == col(Shown.outbox_id)).where(
        col(Shown.house_id).in_(house_ids), col(Shown.closed_at).is_not(None), col(Shown.edit_id).is_(None),
        col(Outbox.state).in_((OutboxState.SENT, OutboxState.SENDING, OutboxState.UNKNOWN))).distinct()
    found: dict[int, set[int]] = {}
    for house_id, person_id in session.exec(query):
        found.setdefault(house_id, set()).add(person_id)
    return found


def recall(session: Session, claim: Claim, now: datetime) -> None:
    """A claim holds its house no more: pictures and documents of it that still wait are not sent to whoever saw it by
    that claim only."""
    if claim.state in HOLDING:
        return
    waiting = select(Shown, Outbox).join(Outbox, col(Outbox.id) == col(Shown.outbox_id)).where(
        col(Shown.house_id) == claim.house_id, col(Shown.closed_at).is_not(None),
        col(Outbox.state) == OutboxState.PENDING)
    house = session.get_one(House, claim.house_id)
    for row, call in session.exec(waiting).all():
        if not may_see(session, row.person_id, house, claim):
            outbox.cancel(session, call, now)


def of_chat(session: Session, chat_id: int) -> list[Shown]:
    """Live messages in a chat."""
    return list(session.exec(_live(col(Shown.chat_id) == chat_id)))


def of_message(session: Session, chat_id: int, message_id: int) -> list[Shown]:
    """What one message shows: an edit of it, whatever it says, empties it of that."""
    wrote = select(Outbox.id).where(
        col(Outbox.id) == col(Shown.outbox_id),
        or_(col(Outbox.message_id) == message_id, col(Outbox.target_message) == message_id),
    )
    return list(session.exec(_live(col(Shown.chat_id) == chat_id, wrote.exists())))


def of_call(session: Session, outbox_id: int) -> Shown | None:
    """What a call shows."""
    return session.exec(select(Shown).where(col(Shown.outbox_id) == outbox_id)).first()


def unfinished(session: Session, chat_id: int | None = None, limit: int = 1000) -> list[Shown]:
    """Messages whose emptying was given up: in one chat, or everywhere but in chats known to be out of reach."""
    query = _live(col(Shown.edit_id).is_not(None))
    if chat_id is not None:
        query = query.where(col(Shown.chat_id) == chat_id)
    else:
        away = select(Person.id).where(col(Person.telegram_id) == col(Shown.chat_id),
                                       col(Person.unreachable_at).is_not(None))
        query = query.where(~away.exists())
    return list(session.exec(query.limit(limit)))


def lost(session: Session, person_id: int) -> list[Shown]:
    """Live messages that a person has no right to any more, now that their roles have changed."""
    # Whoever is being shown something at this moment holds this row: what they write is seen here then.
    session.exec(select(Person.id).where(col(Person.id) == person_id).with_for_update()).first()
    roles = roles_of(session, person_id)
    areas = areas_of(session, [role.id or 0 for role in roles])
    rows = list(session.exec(_live(col(Shown.person_id) == person_id)))
    houses = {house.id: house for house in session.exec(
        select(House).where(col(House.id).in_({row.house_id for row in rows})))}
    claims = {claim.id: claim for claim in session.exec(
        select(Claim).where(col(Claim.id).in_({row.claim_id for row in rows if row.claim_id})))}
    return [row for row in rows
            if not _may(roles, areas, person_id, houses[row.house_id], claims.get(row.claim_id))]


def may_see(session: Session, person_id: int, house: House, claim: Claim | None = None) -> bool:
    """Whether a person may see the family of a house now; until the transaction ends no role is taken from them."""
    session.exec(select(Person.id).where(col(Person.id) == person_id).with_for_update(read=True)).first()
    roles = roles_of(session, person_id)
    return _may(roles, areas_of(session, [role.id or 0 for role in roles]), person_id, house, claim)


def _may(roles: list[Role], areas: dict[int, set[str]], person_id: int, house: House, claim: Claim | None) -> bool:
    """Admins, verifiers of the kecamatan, who registered it, and reps of the partner whose claim is active."""
    for role in roles:
        limit = areas.get(role.id or 0)
        if role.name == RoleName.ADMIN \
                or (role.name == RoleName.VERIFIER and (limit is None or house.kecamatan_code in limit)) \
                or (role.name == RoleName.SURVEYOR and house.surveyor_id == person_id):
            return True
        if claim is not None and claim.state == ClaimState.ACTIVE and role.partner_id == claim.partner_id:
            return True
    return False


def emptying(session: Session, rows: list[Shown], edit_id: int) -> None:
    """A call is written that empties these messages."""
    for row in rows:
        row.edit_id = edit_id
        session.add(row)
    session.flush()


def emptied(session: Session, edit_id: int, now: datetime) -> None:
    """The call was made: what it emptied shows nothing any more."""
    session.exec(update(Shown).where(col(Shown.edit_id) == edit_id, col(Shown.closed_at).is_(None))
                 .values(closed_at=now))


def close(session: Session, row: Shown, now: datetime) -> None:
    """The data never arrived."""
    row.closed_at = now
    session.add(row)
    session.flush()
