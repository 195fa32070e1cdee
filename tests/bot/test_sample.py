"""The sample city: the numbers of the city's meeting, nobody real, every figure in its place."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import col, func, select

from bot.sample import SampleCity, guide_html, load
from bot.sample.places import PLACES
from handlers import routes
from handlers.kit.form import FORMS
from handlers.kit.parse_identity import family_card, nik, nik_warnings
from handlers.kit.parse_phone import phone
from storage import (
    alike,
    assessments,
    digests,
    households,
    houses,
    partners,
    people,
    photos,
    regions,
    registering,
)
from storage.households import Household
from storage.houses import House, HouseState
from storage.partners import FundSource
from storage.people import Person, RoleName
from storage.rules import DEFAULTS, Rules
from storage.store import Store
from tests.bot.conftest import ACCOUNTS

# What lies in the rows does not depend on the database; what the rules and the counts make of it is tried on both.
on_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
assert routes.ROUTES  # imports every module, so that FORMS is complete


def test_the_first_digest_says_264_158_106(city: SampleCity, database: Store) -> None:
    numbers = database.run(lambda session: digests.count(session, city.year))
    assert (numbers["needing"], sum(numbers["sources"]["apbd"].values()), numbers["open"]) == (264, 158, 106)
    assert (city.needing, city.claimed, city.open, city.fresh) == (264, 158, 106, True)
    assert not any(numbers["sources"]["baznas"].values())
    assert not any(numbers["sources"]["csr"].values())
    assert numbers["states"] == {
        "registered": 9, "returned": 2, "ineligible": 3, "eligible": 106, "claimed": 100, "in_progress": 40,
        "finished": 12, "handed_over": 6, "withdrawn": 0, "duplicate": 0,
    }
    assert {place.code: sum(numbers["kecamatan"][place.code].values()) for place in PLACES} == {
        place.code: place.needing for place in PLACES
    }
    assert numbers["kecamatan"]["36.74.06"]["open"] > 30


@on_sqlite
def test_houses_lie_in_every_kecamatan_and_many_kelurahan(city: SampleCity, database: Store) -> None:
    def look(session):
        found = list(session.exec(select(House, Household).join(Household)))
        codes = {row.code: row.last_number for row in regions.all_kecamatan(session)}
        return found, codes, regions.next_code(session, "36.74.06")

    both, last, following = database.run(look)
    found = [house for house, _ in both]
    assert {house.kecamatan_code for house in found} == set(last)
    assert len(last) == 7
    assert len({house.kelurahan_code for house in found}) >= 40
    for house in found:
        assert house.kelurahan_code.startswith(house.kecamatan_code)
    assert len({house.code for house in found}) == len(found) == 264 + 14
    assert following == f"PML-{last['36.74.06'] + 1:04d}", "the next real house goes on counting"
    centres = {place.code: place for place in PLACES}
    for house, family in both:
        assert abs(family.lat - centres[house.kecamatan_code].lat) < 0.03
        assert abs(family.lon - centres[house.kecamatan_code].lon) < 0.03


@on_sqlite
def test_nobody_is_real(city: SampleCity, database: Store) -> None:
    def look(session):
        families = list(session.exec(select(Household)))
        return (
            [(row.head_name, households.nik_of(session, row), households.family_card_of(session, row),
              households.phone_of(session, row)) for row in families],
            list(session.exec(select(Person.name))),
            session.exec(select(func.count()).select_from(House).where(col(House.sample).is_(False))).one(),
        )

    families, names, unmarked = database.run(look)
    assert len(families) == 278
    assert unmarked == 0
    assert all(name.endswith(" (contoh)") for name, *_ in families)
    assert all(name.endswith(" (contoh)") for name in names)
    assert len({name for name, *_ in families}) == 278
    assert len({number for _, number, *_ in families}) == 277, "two are registered under the same NIK"
    for _, number, _, _ in families:
        read = nik(number)
        assert nik_warnings(read, "36.74") == []
        assert read.serial >= 9000, "a serial that no registry hands out"
    cards = [card for _, _, card, _ in families if card]
    phones = [number for *_, number in families if number]
    assert len(set(cards) | {number for _, number, *_ in families}) == len(cards) + 277
    assert len(set(phones)) == len(phones) > 240
    for card in cards:
        assert family_card(card) == card
        assert card[-4:] >= "9000"
    for number in phones:
        assert phone(number) == number
        assert number.startswith("+62860"), "a prefix that no operator has"


def test_the_forms_are_filled_in_and_order_the_list(city: SampleCity, database: Store) -> None:
    def look(session):
        found = list(session.exec(select(House).order_by(col(House.id))))
        return [(house, registering.entry_of(session, house), assessments.of_house(session, house.id))
                for house in found]

    found = database.run(look)
    for house, entry, looked_at in found:
        ranks = assessments.ranks(house, looked_at).values()
        vulnerable = (entry.elderly or 0) + (entry.disabled or 0)
        assert house.priority == houses.priority(list(ranks), house.occupants, house.area_m2,
                                                 DEFAULTS.area_per_person, vulnerable=vulnerable)
        assert vulnerable <= house.occupants
        assert entry.land_m2 is None or house.area_m2 <= entry.land_m2 <= DEFAULTS.land_most
        judged = assessments.judge(house, looked_at, DEFAULTS.area_per_person)
        fit = house.note is not None and "masih layak huni" in house.note
        assert judged.unfit != fit
    missing = {key: sum(getattr(entry, key) is None for _, entry, _ in found) for key in (
        "family_card", "phone", "elderly", "disabled", "land_proof", "land_m2", "prior_aid", "foundation",
        "roof_frame", "windows", "drinking_water", "roof_material", "wall_material")}
    assert all(0 < number < 80 for number in missing.values()), missing
    assert sum(None not in vars(entry).values() for _, entry, _ in found) > 120
    aided = [entry.prior_aid for house, entry, _ in found if house.note and "tahun lalu" in house.note]
    assert aided == [2025]
    assert all(not entry.prior_aid or entry.prior_aid <= 2015 for house, entry, _ in found
               if house.state in houses.NEEDING)


def test_some_look_like_ones_that_are_there_already(city: SampleCity, database: Store) -> None:
    def look(session):
        found = []
        for house in session.exec(select(House)):
            entry = registering.entry_of(session, house)
            found += [(house.state, one.reasons) for one in alike.suspects(
                session, nik=entry.nik, family_card=entry.family_card, head_name=entry.head_name, lat=entry.lat,
                lon=entry.lon, photo_ids=[one.id for one in photos.of_house(session, house.id)],
                exclude_house=house.id)]
        return found

    waiting = HouseState.REGISTERED
    assert sorted(database.run(look)) == [(waiting, (alike.Reason.NIK,))] * 2 + [(waiting, (alike.Reason.PLACE,))] * 2


@on_sqlite
def test_what_was_returned_names_its_fields(city: SampleCity, database: Store) -> None:
    rows = database.run(lambda session: list(session.exec(
        select(House.wrong_fields).where(col(House.state) == HouseState.RETURNED))))
    assert sorted(rows) == [["photos", "roof"], ["pin"]]
    assert {key for row in rows for key in row} <= {question.key for question in FORMS["house"].questions}


@on_sqlite
def test_the_cast_has_its_roles(city: SampleCity, database: Store) -> None:
    def look(session):
        return {
            key: {(role.name, role.partner_id) for role in people.roles_of(session, number)}
            for key, number in city.people.items()
        }

    of = city.partners
    assert database.run(look) == {
        "admin": {(RoleName.ADMIN, None)}, "sari": {(RoleName.SURVEYOR, None)}, "vera": {(RoleName.VERIFIER, None)},
        "budi": {(RoleName.PARTNER, of["Baznas Tangsel"])},
        "citra": {(RoleName.PARTNER, of["PT Sampel Karya (contoh)"])},
        "dani": {(RoleName.PARTNER, of["DPKPP Tangsel"])},
    }


@on_sqlite
def test_houses_are_unfit_and_priced_within_the_ceiling(city: SampleCity, database: Store) -> None:
    needing = database.run(lambda session: list(session.exec(
        select(House).where(col(House.state).in_(houses.NEEDING)))))
    for house in needing:
        assert sum(rank >= 4 for rank in (house.roof, house.floor, house.wall)) >= 2
        assert house.estimate is not None
        assert 20_000_000 <= house.estimate <= 75_000_000
        assert house.estimate % 500_000 == 0
    assert len({house.estimate for house in needing}) > 30


def test_a_second_load_finds_it_there(city: SampleCity, database: Store, now: datetime) -> None:
    again = load(database, now, files=None, telegram_ids=ACCOUNTS)
    assert not again.fresh
    assert (again.people, again.partners, again.needing) == (city.people, city.partners, 264)


@on_sqlite
def test_two_loads_are_alike(city: SampleCity, new_database, database: Store, now: datetime) -> None:
    other = new_database()
    load(other, now, files=None, telegram_ids=ACCOUNTS)

    def look(session):
        rows = session.exec(select(House, Household.head_name, Household.nik_index).join(
            Household, col(Household.house_id) == col(House.id)).order_by(col(House.id)))
        return [(house.model_dump(), name, index) for house, name, index in rows]

    assert database.run(look) == other.run(look)


@on_sqlite
def test_samples_are_never_mixed_into_real_data(database: Store, now: datetime) -> None:
    database.run(lambda session: partners.add_partner(session, "Baznas", FundSource.BAZNAS, now, by=None))
    with pytest.raises(ValueError, match="empty store"):
        load(database, now, files=None, telegram_ids=ACCOUNTS)
    assert database.run(lambda session: session.exec(select(func.count()).select_from(House)).one()) == 0


@on_sqlite
def test_the_year_is_the_citys(database: Store) -> None:
    new_year_in_jakarta = datetime(2026, 12, 31, 18, 0, tzinfo=UTC)
    assert load(database, new_year_in_jakarta, files=None, telegram_ids=ACCOUNTS).year == 2027


@on_sqlite
def test_the_list_is_ordered_by_the_citys_rules(new_database, now: datetime) -> None:
    def crowded(rules: Rules) -> int:
        made = new_database()
        load(made, now, files=None, telegram_ids=ACCOUNTS, rules=rules)
        return made.run(lambda session: session.exec(select(func.sum(House.priority))).one())

    much, little = crowded(Rules(area_per_person=100.0)), crowded(Rules(area_per_person=0.1))
    assert much - little == 277 * houses.CROWDED, "all but the one that is fit"


@pytest.mark.parametrize(("locale", "first"), [("id", "Lihat grup"), ("en", "Look at the group")])
def test_the_guide_names_every_command(locale: str, first: str) -> None:
    page = guide_html(locale)
    assert 8 <= page.count("<li>") <= 10
    assert page.startswith(f'<ol><li><span lang="{locale}">{first}')
    for command in ("daftar", "verifikasi", "klaim", "cocok 250jt", "klaimsaya", "danai", "progres", "lepas", "rekap",
                    "undang", "mitra", "grup", "roadshow", "kabar"):
        assert page.count(f"<code>/{command}</code>") >= 2
    assert "`" not in page
