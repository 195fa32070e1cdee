"""Finished work is reported with a photo of each view that the house was registered with, and from the house."""

from __future__ import annotations

import pytest
from sqlmodel import Session, delete

from storage import drafts, progress
from storage.households import Household
from storage.photos import Photo, PhotoKind, PhotoPurpose
from storage.progress import Progress, ProgressKind
from tests.handlers.stage import Stage, report

FRONT, ROOF, WALL, OTHER = PhotoKind.FRONT, PhotoKind.ROOF, PhotoKind.WALL, PhotoKind.OTHER


def _begins(stage: Stage, code: str, *kinds: PhotoKind | None) -> None:
    stage.photographed(code, *kinds)
    report(stage.budi, code)
    stage.budi.presses("Laporkan selesai")


def _after(stage: Stage) -> list[tuple[PhotoKind | None, str]]:
    """Photos of the finished work that count: what they show, and their file."""
    found = stage.store.run(lambda session: progress.last_finish(session, 1))
    assert found is not None
    return [(photo.kind, photo.file_unique_id) for photo in stage.store.run(
        lambda session: progress.photos_at(session, found.id or 0))]


def test_each_view_is_asked_for_with_its_picture_of_before_below(stage: Stage, code: str) -> None:
    _begins(stage, code, FRONT, ROOF, WALL, ROOF, None)
    budi = stage.budi
    befores = {photo.kind: photo.key for photo in stage.rows(Photo) if photo.purpose == PhotoPurpose.REGISTRATION}
    for number, (kind, words) in enumerate(
        ((FRONT, "tampak depan"), (ROOF, "atap"), (WALL, "dinding"), (OTHER, "bagian lain")), 1
    ):
        assert f"{number}/6" in budi.card.text
        assert f"kirim foto {words}. Ambil dari sudut yang sama" in budi.card.text
        picture = budi.last
        assert (picture.method, picture.params["protect_content"]) == ("sendPhoto", True)
        assert picture.params["photo"] == {"_file": befores[None if kind == OTHER else kind]}, "the newest one of it"
        assert picture.text.startswith("Sebelum · ")
        budi.photo(unique=f"after-{kind}")
    assert "kirim lokasi dari rumah" in budi.last.text
    budi.pin(-6.34, 106.7305)
    assert "55 m dari pin rumah" in budi.last.text
    budi.says("Sudah dicat")
    assert "Sudah benar? Tekan Kirim ke verifikator." in budi.last.text
    assert "✅ Kirim ke verifikator" in budi.last.buttons
    assert stage.held(code).finish_reported_at is None
    budi.presses("Kirim ke verifikator")
    assert _after(stage) == [(kind, f"after-{kind}") for kind in (FRONT, ROOF, WALL, OTHER)]
    row = next(one for one in stage.rows(Progress) if one.kind == ProgressKind.FINISH)
    assert (row.pin_metres, row.note, row.physical) == (55, "Sudah dicat", 100)
    assert "106.7305" not in str(stage.rows(Progress)), "only the distance is kept"
    assert "100% ✓" in budi.last.text


def test_photos_in_another_order_and_by_their_captions(stage: Stage, code: str) -> None:
    _begins(stage, code, FRONT, ROOF, WALL)
    budi = stage.budi
    budi.photo(caption="dinding", unique="w")
    assert "1/5" in budi.card.text
    assert "tampak depan" in budi.card.text, "the open question is asked again"
    budi.pin()
    budi.photo(caption="rumah Bu Contoh", unique="f")
    assert "kirim foto atap" in budi.card.text
    budi.photo(unique="r")
    budi.presses("Lewati")
    budi.photo(unique="more")
    assert "sudah ada" in budi.last.text
    budi.presses("Ubah")
    budi.presses("Foto atap")
    budi.photo(unique="r2")
    assert "Foto atap: 2 foto" in budi.last.text
    budi.presses("Ubah")
    budi.presses("Foto depan")
    budi.presses("Hapus semua foto")
    budi.photo(unique="f2")
    budi.presses("Kirim ke verifikator")
    assert _after(stage) == [(WALL, "w"), (ROOF, "r"), (ROOF, "r2"), (FRONT, "f2")]


def test_one_picture_cannot_stand_for_two_views(stage: Stage, code: str) -> None:
    _begins(stage, code, FRONT, ROOF)
    stage.budi.photo(unique="same")
    stage.budi.photo(unique="same")
    assert "sudah dipakai untuk bagian lain" in stage.budi.card.text
    assert "kirim foto atap" in stage.budi.card.text


def test_an_album_answers_view_after_view_and_only_the_open_one_shows_its_before(stage: Stage, code: str) -> None:
    _begins(stage, code, FRONT, ROOF, WALL)
    seen = len(stage.budi.seen)
    with stage.world.gap():
        stage.budi.photo()
        stage.budi.photo()
    new = stage.budi.seen[seen:]
    assert [one.method for one in new] == ["sendMessage", "sendPhoto"]
    assert new[1].text == "Sebelum · dinding"


def test_a_photo_that_cannot_be_read_is_asked_for_again(stage: Stage, code: str) -> None:
    _begins(stage, code, FRONT, ROOF)
    budi = stage.budi
    budi.photo(unique="good")
    stage.world.file_problem = "not_image"
    budi.photo(unique="bad")
    stage.world.file_problem = None
    assert "Mohon kirim foto lain" in budi.last.text
    budi.pin()
    assert "kirim foto atap" in budi.card.text
    budi.photo(unique="better")
    budi.presses("Lewati")
    budi.presses("Kirim ke verifikator")
    assert _after(stage) == [(FRONT, "good"), (ROOF, "better")]


@pytest.mark.parametrize("content", [
    {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 1}},
    {"document": {"file_id": "p", "file_unique_id": "p", "file_name": "foto.pdf", "mime_type": "application/pdf"}},
])
def test_what_is_no_photo_is_refused_and_the_picture_not_sent_again(
    stage: Stage, code: str, content: dict[str, object]
) -> None:
    _begins(stage, code, FRONT)
    seen = len(stage.budi.seen)
    stage.budi.sends(**content)
    new = stage.budi.seen[seen:]
    assert [one.method for one in new] == ["sendMessage"]
    assert "foto" in new[0].text
    assert "Batal" in new[0].buttons
    assert stage.held(code).finish_reported_at is None


def test_a_house_without_photos_needs_one_of_the_front(stage: Stage, code: str) -> None:
    _begins(stage, code)
    budi = stage.budi
    assert "1/3" in budi.last.text
    assert "kirim foto tampak depan." in budi.last.text
    assert "sudut yang sama" not in budi.last.text
    budi.photo(unique="only")
    budi.says("jl. contoh")
    assert "diperlukan lokasi" in budi.last.text
    budi.pin()
    budi.presses("Lewati")
    budi.presses("Kirim ke verifikator")
    assert _after(stage) == [(FRONT, "only")]


def test_without_the_familys_data_there_is_no_distance(stage: Stage, code: str) -> None:
    _begins(stage, code)
    stage.budi.photo()
    stage.store.run(lambda session: session.exec(delete(Household)))
    stage.budi.pin()
    assert "✓ Lokasi: diterima" in stage.budi.last.text
    stage.budi.presses("Lewati")
    stage.budi.presses("Kirim ke verifikator")
    assert stage.rows(Progress)[-1].pin_metres is None


def test_the_place_is_forgotten_with_the_form(stage: Stage, code: str) -> None:
    _begins(stage, code)
    stage.budi.pin()
    stage.budi.presses("Batal")
    stage.budi.presses("Ya, hapus")

    def left(session: Session) -> list[object]:
        return [drafts.read(session, one) for one in drafts.of_person(session, 4)]

    assert stage.store.run(left) == []
    assert "Buka klaim" in stage.budi.last.buttons
