"""/klaim for several houses at once: the preview, all or none, and what is missing."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from handlers.claims.buttons import DropBasket, TakeBasket
from storage import partners
from storage.baskets import Basket
from storage.claims import Claim
from storage.partners import Scheme
from storage.shown import Shown
from tests.builders import CITRA, JUTA, SETU
from tests.handlers.stage import Stage


def test_typed_in_one_go(stage: Stage) -> None:
    quota = stage.quota("Baznas", units=40, ceiling=1_000 * JUTA, house_ceiling=20 * JUTA)
    codes = stage.houses(12)
    stage.houses(3, SETU)
    budi = stage.budi
    budi.says("/klaim 12 pamulang")
    assert "Pratinjau: 12 rumah · Pamulang" in budi.last.text
    assert "Perkiraan biaya: Rp600.000.000" in budi.last.text
    assert "Dicadangkan: Rp240.000.000" in budi.last.text
    assert "Belum tertutup: Rp360.000.000" in budi.last.text
    assert "Sisa rumah: 40 → 28" in budi.last.text
    assert "Sisa dana: Rp1.000.000.000 → Rp760.000.000" in budi.last.text
    assert f"8. {codes[7]} · Bambu Apus · prioritas 135\n" in budi.last.text
    assert budi.last.text.count("Rp20.000.000") == 1, "what is the same for each house is said once"
    assert "Cadangan tiap rumah: Rp20.000.000" in budi.last.text
    assert codes[8] not in budi.last.text
    assert stage.rows(Claim) == [], "a preview claims nothing"
    preview = budi.last
    take = preview.data("Klaim semua")
    budi.presses("Klaim semua (12)")
    assert "✅ 12 rumah diklaim untuk Baznas. Dicadangkan: Rp240.000.000" in budi.last.text
    assert stage.left(quota) == (28, 760 * JUTA)
    assert [stage.state(code) for code in codes] == ["claimed"] * 12
    assert stage.rows(Shown) == [], "no personal data is pushed"
    budi.presses_data(take, preview)
    assert "sudah diklaim" in budi.toast
    assert len(stage.rows(Claim)) == 12
    sari = [one.text for one in stage.sari.seen]
    assert len(sari) == 1
    assert "12 rumah yang Bapak/Ibu data sudah diklaim Baznas" in sari[0]
    assert f"{codes[9]}, …" in sari[0], "the rest is not left out in silence"


def test_neediest_of_the_whole_city_first(stage: Stage) -> None:
    stage.quota("Baznas")
    stage.houses(3)
    worst = stage.houses(2, SETU, roof=5, floor=5)
    stage.budi.says("/klaim 2")
    assert "seluruh kota" in stage.budi.last.text
    stage.budi.presses("Klaim semua")
    assert all(stage.state(code) == "claimed" for code in worst)


def test_asked_step_by_step(stage: Stage) -> None:
    stage.quota("Baznas", units=7, ceiling=10_000 * JUTA)
    stage.houses(9)
    budi = stage.budi
    budi.says("/klaim")
    budi.presses("Klaim beberapa")
    assert "Di kecamatan mana" in budi.last.text
    budi.says("pamulang")
    assert "Yang cukup saat ini: 7" in budi.last.text
    assert {"5", "Sebanyak yang cukup (7)"} <= set(budi.last.buttons)
    assert "10" not in budi.last.buttons
    budi.says("3")  # three houses, not the third button
    assert "Pratinjau: 3 rumah" in budi.last.text
    budi.presses("Batal")
    assert "tidak ada yang diklaim" in budi.last.text
    assert stage.rows(Basket) == []
    budi.presses("Kuota dan kecamatan")
    budi.presses("Pamulang (9)")
    budi.presses("Klaim beberapa di Pamulang")
    budi.presses("Sebanyak yang cukup")
    assert "Pratinjau: 7 rumah" in budi.last.text


def test_which_quota_when_there_are_several(stage: Stage) -> None:
    stage.quota("DPKPP", scheme=Scheme.MURNI)
    second = stage.quota("DPKPP", scheme=Scheme.PERUBAHAN)
    stage.houses(3)
    stage.dani.says("/klaim 3 pamulang")
    assert "Dengan kuota yang mana" in stage.dani.last.text
    stage.dani.presses("APBD perubahan 2026")
    stage.dani.presses("Klaim semua")
    assert stage.left(second)[0] == 7


@pytest.mark.parametrize(("units", "ceiling", "wanted", "lines", "fits"), [
    (4, 10_000, 6, ["kuota kurang 2 rumah (sisa 4)"], 4),
    (10, 220, 6, ["dana kurang Rp80.000.000 (perlu Rp300.000.000, sisa Rp220.000.000)"], 4),
    (3, 220, 6, ["kuota kurang 3 rumah (sisa 3)", "dana kurang Rp80.000.000"], 3),
    (20, 10_000, 9, ["hanya 6 rumah yang menunggu di sana dan sesuai"], 6),
    (2, 10_000, 9, ["hanya 6 rumah", "kuota kurang 4 rumah (sisa 2)"], 2),
    (5, 40, 2, ["dana kurang Rp60.000.000"], 0),
])
def test_what_is_missing_and_what_fits(
    stage: Stage, units: int, ceiling: int, wanted: int, lines: list[str], fits: int
) -> None:
    quota = stage.quota("Baznas", units=units, ceiling=ceiling * JUTA)
    stage.houses(6)
    stage.budi.says(f"/klaim {wanted} pamulang")
    for line in lines:
        assert line in stage.budi.last.text
    if not fits:
        assert not any("yang cukup" in label for label in stage.budi.last.buttons)
        return
    stage.budi.presses(f"Lihat {fits} rumah yang cukup")
    stage.budi.presses(f"Klaim semua ({fits})")
    assert stage.left(quota)[0] == units - fits


def test_one_taken_meanwhile_means_none(stage: Stage) -> None:
    quota = stage.quota("Baznas")
    citras = stage.quota("PT Contoh Sejahtera")
    codes = stage.houses(5)
    stage.budi.says("/klaim 4")
    stage.claimed(codes[2], citras, CITRA)
    stage.budi.presses("Klaim semua")
    assert f"tidak menunggu lagi (1): {codes[2]}" in stage.budi.last.text
    assert "Tidak ada yang diklaim" in stage.budi.last.text
    assert stage.left(quota) == (10, 500 * JUTA)
    assert [stage.state(code) for code in codes] == ["eligible", "eligible", "claimed", "eligible", "eligible"]
    assert len(stage.sari.seen) == 0
    stage.budi.presses("Buat ulang daftar")
    assert codes[4] in stage.budi.last.text
    assert codes[2] not in stage.budi.last.text
    stage.budi.presses("Klaim semua (4)")
    assert stage.left(quota)[0] == 6


def test_the_quota_shrank_meanwhile(stage: Stage) -> None:
    quota = stage.quota("Baznas")
    stage.houses(5)
    stage.budi.says("/klaim 4")
    stage.store.run(lambda session: partners.change_quota(
        session, quota, stage.world.now, by=None, units=3, ceiling=150 * JUTA))
    stage.budi.presses("Klaim semua")
    assert "kurang 1 rumah" in stage.budi.last.text
    assert "kurang Rp50.000.000" in stage.budi.last.text
    assert stage.rows(Claim) == []
    stage.budi.presses("Buat ulang")
    assert "Lihat 3 rumah yang cukup" in stage.budi.last.buttons


def test_sums_other_than_shown_are_not_claimed(stage: Stage) -> None:
    quota = stage.quota("Baznas")
    stage.houses(5)
    stage.budi.says("/klaim 4")
    stage.store.run(lambda session: partners.change_quota(
        session, quota, stage.world.now, by=None, house_ceiling=20 * JUTA))
    stage.budi.presses("Klaim semua")
    assert "berubah sejak pratinjau" in stage.budi.last.text
    assert stage.rows(Claim) == []
    assert stage.left(quota) == (10, 500 * JUTA)


def test_old_forged_and_strangers_baskets(stage: Stage) -> None:
    stage.quota("Baznas")
    stage.quota("PT Contoh Sejahtera")
    stage.houses(5)
    stage.budi.says("/klaim 2")
    first = stage.budi.last
    stage.budi.says("/klaim 3")
    stage.budi.presses_data(first.data("Klaim semua"), first)
    assert "tidak berlaku" in stage.budi.toast
    stage.citra.says("/klaim")
    basket = stage.rows(Basket)[0].id
    for forged in (TakeBasket(basket, 1), DropBasket(basket), TakeBasket(10**6, 1)):
        stage.citra.presses_data(forged.pack(), stage.citra.last)
        assert "out of date" in stage.citra.toast
    assert stage.rows(Claim) == []
    assert len(stage.rows(Basket)) == 1


def test_158_at_once(stage: Stage) -> None:
    quota = stage.quota("DPKPP", units=158, ceiling=12_000 * JUTA, scheme=Scheme.MURNI)
    stage.houses(170)
    stage.dani.says("/klaim 158")
    assert len(stage.dani.last.text) < 900
    asked: list[str] = []
    event.listen(stage.store.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    stage.dani.presses("Klaim semua")
    assert len(asked) < 60, "as many statements as for a few houses"
    assert "158 rumah diklaim" in stage.dani.last.text
    assert len(stage.dani.last.text) < 300
    assert stage.left(quota) == (0, (12_000 - 158 * 50) * JUTA)
    assert len(stage.rows(Claim)) == 158
    assert len(stage.sari.seen) == 1
    stage.dani.says("/klaim 1")
    assert "kuota kurang 1 rumah (sisa 0)" in stage.dani.last.text


@pytest.mark.parametrize("typed", ["nol", "0", "-2", "501", "2,5", "x" * 4000, "<b>3</b>"])
def test_numbers_that_cannot_be(stage: Stage, typed: str) -> None:
    stage.quota("Baznas")
    stage.houses(3)
    stage.budi.says("/klaim")
    stage.budi.presses("Klaim beberapa")
    stage.budi.presses("Seluruh kota")
    stage.budi.says(typed)
    assert "Batal" in stage.budi.last.buttons, "still asked"
    stage.budi.photo()
    stage.budi.says("٢")
    assert "Pratinjau: 2 rumah" in stage.budi.last.text
