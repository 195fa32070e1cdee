"""Deadlines of a claim: begin, half done, done. Reminded before, overdue after, then back to the waiting list.

A deadline is a moment; it is missed when its day is over in the city, so the functions of the clock are given the
moment at which today began.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select, update

from storage import claims
from storage.claims import Claim, Turn
from storage.errors import Refused, Stale
from storage.events import Event, record, record_many
from storage.requests import Answer, Extension
from storage.rules import Rules

HALF = 50
"""Percent of the work."""
FARTHEST = timedelta(days=730)
"""No new date lies further ahead: a later one is a slip of the finger."""
AT_ONCE = 2000
"""Claims that are reminded of, or marked, in one transaction: others write meanwhile, and an upgrade or an outage may
bring all claims of a large city to one day. The rest follows at the next tick."""
_AFTER_NO = timedelta(days=3)
"""A partner whose wish was declined has so long at least."""


class Stage(StrEnum):
    """What must be reached by a deadline."""

    BEGIN = "begin"
    HALF = "half"
    DONE = "done"


def stage_of(turn: int, physical: int) -> Stage | None:
    """What a claim's next deadline is about; None where the partner has none: the work is done, or the claim over."""
    if turn == Turn.BEGIN:
        return Stage.BEGIN
    if turn == Turn.WORK:
        return Stage.HALF if physical < HALF else Stage.DONE
    return None


def after_step(
    claim: Claim, turn: int, physical: int, now: datetime, rules: Rules, *, went_on: bool = False
) -> dict[str, Any]:
    """The claim's columns that change when it comes to another stage. ``went_on``: more of the work is done.

    Where it stays in its stage it stays overdue, if it is; but work that goes on is left ``rules.grace`` from now. A
    stage that is reached late leaves the days of the first reminder at least, or the next deadline would be missed at
    once.
    """
    stage = stage_of(turn, physical)
    if stage == stage_of(claim.turn, claim.physical) and claim.due_at is not None:
        if went_on and claim.expires_at is not None:
            return {"expires_at": max(claim.expires_at, now + rules.grace)}
        return {}
    cleared: dict[str, Any] = {"reminded": 0, "overdue_at": None, "expires_at": None}
    if stage is None:
        return cleared | {"due_at": None}
    due = claim.claimed_at + getattr(rules, stage.value) + timedelta(days=claim.extra_days)
    return cleared | {"due_at": max(due, now + max(rules.remind, default=timedelta(days=7)))}


def to_remind(session: Session, today: datetime, rules: Rules, *, limit: int = AT_ONCE) -> list[Claim]:
    """Claims whose partner is to be reminded now, the earliest deadline first, about ``limit`` at most; each reminder
    is found once.

    ``today``: when today began in the city. Where two reminders are due at once, one is given.
    """
    found: list[int] = []
    leads = list(enumerate(sorted(rules.remind, reverse=True), 1))
    for number, lead in reversed(leads):
        due = (col(Claim.due_at).is_not(None), col(Claim.due_at) < today + lead + timedelta(days=1),
               col(Claim.overdue_at).is_(None), col(Claim.due_at) >= today, col(Claim.reminded) < number)
        found += _marked(session, due, limit, reminded=number)
        if len(found) >= limit:
            break
    return _some(session, found)


def _marked(session: Session, where: Collection[ColumnElement[bool]], limit: int, **values: Any) -> list[int]:
    """Write values in the first claims that meet all conditions; their ids, which no other process gets, too."""
    first = select(Claim.id).where(*where).order_by(col(Claim.due_at), col(Claim.id)).limit(limit)
    return [number or 0 for number in session.execute(
        update(Claim).where(col(Claim.id).in_(first), *where).values(**values).returning(col(Claim.id))
        .execution_options(synchronize_session=False)).scalars()]


def _some(session: Session, claim_ids: list[int]) -> list[Claim]:
    query = select(Claim).where(col(Claim.id).in_(claim_ids)).order_by(col(Claim.due_at), col(Claim.id))
    return list(session.exec(query.execution_options(populate_existing=True)))


def mark_overdue(
    session: Session, today: datetime, now: datetime, rules: Rules, *, limit: int = AT_ONCE
) -> list[Claim]:
    """Claims that have missed their deadline just now, ``limit`` at most; each is found once, and ends after
    ``rules.grace``."""
    missed = (col(Claim.due_at).is_not(None), col(Claim.due_at) < today, col(Claim.overdue_at).is_(None))
    late = _some(session, _marked(session, missed, limit, overdue_at=now, expires_at=now + rules.grace,
                                  version=col(Claim.version) + 1))
    record_many(session, [
        Event(at=now, kind="claim.overdue", house_id=claim.house_id, claim_id=claim.id,
              data={"stage": stage_of(claim.turn, claim.physical), "due": claim.due_at.isoformat()})
        for claim in late if claim.due_at is not None
    ])
    return late


def expired(session: Session, today: datetime, limit: int = 100) -> list[int]:
    """Ids of claims that are to end because their deadline is long missed; not where a new date was asked for.

    Such a claim waits for as long as nobody answers: its partner did what was asked of it, and an admin's silence must
    not cost a family its house. The admins are reminded each day instead (:func:`unanswered`).
    """
    asked = select(Extension.id).where(col(Extension.claim_id) == col(Claim.id), col(Extension.state) == Answer.PENDING)
    query = select(Claim.id).where(col(Claim.expires_at) < today, ~asked.exists())
    return [number or 0 for number in session.exec(query.order_by(col(Claim.expires_at), col(Claim.id)).limit(limit))]


def ask(session: Session, claim_id: int, wanted_at: datetime, reason: str, now: datetime, *, by: int) -> Extension:
    """A partner asks the admins for a later deadline.

    Raises:
        Refused: ``deadline.none`` the claim has none, ``deadline.pending`` one is asked for already,
            ``deadline.early`` it is no later than the one there is, ``deadline.far``.
    """
    claim = _with_deadline(session, claim_id)
    assert claim.due_at is not None
    if wanted_at <= max(claim.due_at, now):
        raise Refused("deadline.early")
    if wanted_at > now + FARTHEST:
        raise Refused("deadline.far", days=FARTHEST.days)
    row = Extension(claim_id=claim_id, wanted_at=wanted_at, reason=reason[:500], asked_by=by, asked_at=now)
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise Refused("deadline.pending") from error
    record(session, "claim.extension_asked", now, actor=by, house=claim.house_id, claim=claim_id,
           wanted=wanted_at.isoformat())
    return row


def _with_deadline(session: Session, claim_id: int) -> Claim:
    claim = claims.get(session, claim_id, keep=True)
    if claim.due_at is None:
        raise Refused("deadline.none")
    return claim


def get(session: Session, extension_id: int) -> Extension:
    """The request as it is now.

    Raises:
        Refused: ``deadline.gone``.
    """
    row = session.get(Extension, extension_id, populate_existing=True)
    if row is None:
        raise Refused("deadline.gone")
    return row


def pending(session: Session, claim_id: int) -> Extension | None:
    """The request of a claim that waits for an answer."""
    where = (col(Extension.claim_id) == claim_id, col(Extension.state) == Answer.PENDING)
    return session.exec(select(Extension).where(*where)).first()


def waiting(session: Session, *, after: int = 0, limit: int = 8) -> list[Extension]:
    """Requests that wait for an admin, oldest first, behind the id ``after``."""
    query = select(Extension).where(col(Extension.state) == Answer.PENDING, col(Extension.id) > after)
    return list(session.exec(query.order_by(col(Extension.id)).limit(limit)))


def unanswered(session: Session, now: datetime, rules: Rules, *, limit: int) -> list[Extension]:
    """Requests that have waited for an admin for ``rules.answer`` or longer, the oldest first."""
    return list(session.exec(select(Extension).where(*_too_long(now, rules)).order_by(col(Extension.id)).limit(limit)))


def count_unanswered(session: Session, now: datetime, rules: Rules) -> int:
    """How many they are."""
    return session.exec(select(func.count()).select_from(Extension).where(*_too_long(now, rules))).one()


def _too_long(now: datetime, rules: Rules) -> tuple[ColumnElement[bool], ...]:
    return col(Extension.state) == Answer.PENDING, col(Extension.asked_at) <= now - rules.answer


def grant(session: Session, extension_id: int, now: datetime, *, by: int) -> Extension:
    """An admin grants the new date; the deadlines behind it move by as many days.

    Raises:
        Stale: it was answered, or the claim ended or came to another stage meanwhile.
    """
    row = _answered(session, extension_id, Answer.ACCEPTED, now, by, None)
    claim = _with_deadline(session, row.claim_id)
    assert claim.due_at is not None
    if row.wanted_at <= claim.due_at:  # the work went on, and the next deadline is later than what was asked for
        raise Stale()
    days = -((claim.due_at - row.wanted_at) // timedelta(days=1))
    done = session.exec(
        update(Claim).where(col(Claim.id) == claim.id, col(Claim.version) == claim.version)
        .values(due_at=row.wanted_at, extra_days=claim.extra_days + days, reminded=0, overdue_at=None,
                expires_at=None, version=claim.version + 1))
    if done.rowcount != 1:
        raise Stale()
    record(session, "claim.extension_granted", now, actor=by, house=claim.house_id, claim=claim.id,
           due=row.wanted_at.isoformat())
    return row


def decline(session: Session, extension_id: int, note: str, now: datetime, *, by: int) -> Extension:
    """An admin says no, and why. A claim that is overdue ends in three days at the earliest.

    Raises:
        Stale: it was answered meanwhile.
    """
    row = _answered(session, extension_id, Answer.DECLINED, now, by, note[:500])
    session.exec(update(Claim).where(col(Claim.id) == row.claim_id, col(Claim.expires_at) < now + _AFTER_NO)
                 .values(expires_at=now + _AFTER_NO))
    record(session, "claim.extension_declined", now, actor=by, house=claims.get(session, row.claim_id).house_id,
           claim=row.claim_id)
    return row


def _answered(
    session: Session, extension_id: int, answer: Answer, now: datetime, by: int, note: str | None
) -> Extension:
    done = session.exec(
        update(Extension).where(col(Extension.id) == extension_id, col(Extension.state) == Answer.PENDING)
        .values(state=answer, answered_by=by, answered_at=now, note=note))
    row = session.get(Extension, extension_id, populate_existing=True)
    if done.rowcount != 1 or row is None:
        raise Stale()
    return row


def due_next(session: Session, partner_ids: list[int], limit: int = 3) -> list[Claim]:
    """A partner's claims with the nearest deadlines, overdue ones first of all."""
    found: list[Claim] = []
    for partner_id in partner_ids:  # each walks along its own part of the index
        query = select(Claim).where(col(Claim.partner_id) == partner_id, col(Claim.due_at).is_not(None))
        found += session.exec(query.order_by(col(Claim.due_at), col(Claim.id)).limit(limit))
    return sorted(found, key=lambda claim: (claim.due_at, claim.id))[:limit]

