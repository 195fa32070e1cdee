"""Houses that may be registered already, on both databases; and what it costs to look for them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text
from sqlmodel import Session

from storage import photos
from storage.alike import Reason, Suspect, _near, metres_between, suspects
from storage.households import Household, write
from storage.houses import House, HouseState
from storage.photos import Photo, PhotoPurpose, PhotoState, bands
from storage.store import Store
from tests.builders import NOW, PAMULANG, approve, make_house, person
from tests.storage.test_queries import _plan as plan_of

HASH = 0x0F3C55AA9966C3F0
LAT, LON = -6.34, 106.73
CARD = "3674060101200001"


def look(session: Session, **given: Any) -> list[Suspect]:
    nothing: dict[str, Any] = dict.fromkeys(
        ("nik", "family_card", "head_name", "lat", "lon", "photo_ids", "exclude_house"))
    return suspects(session, **(nothing | given))


def picture(session: Session, house: House | None, bits: int = HASH, unique: str = "u", **more: Any) -> Photo:
    number = session.exec(text("SELECT count(*) FROM photo")).one()[0]  # type: ignore[call-overload]
    purpose = more.pop("purpose", PhotoPurpose.REGISTRATION)
    photo = photos.add(session, person(session).id or 0, 1, purpose, "f", f"{unique}-{number}"
                       if unique == "u" else unique, NOW)
    assert photo is not None
    photo.house_id = house.id if house else None
    session.flush()
    key = more.pop("key", f"{number:064x}")
    kept = photos.fetched(session, photo.id or 0, key=key, width=9, height=9, likeness=f"{bits:016x}")
    assert kept is not None
    return kept


def test_nothing_given_suspects_nothing(database: Store) -> None:
    database.run(lambda session: make_house(session))
    assert database.run(look) == []


def test_the_same_person_and_the_same_card(database: Store) -> None:
    def go(session: Session) -> None:
        first = make_house(session, nik="3674064107800001")
        other = make_house(session, lat=LAT + 0.01)
        write(session, other.id or 0, head_name="Contoh", address="Gg. Contoh", rt="001", rw="001", lat=LAT + 0.01,
              lon=LON, nik="3674064107800099", consent_at=NOW, consent_version="1", recorded_by=other.surveyor_id,
              family_card=CARD)
        found = look(session, nik="3674064107800001", family_card=CARD, lat=LAT, lon=LON)
        assert found == [Suspect(first.id or 0, (Reason.NIK,), 0), Suspect(other.id or 0, (Reason.CARD,), 1112)]
        assert look(session, nik=CARD) == [], "a card's number is no NIK"
        assert look(session, nik="3674064107800001", exclude_house=first.id) == []

    database.run(go)


@pytest.mark.parametrize(("metres", "name", "suspected"), [
    (0, "Hj. Siti Aminah", True), (24, "siti aminah", True), (26, "Siti Aminah", False), (3, "Budi", False),
])
def test_a_near_pin_with_a_like_name(database: Store, metres: float, name: str, suspected: bool) -> None:
    def go(session: Session) -> None:
        house = make_house(session, head_name="Siti Aminah", lat=LAT, lon=LON)
        for lat, lon in ((LAT + metres / 111_195, LON), (LAT, LON - metres / 111_195 / 0.99385)):
            found = look(session, head_name=name, lat=lat, lon=lon)
            assert [one.house_id for one in found] == ([house.id] if suspected else [])
            assert all(one.reasons == (Reason.PLACE,) and one.metres == metres for one in found)
        assert look(session, head_name=name, lat=LAT) == []

    database.run(go)


def test_a_house_whose_life_is_over_counts_only_for_the_same_person(database: Store) -> None:
    def go(session: Session) -> None:
        house = make_house(session, head_name="Siti Aminah", nik="3674064107800001")
        picture(session, house, unique="same")
        mine = picture(session, None, unique="same")
        given = {"head_name": "Siti Aminah", "lat": LAT, "lon": LON, "photo_ids": [mine.id]}
        assert [one.reasons for one in look(session, **given)] == [(Reason.PHOTO, Reason.PLACE)]
        for state in (HouseState.WITHDRAWN, HouseState.DUPLICATE):
            house.state = state
            session.add(house)
            session.flush()
            assert look(session, **given) == []
            found = look(session, **given, nik="3674064107800001")
            assert [one.reasons for one in found] == [(Reason.NIK, Reason.PHOTO, Reason.PLACE)]

    database.run(go)


def test_erased_houses_are_found_by_their_pictures_without_a_distance(database: Store) -> None:
    def go(session: Session) -> None:
        house = make_house(session)
        picture(session, house)
        session.delete(session.get(Household, house.id))
        session.flush()
        mine = picture(session, None)
        assert look(session, photo_ids=[mine.id], lat=LAT, lon=LON) == [Suspect(house.id or 0, (Reason.PHOTO,), None)]

    database.run(go)


def test_pictures_that_do_not_count(database: Store) -> None:
    """Those of the work, of sample houses, of this very house, and those that were thrown away."""

    def go(session: Session) -> None:
        own, other, sample = make_house(session), make_house(session), make_house(session, sample=True)
        mine = [picture(session, own).id or 0, picture(session, own).id or 0]
        picture(session, other, purpose=PhotoPurpose.PROGRESS)
        picture(session, sample)
        assert look(session, photo_ids=mine, exclude_house=own.id) == []
        assert look(session, photo_ids=mine[:1], exclude_house=None) == [Suspect(own.id or 0, (Reason.PHOTO,), None)]
        dropped = picture(session, other)
        photos.rejected(session, dropped.id or 0, "replaced")
        assert look(session, photo_ids=mine, exclude_house=own.id) == []

    database.run(go)


def test_pictures_of_nothing_are_never_alike(database: Store) -> None:
    def go(session: Session) -> None:
        for bits in (0, 0b11111, 2**64 - 1, 2**64 - 1 - 0b11111):
            house = make_house(session)
            picture(session, house, bits, key="a" * 64)
            assert look(session, photo_ids=[picture(session, None, bits, key="a" * 64).id]) == []

    database.run(go)


def test_the_same_stored_copy(database: Store) -> None:
    def go(session: Session) -> None:
        house = approve(session, make_house(session))
        picture(session, house, key="b" * 64)
        mine = picture(session, None, key="b" * 64)
        assert [one.house_id for one in look(session, photo_ids=[mine.id])] == [house.id]

    database.run(go)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, 2**64 - 1), st.sets(st.integers(0, 63), max_size=7))
def test_a_picture_that_differs_in_up_to_four_bits_is_found(database: Store, bits: int, turned: set[int]) -> None:
    def go(session: Session) -> None:
        house = make_house(session)
        other = bits ^ sum(1 << place for place in turned)
        picture(session, house, other)
        found = look(session, photo_ids=[picture(session, None, bits).id])
        telling = all(6 <= one.bit_count() <= 58 for one in (bits, other))
        useful = sum(2 <= quarter.bit_count() <= 14 for quarter in bands(f"{bits:016x}"))
        if useful > 1:
            assert (house.id in [one.house_id for one in found]) == (telling and len(turned) <= 4)
        session.rollback()

    database.run(go)


@given(st.integers(0, 2**64 - 1), st.sets(st.integers(0, 63), max_size=4))
def test_the_index_leads_to_each_hash_within_four_bits(bits: int, turned: set[int]) -> None:
    other = bands(f"{bits ^ sum(1 << place for place in turned):016x}")
    near, useful = _near({bits}), sum(2 <= quarter.bit_count() <= 14 for quarter in bands(f"{bits:016x}"))
    assert useful < 2 or any(value in values for value, values in zip(other, near, strict=True))
    assert sum(map(len, near)) <= 4 * 137


@given(st.floats(-11, 6), st.floats(95, 141), st.floats(-0.2, 0.2), st.floats(-0.2, 0.2))
def test_distances(lat: float, lon: float, up: float, across: float) -> None:
    there = metres_between(lat, lon, lat + up, lon + across)
    assert there == metres_between(lat + up, lon + across, lat, lon) >= 0
    assert metres_between(lat, lon, lat, lon) == 0
    assert abs(metres_between(lat, lon, lat + up, lon) - abs(up) * 111_195) <= 1


@pytest.fixture
def city(database: Store) -> Store:
    """Thousands of families and photos."""

    def fill(session: Session) -> None:
        first = make_house(session)
        session.execute(insert(House), [
            {"code": f"X-{number}", "kecamatan_code": PAMULANG, "kelurahan_code": first.kelurahan_code, "roof": 4,
             "floor": 4, "wall": 4, "occupants": 1, "area_m2": 30, "priority": 1, "surveyor_id": first.surveyor_id,
             "registered_at": NOW, "version": 1, "sample": False, "state": HouseState.REGISTERED}
            for number in range(4000)
        ])
        session.execute(insert(Household), [
            {"house_id": number, "head_name": f"Contoh {number}", "address": "Gg. Contoh", "rt": "001", "rw": "001",
             "lat": LAT + number % 700 / 5000, "lon": LON + number % 610 / 5000, "nik": b"", "nik_index": f"n{number}",
             "card_index": f"c{number}", "consent_at": NOW, "consent_version": "1", "recorded_by": first.surveyor_id}
            for number in range(2, 4001)
        ])
        session.execute(insert(Photo), [
            {"person_id": first.surveyor_id, "chat_id": 1, "purpose": PhotoPurpose.REGISTRATION, "house_id": number,
             "file_id": "f", "file_unique_id": f"u{number}-{part}", "state": PhotoState.STORED, "received_at": NOW,
             "key": f"{number}-{part}", "likeness": f"{_scattered(number * 5 + part):016x}",
             **{f"band_{place}": value
                for place, value in enumerate(bands(f"{_scattered(number * 5 + part):016x}"))}}
            for number in range(2, 4001) for part in range(5)
        ])

    database.run(fill)
    database.run(lambda session: session.execute(text("ANALYZE")))
    return database


def _scattered(number: int) -> int:
    return number * 0x9E3779B97F4A7C15 % 2**64


def test_each_way_of_looking_finds_its_index(city: Store) -> None:
    ways = [
        ({"nik": "3674064107800001"}, ["ix_household_nik_index"]),
        ({"family_card": CARD}, ["ix_household_card_index"]),
        ({"head_name": "Contoh 7", "lat": LAT, "lon": LON}, ["ix_household_place"]),
        ({"photo_ids": [9, 10, 11]}, ["ix_photo_file_unique_id", "ix_photo_key",
                                      *(f"ix_photo_band_{number}" for number in range(4))]),
    ]
    for given_, indexes in ways:
        plan = plan_of(city, lambda session, given_=given_: look(session, **given_))
        for name in indexes:
            assert name in plan, (name, plan)
        for table in ("photo", "household", "house"):
            assert f"Seq Scan on {table}" not in plan, plan
            assert f"SCAN {table}" not in plan, plan
