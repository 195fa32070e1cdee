"""A co-funder takes its money back; a lead gives the house back, and the co-funders hear of it."""

from __future__ import annotations

from handlers.claims.buttons import LeaveFunding
from storage import cofunding, progress
from storage.contributions import Contribution, FundedPart
from storage.people import RoleName
from tests.builders import CITRA, DANI, JUTA, person
from tests.handlers.stage import Stage
from tests.handlers.test_cofund import lacking


def joined(stage: Stage, amount: int = 10 * JUTA, part: FundedPart | None = FundedPart.ROOF) -> tuple[str, int, int]:
    """A house of Baznas that DPKPP adds to; its code, DPKPP's quota and the contribution."""
    code, claim = lacking(stage)
    quota = stage.quota("DPKPP")
    made = stage.store.run(lambda session: cofunding.join(
        session, claim.id or 0, quota, amount, stage.world.now, by=person(session, DANI).id, part=part).id or 0)
    return code, quota, made


def test_support_is_taken_back(stage: Stage) -> None:
    code, quota, _ = joined(stage)
    assert stage.left(quota)[1] == 490 * JUTA
    stage.dani.says("/danai")
    stage.dani.presses(f"🤝 {code}")
    card = stage.dani.last
    data = card.data("Tarik dukungan Rp10.000.000")
    stage.dani.presses_data(data, card)
    assert f"Tarik dukungan Rp10.000.000 (atap) dari {code}?" in stage.dani.last.text
    assert "yang belum tertutup menjadi Rp40.000.000" in stage.dani.last.text
    stage.dani.presses("Ya, tarik dukungan")
    assert f"Dukungan Rp10.000.000 untuk {code} ditarik" in stage.dani.last.text
    assert stage.left(quota) == (10, 500 * JUTA)
    assert stage.held(code).uncovered == 40 * JUTA
    assert f"DPKPP (APBD) menarik dukungan Rp10.000.000 (atap) untuk {code}. Belum tertutup: Rp40.000.000" \
        in stage.budi.last.text
    stage.dani.presses_data(data, card)
    assert "Dukungan dana itu tidak ada lagi" in stage.dani.toast
    assert stage.left(quota) == (10, 500 * JUTA)
    stage.dani.presses("Danai bersama")
    assert "Yang didukung" not in stage.dani.last.text


def test_typed_and_kept(stage: Stage) -> None:
    code, quota, _ = joined(stage)
    stage.dani.says(code)
    stage.dani.presses("Tarik dukungan")
    stage.dani.says("tidak, tetap didukung")
    assert f"Dukungan untuk {code} tetap" in stage.dani.last.text
    assert stage.left(quota)[1] == 490 * JUTA


def test_not_anothers_and_not_the_leads(stage: Stage) -> None:
    _, _, made = joined(stage)
    lead = next(one.id for one in stage.rows(Contribution) if one.lead)
    stage.citra.says("/danai")
    stage.citra.presses_data(LeaveFunding(made).pack(), stage.citra.last)
    assert "another partner" in stage.citra.toast
    stage.budi.says("/danai")
    stage.budi.presses_data(LeaveFunding(lead).pack(), stage.budi.last)
    assert "/lepas" in stage.budi.toast
    stage.budi.presses_data(LeaveFunding(10**9).pack(), stage.budi.last)
    assert "tidak ada lagi" in stage.budi.toast
    assert all(one.ended_at is None for one in stage.rows(Contribution))


def test_two_reps_take_it_back_at_once(stage: Stage) -> None:
    stage.grant(CITRA, RoleName.PARTNER, "DPKPP")
    code, quota, _ = joined(stage)
    for rep, words in ((stage.dani, "Tarik dukungan"), (stage.citra, "Take back")):
        rep.says(code)
        rep.presses(words)
    stage.dani.presses("Ya, tarik")
    stage.citra.presses("Yes, take it back")
    assert "not there any more" in stage.citra.toast
    assert stage.left(quota)[1] == 500 * JUTA


def test_not_once_the_work_is_done(stage: Stage) -> None:
    code, quota, made = joined(stage)
    stage.dani.says(code)
    card, claim = stage.dani.last, stage.held(code)
    by = stage.store.run(lambda session: person(session, CITRA).id or 0)
    stage.store.run(lambda session: progress.report(session, claim.id or 0, 90, stage.world.now, by=by))
    stage.store.run(lambda session: progress.report_finished(session, claim.id or 0, stage.world.now, by=by))
    stage.dani.presses_data(LeaveFunding(made).pack(), card)
    assert "pendanaannya tidak bisa diubah lagi" in stage.dani.toast
    stage.dani.says(code)
    assert "Dukungan Bapak/Ibu: Rp10.000.000 (atap)" in stage.dani.last.text
    assert "Tarik dukungan" not in str(stage.dani.last.buttons)
    assert stage.left(quota)[1] == 490 * JUTA


def test_the_lead_releases_the_house(stage: Stage) -> None:
    code, quota, made = joined(stage)
    stage.budi.says("/lepas")
    stage.budi.presses(code)
    stage.budi.says("pemilik menolak")
    assert "1 rumah dan Rp20.000.000 kembali ke kuota" in stage.budi.last.text, "of its own, not of the others"
    stage.dani.says(code)
    card = stage.dani.last
    stage.budi.presses("Ya, lepas")
    assert "1 rumah dan Rp20.000.000 kembali ke kuota" in stage.budi.last.text
    assert f"Klaim {code} dilepas oleh Baznas; rumah kembali menunggu mitra. Dana yang Bapak/Ibu tambahkan kembali" \
        in stage.dani.last.text
    assert "menolak" not in stage.dani.last.text, "what a partner writes may speak of the family"
    assert stage.left(quota) == (10, 500 * JUTA)
    stage.dani.presses_data(LeaveFunding(made).pack(), card)
    assert "tidak ada lagi" in stage.dani.toast
    stage.dani.presses("Danai bersama")
    assert "Yang didukung" not in stage.dani.last.text


def test_a_form_left_open_when_the_claim_ends(stage: Stage) -> None:
    code, _, _ = joined(stage)
    stage.dani.says(code)
    stage.dani.presses("Danai rumah ini")
    stage.budi.says("/lepas")
    stage.budi.presses(code)
    stage.budi.says("pemilik menolak")
    stage.budi.presses("Ya, lepas")
    stage.dani.says("5jt")
    (said,) = [one for one in stage.dani.seen if "Klaim rumah itu sudah berakhir" in one.text]
    assert said.buttons, "with a way on"
    assert len(stage.rows(Contribution)) == 2
