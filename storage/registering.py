"""A house enters the programme, and is corrected: house, family, assessment, photos and events in one step.

A field is known by one name everywhere: the question of the form, the column, the event that says it was changed, and
the revision that keeps what it said before.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select, update

from storage import assessments, households, houses, people, photos, revisions
from storage.assessments import HEALTH, MATERIALS, STRUCTURE, Assessment
from storage.claims import Claim
from storage.errors import Refused, Stale
from storage.events import record
from storage.houses import HELD, House, HouseState
from storage.people import RoleName
from storage.rules import DEFAULTS, Rules


@dataclass(frozen=True)
class Entry:
    """What a surveyor writes down. ``nik``, ``family_card``: 16 digits. ``phone``: ``+628…``. ``rt``, ``rw``: three
    digits each. Conditions: 1 to 5. ``area_m2``: floor area, ``land_m2``: the plot. ``lat``, ``lon``: degrees.
    ``prior_aid``: year, 0 for never. ``septic_m``: metres. None: not asked yet."""

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
    family_card: str | None = None
    phone: str | None = None
    families: int | None = None
    elderly: int | None = None
    disabled: int | None = None
    land_proof: str | None = None
    land_m2: float | None = None
    prior_aid: int | None = None
    foundation: int | None = None
    tie_beam: int | None = None
    columns: int | None = None
    beam: int | None = None
    roof_frame: int | None = None
    windows: int | None = None
    ventilation: int | None = None
    bathroom: int | None = None
    latrine: int | None = None
    drainage: int | None = None
    drinking_water: int | None = None
    septic_m: float | None = None
    roof_material: str | None = None
    floor_material: str | None = None
    wall_material: str | None = None


_SEALED = ("nik", "family_card", "phone")
_OPEN_FAMILY = ("head_name", "address", "rt", "rw", "lat", "lon", "families", "elderly", "disabled", "land_proof",
                "land_m2", "prior_aid")
_FAMILY = (*_SEALED, *_OPEN_FAMILY)
_ASSESSED = (*STRUCTURE, *HEALTH, "septic_m", "roof_material", "floor_material", "wall_material")
_RENAMED = {"kecamatan": "kecamatan_code", "kelurahan": "kelurahan_code"}


def _part(entry: Entry, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in names}


def _columns(entry: Entry, rules: Rules) -> dict[str, Any]:
    """The entry as columns of the house, with the place on the waiting list that they make."""
    ranks = [rank for name in (*MATERIALS, *STRUCTURE, *HEALTH) if (rank := getattr(entry, name)) is not None]
    vulnerable = (entry.elderly or 0) + (entry.disabled or 0)
    own = {_RENAMED.get(name, name): value for name, value in asdict(entry).items()
           if name not in _FAMILY and name not in _ASSESSED}
    return own | {"priority": houses.priority(ranks, entry.occupants, entry.area_m2, rules.area_per_person,
                                              vulnerable=vulnerable)}


def entry_of(session: Session, house: House) -> Entry | None:
    """What was written down for a house; None when its family was erased."""
    number = house.id or 0
    family, found = households.of_house(session, number), assessments.of_house(session, number)
    if family is None:
        return None
    assessed = {name: getattr(found, name) for name in _ASSESSED} if found is not None else {}
    return Entry(
        nik=households.nik_of(session, family), family_card=households.family_card_of(session, family),
        phone=households.phone_of(session, family), **{name: getattr(family, name) for name in _OPEN_FAMILY},
        **assessed, kecamatan=house.kecamatan_code, kelurahan=house.kelurahan_code, roof=house.roof, floor=house.floor,
        wall=house.wall, occupants=house.occupants, area_m2=house.area_m2,
    )


def register_house(
    session: Session, entry: Entry, now: datetime, *, by: int, consent_at: datetime, consent_version: str,
    draft_id: int | None = None, sample: bool = False, rules: Rules = DEFAULTS, shares_with: int | None = None,
) -> House:
    """A new house with its code, family and the draft's photos; the event ``house.registered`` tells of it."""
    house = houses.register(
        session, now, by=by, sample=sample, shares_with=shares_with, rules=rules,
        **{name: getattr(entry, name) for name in (*_RENAMED, *MATERIALS, "occupants", "area_m2")},
    )
    house.priority = _columns(entry, rules)["priority"]
    session.add(house)
    households.write(
        session, house.id or 0, **_part(entry, _FAMILY), consent_at=consent_at,
        consent_version=consent_version, recorded_by=by,
    )
    _assess(session, house.id or 0, entry)
    if draft_id is not None:
        photos.attach(session, draft_id, house.id or 0)
    return house


def _assess(session: Session, house_id: int, entry: Entry) -> None:
    found = _part(entry, _ASSESSED)
    if any(value is not None for value in found.values()):
        session.merge(Assessment(house_id=house_id, **found))
        session.flush()


def to_correct(session: Session, house_id: int) -> tuple[House, Entry | None]:
    """A house and what was written down for it, which stays so until the transaction ends.

    Raises:
        Refused: ``house.gone``.
    """
    house = session.get(House, house_id, populate_existing=True, with_for_update=True) or houses.get(session, house_id)
    return house, entry_of(session, house)


def correct_house(
    session: Session, house_id: int, entry: Entry, now: datetime, *, by: int, dropped: list[int], draft_id: int,
    rules: Rules = DEFAULTS, shares_with: int | None = None,
) -> list[str]:
    """What was written down for a house changes; the names of the fields that did.

    The event names the fields, the revisions keep what they said. ``dropped`` are photos of it that were taken out;
    others stay, also those that came while it was being corrected, and the draft's own are added. The code stays, also
    when the house moves to another kecamatan: people know it.

    A house that was returned comes back to whoever returned it; one that was approved or refused is looked at again;
    one that a partner holds keeps its stage, and a verifier is asked to look (design, "Life of a house").

    Raises:
        Stale: its family was erased.
        Refused: ``house.over``: handed over, withdrawn or a duplicate.
    """
    house = session.get(House, house_id, populate_existing=True, with_for_update=True)
    before = entry_of(session, house) if house is not None else None
    family = households.of_house(session, house_id)
    if house is None or before is None or family is None:
        gone = houses.get(session, house_id)
        raise Stale(code=gone.code, state=gone.state)
    old, new = asdict(before), asdict(entry)
    changed = [name for name in new if new[name] != old[name]]
    for name in changed:
        revisions.note(session, house_id, name, old[name], new[name], now, by=by)
    if {"lat", "lon"} & set(changed):
        photos.forget_distances(session, [one.id or 0 for one in photos.of_house(session, house_id)])
    added = photos.attach(session, draft_id, house_id)
    retired = photos.retire(session, house_id, dropped)
    if shares_with is not None:
        house.shares_with_id = shares_with
    if not (changed or added or retired or shares_with or house.state == HouseState.RETURNED):
        return []
    if set(changed) & set(_FAMILY):
        households.write(
            session, house_id, **_part(entry, _FAMILY), consent_at=family.consent_at,
            consent_version=family.consent_version, recorded_by=family.recorded_by,
        )
    _assess(session, house_id, entry)
    _move_on(session, house, _columns(entry, rules), now, by=by, rules=rules)
    record(session, "house.corrected", now, actor=by, house=house_id, fields=changed,
           photos=photos.count_of_house(session, house_id), added=added, dropped=retired)
    return changed


def _move_on(session: Session, house: House, columns: dict[str, Any], now: datetime, *, by: int, rules: Rules) -> None:
    number, state = house.id or 0, house.state
    if state == HouseState.RETURNED:
        columns |= {"note": None, "wrong_fields": []} | _kept_for(session, house, columns["kecamatan_code"], now, rules)
        houses.move(session, number, state, HouseState.REGISTERED, now, by=by, **columns)
    elif state in (HouseState.ELIGIBLE, HouseState.INELIGIBLE):
        columns |= {"note": None} | _kept_for(session, house, columns["kecamatan_code"], now, rules)
        houses.move(session, number, state, HouseState.REGISTERED, now, by=by, reason="corrected", **columns)
    elif state == HouseState.REGISTERED or state in HELD:
        if state in HELD:
            if columns["kecamatan_code"] != house.kecamatan_code:
                # Its claim is counted where the house stands: who is just writing it finishes first.
                session.exec(select(Claim.id).where(col(Claim.house_id) == number).with_for_update()).all()
            columns |= {"recheck_at": house.recheck_at or now}  # all that was not looked at yet
        session.exec(update(House).where(col(House.id) == number).values(version=col(House.version) + 1, **columns))
        session.refresh(house)
    else:
        raise Refused("house.over", code=house.code, state=state)


def _kept_for(session: Session, house: House, kecamatan: str, now: datetime, rules: Rules) -> dict[str, Any]:
    """It returns to the same verifier, who knows what was wrong; after a while anybody may take it."""
    reach = {person.id for person in people.holders(session, RoleName.VERIFIER, kecamatan=kecamatan)}
    if house.verifier_id not in reach:
        return {"taken_by": None, "taken_until": None}
    return {"taken_by": house.verifier_id, "taken_until": now + rules.hold_returned}
