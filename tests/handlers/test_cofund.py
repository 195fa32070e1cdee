"""/danai: others pay for what a house lacks; figures only, never the family."""

from __future__ import annotations

from handlers.claims.buttons import Fund, FundingCard
from storage import claims, cofunding
from storage.claims import Claim
from storage.contributions import Contribution, FundedPart
from storage.partners import Scheme
from storage.people import RoleName
from storage.shown import Shown
from tests.builders import BUDI, CITRA, DANI, JUTA, SETU, at_once, build, person
from tests.handlers.stage import Stage, report
from tests.handlers.test_fits import rules


def lacking(stage: Stage, estimate: int = 60 * JUTA) -> tuple[str, Claim]:
    """A house that Baznas leads with Rp20.000.000; its code and claim."""
    quota = stage.quota("Baznas", house_ceiling=20 * JUTA)
    code = stage.houses(1, estimate=estimate, head_name="Nama Rahasia", address="Gg. Rahasia No. 9")[0]
    return code, stage.claimed(code, quota)


def parts(stage: Stage) -> list[tuple[int, bool, FundedPart | None]]:
    return [(one.amount, one.lead, one.part) for one in stage.rows(Contribution)]


def test_the_whole_rest_by_buttons(stage: Stage) -> None:
    code, claim = lacking(stage)
    quota = stage.quota("DPKPP")
    dani = stage.dani
    dani.says("/danai")
    assert f"{code} · Bambu Apus · Baznas\nBelum tertutup Rp40.000.000" in dani.last.text
    dani.presses(code)
    assert "Mitra utama: Baznas" in dani.last.text
    assert "Perkiraan biaya: Rp60.000.000\nSudah tertutup: Rp20.000.000\nBelum tertutup: Rp40.000.000" in dani.last.text
    dani.presses("Danai rumah ini")
    assert "Seluruhnya: Rp40.000.000" in dani.last.buttons
    dani.presses("Seluruhnya")
    assert {"Atap", "Lantai", "Dinding", "Struktur", "Sanitasi", "Upah tukang", "Bagian mana saja"} \
        <= set(dani.last.buttons)
    dani.presses("Atap")
    assert f"Danai {code}, mitra utama Baznas?" in dani.last.text
    assert "Jumlah: Rp40.000.000 (atap)" in dani.last.text
    assert "Belum tertutup: Rp40.000.000 → Rp0" in dani.last.text
    assert "sisa dana sesudahnya: Rp460.000.000" in dani.last.text
    assert stage.left(quota) == (10, 500 * JUTA), "not before the last word"
    dani.presses("Ya, danai")
    assert f"✅ DPKPP mendanai {code}: Rp40.000.000 (atap). Belum tertutup: Rp0" in dani.last.text
    assert stage.left(quota) == (10, 460 * JUTA), "it takes no unit"
    assert parts(stage)[1:] == [(40 * JUTA, False, FundedPart.ROOF)]
    assert f"DPKPP (APBD) ikut mendanai {code}: Rp40.000.000 (atap)" in stage.budi.last.text
    stage.budi.presses("Buka klaim")
    assert "• Baznas: Rp20.000.000 (mitra utama)\n• DPKPP: Rp40.000.000 (atap)" in stage.budi.last.text
    assert "Belum tertutup" not in stage.budi.last.text
    assert stage.held(code).uncovered == 0
    assert claim.id == stage.held(code).id


def test_typed_amount_and_part(stage: Stage) -> None:
    code, _ = lacking(stage)
    quota = stage.quota("PT Contoh Sejahtera", ceiling=15 * JUTA)
    stage.citra.says("/cofund")
    stage.citra.presses(code)
    stage.citra.presses("Fund this house")
    assert "What is left: Rp15,000,000" in stage.citra.last.buttons, "the quota has less than the house lacks"
    stage.citra.says("Rp 10,5 juta")
    stage.citra.says("floor")
    stage.citra.says("yes, fund it")
    assert "Rp10,500,000 (floor). Not covered: Rp29,500,000" in stage.citra.last.text
    assert stage.left(quota)[1] == 4_500_000
    stage.budi.says(code)
    assert "• PT Contoh Sejahtera: Rp10.500.000 (lantai)\nBelum tertutup: Rp29.500.000" in stage.budi.last.text
    assert "Dicadangkan: Rp30.500.000 dari perkiraan Rp60.000.000" in stage.budi.last.text


TOO_MUCH = [
    ("41jt", "tinggal Rp40.000.000, sedangkan yang diisi Rp41.000.000"),
    ("36jt", "kurang Rp1.000.000"),
    ("40", "ribu, juta atau miliar"),
    ("nol", "belum terbaca"),
    ("-3jt", "kurang dari nol"),
]


def test_amounts_that_cannot_be(stage: Stage) -> None:
    code, _ = lacking(stage)
    stage.quota("DPKPP", ceiling=35 * JUTA)
    stage.dani.says("/danai")
    stage.dani.presses(code)
    stage.dani.presses("Danai rumah ini")
    for typed, said in TOO_MUCH:
        stage.dani.says(typed)
        assert said in stage.dani.last.text
        assert "Sisa kuota: Rp35.000.000" in stage.dani.last.buttons, "asked again, nothing is lost"
    assert len(parts(stage)) == 1


def test_each_part_is_paid_for_once(stage: Stage) -> None:
    code, claim = lacking(stage)
    stage.quota("DPKPP")
    stage.quota("PT Contoh Sejahtera")
    for actor, words in ((stage.dani, "Danai rumah"), (stage.citra, "Fund this")):
        actor.says("/danai")
        actor.presses(code)
        actor.presses(words)
        actor.says("10jt")
    stage.dani.presses("Atap")
    stage.citra.presses("Roof")
    stage.dani.presses("Ya, danai")
    stage.citra.presses("Yes, fund it")
    assert f"Another partner already pays for that part of {code}" in stage.citra.toast
    stage.citra.presses("Back")
    assert "Roof" not in stage.citra.last.buttons
    stage.citra.presses("Walls")
    stage.citra.presses("Yes, fund it")
    assert [one[2] for one in parts(stage)] == [None, FundedPart.ROOF, FundedPart.WALL]
    assert stage.held(code).uncovered == 20 * JUTA
    assert claim.uncovered == 40 * JUTA


def test_two_want_the_same_rest(stage: Stage) -> None:
    code, claim = lacking(stage)
    quotas = [stage.quota("DPKPP"), stage.quota("PT Contoh Sejahtera")]
    results = at_once(stage.store, *(
        lambda session, quota=quota, rep=rep: cofunding.join(
            session, claim.id or 0, quota, 30 * JUTA, stage.world.now, by=person(session, rep).id).amount
        for quota, rep in zip(quotas, (DANI, CITRA), strict=True)))
    assert sorted(type(one).__name__ for one in results) == ["Refused", "int"]
    assert stage.held(code).uncovered == 10 * JUTA


def test_the_rest_shrank_before_the_last_word(stage: Stage) -> None:
    code, claim = lacking(stage)
    other = stage.quota("PT Contoh Sejahtera")
    quota = stage.quota("DPKPP")
    stage.dani.says("/danai")
    stage.dani.presses(code)
    stage.dani.presses("Danai rumah")
    stage.dani.presses("Seluruhnya")
    stage.dani.presses("Bagian mana saja")
    stage.store.run(lambda session: cofunding.join(session, claim.id or 0, other, 15 * JUTA, stage.world.now, by=None))
    stage.dani.presses("Ya, danai")
    assert "tinggal Rp25.000.000, sedangkan yang diisi Rp40.000.000" in stage.dani.toast
    assert stage.left(quota)[1] == 500 * JUTA
    stage.store.run(lambda session: cofunding.join(session, claim.id or 0, other, 25 * JUTA, stage.world.now, by=None))
    stage.dani.presses("Ya, danai")
    assert f"Dana {code} sudah tertutup seluruhnya" in stage.dani.toast
    stage.dani.presses("Danai bersama") if "‹ Danai bersama" in stage.dani.last.buttons else stage.dani.says("/danai")
    assert "Tidak ada lagi rumah yang dananya belum tertutup" in stage.dani.last.text


def test_the_lead_itself_from_another_quota(stage: Stage) -> None:
    code, _ = lacking(stage)
    stage.budi.says("/danai")
    stage.budi.presses(code)
    assert "Tidak ada kuota lain tahun ini" in stage.budi.last.text
    assert "Danai rumah ini" not in str(stage.budi.last.buttons)
    second = stage.quota("Baznas", batch=2)
    stage.budi.says("/danai")
    stage.budi.presses(code)
    stage.budi.presses("Danai rumah ini")
    stage.budi.presses("Seluruhnya")
    stage.budi.presses("Upah tukang")
    stage.budi.presses("Ya, danai")
    assert stage.left(second) == (10, 460 * JUTA)
    stage.budi.presses("Lihat rumahnya")
    assert "Dukungan Bapak/Ibu: Rp40.000.000 (upah tukang)" in stage.budi.last.text


def test_which_quota_and_which_partner(stage: Stage) -> None:
    stage.grant(BUDI, RoleName.PARTNER, "DPKPP")
    code, _ = lacking(stage)
    stage.quota("DPKPP", scheme=Scheme.MURNI)
    second = stage.quota("DPKPP", scheme=Scheme.PERUBAHAN)
    stage.budi.says("/danai")
    stage.budi.presses(code)
    stage.budi.presses("Danai rumah ini")
    assert "Dari kuota yang mana" in stage.budi.last.text
    stage.budi.presses("APBD perubahan 2026")
    stage.budi.says("5jt")
    stage.budi.presses("Bagian mana saja")
    stage.budi.presses("Tidak jadi")
    assert "Tidak ada yang dicadangkan" in stage.budi.last.text
    assert stage.left(second)[1] == 500 * JUTA
    assert len(parts(stage)) == 1


def test_the_rules_of_the_co_funder(stage: Stage) -> None:
    code, claim = lacking(stage)
    stage.quota("DPKPP")
    stage.dani.says("/danai")
    stage.dani.presses(code)
    card = stage.dani.last
    data = card.data("Danai rumah")
    rules(stage, "DPKPP", areas=[SETU])
    stage.dani.presses_data(data, card)
    assert "di luar kecamatan mitra" in stage.dani.toast
    stage.dani.says(code)
    assert "⚠ Tidak sesuai dengan ketentuan mitra Bapak/Ibu: di luar kecamatan mitra." in stage.dani.last.text
    assert "Danai rumah ini" not in str(stage.dani.last.buttons)
    rules(stage, "DPKPP", most=30 * JUTA)
    stage.dani.says(code)
    assert "💰 Danai rumah ini" in stage.dani.last.buttons, "a ceiling speaks of the whole house"
    assert claim.uncovered == 40 * JUTA


def test_a_co_funder_never_sees_the_family(stage: Stage) -> None:
    from handlers.claims.buttons import Family

    code, claim = lacking(stage)
    quota = stage.quota("DPKPP")
    stage.store.run(lambda session: cofunding.join(
        session, claim.id or 0, quota, 10 * JUTA, stage.world.now, by=person(session, DANI).id))
    stage.dani.says("/danai")
    assert f"• {code} · Rp10.000.000 (bagian mana saja) · Diklaim mitra · fisik 0%" in stage.dani.last.text
    stage.dani.presses(f"🤝 {code}")
    stage.dani.says(code)
    stage.dani.presses_data(Family(claim.id or 0).pack(), stage.dani.last)
    assert "milik mitra lain" in stage.dani.toast
    assert not any("Rahasia" in one.html or "maps" in one.html for one in stage.dani.seen)
    assert stage.rows(Shown) == []


def test_done_over_and_covered(stage: Stage) -> None:
    code, claim = lacking(stage)
    stage.quota("DPKPP")
    stage.dani.says("/danai")
    stage.dani.presses(code)
    card = stage.dani.last
    stage.store.run(lambda session: build(session, claims.get(session, claim.id or 0)))
    button = Fund(claim.id or 0, stage.held(code).version)
    stage.dani.presses_data(button.pack(), card)
    assert "sudah selesai atau sedang diperiksa" in stage.dani.toast
    stage.dani.presses_data(FundingCard(claim.id or 0).pack(), card)
    assert f"{code} tidak (lagi) membutuhkan dana tambahan" in stage.dani.toast
    stage.dani.says("/danai")
    assert "Tidak ada lagi rumah yang dananya belum tertutup" in stage.dani.last.text
    stage.dani.says(code)
    assert "Mitra utama" not in stage.dani.last.text


def test_the_hint_after_a_claim_and_stages_in_the_list(stage: Stage) -> None:
    quota = stage.quota("Baznas", house_ceiling=20 * JUTA)
    codes = stage.houses(3)
    stage.budi.says(codes[0])
    stage.budi.presses("✅ Klaim")
    assert "Belum tertutup: Rp30.000.000\nMitra lain dapat menutup sisanya lewat /danai." in stage.budi.seen[-2].text
    stage.budi.says("/cocok 40jt")
    stage.budi.presses("Klaim semua (2)")
    assert "Belum tertutup: Rp60.000.000\nMitra lain dapat menutup" in stage.budi.last.text
    dpkpp = stage.quota("DPKPP")
    claim = stage.held(codes[0])
    stage.store.run(lambda session: cofunding.join(session, claim.id or 0, dpkpp, 30 * JUTA, stage.world.now, by=None))
    report(stage.budi, codes[0])
    stage.dani.says("/danai")
    assert f"• {codes[0]} · Rp30.000.000 (bagian mana saja) · Sedang dikerjakan · fisik 30%" in stage.dani.last.text
    assert f"{codes[1]} · Bambu Apus · Baznas" in stage.dani.last.text
    assert stage.left(quota)[0] == 7


def test_pages_of_houses_and_of_support(stage: Stage) -> None:
    quota = stage.quota("Baznas", units=20, ceiling=1_000 * JUTA, house_ceiling=20 * JUTA)
    dpkpp = stage.quota("DPKPP")
    codes = stage.houses(10)
    for code in codes:
        claim = stage.claimed(code, quota)
        stage.store.run(lambda session, claim=claim: cofunding.join(
            session, claim.id or 0, dpkpp, JUTA, stage.world.now, by=None))
    stage.dani.says("/danai")
    assert [f"🤝 {code}" for code in codes[:4]] == stage.dani.last.buttons[:4]
    assert codes[8] not in stage.dani.last.text
    stage.dani.presses("Berikutnya")
    assert {codes[8], codes[9]} <= set(stage.dani.last.buttons)
    assert "🤝" not in str(stage.dani.last.buttons)
    stage.dani.presses("Ke awal")
    stage.dani.presses("Semua dukungan")
    assert codes[8] not in stage.dani.last.text
    stage.dani.presses("Berikutnya")
    assert f"• {codes[9]} · Rp1.000.000" in stage.dani.last.text


def test_a_rep_of_two_partners_is_told_whose_quota_pays(stage: Stage) -> None:
    stage.grant(BUDI, RoleName.PARTNER, "DPKPP")
    code, _ = lacking(stage)
    stage.quota("DPKPP")
    stage.budi.says("/danai")
    stage.budi.presses(code)
    stage.budi.presses("Danai rumah ini")
    assert "✓ Kuota: DPKPP · Kuota 2026" in stage.budi.last.text, "both partners have one of that name"
    stage.budi.presses("Seluruhnya")
    stage.budi.presses("Bagian mana saja")
    assert "DPKPP · Kuota 2026, sisa dana sesudahnya: Rp460.000.000" in stage.budi.last.text
