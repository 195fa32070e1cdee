"""Digests: numbers that add up, counted in one look and frozen with the run that posts them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy
from sqlalchemy import UniqueConstraint, case
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, and_, col, func, or_, select

from storage.base import args, fk, json_column, pk
from storage.claims import HOLDING, Claim
from storage.houses import NEEDING, House, HouseState
from storage.partners import FundSource, Partner, Quota

# The stages in which a partner holds a house.
HELD = (HouseState.CLAIMED, HouseState.IN_PROGRESS, HouseState.FINISHED, HouseState.HANDED_OVER)


class DigestRun(SQLModel, table=True):
    """One digest of one group for one local date; the numbers never change afterwards.

    UNIQUE(group, kind, local date): any number of ticks and restarts makes one (decision 8).
    """

    __tablename__ = "digest_run"
    __table_args__ = args(UniqueConstraint("group_id", "kind", "local_date"))
    id: int | None = pk()
    group_id: int = fk("chat_group.id", index=False)
    kind: str = Field(max_length=16)
    local_date: date
    made_at: datetime
    due_at: datetime
    numbers: dict[str, Any] = json_column()


def count(session: Session, year: int) -> dict[str, Any]:
    """All the numbers of a digest, as plain JSON. Run it with ``Store.run(…, snapshot=True)``: two queries.

    ``states``: state → houses. ``needing``: houses of the headline, each once. ``open``: those without a
    partner. ``sources``: fund source → stage → houses (by the lead partner). ``kecamatan``: code → ``open``
    and stage → houses. ``partners``: a list with houses by stage, units and rupiah of ``year``'s quotas; a
    closed quota counts with what it has promised and spent, nothing of it is left.
    """
    states = {state.value: 0 for state in HouseState}
    sources = {source.value: {state.value: 0 for state in HELD} for source in FundSource}
    kecamatan: dict[str, dict[str, int]] = {}
    query = (
        select(House.kecamatan_code, House.state, Claim.partner_id, func.count())
        .select_from(House)
        .join(Claim, and_(col(Claim.house_id) == col(House.id), col(Claim.state).in_(HOLDING)), isouter=True)
        .group_by(col(House.kecamatan_code), col(House.state), col(Claim.partner_id))
    )
    counted = session.execute(query).all()
    # Partners second: without a snapshot, a partner that came meanwhile is known when its houses are.
    partners = {row["id"]: row for row in _partners(session, year)}
    for area, state, partner_id, houses in counted:
        states[state.value] += houses
        if state not in NEEDING:
            continue
        row = kecamatan.setdefault(area, {"open": 0} | {held.value: 0 for held in HELD})
        if state == HouseState.ELIGIBLE:
            row["open"] += houses
        else:
            row[state.value] += houses
            partner = partners[partner_id]
            partner[state.value] += houses
            sources[partner["source"]][state.value] += houses
    return {
        "year": year,
        "states": states,
        "needing": sum(states[state.value] for state in NEEDING),
        "open": states[HouseState.ELIGIBLE.value],
        "sources": sources,
        "kecamatan": kecamatan,
        "partners": [row for row in partners.values()
                     if row["units"] or row["ceiling"] or any(row[held.value] for held in HELD)],
    }


def _partners(session: Session, year: int) -> list[dict[str, Any]]:
    open_, used = col(Quota.closed_at).is_(None), col(Quota.units_reserved) + col(Quota.units_spent)
    money = col(Quota.reserved) + col(Quota.spent)
    query = (
        sqlalchemy.select(  # SQLModel's own knows no more than four columns
            col(Quota.partner_id), func.sum(case((open_, col(Quota.units)), else_=used)), func.sum(used),
            func.sum(case((open_, col(Quota.ceiling)), else_=money)), func.sum(Quota.reserved), func.sum(Quota.spent),
        )
        .where(col(Quota.year) == year).group_by(col(Quota.partner_id))
    )
    means = {row[0]: [int(figure) for figure in row[1:]] for row in session.execute(query)}
    rows = []
    for partner in session.exec(select(Partner).order_by(col(Partner.source), col(Partner.id))):
        units, taken, ceiling, reserved, spent = means.get(partner.id or 0, [0] * 5)
        rows.append(
            {"id": partner.id, "name": partner.name, "source": partner.source.value, "units": units,
             "units_used": taken, "ceiling": ceiling, "reserved": reserved, "spent": spent}
            | {held.value: 0 for held in HELD}
        )
    return rows


def start_run(
    session: Session, group_id: int, kind: str, local_date: date, due_at: datetime, now: datetime,
    numbers: dict[str, Any],
) -> DigestRun | None:
    """The run of a group, kind and date, or None when it was made before (also by another process, just now)."""
    values = {"group_id": group_id, "kind": kind, "local_date": local_date, "due_at": due_at, "made_at": now,
              "numbers": numbers}
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    # RETURNING tells whether it is new; the row count of such an INSERT is unknown on PostgreSQL.
    made = insert(DigestRun).values(**values).on_conflict_do_nothing().returning(col(DigestRun.id))
    number = session.execute(made).scalar_one_or_none()
    return None if number is None else session.get(DigestRun, number)


def exists(session: Session, group_id: int, kind: str, local_date: date) -> bool:
    """Whether that run was made."""
    where = (col(DigestRun.group_id) == group_id, col(DigestRun.kind) == kind, col(DigestRun.local_date) == local_date)
    return session.exec(select(DigestRun.id).where(*where)).first() is not None


# A run due further ahead than this was made by a clock that was wrong, and must not silence the right one.
_BELIEVABLE = timedelta(days=31)


def made_for(session: Session, group_id: int, kind: str, local_date: date, due_at: datetime, now: datetime) -> bool:
    """Whether the digest of that date, or one due later, was made: a clock set back makes nothing twice."""
    later = and_(col(DigestRun.due_at) >= due_at, col(DigestRun.due_at) <= now + _BELIEVABLE)
    where = (col(DigestRun.group_id) == group_id, col(DigestRun.kind) == kind,
             or_(col(DigestRun.local_date) == local_date, later))
    return session.exec(select(DigestRun.id).where(*where).limit(1)).first() is not None


def how_many(session: Session, group_id: int) -> int:
    """How many digests a group has had."""
    return session.exec(select(func.count()).select_from(DigestRun).where(col(DigestRun.group_id) == group_id)).one()


def last_run(session: Session, group_id: int, before: datetime | None = None) -> DigestRun | None:
    """The group's newest digest (made before a moment, where given). Newest by id: clocks are set back at times."""
    query = select(DigestRun).where(col(DigestRun.group_id) == group_id)
    if before is not None:
        query = query.where(col(DigestRun.made_at) < before)
    return session.exec(query.order_by(col(DigestRun.id).desc()).limit(1)).first()


def unclaimed(session: Session) -> dict[str, tuple[int, int]]:
    """kecamatan code → houses without a partner, and what they would cost in rupiah by their estimates."""
    query = (
        select(House.kecamatan_code, func.count(), func.sum(House.estimate))
        .where(col(House.state) == HouseState.ELIGIBLE).group_by(col(House.kecamatan_code))
    )
    return {area: (houses, int(cost)) for area, houses, cost in session.execute(query)}
