"""Houses that may be registered already: the same person, the same family card, the same place, the same picture.

A suspicion is shown to a person, who decides: two families may live side by side, and numbers are mistyped.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from sqlalchemy import ColumnElement, union_all
from sqlmodel import Session, col, select

from storage.helped import Helped
from storage.households import Household
from storage.houses import House, HouseState
from storage.names import like
from storage.photos import Photo, PhotoPurpose, PhotoState, bands
from storage.store import vault_of

NEAR_METRES = 25
MOST = 10
"""As many suspects are told; more help nobody to decide."""

_NEIGHBOURS = 500
_BITS = 4
"""Two difference hashes of 64 bits that differ in so many show the same picture, saved twice."""

_SAYS_SOMETHING = range(6, 59)
"""A hash with fewer or more bits set is of a wall, a night, a thumb: it is like that of any other."""

_CANDIDATES = 5000
_OWN = 50
_EARTH_METRES = 6_371_009
_METRES_A_DEGREE = math.pi * _EARTH_METRES / 180
_ENDED = (HouseState.WITHDRAWN, HouseState.DUPLICATE)


class Reason(StrEnum):
    """What two registrations have in common, the surest first."""

    NIK = "nik"
    CARD = "card"
    PHOTO = "photo"
    PLACE = "place"


@dataclass(frozen=True)
class Suspect:
    """Another house, with every reason to think that it is the same. ``metres``: from pin to pin; None when one of
    the pins is not known."""

    house_id: int
    reasons: tuple[Reason, ...]
    metres: int | None


def metres_between(lat: float, lon: float, other_lat: float, other_lon: float) -> int:
    """The distance of two places in whole metres, along the great circle; all in degrees."""
    up, across = math.radians(other_lat - lat), math.radians(other_lon - lon)
    flat = math.cos(math.radians(lat)) * math.cos(math.radians(other_lat))
    half = math.sin(up / 2) ** 2 + flat * math.sin(across / 2) ** 2
    return round(2 * _EARTH_METRES * math.asin(math.sqrt(min(half, 1.0))))


def suspects(
    session: Session, *, nik: str | None, family_card: str | None, head_name: str | None, lat: float | None,
    lon: float | None, photo_ids: Collection[int] | None, exclude_house: int | None,
) -> list[Suspect]:
    """Other houses that may be the same, the surest first, at most :data:`MOST`.

    ``nik``, ``family_card``: 16 digits. ``photo_ids``: photos of this registration, in a draft or of its house. What
    is None is not compared. A house that was withdrawn or found to be a duplicate counts only for an equal NIK.
    """
    found: dict[int, set[Reason]] = {}

    def note(houses: Iterable[int], reason: Reason) -> None:
        for number in houses:
            if number != exclude_house:
                found.setdefault(number, set()).add(reason)

    if nik:
        note(_with_number(session, "nik", nik), Reason.NIK)
    if family_card:
        note(_with_number(session, "card", family_card), Reason.CARD)
    if head_name and lat is not None and lon is not None:
        note(_neighbours(session, head_name, lat, lon), Reason.PLACE)
    if photo_ids:
        note(_with_same_picture(session, photo_ids), Reason.PHOTO)
    return _judged(session, found, lat, lon)


def _with_number(session: Session, kind: str, number: str) -> Iterable[int]:
    """Houses of the same ``nik`` or family ``card``; also those of which only its fingerprint is left."""
    index, name = vault_of(session).index(number, kind), f"{kind}_index"
    query = union_all(*(select(table.house_id).where(col(getattr(table, name)) == index)
                        for table in (Household, Helped)))
    return session.execute(query.limit(_NEIGHBOURS)).scalars()


def _judged(
    session: Session, found: dict[int, set[Reason]], lat: float | None, lon: float | None
) -> list[Suspect]:
    """Without houses whose life is over, unless the person is the same; the surest first."""
    if not found:
        return []
    query = (
        select(House.id, House.state, Household.lat, Household.lon)
        .join(Household, col(Household.house_id) == col(House.id), isouter=True).where(col(House.id).in_(found))
    )
    made = []
    for number, state, other_lat, other_lon in session.exec(query):
        reasons = found[number or 0]
        if state in _ENDED and Reason.NIK not in reasons:
            continue
        known = lat is not None and lon is not None and other_lat is not None
        metres = metres_between(lat or 0.0, lon or 0.0, other_lat, other_lon) if known else None
        made.append(Suspect(number or 0, tuple(one for one in Reason if one in reasons), metres))
    order = list(Reason)
    made.sort(key=lambda one: ([order.index(reason) for reason in one.reasons], one.house_id))
    return made[:MOST]


def _neighbours(session: Session, head_name: str, lat: float, lon: float) -> Iterator[int]:
    """Houses with a pin within :data:`NEAR_METRES` whose household head has a like name."""
    up = NEAR_METRES / _METRES_A_DEGREE
    across = up / max(math.cos(math.radians(lat)), 0.01)
    query = select(Household.house_id, Household.head_name, Household.lat, Household.lon).where(
        col(Household.lat).between(lat - up, lat + up), col(Household.lon).between(lon - across, lon + across))
    for number, name, other_lat, other_lon in session.exec(query.limit(_NEIGHBOURS)):
        if metres_between(lat, lon, other_lat, other_lon) <= NEAR_METRES and like(head_name, name):
            yield number


def _with_same_picture(session: Session, photo_ids: Collection[int]) -> set[int]:
    """Houses that have one of these photos too. Those of a try-out's sample houses are all alike, and left out."""
    found = same_pictures(session, photo_ids)
    return {house for house, purpose, _report in found if purpose == PhotoPurpose.REGISTRATION}


Same = tuple[int, PhotoPurpose, int | None]
"""A house that has the same picture, what the picture was sent for there, and the report it came with, if any."""


def same_pictures(session: Session, photo_ids: Collection[int]) -> set[Same]:
    """Where else some photos stand: the same file, the same stored copy, or a picture that is alike. Also with their
    own house. Sample houses are left out."""
    newest = select(Photo).where(col(Photo.id).in_(photo_ids)).order_by(col(Photo.id).desc())
    own = list(session.exec(newest.limit(_OWN)))
    telling = {int(one.likeness, 16) for one in own if one.likeness and _telling(int(one.likeness, 16))}
    keys = {one.key for one in own if one.key and one.likeness and _telling(int(one.likeness, 16))}
    same = _others(session, photo_ids, col(Photo.file_unique_id).in_({one.file_unique_id for one in own}))
    same |= _others(session, photo_ids, col(Photo.key).in_(keys)) if keys else set()
    for number, near in enumerate(_near(telling)):
        if near:
            band = col(getattr(Photo, f"band_{number}")).in_(near)
            same |= _others(session, photo_ids, band, telling)
    if not same:
        return same
    real = set(session.exec(select(House.id).where(col(House.id).in_({house for house, _, _ in same}),
                                                   col(House.sample).is_(False))))
    return {one for one in same if one[0] in real}


def _telling(bits: int) -> bool:
    return bits.bit_count() in _SAYS_SOMETHING


def _others(
    session: Session, own: Collection[int], where: ColumnElement[bool], hashes: Collection[int] | None = None
) -> set[Same]:
    """Other photos that fit; ``hashes``: one of these is as good as theirs."""
    query = select(Photo.house_id, Photo.purpose, Photo.progress_id, Photo.likeness).where(
        where, col(Photo.house_id).is_not(None), col(Photo.id).not_in(own), col(Photo.state) != PhotoState.REJECTED)
    found = session.exec(query.limit(_CANDIDATES))
    return {(house, PhotoPurpose(purpose), report) for house, purpose, report, likeness in found if house is not None
            and (hashes is None or (likeness is not None and _is_like(int(likeness, 16), hashes)))}


def _is_like(bits: int, hashes: Collection[int]) -> bool:
    return _telling(bits) and any((bits ^ one).bit_count() <= _BITS for one in hashes)


def _near(hashes: Collection[int]) -> list[set[int]]:
    """For each quarter of the hashes the values by which to look in the index.

    Hashes that differ in four bits either have one quarter in common, or differ in one bit in each. So it is enough
    to look for one quarter with any one bit turned, too. A quarter that says nothing (all dark, all bright, one
    edge) is that of very many pictures: then all others are looked for more widely, and it not at all.
    """
    wanted: list[set[int]] = [set(), set(), set(), set()]
    for bits in hashes:
        quarters = bands(f"{bits:016x}")
        useful = [number for number, value in enumerate(quarters) if 2 <= value.bit_count() <= 14]
        for place, number in enumerate(useful):
            wide = _BITS // len(useful) if len(useful) < len(quarters) else 1 - min(place, 1)
            wanted[number] |= set(_turned(quarters[number], min(wide, 2)))
    return wanted


def _turned(value: int, most: int) -> Iterator[int]:
    """A quarter with up to ``most`` of its 16 bits turned."""
    for count in range(most + 1):
        for places in combinations(range(16), count):
            yield value ^ sum(1 << place for place in places)
