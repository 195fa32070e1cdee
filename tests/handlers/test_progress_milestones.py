"""Photos at the milestones of the work, what holds it up, and figures that were reported wrong."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from handlers.progress import buttons
from storage import progress
from storage.progress import Obstacle, Progress
from tests.handlers.stage import Stage, finish, report


def _begins(stage: Stage, code: str, physical: str) -> None:
    """The rep reports so many percent; the photo is asked for now."""
    stage.budi.says("/progres")
    stage.budi.presses(code)
    stage.budi.presses("Laporkan progres")
    stage.budi.says(physical)
    stage.budi.presses("Lewati")


def _marks(stage: Stage, code: str) -> dict[int, bool]:
    claim = stage.held(code)
    return stage.store.run(lambda session: progress.milestones(session, claim.id or 0, stage.world.runtime.rules))


def test_a_photo_is_due_where_a_milestone_is_reached_and_else_not(stage: Stage, code: str) -> None:
    budi = stage.budi
    _begins(stage, code, "10")
    assert "Foto tahap 0%" in budi.last.text
    assert "Lewati" not in budi.last.buttons
    budi.says("tidak ada")
    assert "diperlukan foto" in budi.last.text
    budi.photo()
    for _ in range(2):
        budi.presses("Lewati")
    budi.presses("Simpan")
    assert "Foto tahap: 0% ✓ · 30% – · 70% – · 100% –" in budi.last.text

    report(budi, code, "20", photos=0)
    assert "Fisik 20%" in budi.last.text
    assert "Foto pekerjaan: 1" in budi.last.text

    _begins(stage, code, "75")
    assert "Foto tahap 70%" in budi.last.text, "the greatest one that is reached"
    budi.photo()
    for _ in range(2):
        budi.presses("Lewati")
    budi.presses("Simpan")
    assert _marks(stage, code) == {0: True, 30: False, 70: True, 100: False}
    report(budi, code, "100")
    assert "Foto tahap: 0% ✓ · 30% – · 70% ✓ · 100% ✓" in budi.last.text


def test_a_skipped_photo_is_asked_for_again_where_the_percent_is_changed_to_a_milestone(
    stage: Stage, code: str
) -> None:
    budi = stage.budi
    report(budi, code, "10")
    _begins(stage, code, "20")
    assert "Ada foto pekerjaan" in budi.last.text
    for _ in range(3):
        budi.presses("Lewati")
    budi.presses("Ubah")
    budi.presses("Fisik")
    budi.says("30")
    assert "Foto tahap 30%" in budi.last.text
    assert "Simpan" not in str(budi.last.buttons)
    budi.photo()
    budi.presses("Simpan")
    assert stage.held(code).physical == 30


def test_a_city_asks_for_photos_at_its_own_milestones(stage: Stage, code: str) -> None:
    stage.world.runtime.rules = replace(stage.world.runtime.rules, milestones=(50,))
    report(stage.budi, code, "40", photos=0)
    assert "Foto tahap: 50% –" in stage.budi.last.text
    _begins(stage, code, "50")
    assert "Foto tahap 50%" in stage.budi.last.text
    stage.world.runtime.rules = replace(stage.world.runtime.rules, milestones=())
    stage.budi.says("/progres")
    stage.budi.presses(code)
    assert "Foto tahap" not in stage.budi.last.text


def test_a_photo_that_cannot_be_read_is_asked_for_again(stage: Stage, code: str) -> None:
    budi = stage.budi
    _begins(stage, code, "30")
    stage.world.file_problem = "not_image"
    budi.photo()
    stage.world.file_problem = None
    assert "Mohon kirim foto lain" in budi.last.text
    budi.presses("Lanjutkan")
    budi.presses("Lewati")
    assert "Foto tahap 30%" in budi.last.text
    budi.photo()
    budi.presses("Lewati")
    budi.presses("Simpan")
    assert _marks(stage, code)[30]


def test_what_holds_the_work_up_is_chosen_typed_or_skipped(stage: Stage, code: str) -> None:
    budi = stage.budi
    _begins(stage, code, "30")
    budi.photo()
    assert "Ada kendala" in budi.last.text
    budi.says("banjir")
    assert "pilih salah satu tombol" in budi.last.text
    budi.says("cuaca")
    assert "✓ Kendala: Cuaca" in budi.last.text
    budi.presses("Lewati")
    budi.presses("Simpan")
    assert "Kendala: Cuaca" in budi.last.text
    assert stage.rows(Progress)[0].obstacle == Obstacle.WEATHER
    report(budi, code, "40", photos=0)
    assert "Kendala" not in budi.last.text, "it was reported as gone"


def test_wrong_figures_are_corrected_with_a_reason_and_stay_in_the_history(stage: Stage, code: str) -> None:
    budi = stage.budi
    report(budi, code, "70")
    budi.presses("Laporkan progres")
    budi.says("40")
    assert "tekan Koreksi angka" in budi.last.text
    budi.presses("Koreksi angka")
    assert "berapa persen fisik yang benar? Tercatat 70%" in budi.last.text
    budi.says("empat puluh satu ribu")
    budi.says("40")
    budi.presses("10%")
    assert "Mengapa angka" in budi.last.text
    budi.says("x")
    assert "3 sampai 500" in budi.last.text
    budi.says("salah ketik")
    card = budi.last
    budi.presses("Simpan")
    for words in ("✓ Angka dikoreksi", "Fisik 40% · keuangan 10%", "Catatan: salah ketik"):
        assert words in card.text
    assert "Laporan progres masih terbuka" in budi.last.text
    assert [(row.physical, row.corrects) for row in stage.rows(Progress)] == [(70, False), (40, True)]
    assert _marks(stage, code) == {0: False, 30: True, 70: False, 100: False}, "that photo showed no 70%"


def test_nothing_to_correct(stage: Stage, code: str) -> None:
    budi = stage.budi
    budi.says("/progres")
    budi.presses(code)
    assert "Koreksi angka" not in budi.last.buttons, "nothing is reported yet"
    claim = stage.held(code)
    budi.presses_data(buttons.Fix(claim.id or 0, claim.version).pack(), budi.last)
    assert "belum dimulai" in budi.toast
    report(budi, code, "30")
    budi.presses("Koreksi angka")
    budi.says("30")
    budi.says("0")
    budi.says("coba")
    budi.presses("Simpan")
    assert "Angkanya sama" in budi.toast
    budi.presses("Ubah")
    budi.presses("Fisik")
    budi.says("20")
    budi.presses("Simpan")
    assert stage.held(code).physical == 20
    finish(budi, code)
    claim = stage.held(code)
    budi.presses_data(buttons.Fix(claim.id or 0, claim.version).pack(), budi.last)
    assert "menunggu verifikator" in budi.toast


def test_photos_of_work_that_was_sent_back_show_no_finished_work(stage: Stage, code: str) -> None:
    report(stage.budi, code, "40")
    finish(stage.budi, code)
    assert _marks(stage, code) == {0: False, 30: True, 70: False, 100: True}
    claim = stage.held(code)

    def back(session: Session) -> None:
        progress.send_back(session, claim.id or 0, "belum", stage.world.now, by=1)

    stage.store.run(back)
    assert _marks(stage, code) == {0: False, 30: True, 70: False, 100: False}
