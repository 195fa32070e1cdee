"""/klaimsaya: a partner's world on one screen, and the next step of each claim one tap away."""

from __future__ import annotations

from datetime import UTC, datetime

from handlers.progress.buttons import ClaimList, Report
from storage import progress
from storage.people import RoleName
from tests.builders import CITRA, JUTA, build
from tests.handlers.stage import Stage, reported
from tests.handlers.transfer_steps import tick


def test_what_is_due_and_the_next_step_of_each(stage: Stage) -> None:
    quota = stage.quota("Baznas", units=20, ceiling=5_000 * JUTA)
    begin, work, all_done, waits, done = codes = stage.houses(5)
    made = {one: stage.claimed(one, quota) for one in codes}
    now = stage.world.now
    stage.store.run(lambda session: progress.report(session, made[work].id or 0, 60, now, by=1))
    stage.store.run(lambda session: progress.report(session, made[all_done].id or 0, 100, now, by=1))
    stage.store.run(lambda session: reported(session, made[waits], now))
    stage.store.run(lambda session: build(session, made[done]))
    budi = stage.budi
    budi.says("/klaimsaya")
    text = budi.last.text
    for line in ("Klaim Baznas", "1 siap serah terima", "2 sedang dikerjakan", "1 belum dimulai",
                 "1 menunggu verifikator", f"{begin}: Mulai paling lambat 1 April 2026 (30 hari lagi)",
                 f"{work}: Selesai paling lambat 30 Juni 2026 (120 hari lagi)",
                 f"{work} · dikerjakan · fisik 60% · selesai s.d. 30 Jun",
                 f"{begin} · belum dimulai · fisik 0% · mulai s.d. 1 Apr",
                 f"{waits} · menunggu verifikator · fisik 100%"):
        assert line in text, line
    assert [[one["text"] for one in row] for row in budi.last.rows[:5]] == [
        [done, "📄 BAST"], [work, "📝 Lapor"], [all_done, "🏁 Selesai?"], [begin, "📝 Lapor"], [waits]]
    card = budi.last
    budi.presses("Lapor", on=card)
    assert f"{work}" in budi.last.text
    assert "sudah berapa persen" in budi.last.text
    budi.says("/batal")
    budi.presses("Ya, hapus")
    budi.says("/klaimsaya")
    budi.presses("Selesai?")
    assert f"{all_done} sesudah dikerjakan: mohon kirim foto tampak depan" in budi.last.text
    budi.says("/batal")
    budi.says("/klaimsaya")
    budi.presses("BAST")
    assert f"Berapa biaya nyata {done}?" in budi.last.text
    budi.says("40jt")
    budi.presses("Ya, buat BAST")
    budi.says("/klaimsaya")
    budi.presses("BAST")
    assert "bertanda tangan" in budi.last.text, "it is drawn up: now it comes back signed"


def test_overdue_comes_first(stage: Stage) -> None:
    quota = stage.quota("Baznas", units=20, ceiling=5_000 * JUTA)
    first, *rest = stage.houses(5)
    stage.claimed(first, quota)
    stage.world.passes(days=10)
    for one in rest:
        stage.claimed(one, quota)
    stage.world.now = datetime(2026, 4, 4, 3, 0, tzinfo=UTC)
    tick(stage)
    stage.budi.says("/klaimsaya")
    block = stage.budi.last.text.split("Tenggat terdekat")[1].split("\n\n")[0].strip().splitlines()
    assert len(block) == 3
    assert block[0].startswith(f"{first}: ⚠ Lewat tenggat 3 hari; kembali ke daftar tunggu 19 April 2026")
    assert f"{first} · belum dimulai · fisik 0% · ⚠ lewat 3 hari" in stage.budi.last.text


def test_a_step_of_an_old_list_answers_with_what_is_true(stage: Stage, code: str) -> None:
    stage.budi.says("/klaimsaya")
    old, number = stage.budi.last, stage.held(code).id or 0
    stage.store.run(lambda session: progress.report(session, number, 40, stage.world.now, by=1))
    stage.budi.presses("Lapor", on=old)
    assert "berubah sejak tampilan itu" in stage.budi.toast
    assert "Fisik 40%" in old.text


def test_the_same_screen_for_progres_and_in_english(stage: Stage, code: str) -> None:
    budi = stage.budi
    budi.says("/klaimsaya")
    mine = budi.last
    budi.says("/progres")
    assert (budi.last.text, budi.last.rows) == (mine.text, mine.rows)
    stage.grant(CITRA, RoleName.PARTNER, "Baznas")
    stage.citra.says("/myclaims")
    assert f"{code} · not begun · physical 0% · begin by 1 Apr" in stage.citra.last.text
    assert "Begin by 1 April 2026 (30 days left)" in stage.citra.last.text


def test_nothing_claimed_yet(stage: Stage) -> None:
    stage.budi.says("/klaimsaya")
    assert "Belum ada klaim. Pilih rumah lewat /klaim." in stage.budi.last.text
    stage.budi.presses("Danai bersama")
    assert "satu rumah, beberapa mitra" in stage.budi.last.text


def test_an_admin_looks_without_acting(stage: Stage, code: str) -> None:
    stage.admin.says("/progres")
    stage.admin.presses("Baznas")
    assert stage.admin.last.buttons[0] == code
    assert not any("Lapor" in label for label in stage.admin.last.buttons)


def test_only_reps(stage: Stage, code: str) -> None:
    claim = stage.held(code)
    for somebody in (stage.sari, stage.vera, stage.admin):
        somebody.says("/klaimsaya")
        assert "di luar peran" in somebody.last.text
    stage.citra.says("/myclaims")
    for button in (Report(claim.id or 0, claim.version), ClaimList(claim.partner_id, -1, 0)):
        stage.citra.presses_data(button.pack(), stage.citra.last)
        assert "another partner" in stage.citra.toast
        stage.citra.toasts.clear()
    stranger = stage.world.actor("Tetangga", 7_100_000_050)
    stranger.says("/klaimsaya")
    assert code not in stranger.all_text()


def test_an_admin_finds_the_way_back_from_any_partner(stage: Stage, code: str) -> None:
    admin = stage.admin
    admin.says("/progres")
    admin.presses("DPKPP")
    assert "Mitra ini belum punya klaim." in admin.last.text
    assert "/klaim" not in admin.last.text, "a command that is not theirs"
    admin.presses("Daftar mitra")
    admin.presses("Baznas")
    assert code in admin.last.text
    admin.presses("Daftar mitra")
    assert "Klaim mitra yang mana?" in admin.last.text
