"""/progres: reports with photos, finished, confirmed or sent back, handed over."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import Session

from handlers.progress import buttons
from storage import claims, people, progress
from storage.claims import Claim
from storage.people import RoleName
from storage.photos import Photo
from storage.progress import Progress, ProgressKind
from storage.shown import Shown
from storage.store import Store
from tests.builders import BUDI, CITRA, JUTA, PAMULANG, SETU, VERA, build
from tests.handlers.stage import Stage
from tests.world import Actor


@pytest.fixture
def stage(database: Store) -> Stage:
    return Stage(database)


@pytest.fixture
def code(stage: Stage) -> str:
    """A house that Baznas has claimed."""
    found = stage.houses(1)[0]
    stage.claimed(found, stage.quota("Baznas"))
    return found


def report(actor: Actor, code: str, physical: str = "30", photos: int = 1, note: str | None = None) -> None:
    actor.says("/progres")
    actor.presses(code)
    actor.presses("Laporkan progres")
    actor.says(physical)
    actor.presses("Lewati")
    for _ in range(photos):
        actor.photo()
    if note:
        actor.says(note)
    else:
        actor.presses("Lewati")
    actor.presses("Simpan")


def finish(actor: Actor, code: str) -> None:
    actor.says("/progres")
    actor.presses(code)
    actor.presses("Laporkan selesai")
    actor.presses("Ya, sudah selesai")


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
    budi.photo()
    budi.photo()
    budi.says("Pondasi <b>selesai</b>")
    assert "Catatan: Pondasi <b>selesai</b>" in budi.last.text
    budi.presses("Simpan")
    assert "✓ Laporan tersimpan" in budi.last.text
    assert "Fisik 30% · keuangan 20%" in budi.last.text
    assert "Foto pekerjaan: 2" in budi.last.text
    assert stage.state(code) == "in_progress"
    assert f"Rumah {code} yang Bapak/Ibu data mulai dikerjakan" in sari.last.text
    row = stage.rows(Progress)[0]
    assert [photo.progress_id for photo in stage.rows(Photo)] == [row.id, row.id]
    budi.presses("Foto pekerjaan")
    assert [one.method for one in budi.seen[-2:]] == ["sendMessage", "sendMediaGroup"]
    assert budi.last.params["protect_content"] is True

    finish(budi, code)
    assert stage.state(code) == "in_progress", "until a verifier confirms it"
    assert f"melaporkan pekerjaan {code} selesai" in vera.last.text
    vera.presses("Periksa")
    assert [one.method for one in vera.seen[-2:]] == ["sendMessage", "sendMediaGroup"], "no picture holds back a text"
    vera.presses("Konfirmasi selesai")
    assert stage.state(code) == "finished"
    assert "Langkah berikutnya: serah terima" in budi.last.text
    assert f"Rumah {code} yang Bapak/Ibu data sudah selesai" in sari.last.text

    budi.presses("Buka klaim")
    budi.presses("Lihat data keluarga")
    family = budi.last
    budi.says("/progres")
    assert "• 1 siap serah terima" in budi.last.text
    budi.presses(code)
    budi.presses("Serah terima")
    budi.says("48,5 juta")
    assert "biaya nyata Rp48.500.000" in budi.last.text
    assert "Rp1.500.000 kembali ke kuota" in budi.last.text
    budi.presses("Ya, serah terima")
    assert stage.state(code) == "handed_over"
    assert "Biaya nyata: Rp48.500.000" in budi.last.text
    for somebody in (sari, stage.admin):
        assert f"{code} sudah diserahterimakan oleh Baznas. Biaya nyata: Rp48.500.000" in somebody.last.text
    claim = stage.held(code)
    assert (claim.real_cost, claim.physical, claim.financial) == (48_500_000, 100, 100)
    assert "sudah ditarik" in family.text
    assert all(row.closed_at for row in stage.rows(Shown))


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
    for somebody in (stage.budi, stage.sari):
        assert "Atap belum <i>terpasang</i>" in somebody.last.text
    assert stage.state(code) == "in_progress"
    stage.budi.presses("Buka klaim")
    assert "Belum selesai menurut verifikator" in stage.budi.last.text
    finish(stage.budi, code)
    stage.vera.presses("Periksa")
    stage.vera.presses("Konfirmasi selesai")
    assert stage.state(code) == "finished"


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
    budi.presses("Laporkan selesai")
    sure = budi.last
    yes = sure.data("Ya, sudah selesai")
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
    assert "Ada catatan" in budi.last.text
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


def test_work_sent_back_stands_where_it_was_reported(stage: Stage, code: str) -> None:
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
        stage.store.run(lambda session, claim=claim: _reported(session, claim, stage.world.now))
    stage.vera.says("/verifikasi")
    stage.vera.presses("Pekerjaan selesai (3)")
    for one in codes[:2]:
        assert one in stage.vera.last.text
        stage.vera.presses("berikutnya")
    assert codes[2] in stage.vera.last.text
    stage.vera.presses("berikutnya")
    assert "Tidak ada lagi" in stage.vera.last.text


def _reported(session: Session, claim: Claim, now: Any) -> None:
    progress.report(session, claim.id or 0, 70, now, by=claim.claimed_by or 0)
    progress.report_finished(session, claim.id or 0, now, by=claim.claimed_by or 0)


def test_most_urgent_first_and_paged(stage: Stage) -> None:
    quota = stage.quota("Baznas", units=20, ceiling=5_000 * JUTA)
    codes = stage.houses(12)
    made = {one: stage.claimed(one, quota) for one in codes}
    stage.store.run(lambda session: build(session, made[codes[11]]))
    stage.store.run(lambda session: _reported(session, made[codes[0]], stage.world.now))
    stage.store.run(lambda session: progress.report(session, made[codes[5]].id or 0, 10, stage.world.now, by=1))
    stage.budi.says("/progres")
    assert stage.budi.last.buttons[:2] == [codes[11], codes[5]]
    for line in ("1 siap serah terima", "1 sedang dikerjakan", "9 belum dimulai", "1 menunggu verifikator"):
        assert line in stage.budi.last.text
    stage.budi.presses("Berikutnya")
    assert stage.budi.last.buttons[3] == codes[0], "what waits for others comes last"
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
