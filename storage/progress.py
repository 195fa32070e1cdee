"""Progress of the work: what the partner reported, and what a verifier confirmed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import false
from sqlmodel import Field, Session, SQLModel, col, func, select, update

from storage import claims, deadlines, houses
from storage.base import args, check, choice, fk, pk
from storage.claims import Claim, ClaimState, Turn
from storage.errors import Refused, Stale
from storage.events import record
from storage.houses import House, HouseState
from storage.photos import Photo, PhotoState
from storage.rules import DEFAULTS, Rules


class ProgressKind(StrEnum):
    """What was said about the work."""

    REPORT = "report"
    FINISH = "finish"
    CONFIRM = "confirm"
    SEND_BACK = "send_back"


class Obstacle(StrEnum):
    """What holds the work up (kendala)."""

    WEATHER = "weather"
    MATERIAL = "material"
    WORKERS = "workers"
    MONEY = "money"
    PERMIT = "permit"
    FAMILY = "family"
    OTHER = "other"


class Progress(SQLModel, table=True):
    """One report on a claim, never changed afterwards, but that its note goes with the family's data. Percent 0–100.

    ``corrects``: the figures before were wrong, and the note says why. ``pin_metres``: how far from the house's pin the
    partner stood when it said that the work is done; the place itself is not kept.
    """

    __tablename__ = "progress"
    __table_args__ = args(
        check("physical BETWEEN 0 AND 100 AND financial BETWEEN 0 AND 100", "percent"),
        check("pin_metres >= 0", "pin_metres"),
    )
    id: int | None = pk()
    claim_id: int = fk("claim.id")
    kind: ProgressKind = choice(ProgressKind, "progress_kind")
    physical: int
    financial: int
    note: str | None = Field(default=None, max_length=1000)
    by: int = fk("person.id", index=False)
    at: datetime
    obstacle: Obstacle | None = choice(Obstacle, "obstacle", nullable=True)
    corrects: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    pin_metres: int | None = None


def report(
    session: Session, claim_id: int, physical: int, now: datetime, *, by: int, financial: int | None = None,
    note: str | None = None, obstacle: Obstacle | None = None, rules: Rules = DEFAULTS,
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
    _set(session, claim, Turn.WORK, now, rules, went_on=physical > claim.physical, physical=physical, financial=spent)
    if house.state == HouseState.CLAIMED:
        houses.move(session, claim.house_id, HouseState.CLAIMED, HouseState.IN_PROGRESS, now, by=by, claim=claim_id)
    return _write(session, claim_id, ProgressKind.REPORT, physical, spent, now, by, note, obstacle=obstacle)


def correct(
    session: Session, claim_id: int, physical: int, financial: int, reason: str, now: datetime, *, by: int,
    rules: Rules = DEFAULTS,
) -> Progress:
    """Figures that were reported wrong are put right, also downwards. What was reported before stays in the history.

    Raises:
        Refused: ``progress.not_begun``, ``progress.reported`` a verifier looks at it now, ``progress.same`` nothing
            would change, ``claim.done``; ``stale``.
    """
    claim, _house = _working(session, claim_id)
    if (physical, financial) == (claim.physical, claim.financial):
        raise Refused("progress.same", physical=physical, financial=financial)
    _set(session, claim, Turn.WORK, now, rules, physical=physical, financial=financial)
    return _write(session, claim_id, ProgressKind.REPORT, physical, financial, now, by, reason, corrects=True)


def report_finished(
    session: Session, claim_id: int, now: datetime, *, by: int, note: str | None = None, pin_metres: int | None = None,
    rules: Rules = DEFAULTS,
) -> Progress:
    """The partner says the work is done; the house stays in progress until a verifier confirms.

    Raises:
        Refused: ``progress.not_begun``, ``progress.reported`` it waits for a verifier already; ``stale``.
    """
    claim, _house = _working(session, claim_id)
    _set(session, claim, Turn.VERIFIER, now, rules, physical=100, finish_reported_at=now)
    return _write(session, claim_id, ProgressKind.FINISH, 100, claim.financial, now, by, note, pin_metres=pin_metres)


def _working(session: Session, claim_id: int) -> tuple[Claim, House]:
    claim = _active(session, claim_id)
    house = houses.get(session, claim.house_id)
    if house.state != HouseState.IN_PROGRESS:
        raise Refused("progress.not_begun" if house.state == HouseState.CLAIMED else "claim.done", code=house.code)
    if claim.finish_reported_at is not None:
        raise Refused("progress.reported", code=house.code)
    return claim, house


def confirm(session: Session, claim_id: int, now: datetime, *, by: int, rules: Rules = DEFAULTS) -> Progress:
    """A verifier confirms that the work is done.

    Raises:
        Refused: ``progress.not_reported``; ``stale``.
    """
    claim = _reported(session, claim_id)
    _set(session, claim, Turn.HAND_OVER, now, rules, finished_at=now, finish_reported_at=None)
    houses.move(session, claim.house_id, HouseState.IN_PROGRESS, HouseState.FINISHED, now, by=by, claim=claim_id)
    return _write(session, claim_id, ProgressKind.CONFIRM, 100, claim.financial, now, by, None)


def send_back(
    session: Session, claim_id: int, note: str, now: datetime, *, by: int, rules: Rules = DEFAULTS
) -> Progress:
    """A verifier says that the work is not done yet, and why: it stands again where the partner last reported it.

    Raises:
        Refused: ``progress.not_reported``; ``stale``.
    """
    claim = _reported(session, claim_id)
    last = select(Progress.physical).where(col(Progress.claim_id) == claim_id,
                                           col(Progress.kind) == ProgressKind.REPORT)
    # The work began with a report, so there is one.
    physical = session.exec(last.order_by(col(Progress.id).desc()).limit(1)).one()
    _set(session, claim, Turn.WORK, now, rules, finish_reported_at=None, physical=physical)
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


def photos_at(session: Session, progress_id: int) -> list[Photo]:
    """The photos of one report that count, in order."""
    where = (col(Photo.progress_id) == progress_id, col(Photo.state) != PhotoState.REJECTED)
    return list(session.exec(select(Photo).where(*where).order_by(col(Photo.id))))


def milestones(session: Session, claim_id: int, rules: Rules) -> dict[int, bool]:
    """Each milestone (percent of the work), and whether there is a photo of it.

    A report's photos are of the greatest milestone that it reached. Where figures were corrected, or finished work was
    sent back, what was reported before had reached no more than that.
    """
    some = select(Photo.id).where(col(Photo.progress_id) == col(Progress.id),
                                  col(Photo.state) != PhotoState.REJECTED).exists()
    query = select(Progress.physical, Progress.kind, Progress.corrects, some).where(col(Progress.claim_id) == claim_id)
    most, found = 100, dict.fromkeys(sorted(rules.milestones), False)
    for physical, kind, corrects, has_photo in session.exec(query.order_by(col(Progress.id).desc())):
        if corrects or kind == ProgressKind.SEND_BACK:
            most = min(most, physical)
        reached = milestone(min(most, physical), rules)
        if has_photo and reached is not None:
            found[reached] = True
    return found


def milestone(physical: int, rules: Rules) -> int | None:
    """The greatest milestone that so many percent reach; None below all of them."""
    return max((one for one in rules.milestones if one <= physical), default=None)


def last_finish(session: Session, claim_id: int) -> Progress | None:
    """What was said when the work was last reported as done."""
    where = (col(Progress.claim_id) == claim_id, col(Progress.kind) == ProgressKind.FINISH)
    return session.exec(select(Progress).where(*where).order_by(col(Progress.id).desc()).limit(1)).first()


def begun_at(session: Session, claim_id: int) -> datetime | None:
    """When the work was first reported on."""
    where = (col(Progress.claim_id) == claim_id, col(Progress.kind) == ProgressKind.REPORT)
    return session.exec(select(func.min(Progress.at)).where(*where)).one()


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


def _set(
    session: Session, claim: Claim, turn: Turn, now: datetime, rules: Rules, *, went_on: bool = False, **values: Any
) -> None:
    due = deadlines.after_step(claim, turn, values.get("physical", claim.physical), now, rules, went_on=went_on)
    done = session.exec(
        update(Claim).where(col(Claim.id) == claim.id, col(Claim.version) == claim.version)
        .values(version=claim.version + 1, turn=int(turn), **(due | values))
    )
    if done.rowcount != 1:
        raise Stale()


def _write(
    session: Session, claim_id: int, kind: ProgressKind, physical: int, financial: int, now: datetime, by: int,
    note: str | None, **more: Any,
) -> Progress:
    row = Progress(claim_id=claim_id, kind=kind, physical=physical, financial=financial, note=note, by=by, at=now,
                   **more)
    session.add(row)
    session.flush()
    claim = claims.get(session, claim_id)
    record(session, "progress.corrected" if row.corrects else f"progress.{kind.value}", now, actor=by,
           house=claim.house_id, claim=claim_id, physical=physical, financial=financial)
    return row
