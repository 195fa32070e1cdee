"""/lepas: a claim goes back, with a reason; units, money and the family's data are taken back."""

from __future__ import annotations

import pytest

from storage import handover
from storage.claims import Claim, ClaimState
from storage.shown import Shown
from tests.builders import BUDI, CITRA, JUTA, build
from tests.handlers.stage import Stage


def test_release_returns_everything(stage: Stage) -> None:
    quota = stage.quota("Baznas")
    code = stage.houses(1)[0]
    budi = stage.budi
    budi.says("/klaim")
    budi.presses("Pamulang")
    budi.presses(code)
    budi.presses("✅ Klaim")
    card, family = budi.seen[-2:]
    assert "Contoh 1" in family.text
    budi.presses("Lihat data keluarga", on=card)
    again = budi.last
    budi.says("/lepas")
    budi.presses(code)
    assert f"Mengapa {code} (Bambu Apus, Pamulang) dilepas" in budi.last.text
    budi.says("Pemilik <b>menolak</b>")
    assert "1 rumah dan Rp50.000.000 kembali ke kuota" in budi.last.text
    assert "Pemilik <b>menolak</b>" in budi.last.text
    assert stage.state(code) == "claimed", "not before the last word"
    budi.presses("Ya, lepas klaim")
    assert f"Klaim {code} dilepas" in budi.last.text
    assert stage.state(code) == "eligible"
    assert stage.left(quota) == (10, 500 * JUTA)
    assert family.text == "Pesan ini sudah diganti dengan pesan yang lebih baru di bawah.", "one live copy at a time"
    assert again.text == "Data keluarga di pesan ini sudah ditarik."
    assert family.rows == again.rows == []
    assert "Contoh 1" not in budi.all_text()
    assert [row.closed_at is None for row in stage.rows(Shown)] == [False, False]
    claim = stage.rows(Claim)[0]
    assert (claim.state, claim.end_reason) == (ClaimState.RELEASED, "Pemilik <b>menolak</b>")
    for somebody in (stage.vera, stage.admin):
        assert f"Klaim {code} dilepas oleh Baznas" in somebody.last.text
        assert "Pemilik <b>menolak</b>" in somebody.last.text
    assert "dilepas oleh Baznas; rumah kembali ke daftar tunggu" in stage.sari.last.text
    stage.vera.presses(code)
    assert f"{code} · " in stage.vera.last.text
    assert "menolak" not in stage.sari.last.text, "what a partner writes may speak of the family"
    # The house can be claimed again, and the first claim stays as history.
    stage.claimed(code, stage.quota("PT Contoh Sejahtera"), CITRA)
    assert len(stage.rows(Claim)) == 2
    budi.presses("Lihat data keluarga", on=card)
    assert "hanya terlihat selama" in budi.toast
    assert "Contoh 1" not in budi.all_text()


def test_keep_it_after_all(stage: Stage) -> None:
    quota = stage.quota("Baznas")
    code = stage.houses(1)[0]
    stage.claimed(code, quota)
    stage.budi.says("/lepas")
    stage.budi.presses(code)
    stage.budi.says("ragu-ragu")
    stage.budi.presses("Tidak, tetap diklaim")
    assert f"{code} tetap diklaim" in stage.budi.last.text
    stage.budi.presses("Buka klaim")
    assert stage.left(quota)[0] == 9


@pytest.mark.parametrize("typed", ["", "x", "12345", "y" * 4000])
def test_a_reason_is_needed(stage: Stage, typed: str) -> None:
    quota = stage.quota("Baznas")
    code = stage.houses(1)[0]
    stage.claimed(code, quota)
    stage.budi.says("/lepas")
    stage.budi.presses(code)
    if typed:
        stage.budi.says(typed)
        assert "3 sampai 500 karakter" in stage.budi.last.text
    else:
        stage.budi.photo()
        stage.budi.sends(voice={"file_id": "v", "file_unique_id": "v", "duration": 1})
    assert stage.state(code) == "claimed"
    stage.budi.says("alasan yang jelas")
    stage.budi.presses("Ya, lepas")
    assert stage.state(code) == "eligible"


def test_nothing_to_release(stage: Stage) -> None:
    stage.budi.says("/lepas")
    assert "Tidak ada klaim yang bisa dilepas" in stage.budi.last.text


def test_after_the_work_is_done_or_handed_over(stage: Stage) -> None:
    from handlers.claims.buttons import Release

    quota = stage.quota("Baznas")
    code = stage.houses(1)[0]
    claim = stage.claimed(code, quota)
    stage.store.run(lambda session: build(session, claim))
    stage.budi.says("/lepas")
    assert "Tidak ada klaim yang bisa dilepas" in stage.budi.last.text
    button = Release(claim.id or 0, stage.held(code).version)
    stage.budi.presses_data(button.pack(), stage.budi.last)
    assert "sudah selesai, jadi klaimnya tidak bisa dilepas" in stage.budi.toast
    stage.store.run(lambda session: handover.hand_over(session, claim.id or 0, 50 * JUTA, stage.world.now, by=None))
    stage.budi.presses_data(button.pack(), stage.budi.last)
    assert "sudah diserahterimakan" in stage.budi.toast
    assert stage.state(code) == "handed_over"


def test_two_reps_release_the_same_claim(stage: Stage) -> None:
    from storage.people import RoleName

    stage.grant(CITRA, RoleName.PARTNER, "Baznas")
    quota = stage.quota("Baznas")
    code = stage.houses(1)[0]
    stage.claimed(code, quota)
    for rep in (stage.budi, stage.citra):
        rep.says("/lepas")
        rep.presses(code)
        rep.says("tidak jadi dikerjakan")
    stage.budi.presses("Ya, lepas")
    stage.citra.presses("Yes, release")
    assert "has ended" in stage.citra.toast
    assert stage.left(quota) == (10, 500 * JUTA)
    stage.citra.says("/progres")
    assert "There are no claims yet" in stage.citra.last.text


def test_a_double_tap_releases_once(stage: Stage) -> None:
    quota = stage.quota("Baznas")
    code = stage.houses(1)[0]
    stage.claimed(code, quota)
    stage.budi.says("/lepas")
    stage.budi.presses(code)
    stage.budi.says("tidak jadi")
    card = stage.budi.last
    data = card.data("Ya, lepas")
    stage.budi.presses_data(data, card)
    stage.budi.presses_data(data, card)
    assert stage.left(quota) == (10, 500 * JUTA)
    assert len([one for one in stage.sari.seen if "dilepas" in one.text]) == 1


def test_the_list_is_paged(stage: Stage) -> None:
    quota = stage.quota("Baznas", units=20, ceiling=5_000 * JUTA)
    codes = stage.houses(10)
    for code in codes:
        stage.claimed(code, quota, BUDI)
    stage.budi.says("/lepas")
    assert codes[8] not in stage.budi.last.buttons
    stage.budi.presses("Berikutnya")
    assert codes[9] in stage.budi.last.buttons
