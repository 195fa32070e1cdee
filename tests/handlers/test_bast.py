"""The handover record: drawn up with figures and pictures, signed on paper, sent back as photos or a PDF."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import Session

from bot.documents import draw
from handlers.progress import buttons
from storage import cofunding, erasing, scans
from storage.drafts import Draft
from storage.erasing import Reason
from storage.outbox import Outbox
from storage.people import RoleName
from storage.photos import PhotoKind, PhotoState
from storage.scans import Media, Scan
from storage.shown import Shown
from tests.bot.test_documents import text
from tests.builders import JUTA, SETU, build
from tests.handlers.stage import Stage, finish, report
from tests.world import Actor

PDF = {"file_id": "pdf-1", "file_unique_id": "p1", "file_name": "bast.pdf", "mime_type": "application/pdf",
       "file_size": 90_000}


def _ready(stage: Stage, code: str) -> Actor:
    """Confirmed as finished; the rep has the card before them."""
    claim = stage.held(code)
    stage.store.run(lambda session: build(session, claim))
    stage.budi.says("/progres")
    stage.budi.presses(code)
    return stage.budi


def _made(stage: Stage, code: str) -> Actor:
    """The record is drawn up; the signed pages are asked for."""
    budi = _ready(stage, code)
    budi.presses("Buat BAST")
    budi.presses("Sesuai klaim")
    budi.presses("Ya, buat BAST")
    budi.presses("Kirim BAST bertanda tangan")
    return budi


def test_the_record_says_what_was_done_what_it_cost_and_who_pays(stage: Stage) -> None:
    code = stage.houses(1, head_name="Keluarga Rahasia", address="Gg. Rahasia 9")[0]
    claim = stage.claimed(code, stage.quota("Baznas", house_ceiling=40 * JUTA))
    csr = stage.quota("PT Contoh Sejahtera")
    stage.store.run(lambda session: cofunding.join(session, claim.id or 0, csr, 10 * JUTA, stage.world.now, by=5))
    stage.photographed(code, PhotoKind.FRONT)
    report(stage.budi, code)
    finish(stage.budi, code)
    stage.vera.presses("Periksa")
    stage.vera.presses("Konfirmasi selesai")
    stage.budi.presses("Buka klaim")
    stage.budi.presses("Buat BAST")
    stage.budi.says("48 juta")
    stage.budi.presses("Ya, buat BAST")
    document = stage.budi.last.params["document"]["_pdf"]
    assert stage.budi.last.params["document"]["filename"] == f"BAST-{code}.pdf"
    rows = dict(row for section in document["sections"] for row in section.get("rows", []))
    assert rows["Kode"] == code
    assert (rows["Kelurahan"], rows["Kecamatan"]) == ("Bambu Apus", "Pamulang")
    assert rows["Baznas (pelaksana)"] == "Rp38.000.000"
    assert rows["PT Contoh Sejahtera (turut mendanai)"] == "Rp10.000.000"
    assert rows["Biaya nyata"] == "Rp48.000.000"
    assert {rows[one] for one in ("Diklaim", "Mulai dikerjakan", "Dikonfirmasi selesai", "Berita acara")} == {
        "2 Maret 2026"}
    ((before, after),) = document["sections"][-1]["pictures"]
    assert (before["caption"], after["caption"]) == ("Sebelum · depan", "Sesudah · depan")
    assert before["_file"]
    assert after["_file"]
    assert document["signatures"] == ["Penerima manfaat", "Mitra: Baznas", "Dinas Sosial Kota Tangerang Selatan"]
    words = text(draw(document))
    for one in ("Berita Acara Serah Terima", f"Nomor: BAST/{code}/2026", "Rp38.000.000", "Sesudah", "Penerima manfaat"):
        assert one in words, one
    assert "Rahasia" not in str(document)
    assert stage.state(code) == "finished"


def test_it_may_be_drawn_up_again_and_in_the_readers_language(stage: Stage, code: str) -> None:
    budi = _ready(stage, code)
    budi.presses("Buat BAST")
    budi.says("45 juta")
    budi.presses("Ya, buat BAST")
    assert "BAST dibuat 2 Maret 2026" in budi.card.text
    budi.presses("Buat ulang BAST")
    budi.presses("Tetap: Rp45.000.000")
    budi.presses("Ya, buat BAST")
    assert stage.held(code).bast_cost == 45 * JUTA
    ada = stage.world.actor("Ada", 7_100_000_060, RoleName.PARTNER, partner_id=stage.held(code).partner_id,
                            language="en")
    ada.says("/progres")
    ada.presses(code)
    ada.presses("Draw up the BAST again")
    ada.says("46 juta")
    ada.presses("Yes, draw it up")
    assert ada.last.params["document"]["_pdf"]["title"] == "Record of Handover (BAST)"


def test_without_a_record_there_is_nothing_to_sign(stage: Stage, code: str) -> None:
    budi = _ready(stage, code)
    assert "Kirim BAST" not in str(budi.last.buttons)
    claim = stage.held(code)
    budi.presses_data(buttons.SendBast(claim.id or 0).pack(), budi.last)
    assert "belum dibuat" in budi.toast
    budi.presses_data(buttons.HandOver(claim.id or 0, claim.version).pack(), budi.last)
    assert "Berapa biaya nyata" in budi.last.text, "an old button leads to the step that is due"


@pytest.mark.parametrize(("content", "words"), [
    ({"document": PDF | {"file_name": "bast.docx", "mime_type": "application/msword"}}, "Word dan ZIP tidak bisa"),
    ({"document": PDF | {"file_name": "bast.zip", "mime_type": "application/zip"}}, "Word dan ZIP tidak bisa"),
    ({"voice": {"file_id": "v", "file_unique_id": "v", "duration": 1}}, "foto atau PDF"),
    ({"document": PDF | {"file_size": 21 * 1024 * 1024}}, "lebih dari 20 MB"),
    ({"text": "sudah ditandatangani"}, "foto atau PDF"),
])
def test_what_is_no_page_is_refused_and_says_how(
    stage: Stage, code: str, content: dict[str, Any], words: str
) -> None:
    budi = _made(stage, code)
    budi.sends(**content)
    assert words in budi.last.text
    assert f"kirim BAST {code}" in budi.last.text
    assert stage.rows(Scan) == []
    budi.sends(document=PDF | {"mime_type": "application/octet-stream"})
    assert "Halaman: 1 berkas" in budi.last.text
    assert stage.rows(Scan)[0].media == Media.PDF


def test_pages_as_photos_and_pdf_close_the_claim_and_can_be_seen(stage: Stage, code: str) -> None:
    budi = _made(stage, code)
    budi.photo(unique="page")
    budi.photo(unique="page")
    budi.photo()
    budi.sends(document=PDF)
    assert "Halaman: 3 berkas" in budi.last.text
    assert stage.state(code) == "finished", "until it is confirmed"
    budi.presses("Serah terima")
    assert stage.state(code) == "handed_over"
    assert [one.state for one in stage.rows(Scan)] == [PhotoState.STORED] * 3
    assert stage.rows(Draft) == []
    wati = stage.world.actor("Wati", 7_100_000_061, RoleName.VERIFIER, areas=[SETU])
    claim_id = stage.held(code).id or 0
    stage.store.run(lambda session: _pdf(session))
    for actor in (budi, stage.admin, stage.vera):
        if actor is not budi:
            actor.says("/start")
        actor.presses_data(buttons.ShowBast(claim_id).pack(), actor.card)
        album, document = actor.seen[-2:]
        assert (album.method, len(album.params["media"])) == ("sendMediaGroup", 2)
        assert document.params["document"] == {"_file": "ab.pdf", "filename": f"BAST-{code}.pdf"}
        assert album.params["protect_content"]
        assert document.params["protect_content"]
    for actor in (wati, stage.citra, stage.sari):
        actor.says("/start")
        seen = len(actor.seen)
        actor.presses_data(buttons.ShowBast(claim_id).pack(), actor.card)
        assert not any(one.method != "sendMessage" for one in actor.seen[seen:])
        assert actor.toast
    assert len(stage.events("read.household")) == 3
    assert "Lihat BAST" in budi.card.buttons


def _pdf(session: Session) -> None:
    page = session.get(Scan, 3)
    assert page is not None
    page.key = "ab.pdf"


def test_everybody_who_pays_is_told(stage: Stage) -> None:
    code = stage.houses(1)[0]
    claim = stage.claimed(code, stage.quota("Baznas", house_ceiling=40 * JUTA))
    csr = stage.quota("PT Contoh Sejahtera")
    stage.store.run(lambda session: cofunding.join(session, claim.id or 0, csr, 10 * JUTA, stage.world.now, by=5))
    _made(stage, code).photo()
    stage.budi.presses("Serah terima")
    assert code in stage.citra.last.text
    assert "Rp50,000,000" in stage.citra.last.text
    assert "sudah diserahterimakan oleh Baznas" in stage.admin.last.text
    assert "sudah diserahterimakan oleh Baznas" in stage.sari.last.text
    assert stage.citra.last.buttons == ["‹ Funding together"]
    stage.admin.presses("Buka klaim")
    assert f"{code} · Sudah diserahterimakan" in stage.admin.last.text
    assert stage.dani.seen == []


def test_a_record_drawn_up_anew_meanwhile_is_shown_before_it_counts(stage: Stage, code: str) -> None:
    budi = _made(stage, code)
    budi.photo()
    card = budi.last
    admin = stage.admin
    admin.says("/progres")
    admin.presses("Baznas")
    admin.presses(code)
    admin.presses("Buat ulang BAST")
    admin.says("41 juta")
    admin.presses("Ya, buat BAST")
    budi.presses("Serah terima", on=card)
    assert stage.state(code) == "finished"
    assert "Biaya nyata menurut BAST: Rp41.000.000" in card.text
    budi.presses("Serah terima", on=card)
    assert stage.held(code).real_cost == 41 * JUTA


def test_a_page_that_cannot_be_read_is_asked_for_again_in_the_form(stage: Stage, code: str) -> None:
    budi = _made(stage, code)
    stage.world.file_problem = "bad_pdf"
    budi.sends(document=PDF)
    stage.world.file_problem = None
    assert "rusak atau terkunci kata sandi" in budi.last.text
    budi.presses("Serah terima", on=next(one for one in budi.seen if "🤝 Serah terima" in one.buttons))
    assert stage.state(code) == "finished", "there is no page"
    budi.photo()
    budi.presses("Serah terima")
    assert stage.state(code) == "handed_over"


def test_a_page_that_cannot_be_read_after_the_handover_is_sent_again(stage: Stage, code: str) -> None:
    budi = _made(stage, code)
    with stage.world.gap():  # the bytes come after everything else
        stage.world.file_problem = "too_small"
        budi.sends(document=PDF)
        draft = stage.rows(Draft)[0]
        budi.presses_data(f"fv:{draft.id}:{draft.version}", budi.card)
    stage.world.file_problem = None
    assert stage.state(code) == "handed_over"
    told = next(one for one in budi.seen if "tetap tercatat diserahterimakan" in one.text)
    budi.presses("Kirim BAST bertanda tangan", on=told)
    assert "menyusul" in budi.card.text
    budi.photo()
    budi.presses("Serah terima", on=budi.last)
    assert "Halaman BAST tersimpan" in budi.last.text
    claim_id = stage.held(code).id or 0
    assert len(stage.store.run(lambda session: scans.of_claim(session, claim_id))) == 1


def test_pages_go_with_the_familys_data_and_none_follow(stage: Stage, code: str) -> None:
    budi = _made(stage, code)
    budi.photo()
    budi.presses("Serah terima")
    card, house_id, claim_id = budi.card, stage.house(code).id or 0, stage.held(code).id or 0
    stage.store.run(lambda session: erasing.erase(session, house_id, stage.world.now, by=None, reason=Reason.FAMILY))
    budi.presses("Lihat BAST", on=card)
    assert "belum tersimpan" in budi.toast
    budi.presses_data(buttons.SendBast(claim_id).pack(), card)
    assert "sudah diserahterimakan" in budi.toast
    budi.says("/progres")
    budi.presses(code)
    assert "BAST" not in str(budi.last.buttons)


def test_pages_count_in_what_is_held_and_a_cancelled_form_keeps_none(stage: Stage, code: str) -> None:
    budi = _made(stage, code)
    budi.photo()
    budi.presses("Batal")
    budi.presses("Ya, hapus")
    assert [one.state for one in stage.rows(Scan)] == [PhotoState.REJECTED]
    budi.presses("Buka klaim")
    budi.presses("Kirim BAST bertanda tangan")
    budi.photo()
    budi.presses("Hapus semua halaman", on=_asked_again(budi))
    budi.photo()
    budi.presses("Serah terima")
    stage.admin.says(f"/data {code}")
    assert "Berkas BAST bertanda tangan: 1" in stage.admin.last.text


def _asked_again(budi: Actor) -> Any:
    budi.presses("Ubah")
    budi.presses("Halaman")
    return budi.last


def test_a_record_that_waits_to_be_sent_is_remembered_with_the_house(stage: Stage, code: str) -> None:
    """So that an erasure of the family takes it back."""
    budi = _ready(stage, code)
    budi.presses("Buat BAST")
    budi.presses("Sesuai klaim")
    budi.presses("Ya, buat BAST")
    row = next(one for one in stage.rows(Outbox) if one.method == "sendDocument")
    assert row.id in {one.outbox_id for one in stage.rows(Shown) if one.house_id == stage.house(code).id}


def test_only_who_may(stage: Stage, code: str) -> None:
    _made(stage, code)
    claim = stage.held(code)
    stage.citra.says("/progres")
    for button in (buttons.SendBast(claim.id or 0), buttons.HandOver(claim.id or 0, claim.version)):
        stage.citra.presses_data(button.pack(), stage.citra.last)
        assert "belongs to another partner" in stage.citra.toast
