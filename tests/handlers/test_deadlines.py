"""A claim's next deadline in words, and a later one asked for, granted or declined."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from handlers.deadlines.buttons import AskTime, DeclineTime, ExtensionCard, Grant
from storage import claims, deadlines, progress
from storage.people import RoleName, by_telegram
from storage.requests import Answer, Extension
from tests.builders import ADMIN, CITRA, at_once
from tests.handlers.stage import Stage, report, reported
from tests.handlers.transfer_steps import tick

WHY = "Hujan terus, tukang baru datang"


def ask(stage: Stage, code: str, day: str = "15 April") -> None:
    """Budi asks for a later deadline."""
    stage.budi.says(code)
    stage.budi.presses("Minta tanggal baru")
    stage.budi.says(day)
    stage.budi.says(WHY)


def due(stage: Stage, code: str) -> str:
    found = stage.held(code).due_at
    assert found is not None
    return found.astimezone(stage.world.runtime.zone).date().isoformat()


def extensions(stage: Stage) -> list[Extension]:
    return sorted(stage.rows(Extension), key=lambda row: row.id or 0)


def test_the_card_says_by_when(stage: Stage, code: str) -> None:
    budi, world = stage.budi, stage.world
    budi.says(code)
    assert "Mulai paling lambat 1 April 2026 (30 hari lagi)" in budi.last.text
    world.now = datetime(2026, 3, 31, 17, 0, tzinfo=UTC)  # midnight in Jakarta
    budi.says(code)
    assert "Mulai paling lambat 1 April 2026 (hari ini)" in budi.last.text
    world.passes(hours=24)
    budi.says(code)
    assert "⚠ Lewat tenggat 1 hari" in budi.last.text
    assert "kembali ke daftar tunggu" not in budi.last.text, "the clock has not looked yet"
    world.passes(hours=8)
    tick(stage)
    world.passes(days=2)
    budi.says(code)
    assert ("⚠ Lewat tenggat 3 hari; kembali ke daftar tunggu 17 April 2026, kecuali pekerjaan berlanjut atau tanggal "
            "baru diminta") in budi.last.text
    report(budi, code)
    assert "Setengah jadi (50%) paling lambat 1 Mei 2026" in budi.last.text, "the work goes on"
    assert "⚠" not in budi.last.text


def test_no_deadline_where_others_have_the_turn(stage: Stage, code: str) -> None:
    claim = stage.held(code)
    stage.store.run(lambda session: reported(session, claim, stage.world.now))
    stage.budi.says(code)
    assert "paling lambat" not in stage.budi.last.text
    assert not any("Minta tanggal baru" in label for label in stage.budi.last.buttons)


def test_asked_and_granted(stage: Stage, code: str) -> None:
    budi, admin = stage.budi, stage.admin
    budi.says(code)
    budi.presses("Minta tanggal baru")
    assert f"Tenggat {code} sekarang 1 April 2026" in budi.last.text
    assert budi.last.buttons[:3] == ["15 April 2026 (+14 hari)", "1 Mei 2026 (+30 hari)", "31 Mei 2026 (+60 hari)"]
    budi.presses("+14")
    assert "Alasan ini dibaca admin" in budi.last.text
    budi.says(WHY)
    assert "Permintaan tanggal baru (15 April 2026) menunggu jawaban admin" in budi.last.text
    assert not any("Minta tanggal baru" in label for label in budi.last.buttons)
    assert f"Baznas minta tenggat {code} diundur dari 1 April 2026 menjadi 15 April 2026. Alasan: {WHY}" in \
        admin.last.text
    news = admin.last
    admin.presses("Setujui")
    assert "Disetujui" in admin.last.text
    assert f"Tenggat baru {code} disetujui: 15 April 2026" in budi.last.text
    assert (due(stage, code), stage.held(code).extra_days) == ("2026-04-15", 14)
    assert WHY not in stage.sari.all_text() + stage.vera.all_text() + stage.dani.all_text()
    assert news is admin.last, "the press edits its own card"


def test_asked_and_declined(stage: Stage, code: str) -> None:
    ask(stage, code, "2 minggu lagi")
    assert "Contoh: 15 April 2026" in stage.budi.all_text(), "two weeks from today are before the deadline"
    stage.budi.says("20/4")
    stage.budi.says(WHY)
    stage.admin.says("/mitra")
    stage.admin.presses("Permintaan menunggu")
    assert f"{code} · Baznas minta tenggat 20 April 2026" in stage.admin.last.text
    stage.admin.presses(code)
    card = stage.admin.last
    grant = card.data("Setujui")
    stage.admin.presses("Tolak")
    stage.admin.says("Mohon tambah tukang")
    assert f"Tenggat baru {code} tidak disetujui: Mohon tambah tukang" in stage.budi.last.text
    stage.admin.presses_data(grant, card)
    assert "sudah dijawab" in stage.admin.toast
    assert due(stage, code) == "2026-04-01"
    assert [row.state for row in extensions(stage)] == [Answer.DECLINED]
    stage.admin.says("/mitra")
    stage.admin.presses("Permintaan menunggu")
    assert "Tidak ada permintaan yang menunggu" in stage.admin.last.text


def test_dates_and_reasons_that_cannot_be(stage: Stage, code: str) -> None:
    budi = stage.budi
    budi.says(code)
    budi.presses("Minta tanggal baru")
    for typed, said in (
        ("1 April", "1 April 2026 terlalu awal; tanggal baru harus sesudah 1 April 2026"), ("besok", "terlalu awal"),
        ("1/1/2031", "terlalu jauh"), ("31 April", "tidak ada di kalender"), ("secepatnya", "belum terbaca"),
        ("y" * 4000, "belum terbaca"),
    ):
        budi.says(typed)
        assert said in budi.last.text
        assert "Contoh" in budi.last.text
    budi.says("15 April")
    budi.says("z" * 4000)
    assert "3 sampai 500 karakter" in budi.last.text
    assert extensions(stage) == []
    budi.says(WHY)
    assert len(extensions(stage)) == 1, "what was answered before is not lost"


def test_whose_it_is_and_who_decides(stage: Stage, code: str) -> None:
    claim = stage.held(code)
    stage.citra.says("/bantuan")
    stage.citra.presses_data(AskTime(claim.id or 0, claim.version).pack(), stage.citra.last)
    assert "another partner" in stage.citra.toast
    ask(stage, code)
    number = extensions(stage)[0].id or 0
    stranger = stage.world.actor("Tetangga", 7_100_000_050)
    for somebody in (stage.budi, stage.citra, stage.vera, stage.sari, stranger):
        somebody.says("/bantuan")
        for button in (ExtensionCard(number), Grant(number), DeclineTime(number)):
            somebody.presses_data(button.pack(), somebody.last)
            assert somebody.toast, "each press has an answer"
    assert extensions(stage)[0].state == Answer.PENDING
    stage.budi.presses_data(AskTime(claim.id or 0, claim.version).pack(), stage.budi.last)
    assert "menunggu jawaban admin" in stage.budi.toast, "one request a claim"


def test_two_admins_answer(stage: Stage, code: str) -> None:
    stage.grant(CITRA, RoleName.ADMIN)
    ask(stage, code)
    stage.citra.presses("Grant")
    stage.admin.presses("Tolak")
    assert "sudah dijawab" in stage.admin.toast
    assert due(stage, code) == "2026-04-15"
    assert len([one for one in stage.budi.seen if "disetujui" in one.text]) == 1


def test_the_work_went_on_meanwhile(stage: Stage, code: str) -> None:
    ask(stage, code)
    report(stage.budi, code)
    assert due(stage, code) == "2026-05-01", "half done is later than what was asked for"
    stage.admin.presses("Setujui")
    assert "Tanggal itu tidak bisa disetujui" in stage.admin.last.text
    assert extensions(stage)[0].state == Answer.PENDING
    number = stage.held(code).id or 0
    stage.store.run(lambda session: progress.report_finished(session, number, stage.world.now, by=1))
    stage.admin.presses("Setujui")
    assert "Tanggal itu tidak bisa disetujui" in stage.admin.last.text
    stage.admin.presses("Tolak")
    stage.admin.says("Sudah tidak perlu")
    assert extensions(stage)[0].state == Answer.DECLINED


def test_the_day_asked_for_is_over_when_it_is_answered(stage: Stage, code: str) -> None:
    ask(stage, code, "3 April")
    stage.world.passes(days=33)
    stage.admin.presses("Setujui")
    assert "Tanggal yang diminta sudah lewat" in stage.admin.last.text
    assert due(stage, code) == "2026-04-01"
    stage.admin.presses("Tolak")
    stage.admin.says("Silakan minta tanggal lain")
    ask(stage, code, "20 April")
    stage.admin.presses("Setujui")
    assert due(stage, code) == "2026-04-20"


def test_the_claim_ended_meanwhile(stage: Stage, code: str) -> None:
    stage.budi.says(code)
    stage.budi.presses("Minta tanggal baru")
    stage.budi.says("15 April")
    number = stage.held(code).id or 0
    stage.store.run(lambda session: claims.release(session, number, "lain", stage.world.now, by=None))
    stage.budi.says(WHY)
    assert "sudah berakhir" in stage.budi.all_text()
    assert extensions(stage) == []


def test_a_request_holds_expiry_off_until_it_is_answered(stage: Stage, code: str) -> None:
    stage.world.now = datetime(2026, 4, 2, 3, 0, tzinfo=UTC)
    assert tick(stage) == 1
    stage.world.passes(days=13)
    ask(stage, code, "2 minggu")
    stage.world.passes(days=10)
    assert tick(stage) == 1, "the admins are reminded; nothing else happens"
    assert stage.state(code) == "claimed"
    stage.admin.presses(f"🗓 {code}")
    stage.admin.presses("Tolak")
    stage.admin.says("Sudah cukup lama")
    stage.world.passes(days=2)
    assert tick(stage) == 0, "three days are left to report"
    stage.world.passes(days=2)
    assert tick(stage) == 1
    assert stage.state(code) == "eligible"


def test_granted_when_it_was_overdue(stage: Stage, code: str) -> None:
    stage.world.now = datetime(2026, 4, 2, 3, 0, tzinfo=UTC)
    tick(stage)
    ask(stage, code, "20 April")
    stage.admin.presses("Setujui")
    claim = stage.held(code)
    assert (claim.overdue_at, claim.expires_at, due(stage, code)) == (None, None, "2026-04-20")
    stage.budi.says(code)
    assert "Mulai paling lambat 20 April 2026 (18 hari lagi)" in stage.budi.last.text


def test_granted_and_declined_at_once(stage: Stage, code: str) -> None:
    ask(stage, code)
    number, now = extensions(stage)[0].id or 0, stage.world.now
    admin = stage.store.run(lambda session: _person(session))

    results = at_once(stage.store, lambda session: deadlines.grant(session, number, now, by=admin),
                      lambda session: deadlines.decline(session, number, "tidak", now, by=admin))
    assert [isinstance(one, Exception) for one in results].count(True) == 1, results
    granted = not isinstance(results[0], Exception)
    assert extensions(stage)[0].state == (Answer.ACCEPTED if granted else Answer.DECLINED)
    assert due(stage, code) == ("2026-04-15" if granted else "2026-04-01")


def _person(session: Session) -> int:
    found = by_telegram(session, ADMIN.telegram_id)
    assert found is not None
    return found.id or 0


def test_a_day_is_a_day_of_the_city(stage: Stage, code: str) -> None:
    """Late in the evening of UTC it is tomorrow in Jakarta already."""
    stage.world.now = datetime(2026, 3, 31, 18, 0, tzinfo=UTC)  # 1 April 01.00 WIB
    ask(stage, code, "besok")
    assert "Permintaan tanggal baru (2 April 2026) menunggu" in stage.budi.last.text
    before = stage.held(code).due_at
    assert before is not None
    assert extensions(stage)[0].wanted_at == before + timedelta(days=1), "later by whole days"


def test_no_day_of_return_is_named_while_a_new_date_is_asked_for(stage: Stage, code: str) -> None:
    budi = stage.budi
    stage.world.passes(days=40)
    tick(stage)
    back = "kembali ke daftar tunggu 26 April 2026"
    budi.says("/klaimsaya")
    assert back in budi.last.text
    ask(stage, code, "15 Mei")
    assert "Permintaan tanggal baru (15 Mei 2026) menunggu jawaban admin" in budi.last.text
    assert "⚠ Lewat tenggat 10 hari\n" in budi.last.text
    budi.says("/klaimsaya")
    assert "⚠ Lewat tenggat 10 hari" in budi.last.text
    assert back not in budi.last.text
    stage.admin.presses("Tolak")
    stage.admin.says("Sudah terlalu lama")
    budi.says("/klaimsaya")
    assert back in budi.last.text


def test_the_example_of_a_new_date_is_one_that_is_taken(stage: Stage, code: str) -> None:
    stage.budi.says(code)
    stage.budi.presses("Minta tanggal baru")
    assert "2 minggu" not in stage.budi.last.text, "that is before the deadline, which is a month away"
    stage.budi.says(stage.budi.last.text.partition("misalnya ")[2].rstrip("."))
    assert f"Mengapa {code} perlu waktu lebih?" in stage.budi.last.text
