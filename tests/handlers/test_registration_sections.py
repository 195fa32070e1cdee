"""The rest of the form, later and in any order; corrections at every stage of a house."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.registration.buttons import FillSection, Fix, Sections
from storage import assessments, drafts, households, houses, people, revisions
from storage.houses import House, HouseState
from storage.people import RoleName
from tests.builders import history
from tests.handlers.house_steps import TONO, all_houses, newest, register, surveyor, verifier
from tests.world import Actor, World

CARD = "3674010107150001"


def _open(actor: Actor, section: str) -> None:
    actor.says("PML-0001")
    actor.presses("Lengkapi / ubah data", actor.card)
    actor.presses(section, actor.card)


def _now(world: World, house: House) -> House:
    return world.store.run(lambda session: houses.get(session, house.id or 0))


def test_what_is_missing_is_shown_and_filled_in_later(world: World) -> None:
    sari = surveyor(world)
    house = register(sari)
    sari.presses("Lengkapi / ubah data")
    assert "Masih kosong: 23 isian" in sari.card.text
    assert sari.card.buttons[0] == "✓ Data pokok"
    assert "Struktur (A) – 5 kosong" in sari.card.buttons
    sari.presses("Struktur (A)")
    assert "pondasi" in sari.card.text
    assert "1/5" in sari.card.text
    for label in ("4 Rusak", "3 Rusak", "2 Rusak", "1 Baik"):
        sari.presses(label)
    sari.presses("Lewati")
    sari.presses("Simpan")
    assert "tersimpan" in sari.card.text
    sari.presses("Lengkapi / ubah data")
    assert "Masih kosong: 19 isian" in sari.card.text
    assert "Struktur (A) – 1 kosong" in sari.card.buttons
    found = world.store.run(lambda session: assessments.of_house(session, house.id or 0))
    assert (found.foundation, found.tie_beam, found.columns, found.beam, found.roof_frame) == (4, 3, 2, 1, None)
    after = _now(world, house)
    assert after.priority == house.priority - 120 + assessments.damage_of(after, found)
    assert after.state == HouseState.REGISTERED
    assert after.version > house.version


def test_the_family_s_further_data_is_sealed(world: World) -> None:
    sari = surveyor(world)
    house = register(sari)
    _open(sari, "Identitas lengkap")
    sari.says("12345")
    assert "16 angka" in sari.card.text
    sari.says(CARD)
    sari.says("0812-3456-7890")
    sari.says("2")
    assert CARD not in sari.all_text()
    sari.presses("Simpan")

    def check(session: Any) -> None:
        family = households.of_house(session, house.id or 0)
        assert households.family_card_of(session, family) == CARD
        assert households.phone_of(session, family) == "+6281234567890"
        assert family.families == 2
        assert CARD.encode() not in family.family_card
        assert b"81234567890" not in family.phone

    world.store.run(check)


def test_two_sections_of_one_house_in_one_filling(world: World) -> None:
    sari = surveyor(world)
    house = register(sari)
    _open(sari, "Penghuni")
    sari.says("1")
    sari.presses_data(FillSection(1, "land").pack(), sari.card)
    assert "disabilitas" in sari.card.text
    sari.says("tidak ada")
    sari.presses("SHM")
    sari.says("6 x 12")
    sari.presses("Tidak pernah")
    sari.presses("Simpan")
    family = world.store.run(lambda session: households.of_house(session, house.id or 0))
    assert (family.elderly, family.disabled, family.land_m2, family.prior_aid) == (1, 0, 72.0, 0)
    assert _now(world, house).priority == house.priority + 5


@pytest.mark.parametrize(("state", "after", "told"), [
    (HouseState.REGISTERED, HouseState.REGISTERED, "Perubahan PML-0001 tersimpan."),
    (HouseState.ELIGIBLE, HouseState.REGISTERED, "memeriksa rumah ini lagi"),
    (HouseState.INELIGIBLE, HouseState.REGISTERED, "memeriksa rumah ini lagi"),
    (HouseState.CLAIMED, HouseState.CLAIMED, "Tahapnya tetap"),
])
def test_a_correction_after_submission(world: World, state: HouseState, after: HouseState, told: str) -> None:
    sari, vera = surveyor(world), verifier(world)
    house = register(sari)
    path = [HouseState.REGISTERED, *([HouseState.ELIGIBLE] if state == HouseState.CLAIMED else []), state]
    vera_id = world.store.run(lambda session: people.by_telegram(session, vera.id).id)

    def move(session: Any) -> None:
        for old, new in zip(path, path[1:], strict=False):
            houses.move(session, house.id or 0, old, new, world.now, by=vera_id, verifier_id=vera_id,
                        verified_at=world.now, estimate=1)

    if state != HouseState.REGISTERED:
        world.store.run(move)
    _open(sari, "Data pokok")
    sari.presses("Ubah", sari.card)
    sari.presses("Penghuni")
    sari.says("9")
    sari.presses("Simpan")
    assert told in sari.card.text
    now = _now(world, house)
    assert (now.state, now.occupants) == (after, 9)
    assert (now.recheck_at is not None) == (state == HouseState.CLAIMED)
    if state in (HouseState.ELIGIBLE, HouseState.INELIGIBLE):
        assert (now.taken_by, now.closed_at) == (vera_id, None)
    if state != HouseState.REGISTERED:
        assert "PML-0001" in vera.last.text
    row, = world.store.run(lambda session: revisions.of_house(session, house.id or 0))
    assert row.field == "occupants"
    assert world.store.run(lambda session: revisions.values(session, row)) == (6, 9)
    event = next(one for one in world.store.run(lambda session: history(session, house.id or 0))
                 if one.kind == "house.corrected")
    assert event.data["fields"] == ["occupants"]


def test_nothing_changed_is_no_correction(world: World) -> None:
    sari = surveyor(world)
    house = register(sari)
    _open(sari, "Data pokok")
    sari.presses("Simpan")
    assert "Tidak ada yang berubah" in sari.card.text
    assert _now(world, house).version == house.version


def test_two_people_correct_different_fields(world: World) -> None:
    """What somebody else saved while a correction lay open is not put back."""
    sari = surveyor(world)
    admin = world.actor("Asih", TONO, RoleName.ADMIN)
    house = register(sari)
    _open(sari, "Data pokok")
    sari.presses("Ubah", sari.card)
    sari.presses("Penghuni")
    sari.says("9")
    _open(admin, "Data pokok")
    admin.presses("Ubah", admin.card)
    admin.presses("Luas")
    admin.says("50")
    admin.presses("Simpan")
    sari.presses("Simpan")
    now = _now(world, house)
    assert (now.occupants, now.area_m2) == (9, 50.0)


def test_only_what_was_marked_is_asked_again(world: World) -> None:
    sari = surveyor(world)
    vera = verifier(world)
    house = register(sari)

    def send_back(session: Any) -> None:
        houses.move(session, house.id or 0, HouseState.REGISTERED, HouseState.RETURNED, world.now, by=None,
                    note="Salah hitung", wrong_fields=["occupants", "roof"], verifier_id=vera_id)

    vera_id = world.store.run(lambda session: people.by_telegram(session, vera.id).id)
    world.store.run(send_back)
    _open(sari, "Penghuni")  # a section chosen by the way: the marked ones are asked, too
    assert "Salah hitung" in sari.card.text
    assert "atap" in sari.card.text
    assert "Sekarang: 4 Rusak berat" in sari.card.text
    sari.presses("Tidak diubah")
    sari.says("8")
    for _ in range(2):
        sari.says("0")
    assert sari.card.buttons[0] == "✅ Simpan"
    assert "NIK" not in sari.card.text
    sari.presses("Simpan")
    now = _now(world, house)
    assert (now.state, now.occupants, now.roof) == (HouseState.REGISTERED, 8, 4)
    assert (now.taken_by, now.wrong_fields, now.note) == (vera_id, [], None)
    assert now.taken_until == world.now + world.runtime.rules.hold_returned


def test_nobody_else_s(world: World) -> None:
    sari = surveyor(world)
    register(sari)
    tono = world.actor("Tono", TONO, RoleName.SURVEYOR)
    for button in (Sections(1), FillSection(1, "structure"), Fix(1)):
        tono.says("halo")
        tono.presses_data(button.pack(), tono.last)
        assert "petugas lain" in tono.toast
        tono.toasts.clear()
    assert len(all_houses(world)) == 1
    assert newest(world).version == 1


def _return(world: World, house: House, vera: Actor, fields: list[str]) -> None:
    def send_back(session: Any) -> None:
        houses.move(session, house.id or 0, HouseState.REGISTERED, HouseState.RETURNED, world.now, by=None,
                    note="Periksa lagi", wrong_fields=fields,
                    verifier_id=people.by_telegram(session, vera.id).id)

    world.store.run(send_back)


def test_a_kecamatan_that_leaves_no_choice_is_not_asked_for_ever(world: World) -> None:
    sari, vera = surveyor(world, areas=["36.74.06"]), verifier(world)
    house = register(sari, kecamatan=lambda one: None)
    _return(world, house, vera, ["kecamatan"])
    sari.presses_data(Fix(1).pack(), sari.card)
    assert sari.card.buttons[0] == "✅ Simpan"


def test_another_kecamatan_asks_for_its_kelurahan(world: World) -> None:
    sari, vera = surveyor(world), verifier(world)
    house = register(sari)
    _return(world, house, vera, ["kecamatan"])
    sari.presses_data(Fix(1).pack(), sari.card)
    sari.presses("Setu", sari.card)
    sari.presses("Muncul", sari.card)
    sari.presses("Simpan", sari.card)
    now = _now(world, house)
    assert now.kecamatan_code == "36.74.07"
    assert now.kelurahan_code.startswith("36.74.07.")


@pytest.mark.parametrize("way", ["fix", "resume", "save"])
def test_what_was_found_wrong_meanwhile_joins_an_open_correction(world: World, way: str) -> None:
    sari, vera = surveyor(world), verifier(world)
    house = register(sari)
    _open(sari, "Penghuni")
    sari.says("1")
    if way == "save":
        sari.says("0")
    _return(world, house, vera, ["roof"])
    if way == "fix":
        sari.presses_data(Fix(1).pack(), sari.card)
    if way == "save":
        sari.presses("Simpan", sari.card)
        assert _now(world, house).state == HouseState.RETURNED
    if way == "resume":
        sari.says("0")
    assert "atap" in sari.card.text
    sari.presses("5 Tidak", sari.card)
    if way == "fix":
        sari.says("0")
    sari.presses("Simpan", sari.card)
    now = _now(world, house)
    assert (now.state, now.roof) == (HouseState.REGISTERED, 5)


def test_a_correction_from_before_the_upgrade_is_saved(world: World) -> None:
    sari = surveyor(world)
    house = register(sari)
    _open(sari, "Data pokok")

    def strip(session: Any) -> None:
        draft = drafts.current(session, people.by_telegram(session, sari.id).id)
        kept = drafts.read(session, drafts.get(session, draft.id))
        for note in ("before", "scope", "again", "returned", "judged"):
            kept.pop(note, None)
        drafts.write(session, draft, kept | {"occupants": 9}, world.now)

    world.store.run(strip)
    sari.presses("Simpan", sari.card)  # an older summary: it is shown anew
    sari.presses("Simpan", sari.card)
    assert _now(world, house).occupants == 9


def test_a_surveyor_whose_area_changed_can_still_finish(world: World) -> None:
    sari, vera = surveyor(world), verifier(world)
    house = register(sari)
    _return(world, house, vera, ["roof"])

    def move(session: Any) -> None:
        role, = people.roles_of(session, people.by_telegram(session, sari.id).id)
        people.set_areas(session, role, ["36.74.07"])

    world.store.run(move)
    sari.presses_data(Fix(1).pack(), sari.card)
    sari.presses("5 Tidak", sari.card)
    sari.presses("Simpan", sari.card)
    assert _now(world, house).state == HouseState.REGISTERED
