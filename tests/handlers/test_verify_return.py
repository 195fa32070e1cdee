"""Return by field: tick what is wrong, add a word; the surveyor is told exactly that."""

from __future__ import annotations

import pytest

from handlers.registration.buttons import Fix
from storage import people
from storage.houses import HouseState
from storage.photos import PhotoKind
from tests.builders import SARI, history, person
from tests.handlers.house_steps import answers, asking, kinds
from tests.handlers.verify_steps import corrected, fresh, house, sari, verifiers
from tests.world import Actor, World


def begun(world: World) -> Actor:
    sari(world)
    house(world, head_name="Contoh Aminah", kinds=(PhotoKind.FRONT,))
    vera, _ = verifiers(world)
    vera.says("PML-0001")
    vera.presses("Kembalikan")
    return vera


def test_the_fields_that_have_a_value_under_the_card(world: World) -> None:
    vera = begun(world)
    assert "Contoh Aminah" in vera.card.text, "what is wrong is looked for in the card"
    assert vera.card.params["protect_content"]
    labels = [label.removeprefix("▫️ ") for label in vera.card.buttons]
    assert set(labels) >= {"Kepala keluarga", "NIK", "Lokasi", "Kecamatan", "Kelurahan", "Alamat", "RT/RW", "Foto",
                           "Atap", "Lantai", "Dinding", "Penghuni", "Luas"}
    for absent in ("Persetujuan", "Telepon", "Pondasi", "Kirim"):
        assert absent not in str(labels)
    assert asking(world, vera) == "note"


def test_ticked_fields_and_a_word(world: World) -> None:
    vera = begun(world)
    vera.presses("NIK")
    vera.presses("Alamat")
    vera.presses("Atap")
    vera.presses("Atap")
    assert [label for label in vera.card.buttons if label.startswith("✗")] == ["✗ NIK", "✗ Alamat"]
    assert "Kirim 2 isian" in vera.card.buttons
    assert (answers(world, vera) or {})["wrong"] == ["nik", "address"], "kept in the draft, not in memory"
    vera.says("Nomor rumah <b>tidak</b> cocok")
    after = fresh(world)
    assert (after.state, after.wrong_fields) == (HouseState.RETURNED, ["nik", "address"])
    assert after.note == "Nomor rumah <b>tidak</b> cocok"
    assert after.taken_by is None
    assert "Mohon diperbaiki: NIK, Alamat" in vera.card.text
    told = sari(world).last
    assert "PML-0001 dikembalikan" in told.text
    assert "NIK, Alamat" in told.text
    assert "Nomor rumah <b>tidak</b> cocok" in told.text
    assert told.data("Perbaiki") == Fix(1).pack()
    assert "cocok" not in str(world.store.run(lambda session: [event.data for event in history(session, 1)]))


def test_fields_without_a_word(world: World) -> None:
    vera = begun(world)
    vera.presses("Foto")
    vera.presses("Kirim 1 isian")
    after = fresh(world)
    assert (after.state, after.wrong_fields, after.note) == (HouseState.RETURNED, ["photos"], None)
    assert sari(world).last.text.endswith("Mohon diperbaiki: Foto")
    assert asking(world, vera) is None


def test_a_word_without_fields(world: World) -> None:
    begun(world).says("Mohon didata ulang seluruhnya")
    after = fresh(world)
    assert (after.state, after.wrong_fields, after.note) == (HouseState.RETURNED, [], "Mohon didata ulang seluruhnya")


@pytest.mark.parametrize("bad", ["x" * 501, "x" * 4000, "12", "?!"])
def test_a_bad_word_keeps_the_ticks(world: World, bad: str) -> None:
    vera = begun(world)
    vera.presses("NIK")
    vera.says(bad)
    assert fresh(world).state == HouseState.REGISTERED
    assert "✗ NIK" in vera.card.buttons
    vera.photo()
    vera.says("salah ketik")
    assert fresh(world).wrong_fields == ["nik"]


def test_a_label_typed_ticks_it(world: World) -> None:
    vera = begun(world)
    vera.says("alamat")
    assert "✗ Alamat" in vera.card.buttons
    assert fresh(world).state == HouseState.REGISTERED


def test_a_double_tap_returns_once(world: World) -> None:
    vera = begun(world)
    vera.presses("NIK")
    card, data = vera.card, vera.card.data("Kirim")
    vera.presses_data(data, card)
    vera.presses_data(data, card)
    assert kinds(world, 1).count("house.returned") == 1
    assert len([one for one in sari(world).seen if "dikembalikan" in one.text]) == 1


def test_the_surveyor_reads_it_in_their_language(world: World) -> None:
    sari(world)
    world.store.run(lambda session: people.speak(session, person(session, SARI), "en", world.now))
    vera = begun(world)
    vera.presses("Alamat")
    vera.presses("Kirim")
    assert "Please correct: Address" in sari(world).last.text
    assert "Mohon diperbaiki: Alamat" in vera.card.text


def test_what_was_asked_for_stays_in_sight_and_in_the_history(world: World) -> None:
    vera = begun(world)
    vera.presses("NIK")
    vera.presses("Kirim")
    vera.says("PML-0001")
    assert "Diminta diperbaiki: NIK" in vera.card.text
    corrected(world, nik="3674061203850002")
    vera.presses("Riwayat")
    assert "Isian yang diminta diperbaiki\nIsian: NIK" in vera.card.text
    vera.presses("Kembali ke rumah")
    assert "Diminta diperbaiki" not in vera.card.text
