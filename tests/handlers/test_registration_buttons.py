"""Buttons of the house form: pressed twice, old, forged, somebody else's; back, edit, cancel."""

from __future__ import annotations

import pytest
from sqlmodel import select

from storage.people import RoleName
from storage.photos import Photo
from tests.builders import SETU
from tests.handlers.house_steps import (
    NAME,
    STEPS,
    TONO,
    all_houses,
    answers,
    asking,
    fill,
    newest,
    surveyor,
)
from tests.world import World


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
    assert asking(world, sari) == "pin"
    assert "Contoh Betul" in sari.last.text
    sari.edits(name_message, "12345")
    assert answers(world, sari)["head_name"] == "Contoh Betul"
    assert "4/14" in sari.last.text


def test_a_live_location_stays_where_it_was_sent(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="kecamatan")
    pin = sari.last_sent_id
    moved = dict(world.sent[(sari.id, pin)], location={"latitude": -6.5, "longitude": 106.9, "live_period": 900},
                 edit_date=int(world.now.timestamp()))
    seen = len(sari.seen)
    world.run({"edited_message": moved}, sari.id)
    assert answers(world, sari)["pin"] == [-6.3427, 106.7382]
    assert len(sari.seen) == seen


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
