"""Which houses a partner may take: its own rules, its quota's kecamatan, and that nobody is helped twice.

The rules are settings of the partner (Baznas may fund only *mustahik*, others ask for a land document: DOMAIN.md).
They are asked again in the transaction of the claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy
from sqlalchemy import BindParameter, CompoundSelect, bindparam, cast, null, union
from sqlmodel import Session, SQLModel, and_, col, select, update

from storage.checklist import Checkmark, Item, Verdict
from storage.errors import Refused
from storage.events import record
from storage.households import Household, LandProof
from storage.houses import HELD, House, HouseState
from storage.partners import Partner, Quota
from storage.rules import Rules

Twins = dict[int, dict[int, datetime | None]]
"""house id → other houses of the same person or family card, with the day of handover of those whose family was erased
(:mod:`storage.helped`)."""


class Misfit(StrEnum):
    """Why a partner may not take a house."""

    AREA = "area"
    QUOTA_AREA = "quota_area"
    CEILING = "ceiling"
    MUSTAHIK = "mustahik"
    LAND = "land"
    DTSEN = "dtsen"
    AID_DONE = "aid_done"
    AID_ACTIVE = "aid_active"


class NoFit(Refused):
    """``found``: house id → why it does not fit. Figures: ``code`` and ``reasons`` of the first, ``n`` and ``codes`` of
    all."""

    def __init__(self, found: dict[int, tuple[Misfit, ...]], codes: dict[int, str]) -> None:
        first = min(found)
        super().__init__("claim.misfit", code=codes[first], n=len(found), reasons=[one.value for one in found[first]],
                         codes=", ".join(codes[number] for number in sorted(found)[:10]))
        self.found = found


def set_rules(
    session: Session, partner_id: int, now: datetime, *, by: int | None, areas: list[str], most: int | None,
    mustahik: bool, land: bool, dtsen: bool,
) -> None:
    """What a partner may take from now on; claims that there are stay. ``areas``: kecamatan, none for the whole city;
    ``most``: the largest estimate of a house, in rupiah."""
    session.exec(update(Partner).where(col(Partner.id) == partner_id).values(
        rule_areas=sorted(areas), rule_most=most, rule_mustahik=mustahik, rule_land=land, rule_dtsen=dtsen))
    record(session, "partner.rules", now, actor=by, partner=partner_id, areas=sorted(areas), most=most,
           mustahik=mustahik, land=land, dtsen=dtsen)


def conditions(partner: Partner, quota: Quota | None = None) -> list[Any]:
    """The same rules as conditions on :class:`House`, for looking among very many; not whether a family was helped."""
    where: list[Any] = []
    for areas in (partner.rule_areas, quota.areas if quota is not None else []):
        if areas:
            where.append(col(House.kecamatan_code).in_(areas))
    if partner.rule_most is not None:
        where.append(col(House.estimate) <= partner.rule_most)
    for rule, item in ((partner.rule_mustahik, Item.MUSTAHIK), (partner.rule_dtsen, Item.REGISTERED_POOR)):
        if rule:
            where.append(select(Checkmark.house_id).where(
                col(Checkmark.house_id) == col(House.id), col(Checkmark.item) == item,
                col(Checkmark.verdict) == Verdict.YES).exists())
    if partner.rule_land:
        where.append(select(Household.house_id).where(
            col(Household.house_id) == col(House.id), col(Household.land_proof).is_not(None),
            col(Household.land_proof) != LandProof.NONE).exists())
    return where


def misfits(
    session: Session, partner: Partner, quota: Quota | None, found: Sequence[House], now: datetime, rules: Rules, *,
    together: bool = True,
) -> dict[int, tuple[Misfit, ...]]:
    """house id → why the partner may not take it; only houses that do not fit. At most four queries, however many.

    Of two houses of one family among ``found`` the later one does not fit, unless they are looked at each on its own
    and not ``together``.
    """
    same = twins(session, [house.id or 0 for house in found])
    others = {number for others in same.values() for number in others}
    rows = session.exec(select(House).where(col(House.id).in_(others))).all() if others else []
    return _misfits(session, partner, quota, found, same, {one.id or 0: one for one in rows}, now, rules, together)


def _misfits(
    session: Session, partner: Partner, quota: Quota | None, found: Sequence[House], same: Twins,
    known: dict[int, House], now: datetime, rules: Rules, together: bool = True,
) -> dict[int, tuple[Misfit, ...]]:
    numbers = [house.id or 0 for house in found]
    checked = _checked(session, numbers) if partner.rule_mustahik or partner.rule_dtsen else {}
    proven = _proven(session, numbers) if partner.rule_land else set()
    helped = _helped(numbers if together else (), same, known, now, rules)
    why: dict[int, tuple[Misfit, ...]] = {}
    for house in found:
        number = house.id or 0
        marks = checked.get(number, set())
        asked = {
            Misfit.AREA: bool(partner.rule_areas) and house.kecamatan_code not in partner.rule_areas,
            Misfit.QUOTA_AREA: quota is not None and bool(quota.areas) and house.kecamatan_code not in quota.areas,
            Misfit.CEILING: partner.rule_most is not None and (house.estimate or 0) > partner.rule_most,
            Misfit.MUSTAHIK: partner.rule_mustahik and Item.MUSTAHIK not in marks,
            Misfit.LAND: partner.rule_land and number not in proven,
            Misfit.DTSEN: partner.rule_dtsen and Item.REGISTERED_POOR not in marks,
        }
        reasons = [one for one, fails in asked.items() if fails] + helped.get(number, [])
        if reasons:
            why[number] = tuple(reasons)
    return why


def check(
    session: Session, partner: Partner, quota: Quota, found: Sequence[House], same: Twins,
    known: Sequence[House], now: datetime, rules: Rules,
) -> None:
    """All of some houses may be taken. ``same``: their :func:`twins`; ``known``: those houses, and themselves.

    Raises:
        NoFit: some may not.
    """
    why = _misfits(session, partner, quota, found, same, {one.id or 0: one for one in known}, now, rules)
    if why:
        raise NoFit(why, {house.id or 0: house.code for house in found})


def _checked(session: Session, house_ids: list[int]) -> dict[int, set[Item]]:
    """house id → the items that a verifier answered with yes, of those that partners ask for."""
    query = select(Checkmark.house_id, Checkmark.item).where(
        col(Checkmark.house_id).in_(house_ids), col(Checkmark.verdict) == Verdict.YES,
        col(Checkmark.item).in_((Item.MUSTAHIK, Item.REGISTERED_POOR)))
    marks: dict[int, set[Item]] = {}
    for number, item in session.exec(query):
        marks.setdefault(number, set()).add(Item(item))
    return marks


def _proven(session: Session, house_ids: list[int]) -> set[int]:
    """Houses whose family can show something for the land."""
    where = (col(Household.house_id).in_(house_ids), col(Household.land_proof).is_not(None),
             col(Household.land_proof) != LandProof.NONE)
    return set(session.exec(select(Household.house_id).where(*where)))


def twins(session: Session, house_ids: Sequence[int]) -> Twins:
    """Of some houses those that have :data:`Twins`. One query, so that a family that is being erased is found as it was
    or by what is left of it, and never missed between two looks."""
    found: Twins = {}
    for number, twin, handed_over_at in session.execute(_same(), {"houses": list(house_ids)}):
        found.setdefault(number, {})[twin] = handed_over_at
    return found


@cache
def _same() -> CompoundSelect[Any]:
    """Every claim asks it, so it is put together once: that takes longer than the answer."""
    families, erased = SQLModel.metadata.tables["household"], SQLModel.metadata.tables["helped"]
    mine, never = families.alias("mine"), cast(null(), erased.c.handed_over_at.type)
    wanted: BindParameter[Any] = bindparam("houses", expanding=True)
    return union(*(
        sqlalchemy.select(mine.c.house_id, other.c.house_id, day)
        .join(other, and_(other.c[name] == mine.c[name], other.c.house_id != mine.c.house_id))
        .where(mine.c.house_id.in_(wanted))
        for other, day in ((families.alias("other"), never), (erased, erased.c.handed_over_at))
        for name in ("nik_index", "card_index")))


def _helped(
    house_ids: Sequence[int], same: Twins, known: dict[int, House], now: datetime, rules: Rules
) -> dict[int, list[Misfit]]:
    """house id → whether its family is being helped elsewhere, or was within ``rules.aid``. ``house_ids``: houses that
    are taken together, of which one is enough for a family."""
    wanted, why = set(house_ids), {}
    for number, others in same.items():
        homes = [(known[one], day) for one, day in others.items() if one in known]
        active = any(home.state in HELD or ((home.id or 0) in wanted and (home.id or 0) < number) for home, _ in homes)
        done = any(home.state == HouseState.HANDED_OVER and (day or home.closed_at or now) > now - rules.aid
                   for home, day in homes)
        reasons = [Misfit.AID_DONE] * done + [Misfit.AID_ACTIVE] * active
        if reasons:
            why[number] = reasons
    return why
