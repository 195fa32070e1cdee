"""Progress of the work: what the partner reported, and what a verifier confirmed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, Session, SQLModel, col, func, select, update

from storage import claims, houses
from storage.base import args, check, choice, fk, pk
from storage.claims import Claim, ClaimState, Turn
from storage.errors import Refused, Stale
from storage.events import record
from storage.houses import House, HouseState
from storage.photos import Photo, PhotoState


class ProgressKind(StrEnum):
    """What was said about the work."""

    REPORT = "report"
    FINISH = "finish"
    CONFIRM = "confirm"
    SEND_BACK = "send_back"


class Progress(SQLModel, table=True):
    """One report on a claim, never changed afterwards, but that its note goes with the family's data. Percent 0–100."""

    __tablename__ = "progress"
    __table_args__ = args(check("physical BETWEEN 0 AND 100 AND financial BETWEEN 0 AND 100", "percent"))
    id: int | None = pk()
    claim_id: int = fk("claim.id")
    kind: ProgressKind = choice(ProgressKind, "progress_kind")
    physical: int
    financial: int
    note: str | None = Field(default=None, max_length=1000)
    by: int = fk("person.id", index=False)
    at: datetime


def report(
    session: Session, claim_id: int, physical: int, now: datetime, *, by: int, financial: int | None = None,
    note: str | None = None,
) -> Progress:
    """A partner reports percent done; the first report begins the work.

    Raises:
        Refused: ``progress.backwards`` less than reported before; ``claim.done``; ``stale``.
    """
    claim = _active(session, claim_id)
    house = houses.get(session, claim.house_id)
    if house.state not in (HouseState.CLAIMED, HouseState.IN_PROGRESS):
        raise Refused("claim.done", code=house.code)
    spent = claim.financial if financial is None else financial
    if physical < claim.physical or spent < claim.financial:
        raise Refused("progress.backwards", physical=claim.physical, financial=claim.financial)
    # Claim before house, as everywhere: two steps on one claim cannot deadlock.
    _set(session, claim, Turn.WORK, physical=physical, financial=spent)
    if house.state == HouseState.CLAIMED:
        houses.move(session, claim.house_id, HouseState.CLAIMED, HouseState.IN_PROGRESS, now, by=by, claim=claim_id)
    return _write(session, claim_id, ProgressKind.REPORT, physical, spent, now, by, note)


def report_finished(session: Session, claim_id: int, now: datetime, *, by: int, note: str | None = None) -> Progress:
    """The partner says the work is done; the house stays in progress until a verifier confirms.

    Raises:
        Refused: ``progress.not_begun``, ``progress.reported`` it waits for a verifier already; ``stale``.
    """
    claim = _active(session, claim_id)
    house = houses.get(session, claim.house_id)
    if house.state != HouseState.IN_PROGRESS:
        raise Refused("progress.not_begun" if house.state == HouseState.CLAIMED else "claim.done", code=house.code)
    if claim.finish_reported_at is not None:
        raise Refused("progress.reported", code=house.code)
    _set(session, claim, Turn.VERIFIER, physical=100, finish_reported_at=now)
    return _write(session, claim_id, ProgressKind.FINISH, 100, claim.financial, now, by, note)


def confirm(session: Session, claim_id: int, now: datetime, *, by: int) -> Progress:
    """A verifier confirms that the work is done.

    Raises:
        Refused: ``progress.not_reported``; ``stale``.
    """
    claim = _reported(session, claim_id)
    _set(session, claim, Turn.HAND_OVER, finished_at=now, finish_reported_at=None)
    houses.move(session, claim.house_id, HouseState.IN_PROGRESS, HouseState.FINISHED, now, by=by, claim=claim_id)
    return _write(session, claim_id, ProgressKind.CONFIRM, 100, claim.financial, now, by, None)


def send_back(session: Session, claim_id: int, note: str, now: datetime, *, by: int) -> Progress:
    """A verifier says that the work is not done yet, and why: it stands again where the partner last reported it.

    Raises:
        Refused: ``progress.not_reported``; ``stale``.
    """
    claim = _reported(session, claim_id)
    last = select(Progress.physical).where(col(Progress.claim_id) == claim_id,
                                           col(Progress.kind) == ProgressKind.REPORT)
    # The work began with a report, so there is one.
    physical = session.exec(last.order_by(col(Progress.id).desc()).limit(1)).one()
    _set(session, claim, Turn.WORK, finish_reported_at=None, physical=physical)
    return _write(session, claim_id, ProgressKind.SEND_BACK, physical, claim.financial, now, by, note)


def waiting_for_confirmation(
    session: Session, kecamatan: list[str] | None, *, after: int = 0, limit: int = 6, but: Collection[int] = ()
) -> list[tuple[Claim, House]]:
    """Finished work that a verifier has not looked at, oldest claim first. ``but``: not that of these partners."""
    query = (
        select(Claim, House).join(House, col(House.id) == col(Claim.house_id))
        .where(col(Claim.state) == ClaimState.ACTIVE, col(Claim.finish_reported_at).is_not(None),
               col(Claim.id) > after, col(Claim.partner_id).not_in(but))
    )
    if kecamatan is not None:
        query = query.where(col(House.kecamatan_code).in_(kecamatan))
    return list(session.exec(query.order_by(col(Claim.id)).limit(limit)))


def count_waiting(session: Session, kecamatan: list[str] | None, *, but: Collection[int] = ()) -> int:
    """How much finished work a verifier has not looked at; ``but``: not that of these partners."""
    query = (
        select(func.count()).select_from(Claim).join(House, col(House.id) == col(Claim.house_id))
        .where(col(Claim.state) == ClaimState.ACTIVE, col(Claim.finish_reported_at).is_not(None),
               col(Claim.partner_id).not_in(but))
    )
    if kecamatan is not None:
        query = query.where(col(House.kecamatan_code).in_(kecamatan))
    return session.exec(query).one()


def of_claim(session: Session, claim_id: int, limit: int = 20) -> list[Progress]:
    """A claim's reports, newest first."""
    query = select(Progress).where(col(Progress.claim_id) == claim_id)
    return list(session.exec(query.order_by(col(Progress.id).desc()).limit(limit)))


def photos_of(session: Session, claim_id: int, limit: int = 6) -> list[Photo]:
    """A claim's photos that count, newest first."""
    reports = select(Progress.id).where(col(Progress.claim_id) == claim_id)
    query = select(Photo).where(col(Photo.progress_id).in_(reports), col(Photo.state) != PhotoState.REJECTED)
    return list(session.exec(query.order_by(col(Photo.id).desc()).limit(limit)))


def count_photos(session: Session, claim_id: int) -> int:
    """How many photos of a claim's reports count."""
    reports = select(Progress.id).where(col(Progress.claim_id) == claim_id)
    where = (col(Photo.progress_id).in_(reports), col(Photo.state) != PhotoState.REJECTED)
    return session.exec(select(func.count()).select_from(Photo).where(*where)).one()


def forget_notes(session: Session, claim_ids: Collection[int | None]) -> None:
    """What was written about the work may name people; the percents stay."""
    session.exec(update(Progress).where(col(Progress.claim_id).in_(claim_ids)).values(note=None))


def _active(session: Session, claim_id: int) -> Claim:
    claim = claims.get(session, claim_id)
    if claim.state != ClaimState.ACTIVE:
        raise Stale()
    return claim


def _reported(session: Session, claim_id: int) -> Claim:
    claim = _active(session, claim_id)
    if claim.finish_reported_at is None:
        raise Refused("progress.not_reported")
    return claim


def _set(session: Session, claim: Claim, turn: Turn, **values: object) -> None:
    done = session.exec(
        update(Claim).where(col(Claim.id) == claim.id, col(Claim.version) == claim.version)
        .values(version=claim.version + 1, turn=int(turn), **values)
    )
    if done.rowcount != 1:
        raise Stale()


def _write(
    session: Session, claim_id: int, kind: ProgressKind, physical: int, financial: int, now: datetime, by: int,
    note: str | None,
) -> Progress:
    row = Progress(claim_id=claim_id, kind=kind, physical=physical, financial=financial, note=note, by=by, at=now)
    session.add(row)
    session.flush()
    claim = claims.get(session, claim_id)
    record(session, f"progress.{kind.value}", now, actor=by, house=claim.house_id, claim=claim_id, physical=physical,
           financial=financial)
    return row
