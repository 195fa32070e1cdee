"""A house enters the programme, and comes back corrected: house, family, photos and events in one step."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from storage import households, houses, meta, photos
from storage.errors import Stale
from storage.events import record
from storage.houses import House, HouseState


@dataclass(frozen=True)
class Entry:
    """What a surveyor writes down. ``nik``: 16 digits. ``rt``, ``rw``: three digits each. ``roof``, ``floor``,
    ``wall``: 1 to 5. ``area_m2``: floor area. ``lat``, ``lon``: degrees."""

    head_name: str
    nik: str
    address: str
    kecamatan: str
    kelurahan: str
    rt: str
    rw: str
    lat: float
    lon: float
    roof: int
    floor: int
    wall: int
    occupants: int
    area_m2: float


_FAMILY = ("head_name", "nik", "address", "rt", "rw", "lat", "lon")
_RENAMED = {"kecamatan": "kecamatan_code", "kelurahan": "kelurahan_code"}


def _columns(entry: Entry) -> dict[str, Any]:
    """The entry as columns of the house."""
    return {_RENAMED.get(name, name): value for name, value in asdict(entry).items() if name not in _FAMILY}


def _family(entry: Entry) -> dict[str, Any]:
    """The entry's personal part."""
    return {name: getattr(entry, name) for name in _FAMILY}


def entry_of(session: Session, house: House) -> Entry | None:
    """What was written down for a house; None when its family was erased."""
    family = households.of_house(session, house.id or 0)
    if family is None:
        return None
    return Entry(
        family.head_name, households.nik_of(session, family), family.address, house.kecamatan_code,
        house.kelurahan_code, family.rt, family.rw, family.lat, family.lon, house.roof, house.floor, house.wall,
        house.occupants, house.area_m2,
    )


def register_house(
    session: Session, entry: Entry, now: datetime, *, by: int, consent_at: datetime, consent_version: str,
    draft_id: int | None = None, sample: bool = False,
) -> House:
    """A new house with its code, family and the draft's photos; the event ``house.registered`` tells of it."""
    house = houses.register(
        session, now, by=by, sample=sample,
        **{name: value for name, value in asdict(entry).items() if name not in _FAMILY},
    )
    households.write(
        session, house.id or 0, **_family(entry), consent_at=consent_at,
        consent_version=consent_version, recorded_by=by,
    )
    if draft_id is not None:
        photos.attach(session, draft_id, house.id or 0)
    return house


def correct_house(
    session: Session, house_id: int, entry: Entry, now: datetime, *, by: int, dropped: list[int], draft_id: int,
) -> House:
    """A returned house comes back to the verifier. The event names the fields that changed, never their values.

    ``dropped`` are photos of it that were taken out. Others stay, also those that came while it was being corrected,
    and the draft's own are added. The code stays, also when the house moves to another kecamatan: people know it.

    Raises:
        Stale: the house is not returned (any more), or its family was erased.
    """
    house = houses.get(session, house_id)
    before, family = entry_of(session, house), households.of_house(session, house_id)
    if before is None or family is None:
        raise Stale(code=house.code, state=house.state)
    old, new = asdict(before), asdict(entry)
    changed = [name for name in new if new[name] != old[name]]
    photos.attach(session, draft_id, house_id)
    retired = photos.retire(session, house_id, dropped)
    columns = _columns(entry) | {"priority": houses.priority(
        entry.roof, entry.floor, entry.wall, entry.occupants, entry.area_m2, meta.AREA_PER_PERSON)}
    houses.move(session, house_id, HouseState.RETURNED, HouseState.REGISTERED, now, by=by, note=None, **columns)
    if set(changed) & set(_FAMILY):
        households.write(
            session, house_id, **_family(entry), consent_at=family.consent_at, consent_version=family.consent_version,
            recorded_by=family.recorded_by,
        )
    record(session, "house.corrected", now, actor=by, house=house_id, fields=changed,
           photos=photos.count_of_house(session, house_id), dropped=retired)
    return houses.get(session, house_id)
