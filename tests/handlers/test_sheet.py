"""One message for a whole house: /formulir, filled in without a signal and sent back."""

from __future__ import annotations

from typing import Any

import pytest

from storage import assessments, households, registering
from storage.people import RoleName
from tests.builders import PAMULANG
from tests.handlers.house_steps import (
    ADMIN,
    NAME,
    NIK,
    OTHER_NIK,
    SARI,
    TONO,
    VERA,
    all_houses,
    answers,
    asking,
    fill,
    newest,
    register,
    surveyor,
    verifier,
)
from tests.handlers.sheet_steps import KEYS, LATER, SHORT, VALUES, copied, kept, sheet
from tests.world import World


@pytest.mark.parametrize(("command", "head", "copy"), [("/formulir", "FORMULIR RUMAH", "Salin"),
                                                       ("/form", "HOUSE FORM", "Copy")])
def test_the_template_fits_one_message_and_is_copied_with_a_tap(
    world: World, command: str, head: str, copy: str
) -> None:
    sari = world.actor("Sari", SARI, RoleName.SURVEYOR, language="id" if copy == "Salin" else "en")
    sari.says(command)
    text, html = sari.last.text, sari.last.html
    assert len(html) < 4096
    assert text.startswith(copy)
    assert f"<pre>{head}\n" in html
    assert html.endswith("</pre>")
    assert "Kecamatan: \n" in text
    assert "(1-5): \n" in text


def test_one_kecamatan_is_filled_in(world: World) -> None:
    sari = surveyor(world, areas=[PAMULANG])
    sari.says("/formulir")
    assert "Kecamatan: Pamulang\n" in sari.last.text


def test_the_whole_form_becomes_the_house(world: World) -> None:
    sari = surveyor(world)
    text = copied(sari, SHORT | LATER)
    sari.says(text)
    assert "Terbaca 36 baris" in sari.last.text
    assert "✗" not in sari.last.text
    assert "Tidak dimengerti" not in sari.last.text
    assert asking(world, sari) == "photos"
    sari.photo()
    assert "Bahan dinding" in sari.last.text, "the summary shows all of it"
    sari.presses("Simpan")
    house = newest(world)

    def check(session: Any) -> None:
        entry = registering.entry_of(session, house)
        assert entry == registering.Entry(
            head_name=NAME, nik=NIK, address=VALUES["address"], kecamatan=PAMULANG, kelurahan=VALUES["kelurahan"],
            rt="003", rw="001", lat=-6.3427, lon=106.7382, roof=4, floor=3, wall=5, occupants=6, area_m2=45.0,
            family_card="3674010107150001", phone="+6281234567890", families=2, elderly=1, disabled=0,
            land_proof="girik", land_m2=72.0, prior_aid=0, foundation=4, tie_beam=5, columns=3, beam=2, roof_frame=4,
            windows=1, ventilation=2, bathroom=5, latrine=4, drainage=3, drinking_water=2, septic_m=7.5,
            roof_material="clay", floor_material="earth", wall_material="woven",
        )
        assert assessments.of_house(session, house.id or 0).septic_m == 7.5
        assert households.of_house(session, house.id or 0).consent_version

    world.store.run(check)


def test_all_of_the_message_is_copied_and_nothing_is_filled_in(world: World) -> None:
    sari = surveyor(world)
    sari.says("/formulir")
    sari.says(sari.last.text)
    assert "belum ada yang disimpan" in sari.last.text
    assert "Tidak dimengerti" not in sari.last.text
    assert kept(world, sari) == {}
    sari.presses("Setuju")
    sari.says(sheet({}))
    assert "Belum ada baris" in sari.last.text


WRONG = {
    "head_name": "12345", "nik": "36740641", "pin": "dekat masjid", "kecamatan": "Bandung", "kelurahan": "Cibaduy",
    "address": "x", "rt_rw": "tiga", "roof": "rusak", "floor": "7", "wall": "jelek", "occupants": "banyak",
    "area": "6 kali",
}


@pytest.mark.parametrize("key", WRONG)
def test_each_wrong_line_is_named_and_asked_again(world: World, key: str) -> None:
    sari = surveyor(world)
    sari.says(sheet(**{key: WRONG[key]}))
    label = next(label for label, one in KEYS.items() if one == key)
    told = [line for line in sari.last.text.splitlines() if line.startswith("✗")]
    assert len(told) == 1
    assert told[0].startswith(f"✗ {label}: ")
    assert len(told[0]) > len(label) + 15, "it says why"
    gone = {key, "kelurahan"} if key == "kecamatan" else {key}
    assert kept(world, sari) == {one: value for one, value in VALUES.items() if one not in gone}
    assert f"Terbaca {len(VALUES) - len(gone)} baris" in sari.last.text
    first = min([*gone, "photos"], key=[*VALUES][:8].__add__(["photos", *[*VALUES][8:]]).index)
    assert asking(world, sari) == first


def test_a_wrong_line_below_is_asked_although_it_may_be_empty(world: World) -> None:
    sari = surveyor(world)
    sari.says(sheet(SHORT | {"No. HP": "12", "Bahan atap": "kaca", "Lansia": ""}))
    told = [line for line in sari.last.text.splitlines() if line.startswith("✗")]
    assert [line.partition(":")[0] for line in told] == ["✗ No. HP", "✗ Bahan atap"]
    assert "Genteng" in told[1]
    sari.photo()
    assert asking(world, sari) == "phone"
    sari.says("0812-3456-7890")
    assert asking(world, sari) == "roof_material"
    sari.presses("Lewati")
    sari.presses("Simpan")
    house = newest(world)

    def check(session: Any) -> None:
        entry = registering.entry_of(session, house)
        assert (entry.phone, entry.roof_material, entry.elderly) == ("+6281234567890", None, None)

    world.store.run(check)


@pytest.mark.parametrize("consent", ["", "mungkin", None])
def test_without_a_yes_nothing_is_kept(world: World, consent: str | None) -> None:
    sari = surveyor(world)
    lines = dict(SHORT)
    lines.pop("Persetujuan")
    sari.says(sheet(lines if consent is None else SHORT | {"Persetujuan": consent}))
    assert "belum ada yang disimpan" in sari.last.text
    assert asking(world, sari) == "consent"
    assert answers(world, sari) == {}
    first = sari.last_sent_id
    sari.edits(first, sheet())
    assert kept(world, sari) == VALUES


def test_a_yes_by_button_is_a_yes(world: World) -> None:
    sari = surveyor(world)
    lines = {label: value for label, value in SHORT.items() if label != "Persetujuan"}
    sari.says(sheet(lines))
    sari.presses("Setuju")
    sari.says(sheet(lines))
    assert kept(world, sari) == VALUES


def test_a_no_stores_nothing(world: World) -> None:
    sari = surveyor(world)
    sari.says(sheet(consent="tidak"))
    assert "tidak ada yang disimpan" in sari.last.text
    assert answers(world, sari) is None
    assert all_houses(world) == []


def test_an_open_house_is_gone_on_with(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="address")
    sari.says(sheet({"NIK": OTHER_NIK, "Alamat": "Gg. Lain No. 3", "Lantai": "2"}))
    assert f"↻ NIK: 3674********{OTHER_NIK[-4:]} (tadinya 3674********{NIK[-4:]})" in sari.last.text
    found = answers(world, sari) or {}
    assert (found["head_name"], found["nik"], found["address"]) == (NAME, OTHER_NIK, "Gg. Lain No. 3")
    assert (found["floor"], found["kelurahan"]) == ("2", VALUES["kelurahan"])
    assert asking(world, sari) == "rt_rw"


def test_two_forms_at_once_do_not_overwrite_each_other(world: World) -> None:
    sari = surveyor(world)
    second = sheet(head_name="Bapak Percobaan", nik=OTHER_NIK, address="Jl. Lain 9")
    with world.gap():
        sari.says(sheet(roof="rusak"))
        sari.says(second)
    assert "✗ Atap" in sari.last.text
    assert "Bapak Percobaan belum diambil" in sari.last.text
    assert kept(world, sari) == {key: value for key, value in VALUES.items() if key != "roof"}
    sari.says(sheet(consent="tidak", head_name="Bapak Percobaan", nik=OTHER_NIK))
    assert "Keluarga tidak setuju" in sari.last.text
    assert (answers(world, sari) or {})["nik"] == NIK
    sari.photo()
    sari.presses("4 Rusak")
    sari.presses("Simpan")
    sari.says(second)
    assert (answers(world, sari) or {})["head_name"] == "Bapak Percobaan"


def test_an_edited_form_corrects(world: World) -> None:
    sari = surveyor(world)
    sari.says(sheet(nik="123", roof="2"))
    sent = sari.last_sent_id
    sari.edits(sent, sheet())
    assert kept(world, sari) == VALUES
    assert "↻ Atap: 4 Rusak berat (tadinya 2 Rusak ringan)" in sari.last.text
    assert "✗" not in sari.last.text
    sari.photo()
    sari.presses("Simpan")
    sari.edits(sent, sheet(roof="1"))
    assert "sudah tidak terbuka" in sari.last.text
    assert answers(world, sari) is None
    assert newest(world).roof == 4


def test_sent_twice_is_one_house(world: World) -> None:
    sari = surveyor(world)
    sari.says(sheet())
    before = kept(world, sari)
    sari.says(sheet())
    assert kept(world, sari) == before == VALUES
    assert "↻" not in sari.last.text


def test_the_same_nik_is_asked_about_at_once(world: World) -> None:
    register(surveyor(world))
    tono = world.actor("Tono", TONO, RoleName.SURVEYOR)
    tono.says(sheet(roof="rusak"))
    assert "✗ Atap" in tono.last.text
    assert "mungkin sudah terdaftar" in tono.last.text
    assert asking(world, tono) == "same"


def test_while_another_form_is_open(world: World) -> None:
    both = world.actor("Asih", ADMIN, RoleName.ADMIN, RoleName.SURVEYOR)
    register(both)
    both.says("/undang")
    both.says(sheet(nik=OTHER_NIK))
    assert kept(world, both) == VALUES | {"nik": OTHER_NIK}


def test_a_note_with_labels_stays_a_note(world: World) -> None:
    house = register(surveyor(world))
    vera = world.actor("Vera", VERA, RoleName.VERIFIER, RoleName.SURVEYOR)
    vera.says(house.code)
    vera.presses("Tolak", vera.card)
    note = "Atap: bagus\nLantai: bagus\nDinding: bagus\nLuas: 90"
    vera.says(note)
    assert not any(key in (answers(world, vera) or {}) for key in VALUES)
    assert "Atap: bagus" in vera.all_text()


def test_whoever_registers_no_houses_is_told_so(world: World) -> None:
    vera = verifier(world)
    vera.says("\n".join(sheet().splitlines()[1:]))
    assert answers(world, vera) is None
    vera.says(sheet())
    assert "di luar peran" in vera.last.text
    assert answers(world, vera) is None


def test_strangers_and_groups(world: World) -> None:
    stranger = world.actor("Tetangga", 2**33 + 99)
    stranger.says(sheet())
    assert NIK not in stranger.all_text()
    stranger.says("/formulir")
    assert "FORMULIR" not in stranger.all_text()
    sari = surveyor(world)
    world.groups[-1001] = "Forum"
    before = len(world.chat(-1001))
    sari.says(sheet(), chat=-1001)
    assert len(world.chat(-1001)) == before
    assert answers(world, sari) is None


def test_both_languages_whatever_is_read_now(world: World) -> None:
    sari = world.actor("Sari", SARI, RoleName.SURVEYOR, language="en")
    sari.says(sheet())
    assert kept(world, sari) == VALUES
    tono = world.actor("Tono", TONO, RoleName.SURVEYOR)
    tono.says("HOUSE FORM\nConsent (yes/no): yes\nHousehold head: Contoh Lain\nRoof: Heavy damage\nWalls = Missing\n"
              "Occupants - 6\nFloor material: Wood/boards")
    found = answers(world, tono) or {}
    assert (found["roof"], found["wall"], found["occupants"], found["floor_material"]) == ("4", "5", 6, "wood")
