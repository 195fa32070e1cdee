"""What stands in the way of a transfer, who may not answer one, and what happens without an answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from handlers.transfers.buttons import Accept, AcceptWith, AskFor, DeclineTransfer, TransferCard, Withdraw
from storage import budgets, claims, fitting, partners, progress, transfers
from storage.claims import ClaimState
from storage.errors import Refused
from storage.people import RoleName
from storage.requests import Answer
from storage.rules import DEFAULTS
from tests.builders import BUDI, CITRA, DANI, JUTA, at_once, build
from tests.handlers.stage import Stage, bast, reported
from tests.handlers.transfer_steps import REASON, ask_for, refer, requests, tick


def _accepts(stage: Stage) -> None:
    stage.budi.presses("Terima")
    if any("Ya, dengan" in label for label in stage.budi.last.buttons):
        stage.budi.presses("Ya, dengan")


def _nothing_changed(stage: Stage, code: str) -> None:
    assert "Tidak ada yang berubah" in stage.budi.last.text
    assert requests(stage)[0].state == Answer.PENDING
    assert stage.held(code).partner_id == stage.partner("Baznas")


def test_the_takers_quota_is_short_at_the_answer(stage: Stage, code: str) -> None:
    quota = stage.quota("DPKPP", units=1, ceiling=50 * JUTA)
    ask_for(stage.dani, code)
    stage.claimed(stage.houses(1)[0], quota, BUDI)
    _accepts(stage)
    _nothing_changed(stage, code)
    assert "kurang 1 rumah (perlu 1, sisa 0) dan kurang Rp50.000.000 (perlu Rp50.000.000, sisa Rp0)" in \
        stage.budi.last.text
    stage.store.run(lambda session: partners.change_quota(session, quota, stage.world.now, by=None, units=2,
                                                          ceiling=100 * JUTA))
    _accepts(stage)
    assert f"{code} beralih dari Baznas ke DPKPP" in stage.budi.last.text


def test_the_takers_rules_forbid_it(stage: Stage, code: str) -> None:
    stage.quota("DPKPP")
    ask_for(stage.dani, code)
    number = stage.partner("DPKPP")
    stage.store.run(lambda session: fitting.set_rules(
        session, number, stage.world.now, by=None, areas=[], most=None, mustahik=True, land=False,
        dtsen=False))
    _accepts(stage)
    _nothing_changed(stage, code)
    assert f"{code} tidak sesuai dengan ketentuan mitra: belum tercatat sebagai mustahik" in stage.budi.last.text


def test_the_holders_quota_is_closed(stage: Stage) -> None:
    """What was promised stays under it, and goes back to it."""
    old, code = stage.quota("Baznas"), stage.houses(1)[0]
    stage.claimed(code, old)
    stage.quota("DPKPP")
    stage.store.run(lambda session: budgets.close(session, old, stage.world.now, by=None))
    ask_for(stage.dani, code)
    _accepts(stage)
    assert stage.held(code).partner_id == stage.partner("DPKPP")
    assert stage.left(old) == (10, 500 * JUTA)


def test_the_takers_quota_is_closed(stage: Stage, code: str) -> None:
    quota = stage.quota("DPKPP")
    ask_for(stage.dani, code)
    stage.store.run(lambda session: budgets.close(session, quota, stage.world.now, by=None))
    _accepts(stage)
    _nothing_changed(stage, code)
    assert "Kuota tahun 2026 sudah ditutup" in stage.budi.last.text


def test_without_a_quota_or_after_the_work(stage: Stage, code: str) -> None:
    stage.dani.says(code)
    stage.dani.presses("Minta alih")
    assert "Belum ada kuota tahun 2026" in stage.dani.toast
    stage.quota("DPKPP")
    claim = stage.held(code)
    stage.store.run(lambda session: reported(session, claim, stage.world.now))
    old = stage.dani.last
    stage.dani.says(code)
    assert "menunggu verifikator" in stage.dani.last.text
    assert not any("Minta alih" in label for label in stage.dani.last.buttons)
    stage.dani.presses("Minta alih", on=old)
    assert "sudah selesai atau sedang diperiksa" in stage.dani.toast
    assert requests(stage) == []


def test_one_request_a_house(stage: Stage, code: str) -> None:
    stage.quota("DPKPP")
    stage.quota("PT Contoh Sejahtera")
    ask_for(stage.dani, code)
    number = stage.held(code).id or 0
    stage.citra.says(code)
    assert not any("Ask for this house" in label for label in stage.citra.last.buttons)
    assert "Another partner has asked for it already" in stage.citra.last.text
    stage.citra.presses_data(AskFor(number).pack(), stage.citra.last)
    assert stage.citra.toast == f"A request to transfer {code} is waiting for an answer already."
    stage.dani.says(code)
    stage.dani.presses("Lihat permintaan alih")
    assert "Menunggu jawaban Baznas sampai" in stage.dani.last.text
    stage.budi.presses_data(AskFor(number).pack(), stage.budi.last)
    assert "sudah dipegang mitra ini sendiri" in stage.budi.toast
    assert len(requests(stage)) == 1


def test_who_may_not_answer(stage: Stage, code: str) -> None:
    quota = stage.quota("DPKPP")
    ask_for(stage.dani, code)
    number = requests(stage)[0].id or 0
    stranger = stage.world.actor("Tetangga", 7_100_000_050)
    for somebody in (stage.sari, stage.vera, stage.citra, stranger, stage.admin, stage.dani):
        somebody.says("/bantuan")
        for button in (TransferCard(number), Accept(number), AcceptWith(number, quota), DeclineTransfer(number),
                       Withdraw(number)):
            if somebody is stage.dani and isinstance(button, (Withdraw, TransferCard)):
                continue
            somebody.presses_data(button.pack(), somebody.last)
        if somebody not in (stage.admin, stage.dani):
            assert REASON not in somebody.all_text()
    assert "dijawab oleh mitra yang diminta" in stage.dani.toast, "nobody answers their own request"
    assert "dijawab oleh mitra yang diminta" in str(stage.admin.toasts), "the admins may when nobody answers"
    assert requests(stage)[0].state == Answer.PENDING
    assert stage.held(code).partner_id == stage.partner("Baznas")


def test_without_an_answer_the_admins_decide(stage: Stage, code: str) -> None:
    stage.quota("DPKPP")
    ask_for(stage.dani, code)
    asked = stage.budi.last
    stage.world.passes(hours=72, seconds=-1)
    assert tick(stage) == 0
    stage.world.passes(seconds=1)
    assert [tick(stage), tick(stage)] == [1, 0]
    (told,) = [one for one in stage.admin.seen if "belum menjawab dalam 3 hari" in one.text]
    assert REASON in told.text
    stage.admin.says("/mitra")
    stage.admin.presses("Permintaan menunggu")
    assert f"{code} · Baznas → DPKPP · menunggu jawaban Bapak/Ibu" in stage.admin.last.text
    stage.admin.presses(code)
    assert "admin juga diminta memutuskan" in stage.admin.last.text
    stage.admin.presses("Terima")
    stage.admin.presses("Ya, dengan")
    assert f"{code} beralih dari Baznas ke DPKPP" in stage.admin.last.text
    assert stage.held(code).partner_id == stage.partner("DPKPP")
    for rep in (stage.budi, stage.dani):
        assert f"Rumah {code} beralih dari Baznas ke DPKPP" in rep.last.text
    stage.budi.presses("Tolak", on=asked)
    assert "sudah dijawab" in stage.budi.toast


def test_the_admins_who_were_asked_hear_of_a_late_yes(stage: Stage, code: str) -> None:
    stage.quota("DPKPP")
    ask_for(stage.dani, code)
    stage.world.passes(hours=80)
    tick(stage, "escalate_transfers")
    _accepts(stage)
    assert f"Rumah {code} beralih dari Baznas ke DPKPP" in stage.admin.last.text
    stage.admin.presses("Buka klaim")
    assert "Mitra: DPKPP" in stage.admin.last.text


def test_the_holder_may_still_answer_after_it_went_to_the_admins(stage: Stage, code: str) -> None:
    stage.quota("DPKPP")
    ask_for(stage.dani, code)
    stage.world.passes(hours=80)
    tick(stage, "escalate_transfers")
    stage.budi.presses("Tolak")
    stage.budi.says("Sudah mulai")
    assert "ditolak: Sudah mulai" in stage.admin.last.text
    old = next(one for one in stage.admin.seen if "belum menjawab" in one.text)
    stage.admin.presses("Terima", on=old)
    assert "sudah dijawab" in stage.admin.toast
    assert stage.held(code).partner_id == stage.partner("Baznas")


def test_my_requests_on_both_sides(stage: Stage, code: str) -> None:
    quota = stage.quota("DPKPP", units=20, ceiling=5_000 * JUTA)
    theirs = stage.houses(1)[0]
    stage.claimed(theirs, quota)
    ask_for(stage.dani, code)
    refer(stage.dani, theirs, "Baznas")
    stage.budi.says("/klaimsaya")
    assert "2 permintaan alih menunggu jawaban Bapak/Ibu" in stage.budi.last.text
    stage.budi.presses("Permintaan alih (2)")
    for line in (f"{code} · Baznas → DPKPP", f"{theirs} · DPKPP → Baznas"):
        assert f"{line} · menunggu jawaban Bapak/Ibu" in stage.budi.last.text
    stage.dani.says("/klaimsaya")
    assert "2 permintaan alih menunggu jawaban mitra lain" in stage.dani.last.text
    stage.citra.says("/klaimsaya")
    assert "transfer request" not in stage.citra.last.text
    assert "There are no claims yet" in stage.citra.last.text


def test_no_other_partner(stage: Stage) -> None:
    stage.store.run(lambda session: [setattr(one, "closed_at", stage.world.now) or session.add(one)
                                     for one in partners.all_partners(session) if one.name != "Baznas"])
    code = stage.houses(1)[0]
    stage.claimed(code, stage.quota("Baznas"))
    stage.budi.says(code)
    stage.budi.presses("Rujuk")
    assert "Belum ada mitra lain" in stage.budi.toast


def test_a_rep_who_also_surveys_sees_the_card_that_tells_more(stage: Stage, code: str) -> None:
    stage.grant(CITRA, RoleName.VERIFIER)
    stage.citra.says(code)
    assert "Contoh 1" in stage.citra.all_text(), "a verifier's card of the house"
    assert not any("Ask for this house" in label for label in stage.citra.last.buttons)


def test_accepted_and_released_at_once(stage: Stage, code: str) -> None:
    stage.quota("DPKPP")
    ask_for(stage.dani, code)
    transfer, number, now = requests(stage)[0].id or 0, stage.held(code).id or 0, stage.world.now
    results = at_once(stage.store, lambda session: transfers.accept(session, transfer, now, by=None),
                      lambda session: claims.release(session, number, "lain", now, by=None))
    assert [isinstance(one, Refused) for one in results].count(True) == 1, results
    moved = not isinstance(results[0], Exception)
    (row,) = requests(stage)
    assert row.state == (Answer.ACCEPTED if moved else Answer.VOID)
    old = stage.store.run(lambda session: claims.get(session, number))
    assert old.state == (ClaimState.TRANSFERRED if moved else ClaimState.RELEASED)
    assert stage.state(code) == ("claimed" if moved else "eligible")


def test_accepted_by_two_at_once(stage: Stage, code: str) -> None:
    quota = stage.quota("DPKPP")
    ask_for(stage.dani, code)
    transfer, now = requests(stage)[0].id or 0, stage.world.now
    results = at_once(stage.store, *[lambda session: transfers.accept(session, transfer, now, by=None)] * 2)
    assert [isinstance(one, Refused) for one in results].count(True) == 1, results
    assert stage.left(quota)[0] == 9


def test_two_processes_pass_a_request_on_once(stage: Stage, code: str) -> None:
    stage.quota("DPKPP")
    ask_for(stage.dani, code)
    later = stage.world.now + timedelta(hours=73)
    found = at_once(stage.store, *[lambda session: transfers.escalate(session, later, DEFAULTS)] * 2)
    assert sorted(len(one) for one in found) == [0, 1]


def test_progress_moves_nothing_of_a_request(stage: Stage, code: str) -> None:
    """The work may begin while the request waits; the house is handed on as it stands."""
    stage.quota("DPKPP")
    ask_for(stage.dani, code)
    number = stage.held(code).id or 0
    stage.store.run(lambda session: progress.report(session, number, 40, datetime(2026, 3, 3, tzinfo=UTC), by=1))
    _accepts(stage)
    assert (stage.state(code), stage.held(code).physical) == ("claimed", 0)


def test_handed_over_while_a_request_waits(stage: Stage, code: str) -> None:
    """Nobody answered, and the holder did the work: whoever asked hears that it is over."""
    stage.quota("DPKPP")
    ask_for(stage.dani, code)
    claim = stage.held(code)
    stage.store.run(lambda session: build(session, claim))
    stage.budi.says(code)
    bast(stage.budi, code, "50jt")
    assert requests(stage)[0].state == Answer.VOID
    assert f"Permintaan pengalihan {code} berakhir: Baznas sudah menyelesaikan rumah itu" in stage.dani.last.text
    stage.dani.presses("Kuota dan kecamatan")
def test_a_house_that_is_referred_to_another_says_so(stage: Stage, code: str) -> None:
    stage.quota("DPKPP")
    refer(stage.budi, code, "PT Contoh Sejahtera")
    stage.dani.says(code)
    assert "Rumah ini sedang ditawarkan kepada mitra lain" in stage.dani.last.text
    assert "memintanya" not in stage.dani.last.text
    assert not any("Minta alih" in label for label in stage.dani.last.buttons)


def test_a_rep_of_two_partners_sees_for_which_one_a_house_is_asked(stage: Stage, code: str) -> None:
    stage.grant(DANI, RoleName.PARTNER, "PT Contoh Sejahtera")
    stage.quota("DPKPP")
    stage.quota("PT Contoh Sejahtera")
    stage.dani.says(code)
    stage.dani.presses("Minta alih")
    stage.dani.presses("DPKPP · Kuota 2026")
    stage.dani.says(REASON)
    assert f"Minta {code} dari Baznas dengan DPKPP · Kuota 2026?" in stage.dani.last.text
