"""The people and partners of the sample city, each name marked as invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.sample.names import MARK
from storage import claims, fitting, houses, partners, people, transfers
from storage.houses import HouseState
from storage.partners import FundSource, Scheme
from storage.people import RoleName

CAST = ("admin", "sari", "vera", "budi", "citra", "dani")


@dataclass(frozen=True, slots=True)
class Means:
    """A partner and its quota of the year. ``ceiling``, ``house_ceiling``: rupiah. ``rep``: who speaks for it;
    ``land``: it takes only houses whose family can show something for the land."""

    key: str
    name: str
    source: FundSource
    scheme: Scheme
    units: int
    ceiling: int
    house_ceiling: int
    rep: str | None
    land: bool = False


# Baznas and the companies can take 60 of the 106 open houses between them; 46 still have nobody.
MEANS = (
    Means("dpkpp", "DPKPP Tangsel", FundSource.APBD, Scheme.MURNI, 158, 11_250_000_000, 71_000_000, "dani"),
    Means("baznas", "Baznas Tangsel", FundSource.BAZNAS, Scheme.NONE, 20, 500_000_000, 25_000_000, "budi"),
    Means("karya", f"PT Sampel Karya {MARK}", FundSource.CSR, Scheme.NONE, 25, 1_500_000_000, 60_000_000, "citra",
          land=True),
    Means("bank", f"Bank Contoh Banten {MARK}", FundSource.CSR, Scheme.NONE, 15, 750_000_000, 50_000_000, None),
)

_NAMES = {"admin": f"Admin Dinsos {MARK}"} | {key: f"{key.capitalize()} {MARK}" for key in CAST if key != "admin"}
_CITY_ROLES = {"admin": RoleName.ADMIN, "sari": RoleName.SURVEYOR, "vera": RoleName.VERIFIER}


def let_in(session: Session, telegram_ids: dict[str, int], now: datetime) -> dict[str, int]:
    """The cast with its city roles; key → person id.

    Raises:
        KeyError: ``telegram_ids`` lacks one of :data:`CAST`.
    """
    made: dict[str, int] = {}
    for key in CAST:
        account = telegram_ids[key]
        person = people.by_telegram(session, account) or people.add_person(session, account, _NAMES[key], "id", now)
        made[key] = person.id or 0
        if key in _CITY_ROLES:
            people.grant(session, person, _CITY_ROLES[key], now, by=made["admin"])
    return made


def bring_partners(session: Session, cast: dict[str, int], year: int, now: datetime) -> dict[str, int]:
    """The partners, each with its quota of the year and its rep; key → quota id."""
    admin = cast["admin"]
    quotas: dict[str, int] = {}
    for means in MEANS:
        partner = partners.add_partner(session, means.name, means.source, now, by=admin)
        quota = partners.add_quota(session, partner.id or 0, year, means.units, means.ceiling, now, by=admin,
                                   house_ceiling=means.house_ceiling, scheme=means.scheme)
        quotas[means.key] = quota.id or 0
        if means.land:
            fitting.set_rules(session, partner.id or 0, now, by=admin, areas=[], most=None, mustahik=False, land=True,
                              dtsen=False)
        person = session.get(people.Person, cast[means.rep]) if means.rep else None
        if person is not None:
            people.grant(session, person, RoleName.PARTNER, now, by=admin, partner_id=partner.id)
    return quotas


def refer(session: Session, claim_ids: list[int], quota_id: int, now: datetime, *, by: int) -> None:
    """The agency has offered one of its houses that are not begun to another partner, and waits for an answer."""
    partner = partners.fresh(session, quota_id).partner_id
    for number in claim_ids:
        claim = claims.get(session, number)
        fresh = claim.due_at is not None and claim.overdue_at is None
        if fresh and houses.get(session, claim.house_id).state == HouseState.CLAIMED:
            transfers.offer(session, number, partner, "Cukup diperbaiki sebagian, sesuai dengan program mitra.",
                            now - timedelta(hours=20), by=by)
            return
