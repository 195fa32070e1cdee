"""The sample houses: who lives where, how bad it is, and what the verifier said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlmodel import Session

from bot.sample.names import Head, Heads
from bot.sample.pictures import Picture
from bot.sample.places import PLACES, SCATTER, WEIGHTS, Place, office_hour
from storage import households, houses, meta, regions
from storage.events import record
from storage.houses import House, HouseState
from storage.photos import Photo, PhotoPurpose, PhotoState
from storage.rules import DEFAULTS

CONSENT = "1"
_STEP = 500_000
# Rupiah that any renovation takes; worse and bigger houses cost more.
_LEAST_COST = 30_000_000

# What stands apart from the headline: state, how many, and the verifier's words.
_WAITING = 9
_RETURNED = (
    "Foto atap belum terlihat jelas, mohon difoto ulang dari depan rumah.",
    "Titik lokasi tidak sesuai dengan alamat, mohon dikirim ulang.",
)
_INELIGIBLE = (
    "Sudah menerima bantuan perumahan tahun lalu (kurang dari 10 tahun).",
    "Kondisi atap, lantai, dan dinding masih layak huni.",
    "Status tanah masih dalam sengketa menurut keterangan kelurahan.",
)


@dataclass(frozen=True, slots=True)
class Staff:
    """Who did what: person ids, and the surveyor's chat."""

    surveyor: int
    verifier: int
    surveyor_chat: int


@dataclass(frozen=True, slots=True)
class Case:
    """One house to invent: where, in which state, and when. ``note``: the verifier's words; ``fit``: no RTLH."""

    place: Place
    state: HouseState
    registered_at: datetime
    verified_at: datetime | None
    note: str | None = None
    fit: bool = False


def needing(rng: Random, now: datetime) -> list[Case]:
    """The 264 approved houses, registered three to seven months ago and verified before the claims."""
    cases = []
    for place in PLACES:
        for _ in range(place.needing):
            registered = office_hour(rng, now - timedelta(days=rng.randint(100, 210)))
            verified = office_hour(rng, registered + timedelta(days=rng.randint(2, 14)))
            cases.append(Case(place, HouseState.ELIGIBLE, registered, verified))
    return cases


def apart(rng: Random, now: datetime) -> list[Case]:
    """The houses of the last two weeks: waiting for the verifier, returned, refused."""
    cases = []
    for _ in range(_WAITING):
        registered = office_hour(rng, now - timedelta(days=rng.randint(1, 6)))
        cases.append(Case(rng.choice(PLACES), HouseState.REGISTERED, registered, None))
    for state, notes in ((HouseState.RETURNED, _RETURNED), (HouseState.INELIGIBLE, _INELIGIBLE)):
        for note in notes:
            registered = office_hour(rng, now - timedelta(days=rng.randint(9, 14)))
            verified = registered + timedelta(days=rng.randint(1, 6), hours=1)
            cases.append(Case(rng.choice(PLACES), state, registered, verified, note, fit="layak huni" in note))
    return cases


def write(
    session: Session, rng: Random, cases: list[Case], staff: Staff, pictures: list[Picture], heads: Heads
) -> list[House]:
    """Store the houses with families, photos and events, in the order in which they were registered."""
    ceiling = meta.house_ceiling(session)
    kelurahan = {place.code: _weighted(session, rng, place.code) for place in PLACES}
    cases = sorted(cases, key=lambda case: case.registered_at)
    made: list[tuple[House, Head, dict[str, Any]]] = []
    for case in cases:
        codes, weights = kelurahan[case.place.code]
        village = rng.choices(codes, weights)[0]
        code = regions.next_code(session, case.place.code)
        house = _house(rng, case, code, village, staff, ceiling)
        made.append((house, heads.head(case.place.code), _spot(rng, case)))
    session.add_all(house for house, _, _ in made)
    session.flush()
    for number, (house, head, spot) in enumerate(made):
        households.write(
            session, house.id or 0, head_name=head.name, address=head.address, nik=head.nik, **spot,
            consent_at=house.registered_at - timedelta(minutes=12), consent_version=CONSENT, recorded_by=staff.surveyor,
        )
        if pictures:
            session.add(_photo(house, pictures[number % len(pictures)], staff))
    _record(session, [house for house, _, _ in made], staff)
    session.flush()
    return [house for house, _, _ in made]


def _house(rng: Random, case: Case, code: str, village: str, staff: Staff, ceiling: int) -> House:
    roof, floor, wall = _conditions(rng, case.fit)
    occupants = rng.choices(range(1, 10), (4, 9, 16, 20, 18, 12, 7, 4, 2))[0]
    area = float(rng.choice((18, 20, 21, 24, 27, 28, 30, 32, 35, 36, 40, 42, 45, 48, 54)))
    approved = case.state == HouseState.ELIGIBLE
    cost = _LEAST_COST + 450_000 * area + 2_600_000 * (roof + floor + wall - 8) + rng.randint(-8, 12) * 1_000_000
    return House(
        code=code, state=case.state, kecamatan_code=case.place.code, kelurahan_code=village,
        roof=roof, floor=floor, wall=wall, occupants=occupants, area_m2=area,
        priority=houses.priority((roof, floor, wall), occupants, area, DEFAULTS.area_per_person),
        estimate=min(ceiling, round(cost / _STEP) * _STEP) if approved else None,
        surveyor_id=staff.surveyor, verifier_id=staff.verifier if case.verified_at else None,
        registered_at=case.registered_at, verified_at=case.verified_at, note=case.note, sample=True,
        version=2 if case.verified_at else 1,
    )


def _spot(rng: Random, case: Case) -> dict[str, Any]:
    """Where exactly the family lives, somewhere around the middle of the kecamatan."""
    return {
        "rt": f"{rng.randint(1, 9):03d}", "rw": f"{rng.randint(1, 18):03d}",
        "lat": round(rng.gauss(case.place.lat, SCATTER), 5), "lon": round(rng.gauss(case.place.lon, SCATTER), 5),
    }


def _conditions(rng: Random, fit: bool) -> tuple[int, int, int]:
    """Roof, floor and wall; an unfit house has at least two of them at 4 or worse (DOMAIN.md, group C)."""
    if fit:
        return rng.randint(1, 2), rng.randint(1, 3), rng.randint(1, 2)
    ranks = [rng.choices((4, 5), (5, 1))[0], rng.choices((4, 5), (3, 1))[0], rng.choices((2, 3, 4), (2, 5, 4))[0]]
    rng.shuffle(ranks)
    return ranks[0], ranks[1], ranks[2]


def _weighted(session: Session, rng: Random, kecamatan: str) -> tuple[list[str], list[int]]:
    codes = [row.code for row in regions.kelurahan_of(session, kecamatan)]
    rng.shuffle(codes)
    return codes, [WEIGHTS[min(rank, len(WEIGHTS) - 1)] for rank in range(len(codes))]


def _photo(house: House, picture: Picture, staff: Staff) -> Photo:
    return Photo(
        person_id=staff.surveyor, chat_id=staff.surveyor_chat, purpose=PhotoPurpose.REGISTRATION, house_id=house.id,
        file_id=f"sample-{house.id}", file_unique_id=f"sample-{house.id}", state=PhotoState.STORED,
        received_at=house.registered_at - timedelta(minutes=5), key=picture.key, width=picture.width,
        height=picture.height, likeness=picture.likeness,
    )


def _record(session: Session, made: list[House], staff: Staff) -> None:
    """The audit trail in the order of time, as it would have been written."""
    steps: list[tuple[datetime, bool, House]] = [(house.registered_at, False, house) for house in made]
    steps += [(house.verified_at, True, house) for house in made if house.verified_at is not None]
    for at, verified, house in sorted(steps, key=lambda step: step[:2]):
        if verified:
            record(session, f"house.{house.state.value}", at, actor=staff.verifier, house=house.id,
                   before=HouseState.REGISTERED.value)
        else:
            record(session, "house.registered", at, actor=staff.surveyor, house=house.id)
