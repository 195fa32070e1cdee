"""Pages of the signed handover record, sent back as pictures or as a PDF: they count on receipt (decision 10)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement
from sqlmodel import Field, Session, SQLModel, col, func, select, update

from storage import dropped
from storage.base import args, big, choice, fk, pk
from storage.claims import Claim
from storage.photos import PhotoState


class Media(StrEnum):
    """What a scan was sent as."""

    PHOTO = "photo"
    PDF = "pdf"


class Scan(SQLModel, table=True):
    """One page (or all) of the signed handover record. It counts on receipt; its bytes are fetched soon after.

    ``key``: the name of the stored copy. ``problem``: why it was rejected.
    """

    __tablename__ = "scan"
    __table_args__ = args()
    id: int | None = pk()
    claim_id: int | None = fk("claim.id", nullable=True)
    draft_id: int | None = fk("draft.id", nullable=True, ondelete="SET NULL")
    person_id: int = fk("person.id", index=False)
    chat_id: int = big()
    media: Media = choice(Media, "scan_media")
    file_id: str
    file_unique_id: str = Field(max_length=64)
    state: PhotoState = choice(PhotoState, "scan_state", default=PhotoState.RECEIVED)
    received_at: datetime
    key: str | None = Field(default=None, max_length=80, index=True)
    problem: str | None = Field(default=None, max_length=40)


def add(
    session: Session, person_id: int, chat_id: int, media: Media, file_id: str, file_unique_id: str, now: datetime, *,
    draft_id: int,
) -> Scan | None:
    """Note a page of the signed record; None when this very file is in the same draft already."""
    where = (col(Scan.draft_id) == draft_id, col(Scan.file_unique_id) == file_unique_id,
             col(Scan.state) != PhotoState.REJECTED)
    if session.exec(select(Scan.id).where(*where)).first() is not None:
        return None
    row = Scan(person_id=person_id, chat_id=chat_id, media=media, file_id=file_id, file_unique_id=file_unique_id,
               received_at=now, draft_id=draft_id)
    session.add(row)
    session.flush()
    return row


def of_draft(session: Session, draft_id: int) -> list[Scan]:
    """Pages of a draft that count, in order."""
    where = (col(Scan.draft_id) == draft_id, col(Scan.state) != PhotoState.REJECTED)
    return list(session.exec(select(Scan).where(*where).order_by(col(Scan.id))))


def of_claim(session: Session, claim_id: int) -> list[Scan]:
    """Pages of a claim's signed record that count, in order."""
    where = (col(Scan.claim_id) == claim_id, col(Scan.state) != PhotoState.REJECTED)
    return list(session.exec(select(Scan).where(*where).order_by(col(Scan.id))))


def may_follow(session: Session, claim_id: int) -> bool:
    """Whether pages may still follow for a claim that was handed over: none counts, or one could not be read."""
    states = list(session.exec(select(Scan.state).where(col(Scan.claim_id) == claim_id)))
    return not states or PhotoState.REJECTED in states


def count_of_house(session: Session, house_id: int) -> int:
    """How many pages of a house's signed records count."""
    of_house = select(Claim.id).where(col(Claim.house_id) == house_id)
    where = (col(Scan.claim_id).in_(of_house), col(Scan.state) != PhotoState.REJECTED)
    return session.exec(select(func.count()).select_from(Scan).where(*where)).one()


def attach(session: Session, draft_id: int, claim_id: int) -> int:
    """Move a draft's pages to their claim; how many."""
    done = session.exec(update(Scan).where(col(Scan.draft_id) == draft_id).values(claim_id=claim_id, draft_id=None))
    return int(done.rowcount)


def fetched(session: Session, scan_id: int, key: str) -> Scan | None:
    """The bytes are checked and stored under ``key``; None when they are wanted no more: then they go again."""
    row = _wanted(session, scan_id)
    if row is None:
        dropped.leave(session, [key])
        return None
    row.state, row.key = PhotoState.STORED, key
    session.add(row)
    session.flush()
    return row


def rejected(session: Session, scan_id: int, problem: str) -> Scan | None:
    """The bytes are neither a usable picture nor a PDF; None when they are wanted no more."""
    row = _wanted(session, scan_id)
    if row is not None:
        _reject(session, row, problem)
    return row


def _wanted(session: Session, scan_id: int) -> Scan | None:
    row = session.get(Scan, scan_id, populate_existing=True, with_for_update=True)
    return row if row is not None and row.state != PhotoState.REJECTED else None


def _reject(session: Session, row: Scan, problem: str) -> None:
    if row.key is not None:
        dropped.leave(session, [row.key])
    row.state, row.problem, row.key, row.file_id, row.file_unique_id = PhotoState.REJECTED, problem, None, "", ""
    session.add(row)
    session.flush()


def _held(session: Session, where: ColumnElement[bool]) -> list[Scan]:
    """Pages as they are now, also those that were read before: one may have been stored meanwhile, and its file must
    go with it."""
    rows = select(Scan).where(where).order_by(col(Scan.id)).with_for_update()
    return list(session.exec(rows.execution_options(populate_existing=True)))


def forget_draft(session: Session, draft_id: int) -> None:
    """Nothing of a form that was not saved is kept."""
    for row in _held(session, col(Scan.draft_id) == draft_id):
        _reject(session, row, "dropped")
        row.draft_id = None


def erase(session: Session, claim_ids: Collection[int | None]) -> int:
    """The family's signature goes with its data: neither the files nor Telegram's names of them are kept. How many."""
    rows = _held(session, col(Scan.claim_id).in_(claim_ids))
    for row in rows:
        _reject(session, row, "erased")
    return len(rows)
