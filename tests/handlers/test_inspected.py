"""What a verifier sees of finished work: each view before and after, and what speaks against it."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, select

from storage import photos, progress
from storage.houses import House
from storage.photos import Photo, PhotoKind
from storage.reused import reused
from tests.handlers.stage import Stage, finish, report
from tests.world import Seen

FRONT, ROOF = PhotoKind.FRONT, PhotoKind.ROOF
TELLING = "0f1e2d3c4b5a6978"


def _finished(stage: Stage, code: str, *uniques: str, place: tuple[float, float] = (-6.34, 106.73)) -> Seen:
    """The rep sends these files as proof; the verifier's card."""
    report(stage.budi, code)
    stage.budi.presses("Laporkan selesai")
    for unique in uniques:
        stage.budi.photo(unique=unique)
    stage.budi.pin(*place)
    stage.budi.presses("Lewati")
    stage.budi.presses("Kirim ke verifikator")
    stage.vera.presses("Periksa")
    return stage.vera.card


def _captions(one: Seen) -> list[str]:
    media: list[dict[str, Any]] = one.params.get("media", [one.params])
    return [item["caption"] for item in media]


def test_before_and_after_stand_side_by_side_view_by_view(stage: Stage, code: str) -> None:
    stage.photographed(code, FRONT, ROOF)
    card = _finished(stage, code, "f", "r")
    albums = [one for one in stage.vera.seen if one.id > card.id]
    assert [one.method for one in albums] == ["sendMediaGroup", "sendMediaGroup"]
    assert [_captions(one) for one in albums] == [["Sebelum · depan", "Sesudah · depan"],
                                                  ["Sebelum · atap", "Sesudah · atap"]]
    assert all(one.params["protect_content"] for one in albums)
    assert "Dilaporkan 0 m dari pin rumah" in card.text
    assert "⚠️" not in card.text
    assert {"✅ Konfirmasi selesai", "↩️ Belum selesai"} <= set(card.buttons)


def test_far_from_the_pin(stage: Stage, code: str) -> None:
    card = _finished(stage, code, "f", place=(-6.35, 106.73))
    assert "⚠️ Dilaporkan 1,1 km dari pin rumah" in card.text


def test_the_picture_of_before_sent_as_that_of_after(stage: Stage, code: str) -> None:
    stage.photographed(code, FRONT, ROOF, uniques=("one", "two"))
    card = _finished(stage, code, "new", "two")
    assert "sama dengan foto rumah ini sebelum dikerjakan" in card.text


def test_a_picture_of_an_earlier_report_and_of_other_houses(stage: Stage) -> None:
    first, second, third = stage.houses(3)
    quota = stage.quota("Baznas")
    for one in (first, second):
        stage.claimed(one, quota)
    stage.photographed(third, FRONT, uniques=("waiting",))
    _finished(stage, first, "theirs")
    stage.budi.says("/progres")
    stage.budi.presses(second)
    stage.budi.presses("Laporkan progres")
    stage.budi.says("40")
    stage.budi.presses("Lewati")
    stage.budi.photo(unique="work")
    for _ in range(2):
        stage.budi.presses("Lewati")
    stage.budi.presses("Simpan")
    stage.budi.presses("Laporkan selesai")
    for unique in ("theirs", "work", "waiting"):
        stage.budi.photo(caption="depan", unique=unique)
        if unique != "waiting":
            stage.budi.presses("Kembali")
    stage.budi.pin()
    stage.budi.presses("Lewati")
    stage.budi.presses("Kirim ke verifikator")
    stage.vera.presses("Periksa")
    card = stage.vera.card.text
    assert f"sama dengan foto rumah lain: {first}, {third}" in card
    assert "sama dengan foto laporan 40%" in card
    assert "sebelum dikerjakan" not in card


def _likened(session: Session, unique: str, likeness: str) -> None:
    photo = session.exec(select(Photo).where(Photo.file_unique_id == unique)).one()
    photos.fetched(session, photo.id or 0, key=photo.key or "k", width=9, height=9, likeness=likeness)


def test_a_picture_saved_anew_is_found_by_its_likeness_once_that_is_known(stage: Stage, code: str) -> None:
    other = stage.houses(1)[0]
    stage.photographed(other, FRONT, uniques=("old",))
    stage.store.run(lambda session: _likened(session, "old", TELLING))
    card = _finished(stage, code, "again")
    assert other not in card.text
    stage.store.run(lambda session: _likened(session, "again", f"{int(TELLING, 16) ^ 0b11:016x}"))
    stage.vera.says("/verifikasi")
    stage.vera.presses("Pekerjaan selesai")
    assert f"sama dengan foto rumah lain: {other}" in stage.vera.card.text


def test_sample_houses_and_a_report_of_the_finished_work_are_no_reuse(stage: Stage, code: str) -> None:
    sample = stage.houses(1)[0]
    stage.photographed(sample, FRONT, uniques=("alike",))

    def mark(session: Session) -> None:
        session.exec(select(House).where(House.code == sample)).one().sample = True

    stage.store.run(mark)
    report(stage.budi, code, "100")
    own = stage.rows(Photo)[-1]
    stage.budi.presses("Laporkan selesai")
    for unique in ("alike", own.file_unique_id):
        stage.budi.photo(unique=unique)
    stage.budi.pin()
    stage.budi.presses("Lewati")
    stage.budi.presses("Kirim ke verifikator")
    said = stage.store.run(lambda session: progress.last_finish(session, 1))
    assert said is not None
    house_id, report_id = stage.house(code).id or 0, said.id or 0
    found = stage.store.run(lambda session: reused(
        session, house_id, [one.id or 0 for one in progress.photos_at(session, report_id)]))
    assert (found.before, found.reports, found.codes) == (False, (), ())


def test_work_reported_without_a_photo_of_each_view_shows_what_there_is(stage: Stage, code: str) -> None:
    stage.photographed(code, FRONT)
    report(stage.budi, code, "70", photos=2)
    claim = stage.held(code)
    stage.store.run(lambda session: progress.report_finished(session, claim.id or 0, stage.world.now, by=4))
    stage.vera.says("/verifikasi")
    stage.vera.presses("Pekerjaan selesai")
    assert [one.method for one in stage.vera.seen[-3:]] == ["sendMessage", "sendPhoto", "sendMediaGroup"]
    assert "dari pin rumah" not in stage.vera.card.text


def test_sent_back_and_reported_again_shows_the_newest_proof(stage: Stage, code: str) -> None:
    stage.photographed(code, FRONT)
    _finished(stage, code, "first")
    stage.vera.presses("Belum selesai")
    stage.vera.says("Cat belum rata")
    finish(stage.budi, code)
    stage.vera.presses("Periksa")
    shown = stage.vera.last.params["media"][1]["media"]
    newest = stage.rows(Photo)[-1]
    assert shown == {"_file": newest.key}


def test_opened_by_its_code_the_way_to_the_proof_is_there_while_it_waits(stage: Stage, code: str) -> None:
    stage.photographed(code, FRONT)
    report(stage.budi, code)
    stage.vera.says(code)
    assert "Periksa pekerjaan" not in str(stage.vera.card.buttons), "the work goes on"
    finish(stage.budi, code)
    stage.vera.says(code)
    stage.vera.presses("Periksa pekerjaan")
    assert "✅ Konfirmasi selesai" in stage.vera.card.buttons
    stage.vera.presses("Konfirmasi selesai")
    stage.vera.says(code)
    assert "Periksa pekerjaan" not in str(stage.vera.card.buttons)
