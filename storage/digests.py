"""Digests: numbers that add up, counted in one look and frozen with the run that posts them."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy
from sqlalchemy import UniqueConstraint, case, null
from sqlmodel import Field, Session, SQLModel, col, func, select

from storage import events
from storage.base import args, fk, insert_new, json_column, pk
from storage.claims import Turn
from storage.houses import NEEDING, HouseState
from storage.partners import FundSource, Partner, Quota
from storage.regions import Kelurahan
from storage.steps import ClaimLine, HouseLine, steps_of
from storage.tally import ClaimTally, HouseTally

# The stages in which a partner holds a house.
HELD = (HouseState.CLAIMED, HouseState.IN_PROGRESS, HouseState.FINISHED, HouseState.HANDED_OVER)


class DigestRun(SQLModel, table=True):
    """One digest of one group for one local date; the numbers never change afterwards.

    ``kind`` says of which of the group's schedules it is. UNIQUE(group, kind, local date): any number of ticks and
    restarts makes one (decision 8). ``kecamatan_code``: it is of one kecamatan only.
    """

    __tablename__ = "digest_run"
    __table_args__ = args(UniqueConstraint("group_id", "kind", "local_date"))
    id: int | None = pk()
    group_id: int = fk("chat_group.id", index=False)
    kind: str = Field(max_length=16)
    local_date: date = Field(index=True)
    made_at: datetime
    due_at: datetime
    kecamatan_code: str | None = Field(default=None, foreign_key="kecamatan.code", max_length=8)
    numbers: dict[str, Any] = json_column()


def count(session: Session, year: int, area: str | None = None) -> dict[str, Any]:
    """All the numbers of a digest, as plain JSON, of the city or of one kecamatan (``area``: its code).

    In four queries. ``states``: state → houses. ``needing``: houses of the headline, each once. ``open``: those without
    a partner. ``sources``: fund source → stage → houses (by the lead partner). ``kecamatan``, ``kelurahan``: code →
    ``open`` and stage → houses. ``cost``: kecamatan code → rupiah that its open houses would cost.
    ``steps``: how many houses and claims have ever gone through a step (:mod:`storage.steps`).
    ``progress``: fund source → houses held, and the sums of their physical and financial percents.

    ``partners``: a list with houses by stage, late ones, units and rupiah of ``year``'s quotas; a closed quota counts
    with what it has promised and spent, nothing of it is left. Quotas are for the whole city, whatever the ``area``.
    ``overdue``: houses whose partner has missed a deadline. ``carried``: fund source → houses and rupiah promised from
    quotas of the years before.
    """
    houses, claims = _lines(session, area)
    states = {state.value: 0 for state in HouseState}
    kecamatan: dict[str, dict[str, int]] = {}
    kelurahan: dict[str, dict[str, int]] = {}
    cost: Counter[str] = Counter()
    for place, village, state, _, came, went, estimates in houses:
        found = came - went
        states[state] += found
        if state == HouseState.ELIGIBLE:
            cost[place] += estimates
        if state in NEEDING and found:
            name = "open" if state == HouseState.ELIGIBLE else state
            for rows, code in ((kecamatan, place), (kelurahan, village)):
                row = rows.setdefault(code, {"open": 0} | {held.value: 0 for held in HELD})
                row[name] += found
    sources = {source.value: {state.value: 0 for state in HELD} for source in FundSource}
    progress = {source.value: [0, 0, 0] for source in FundSource}
    # Partners second: without a snapshot, a partner that came meanwhile is known when its houses are.
    partners = {row["id"]: row for row in _partners(session, year)}
    for number, _, turn, found, physical, financial, late in claims:
        if turn == Turn.OVER or not found:
            continue
        partner = partners[number]
        source, stage = partner["source"], STAGES[Turn(turn)].value
        partner[stage] += found
        partner["overdue"] += late
        sources[source][stage] += found
        progress[source] = [have + more for have, more in zip(progress[source], (found, physical, financial),
                                                               strict=True)]
    return {
        "year": year,
        "area": area,
        "states": states,
        "needing": sum(states[state.value] for state in NEEDING),
        "open": states[HouseState.ELIGIBLE.value],
        "sources": sources,
        "progress": progress,
        "kecamatan": _filled(kecamatan),
        "kelurahan": _filled(kelurahan),
        "cost": {code: rupiah for code, rupiah in cost.items() if rupiah},
        "steps": steps_of(houses, claims),
        "partners": [row for row in partners.values()
                     if row["units"] or row["ceiling"] or any(row[held.value] for held in HELD)],
        "overdue": sum(row[-1] for row in claims),
        "carried": _carried(session, year),
    }


# In which stage a claim is, by whose turn it is.
STAGES = {Turn.BEGIN: HouseState.CLAIMED, Turn.WORK: HouseState.IN_PROGRESS, Turn.VERIFIER: HouseState.IN_PROGRESS,
          Turn.HAND_OVER: HouseState.FINISHED, Turn.DONE: HouseState.HANDED_OVER}


def _lines(session: Session, area: str | None) -> tuple[list[HouseLine], list[ClaimLine]]:
    """The running totals of houses (kecamatan, kelurahan, state, other, came, went, cost) and claims (partner, state,
    turn, claims, physical, financial, overdue).

    In one statement, so that both are of one moment on PostgreSQL, too.
    """
    villages = select(HouseTally, Kelurahan.kecamatan_code).join(
        Kelurahan, col(Kelurahan.code) == col(HouseTally.kelurahan_code)).subquery()
    there, here = villages.c, ClaimTally
    none = null()
    houses = sqlalchemy.select(
        there.kecamatan_code, there.kelurahan_code, there.state, there.other, none.label("partner"),
        none.label("turn"), func.sum(there.came), func.sum(there.went), func.sum(there.cost), none.label("late"),
    ).group_by(there.kecamatan_code, there.kelurahan_code, there.state, there.other)
    claims = sqlalchemy.select(
        none, none, col(here.state), none, col(here.partner_id), col(here.turn), func.sum(here.claims),
        func.sum(here.physical), func.sum(here.financial), func.sum(here.overdue),
    ).group_by(col(here.partner_id), col(here.state), col(here.turn))
    if area is not None:
        houses, claims = houses.where(there.kecamatan_code == area), claims.where(col(here.kecamatan_code) == area)
    found_houses: list[HouseLine] = []
    found_claims: list[ClaimLine] = []
    for place, village, state, other, partner, turn, *figures in session.execute(houses.union_all(claims)):
        one, two, three = (int(figure) for figure in figures[:3])
        if partner is None:
            found_houses.append((place, village, state, other, one, two, three))
        else:
            found_claims.append((partner, state, turn, one, two, three, int(figures[3])))
    return found_houses, found_claims


def _filled(rows: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    return {code: row for code, row in rows.items() if any(row.values())}


def _carried(session: Session, year: int) -> dict[str, list[int]]:
    """Each promise counts in its quota, so nothing but quotas is read."""
    query = (
        select(Partner.source, func.sum(Quota.units_reserved), func.sum(Quota.reserved))
        .join(Quota, col(Quota.partner_id) == col(Partner.id))
        .where(col(Quota.year) < year, col(Quota.reserved) > 0).group_by(col(Partner.source)))
    return {FundSource(source).value: [int(units), int(money)] for source, units, money in session.exec(query)}


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
             "units_used": taken, "ceiling": ceiling, "reserved": reserved, "spent": spent, "overdue": 0}
            | {held.value: 0 for held in HELD}
        )
    return rows


def start_run(
    session: Session, group_id: int, kind: str, local_date: date, due_at: datetime, now: datetime,
    numbers: dict[str, Any],
) -> DigestRun | None:
    """The run of a group, kind and date, or None when it was made before (also by another process, just now).

    Its numbers also say up to which ``event`` they know, but for those in ``gaps``: what came later is put back when
    somebody asks which houses they were.
    """
    known = {"event": events.last(session), "gaps": events.gaps(session)}
    values = {"group_id": group_id, "kind": kind, "local_date": local_date, "due_at": due_at, "made_at": now,
              "numbers": numbers | known, "kecamatan_code": numbers.get("area")}
    number = insert_new(session, DigestRun, values)
    return None if number is None else session.get(DigestRun, number)


def exists(session: Session, group_id: int, kind: str, local_date: date) -> bool:
    """Whether that run was made."""
    where = (col(DigestRun.group_id) == group_id, col(DigestRun.kind) == kind, col(DigestRun.local_date) == local_date)
    return session.exec(select(DigestRun.id).where(*where)).first() is not None


# A run due further ahead than this was made by a clock that was wrong, and must not silence the right one.
BELIEVABLE = timedelta(days=31)


def made_for(session: Session, group_id: int, kind: str, local_date: date, due_at: datetime, now: datetime) -> bool:
    """Whether the digest of that date was made, or the newest one was due later: a clock set back makes nothing twice.

    Older ones do not count: once there is a newer one, what a clock far ahead had made is past, also in a year.
    """
    until = _newest_due(session, group_id, kind)
    return (until is not None and due_at <= until <= now + BELIEVABLE) or exists(session, group_id, kind, local_date)


def _newest_due(session: Session, group_id: int, kind: str) -> datetime | None:
    query = select(DigestRun.due_at).where(col(DigestRun.group_id) == group_id, col(DigestRun.kind) == kind)
    return session.exec(query.order_by(col(DigestRun.id).desc()).limit(1)).first()


Ahead = tuple[set[date], datetime | None]


def ahead(session: Session, group_id: int, kind: str, today: date, first: datetime) -> Ahead:
    """What leaves a date from now on without a digest (:func:`covers`). ``first``: when the next one would be due."""
    where = (col(DigestRun.group_id) == group_id, col(DigestRun.kind) == kind, col(DigestRun.local_date) >= today)
    until = _newest_due(session, group_id, kind)
    believed = until is not None and until <= first + BELIEVABLE
    return set(session.exec(select(col(DigestRun.local_date)).where(*where))), until if believed else None


def covers(runs: Ahead, local_date: date, due_at: datetime) -> bool:
    """Whether :func:`made_for` will say so when a moment has come."""
    dates, until = runs
    return local_date in dates or (until is not None and due_at <= until)


def how_many(session: Session, group_id: int, kind: str) -> int:
    """How many digests of a kind a group has had."""
    where = (col(DigestRun.group_id) == group_id, col(DigestRun.kind) == kind)
    return session.exec(select(func.count()).select_from(DigestRun).where(*where)).one()


def last_run(
    session: Session, group_id: int, kind: str | None = None, area: str | None = None
) -> DigestRun | None:
    """The group's newest digest of a kind, or of any, that is of the same kecamatan, or of the whole city.

    By id: clocks are set back at times.
    """
    query = select(DigestRun).where(col(DigestRun.group_id) == group_id, col(DigestRun.kecamatan_code) == area)
    if kind is not None:
        query = query.where(col(DigestRun.kind) == kind)
    return session.exec(query.order_by(col(DigestRun.id).desc()).limit(1)).first()


def run_before(session: Session, run: DigestRun) -> DigestRun | None:
    """The digest of the same schedule and place before a given one. By id: clocks are set back at times."""
    query = select(DigestRun).where(
        col(DigestRun.group_id) == run.group_id, col(DigestRun.kind) == run.kind,
        col(DigestRun.kecamatan_code) == run.kecamatan_code, col(DigestRun.id) < run.id)
    return session.exec(query.order_by(col(DigestRun.id).desc()).limit(1)).first()
