"""After a gap in the signal many messages come at once: nothing lost, nothing doubled, one answer that sums up."""

from __future__ import annotations

from storage import photos
from storage.people import RoleName
from tests.handlers.house_steps import NAME, NIK, TONO, answers, asking, fill, newest, surveyor
from tests.world import World


def test_thirty_messages_get_one_answer(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="head_name")
    before = len(sari.seen)
    with world.gap():
        sari.says(NAME)
        sari.sends(voice={"file_id": "v", "file_unique_id": "v", "duration": 3})
        sari.says("12")
        for number in range(25):
            sari.photo(unique=f"foto-{number % 24}")  # one of them came twice
        sari.pin()
        sari.says(NIK)
    assert len(sari.seen) == before + 1
    told = sari.last.text
    assert "Beberapa pesan masuk sekaligus" in told
    assert f"Kepala keluarga: {NAME}" in told
    assert "24" in told
    assert "NIK: 3674********0001" in told
    assert told.count("✓") == 4
    assert "16 angka" not in told, "refused once, right in the end"
    assert asking(world, sari) == "kecamatan"
    kept = answers(world, sari) or {}
    assert (kept["head_name"], kept["nik"], len(kept["photos"])) == (NAME, NIK, 24)


def test_what_is_still_wrong_is_said(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="nik")
    with world.gap():
        sari.pin()
        sari.says("367406")
        sari.photo()
    assert "✓ Lokasi" in sari.last.text
    assert "✓ Foto" in sari.last.text
    assert "6 angka" in sari.last.text
    assert asking(world, sari) == "nik"


def test_a_burst_that_ends_the_form_shows_the_summary_once(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="photos")
    with world.gap():
        sari.photo()
        for text in ("4", "3", "5", "6 orang", "45"):
            sari.says(text)
    assert sari.last.text.count("Penghuni") == 1
    assert sari.last.buttons[0] == "✅ Simpan"
    sari.presses("Simpan")
    house = newest(world)
    assert (house.roof, house.floor, house.wall, house.occupants, house.area_m2) == (4, 3, 5, 6, 45.0)
    assert world.store.run(lambda session: photos.count_of_house(session, house.id)) == 1


def test_photos_without_a_form_are_refused_once(world: World) -> None:
    sari = surveyor(world)
    before = len(sari.seen)
    with world.gap():
        for _ in range(30):
            sari.photo()
    assert len(sari.seen) == before + 1
    assert "/daftar" in sari.last.text


def test_an_answer_that_was_sent_is_not_told_again(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="head_name")
    sari.says(NAME)
    with world.gap():
        sari.says(NIK)
        sari.pin()
    assert NAME not in sari.last.text
    assert "NIK" in sari.last.text


def test_what_unmistakably_answers_another_question_is_taken_for_it(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="head_name")
    for text in (NIK, "RT 06/RW 04", "-6.3427, 106.7382"):
        sari.says(text)
    kept = answers(world, sari) or {}
    assert (kept["nik"], kept["rt_rw"], kept["pin"]) == (NIK, ["006", "004"], [-6.3427, 106.7382])
    assert asking(world, sari) == "head_name"
    assert "head_name" not in kept
    sari.says("RT 07/RW 04")  # it is no name either: a correction
    assert (answers(world, sari) or {})["rt_rw"] == ["007", "004"]
    assert "RT 007/RW 004" in sari.last.text


def test_another_sixteen_digits_do_not_write_over_the_nik(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="pin")
    sari.says("3674061203850002")
    assert (answers(world, sari) or {})["nik"] == NIK


def test_different_refusals_are_all_told(world: World) -> None:
    admin = world.actor("Asih", TONO, RoleName.ADMIN)
    with world.gap():
        admin.says("/data PML-9998")
        admin.says("/data PML-9999")
    assert "PML-9998" in admin.all_text()
    assert "PML-9999" in admin.all_text()
