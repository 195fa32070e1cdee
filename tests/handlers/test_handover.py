"""The handover: what it really cost, and who may record it."""

from __future__ import annotations

from sqlmodel import Session

from handlers.progress import buttons
from storage import claims, cofunding, people, progress
from storage.claims import Claim
from storage.people import RoleName
from tests.builders import JUTA, build
from tests.handlers.stage import Stage, bast, report


def test_handover_that_costs_more_than_the_quota_has(stage: Stage) -> None:
    code = stage.houses(1)[0]
    claim = stage.claimed(code, stage.quota("Baznas", units=1, ceiling=55 * JUTA))
    stage.store.run(lambda session: build(session, claim))
    budi = stage.budi
    budi.says("/progres")
    budi.presses(code)
    budi.presses("Buat BAST")
    budi.says("60 juta")
    assert "Rp10.000.000 lebih dari yang dicadangkan" in budi.last.text
    budi.presses("Ya, buat BAST")
    said = budi.last.text if "Biaya nyata" in budi.last.text and "kurang" in budi.last.text else budi.toast
    assert "sisa kuota hanya Rp5.000.000: kurang Rp5.000.000" in said
    assert stage.state(code) == "finished"
    stage.admin.says("/mitra")
    stage.admin.presses("Baznas")
    stage.admin.presses("Ubah Kuota")
    stage.admin.presses("Pagu")
    stage.admin.says("60 juta")
    budi.presses("Ya, buat BAST")
    assert stage.held(code).bast_cost == 60 * JUTA
    budi.presses("Kirim BAST bertanda tangan")
    budi.photo()
    budi.presses("Serah terima")
    assert stage.state(code) == "handed_over"
    assert stage.held(code).real_cost == 60 * JUTA


def test_an_admin_hands_over_and_sees_but_does_not_report(stage: Stage, code: str) -> None:
    report(stage.budi, code)
    claim = stage.held(code)
    admin = stage.admin
    admin.says("/progres")
    admin.presses("Baznas")
    admin.presses(code)
    assert "Laporkan" not in str(admin.last.buttons)
    assert "keluarga" not in str(admin.last.buttons)
    for button in (buttons.Report(claim.id or 0, claim.version), buttons.Finish(claim.id or 0, claim.version, 1)):
        admin.presses_data(button.pack(), admin.last)
        assert "di luar peran" in admin.toast
    stage.store.run(lambda session: _done(session, claim))
    admin.presses("Daftar klaim")
    admin.presses(code)
    admin.presses("Buat BAST")
    admin.presses("Sesuai klaim: Rp50.000.000")
    admin.presses("Ya, buat BAST")
    admin.presses("Kirim BAST bertanda tangan")
    admin.photo()
    admin.presses("Serah terima")
    assert stage.state(code) == "handed_over"
    assert "sudah diserahterimakan" in stage.budi.last.text


def _done(session: Session, claim: Claim) -> None:
    by = people.holders(session, RoleName.VERIFIER)[0].id or 0
    progress.report_finished(session, claim.id or 0, claim.claimed_at, by=by)
    progress.confirm(session, claim.id or 0, claim.claimed_at, by=by)


def test_what_the_quota_lacks_is_told_in_the_figures_of_the_whole_house(stage: Stage) -> None:
    code = stage.houses(1)[0]
    claim = stage.claimed(code, stage.quota("Baznas", units=1, ceiling=45 * JUTA, house_ceiling=40 * JUTA))
    other = stage.quota("DPKPP")
    stage.store.run(lambda session: cofunding.join(session, claim.id or 0, other, 10 * JUTA, stage.world.now, by=None))
    stage.store.run(lambda session: build(session, claim))
    budi = stage.budi
    budi.says(code)
    budi.presses("Buat BAST")
    budi.says("150 juta")
    assert "Rp100.000.000 lebih dari yang dicadangkan" in budi.last.text
    budi.presses("Ya, buat BAST")
    assert "Rp100.000.000 di atas yang dicadangkan" in budi.toast
    assert "sisa kuota hanya Rp5.000.000: kurang Rp95.000.000" in budi.toast
    assert "Rp140.000.000" not in budi.toast, "nobody has seen the share of the lead"


def test_the_card_says_who_paid_what(stage: Stage) -> None:
    """Baznas leads with 20 of 50 and DPKPP adds 10; it cost 26: what Baznas did not need stays with it."""
    code = stage.houses(1)[0]
    claim = stage.claimed(code, stage.quota("Baznas", house_ceiling=20 * JUTA))
    helper = stage.quota("DPKPP")

    def make(session: Session) -> None:
        cofunding.join(session, claim.id or 0, helper, 10 * JUTA, stage.world.now, by=None)
        build(session, claims.get(session, claim.id or 0))

    stage.store.run(make)
    stage.budi.says(code)
    assert "Baznas: Rp20.000.000 (mitra utama)" in stage.budi.card.text
    bast(stage.budi, code, "26jt")
    stage.budi.says(code)
    for line in ("Biaya nyata: Rp26.000.000", "Baznas: Rp16.000.000 (mitra utama)",
                 "DPKPP: Rp10.000.000 (bagian mana saja)"):
        assert line in stage.budi.card.text, line
    assert stage.left(helper) == (10, 490 * JUTA)
