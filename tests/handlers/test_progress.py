"""/progres: reports with photos, from the first percent to the handover."""

from __future__ import annotations

import pytest

from handlers.progress import buttons
from storage import claims
from storage.photos import Photo
from storage.progress import Progress, ProgressKind
from storage.shown import Shown
from tests.handlers.stage import Stage, finish, report


def test_the_whole_road(stage: Stage, code: str) -> None:
    budi, vera, sari = stage.budi, stage.vera, stage.sari
    budi.says("/progres")
    assert "• 1 belum dimulai" in budi.last.text
    budi.presses(code)
    assert "Fisik 0% · keuangan 0%" in budi.last.text
    budi.presses("Laporkan progres")
    budi.presses("30%")
    budi.says("20,5 %")
    assert "✓ Keuangan: 20%" in budi.last.text
    assert "Foto tahap 0%" not in budi.last.text
    assert "Foto tahap 30%" in budi.last.text
    budi.photo()
    budi.photo()
    budi.presses("Bahan bangunan")
    budi.says("Pondasi <b>selesai</b>")
    assert "Catatan: Pondasi <b>selesai</b>" in budi.last.text
    budi.presses("Simpan")
    assert "✓ Laporan tersimpan" in budi.last.text
    assert "Fisik 30% · keuangan 20%" in budi.last.text
    assert "Foto pekerjaan: 2" in budi.last.text
    assert "Kendala: Bahan bangunan" in budi.last.text
    assert "Foto tahap: 0% – · 30% ✓ · 70% – · 100% –" in budi.last.text
    assert stage.state(code) == "in_progress"
    assert f"Rumah {code} (Bambu Apus, Pamulang) yang Bapak/Ibu data mulai dikerjakan oleh Baznas" in sari.last.text
    row = stage.rows(Progress)[0]
    assert [photo.progress_id for photo in stage.rows(Photo)] == [row.id, row.id]
    budi.presses("Foto pekerjaan")
    assert [one.method for one in budi.seen[-2:]] == ["sendMessage", "sendMediaGroup"]
    assert budi.last.params["protect_content"] is True

    finish(budi, code)
    assert stage.state(code) == "in_progress", "until a verifier confirms it"
    assert f"melaporkan pekerjaan {code} selesai" in vera.last.text
    vera.presses("Periksa")
    assert [one.method for one in vera.seen[-2:]] == ["sendMessage", "sendPhoto"], "no picture holds back a text"
    assert vera.last.text == "Sesudah · depan"
    assert "Kendala: Bahan bangunan" in vera.card.text
    assert "Dilaporkan 0 m dari pin rumah" in vera.card.text
    vera.presses("Konfirmasi selesai")
    assert stage.state(code) == "finished"
    assert "Langkah berikutnya: serah terima" in budi.last.text
    assert "yang Bapak/Ibu data sudah selesai dikerjakan oleh Baznas" in sari.last.text

    budi.presses("Buka klaim")
    budi.presses("Lihat data keluarga")
    family = budi.last
    budi.says("/progres")
    assert "• 1 siap serah terima" in budi.last.text
    budi.presses(code)
    assert "Kendala" not in budi.last.text, "nothing holds up what is done"
    budi.presses("Buat BAST")
    budi.says("48,5 juta")
    assert "biaya nyata Rp48.500.000" in budi.last.text
    assert "Rp1.500.000 kembali ke kuota" in budi.last.text
    budi.presses("Ya, buat BAST")
    assert stage.state(code) == "finished", "until it comes back signed"
    assert "✓ BAST dibuat" in budi.card.text
    assert "sudah ditarik" not in family.text
    budi.presses("Kirim BAST bertanda tangan")
    budi.photo()
    assert "Biaya nyata menurut BAST: Rp48.500.000" in budi.last.text
    budi.presses("Serah terima")
    assert stage.state(code) == "handed_over"
    assert "Biaya nyata: Rp48.500.000" in budi.last.text
    assert f"{code} sudah diserahterimakan oleh Baznas. Biaya nyata: Rp48.500.000" in stage.admin.last.text
    assert "yang Bapak/Ibu data sudah diserahterimakan oleh Baznas" in sari.last.text
    claim = stage.held(code)
    assert (claim.real_cost, claim.physical, claim.financial) == (48_500_000, 100, 100)
    assert "sudah ditarik" in family.text
    assert all(row.closed_at for row in stage.rows(Shown))


def test_wrong_order(stage: Stage, code: str) -> None:
    claim = stage.held(code)
    budi = stage.budi
    budi.says("/progres")
    for button, said in (
        (buttons.Finish(claim.id or 0, claim.version, 1), "belum dimulai"),
        (buttons.HandOver(claim.id or 0, claim.version), "belum dikonfirmasi selesai"),
    ):
        budi.presses_data(button.pack(), budi.last)
        assert said in budi.toast
    stage.vera.says("/verifikasi")
    stage.vera.presses_data(buttons.Confirm(claim.id or 0, claim.version).pack(), stage.vera.last)
    assert "sudah diputuskan" in stage.vera.toast
    report(budi, code)
    claim = stage.held(code)
    budi.presses_data(buttons.HandOver(claim.id or 0, claim.version).pack(), budi.last)
    assert "belum dikonfirmasi selesai" in budi.toast
    assert stage.state(code) == "in_progress"


def test_old_buttons_and_double_taps(stage: Stage, code: str) -> None:
    budi = stage.budi
    budi.says("/progres")
    budi.presses(code)
    old = budi.last
    data = old.data("Laporkan progres")
    report(budi, code)
    budi.presses_data(data, old)
    assert "berubah sejak" in budi.toast
    assert "Fisik 30%" in old.text, "the old card shows what is true now"
    saved = budi.last
    save = list(stage.rows(Progress))
    claim = stage.held(code)
    budi.presses_data(buttons.Finish(claim.id or 0, claim.version, 1).pack(), budi.last)
    assert "mohon kirim foto tampak depan" in budi.last.text, "a button from before asks for the proof, too"
    budi.photo()
    budi.pin()
    budi.presses("Lewati")
    sure = budi.last
    yes = sure.data("Kirim ke verifikator")
    budi.presses_data(yes, sure)
    budi.presses_data(yes, sure)
    assert len(stage.rows(Progress)) == len(save) + 1
    assert saved is not None
    vera = stage.vera
    told = [one for one in vera.seen if "melaporkan pekerjaan" in one.text]
    assert len(told) == 1
    vera.presses("Periksa")
    card = vera.card
    confirm, not_yet = card.data("Konfirmasi"), card.data("Belum selesai")
    vera.presses_data(confirm, card)
    for again in (confirm, not_yet):
        vera.presses_data(again, card)
        assert "sudah diputuskan" in vera.toast
    assert len([one for one in stage.rows(Progress) if one.kind == ProgressKind.CONFIRM]) == 1
    vera.presses("Periksa", on=told[0])
    assert "Konfirmasi" not in str(vera.last.buttons)


@pytest.mark.parametrize("typed", ["dua", "101", "-1", "20", "x" * 4000, "<b>50</b>", "1.2.3"])
def test_percents_that_cannot_be(stage: Stage, code: str, typed: str) -> None:
    report(stage.budi, code, "30")
    stage.budi.says("/progres")
    stage.budi.presses(code)
    stage.budi.presses("Laporkan progres")
    assert "10%" not in stage.budi.last.buttons, "the figures cannot go down"
    stage.budi.says(typed)
    assert "Batal" in stage.budi.last.buttons
    stage.budi.says("٧٠")
    assert "✓ Fisik: 70%" in stage.budi.last.text
    assert stage.held(code).physical == 30


def test_a_photo_is_needed_and_comes_in_any_order(stage: Stage, code: str) -> None:
    budi = stage.budi
    budi.says("/progres")
    budi.presses(code)
    budi.presses("Laporkan progres")
    budi.photo(unique="same")
    budi.photo(unique="same")
    assert "sudah berapa persen" in budi.last.text, "the open question is asked again"
    budi.presses("50%")
    budi.presses("50%")
    assert "Ada kendala" in budi.last.text
    budi.presses("Lewati")
    budi.presses("Lewati")
    budi.presses("Simpan")
    assert "Foto pekerjaan: 1" in budi.last.text

    budi.presses("Laporkan progres")
    budi.presses("70%")
    budi.presses("Lewati")
    budi.says("tidak ada foto")
    assert "diperlukan foto" in budi.last.text
    budi.sends(voice={"file_id": "v", "file_unique_id": "v", "duration": 1})
    assert "diperlukan foto" in budi.last.text
    assert stage.held(code).physical == 50


def test_the_claim_ends_while_a_report_is_open(stage: Stage, code: str) -> None:
    budi = stage.budi
    budi.says("/progres")
    budi.presses(code)
    budi.presses("Laporkan progres")
    budi.presses("50%")
    claim = stage.held(code)
    stage.store.run(lambda session: claims.release(session, claim.id or 0, "lain", stage.world.now, by=None))
    budi.says("50")
    assert "sudah berakhir" in budi.all_text()
    budi.says("halo")
    assert "belum mengerti" in budi.last.text, "the dead form is closed"
    assert stage.rows(Progress) == []
