"""Several similar houses approved in one go: listed without their people, ticked, one estimate, one press."""

from __future__ import annotations

from typing import Any

from storage import checklist, holding, houses
from storage.checklist import Item, Verdict
from storage.houses import House, HouseState
from storage.people import RoleName
from storage.photos import PhotoKind
from tests.builders import NOW, PAMULANG, SETU
from tests.handlers.house_steps import all_houses, asking, kinds
from tests.handlers.verify_steps import WIRA, fresh, house, sari, verifiers
from tests.world import Actor, World

FRONT = (PhotoKind.FRONT,)


def ready(world: World, number: int = 3, **values: Any) -> list[House]:
    """Houses that may be approved together: each far from the others."""
    return [house(world, lat=-6.2 - 0.01 * len(all_houses(world)), head_name=f"Keluarga {'ABCDEFGHIJKL'[place]}",
                  kinds=FRONT, **values) for place in range(number)]


def listed(vera: Actor, name: str = "Pamulang") -> Any:
    vera.says("/verifikasi")
    vera.presses(f"{name} (")
    vera.presses("Setujui beberapa")
    return vera.card


def approve(vera: Actor, money: str = "pagu kota") -> None:
    vera.presses("Setujui yang dicentang")
    vera.presses(money)
    vera.presses("Ya, setujui")


def test_only_houses_that_nothing_speaks_against(world: World) -> None:
    good, unpictured, fit, against, held = (*ready(world, 1), house(world), house(world, roof=1, floor=1, wall=1,
                                            area_m2=90.0, kinds=FRONT, lat=-6.6), *ready(world, 2))
    elsewhere = house(world, SETU, lat=-6.9, kinds=FRONT)
    vera, wira = verifiers(world)
    world.store.run(lambda session: checklist.put(session, against.id or 0, Item.LAND, Verdict.NO, NOW, by=1))
    wira.says(held.code)
    card = listed(vera)
    assert good.code in card.text
    for other in (unpictured, fit, against, held, elsewhere):
        assert other.code not in card.text, other.code
    assert f"{good.code} · Bambu Apus" in card.text
    assert "Atap 4, lantai 3, dinding 5 · 5 orang · 30 m² · prioritas" in card.text
    assert "Keluarga" not in card.text.replace("kepala keluarga", "")
    assert "protect_content" not in card.params


def test_at_most_eight(world: World) -> None:
    ready(world, 10)
    vera, _ = verifiers(world)
    card = listed(vera)
    assert len([label for label in card.buttons if label.startswith("✓")]) == 8
    assert "8 rumah" in card.text


def test_ticked_and_approved_together(world: World) -> None:
    first, second, third = ready(world)
    vera, _ = verifiers(world)
    card = listed(vera)
    vera.presses(second.code)
    assert f"▫️ {second.code}" in card.buttons
    assert "Setujui yang dicentang (2)" in str(card.buttons)
    vera.presses("Setujui yang dicentang")
    assert f"{first.code}, {third.code}" in card.text
    vera.presses("pagu kota")
    assert "2 rumah, masing-masing Rp75.000.000, seluruhnya Rp150.000.000" in card.text
    assert "belum lengkap: 2" in card.text
    assert fresh(world, first.id).state == HouseState.REGISTERED
    vera.presses("Ya, setujui 2 rumah")
    for one in (first, third):
        after = fresh(world, one.id)
        assert (after.state, after.estimate, after.verified_at) == (HouseState.ELIGIBLE, 75_000_000, world.now)
        assert kinds(world, one.id or 0).count("house.eligible") == 1
    assert fresh(world, second.id).state == HouseState.REGISTERED
    assert "2 rumah disetujui" in card.text
    news = sari(world).seen
    assert [one.text for one in news] == [f"✅ 2 rumah yang Bapak/Ibu data disetujui dan masuk daftar tunggu: "
                                          f"{first.code}, {third.code}. Terima kasih."]


def test_a_typed_estimate_above_the_ceiling_is_asked_once_more(world: World) -> None:
    (one,) = ready(world, 1)
    vera, _ = verifiers(world)
    listed(vera)
    vera.presses("Setujui yang dicentang")
    for bad in ("banyak", "x" * 4000, "75"):
        vera.says(bad)
        assert asking(world, vera) == "estimate"
    vera.says("90 juta")
    assert "lebih tinggi dari pagu kota" in vera.card.text
    vera.presses("Ya, tetap")
    vera.presses("Ya, setujui 1 rumah")
    assert fresh(world, one.id).estimate == 90_000_000


def test_what_changed_meanwhile_is_left_and_named(world: World) -> None:
    first, taken, changed, decided = ready(world, 4)
    vera, wira = verifiers(world)
    card = listed(vera)
    vera.presses("Setujui yang dicentang")
    vera.presses("pagu kota")
    wira.says(taken.code)

    def change(session: Any) -> None:
        session.get(House, changed.id).version += 1
        houses.move(session, decided.id or 0, HouseState.REGISTERED, HouseState.INELIGIBLE, world.now, by=None)

    world.store.run(change)
    vera.presses("Ya, setujui 4 rumah")
    assert f"1 rumah disetujui, masing-masing Rp75.000.000: {first.code}" in card.text
    assert f"Tidak disetujui, karena sudah berubah, sedang diperiksa orang lain, atau ada yang memberatkan: " \
           f"{taken.code}, {changed.code}, {decided.code}" in card.text
    assert [fresh(world, one.id).state for one in (first, taken, changed, decided)] \
        == [HouseState.ELIGIBLE, HouseState.REGISTERED, HouseState.REGISTERED, HouseState.INELIGIBLE]


def test_a_list_works_once(world: World) -> None:
    ready(world, 2)
    vera, _ = verifiers(world)
    card = listed(vera)
    tick, take = card.data("PML-0001"), card.data("Setujui yang dicentang")
    vera.presses("Setujui yang dicentang")
    vera.presses("pagu kota")
    sure = card.data("Ya, setujui 2")
    for _ in range(2):
        vera.presses_data(sure, card)
    for data in (tick, take):
        vera.presses_data(data, card)
        assert "sudah dipakai" in vera.toast
    assert [kinds(world, number).count("house.eligible") for number in (1, 2)] == [1, 1]


def test_a_newer_list_takes_the_place_of_the_older_one(world: World) -> None:
    ready(world, 2)
    vera, _ = verifiers(world)
    old = listed(vera)
    data = old.data("PML-0001")
    listed(vera)
    vera.presses_data(data, old)
    assert "lebih baru" in vera.toast


def test_nothing_ticked_nothing_to_approve(world: World) -> None:
    (one,) = ready(world, 1)
    vera, _ = verifiers(world)
    card = listed(vera)
    data = card.data("Setujui yang dicentang")
    vera.presses(one.code)
    assert "Setujui yang dicentang" not in str(card.buttons)
    vera.presses_data(data, card)
    assert asking(world, vera) is None
    vera.presses("Batal")
    assert "Ambil berikutnya" in card.buttons


def test_nothing_ready_says_so(world: World) -> None:
    house(world)
    vera, _ = verifiers(world)
    listed(vera)
    assert "satu per satu" in vera.toast


def test_a_list_of_another_or_without_the_right(world: World) -> None:
    ready(world, 1)
    vera, wira = verifiers(world)
    card = listed(vera)
    data = [card.data("PML-0001"), card.data("Setujui yang dicentang")]
    tono = world.actor("Tono", WIRA + 7, RoleName.SURVEYOR)
    wati = world.actor("Wati", WIRA + 8, RoleName.VERIFIER, areas=[SETU])
    for actor, words in ((wira, "lebih baru"), (tono, "di luar peran"), (wati, "lebih baru")):
        actor.says("/bantuan")
        for one in data:
            actor.presses_data(one, actor.card)
            assert words in actor.toast
    wati.presses_data(f"vb:o{PAMULANG}", wati.card)
    assert "di luar kecamatan" in wati.toast
    wati.presses_data("vb:o-", wati.card)
    assert "tidak berlaku" in wati.toast
    assert fresh(world).state == HouseState.REGISTERED


def test_taken_back_together(world: World) -> None:
    first, second = ready(world, 2)
    vera, _ = verifiers(world)
    card = listed(vera)
    approve(vera)
    world.store.run(lambda session: session.get(House, second.id).__setattr__("version", 9))
    undo = card.data("Urungkan")
    vera.presses("Urungkan")
    assert f"Persetujuan 1 rumah diurungkan, dan menunggu lagi: {first.code}" in card.text
    assert f"Tetap seperti sekarang, karena sudah berubah atau waktunya lewat: {second.code}" in card.text
    assert fresh(world, first.id).state == HouseState.REGISTERED
    assert fresh(world, second.id).state == HouseState.ELIGIBLE
    assert "diurungkan" in sari(world).last.text
    vera.presses_data(undo, card)
    assert "diurungkan" not in card.text
    world.passes(minutes=16)
    listed(vera)
    approve(vera)
    world.passes(minutes=11)
    vera.presses("Urungkan")
    assert fresh(world, first.id).state == HouseState.ELIGIBLE


def test_the_holder_may_approve_what_they_hold(world: World) -> None:
    (one,) = ready(world, 1)
    vera, _ = verifiers(world)
    world.store.run(lambda session: holding.take(session, one.id or 0, 1, world.now, world.now))
    vera.says(one.code)
    listed(vera)
    approve(vera)
    assert fresh(world, one.id).state == HouseState.ELIGIBLE


def test_taken_back_after_the_next_list_was_opened(world: World) -> None:
    (first,) = ready(world, 1)
    vera, _ = verifiers(world)
    card = listed(vera)
    approve(vera)
    undo = card.data("Urungkan")
    ready(world, 1)
    listed(vera)
    vera.presses_data(undo, card)
    assert fresh(world, first.id).state == HouseState.REGISTERED
