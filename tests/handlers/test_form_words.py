"""Lewati, Kembali and Batal, typed instead of pressed."""

from __future__ import annotations

from storage.drafts import Draft
from storage.progress import Progress
from storage.requests import Answer
from tests.builders import CITRA, JUTA
from tests.handlers.house_steps import STEPS, answers, asking, fill, surveyor
from tests.handlers.stage import Stage
from tests.handlers.transfer_steps import ask_for, requests
from tests.world import World


def test_an_optional_question_is_skipped_in_words(stage: Stage, code: str) -> None:
    budi = stage.budi
    budi.says("/progres")
    budi.presses(code)
    budi.presses("Laporkan progres")
    budi.says("lewati")
    assert "perlu dijawab, jadi belum bisa dilewati" in budi.last.text, "how far the work is must be said"
    assert "Contoh" in budi.last.text, "with the example as usual"
    budi.says("30")
    budi.says("lewati")
    assert "3/5" in budi.last.text
    budi.says("kembali")
    assert "2/5" in budi.last.text
    budi.says("Lewati!")
    budi.says("-")
    assert "Di sini diperlukan foto" in budi.last.text, "a photo of this milestone"
    budi.photo()
    for word in ("–", "skip"):
        budi.says(word)
    budi.presses("Simpan")
    assert [(one.financial, one.obstacle, one.note) for one in stage.rows(Progress)] == [(0, None, None)]
    assert stage.held(code).physical == 30


def test_words_in_the_language_of_whoever_types_and_in_the_other(stage: Stage) -> None:
    quota = stage.quota("PT Contoh Sejahtera", units=5, ceiling=500 * JUTA)
    code = stage.houses(1)[0]
    stage.claimed(code, quota, CITRA)
    citra = stage.citra
    citra.says(code)
    citra.presses("Report progress")
    citra.says("skip")
    assert "needs an answer" in citra.last.text
    citra.says("40")
    citra.says("Skip")
    citra.photo()
    for word in ("lewati", "skip it"):
        citra.says(word)
    assert "Save" in str(citra.last.buttons)
    citra.says("cancel")
    assert "Yes, delete" in str(citra.last.buttons), "what was typed is not thrown away unasked"
    citra.presses("No, go on")
    citra.presses("Save")
    assert stage.held(code).physical == 40


def test_required_questions_say_so_and_keep_the_draft(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="consent")
    for key, step in STEPS.items():
        before = answers(world, sari)
        for word in ("lewati", "Lewati."):
            sari.says(word)
            assert "perlu dijawab" in sari.last.text, (key, word)
            assert (answers(world, sari), asking(world, sari)) == (before, key)
        if key == "kecamatan":
            sari.says("Kembali")
            assert asking(world, sari) == "pin"
            sari.says("lewati")
            assert asking(world, sari) == "kecamatan", "what is answered stays"
            assert answers(world, sari) == before
        step(sari)
    sari.says("batal")
    sari.presses("Ya, hapus")
    assert answers(world, sari) is None


def test_back_where_nothing_lies_before_asks_whether_to_leave(stage: Stage, code: str) -> None:
    """It is no note: a request would be declined with it, and nobody could take that back."""
    stage.quota("DPKPP")
    ask_for(stage.dani, code)
    budi = stage.budi
    budi.presses("Tolak")
    for word in ("kembali", "Back"):
        budi.says(word)
        assert "Hapus isian" in budi.last.text
        budi.presses("Tidak, lanjutkan")
    assert requests(stage)[0].state == Answer.PENDING
    budi.says("Kembali ke rencana awal")
    assert requests(stage)[0].note == "Kembali ke rencana awal"


def test_free_text_that_holds_such_a_word_is_an_answer(stage: Stage, code: str) -> None:
    budi = stage.budi
    budi.says(code)
    budi.presses("Minta tanggal baru")
    budi.says("batal")
    budi.presses("Tidak, lanjutkan")
    budi.says("15 April")
    for said in ("batal", "Batal."):
        budi.says(said)
        assert "Hapus isian" in budi.last.text
        budi.presses("Tidak, lanjutkan")
    budi.says("Batal dikerjakan minggu ini, tukang kembali ke kampung")
    assert stage.rows(Draft) == []
    assert "Batal dikerjakan minggu ini" in stage.admin.last.text
