"""The queue by kecamatan in either order, and one verifier at a time at a house."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.verification.walk import Walk, walk_of
from storage.holding import Order
from storage.houses import HouseState
from tests.builders import PAMULANG, SETU
from tests.handlers.house_steps import asking, kinds
from tests.handlers.verify_steps import approved, corrected, fresh, house, sari, until, verifiers
from tests.world import World


def test_the_kecamatan_with_their_numbers_and_the_order(world: World) -> None:
    light = house(world, PAMULANG, roof=1, floor=1, wall=1)
    heavy = house(world, PAMULANG, roof=5, floor=5, wall=5)
    other = house(world, SETU, roof=5, floor=5, wall=5, occupants=9)
    vera, _ = verifiers(world)
    vera.says("/verifikasi")
    assert vera.card.buttons == ["Ambil berikutnya · Rumah baru (3)", "Pamulang (2)", "Setu (1)",
                                 "⇅ Paling membutuhkan lebih dulu"]
    assert "terlama lebih dulu" in vera.card.text
    vera.presses("Paling membutuhkan")
    assert "paling membutuhkan lebih dulu" in vera.card.text
    vera.presses("Pamulang (2)")
    assert "Pamulang: 2 rumah baru" in vera.card.text
    assert vera.card.buttons == ["Ambil berikutnya", "Setujui beberapa sekaligus", "⇅ Terlama lebih dulu",
                                 "Daftar verifikasi"]
    vera.presses("Ambil berikutnya")
    assert heavy.code in vera.card.text
    vera.presses("Lewati")
    assert light.code in vera.card.text, "the order is remembered from card to card"
    vera.presses("Lewati")
    assert "yang terakhir" in vera.toast
    assert "paling membutuhkan" in vera.card.text
    vera.presses("Pamulang (2)")
    vera.presses("Terlama lebih dulu")
    vera.presses("Ambil berikutnya")
    assert light.code in vera.card.text
    approved(vera)
    vera.presses("Berikutnya")
    assert heavy.code in vera.card.text, "after a decision the walk goes on in its kecamatan"
    assert other.code not in vera.all_text()


def test_what_one_holds_is_not_offered_to_another(world: World) -> None:
    first, second = house(world), house(world)
    vera, wira = verifiers(world)
    for one in (vera, wira):
        one.says("/verifikasi")
        one.presses("Ambil berikutnya")
    assert first.code in vera.card.text
    assert second.code in wira.card.text
    assert first.code not in wira.all_text()
    wira.presses("Lewati")
    wira.says("/verifikasi")
    vera.presses("Lewati")
    assert second.code in vera.card.text, "given back, it is offered again"


def test_when_others_hold_everything_that_is_said(world: World) -> None:
    house(world)
    vera, wira = verifiers(world)
    vera.says("PML-0001")
    wira.says("/verifikasi")
    wira.presses("Ambil berikutnya")
    assert "sedang diperiksa orang lain" in wira.toast
    assert "Pamulang (1)" in str(wira.card.buttons)
    world.passes(minutes=16)
    wira.presses("Ambil berikutnya")
    assert "PML-0001" in wira.card.text


def test_opened_by_its_code_while_another_holds_it(world: World) -> None:
    house(world, head_name="Contoh Aminah")
    vera, wira = verifiers(world)
    vera.says("PML-0001")
    wira.says("PML-0001")
    card = wira.card
    held_until = until(world.now + timedelta(minutes=15))
    assert f"sedang diperiksa Vera sampai {held_until}" in card.text
    assert "Contoh Aminah" in card.text
    assert card.buttons == ["Lihat lagi", "🗺 Buka peta", "🕘 Riwayat", "Daftar verifikasi"]
    world.passes(minutes=10)
    wira.presses("Lihat lagi")
    assert card is wira.card, "the same message is looked at again"
    assert "Lihat lagi" in card.buttons
    world.passes(minutes=6)
    wira.presses("Lihat lagi")
    assert "✅ Setujui" in card.buttons
    assert fresh(world).taken_by is not None


@pytest.mark.parametrize("label", ["Setujui", "Kembalikan", "Tolak", "Daftar periksa"])
def test_old_buttons_of_another_are_refused(world: World, label: str) -> None:
    house(world)
    vera, wira = verifiers(world)
    wira.says("PML-0001")
    card, data = wira.card, wira.card.data(label)
    world.passes(minutes=16)
    vera.says("PML-0001")
    wira.presses_data(data, card)
    assert "sedang diperiksa Vera" in wira.toast
    assert asking(world, wira) is None
    assert fresh(world).state == HouseState.REGISTERED


def test_each_step_of_its_holder_holds_it_longer(world: World) -> None:
    house(world)
    vera, wira = verifiers(world)
    vera.says("PML-0001")
    for step in (lambda: vera.presses("Daftar periksa"), lambda: vera.presses("Tanah sah"),
                 lambda: vera.presses("✓ Ya"), lambda: vera.presses("Kembali ke rumah"),
                 lambda: vera.presses("Setujui"), lambda: vera.says("bukan angka"),
                 lambda: vera.presses("pagu kota")):
        world.passes(minutes=14)
        step()
    world.passes(minutes=14)
    wira.says("PML-0001")
    assert "sedang diperiksa Vera" in wira.card.text
    vera.presses("Ya, setujui")
    assert fresh(world).state == HouseState.ELIGIBLE
    assert (fresh(world).taken_by, fresh(world).taken_until) == (None, None)


def test_a_form_left_too_long_is_closed_when_another_has_the_house(world: World) -> None:
    house(world)
    vera, wira = verifiers(world)
    vera.says("PML-0001")
    vera.presses("Tolak")
    world.passes(minutes=16)
    wira.says("PML-0001")
    vera.says("Sudah menerima bantuan")
    assert "sedang diperiksa Wira" in vera.card.text
    assert asking(world, vera) is None
    assert fresh(world).state == HouseState.REGISTERED


def test_a_corrected_house_waits_for_whoever_returned_it(world: World) -> None:
    sari(world)
    first, second = house(world), house(world)
    vera, wira = verifiers(world)
    vera.says(second.code)
    vera.presses("Kembalikan")
    vera.says("Jumlah penghuni salah")
    corrected(world, second.id, occupants=8)
    wira.says(second.code)
    assert "menunggu Vera, yang mengembalikannya" in wira.card.text
    assert "✅ Setujui" not in wira.card.buttons
    vera.says("/verifikasi")
    vera.presses("Ambil berikutnya")
    assert second.code in vera.card.text, "it is offered to Vera first, before older ones"
    vera.presses("Lewati")
    assert first.code in vera.card.text, "and then the queue from its top"
    vera.presses("Lewati")
    assert second.code in vera.card.text, "skipped, it stands where its age puts it"


def test_after_a_day_anybody_takes_a_corrected_house(world: World) -> None:
    sari(world)
    house(world)
    vera, wira = verifiers(world)
    vera.says("PML-0001")
    vera.presses("Kembalikan")
    vera.says("Jumlah penghuni salah")
    corrected(world, occupants=8)
    world.passes(hours=24, minutes=1)
    wira.says("/verifikasi")
    wira.presses("Ambil berikutnya")
    assert "PML-0001" in wira.card.text
    approved(wira)
    assert kinds(world, 1).count("house.eligible") == 1


def test_the_map_goes_with_the_family(world: World) -> None:
    """Its address is the pin: nothing of it may stay when the text is emptied."""
    house(world)
    vera, _ = verifiers(world)
    vera.says("PML-0001")
    first = vera.card
    assert [button["url"] for row in first.rows for button in row if "url" in button] \
        == ["https://www.google.com/maps/search/?api=1&query=-6.340000,106.730000"]
    vera.says("PML-0001")
    assert (first.rows, "maps" in first.html) == ([], False), "replaced by the newer card"
    second = vera.card
    vera.presses("Tolak")
    assert not [button for row in second.rows for button in row if "url" in button]
    assert "maps" not in second.html


@pytest.mark.parametrize(("letters", "walk"), [
    ("o-", Walk()), (f"n{PAMULANG}", Walk(Order.NEEDIEST, PAMULANG)), ("n" + "9" * 8, Walk(Order.NEEDIEST, "9" * 8)),
    ("n" + "9" * 9, Walk()), ("n", Walk()), ("", Walk()), ("x-", Walk()),
])
def test_a_walk_is_no_longer_than_a_kecamatan(letters: str, walk: Walk) -> None:
    """Whatever a forged button carries fits into the buttons that carry it on."""
    assert walk_of(letters) == walk
