"""A verifier's decision: approved with an estimate, returned with a note, refused with a reason."""

from __future__ import annotations

import pytest

from storage import meta, people
from storage.houses import HouseState
from tests.builders import PAMULANG, SETU, history
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
from tests.world import World

WIRA = 2**33 + 9


def test_approve_with_the_ceiling(world: World) -> None:
    sari, vera = surveyor(world), verifier(world)
    house = register(sari)
    vera.presses("Buka PML-0001")
    card = vera.card
    vera.presses("Setujui")
    assert NAME not in card.text
    assert "Rp75.000.000 (pagu kota)" in card.buttons
    vera.presses("pagu kota")
    assert "WNI berkeluarga" in card.text
    vera.presses("Ya, setujui")
    after = newest(world)
    assert (after.state, after.estimate, after.verified_at) == (HouseState.ELIGIBLE, 75_000_000, world.now)
    assert after.verifier_id == world.store.run(lambda session: people.by_telegram(session, vera.id).id)
    assert "Rp75.000.000" in card.text
    assert card.buttons == ["↶ Urungkan", "Daftar verifikasi"]
    assert "PML-0001" in sari.last.text
    assert "disetujui" in sari.last.text
    sari.presses("Buka PML-0001")
    assert "Memenuhi syarat" in sari.card.text
    assert kinds(world, house.id).count("house.eligible") == 1


@pytest.mark.parametrize(("typed", "rupiah"), [("60 juta", 60_000_000), ("Rp45.500.000", 45_500_000),
                                               ("75 jt", 75_000_000), ("٦٠ juta", 60_000_000)])
def test_approve_with_a_typed_estimate(world: World, typed: str, rupiah: int) -> None:
    several(world, PAMULANG)
    vera = verifier(world)
    vera.says("/verifikasi")
    vera.presses("Rumah baru")
    vera.presses("Setujui")
    vera.says(typed)
    vera.presses("Ya, setujui")
    assert (newest(world).state, newest(world).estimate) == (HouseState.ELIGIBLE, rupiah)


def test_above_the_ceiling_only_after_it_was_said(world: World) -> None:
    several(world, PAMULANG)
    world.store.run(lambda session: meta.put(session, "house_ceiling", "71000000"))
    vera = verifier(world)
    vera.says("/verifikasi")
    vera.presses("Rumah baru")
    vera.presses("Setujui")
    vera.says("90 juta")
    assert "Rp90.000.000 lebih tinggi dari pagu kota, Rp71.000.000" in vera.card.text
    assert newest(world).state == HouseState.REGISTERED
    vera.presses("Kembali")
    vera.says("80 juta")
    assert "Rp80.000.000 lebih tinggi" in vera.card.text
    vera.presses("Ya, tetap")
    vera.presses("Ya, setujui")
    assert newest(world).estimate == 80_000_000


@pytest.mark.parametrize("typed", ["0", "-5 juta", "1", "75", "banyak", "x" * 4000, "<b>60</b> juta", "20 triliun"])
def test_estimates_that_are_none(world: World, typed: str) -> None:
    several(world, PAMULANG)
    vera = verifier(world)
    vera.says("/verifikasi")
    vera.presses("Rumah baru")
    vera.presses("Setujui")
    vera.says(typed)
    assert newest(world).state == HouseState.REGISTERED
    assert asking(world, vera) == "estimate"
    assert "Rp75.000.000 (pagu kota)" in vera.card.buttons


@pytest.mark.parametrize(("label", "state", "words"), [
    ("Kembalikan", HouseState.RETURNED, "dikembalikan untuk diperbaiki"),
    ("Tolak", HouseState.INELIGIBLE, "tidak memenuhi syarat"),
])
def test_return_and_refuse_with_a_note(world: World, label: str, state: HouseState, words: str) -> None:
    sari, vera = surveyor(world), verifier(world)
    house = register(sari)
    vera.presses("Buka PML-0001")
    vera.presses(label)
    for bad in ("no", "?!?!?!", " ", "x" * 1001, "x" * 4000):
        vera.says(bad)
        assert newest(world).state == HouseState.REGISTERED
        assert asking(world, vera) == "note"
    vera.photo()
    assert "tidak diperlukan foto" in vera.card.text
    vera.sends(voice={"file_id": "v", "file_unique_id": "v", "duration": 3})
    assert "mengetik" in vera.card.text
    vera.says("Sudah <b>dapat</b> bantuan & lain-lain")
    assert newest(world).state == state
    assert newest(world).note == "Sudah <b>dapat</b> bantuan & lain-lain"
    assert words in sari.last.text
    assert "Sudah <b>dapat</b> bantuan & lain-lain" in sari.last.text
    assert "PML-0001" in sari.last.text
    told = world.store.run(lambda session: [event.data for event in history(session, house.id)])
    assert "dapat" not in str(told)


def test_after_a_decision_the_next_one_is_a_tap_away(world: World) -> None:
    first, second = several(world, PAMULANG, SETU)
    vera = verifier(world)
    vera.says("/verifikasi")
    vera.presses("Rumah baru")
    assert first.code in vera.card.text
    vera.presses("Setujui")
    vera.presses("pagu kota")
    vera.presses("Ya, setujui")
    vera.presses("Berikutnya")
    assert second.code in vera.card.text


def test_two_decisions_begun_by_one_verifier(world: World) -> None:
    several(world, PAMULANG)
    vera = verifier(world)
    vera.says("PML-0001")
    card = vera.card
    refuse, approve_data = card.data("Tolak"), card.data("Setujui")
    vera.presses_data(refuse, card)
    world.passes(minutes=1)
    vera.presses_data(approve_data, card)
    vera.presses("pagu kota")
    vera.presses("Ya, setujui")
    assert newest(world).state == HouseState.ELIGIBLE
    assert "masih terbuka" not in vera.all_text()
    assert asking(world, vera) is None


def test_leaving_a_decision_leads_back_to_the_house(world: World) -> None:
    several(world, PAMULANG)
    vera = verifier(world)
    vera.says("/verifikasi")
    vera.presses("Rumah baru")
    vera.presses("Tolak")
    vera.presses("Batal")
    assert asking(world, vera) is None
    vera.presses("Buka PML-0001")
    assert "✅ Setujui" in vera.card.buttons
    assert newest(world).state == HouseState.REGISTERED
