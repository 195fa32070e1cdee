"""A house that may be known already: shown side by side, judged by whoever stands before it."""

from __future__ import annotations

from storage import houses
from storage.people import RoleName
from tests.builders import PAMULANG, SETU
from tests.handlers.house_steps import (
    NAME,
    NIK,
    OTHER_NIK,
    TONO,
    all_houses,
    answers,
    fill,
    newest,
    register,
    surveyor,
)
from tests.world import Actor, World


def _another(world: World, area: str = PAMULANG) -> Actor:
    return world.actor("Tono", TONO, RoleName.SURVEYOR, areas=[area])


def test_the_same_nik_is_asked_about_at_once(world: World) -> None:
    register(surveyor(world))
    tono = _another(world)
    fill(tono, until="nik")
    tono.says(NIK)
    told = tono.last.text
    assert "mungkin sudah terdaftar" in told
    assert "NIK-nya sama" in told
    assert "Benda Baru, Pamulang" in told
    assert "C. A." in told, "initials, for somebody of the same kecamatan"
    assert NAME not in told.replace("✓", "")
    assert NIK not in told
    assert tono.last.buttons[:3] == ["Rumah yang sama: PML-0001", "Keluarga lain di rumah PML-0001",
                                     "Bukan, ini rumah lain"]


def test_a_surveyor_of_another_area_sees_no_initials(world: World) -> None:
    register(surveyor(world))
    tono = _another(world, SETU)
    fill(tono, until="nik")
    tono.says(NIK)
    assert "NIK-nya sama" in tono.last.text
    assert "C. A." not in tono.last.text


def test_the_same_house_deletes_the_form_after_one_more_question(world: World) -> None:
    register(surveyor(world))
    tono = _another(world)
    fill(tono, until="nik")
    tono.says(NIK)
    tono.presses("Rumah yang sama")
    assert "Hapus isian ini" in tono.last.text
    tono.presses("Tidak, kembali")
    assert "mungkin sudah terdaftar" in tono.last.text
    assert (answers(world, tono) or {})["nik"] == NIK
    tono.presses("Rumah yang sama")
    tono.presses("Ya, hapus")
    assert "PML-0001" in tono.last.text
    assert answers(world, tono) is None
    assert len(all_houses(world)) == 1


def test_another_family_in_it_links_the_two(world: World) -> None:
    first = register(surveyor(world))
    tono = _another(world)
    fill(tono, until="nik")
    tono.says(NIK)
    tono.presses("Keluarga lain")
    tono.pin()
    assert "mungkin sudah terdaftar" not in tono.last.text, "judged once"
    for step in ("Benda Baru",):
        tono.presses(step)
    for text in ("Gg. Contoh No. 12", "3/1"):
        tono.says(text)
    tono.photo()
    for label in ("4 Rusak", "4 Rusak", "4 Rusak"):
        tono.presses(label)
    tono.says("3")
    tono.says("30")
    tono.presses("Simpan")
    house = newest(world)
    assert house.shares_with_id == first.id
    tono.says(house.code)
    assert "PML-0001" in tono.card.text


def test_a_different_house_is_asked_about_once(world: World) -> None:
    register(surveyor(world))
    tono = _another(world)
    fill(tono, until="nik")
    tono.says(NIK)
    tono.presses("Bukan, ini rumah lain")
    assert "lokasi" in tono.last.text
    tono.pin()
    assert "mungkin sudah terdaftar" not in tono.last.text
    assert (answers(world, tono) or {}).get("shares_with") is None


def test_a_near_pin_with_a_like_name(world: World) -> None:
    register(surveyor(world), nik=lambda sari: sari.says(OTHER_NIK))
    tono = _another(world)
    fill(tono, until="head_name")
    tono.says("Contoh Aminnah")
    tono.says(NIK)
    tono.pin(-6.34285, 106.7382)  # 17 m away
    assert "namanya mirip" in tono.last.text
    assert "17 m" in tono.last.text


def test_a_near_pin_with_another_name_is_a_neighbour(world: World) -> None:
    register(surveyor(world), nik=lambda sari: sari.says(OTHER_NIK))
    tono = _another(world)
    fill(tono, until="head_name")
    tono.says("Budi Sampel")
    tono.says(NIK)
    tono.pin(-6.34285, 106.7382)
    assert "mungkin sudah terdaftar" not in tono.last.text


def test_a_reused_photo_is_found_before_the_form_is_saved(world: World) -> None:
    register(surveyor(world), nik=lambda sari: sari.says(OTHER_NIK), photos=lambda sari: sari.photo(unique="sama"))
    tono = _another(world)
    fill(tono, head_name=lambda one: one.says("Budi Sampel"), pin=lambda one: one.pin(-6.35, 106.75),
         photos=lambda one: one.photo(unique="sama"), kecamatan=lambda one: None, until="same")
    assert "Ada foto yang sama" in tono.last.text
    tono.presses("Bukan, ini rumah lain")
    tono.presses("Simpan")
    assert len(all_houses(world)) == 2
    assert world.store.run(lambda session: houses.by_code(session, "PML-0002")).shares_with_id is None
