"""A basket is changed before it is claimed, and repaired when houses of it were lost meanwhile."""

from __future__ import annotations

from handlers.claims.buttons import AddOne, BasketPage, Replace, ReplaceLost, TakeOut
from storage import partners
from storage.baskets import Basket
from storage.claims import Claim
from storage.people import RoleName
from tests.builders import CITRA, JUTA
from tests.handlers.stage import Stage
from tests.handlers.test_fits import rules
from tests.world import Actor


def shown(actor: Actor) -> list[str]:
    """Codes of the page, in order."""
    return [label[2:] for label in actor.last.buttons if label.startswith("✖ ")]


def test_pages_of_eight(stage: Stage) -> None:
    stage.quota("Baznas", units=30, ceiling=2_000 * JUTA)
    codes = stage.houses(18)
    budi = stage.budi
    budi.says("/klaim 18")
    assert shown(budi) == codes[:8]
    assert f"1. {codes[0]} · Bambu Apus · prioritas 135\n" in budi.last.text
    assert "Cadangan tiap rumah: Rp50.000.000" in budi.last.text
    budi.presses("Berikutnya")
    assert shown(budi) == codes[8:16]
    budi.presses("Berikutnya")
    assert shown(budi) == codes[16:]
    assert "Klaim semua (18)" in str(budi.last.buttons)
    budi.presses(f"✖ {codes[17]}")
    assert shown(budi) == codes[16:17], "one stays on the page"
    budi.presses(f"✖ {codes[16]}")
    assert shown(budi) == codes[8:16], "the page before, where its own is empty"
    budi.presses("Ke awal")
    assert shown(budi) == codes[:8]
    budi.presses("Klaim semua (16)")
    assert [stage.state(code) for code in codes] == ["claimed"] * 16 + ["eligible"] * 2


def test_take_out_and_add(stage: Stage) -> None:
    quota = stage.quota("Baznas", units=3, ceiling=500 * JUTA, house_ceiling=40 * JUTA)
    codes = stage.houses(5)
    budi = stage.budi
    budi.says("/cocok")
    assert shown(budi) == codes[:3]
    assert "Tambah satu" not in str(budi.last.buttons), "no unit is left"
    budi.presses(f"✖ {codes[1]}")
    assert shown(budi) == [codes[0], codes[2]]
    assert "Pratinjau: 2 rumah" in budi.last.text
    assert "Perkiraan biaya: Rp100.000.000" in budi.last.text
    assert "Dicadangkan: Rp80.000.000" in budi.last.text
    assert "Belum tertutup: Rp20.000.000" in budi.last.text
    assert "Sisa rumah: 3 → 1" in budi.last.text
    assert "Sisa dana: Rp500.000.000 → Rp420.000.000" in budi.last.text
    budi.presses("Tambah satu")
    assert shown(budi) == [codes[0], codes[2], codes[3]], "not the one that was taken out"
    assert f"Ditambahkan: {codes[3]}" in budi.last.text
    budi.presses("Klaim semua (3)")
    assert stage.left(quota) == (0, 380 * JUTA)
    assert [stage.state(code) for code in codes] == ["claimed", "eligible", "claimed", "claimed", "eligible"]


def test_replaced_by_the_next_that_fits(stage: Stage) -> None:
    stage.quota("Baznas", units=2, ceiling=110 * JUTA)
    codes = stage.houses(2)
    dear = stage.houses(1, estimate=61 * JUTA)[0]
    cheap = stage.houses(1, estimate=60 * JUTA)[0]
    budi = stage.budi
    budi.says("/klaim 2")
    budi.presses(f"Ganti {codes[0]}")
    assert shown(budi) == [codes[1], cheap], f"{dear} costs more than what remains"
    assert f"Diganti: {codes[0]} → {cheap}" in budi.last.text
    assert "Rp110.000.000 → Rp0" in budi.last.text
    budi.presses(f"Ganti {cheap}")
    assert "Tidak ada rumah lain yang sesuai" in budi.toast
    assert shown(budi) == [codes[1], cheap], "the list stays"
    budi.presses("Klaim semua (2)")
    assert stage.state(codes[0]) == "eligible"


def test_nothing_more_to_add(stage: Stage) -> None:
    stage.quota("Baznas")
    codes = stage.houses(2)
    stage.budi.says("/klaim 2")
    stage.budi.presses("Tambah satu")
    assert "Tidak ada lagi rumah yang sesuai" in stage.budi.toast
    assert "Tambah satu" not in str(stage.budi.last.buttons)
    for code in codes:
        stage.budi.presses(f"✖ {code}")
    assert "Daftar ini kosong" in stage.budi.last.text
    assert "Klaim semua" not in str(stage.budi.last.buttons)
    stage.budi.presses("Batal")
    assert stage.rows(Basket) == []


def test_the_taken_are_named_and_replaced(stage: Stage) -> None:
    quota = stage.quota("Baznas", units=4)
    codes = stage.houses(6)
    other = stage.quota("PT Contoh Sejahtera")
    stage.budi.says("/klaim 4")
    for code in (codes[1], codes[2]):
        stage.claimed(code, other, CITRA)
    stage.budi.presses("Klaim semua (4)")
    assert f"tidak menunggu lagi (2): {codes[1]}, {codes[2]}." in stage.budi.last.text
    assert "Tidak ada yang diklaim" in stage.budi.last.text
    assert stage.left(quota)[0] == 4
    stage.budi.presses("Ganti yang sudah diambil")
    assert shown(stage.budi) == [codes[0], codes[3], codes[4], codes[5]]
    assert f"Diganti: {codes[1]}, {codes[2]} → {codes[4]}, {codes[5]}" in stage.budi.last.text
    stage.budi.presses("Klaim semua (4)")
    assert stage.left(quota)[0] == 0


def test_a_page_turned_shows_what_was_taken(stage: Stage) -> None:
    stage.quota("Baznas", units=20, ceiling=2_000 * JUTA)
    codes = stage.houses(10)
    stage.budi.says("/klaim 10")
    stage.claimed(codes[9], stage.quota("PT Contoh Sejahtera"), CITRA)
    stage.budi.presses("Berikutnya")
    assert f"10. {codes[9]} · Bambu Apus · prioritas 135 · ⚠ tidak menunggu lagi" \
        in stage.budi.last.text
    assert "Klaim semua" not in str(stage.budi.last.buttons)
    stage.budi.presses("Ganti yang sudah diambil")
    assert "1 rumah dikeluarkan tanpa pengganti" in stage.budi.last.text
    stage.budi.presses("Klaim semua (9)")
    assert len(stage.rows(Claim)) == 10


def test_those_that_do_not_fit_any_more(stage: Stage) -> None:
    quota = stage.quota("Baznas", units=3)
    codes = stage.houses(1, estimate=70 * JUTA, roof=5, floor=5) + stage.houses(3)
    stage.budi.says("/klaim 3")
    rules(stage, most=60 * JUTA)
    stage.budi.presses("Klaim semua (3)")
    assert f"1 rumah tidak sesuai dengan ketentuan mitra:\n• {codes[0]}: perkiraan biaya di atas batas mitra" \
        in stage.budi.last.text
    assert stage.rows(Claim) == []
    stage.budi.presses("Ganti yang tidak sesuai")
    assert shown(stage.budi) == codes[1:]
    stage.budi.presses("Klaim semua (3)")
    assert stage.left(quota)[0] == 0


def test_the_quota_shrank_and_the_list_is_changed(stage: Stage) -> None:
    quota = stage.quota("Baznas")
    codes = stage.houses(4)
    stage.budi.says("/klaim 4")
    stage.store.run(lambda session: partners.change_quota(
        session, quota, stage.world.now, by=None, units=3, ceiling=150 * JUTA))
    stage.budi.presses("Klaim semua")
    assert "kurang 1 rumah" in stage.budi.last.text
    stage.budi.presses("Ubah daftar")
    assert "kuota kurang 1 rumah (sisa 3)" in stage.budi.last.text
    assert "dana kurang Rp50.000.000" in stage.budi.last.text
    assert "Klaim semua" not in str(stage.budi.last.buttons)
    stage.budi.presses(f"✖ {codes[3]}")
    stage.budi.presses("Klaim semua (3)")
    assert stage.left(quota) == (0, 0)


def test_an_older_card_shows_the_list_as_it_is(stage: Stage) -> None:
    stage.quota("Baznas")
    codes = stage.houses(4)
    budi = stage.budi
    budi.says("/klaim 3")
    card = budi.last
    out, take = card.data(f"✖ {codes[0]}"), card.data("Klaim semua")
    budi.presses_data(out, card)
    budi.presses_data(out, card)
    assert "sudah berubah" in budi.toast
    assert shown(budi) == codes[1:3], "a double tap takes out one"
    budi.presses_data(take, card)
    assert "sudah berubah" in budi.toast
    assert stage.rows(Claim) == [], "what was not shown is not claimed"
    budi.presses("Klaim semua (2)")
    budi.presses_data(out, card)
    assert "sudah diklaim" in budi.toast


def test_baskets_of_others(stage: Stage) -> None:
    stage.quota("Baznas")
    stage.quota("PT Contoh Sejahtera")
    code = stage.houses(3)[0]
    stage.budi.says("/klaim 2")
    basket = stage.rows(Basket)[0]
    stage.citra.says("/klaim")
    house = stage.house(code).id or 0
    for forged in (TakeOut(basket.id, 1, house), Replace(basket.id, 1, house), AddOne(basket.id, 1),
                   ReplaceLost(basket.id, 1), BasketPage(basket.id, 0)):
        stage.citra.presses_data(forged.pack(), stage.citra.last)
        assert "out of date" in stage.citra.toast
        stage.citra.toasts.clear()
    assert stage.rows(Basket)[0] == basket
    strange = stage.houses(1)[0]
    stage.budi.presses_data(TakeOut(basket.id, 1, stage.house(strange).id or 0).pack(), stage.budi.last)
    assert "Pratinjau: 2 rumah" in stage.budi.last.text


def test_two_reps_with_the_same_list(stage: Stage) -> None:
    stage.grant(CITRA, RoleName.PARTNER, "Baznas")
    quota = stage.quota("Baznas", units=6)
    codes = stage.houses(5)
    stage.budi.says("/cocok 100jt")
    stage.citra.says("/cocok 150jt")
    stage.citra.presses("Baznas")
    stage.budi.presses("Klaim semua (2)")
    stage.citra.presses("Claim all (3)")
    assert f"Some houses do not wait any more (2): {codes[0]}, {codes[1]}." in stage.citra.last.text
    stage.citra.presses("Replace those that were taken")
    assert shown(stage.citra) == codes[2:]
    stage.citra.presses("Claim all (3)")
    assert stage.left(quota) == (1, 250 * JUTA)
    assert len(stage.rows(Claim)) == 5


def test_a_rep_who_lost_the_role(stage: Stage) -> None:
    stage.quota("Baznas")
    stage.houses(2)
    stage.budi.says("/klaim 2")
    stage.grant(CITRA, RoleName.PARTNER, "Baznas")
    stage.admin.says("/anggota")
    stage.admin.presses("Budi")
    stage.admin.presses("Cabut")
    stage.admin.presses("Ya")
    stage.budi.presses("Klaim semua")
    assert stage.rows(Claim) == []


def test_houses_of_a_basket_that_were_withdrawn(stage: Stage) -> None:
    """Whatever became of a house: it is named as one that does not wait."""
    from storage import houses
    from storage.houses import HouseState

    stage.quota("Baznas")
    codes = stage.houses(2)
    stage.budi.says("/klaim 2")
    stage.store.run(lambda session: houses.move(
        session, stage.house_id(session, codes[0]), HouseState.ELIGIBLE, HouseState.WITHDRAWN, stage.world.now,
        by=None))
    stage.budi.presses("Klaim semua")
    assert f"tidak menunggu lagi (1): {codes[0]}." in stage.budi.last.text
