"""A house is registered in chat: in few steps, in any order, once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import select

from handlers.people.privacy import NOTICE_VERSION
from storage import households, photos
from storage.drafts import Draft
from storage.houses import HouseState
from storage.people import RoleName, by_telegram
from storage.photos import Photo, PhotoState
from storage.store import Store
from tests.builders import PAMULANG, SETU, history
from tests.handlers.house_steps import (
    ADDRESS,
    ADMIN,
    NAME,
    NIK,
    OTHER_NIK,
    STEPS,
    TONO,
    VERA,
    all_houses,
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


@pytest.fixture
def world(database: Store) -> Iterator[World]:
    made = World(database)
    yield made
    made.close()


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
    assert sari.last.buttons == ["➕ Daftar rumah lain"]
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


def test_a_limited_surveyor_sees_only_those_kecamatan(world: World) -> None:
    sari = surveyor(world, areas=[PAMULANG, SETU])
    fill(sari, until="kecamatan")
    assert [label for label in sari.last.buttons if label not in ("‹ Kembali", "Batal")] == ["Pamulang", "Setu"]


def test_the_only_kecamatan_is_filled_in(world: World) -> None:
    sari = surveyor(world, areas=[SETU])
    fill(sari, until="kecamatan")
    assert "Kecamatan: Setu" in sari.last.text
    assert asking(world, sari) == "kelurahan"


def test_area_is_checked_again_when_it_is_saved(world: World) -> None:
    sari = surveyor(world)
    fill(sari)
    surveyor_role_limited_to(world, sari.id, [SETU])
    sari.presses("Simpan")
    assert "di luar wilayah tugas" in sari.toast
    assert all_houses(world) == []
    assert answers(world, sari) is not None


def surveyor_role_limited_to(world: World, telegram_id: int, codes: list[str]) -> None:
    from storage.people import roles_of, set_areas

    def change(session: object) -> None:
        set_areas(session, roles_of(session, by_telegram(session, telegram_id).id)[0], codes)

    world.store.run(change)


def test_an_admin_may_register_and_a_verifier_may_not(world: World) -> None:
    admin = world.actor("Asih", ADMIN, RoleName.ADMIN)
    register(admin)
    assert len(all_houses(world)) == 1
    vera = verifier(world)
    vera.says("/daftar")
    assert "di luar peran" in vera.last.text


def test_a_revoked_surveyor_cannot_go_on_and_is_told_once(world: World) -> None:
    from storage.people import grant, revoke, roles_of

    sari = surveyor(world)
    fill(sari, until="address")

    def change(session: object) -> None:
        person = by_telegram(session, sari.id)
        revoke(session, roles_of(session, person.id)[0].id, world.now, by=None)
        grant(session, person, RoleName.VERIFIER, world.now, by=None)

    world.store.run(change)
    sari.says("Gg. Contoh 5")
    assert "di luar peran" in sari.last.text
    assert answers(world, sari) is None
    sari.says("halo")
    assert "/bantuan" in sari.last.text


def test_the_same_nik_is_a_warning_with_the_other_code(world: World) -> None:
    sari = surveyor(world)
    register(sari)
    fill(sari, until="kecamatan")
    assert "PML-0001" in sari.last.text
    assert asking(world, sari) == "kecamatan"


def test_a_nik_of_another_city_is_a_warning(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="kecamatan", nik=lambda one: one.says("3201064107800001"))
    assert "bukan kota ini" in sari.last.text
    assert asking(world, sari) == "kecamatan"


def test_a_pin_abroad_is_a_warning(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="photos", pin=lambda one: one.pin(lat=16.34))
    assert "di luar Indonesia" in sari.last.text


@pytest.mark.parametrize("typed", ["-6.3427, 106.7382", "https://maps.google.com/?q=-6.3427,106.7382"])
def test_a_typed_place_is_a_pin(world: World, typed: str) -> None:
    sari = surveyor(world)
    register(sari, pin=lambda one: one.says(typed))
    assert (family(world).lat, family(world).lon) == (-6.3427, 106.7382)


def test_double_tap_on_save_makes_one_house(world: World) -> None:
    sari = surveyor(world)
    fill(sari)
    summary = sari.last
    data = summary.data("Simpan")
    sari.presses_data(data, summary)
    sari.presses_data(data, summary)
    assert len(all_houses(world)) == 1
    assert "sudah selesai" in sari.toast


def test_double_tap_on_a_choice_answers_one_question(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="roof")
    card = sari.last
    data = card.data("4 Rusak")
    sari.presses_data(data, card)
    sari.presses_data(data, card)
    assert asking(world, sari) == "floor"
    assert "floor" not in answers(world, sari)
    assert "sudah dijawab" in sari.toast


def test_an_old_summary_does_not_save_what_it_did_not_show(world: World) -> None:
    sari = surveyor(world)
    fill(sari)
    old = sari.last
    data = old.data("Simpan")
    sari.presses("Ubah")
    sari.presses("Penghuni")
    sari.says("9")
    sari.presses_data(data, old)
    assert all_houses(world) == []
    assert "berubah" in sari.toast
    sari.presses("Simpan")
    assert newest(world).occupants == 9


@pytest.mark.parametrize("label", ["Simpan", "Ubah", "Batal"])
def test_buttons_of_somebody_elses_draft(world: World, label: str) -> None:
    sari, tono = surveyor(world), world.actor("Tono", TONO, RoleName.SURVEYOR)
    fill(sari)
    tono.says("/daftar")
    before = answers(world, sari)
    tono.presses_data(sari.last.data(label), tono.last)
    assert tono.toast
    assert all_houses(world) == []
    assert answers(world, sari) == before
    assert NAME not in tono.all_text()


@pytest.mark.parametrize("data", ["fp:1:kecamatan:36.74.99", "fp:1:nosuch:1", "fp:x:roof:1", "fp:1:roof", "fv:1:99999",
                                  "fe:1:kelurahan", "fb:1:nosuch", "fd:1:nik", "fs:1:nik", "fv:1:zzzzzzzzzzzzzzzz"])
def test_forged_buttons_change_nothing(world: World, data: str) -> None:
    sari = surveyor(world)
    fill(sari, until="kecamatan")
    before = answers(world, sari)
    sari.presses_data(data, sari.last)
    assert answers(world, sari) == before
    assert asking(world, sari) == "kecamatan"


def test_edit_keeps_what_is_not_changed_and_forgets_what_no_longer_fits(world: World) -> None:
    sari = surveyor(world)
    fill(sari)
    sari.presses("Ubah")
    assert "Persetujuan" not in sari.last.buttons
    sari.presses("Kecamatan")
    assert "Sekarang: Pamulang" in sari.last.text
    sari.presses("Tidak diubah")
    assert "Kelurahan: Benda Baru" in sari.last.text
    sari.presses("Ubah")
    sari.presses("Kecamatan")
    sari.presses("Setu")
    assert asking(world, sari) == "kelurahan"
    sari.presses("Muncul")
    sari.presses("Simpan")
    house = newest(world)
    assert (house.kecamatan_code, house.code) == (SETU, "SET-0001")
    assert house.kelurahan_code.startswith(SETU)


def test_back_asks_the_question_before_again(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="nik")
    sari.presses("Kembali")
    assert asking(world, sari) == "head_name"
    sari.says("Contoh Baru")
    assert asking(world, sari) == "nik"
    assert answers(world, sari)["head_name"] == "Contoh Baru"


def test_an_edited_message_corrects_its_answer(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="nik")
    name_message = sari.last_sent_id
    STEPS["nik"](sari)
    sari.edits(name_message, "Contoh Betul")
    assert answers(world, sari)["head_name"] == "Contoh Betul"
    assert asking(world, sari) == "kecamatan"
    assert "Contoh Betul" in sari.last.text
    sari.edits(name_message, "12345")
    assert answers(world, sari)["head_name"] == "Contoh Betul"
    assert "4/14" in sari.last.text


def test_a_live_location_stays_where_it_was_sent(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="photos")
    pin = sari.last_sent_id
    moved = dict(world.sent[(sari.id, pin)], location={"latitude": -6.5, "longitude": 106.9, "live_period": 900},
                 edit_date=int(world.now.timestamp()))
    seen = len(sari.seen)
    world.run({"edited_message": moved}, sari.id)
    assert answers(world, sari)["pin"] == [-6.3427, 106.7382]
    assert len(sari.seen) == seen


def test_html_in_names_is_shown_as_it_was_typed(world: World) -> None:
    sari, vera = surveyor(world), verifier(world)
    register(sari, head_name=lambda one: one.says("Siti <b>&amp;</b> Anak"))
    vera.presses("Buka PML-0001")
    assert "Siti <b>&amp;</b> Anak" in vera.card.text


def test_cancel_asks_once_and_deletes(world: World) -> None:
    sari = surveyor(world)
    fill(sari)
    sari.presses("Batal")
    sari.presses("Tidak, lanjutkan")
    assert "Simpan" in sari.last.buttons[0]
    sari.presses("Batal")
    sari.presses("Ya, hapus")
    assert answers(world, sari) is None
    assert world.store.run(lambda session: session.exec(select(Photo)).all()) == []
    assert sari.last.buttons == ["➕ Daftar rumah lain"]
    sari.presses("Daftar rumah lain")
    assert asking(world, sari) == "consent"


def test_verifiers_of_other_kecamatan_hear_nothing(world: World) -> None:
    sari, vera = surveyor(world), verifier(world, areas=[SETU])
    register(sari)
    assert vera.seen == []
    register(sari, kecamatan=lambda one: one.presses("Setu"), kelurahan=lambda one: one.presses("Muncul"),
             nik=lambda one: one.says(OTHER_NIK))
    assert "SET-0001" in vera.last.text


def test_a_code_opens_the_house_for_those_who_may_see_it(world: World) -> None:
    sari, tono = surveyor(world), world.actor("Tono", TONO, RoleName.SURVEYOR)
    vera = world.actor("Vera", VERA, RoleName.VERIFIER, areas=[SETU])
    number = register(sari).id
    sari.says("/start PML-0001")
    assert NAME in sari.card.text
    assert sari.card.params["protect_content"]
    tono.says("/start PML-0001")
    assert "PML-0001" in tono.last.text
    assert NAME not in tono.all_text()
    assert ADDRESS not in tono.all_text()
    vera.says("/start PML-0001")
    assert NAME not in vera.all_text()
    told = world.store.run(lambda session: history(session, number))
    assert [event.kind for event in told].count("read.household") == 1
