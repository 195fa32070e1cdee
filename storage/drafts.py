"""Half-filled forms: they outlive restarts, and any process can go on with them (decision 5)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select, update
from sqlmodel.sql.expression import SelectOfScalar

from storage import photos, scans
from storage.base import args, big, blob, fk, pk
from storage.store import vault_of

LIVES_DAYS = 14
REMIND_DAYS = 2


class Draft(SQLModel, table=True):
    """One open form of one person. Answers are sealed JSON: key → normalised value.

    ``asking`` is the question whose answer is awaited; ``subject_id`` what the form is about (a claim, a house;
    0 for none). The draft touched last is the one that a typed message answers.
    """

    __tablename__ = "draft"
    __table_args__ = args(
        UniqueConstraint("person_id", "form", "subject_id"),
    )
    id: int | None = pk()
    person_id: int = fk("person.id", index=False)
    chat_id: int = big()
    form: str = Field(max_length=24)
    subject_id: int = big(default=0)
    answers: bytes = blob()
    asking: str | None = Field(default=None, max_length=24)
    # Message id → question, so that an edited message corrects that answer.
    sources: bytes | None = blob(nullable=True)
    # What was answered to messages and still waits to be sent: see :func:`carry`.
    unsaid: bytes | None = blob(nullable=True)
    version: int = 1
    started_at: datetime
    touched_at: datetime = Field(index=True)
    reminded_at: datetime | None = None


def open_draft(
    session: Session, person_id: int, chat_id: int, form: str, now: datetime, *, subject: int = 0
) -> tuple[Draft, bool]:
    """The open draft of a form (and subject), or a new one; True when it is new."""
    where = (col(Draft.person_id) == person_id, col(Draft.form) == form, col(Draft.subject_id) == subject)
    draft = session.exec(_held(select(Draft).where(*where))).first()
    if draft is not None:
        draft.touched_at = now
        session.add(draft)
        session.flush()
        return draft, False
    draft = Draft(person_id=person_id, chat_id=chat_id, form=form, subject_id=subject, answers=b"", started_at=now,
                  touched_at=now)
    session.add(draft)
    session.flush()
    write(session, draft, {}, now)
    return draft, True


def _held(query: SelectOfScalar[Draft]) -> SelectOfScalar[Draft]:
    """Answers are read, changed and written as a whole: whoever does that holds the row until the transaction ends."""
    return query.with_for_update().execution_options(populate_existing=True)


def get(session: Session, draft_id: int) -> Draft | None:
    """A draft, held until the transaction ends; None when it is over."""
    return session.exec(_held(select(Draft).where(col(Draft.id) == draft_id))).first()


def current(session: Session, person_id: int) -> Draft | None:
    """The draft touched last. To change it, :func:`get` it."""
    query = select(Draft).where(col(Draft.person_id) == person_id)
    return session.exec(query.order_by(col(Draft.touched_at).desc(), col(Draft.id).desc()).limit(1)).first()


def of_person(session: Session, person_id: int) -> list[Draft]:
    """All open drafts of a person, the newest first."""
    query = select(Draft).where(col(Draft.person_id) == person_id).order_by(col(Draft.touched_at).desc())
    return list(session.exec(query))


def about(
    session: Session, subject: int, *, only: Collection[str] | None = None, but: Collection[str] = ()
) -> list[Draft]:
    """Everybody's open drafts about one thing, held until the transaction ends. ``only``, ``but``: names of forms."""
    query = select(Draft).where(col(Draft.subject_id) == subject, col(Draft.form).not_in(but))
    if only is not None:
        query = query.where(col(Draft.form).in_(only))
    return list(session.exec(_held(query.order_by(col(Draft.id)))))


def follow(session: Session, person_id: int, chat_id: int) -> None:
    """A person has a new Telegram account: open forms go on there."""
    session.exec(update(Draft).where(col(Draft.person_id) == person_id).values(chat_id=chat_id))


def read(session: Session, draft: Draft) -> dict[str, Any]:
    """The answers so far; of a draft from :func:`get` or :func:`open_draft` when they are to be changed."""
    return dict(orjson.loads(vault_of(session).open(draft.answers, f"draft:{draft.id}")))


def read_sources(session: Session, draft: Draft) -> dict[str, str]:
    """Message id (as text) → question key."""
    if not draft.sources:
        return {}
    return dict(orjson.loads(vault_of(session).open(draft.sources, f"sources:{draft.id}")))


def unsaid(session: Session, draft: Draft) -> tuple[int, dict[str, str]]:
    """The id of the call that told the newest answers, and what it told (key → HTML)."""
    if not draft.unsaid:
        return 0, {}
    kept = orjson.loads(vault_of(session).open(draft.unsaid, f"unsaid:{draft.id}"))
    return int(kept["row"]), dict(kept["said"])


def carry(session: Session, draft: Draft, row_id: int, said: dict[str, str]) -> None:
    """Remember what a call tells: while it waits, a newer one takes its place and tells all of it."""
    draft.unsaid = vault_of(session).seal(orjson.dumps({"row": row_id, "said": said}), f"unsaid:{draft.id}")
    session.add(draft)
    session.flush()


def write(
    session: Session, draft: Draft, answers: dict[str, Any], now: datetime, *, sources: dict[str, str] | None = None
) -> None:
    """Keep the answers; the version counts each change."""
    vault = vault_of(session)
    draft.answers = vault.seal(orjson.dumps(answers), f"draft:{draft.id}")
    if sources is not None:
        draft.sources = vault.seal(orjson.dumps(sources), f"sources:{draft.id}")
    draft.version += 1
    draft.touched_at = now
    draft.reminded_at = None
    session.add(draft)
    session.flush()


def discard(session: Session, draft: Draft) -> None:
    """Delete a draft with everything typed in it, and the photos that were not attached to anything."""
    photos.forget_draft(session, draft.id or 0)
    scans.forget_draft(session, draft.id or 0)
    session.delete(draft)
    session.flush()


def to_remind(session: Session, now: datetime, limit: int = 50) -> list[Draft]:
    """Drafts that have lain untouched and were not spoken of yet."""
    where = (col(Draft.touched_at) < now - timedelta(days=REMIND_DAYS), col(Draft.reminded_at).is_(None))
    return list(session.exec(_free(select(Draft).where(*where)).order_by(col(Draft.id)).limit(limit)))


def expired(session: Session, now: datetime, limit: int = 50) -> list[Draft]:
    """Drafts that have lain too long; they hold personal data, so they go."""
    where = col(Draft.touched_at) < now - timedelta(days=LIVES_DAYS)
    return list(session.exec(_free(select(Draft).where(where)).order_by(col(Draft.id)).limit(limit)))


def _free(query: SelectOfScalar[Draft]) -> SelectOfScalar[Draft]:
    """Only drafts that nobody is filling in at this moment."""
    return query.with_for_update(skip_locked=True)
