"""The handover: what it really cost, and who may record it."""

from __future__ import annotations

from sqlmodel import Session

from handlers.progress import buttons
from storage import people, progress
from storage.claims import Claim
from storage.people import RoleName
from tests.builders import JUTA, build
from tests.handlers.stage import Stage, report


def test_handover_that_costs_more_than_the_quota_has(stage: Stage) -> None:
    code = stage.houses(1)[0]
    claim = stage.claimed(code, stage.quota("Baznas", units=1, ceiling=55 * JUTA))
    stage.store.run(lambda session: build(session, claim))
    budi = stage.budi
    budi.says("/progres")
    budi.presses(code)
    budi.presses("Serah terima")
    budi.says("60 juta")
    assert "Rp10.000.000 lebih dari yang dicadangkan" in budi.last.text
    budi.presses("Ya, serah terima")
    said = budi.last.text if "Biaya nyata" in budi.last.text and "kurang" in budi.last.text else budi.toast
    assert "sisa kuota hanya Rp5.000.000: kurang Rp5.000.000" in said
    assert stage.state(code) == "finished"
    stage.admin.says("/mitra")
    stage.admin.presses("Baznas")
    stage.admin.presses("Ubah Kuota")
    stage.admin.presses("Pagu")
    stage.admin.says("60 juta")
    budi.presses("Ya, serah terima")
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
    admin.presses("Serah terima")
    admin.presses("Sesuai klaim: Rp50.000.000")
    admin.presses("Ya, serah terima")
    assert stage.state(code) == "handed_over"
    assert "sudah diserahterimakan" in stage.budi.last.text


def _done(session: Session, claim: Claim) -> None:
    by = people.holders(session, RoleName.VERIFIER)[0].id or 0
    progress.report_finished(session, claim.id or 0, claim.claimed_at, by=by)
    progress.confirm(session, claim.id or 0, claim.claimed_at, by=by)
