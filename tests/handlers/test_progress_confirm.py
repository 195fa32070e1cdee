"""A verifier confirms finished work or sends it back: who may, who is told, what is next."""

from __future__ import annotations

from sqlmodel import Session

from handlers.progress import buttons
from storage import people
from storage.people import RoleName
from tests.builders import BUDI, PAMULANG, SETU, VERA
from tests.handlers.stage import Stage, finish, report, reported
from tests.world import Actor


def test_sent_back_with_a_note(stage: Stage, code: str) -> None:
    report(stage.budi, code)
    finish(stage.budi, code)
    stage.vera.says("/verifikasi")
    stage.vera.presses("Pekerjaan selesai (1)")
    stage.vera.presses("Belum selesai")
    stage.vera.says("x")
    assert "3 sampai 500" in stage.vera.last.text
    stage.vera.says("Atap belum <i>terpasang</i>")
    assert "dikembalikan ke mitra: Atap belum <i>terpasang</i>" in stage.vera.last.text
    assert "Atap belum <i>terpasang</i>" in stage.budi.last.text
    assert "terpasang" not in stage.sari.all_text(), "this is between the verifier and the partner"
    assert stage.state(code) == "in_progress"
    stage.budi.presses("Buka klaim")
    assert "Belum selesai menurut verifikator" in stage.budi.last.text
    finish(stage.budi, code)
    stage.vera.presses("Periksa")
    stage.vera.presses("Konfirmasi selesai")
    assert stage.state(code) == "finished"


def _limited(stage: Stage, area: str) -> Actor:
    return stage.world.actor("Wira", 7_100_000_020, RoleName.VERIFIER, areas=[area])


def test_only_verifiers_of_the_kecamatan(stage: Stage, code: str) -> None:
    setu, pamulang = _limited(stage, SETU), stage.world.actor("Wati", 7_100_000_021, RoleName.VERIFIER,
                                                              areas=[PAMULANG])
    report(stage.budi, code)
    finish(stage.budi, code)
    assert "melaporkan pekerjaan" in pamulang.last.text
    assert setu.seen == []
    setu.says("/verifikasi")
    claim = stage.held(code)
    for button in (buttons.Inspect(claim.id or 0), buttons.Confirm(claim.id or 0, claim.version),
                   buttons.NotYet(claim.id or 0, claim.version)):
        setu.presses_data(button.pack(), setu.last)
        assert "di luar wilayah" in setu.toast
        setu.toasts.clear()
    setu.presses_data(buttons.Queue(0).pack(), setu.last)
    assert "Tidak ada lagi pekerjaan selesai" in setu.last.text
    assert stage.state(code) == "in_progress"


def test_without_a_verifier_the_admins_are_told(stage: Stage, code: str) -> None:
    def leave(session: Session) -> None:
        vera = people.by_telegram(session, VERA.telegram_id)
        assert vera is not None
        people.revoke(session, people.roles_of(session, vera.id or 0)[0].id or 0, stage.world.now, by=None)

    report(stage.budi, code)
    stage.store.run(leave)
    finish(stage.budi, code)
    assert "melaporkan pekerjaan" in stage.admin.last.text
    stage.admin.presses("Periksa")
    stage.admin.presses("Konfirmasi selesai")
    assert stage.state(code) == "finished"


def test_nobody_judges_the_work_of_their_own_partner(stage: Stage, code: str) -> None:
    """Budi, the partner's rep, is a verifier and an admin, too: somebody else must look."""
    stage.grant(BUDI, RoleName.VERIFIER)
    stage.grant(BUDI, RoleName.ADMIN)
    budi = stage.budi
    report(budi, code)
    seen = len(budi.seen)
    finish(budi, code)
    assert not any("melaporkan pekerjaan" in one.text for one in budi.seen[seen:])
    assert "melaporkan pekerjaan" in stage.vera.last.text
    budi.says("/verifikasi")
    assert "Pekerjaan selesai" not in str(budi.last.buttons), "it does not wait for him"
    claim = stage.held(code)
    for button in (buttons.Confirm(claim.id or 0, claim.version), buttons.NotYet(claim.id or 0, claim.version)):
        budi.toasts.clear()
        budi.presses_data(button.pack(), budi.last)
        assert "verifikator lain atau admin" in budi.toast
    budi.presses_data(buttons.Inspect(claim.id or 0).pack(), budi.last)
    assert "verifikator lain atau admin" in budi.card.text
    assert "Konfirmasi" not in str(budi.card.buttons)
    assert stage.state(code) == "in_progress"
    stage.vera.presses("Periksa")
    stage.vera.presses("Konfirmasi selesai")
    assert stage.state(code) == "finished"


def test_who_became_a_rep_while_writing_what_is_missing(stage: Stage, code: str) -> None:
    report(stage.budi, code)
    finish(stage.budi, code)
    stage.vera.presses("Periksa")
    stage.vera.presses("Belum selesai")
    stage.grant(VERA, RoleName.PARTNER, "Baznas")
    stage.vera.says("Atap belum dipasang")
    assert "verifikator lain atau admin" in stage.vera.all_text()
    assert stage.held(code).finish_reported_at is not None


def test_where_the_only_verifier_is_a_rep_the_admins_are_told(stage: Stage, code: str) -> None:
    stage.grant(VERA, RoleName.PARTNER, "Baznas")
    report(stage.budi, code)
    finish(stage.budi, code)
    assert stage.vera.seen == []
    assert "melaporkan pekerjaan" in stage.admin.last.text


def test_work_sent_back_stands_where_it_wasreported(stage: Stage, code: str) -> None:
    budi, vera = stage.budi, stage.vera
    report(budi, code, "40")
    finish(budi, code)
    assert stage.held(code).physical == 100
    vera.presses("Periksa")
    vera.presses("Belum selesai")
    vera.says("Atap belum dipasang")
    assert stage.held(code).physical == 40
    assert "Fisik 40%" in budi.presses("Buka klaim").text
    report(budi, code, "50")
    assert stage.held(code).physical == 50, "the work goes on from there"
    budi.presses("Laporkan progres")
    assert "30%" not in budi.last.buttons


def test_the_queue_goes_on_behind_what_was_shown(stage: Stage) -> None:
    quota = stage.quota("Baznas")
    codes = stage.houses(3)
    for one in codes:
        claim = stage.claimed(one, quota)
        stage.store.run(lambda session, claim=claim: reported(session, claim, stage.world.now))
    stage.vera.says("/verifikasi")
    stage.vera.presses("Pekerjaan selesai (3)")
    for one in codes[:2]:
        assert one in stage.vera.last.text
        stage.vera.presses("berikutnya")
    assert codes[2] in stage.vera.last.text
    stage.vera.presses("berikutnya")
    assert "Tidak ada lagi" in stage.vera.last.text
