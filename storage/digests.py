"""Digests: numbers that add up, counted in one look and frozen with the run that posts them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy
from sqlalchemy import UniqueConstraint
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, and_, col, func, select

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
    and stage → houses. ``partners``: a list with houses by stage, units and rupiah of ``year``'s quotas.
    """
    states = {state.value: 0 for state in HouseState}
    sources = {source.value: {state.value: 0 for state in HELD} for source in FundSource}
    kecamatan: dict[str, dict[str, int]] = {}
    partners = {row["id"]: row for row in _partners(session, year)}
    query = (
        select(House.kecamatan_code, House.state, Claim.partner_id, func.count())
        .select_from(House)
        .join(Claim, and_(col(Claim.house_id) == col(House.id), col(Claim.state).in_(HOLDING)), isouter=True)
        .group_by(col(House.kecamatan_code), col(House.state), col(Claim.partner_id))
    )
    for area, state, partner_id, houses in session.execute(query):
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
        "partners": [row for row in partners.values() if row["units"] or any(row[held.value] for held in HELD)],
    }


def _partners(session: Session, year: int) -> list[dict[str, Any]]:
    query = (
        sqlalchemy.select(  # SQLModel's own knows no more than four columns
            col(Quota.partner_id), func.sum(Quota.units), func.sum(Quota.units_reserved + Quota.units_spent),
            func.sum(Quota.ceiling), func.sum(Quota.reserved), func.sum(Quota.spent),
        )
        .where(col(Quota.year) == year).group_by(col(Quota.partner_id))
    )
    means = {row[0]: [int(figure) for figure in row[1:]] for row in session.execute(query)}
    rows = []
    for partner in session.exec(select(Partner).order_by(col(Partner.source), col(Partner.id))):
        units, used, ceiling, reserved, spent = means.get(partner.id or 0, [0] * 5)
        rows.append(
            {"id": partner.id, "name": partner.name, "source": partner.source.value, "units": units,
             "units_used": used, "ceiling": ceiling, "reserved": reserved, "spent": spent}
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
    done = session.exec(insert(DigestRun).values(**values).on_conflict_do_nothing())
    if done.rowcount != 1:
        return None
    where = (col(DigestRun.group_id) == group_id, col(DigestRun.kind) == kind, col(DigestRun.local_date) == local_date)
    return session.exec(select(DigestRun).where(*where)).one()


def exists(session: Session, group_id: int, kind: str, local_date: date) -> bool:
    """Whether that run was made."""
    where = (col(DigestRun.group_id) == group_id, col(DigestRun.kind) == kind, col(DigestRun.local_date) == local_date)
    return session.exec(select(DigestRun.id).where(*where)).first() is not None


def last_run(session: Session, group_id: int, before: datetime | None = None) -> DigestRun | None:
    """The group's newest digest (made before a moment, where given)."""
    query = select(DigestRun).where(col(DigestRun.group_id) == group_id)
    if before is not None:
        query = query.where(col(DigestRun.made_at) < before)
    return session.exec(query.order_by(col(DigestRun.made_at).desc(), col(DigestRun.id).desc()).limit(1)).first()
