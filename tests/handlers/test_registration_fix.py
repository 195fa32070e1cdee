"""A returned house comes back corrected: the same form, filled with what is there."""

from __future__ import annotations

from typing import Any

from storage import households, houses, photos
from storage.houses import House, HouseState
from storage.people import RoleName
from tests.builders import history
from tests.handlers.house_steps import NIK, OTHER_NIK, TONO, all_houses, newest, register, restarted, surveyor, verifier
from tests.world import Actor, World

NOTE = "Foto atap <b>belum</b> jelas, jumlah penghuni salah"


def returned(world: World) -> tuple[Actor, Actor, House]:
    """A house that Vera sent back to Sari."""
    sari, vera = surveyor(world), verifier(world)
    house = register(sari)
    vera.presses("Buka PML-0001")
    vera.presses("Kembalikan")
    vera.says(NOTE)
    return sari, vera, world.store.run(lambda session: houses.get(session, house.id))


def test_the_surveyor_is_told_with_the_note_and_opens_the_filled_form(world: World) -> None:
    sari, _, house = returned(world)
    assert house.state == HouseState.RETURNED
    assert NOTE in sari.last.text
    assert sari.last.buttons == ["✏️ Perbaiki"]
    sari.presses("Perbaiki")
    assert NOTE in sari.last.text
    assert "Penghuni: 6 orang" in sari.last.text
    assert NIK not in sari.all_text()
    assert sari.last.buttons == ["✅ Simpan", "✏️ Ubah", "Batal"]


def test_saving_brings_it_back_and_names_only_what_changed(world: World) -> None:
    sari, vera, before = returned(world)
    family = world.store.run(lambda session: households.of_house(session, before.id))
    world.passes(days=2)
    sari.presses("Perbaiki")
    sari.presses("Ubah")
    sari.presses("Penghuni")
    sari.says("8")
    sari.presses("Ubah")
    sari.presses("NIK")
    sari.says(OTHER_NIK)
    sari.photo()
    sari.presses("Simpan")
    assert "PML-0001" in sari.last.text
    assert len(all_houses(world)) == 1
    house = newest(world)
    assert (house.state, house.occupants, house.note, house.code) == (HouseState.REGISTERED, 8, None, "PML-0001")
    assert house.priority == before.priority + 2
    assert house.version > before.version
    assert "sudah diperbaiki" in vera.last.text

    def check(session: Any) -> None:
        now_family = households.of_house(session, house.id)
        assert households.nik_of(session, now_family) == OTHER_NIK
        assert now_family.consent_at == family.consent_at
        assert photos.count_of_house(session, house.id) == 2
        event = next(one for one in history(session, house.id) if one.kind == "house.corrected")
        assert event.data["fields"] == ["nik", "occupants"]
        assert OTHER_NIK not in str(event.data)

    world.store.run(check)


def test_photos_may_be_replaced(world: World) -> None:
    sari, _, house = returned(world)
    sari.presses("Perbaiki")
    sari.presses("Ubah")
    sari.presses("Foto")
    sari.presses("Hapus semua foto")
    sari.photo()
    sari.photo()
    sari.presses("Simpan")
    kept = world.store.run(lambda session: [photo.id for photo in photos.of_house(session, house.id)])
    assert kept == [2, 3]


def test_cancelled_corrections_change_nothing(world: World) -> None:
    sari, _, before = returned(world)
    sari.presses("Perbaiki")
    sari.presses("Ubah")
    sari.presses("Foto")
    sari.presses("Hapus semua foto")
    sari.photo()
    sari.presses("Batal")
    sari.presses("Ya, hapus")
    after = newest(world)
    assert (after.state, after.version) == (before.state, before.version)
    assert world.store.run(lambda session: [photo.id for photo in photos.of_house(session, before.id)]) == [1]


def test_a_restart_in_the_middle_of_a_correction(world: World) -> None:
    sari, _, _ = returned(world)
    sari.presses("Perbaiki")
    sari.presses("Ubah")
    sari.presses("Luas")
    sari, = restarted(world, sari)
    sari.says("20")
    sari.presses("Simpan")
    assert newest(sari.world).area_m2 == 20
    sari.world.close()


def test_the_old_button_after_saving_says_how_it_stands(world: World) -> None:
    sari, _, _ = returned(world)
    card = sari.last
    sari.presses("Perbaiki")
    summary, data = sari.last, sari.last.data("Simpan")
    sari.presses_data(data, summary)
    sari.presses_data(data, summary)
    assert "sudah selesai" in sari.toast
    sari.presses_data("rf:1", card)
    assert "belum diverifikasi" in sari.last.text
    assert world.store.run(lambda session: [event.kind for event in history(session, 1)].count(
        "house.corrected")) == 1


def test_somebody_elses_house_is_not_opened(world: World) -> None:
    sari, _, _ = returned(world)
    tono = world.actor("Tono", TONO, RoleName.SURVEYOR)
    tono.says("/start")
    tono.presses_data(sari.last.data("Perbaiki"), tono.last)
    assert "petugas lain" in tono.toast
    assert len(tono.seen) == 1


def test_a_new_house_and_a_correction_lie_open_beside_each_other(world: World) -> None:
    sari, _, _ = returned(world)
    card = sari.last
    sari.says("/daftar")
    sari.presses("Setuju", sari.last)
    world.passes(minutes=1)
    sari.presses_data(card.data("Perbaiki"), card)
    sari.presses("Simpan")
    assert "masih terbuka" in sari.last.text
    sari.presses("Lanjutkan")
    world.passes(minutes=1)
    sari.says("Contoh Kedua")
    assert "Contoh Kedua" in sari.last.text
