"""A decision taken back: within ten minutes, by whoever made it, while nothing has come of it."""

from __future__ import annotations

import pytest

from storage import houses
from storage.events import Event
from storage.houses import HouseState
from tests.builders import claim, history, make_quota
from tests.handlers.house_steps import asking
from tests.handlers.verify_steps import approved, corrected, fresh, house, sari, verifiers
from tests.world import Actor, World


def decide(vera: Actor, label: str) -> None:
    vera.says("PML-0001")
    if label == "Setujui":
        approved(vera)
    else:
        vera.presses(label)
        vera.says("Sudah menerima bantuan")


def undos(world: World) -> list[Event]:
    found = world.store.run(lambda session: history(session, 1))
    return [one for one in found if one.data.get("reason") == "undo"]


@pytest.mark.parametrize("label", ["Setujui", "Kembalikan", "Tolak"])
def test_each_decision_can_be_taken_back(world: World, label: str) -> None:
    house(world, head_name="Contoh Aminah")
    vera, wira = verifiers(world)
    decide(vera, label)
    world.passes(minutes=10)
    vera.presses("Urungkan")
    after = fresh(world)
    assert (after.state, after.estimate, after.note, after.wrong_fields, after.verifier_id, after.verified_at,
            after.closed_at) == (HouseState.REGISTERED, None, None, [], None, None, None)
    assert "Contoh Aminah" in vera.card.text
    assert "✅ Setujui" in vera.card.buttons
    assert "diurungkan" in vera.toast
    assert "Keputusan atas rumah PML-0001 diurungkan" in sari(world).last.text
    wira.says("PML-0001")
    assert "sedang diperiksa Vera" in wira.card.text, "it is in the hand of whoever took it back"
    assert [one.kind for one in undos(world)] == ["house.registered"]
    approved(vera)
    assert fresh(world).state == HouseState.ELIGIBLE


def test_after_ten_minutes_it_stands(world: World) -> None:
    house(world)
    vera, _ = verifiers(world)
    decide(vera, "Setujui")
    card = vera.card
    world.passes(minutes=10, seconds=1)
    vera.presses("Urungkan")
    assert "Sudah lewat 10 menit" in card.text
    assert "Memenuhi syarat" in card.text
    assert "↶ Urungkan" not in card.buttons
    assert fresh(world).state == HouseState.ELIGIBLE


def test_not_when_a_partner_has_claimed_it(world: World) -> None:
    house(world)
    vera, _ = verifiers(world)
    decide(vera, "Setujui")
    world.store.run(lambda session: claim(session, houses.get(session, 1), make_quota(session)))
    vera.presses("Urungkan")
    assert "sudah berubah sejak keputusan itu" in vera.card.text
    assert fresh(world).state == HouseState.CLAIMED


def test_not_when_the_surveyor_has_corrected_it(world: World) -> None:
    house(world)
    vera, _ = verifiers(world)
    decide(vera, "Kembalikan")
    card, data = vera.card, vera.card.data("Urungkan")
    corrected(world, occupants=8)
    vera.presses_data(data, card)
    assert "sudah berubah" in card.text
    assert (fresh(world).state, fresh(world).occupants) == (HouseState.REGISTERED, 8)


def test_only_by_whoever_decided(world: World) -> None:
    house(world)
    vera, wira = verifiers(world)
    decide(vera, "Tolak")
    data = vera.card.data("Urungkan")
    wira.says("/verifikasi")
    wira.presses_data(data, wira.card)
    assert "sudah berubah" in wira.card.text
    assert fresh(world).state == HouseState.INELIGIBLE


def test_a_double_tap_takes_back_once(world: World) -> None:
    house(world)
    vera, _ = verifiers(world)
    decide(vera, "Tolak")
    card, data = vera.card, vera.card.data("Urungkan")
    vera.presses_data(data, card)
    vera.presses_data(data, card)
    assert len(undos(world)) == 1
    assert len([one for one in sari(world).seen if "diurungkan" in one.text]) == 1
    assert asking(world, vera) is None
