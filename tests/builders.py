"""Rows for tests, made by the rules themselves. Everybody in here is invented."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlmodel import Session, col, select

from storage import claims, households, houses, partners, people, progress, regions
from storage.claims import Claim
from storage.events import Event
from storage.groups import ChatGroup
from storage.houses import House, HouseState
from storage.partners import FundSource, Partner, Quota
from storage.people import Person, RoleName
from storage.store import Store

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
YEAR = 2026
PAMULANG, SETU, SERPONG = "36.74.06", "36.74.07", "36.74.01"
JUTA = 1_000_000
PATIENCE = 120  # seconds after which something hangs


@dataclass(frozen=True)
class Known:
    """Somebody of the cast. Telegram ids are beyond 32 bits, as real ones are."""

    telegram_id: int
    name: str
    role: RoleName
    partner: str | None = None
    locale: str = "id"


ADMIN = Known(7_100_000_001, "Asih", RoleName.ADMIN)
VERA = Known(7_100_000_002, "Vera", RoleName.VERIFIER)
SARI = Known(7_100_000_003, "Sari", RoleName.SURVEYOR)
BUDI = Known(7_100_000_004, "Budi", RoleName.PARTNER, "Baznas")
CITRA = Known(7_100_000_005, "Citra", RoleName.PARTNER, "PT Contoh Sejahtera", "en")
DANI = Known(7_100_000_006, "Dani", RoleName.PARTNER, "DPKPP")
EVERYBODY = (ADMIN, VERA, SARI, BUDI, CITRA, DANI)
SOURCES = {"Baznas": FundSource.BAZNAS, "PT Contoh Sejahtera": FundSource.CSR, "DPKPP": FundSource.APBD}


def person(session: Session, known: Known = SARI) -> Person:
    """Somebody of the cast with the role (and partner) that goes with them; made on first use."""
    found = people.by_telegram(session, known.telegram_id)
    if found is not None:
        return found
    made = people.add_person(session, known.telegram_id, known.name, known.locale, NOW)
    partner_id = partner(session, known.partner).id if known.partner else None
    people.grant(session, made, known.role, NOW, by=None, partner_id=partner_id)
    return made


def cast(session: Session) -> dict[str, Person]:
    """The whole cast, by name."""
    return {known.name: person(session, known) for known in EVERYBODY}


def partner(session: Session, name: str = "Baznas") -> Partner:
    """A partner by name; made on first use."""
    found = session.exec(select(Partner).where(col(Partner.name) == name)).first()
    return found or partners.add_partner(session, name, SOURCES.get(name, FundSource.CSR), NOW, by=None)


def make_quota(
    session: Session, name: str = "Baznas", units: int = 10, ceiling: int = 500 * JUTA, **more: Any
) -> Quota:
    """A quota of this year for a partner."""
    return partners.add_quota(
        session, partner(session, name).id or 0, more.pop("year", YEAR), units, ceiling, NOW, by=None, **more
    )


def make_house(session: Session, kecamatan: str = PAMULANG, **overrides: Any) -> House:
    """A registered house with its family. Overrides are arguments of ``houses.register`` or ``households.write``."""
    surveyor = person(session, SARI).id or 0
    family = {key: overrides.pop(key) for key in ("head_name", "address", "nik", "rt", "rw", "lat", "lon")
              if key in overrides}
    values: dict[str, Any] = {
        "by": surveyor, "kelurahan": regions.kelurahan_of(session, kecamatan)[0].code,
        "roof": 4, "floor": 3, "wall": 5, "occupants": 5, "area_m2": 30.0,
    }
    house = houses.register(session, overrides.pop("now", NOW), kecamatan=kecamatan, **(values | overrides))
    number = house.id or 0
    # Well-formed, of nobody: the kecamatan, a birthday in 1970, a serial that counts up.
    nik = f"{kecamatan.replace('.', '')}{number % 28 + 1:02d}0170{number % 9999 + 1:04d}"
    households.write(
        session, number,
        **({"head_name": f"Contoh {number}", "address": f"Gg. Contoh No. {number}", "nik": nik, "rt": "003",
            "rw": "001", "lat": -6.34, "lon": 106.73} | family),
        consent_at=NOW, consent_version="1", recorded_by=surveyor,
    )
    return house


def approve(session: Session, house: House, estimate: int = 50 * JUTA) -> House:
    """The verifier finds the house eligible and estimates its cost."""
    verifier = person(session, VERA).id
    houses.move(session, house.id or 0, HouseState.REGISTERED, HouseState.ELIGIBLE, NOW, by=verifier,
                estimate=estimate, verifier_id=verifier, verified_at=NOW)
    return houses.get(session, house.id or 0)


def eligible(session: Session, kecamatan: str = PAMULANG, estimate: int = 50 * JUTA, **overrides: Any) -> House:
    """A house on the waiting list."""
    return approve(session, make_house(session, kecamatan, **overrides), estimate)


def claim(session: Session, house: House, quota: Quota) -> Claim:
    """A claim on a house of the waiting list."""
    return claims.claim_houses(session, [house.id or 0], quota.id or 0, NOW, by=None)[0]


def build(session: Session, made: Claim) -> Claim:
    """The work of a claim is done and confirmed: all that is missing is the handover."""
    by = person(session, VERA).id or 0
    progress.report(session, made.id or 0, 30, NOW, by=by)
    progress.report_finished(session, made.id or 0, NOW, by=by)
    progress.confirm(session, made.id or 0, NOW, by=by)
    return claims.get(session, made.id or 0)


def history(session: Session, house_id: int) -> list[Event]:
    """What happened to a house, newest first."""
    return list(session.exec(select(Event).where(col(Event.house_id) == house_id).order_by(col(Event.id).desc())))


def all_groups(session: Session) -> list[ChatGroup]:
    """Groups that the bot is in."""
    return list(session.exec(select(ChatGroup).where(col(ChatGroup.left_at).is_(None)).order_by(col(ChatGroup.id))))


def race(*calls: Callable[[], Any]) -> list[Any]:
    """Start calls at one moment in a thread each: what each returned or raised, in their order."""
    results: list[Any] = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def go(number: int, call: Callable[[], Any]) -> None:
        start.wait(PATIENCE)
        try:
            results[number] = call()
        except Exception as error:
            results[number] = error

    threads = [threading.Thread(target=go, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "the two sides wait for each other"
    return results


def at_once(store: Store, *units: Callable[[Session], Any]) -> list[Any]:
    """Run units in transactions that overlap, each over its own connections, as two processes would.

    A unit that is through holds its transaction open until the others are through too, or have been waiting for
    its locks for a while: the slower ones must decide while nothing is committed.
    """
    stores = [Store(store.url, store.vault, threads=1) for _ in units]
    through = threading.Barrier(len(units))

    def overlapping(unit: Callable[[Session], Any]) -> Callable[[Session], Any]:
        def run(session: Session) -> Any:
            try:
                return unit(session)
            finally:
                with suppress(threading.BrokenBarrierError):  # the others wait for our locks
                    through.wait(0.25)

        return run

    try:
        return race(*(partial(one.run, overlapping(unit)) for one, unit in zip(stores, units, strict=True)))
    finally:
        for one in stores:
            one.close()
