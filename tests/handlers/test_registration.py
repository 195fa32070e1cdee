"""A house is registered in chat: in few steps, in any order, once."""

from __future__ import annotations

import pytest
from sqlmodel import select

from handlers.people.privacy import NOTICE_VERSION
from storage import households, photos
from storage.drafts import Draft
from storage.houses import HouseState
from storage.photos import Photo, PhotoState
from tests.builders import PAMULANG, history
from tests.handlers.house_steps import (
    ADDRESS,
    NAME,
    NIK,
    STEPS,
    answers,
    asking,
    family,
    fill,
    newest,
    register,
    surveyor,
    verifier,
)
from tests.world import World


def test_sixteen_messages_and_taps_make_a_house(world: World) -> None:
    sari, vera = surveyor(world), verifier(world)
    before = next(world.update_ids)
    register(sari)
    assert next(world.update_ids) - before - 1 <= 16
    house = newest(world)
    assert (house.code, house.state, house.kecamatan_code) == ("PML-0001", HouseState.REGISTERED, PAMULANG)
    assert (house.roof, house.floor, house.wall, house.occupants, house.area_m2) == (4, 3, 5, 6, 45.0)
    spot = family(world)
    assert (spot.rt, spot.rw, spot.lat, spot.lon) == ("003", "001", -6.3427, 106.7382)
    assert house.priority == 10 * 12 + 6 + 10
    assert "PML-0001" in sari.last.text
    assert "?start=PML-0001" in sari.last.html
    assert sari.last.buttons == ["📋 Lengkapi / ubah data", "➕ Daftar rumah lain"]
    assert "PML-0001" in vera.last.text
    assert "Benda Baru" in vera.last.text
    assert NAME not in vera.all_text()
    assert vera.last.buttons == ["Buka PML-0001"]

    def check(session: object) -> None:
        family = households.of_house(session, house.id)
        assert (family.head_name, family.address) == (NAME, ADDRESS)
        assert households.nik_of(session, family) == NIK
        assert (family.consent_at, family.consent_version) == (world.now, NOTICE_VERSION)
        kept = photos.of_house(session, house.id)
        assert [photo.state for photo in kept] == [PhotoState.STORED]
        assert session.exec(select(Draft)).all() == []
        told = [event for event in history(session, house.id) if event.kind == "house.registered"]
        assert len(told) == 1
        assert NAME not in str(told[0].data)

    world.store.run(check)
    assert NIK not in sari.all_text()


def test_each_step_is_counted_and_has_a_way_out(world: World) -> None:
    sari = surveyor(world)
    sari.says("/daftar")
    for number, (key, step) in enumerate(STEPS.items(), 1):
        assert asking(world, sari) == key
        assert f"{number}/14" in sari.last.text
        assert "Batal" in sari.last.buttons
        assert ("‹ Kembali" in sari.last.buttons) == (number > 1)
        step(sari)
    assert sari.last.buttons == ["✅ Simpan", "✏️ Ubah", "Batal"]
    assert "NIK: 3674********0001" in sari.last.text


def test_a_press_edits_its_card_and_a_typed_answer_gets_a_new_message(world: World) -> None:
    sari = surveyor(world)
    sari.says("/daftar")
    sari.presses("Setuju")
    assert len(sari.seen) == 1
    sari.says(NAME)
    assert len(sari.seen) == 2


def test_photo_and_pin_count_whenever_they_come(world: World) -> None:
    sari = surveyor(world)
    sari.says("/daftar")
    sari.presses("Setuju")
    sari.photo()
    assert asking(world, sari) == "head_name"
    sari.pin()
    assert asking(world, sari) == "head_name"
    for key, step in list(STEPS.items())[1:]:
        if key not in ("pin", "photos"):
            assert asking(world, sari) == key
            step(sari)
    sari.photo()
    assert "2 foto" in sari.last.text
    sari.presses("Simpan")
    house = newest(world)
    assert world.store.run(lambda session: photos.count_of_house(session, house.id)) == 2


def test_nothing_is_taken_before_consent_and_no_leaves_nothing(world: World) -> None:
    sari = surveyor(world)
    sari.says("/daftar")
    sari.photo()
    assert "jawab pertanyaan ini dulu" in sari.last.text
    sari.presses("Tidak setuju")
    assert "tidak ada yang disimpan" in sari.last.text
    assert sari.last.buttons == []
    assert world.store.run(lambda session: session.exec(select(Draft)).all()) == []
    assert world.store.run(lambda session: session.exec(select(Photo)).all()) == []


@pytest.mark.parametrize("word", ["setuju", "ya", "Iya Pak"])
def test_consent_may_be_typed(world: World, word: str) -> None:
    sari = surveyor(world)
    sari.says("/daftar")
    sari.says(word)
    assert asking(world, sari) == "head_name"


def test_consent_refused_by_typing(world: World) -> None:
    sari = surveyor(world)
    sari.says("/daftar")
    sari.says("tidak")
    assert answers(world, sari) is None


def test_a_nik_of_another_city_is_a_warning(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="pin", nik=lambda one: one.says("3201064107800001"))
    assert "bukan kota ini" in sari.last.text
    assert asking(world, sari) == "pin"


def test_a_pin_abroad_is_a_warning(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="kecamatan", pin=lambda one: one.pin(lat=16.34))
    assert "di luar Indonesia" in sari.last.text


@pytest.mark.parametrize("typed", ["-6.3427, 106.7382", "https://maps.google.com/?q=-6.3427,106.7382"])
def test_a_typed_place_is_a_pin(world: World, typed: str) -> None:
    sari = surveyor(world)
    register(sari, pin=lambda one: one.says(typed))
    assert (family(world).lat, family(world).lon) == (-6.3427, 106.7382)


def test_html_in_names_is_shown_as_it_was_typed(world: World) -> None:
    sari, vera = surveyor(world), verifier(world)
    register(sari, head_name=lambda one: one.says("Siti <b>&amp;</b> Anak"))
    vera.presses("Buka PML-0001")
    assert "Siti <b>&amp;</b> Anak" in vera.card.text
