"""A house changes hands: asked for by a partner or referred by its holder, and what the other side answers."""

from __future__ import annotations

from storage import claims, cofunding, shown
from storage.claims import Claim, ClaimState
from storage.people import RoleName
from storage.requests import Answer, Transfer
from tests.builders import DANI, JUTA
from tests.handlers.stage import Stage, report
from tests.handlers.transfer_steps import REASON, ask_for, refer, requests

NOTE = "Sudah pesan material"


def test_asked_for_and_accepted(stage: Stage, code: str) -> None:
    quota = stage.quota("DPKPP")
    budi, dani = stage.budi, stage.dani
    budi.says(code)
    budi.presses("Lihat data keluarga")
    family = budi.last
    assert "Contoh 1" in family.text
    dani.says(code)
    for line in ("Diklaim", "Mitra: Baznas", "Fisik 0%"):
        assert line in dani.last.text
    assert "Contoh 1" not in dani.last.text, "nothing about the family of another partner's house"
    dani.presses("Minta alih")
    dani.says(REASON)
    assert f"Minta {code} dari Baznas dengan Kuota 2026" in dani.last.text
    assert "Rp50.000.000 dicadangkan" in dani.last.text
    assert requests(stage) == [], "not before the last word"
    dani.presses("Ya, kirim")
    assert "Bila belum dijawab dalam 3 hari, admin diminta memutuskan" in dani.last.text

    assert f"DPKPP meminta rumah {code} yang dipegang Baznas. Alasan: {REASON}" in budi.last.text
    assert "Mohon dijawab sebelum 5 Maret 2026 08.00 WIB" in budi.last.text
    budi.presses("Terima")
    assert f"Alihkan {code} dari Baznas ke DPKPP" in budi.last.text
    assert stage.held(code).partner_id == stage.partner("Baznas")
    budi.presses("Ya, dengan Kuota 2026")
    assert f"{code} beralih dari Baznas ke DPKPP" in budi.last.text

    made = stage.held(code)
    assert (made.partner_id, made.turn, stage.state(code)) == (stage.partner("DPKPP"), 2, "claimed")
    assert stage.left(quota) == (9, 450 * JUTA)
    assert family.text == "Data keluarga di pesan ini sudah ditarik."
    assert f"Rumah {code} beralih dari Baznas ke DPKPP" in dani.last.text
    dani.presses("Lihat data keluarga")
    assert "Contoh 1" in dani.last.text
    assert "kini dipegang DPKPP, sebelumnya Baznas" in stage.sari.last.text
    assert f"Rumah {code} beralih dari Baznas ke DPKPP" in stage.vera.last.text
    assert stage.admin.seen == [], "nobody asked the admins"
    for somebody in (stage.sari, stage.vera, stage.citra):
        assert REASON not in somebody.all_text()
    budi.says(code)
    assert "Mitra: DPKPP" in budi.last.text, "the old holder sees what any other partner sees"
    assert "Contoh 1" not in budi.all_text()


def test_declined_with_a_note(stage: Stage, code: str) -> None:
    stage.quota("DPKPP")
    ask_for(stage.dani, code)
    stage.budi.presses("Tolak")
    stage.budi.says("x")
    assert "3 sampai 500" in stage.budi.last.text
    stage.budi.says(NOTE)
    assert f"Ditolak: {NOTE}" in stage.budi.last.text
    assert f"Pengalihan {code} dari Baznas ke DPKPP ditolak: {NOTE}" in stage.dani.last.text
    (row,) = requests(stage)
    assert (row.state, row.note) == (Answer.DECLINED, NOTE)
    assert stage.held(code).partner_id == stage.partner("Baznas")
    stage.dani.says(code)
    assert any("Minta alih" in one for one in stage.dani.last.buttons), "it may be asked for again"


def test_taken_back(stage: Stage, code: str) -> None:
    stage.quota("DPKPP")
    ask_for(stage.dani, code)
    asked = stage.budi.last
    stage.dani.presses("Tarik permintaan")
    assert "sudah ditarik kembali" in stage.dani.last.text
    assert f"Permintaan alih {code} dari Baznas ke DPKPP ditarik kembali" in stage.budi.last.text
    for data in (asked.data("Terima"), asked.data("Tolak")):
        stage.budi.presses_data(data, asked)
        assert "sudah dijawab atau tidak berlaku lagi" in stage.budi.toast
        stage.budi.toasts.clear()
    assert "sudah ditarik kembali" in asked.text, "an old card says what is true now"
    assert requests(stage)[0].state == Answer.WITHDRAWN
    assert stage.held(code).partner_id == stage.partner("Baznas")


def test_referred_and_accepted_with_one_of_two_quotas(stage: Stage, code: str) -> None:
    stage.quota("DPKPP", units=1)
    second = stage.quota("DPKPP", batch=2)
    report(stage.budi, code)
    refer(stage.budi, code, "DPKPP")
    dani = stage.dani
    assert f"Baznas menawarkan rumah {code} kepada DPKPP. Alasan: {REASON}" in dani.last.text
    dani.presses("Terima")
    assert "Kuota 2026 tahap 2: akan dicadangkan Rp50.000.000" in dani.last.text
    dani.presses("tahap 2")
    family = dani.last
    assert "Contoh 1" in family.text, "the family's data as at a claim"
    assert "Mitra: DPKPP" in dani.seen[-2].text
    assert stage.left(second)[0] == 9
    assert f"Rumah {code} beralih dari Baznas ke DPKPP. Unit dan dananya kembali" in stage.budi.last.text
    assert len(stage.events("read.household")) == 1
    claim = stage.held(code)
    assert (claim.physical, stage.state(code)) == (0, "claimed")
    assert stage.store.run(lambda session: len(shown.of_claim(session, claim.id or 0))) == 1


def test_referred_and_declined(stage: Stage, code: str) -> None:
    refer(stage.budi, code, "PT Contoh")
    stage.citra.presses("Decline")
    stage.citra.says("Not in our area")
    assert "ditolak: Not in our area" in stage.budi.last.text
    stage.budi.presses("Lihat permintaan alih")
    assert "Ditolak: Not in our area" in stage.budi.last.text
    assert requests(stage)[0].state == Answer.DECLINED


def test_a_reason_is_needed(stage: Stage, code: str) -> None:
    stage.quota("DPKPP")
    dani = stage.dani
    dani.says(code)
    dani.presses("Minta alih")
    dani.photo()
    for typed, said in (("x", "3 sampai 500 karakter"), ("12345", "3 sampai 500"), ("y" * 4000, "3 sampai 500"),
                        ("3674061201700001", "nomor")):
        dani.says(typed)
        assert said in dani.last.text
        assert "Mengapa" in dani.last.text, "asked again"
    dani.says(REASON)
    dani.presses("Tidak jadi")
    assert "Tidak ada yang dikirim" in dani.last.text
    assert requests(stage) == []


def test_cofunders_go_on_and_hear_of_it(stage: Stage) -> None:
    lead, taker = (stage.quota(name, house_ceiling=30 * JUTA) for name in ("Baznas", "DPKPP"))
    helper = stage.quota("PT Contoh Sejahtera")
    code = stage.houses(1)[0]
    claim = stage.claimed(code, lead)
    stage.store.run(lambda session: cofunding.join(session, claim.id or 0, helper, 20 * JUTA, stage.world.now, by=None))
    ask_for(stage.dani, code)
    stage.budi.presses("Terima")
    stage.budi.presses("Ya, dengan")
    assert f"The house {code} went from Baznas to DPKPP" in stage.citra.last.text
    assert REASON not in stage.citra.all_text()
    stage.citra.presses("See the house")
    assert f"{code}" in stage.citra.last.text
    assert "DPKPP" in stage.citra.last.text
    stage.vera.presses(code)
    assert f"{code}" in stage.vera.last.text
    assert [stage.left(one)[1] for one in (lead, taker, helper)] == [500 * JUTA, 470 * JUTA, 480 * JUTA]
    made = stage.held(code)
    parts = stage.store.run(lambda session: claims.contributions(session, made.id or 0))
    assert sorted(part.amount for part in parts) == [20 * JUTA, 30 * JUTA]


def test_two_reps_answer_one_after_the_other(stage: Stage, code: str) -> None:
    stage.grant(DANI, RoleName.PARTNER, "Baznas")
    quota = stage.quota("PT Contoh Sejahtera")
    citra = stage.citra
    citra.says(code)
    citra.presses("Ask for this house")
    citra.says(REASON)
    citra.presses("Yes, send")
    for rep in (stage.budi, stage.dani):
        assert "meminta rumah" in rep.last.text
        rep.presses("Terima")
    stage.budi.presses("Ya, dengan")
    stage.dani.presses("Ya, dengan", on=stage.dani.seen[0])
    assert "sudah dijawab atau tidak berlaku lagi" in stage.dani.toast
    assert f"Diterima: {code} beralih dari Baznas ke PT Contoh Sejahtera" in stage.dani.seen[0].text
    assert stage.left(quota)[0] == 9
    assert [one.state for one in stage.rows(Claim)] == [ClaimState.TRANSFERRED, ClaimState.ACTIVE]
    assert len([one for one in citra.seen if "went from Baznas" in one.text]) == 1


def test_a_claim_that_ended_meanwhile(stage: Stage, code: str) -> None:
    stage.quota("DPKPP")
    stage.dani.says(code)
    stage.dani.presses("Minta alih")
    stage.dani.says(REASON)
    number = stage.held(code).id or 0
    ask = stage.dani.last
    yes = ask.data("Ya, kirim")
    stage.store.run(lambda session: claims.release(session, number, "lain", stage.world.now, by=None))
    stage.dani.presses_data(yes, ask)
    assert "sudah berakhir" in stage.dani.toast
    assert stage.rows(Transfer) == []
    stage.dani.presses("Buka")
    assert "✅ Klaim" in stage.dani.last.buttons, "it waits for a partner now"


def test_the_holder_keeps_paying_from_no_quota(stage: Stage) -> None:
    """What it added from its second quota comes back with the house, as it is told; what others add stays."""
    lead, second = stage.quota("Baznas", house_ceiling=20 * JUTA), stage.quota("Baznas", batch=2)
    helper, taker = stage.quota("PT Contoh Sejahtera"), stage.quota("DPKPP")
    code = stage.houses(1)[0]
    claim = stage.claimed(code, lead)
    for quota in (second, helper):
        stage.store.run(lambda session, quota=quota: cofunding.join(session, claim.id or 0, quota, 5 * JUTA,
                                                                    stage.world.now, by=None))
    ask_for(stage.dani, code)
    stage.budi.presses("Terima")
    stage.budi.presses("Ya, dengan")
    assert [stage.left(one)[1] for one in (lead, second)] == [500 * JUTA] * 2
    assert [stage.left(one)[1] for one in (helper, taker)] == [495 * JUTA, 455 * JUTA]
    assert stage.held(code).uncovered == 0


def test_says_what_is_reserved_besides_cofunders(stage: Stage) -> None:
    lead, helper = stage.quota("Baznas", house_ceiling=30 * JUTA), stage.quota("PT Contoh Sejahtera")
    taker = stage.quota("DPKPP", ceiling=45 * JUTA)
    code = stage.houses(1)[0]
    claim = stage.claimed(code, lead)
    stage.store.run(lambda session: cofunding.join(session, claim.id or 0, helper, 20 * JUTA, stage.world.now, by=None))
    dani = stage.dani
    dani.says(code)
    dani.presses("Minta alih")
    dani.says(REASON)
    assert "Rp30.000.000 dicadangkan" in dani.last.text
    dani.presses("Tidak jadi")
    refer(stage.budi, code, "DPKPP")
    dani.presses("Terima")
    assert "akan dicadangkan Rp30.000.000" in dani.last.text
    dani.presses("Ya, dengan")
    assert stage.left(taker)[1] == 15 * JUTA
