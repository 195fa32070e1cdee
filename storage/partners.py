"""Partners and their means: quotas in units and rupiah, guarded against promising twice."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, case, false, literal, text, tuple_
from sqlmodel import Field, Session, SQLModel, col, func, select, update

from storage.base import args, big, check, choice, fk, pk
from storage.errors import Refused
from storage.events import record
from storage.store import exclusive

_NEW_NAME = 36_74_2019
"""Of the lock under which partners get their names; any number will do."""


class FundSource(StrEnum):
    """Where the money comes from."""

    APBD = "apbd"
    BAZNAS = "baznas"
    CSR = "csr"


class Scheme(StrEnum):
    """Which budget of the year: APBD has two, the others none (DOMAIN.md, money and time)."""

    MURNI = "murni"
    PERUBAHAN = "perubahan"
    NONE = "none"


def _areas() -> Any:
    """Kecamatan codes; none for the whole city."""
    return Field(default_factory=list, sa_column=Column(JSON, nullable=False, server_default=text("'[]'")))


def _off() -> Any:
    return Field(default=False, sa_column_kwargs={"server_default": false()})


class Partner(SQLModel, table=True):
    """Who pays and builds: the housing agency, Baznas, a company.

    ``rule_…``: which houses it may take (:mod:`storage.fitting`): of these kecamatan, estimated at ``rule_most`` rupiah
    at most, of *mustahik* only, with a land document, of families in the register of the poor (DTSEN).
    """

    __tablename__ = "partner"
    __table_args__ = args(check("rule_most > 0", "rule_most"))
    id: int | None = pk()
    name: str = Field(unique=True, max_length=80)
    source: FundSource = choice(FundSource, "fund_source")
    created_at: datetime
    closed_at: datetime | None = None
    rule_areas: list[str] = _areas()
    rule_most: int | None = big(nullable=True)
    rule_mustahik: bool = _off()
    rule_land: bool = _off()
    rule_dtsen: bool = _off()


class Quota(SQLModel, table=True):
    """What a partner can take in one year (and scheme, and batch).

    ``reserved`` is promised to active claims, ``spent`` is the real cost of houses handed over; both whole
    rupiah. Together they never pass ``ceiling``; the same holds for units. ``areas``: the kecamatan it is for.
    ``closed_with_partner``: it was closed because its partner was, and opens with it again.
    """

    __tablename__ = "quota"
    __table_args__ = args(
        check("units_reserved >= 0 AND units_spent >= 0 AND units_reserved + units_spent <= units", "units_within"),
        check("reserved >= 0 AND spent >= 0 AND reserved + spent <= ceiling", "money_within"),
        check("house_ceiling IS NULL OR house_ceiling > 0", "house_ceiling_positive"),
        check("closed_at IS NOT NULL OR NOT closed_with_partner", "closed_with_partner"),
    )
    id: int | None = pk()
    partner_id: int = fk("partner.id")
    year: int
    scheme: Scheme = choice(Scheme, "scheme", default=Scheme.NONE)
    batch: int = 1
    units: int
    ceiling: int = big()
    house_ceiling: int | None = big(nullable=True)
    units_reserved: int = 0
    units_spent: int = 0
    reserved: int = big(default=0)
    spent: int = big(default=0)
    created_at: datetime
    closed_at: datetime | None = None
    areas: list[str] = _areas()
    closed_with_partner: bool = _off()

    @property
    def units_left(self) -> int:
        """Houses that may still be claimed."""
        return self.units - self.units_reserved - self.units_spent

    @property
    def money_left(self) -> int:
        """Rupiah that may still be promised."""
        return self.ceiling - self.reserved - self.spent

    def would_reserve(self, estimate: int) -> int:
        """What a claim takes: the lesser of the estimate and this quota's ceiling a house (design)."""
        return min(estimate, self.house_ceiling) if self.house_ceiling else estimate


def add_partner(session: Session, name: str, source: FundSource, now: datetime, *, by: int | None) -> Partner:
    """A new partner.

    Raises:
        Refused: ``partner.exists`` the name is taken (capital letters do not matter).
    """
    name = " ".join(name.split())
    # The unique index tells letters apart by their size: two at once come one after the other.
    exclusive(session, _NEW_NAME)
    if is_taken(session, name):
        raise Refused("partner.exists", name=name)
    partner = Partner(name=name, source=source, created_at=now)
    session.add(partner)
    session.flush()
    record(session, "partner.added", now, actor=by, partner=partner.id, source=source.value)
    return partner


def is_taken(session: Session, name: str) -> bool:
    """Whether a partner, open or closed, has this name; capital letters do not matter."""
    return session.exec(select(Partner.id).where(func.lower(Partner.name) == name.lower())).first() is not None


def all_partners(session: Session) -> list[Partner]:
    """Partners that are active, by name."""
    return list(session.exec(select(Partner).where(col(Partner.closed_at).is_(None)).order_by(Partner.name)))


def page(session: Session, *, after: int = 0, limit: int = 8, closed: bool = False) -> list[Partner]:
    """Active partners by name; ``after`` is the id of the last one shown before (0: from the start). ``closed``: the
    closed ones behind them, too."""
    stands = case((col(Partner.closed_at).is_(None), 0), else_=1)
    query = select(Partner) if closed else select(Partner).where(col(Partner.closed_at).is_(None))
    last = session.get(Partner, after) if after else None
    if last is not None:
        place = tuple_(literal(0 if last.closed_at is None else 1), literal(last.name), literal(last.id))
        query = query.where(tuple_(stands, col(Partner.name), col(Partner.id)) > place)
    return list(session.exec(query.order_by(stands, col(Partner.name), col(Partner.id)).limit(limit)))


def names_of(session: Session, partner_ids: set[int]) -> dict[int, str]:
    """partner id → name, of active and closed partners."""
    if not partner_ids:
        return {}
    found = session.exec(select(Partner).where(col(Partner.id).in_(partner_ids)))
    return {partner.id or 0: partner.name for partner in found}


def quotas_of(session: Session, partner_id: int, *, year: int | None = None) -> list[Quota]:
    """A partner's quotas, newest year first."""
    query = select(Quota).where(col(Quota.partner_id) == partner_id)
    if year is not None:
        query = query.where(col(Quota.year) == year, col(Quota.closed_at).is_(None))
    return list(session.exec(query.order_by(col(Quota.year).desc(), col(Quota.batch), col(Quota.id))))


def quotas_in(session: Session, year: int, partner_ids: Collection[int]) -> dict[int, list[Quota]]:
    """partner id → open quotas of a year."""
    query = select(Quota).where(col(Quota.year) == year, col(Quota.closed_at).is_(None),
                                col(Quota.partner_id).in_(partner_ids))
    found: dict[int, list[Quota]] = {}
    for quota in session.exec(query.order_by(col(Quota.batch), col(Quota.id))):
        found.setdefault(quota.partner_id, []).append(quota)
    return found


def some_quotas(session: Session, quota_ids: Collection[int]) -> list[Quota]:
    """Quotas by their ids."""
    return list(session.exec(select(Quota).where(col(Quota.id).in_(quota_ids))))


def get(session: Session, partner_id: int) -> Partner:
    """The partner.

    Raises:
        Refused: ``partner.gone``.
    """
    partner = session.get(Partner, partner_id)
    if partner is None:
        raise Refused("partner.gone")
    return partner


def working(session: Session, partner_id: int) -> Partner:
    """A partner that is not closed, and is not until this transaction ends.

    Raises:
        Refused: ``partner.gone``, ``partner.closed``.
    """
    partner = session.get(Partner, partner_id, populate_existing=True, with_for_update={"read": True})
    if partner is None:
        raise Refused("partner.gone")
    if partner.closed_at is not None:
        raise Refused("partner.closed", name=partner.name)
    return partner


def add_quota(
    session: Session, partner_id: int, year: int, units: int, ceiling: int, now: datetime, *,
    by: int | None, house_ceiling: int | None = None, scheme: Scheme = Scheme.NONE, batch: int = 1,
    areas: Collection[str] = (),
) -> Quota:
    """A new quota. ``areas``: the kecamatan it is for, none for the whole city.

    Raises:
        Refused: ``partner.closed``.
    """
    working(session, partner_id)
    quota = Quota(partner_id=partner_id, year=year, units=units, ceiling=ceiling, house_ceiling=house_ceiling,
                  scheme=scheme, batch=batch, created_at=now, areas=sorted(areas))
    session.add(quota)
    session.flush()
    record(session, "quota.added", now, actor=by, quota=quota.id, partner=partner_id, units=units, ceiling=ceiling)
    return quota


def change_quota(
    session: Session, quota_id: int, now: datetime, *, by: int | None, units: int | None = None,
    ceiling: int | None = None, house_ceiling: int | None = None, any_house: bool = False,
    areas: Collection[str] | None = None,
) -> Quota:
    """Raise or lower the given figures of a quota. ``any_house`` takes its ceiling a house away; no ``areas`` open it
    to the whole city.

    Raises:
        Refused: ``quota.below_promised`` less than what is reserved and spent already, with those figures.
    """
    values: dict[str, Any] = {}
    where = [col(Quota.id) == quota_id]
    if units is not None:
        values["units"] = units
        where.append(col(Quota.units_reserved) + col(Quota.units_spent) <= units)
    if ceiling is not None:
        values["ceiling"] = ceiling
        where.append(col(Quota.reserved) + col(Quota.spent) <= ceiling)
    if any_house or house_ceiling is not None:
        values["house_ceiling"] = None if any_house else house_ceiling
    if areas is not None:
        values["areas"] = sorted(areas)
    if not values:
        return fresh(session, quota_id)
    # Only what is given is written: another admin may be changing another figure of the same quota.
    if session.exec(update(Quota).where(*where).values(**values)).rowcount != 1:
        quota = fresh(session, quota_id)
        raise Refused("quota.below_promised", units=quota.units_reserved + quota.units_spent,
                      money=quota.reserved + quota.spent)
    record(session, "quota.changed", now, actor=by, quota=quota_id, **values)
    return fresh(session, quota_id)


def fresh(session: Session, quota_id: int, *, lock: bool = False) -> Quota:
    """The quota as the database has it now; with ``lock`` it stays so until the transaction ends.

    Raises:
        Refused: ``quota.gone``.
    """
    quota = session.get(Quota, quota_id, populate_existing=True, with_for_update=True if lock else None)
    if quota is None:
        raise Refused("quota.gone")
    return quota
