"""/cocok: what fits the money, the units and the rules that are left, as a basket to claim."""

from __future__ import annotations

from storage import fitting, partners
from storage.baskets import Basket
from storage.claims import Claim
from storage.partners import Scheme
from storage.people import RoleName
from tests.builders import BUDI, JUTA, SETU
from tests.handlers.stage import Stage


def rules(stage: Stage, name: str = "Baznas", **more: object) -> None:
    """The partner may take only some houses from now on."""
    values = {"areas": [], "most": None, "mustahik": False, "land": False, "dtsen": False} | more
    number = stage.partner(name)
    stage.store.run(lambda session: fitting.set_rules(session, number, stage.world.now, by=None, **values))


def test_typed_in_one_go(stage: Stage) -> None:
    quota = stage.quota("Baznas")
    codes = stage.houses(3)
    worst = stage.houses(1, SETU, estimate=20 * JUTA, roof=5, floor=5)[0]
    for typed in ("/cocok 120jt Pamulang", "/cocok pamulang 120 juta", "/cocok 120 jt di kec. pam"):
        stage.budi.says(typed)
        assert "Pratinjau: 2 rumah · Pamulang" in stage.budi.last.text, typed
        assert worst not in stage.budi.last.text
    for typed in ("/cocok 120jt", "/cocok 120 juta", "/fits Rp120.000.000", "/cocok Rp 120 juta"):
        stage.budi.says(typed)
        card = stage.budi.last.text
        assert "Rumah yang cocok" in card, typed
        assert "Batas dana: Rp120.000.000" in card
        assert "Pratinjau: 3 rumah · seluruh kota" in card
        assert f"1. {worst} · " in card
        assert f"2. {codes[0]} · " in card
        assert "Dicadangkan: Rp120.000.000" in card
        assert "Sisa dana: Rp500.000.000 → Rp380.000.000" in card
    assert stage.rows(Claim) == []
    stage.budi.presses("Klaim semua")
    assert stage.left(quota) == (7, 380 * JUTA)


def test_from_the_overview_with_all_that_is_left(stage: Stage) -> None:
    quota = stage.quota("Baznas", units=3, ceiling=110 * JUTA)
    stage.houses(1, estimate=60 * JUTA, roof=5, floor=5)
    codes = stage.houses(1, estimate=80 * JUTA) + stage.houses(2, estimate=25 * JUTA)
    stage.budi.says("/klaim")
    stage.budi.presses("🔍 Rumah yang cocok")
    assert "Pratinjau: 3 rumah" in stage.budi.last.text
    assert codes[0] not in stage.budi.last.text, "what cannot be paid for is passed over"
    assert "Sisa rumah: 3 → 0" in stage.budi.last.text
    assert "Rp110.000.000 → Rp0" in stage.budi.last.text
    assert "Tambah satu" not in str(stage.budi.last.buttons)
    stage.budi.presses("Klaim semua (3)")
    assert stage.left(quota) == (0, 0)


def test_the_rules_of_the_partner(stage: Stage) -> None:
    stage.quota("Baznas", areas=[SETU])
    stage.houses(2)
    code = stage.houses(1, SETU)[0]
    rules(stage, most=60 * JUTA)
    stage.houses(1, SETU, estimate=70 * JUTA, roof=5)
    stage.budi.says("/cocok")
    assert "Pratinjau: 1 rumah" in stage.budi.last.text
    assert code in stage.budi.last.text
    rules(stage, mustahik=True)
    stage.budi.says("/cocok 300jt setu")
    assert "Belum ada rumah yang cocok di Setu" in stage.budi.last.text
    assert "Yang menunggu mitra di sana: 2" in stage.budi.last.text
    assert {"Cari di seluruh kota", "Cari dengan Rp500.000.000"} <= set(stage.budi.last.buttons)
    rules(stage)
    stage.budi.presses("Cari dengan Rp500.000.000")
    assert "Pratinjau: 2 rumah" in stage.budi.last.text
    assert "paling banyak" not in stage.budi.last.text


def test_more_than_is_left(stage: Stage) -> None:
    stage.quota("Baznas", ceiling=130 * JUTA)
    stage.houses(4)
    stage.budi.says("/cocok 1,5 M")
    assert "Yang diminta Rp1.500.000.000, sisa kuota Rp130.000.000" in stage.budi.last.text
    assert "Pratinjau: 2 rumah" in stage.budi.last.text


def test_an_empty_city(stage: Stage) -> None:
    stage.quota("Baznas")
    stage.budi.says("/cocok 300jt Pamulang")
    assert "tidak ada rumah yang menunggu mitra di Pamulang" in stage.budi.last.text
    stage.budi.presses("Cari di seluruh kota")
    assert "tidak ada rumah yang menunggu mitra di seluruh kota" in stage.budi.last.text
    assert "🤝 Danai bersama" in stage.budi.last.buttons, "money may still go where others lack some"
    stage.budi.presses("Kuota dan kecamatan")
    assert "tidak ada rumah yang menunggu" in stage.budi.last.text
    stage.budi.presses("Danai bersama")
    assert "Tidak ada lagi rumah yang dananya belum tertutup" in stage.budi.last.text


def test_without_a_quota_and_with_one_that_is_used_up(stage: Stage) -> None:
    stage.houses(2)
    stage.budi.says("/cocok")
    assert "Belum ada kuota tahun 2026" in stage.budi.last.text
    quota = stage.quota("Baznas", units=1)
    stage.claimed(stage.houses(1)[0], quota)
    stage.budi.says("/cocok 300jt")
    assert "sudah terpakai semua" in stage.budi.last.text
    assert "sisa 0 dari 1 rumah" in stage.budi.last.text
    assert "‹ Kuota dan kecamatan" in stage.budi.last.buttons


UNREADABLE = [
    ("/cocok 300", "ribu, juta atau miliar"),
    ("/cocok 0jt", "lebih dari nol"),
    ("/cocok -5jt", "kurang dari nol"),
    ("/cocok 1.500 juta", "dua cara"),
    ("/cocok 3jt 5jt", "belum terbaca"),
    ("/cocok 99999 M", "lebih dari Rp10 triliun"),
    ("/cocok juta", "belum terbaca"),
    ("/cocok Bandung", "/cocok 300 juta Pamulang"),
    ("/cocok 300jt ser", "belum jelas"),
    ("/cocok " + "x" * 4000, "belum jelas"),
    ("/cocok <b>", "“<b>”"),
]


def test_what_cannot_be_read(stage: Stage) -> None:
    stage.quota("Baznas")
    stage.houses(1)
    for typed, said in UNREADABLE:
        stage.budi.says(typed)
        assert said in stage.budi.last.text, typed
    assert stage.rows(Basket) == []


def test_of_several_partners_and_quotas_one_is_picked(stage: Stage) -> None:
    stage.grant(BUDI, RoleName.PARTNER, "DPKPP")
    stage.quota("Baznas")
    stage.quota("DPKPP", scheme=Scheme.MURNI)
    second = stage.quota("DPKPP", scheme=Scheme.PERUBAHAN)
    stage.houses(3)
    stage.budi.says("/cocok 110jt")
    assert "Untuk mitra yang mana" in stage.budi.last.text
    stage.budi.presses("DPKPP")
    assert "Cari dengan kuota yang mana" in stage.budi.last.text
    stage.budi.presses("APBD perubahan 2026")
    assert "Pratinjau: 2 rumah" in stage.budi.last.text
    stage.budi.presses("Klaim semua (2)")
    assert stage.left(second)[0] == 8


def test_in_english_and_only_for_reps(stage: Stage) -> None:
    stage.quota("PT Contoh Sejahtera")
    stage.houses(1)
    stage.citra.says("/fits 300jt")
    assert "Houses that fit" in stage.citra.last.text
    for somebody in (stage.sari, stage.vera, stage.admin):
        somebody.says("/cocok")
        assert "di luar peran" in somebody.last.text


def test_made_again_with_the_same_money(stage: Stage) -> None:
    quota = stage.quota("Baznas")
    stage.houses(3)
    stage.budi.says("/cocok 100jt")
    stage.store.run(lambda session: partners.change_quota(
        session, quota, stage.world.now, by=None, house_ceiling=20 * JUTA))
    stage.budi.presses("Klaim semua (2)")
    assert "berubah sejak pratinjau" in stage.budi.last.text
    assert stage.rows(Claim) == []
    stage.budi.presses("Buat ulang daftar")
    assert "Pratinjau: 3 rumah" in stage.budi.last.text
    assert "Dicadangkan: Rp60.000.000" in stage.budi.last.text
    assert "Batas dana: Rp100.000.000" in stage.budi.last.text
