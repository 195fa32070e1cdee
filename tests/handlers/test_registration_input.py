"""Bad input at every question keeps the draft; a restart at every question is not noticed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.handlers.house_steps import (
    ADDRESS,
    NAME,
    NIK,
    STEPS,
    all_houses,
    answers,
    asking,
    family,
    fill,
    newest,
    restarted,
    surveyor,
)
from tests.world import Actor, World

VOICE = {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}}
STICKER = {"sticker": {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 9, "height": 9,
                       "is_animated": False, "is_video": False}}
VIDEO = {"video": {"file_id": "m", "file_unique_id": "m", "width": 9, "height": 9, "duration": 3}}
CONTACT = {"contact": {"phone_number": "+628120000123", "first_name": "Contoh"}}
PDF = {"document": {"file_id": "d", "file_unique_id": "d", "file_name": "a.pdf", "mime_type": "application/pdf"}}
WRONG_KINDS = (VOICE, STICKER, VIDEO, CONTACT, PDF)
TYPED = ("head_name", "nik", "address", "rt_rw", "occupants", "area")
PRESSED = ("consent", "kecamatan", "kelurahan", "roof", "floor", "wall")
FREE = ("head_name", "address")
"""Questions that take almost any words."""


def unchanged(world: World, sari: Actor, key: str, before: dict[str, Any] | None) -> None:
    assert answers(world, sari) == before
    assert asking(world, sari) == key
    assert "/14" in sari.last.text, "the question comes again"
    assert "Batal" in sari.last.buttons


@pytest.mark.parametrize("key", STEPS)
def test_bad_input_keeps_the_draft(world: World, key: str) -> None:
    sari = surveyor(world)
    fill(sari, until=key)
    before = answers(world, sari)
    bad = [" ", "\u200b\u200b", "x" * 4000, "🏠🏠🏠", "!!!"]
    bad += [] if key in FREE else ["<b>banyak</b>", "tidak tahu saja", "-", "0x1F"]
    for text in bad:
        sari.says(text)
        unchanged(world, sari, key, before)
    for content in WRONG_KINDS:
        sari.sends(**content)
        unchanged(world, sari, key, before)
        wanted = "mengetik" if key in TYPED else "tombol" if key in PRESSED else "foto" if key == "photos" else "lokasi"
        assert wanted in sari.last.text.casefold()
    sari.sends(document={"file_id": "big", "file_unique_id": "big", "mime_type": "image/jpeg",
                         "file_size": 21 * 1024 * 1024})
    unchanged(world, sari, key, before)
    STEPS[key](sari)
    assert key in (answers(world, sari) or {})


@pytest.mark.parametrize("script", ["０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "০১২৩৪৫৬৭৮৯", "꧐꧑꧒꧓꧔꧕꧖꧗꧘꧙"])
def test_digits_of_other_scripts(world: World, script: str) -> None:
    def written(text: str) -> str:
        return text.translate({ord(str(number)): sign for number, sign in enumerate(script)})

    sari = surveyor(world)
    instead = {"nik": NIK, "rt_rw": "3/1", "pin": "-6.3427, 106.7382", "roof": "4", "floor": "3", "wall": "5",
               "occupants": "6", "area": "45"}
    fill(sari, **{key: (lambda one, text=text: one.says(written(text))) for key, text in instead.items()})
    sari.presses("Simpan")
    house = newest(world)
    assert (house.roof, house.floor, house.wall, house.occupants, house.area_m2) == (4, 3, 5, 6, 45.0)
    spot = family(world)
    assert (spot.rt, spot.rw, spot.lat, spot.lon) == ("003", "001", -6.3427, 106.7382)


@pytest.mark.parametrize("key", FREE)
def test_html_is_only_text(world: World, key: str) -> None:
    sari = surveyor(world)
    fill(sari, until=key)
    sari.says("<b>Contoh</b> & <a href='x'>satu</a>")
    assert "<b>Contoh</b> & <a href='x'>satu</a>" in sari.last.text
    assert "<a href='x'>" not in sari.last.html


@pytest.mark.parametrize("key", [*STEPS, "save"])
def test_a_restart_is_not_noticed(world: World, key: str) -> None:
    sari = surveyor(world)
    fill(sari, until=key)
    sari, = restarted(world, sari)
    try:
        for step in list(STEPS)[list(STEPS).index(key) if key in STEPS else len(STEPS):]:
            assert asking(sari.world, sari) == step
            STEPS[step](sari)
        sari.presses("Simpan")
        assert len(all_houses(sari.world)) == 1
        assert family(sari.world).rt == "003"
    finally:
        sari.world.close()


def test_daftar_goes_on_with_the_draft_or_begins_anew(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="kecamatan")
    sari, = restarted(world, sari)
    sari.says("/daftar")
    assert "Melanjutkan" in sari.last.text
    assert asking(sari.world, sari) == "kecamatan"
    sari.presses("Mulai dari awal")
    sari.presses("Tidak, lanjutkan")
    assert asking(sari.world, sari) == "kecamatan"
    sari.says("/daftar")
    sari.presses("Mulai dari awal")
    sari.presses("Ya, mulai dari awal")
    assert asking(sari.world, sari) == "consent"
    assert answers(sari.world, sari) == {}
    sari.world.close()


def test_daftar_twice_before_any_answer_just_asks(world: World) -> None:
    sari = surveyor(world)
    sari.says("/daftar")
    sari.says("/daftar")
    assert "Melanjutkan" not in sari.last.text
    assert asking(world, sari) == "consent"


def test_words_at_the_summary_do_not_save(world: World) -> None:
    sari = surveyor(world)
    fill(sari)
    for text in ("ya", "simpan", "x" * 4000):
        sari.says(text)
        assert all_houses(world) == []
        assert "Tekan Simpan" in sari.last.text
    sari.sends(**VOICE)
    assert "Tekan Simpan" in sari.last.text
    sari.presses("Simpan")
    assert len(all_houses(world)) == 1


def test_choices_may_be_typed(world: World) -> None:
    sari = surveyor(world)
    typed = {"consent": "setuju", "kecamatan": "pamulang", "kelurahan": "benda", "roof": "rusak berat",
             "floor": "Sedang", "wall": "tidak ada"}
    fill(sari, **{key: (lambda one, text=text: one.says(text)) for key, text in typed.items()})
    sari.presses("Simpan")
    assert (newest(world).roof, newest(world).floor, newest(world).wall) == (4, 3, 5)


def test_two_readings_of_a_choice_are_none(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="roof")
    sari.says("rusak")
    assert asking(world, sari) == "roof"
    assert "tombol" in sari.last.text


def test_names_and_addresses_stay_as_written(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="rt_rw")
    assert (answers(world, sari) or {})["head_name"] == NAME
    assert (answers(world, sari) or {})["address"] == ADDRESS


def test_another_command_leaves_the_draft_open(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="address")
    before = answers(world, sari)
    for command in ("/bantuan", "/privasi", "/nosuch"):
        sari.says(command)
    assert answers(world, sari) == before
    STEPS["address"](sari)
    assert asking(world, sari) == "rt_rw"
