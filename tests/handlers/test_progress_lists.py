"""/progres as a list: what is most urgent first, for whom, and whose."""

from __future__ import annotations

from handlers.progress import buttons
from storage import progress
from storage.people import RoleName
from tests.builders import CITRA, JUTA, build
from tests.handlers.stage import Stage, report, reported


def test_claims_of_others(stage: Stage, code: str) -> None:
    claim = stage.held(code)
    report(stage.budi, code)
    version, number = stage.held(code).version, claim.id or 0
    citra = stage.citra
    citra.says("/progres")
    assert "There are no claims yet" in citra.last.text
    for button in (
        buttons.ClaimList(claim.partner_id, -1, 0), buttons.ClaimCard(number), buttons.Report(number, version),
        buttons.Finish(number, version, 1), buttons.Photos(number), buttons.HandOver(number, version),
    ):
        citra.presses_data(button.pack(), citra.last)
        assert "belongs to another partner" in citra.toast, button
        citra.toasts.clear()
    for button in (buttons.Queue(0), buttons.Inspect(number), buttons.Confirm(number, version),
                   buttons.NotYet(number, version)):
        citra.presses_data(button.pack(), citra.last)
        assert "outside your role" in citra.toast.lower() or "role" in citra.toast.lower(), button
        citra.toasts.clear()
    assert stage.state(code) == "in_progress"


def test_most_urgent_first_and_paged(stage: Stage) -> None:
    quota = stage.quota("Baznas", units=20, ceiling=5_000 * JUTA)
    codes = stage.houses(12)
    made = {one: stage.claimed(one, quota) for one in codes}
    stage.store.run(lambda session: build(session, made[codes[11]]))
    stage.store.run(lambda session: reported(session, made[codes[0]], stage.world.now))
    stage.store.run(lambda session: progress.report(session, made[codes[5]].id or 0, 10, stage.world.now, by=1))
    stage.budi.says("/progres")
    assert stage.budi.last.buttons[:4] == [codes[11], "📄 BAST", codes[5], "📝 Lapor"]
    for line in ("1 siap serah terima", "1 sedang dikerjakan", "9 belum dimulai", "1 menunggu verifikator"):
        assert line in stage.budi.last.text
    stage.budi.presses("Berikutnya")
    assert stage.budi.last.buttons[6] == codes[0], "what waits for others comes last"
    stage.budi.presses("Awal")
    assert stage.budi.last.buttons[0] == codes[11]


def test_a_rep_of_two_partners_sees_both(stage: Stage, code: str) -> None:
    stage.grant(CITRA, RoleName.PARTNER, "Baznas")
    stage.citra.says("/progres")
    assert code in stage.citra.last.text
    assert "PT Contoh Sejahtera" in stage.citra.last.text
    stage.citra.presses(code)
    stage.citra.presses("Report progress")
    assert code in stage.citra.last.text


def test_only_reps_and_admins(stage: Stage) -> None:
    for somebody in (stage.sari, stage.vera):
        somebody.says("/progres")
        assert "di luar peran" in somebody.last.text


def test_an_admin_picks_among_many_partners(stage: Stage, code: str) -> None:
    for number in range(12):
        stage.partner(f"Mitra {number:02d}")
    stage.admin.says("/progres")
    assert "Mitra 11" not in stage.admin.last.buttons
    stage.admin.presses("Berikutnya")
    assert "Mitra 11" in stage.admin.last.buttons
    stage.admin.presses("Awal")
    stage.admin.presses("Baznas")
    assert code in stage.admin.last.text
