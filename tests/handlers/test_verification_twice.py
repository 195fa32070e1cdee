"""Two verifiers at one house, two taps, old cards: one decision, and the slower one is told.

One holds a house at a time; the other one comes to it once the hold has lapsed.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from storage import houses
from storage.houses import HouseState
from storage.store import Store
from tests.builders import PAMULANG, race
from tests.handlers.house_steps import asking, kinds, newest, several, verifier
from tests.handlers.verify_steps import approved, corrected, house, verifiers
from tests.world import Actor, World

NAME = "Contoh Aminah"


def two_verifiers(world: World) -> tuple[Actor, Actor]:
    """Both have a card with decisions: Wira's is old, and Vera holds the house now."""
    vera, wira = verifiers(world)
    house(world, head_name=NAME)
    wira.says("PML-0001")
    lapses(world)
    vera.says("PML-0001")
    return vera, wira


def lapses(world: World) -> None:
    world.passes(minutes=16)


def test_the_second_verifier_is_told_who_was_faster(world: World) -> None:
    vera, wira = two_verifiers(world)
    approved(vera)
    card = wira.card
    wira.presses("Tolak")
    assert "oleh Vera" in card.text
    assert "Memenuhi syarat" in card.text
    assert NAME not in card.text
    assert newest(world).state == HouseState.ELIGIBLE


def test_the_second_verifier_is_told_in_the_middle_of_a_note(world: World) -> None:
    vera, wira = two_verifiers(world)
    lapses(world)
    wira.presses("Kembalikan")
    lapses(world)
    approved(vera)
    wira.says("Foto kurang jelas")
    assert "lebih dulu oleh Vera" in wira.card.text
    assert newest(world).state == HouseState.ELIGIBLE
    assert asking(world, wira) is None
    assert kinds(world, 1).count("house.returned") == 0


def test_the_second_verifier_is_told_at_the_last_button(world: World) -> None:
    vera, wira = two_verifiers(world)
    lapses(world)
    wira.presses("Setujui")
    stale, data = wira.card, wira.card.data("pagu kota")
    lapses(world)
    vera.presses("Tolak")
    vera.says("Sudah menerima bantuan")
    wira.presses_data(data, stale)
    assert "lebih dulu oleh Vera" in wira.toast
    assert stale.buttons == ["Buka PML-0001"]
    assert newest(world).state == HouseState.INELIGIBLE
    assert newest(world).estimate is None


def test_two_verifiers_at_the_same_moment(world: World) -> None:
    """Two processes, one house whose hold has lapsed: on PostgreSQL both look before either has committed."""
    vera, wira = two_verifiers(world)
    store = Store(world.store.url, world.store.vault)
    other = World(store)
    other.update_ids, other.chats, other.ids = count(10_000), world.chats, count(90_000)
    there = replace(wira, world=other)
    vera.presses("Setujui", vera.card)
    vera.presses("pagu kota")
    card = vera.card
    data = card.data("Ya, setujui")
    lapses(world)
    other.now = world.now
    there.presses("Kembalikan", wira.card)
    lapses(world)
    other.now = world.now
    race(lambda: vera.presses_data(data, card), lambda: there.says("Foto kurang jelas"))
    world.deliver()
    decided = [kind for kind in kinds(world, 1) if kind in ("house.eligible", "house.returned")]
    assert len(decided) == 1
    loser = there if newest(world).state == HouseState.ELIGIBLE else vera
    assert "sudah diputuskan" in loser.all_text() + loser.toast
    other.close()
    store.close()


def test_a_double_tap_decides_once(world: World) -> None:
    several(world, PAMULANG)
    vera = verifier(world)
    vera.says("/verifikasi")
    vera.presses("Rumah baru")
    card = vera.card
    approve_data = card.data("Setujui")
    vera.presses_data(approve_data, card)
    vera.presses_data(approve_data, card)
    vera.presses("pagu kota")
    data = card.data("Ya, setujui")
    vera.presses_data(data, card)
    vera.presses_data(data, card)
    vera.presses_data(approve_data, card)
    assert kinds(world, 1).count("house.eligible") == 1
    assert "sudah diputuskan" in card.text


def test_a_card_of_before_the_correction_shows_the_house_anew(world: World) -> None:
    vera, wira = two_verifiers(world)
    old, before = wira.card, wira.card.rows
    vera.presses("Kembalikan")
    vera.says("Jumlah penghuni salah")
    corrected(world, occupants=9)
    wira.presses_data(old.data("Setujui"), old)
    assert "menunggu Vera" in wira.toast, "it waits for whoever returned it"
    world.passes(hours=25)
    wira.presses("Lihat lagi")
    assert "9 penghuni" in wira.card.text
    old.rows = before
    wira.presses_data(old.data("Setujui"), old)
    assert "berubah" in wira.toast
    assert newest(world).state == HouseState.REGISTERED


def test_what_was_judged_must_be_what_is_there(world: World) -> None:
    """The house was returned and corrected while another verifier was about to approve it."""
    _vera, wira = two_verifiers(world)
    lapses(world)
    wira.presses("Setujui")
    wira.presses("pagu kota")
    card, data = wira.card, wira.card.data("Ya, setujui")

    def meanwhile(session: Any) -> None:
        houses.move(session, 1, HouseState.REGISTERED, HouseState.RETURNED, world.now, by=None)
        houses.move(session, 1, HouseState.RETURNED, HouseState.REGISTERED, world.now, by=None)

    world.store.run(meanwhile)
    wira.presses_data(data, card)
    assert newest(world).state == HouseState.REGISTERED
    assert "berubah" in card.text
    assert card.buttons == ["Buka PML-0001"]
