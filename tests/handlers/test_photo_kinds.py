"""What a photo shows: said in its caption, shared by its album, or taken to be what is missing."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.kit.form import Save
from handlers.kit.photo_kinds import named
from storage import photos
from storage.photos import PhotoKind
from tests.handlers.house_steps import STEPS, answers, asking, fill, newest, register, surveyor, verifier
from tests.handlers.photo_steps import K, kinds_of, missing_of, recaption, require, snap
from tests.world import World

CAPTIONS = {
    K.ROOF: ["atap", "ATAP bocor", "Foto atapnya", "genteng pecah", "plafon kamar mandi", "langit-langit",
             "#atap_rusak", "the roof", "atap depan", "atap tampak depan", "rangka atap, dinding"],
    K.FLOOR: ["lantai", "foto lantai depan rumah", "lantainya tanah", "Floor of the kitchen", "lantai kamar mandi",
              "ubin", "lantai1"],
    K.WALL: ["dinding", "dinding samping", "tembok retak", "bilik bambu", "a wall", "Dinding belakang rumah"],
    K.BATHROOM: ["kamar mandi", "KAMAR  MANDI", "wc", "MCK umum", "jamban", "bathroom", "km. mandi", "toilet",
                 "kamar mandi tanpa dinding"],
    K.FRONT: ["depan", "tampak depan", "<b>tampak depan</b> 081200000000", "Rumah tampak dari depan", "front", "muka",
              "front view, roof leaking", "rumah bagian depannya"],
    K.SIDE: ["samping", "tampak samping kiri", "sisi kanan rumah", "side", "tampak samping, atap bocor"],
    K.OTHER: ["dapur", "kamar tidur", "tampak belakang", "lainnya", "ruang tamu", "kamar depan"],
    None: ["", "rumah Bu Aminah", "KTP", "atapi", "sedepan", "12345", "☂", "x" * 5000, "2 km dari kelurahan",
           "foto lain"],
}


@pytest.mark.parametrize(("kind", "caption"), [(kind, one) for kind, found in CAPTIONS.items() for one in found])
def test_captions(kind: PhotoKind | None, caption: str) -> None:
    assert named(caption) == kind


@given(st.text(max_size=60))
def test_any_caption_is_read_without_an_error(caption: str) -> None:
    assert named(caption) in (None, *PhotoKind)


@given(st.sampled_from(["atap", "lantai", "dinding", "kamar mandi", "tampak depan"]),
       st.text("0123456789 .,!-#", max_size=9))
def test_marks_and_figures_around_a_word_change_nothing(word: str, noise: str) -> None:
    assert named(f"{noise}{word}{noise}") == named(word)


def test_the_first_is_the_front_and_the_question_names_what_it_wants(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="photos")
    assert "tampak DEPAN" in sari.last.text
    snap(sari)
    assert "✓ Foto: 1 foto (depan)" in sari.last.text
    assert asking(world, sari) == "roof"
    snap(sari, "atap")
    snap(sari)
    assert "✓ Foto: 3 foto (depan, atap, 1 tanpa keterangan)" in sari.last.text
    assert kinds_of(world) == [K.FRONT, K.ROOF, None]


def test_a_caption_about_something_else_is_not_the_front(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="photos")
    snap(sari, "KTP ibu")
    assert "1 tanpa keterangan" in sari.last.text
    assert "tampak DEPAN" in sari.last.text
    assert (asking(world, sari), missing_of(world, sari)) == ("photos", ["front"])
    assert not any("cukup" in label for label in sari.last.buttons), "it is not enough"
    snap(sari)
    assert (asking(world, sari), missing_of(world, sari)) == ("roof", [])


def test_every_required_kind_is_asked_for_by_name(world: World) -> None:
    require(world, K.FRONT, K.ROOF, K.BATHROOM)
    sari = surveyor(world)
    fill(sari, until="photos")
    snap(sari, "atap")
    assert "tampak DEPAN" in sari.last.text
    snap(sari)
    assert "KAMAR MANDI" in sari.last.text
    assert missing_of(world, sari) == ["bathroom"]
    # Something else is answered meanwhile: the photos stay open.
    sari.says("/daftar")
    assert asking(world, sari) == "photos"
    snap(sari)
    assert kinds_of(world) == [K.ROOF, K.FRONT, K.BATHROOM]
    assert asking(world, sari) == "roof"


@pytest.mark.parametrize("order", list(permutations([None, "atap", None])))
def test_an_album_s_caption_counts_for_those_without_in_any_order(
    world: World, order: tuple[str | None, ...]
) -> None:
    sari = surveyor(world)
    fill(sari, until="photos")
    for caption in order:
        snap(sari, caption, "album-1")
    assert kinds_of(world) == [K.ROOF] * 3
    assert missing_of(world, sari) == ["front"]
    snap(sari, None, "album-2")
    snap(sari, "lantai", "album-2")
    snap(sari, "dinding", "album-2")
    snap(sari, "rumah Bu Contoh", "album-2")
    snap(sari, None, "album-2")
    assert kinds_of(world)[3:] == [K.FLOOR, K.FLOOR, K.WALL, None, K.FLOOR]
    snap(sari)
    assert kinds_of(world)[-1] == K.FRONT


def test_an_edited_caption_corrects_the_kind_and_its_album(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="photos")
    captioned = snap(sari, "depan", "a")
    snap(sari, None, "a")
    assert asking(world, sari) == "roof"
    recaption(sari, captioned, "lantai")
    assert kinds_of(world) == [K.FLOOR, K.FLOOR]
    assert "✓ Foto: 2 foto (2 lantai)" in sari.last.text
    assert missing_of(world, sari) == ["front"]
    recaption(sari, captioned, None)
    assert kinds_of(world) == [K.FRONT, K.FLOOR], "without a caption it is what is missing"
    recaption(sari, captioned, "rumah Bu Contoh")
    assert missing_of(world, sari) == ["front"]
    recaption(sari, captioned, "tampak depan")
    assert missing_of(world, sari) == []
    for key in ("roof", "floor", "wall", "occupants", "area"):
        STEPS[key](sari)
    sari.presses("Simpan")
    recaption(sari, captioned, "atap")
    assert kinds_of(world) == [K.FRONT, K.FRONT], "the form is over"


def test_the_same_photo_again_with_a_caption_says_what_it_shows(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="photos")
    snap(sari, unique="one")
    snap(sari, "atap", unique="one")
    assert kinds_of(world) == [K.ROOF]
    snap(sari, unique="one")
    assert kinds_of(world) == [K.ROOF]


def test_taking_photos_out_opens_the_question_again(world: World) -> None:
    sari = surveyor(world)
    fill(sari)
    sari.presses("Ubah")
    sari.presses("Foto")
    sari.presses("Hapus semua foto")
    assert missing_of(world, sari) == ["front"]
    assert "tampak DEPAN" in sari.last.text
    snap(sari, "atap")
    assert asking(world, sari) == "photos"
    snap(sari, "depan")
    sari.presses("Simpan")
    assert newest(world).code == "PML-0001"


def test_a_required_photo_found_bad_opens_the_question_and_holds_up_saving(world: World) -> None:
    require(world, K.FRONT, K.ROOF)
    sari = surveyor(world)
    fill(sari, until="photos")
    snap(sari, "depan")
    world.file_problem = "not_image"
    snap(sari, "atap")
    assert "tidak bisa dibuka" in sari.last.text
    assert missing_of(world, sari) == ["roof"]
    world.file_problem = None
    snap(sari, "atap")
    for key in ("roof", "floor", "wall", "occupants", "area"):
        if asking(world, sari) == key:
            STEPS[key](sari)
    assert asking(world, sari) is None, "the summary"
    summary, version = sari.last, int(sari.last.data("Simpan").rsplit(":", 1)[1], 36)
    world.file_problem = "too_small"
    sari.presses("Ubah")
    sari.presses("Foto")
    sari.presses("Hapus semua foto")
    world.file_problem = None
    sari.presses_data(Save(1, version).pack(), summary)
    assert asking(world, sari) == "photos"
    assert missing_of(world, sari) == ["front", "roof"]


def test_a_correction_begins_with_what_is_missing_now(world: World) -> None:
    sari, vera = surveyor(world), verifier(world)
    register(sari)
    require(world, K.FRONT, K.ROOF)
    vera.presses("Buka PML-0001")
    vera.presses("Kembalikan")
    for label in ("Foto", "Lanjut"):
        if any(label in one for one in vera.card.buttons):
            vera.presses(label)
    vera.says("Foto atap belum ada")
    sari.presses("Perbaiki")
    assert missing_of(world, sari) == ["roof"]
    snap(sari, "atap")
    assert missing_of(world, sari) == []


def test_more_photos_of_a_house_name_what_is_missing_there(world: World) -> None:
    require(world, K.FRONT, K.ROOF)
    sari = surveyor(world)
    fill(sari, until="photos")
    snap(sari, "depan")
    snap(sari, "atap")
    for key in ("roof", "floor", "wall", "occupants", "area"):
        STEPS[key](sari)
    sari.presses("Simpan")
    require(world, K.FRONT, K.ROOF, K.FLOOR)
    sari.says("/start PML-0001")
    sari.presses("Tambah foto")
    assert "LANTAI" in sari.card.text
    snap(sari)
    sari.presses("Simpan")
    assert kinds_of(world) == [K.FRONT, K.ROOF, K.FLOOR]
    assert world.store.run(lambda session: photos.count_of_house(session, 1)) == 3


def test_the_album_is_in_the_order_of_the_kinds_and_each_picture_says_its_own(world: World) -> None:
    sari, vera = surveyor(world), verifier(world)
    fill(sari, until="photos")
    for caption in ("atap", "rumah Bu <Contoh>", "kamar mandi", "depan"):
        snap(sari, caption)
    for key in ("roof", "floor", "wall", "occupants", "area"):
        STEPS[key](sari)
    sari.presses("Simpan")
    vera.says("/start PML-0001")
    shown = vera.last.params["media"]
    assert [one.get("caption") for one in shown] == ["PML-0001 · Tampak depan", "Atap", "Kamar mandi", None]
    assert vera.last.params["protect_content"]


def test_twelve_photos_show_one_of_each_kind_and_the_newest(world: World) -> None:
    sari, vera = surveyor(world), verifier(world)
    fill(sari, until="photos")
    for caption in ("depan", "atap", *["lainnya"] * 11):
        snap(sari, caption)
    for key in ("roof", "floor", "wall", "occupants", "area"):
        STEPS[key](sari)
    sari.presses("Simpan")
    vera.says("/start PML-0001")
    shown = [one["caption"] for one in vera.last.params["media"]]
    assert shown == ["PML-0001 · Tampak depan", "Atap", *["Lainnya"] * 8]


HEIC = {"file_id": "h", "file_unique_id": "h", "file_name": "IMG_1.HEIC", "mime_type": "application/octet-stream"}


@pytest.mark.parametrize("document", [
    HEIC, HEIC | {"file_name": "a.jpeg"}, {"file_id": "h", "file_unique_id": "h", "file_name": "x.heif"},
    HEIC | {"mime_type": "image/heic", "file_name": "x"},
])
def test_pictures_sent_as_files_are_known_by_type_or_name(world: World, document: dict[str, str]) -> None:
    sari = surveyor(world)
    fill(sari, until="photos")
    sari.sends(document=document, caption="atap")
    sari.sends(document=document | {"file_unique_id": "i"})
    assert kinds_of(world) == [K.ROOF, K.FRONT]


@pytest.mark.parametrize(("content", "word"), [
    ({"document": HEIC | {"file_name": "surat.pdf", "mime_type": "application/pdf"}}, "bukan foto"),
    ({"document": HEIC | {"file_name": "foto.zip"}}, "bukan foto"),
    ({"document": HEIC | {"file_name": "foto.jpg", "mime_type": "application/zip"}}, "bukan foto"),
    ({"document": HEIC | {"file_size": 21 * 2**20}}, "20 MB"),
    ({"video": {"file_id": "v", "file_unique_id": "v", "width": 9, "height": 9, "duration": 3}}, "Video"),
    ({"animation": {"file_id": "v", "file_unique_id": "v", "width": 9, "height": 9, "duration": 3}}, "Video"),
])
def test_what_is_no_picture_is_told_what_to_do(world: World, content: dict[str, dict[str, object]], word: str) -> None:
    sari = surveyor(world)
    fill(sari, until="photos")
    before = answers(world, sari)
    sari.sends(**content)
    assert word in sari.last.text
    assert "foto" in sari.last.text
    assert "tampak DEPAN" in sari.last.text, "the question comes again"
    assert answers(world, sari) == before
