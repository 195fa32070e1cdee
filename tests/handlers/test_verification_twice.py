"""Two verifiers at one house, two taps, old cards: one decision, and the slower one is told."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from storage import houses
from storage.houses import HouseState
from storage.people import RoleName
from storage.store import Store
from tests.builders import PAMULANG, race
from tests.handlers.house_steps import (
    NAME,
    asking,
    kinds,
    newest,
    register,
    several,
    surveyor,
    verifier,
)
from tests.world import Actor, World

WIRA = 2**33 + 9


def two_verifiers(world: World) -> tuple[Actor, Actor]:
    sari, vera, wira = surveyor(world), verifier(world), world.actor("Wira", WIRA, RoleName.VERIFIER)
    register(sari)
    for one in (vera, wira):
        one.presses("Buka PML-0001")
    return vera, wira


def test_the_second_verifier_is_told_who_was_faster(world: World) -> None:
    vera, wira = two_verifiers(world)
    vera.presses("Setujui")
    vera.presses("pagu kota")
    card = wira.card
    wira.presses("Tolak")
    assert "oleh Vera" in card.text
    assert "Memenuhi syarat" in card.text
    assert NAME not in card.text
    assert newest(world).state == HouseState.ELIGIBLE


def test_the_second_verifier_is_told_in_the_middle_of_a_note(world: World) -> None:
    vera, wira = two_verifiers(world)
    wira.presses("Kembalikan")
    vera.presses("Setujui")
    vera.presses("pagu kota")
    wira.says("Foto kurang jelas")
    assert "lebih dulu oleh Vera" in wira.card.text
    assert newest(world).state == HouseState.ELIGIBLE
    assert asking(world, wira) is None
    assert kinds(world, 1).count("house.returned") == 0


def test_the_second_verifier_is_told_at_the_last_button(world: World) -> None:
    vera, wira = two_verifiers(world)
    wira.presses("Setujui")
    stale, data = wira.card, wira.card.data("pagu kota")
    vera.presses("Tolak")
    vera.says("Sudah menerima bantuan")
    wira.presses_data(data, stale)
    assert "lebih dulu oleh Vera" in wira.toast
    assert stale.buttons == ["Buka PML-0001"]
    assert newest(world).state == HouseState.INELIGIBLE
    assert newest(world).estimate is None


def test_two_verifiers_at_the_same_moment(world: World) -> None:
    """Two processes, one house: on PostgreSQL both look before either has committed."""
    vera, wira = two_verifiers(world)
    store = Store(world.store.url, world.store.vault)
    other = World(store)
    other.update_ids, other.chats, other.ids = count(10_000), world.chats, count(90_000)
    there = replace(wira, world=other)
    vera.presses("Setujui", vera.card)
    there.presses("Kembalikan", wira.card)
    card = vera.card
    data = card.data("pagu kota")
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
    data = card.data("pagu kota")
    vera.presses_data(data, card)
    vera.presses_data(data, card)
    vera.presses_data(approve_data, card)
    assert kinds(world, 1).count("house.eligible") == 1
    assert "sudah diputuskan" in card.text


def test_a_card_of_before_the_correction_shows_the_house_anew(world: World) -> None:
    vera, wira = two_verifiers(world)
    old = wira.card
    vera.presses("Kembalikan")
    vera.says("Jumlah penghuni salah")
    sari = Actor(world, "Sari", 2**33 + 1)
    sari.presses("Perbaiki")
    sari.presses("Ubah")
    sari.presses("Penghuni")
    sari.says("9")
    sari.presses("Simpan")
    wira.presses_data(old.data("Setujui"), old)
    assert "berubah" in wira.toast
    assert "9 penghuni" in wira.card.text
    assert newest(world).state == HouseState.REGISTERED


def test_what_was_judged_must_be_what_is_there(world: World) -> None:
    """The house was returned and corrected while another verifier was about to approve it."""
    vera, wira = two_verifiers(world)
    wira.presses("Setujui")
    card, data = wira.card, wira.card.data("pagu kota")

    def corrected(session: Any) -> None:
        houses.move(session, 1, HouseState.REGISTERED, HouseState.RETURNED, world.now, by=None)
        houses.move(session, 1, HouseState.RETURNED, HouseState.REGISTERED, world.now, by=None)

    world.store.run(corrected)
    wira.presses_data(data, card)
    assert newest(world).state == HouseState.REGISTERED
    assert "berubah" in card.text
    assert card.buttons == ["Buka PML-0001"]
