"""The sample houses: who lives where, how bad it is, and what the verifier said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlmodel import Session

from bot.sample import surveys
from bot.sample.canvas import Picture
from bot.sample.cases import Case, Pair
from bot.sample.names import MARK, Heads
from bot.sample.places import PLACES, SCATTER, WEIGHTS
from storage import households, houses, meta, regions
from storage.assessments import HEALTH, STRUCTURE, Assessment
from storage.events import record
from storage.houses import House, HouseState
from storage.photos import Photo, PhotoKind, PhotoPurpose, PhotoState
from storage.rules import Rules

CONSENT = "1"
_STEP = 500_000
# Rupiah that any renovation takes; worse and bigger houses cost more.
_LEAST_COST = 30_000_000
# How often a house has a photo of a part; of its front there is always one.
_SHOWN = {PhotoKind.ROOF: 0.9, PhotoKind.FLOOR: 0.7, PhotoKind.WALL: 0.5, PhotoKind.BATHROOM: 0.4}


@dataclass(frozen=True, slots=True)
class Staff:
    """Who did what: person ids, and the surveyor's chat."""

    surveyor: int
    verifier: int
    surveyor_chat: int


@dataclass(slots=True)
class _Home:
    """A house in the making: its row, its family's columns, and its further assessment's."""

    case: Case
    house: House
    family: dict[str, Any]
    assessment: dict[str, Any]


def write(
    session: Session, rng: Random, cases: list[Case], staff: Staff, pictures: list[Picture], heads: Heads,
    rules: Rules,
) -> list[House]:
    """Store the houses with families, assessments, photos and events, in the order in which they were registered."""
    ceiling = meta.house_ceiling(session)
    kelurahan = {place.code: _weighted(session, rng, place.code) for place in PLACES}
    homes = []
    for case in sorted(cases, key=lambda case: case.registered_at):
        codes, weights = kelurahan[case.place.code]
        village = rng.choices(codes, weights)[0]
        code = regions.next_code(session, case.place.code)
        homes.append(_home(rng, case, code, village, staff, ceiling, heads, rules))
    _pair_up(homes)
    made = [home.house for home in homes]
    session.add_all(made)
    session.flush()
    for home in homes:
        number, begun = home.house.id or 0, home.case.registered_at - timedelta(minutes=12)
        households.write(session, number, **home.family, consent_at=begun, consent_version=CONSENT,
                         recorded_by=staff.surveyor)
        if home.assessment:
            session.add(Assessment(house_id=number, **home.assessment))
        session.add_all(_photos(home.house, pictures, staff))
    _record(session, made, staff)
    session.flush()
    return made


def _home(
    rng: Random, case: Case, code: str, village: str, staff: Staff, ceiling: int, heads: Heads, rules: Rules
) -> _Home:
    roof, floor, wall = _conditions(rng, case.fit)
    occupants = rng.choices(range(1, 10), (4, 9, 16, 20, 18, 12, 7, 4, 2))[0]
    area = float(rng.choice((18, 20, 21, 24, 27, 28, 30, 32, 35, 36, 40, 42, 45, 48, 54)))
    if case.fit:
        area = max(area, rules.area_per_person * occupants)
    cost = _LEAST_COST + 450_000 * area + 2_600_000 * (roof + floor + wall - 8) + rng.randint(-8, 12) * 1_000_000
    assessment = surveys.assessment(rng, roof, floor, wall, fit=case.fit)
    family = _family(rng, case, heads) | surveys.family(rng, occupants, area, case.registered_at.year, aided=case.aided)
    ranks = (roof, floor, wall, *(assessment[name] for name in (*STRUCTURE, *HEALTH) if name in assessment))
    house = House(
        code=code, state=case.state, kecamatan_code=case.place.code, kelurahan_code=village,
        roof=roof, floor=floor, wall=wall, occupants=occupants, area_m2=area,
        priority=houses.priority(ranks, occupants, area, rules.area_per_person,
                                 vulnerable=family.get("elderly", 0) + family.get("disabled", 0)),
        estimate=min(ceiling, round(cost / _STEP) * _STEP) if case.state == HouseState.ELIGIBLE else None,
        surveyor_id=staff.surveyor, verifier_id=staff.verifier if case.verified_at else None,
        registered_at=case.registered_at, verified_at=case.verified_at, note=case.note, wrong_fields=list(case.wrong),
        closed_at=case.verified_at if case.state in houses.OVER else None, sample=True,
        version=2 if case.verified_at else 1,
    )
    return _Home(case, house, family, assessment)


def _family(rng: Random, case: Case, heads: Heads) -> dict[str, Any]:
    """Who the family is and where exactly it lives, somewhere around the middle of the kecamatan."""
    head = heads.head(case.place.code)
    known = {"family_card": head.card, "phone": head.phone} if rng.random() > surveys.SKIPPED else {}
    return known | {
        "head_name": head.name, "address": head.address, "nik": head.nik,
        "rt": f"{rng.randint(1, 9):03d}", "rw": f"{rng.randint(1, 18):03d}",
        "lat": round(rng.gauss(case.place.lat, SCATTER), 5), "lon": round(rng.gauss(case.place.lon, SCATTER), 5),
    }


def _pair_up(homes: list[_Home]) -> None:
    """Some houses look like ones that are registered already."""
    for pair in Pair:
        alike = [home.family for home in homes if home.case.pair is pair]
        for first, second in zip(alike[::2], alike[1::2], strict=True):
            if pair is Pair.NIK:
                word, rest = first["head_name"].split(" ", 1)
                second |= {"nik": first["nik"], "head_name": f"{word[0]}. {rest}"}
                continue
            first["head_name"], second["head_name"] = f"Muhammad Sopian {MARK}", f"Moh. Sopian {MARK}"
            second |= {name: first[name] for name in ("rt", "rw", "lon")}
            second |= {"address": f"{first['address']} B", "lat": round(first["lat"] + 0.0001, 5)}  # 11 m


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


def _photos(house: House, pictures: list[Picture], staff: Staff) -> list[Photo]:
    """The front, and some of the parts, as they came in one after the other. None without pictures: chosen by the
    house alone, so that the rest of the city is the same with and without them."""
    rng = Random(house.id)
    shown = [PhotoKind.FRONT] + [kind for kind, often in _SHOWN.items() if rng.random() < often] if pictures else []
    found = [rng.choice([one for one in pictures if one.kind == kind]) for kind in shown]
    return [Photo(
        person_id=staff.surveyor, chat_id=staff.surveyor_chat, purpose=PhotoPurpose.REGISTRATION, house_id=house.id,
        file_id=f"sample-{house.id}-{one.kind}", file_unique_id=f"sample-{house.id}-{one.kind}",
        state=PhotoState.STORED, received_at=house.registered_at - timedelta(minutes=5), key=one.key, width=one.width,
        height=one.height, likeness=one.likeness, kind=one.kind,
    ) for one in found]


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
