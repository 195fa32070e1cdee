"""The checklist: answered an item at a time, with notes, pointed at what was written down; it advises."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import Session

from storage import checklist
from storage.checklist import Item, Verdict
from storage.households import Household
from storage.houses import House, HouseState
from storage.people import RoleName
from tests.builders import SETU, history
from tests.handlers.house_steps import asking, kinds
from tests.handlers.verify_steps import WIRA, fresh, house, verifiers
from tests.world import World

ITEMS = ["WNI berkeluarga", "Tanah sah", "Satu-satunya rumah", "Penghasilan di bawah UMK", "Terdaftar di DTSEN/DTKS",
         "Belum dibantu 10 tahun", "Diusulkan RT/RW, lurah, camat", "Mustahik (syarat sebagian mitra)"]


def marks(world: World, house_id: int = 1) -> dict[str, tuple[str, str | None]]:
    found = world.store.run(lambda session: checklist.of_house(session, house_id))
    return {item.value: (mark.verdict, mark.note) for item, mark in found.items()}


def answer(vera: Any, item: str, verdict: str) -> None:
    vera.presses(item)
    vera.presses(verdict)


def test_eight_items_answered_on_one_message(world: World) -> None:
    house(world, head_name="Contoh Aminah")
    vera, _ = verifiers(world)
    vera.says("PML-0001")
    card = vera.card
    vera.presses("Daftar periksa")
    assert card.buttons == [*(f"– {item}" for item in ITEMS), "‹ Kembali ke rumah"]
    answer(vera, "Tanah sah", "✓ Ya")
    answer(vera, "Penghasilan", "✗ Tidak")
    answer(vera, "DTSEN", "? Belum tahu")
    assert [label[0] for label in card.buttons[:8]] == ["–", "✓", "–", "✗", "?", "–", "–", "–"]
    vera.presses("Kembali ke rumah")
    assert card is vera.card
    assert "Daftar periksa: ✓ 1 dari 7, belum pasti 5" in card.text
    assert "✗ Tidak terpenuhi: Penghasilan di bawah UMK" in card.text
    assert "Contoh Aminah" in card.text
    assert marks(world) == {"land": ("yes", None), "income": ("no", None), "dtsen": ("unknown", None)}
    events = [event for event in world.store.run(lambda session: history(session, 1)) if event.kind == "house.checked"]
    assert [event.data for event in events] == [{"fields": ["dtsen"]}, {"fields": ["income"]}, {"fields": ["land"]}]


def test_an_answer_pressed_twice_is_one(world: World) -> None:
    house(world)
    vera, _ = verifiers(world)
    vera.says("PML-0001")
    vera.presses("Daftar periksa")
    vera.presses("Tanah sah")
    data = vera.card.data("✓ Ya")
    for _ in range(2):
        vera.presses_data(data, vera.card)
    assert kinds(world, 1).count("house.checked") == 1
    answer(vera, "Tanah sah", "✗ Tidak")
    assert marks(world) == {"land": ("no", None)}


def test_a_note_beside_the_answer(world: World) -> None:
    house(world)
    vera, _ = verifiers(world)
    vera.says("PML-0001")
    vera.presses("Daftar periksa")
    answer(vera, "Tanah sah", "✓ Ya")
    vera.presses("Tanah sah")
    vera.presses("Beri catatan")
    for bad in ("x" * 301, "x" * 4000, "12", "?!"):
        vera.says(bad)
        assert asking(world, vera) == "note"
    vera.photo()
    vera.says("Surat <b>lurah</b> & AJB")
    assert asking(world, vera) is None
    assert vera.card.params["protect_content"], "a note may speak of the family"
    assert "Catatan: Surat <b>lurah</b> & AJB" in vera.card.text
    vera.presses("‹ Daftar periksa")
    assert "Tanah sah: Surat <b>lurah</b> & AJB" in vera.card.text
    answer(vera, "Tanah sah", "✗ Tidak")
    assert marks(world) == {"land": ("no", "Surat <b>lurah</b> & AJB")}
    told = world.store.run(lambda session: [event.data for event in history(session, 1)])
    assert "lurah" not in str(told)


def test_a_note_alone_leaves_the_item_unknown(world: World) -> None:
    house(world)
    vera, _ = verifiers(world)
    vera.says("PML-0001")
    vera.presses("Daftar periksa")
    vera.presses("Diusulkan")
    vera.presses("Beri catatan")
    vera.says("Menunggu tanda tangan camat")
    assert marks(world) == {"proposed": ("unknown", "Menunggu tanda tangan camat")}


@pytest.mark.parametrize(("values", "said"), [
    ({"land_m2": 150.0}, "Luas tanah 150 m², lebih dari 120 m²."),
    ({"prior_aid": 2020}, "Pernah menerima bantuan rumah tahun 2020, belum 10 tahun."),
    ({"land_m2": 120.0, "prior_aid": 2015}, None),
    ({"prior_aid": 0}, None),
])
def test_what_was_written_down_is_pointed_out(world: World, values: dict[str, Any], said: str | None) -> None:
    house(world)

    def write(session: Session) -> None:
        family = session.get(Household, 1)
        for name, value in values.items():
            setattr(family, name, value)

    world.store.run(write)
    vera, _ = verifiers(world)
    vera.says("PML-0001")
    vera.presses("Daftar periksa")
    assert ("⚠️" in vera.card.text) == (said is not None)
    assert said is None or said in vera.card.text


def test_what_is_open_or_against_is_said_once_before_approving_and_forbids_nothing(world: World) -> None:
    house(world)
    vera, _ = verifiers(world)
    vera.says("PML-0001")
    vera.presses("Daftar periksa")
    answer(vera, "Tanah sah", "✗ Tidak")
    vera.presses("Kembali ke rumah")
    vera.presses("Setujui")
    vera.presses("pagu kota")
    assert "Tidak terpenuhi: Tanah sah" in vera.card.text
    assert "WNI berkeluarga, Satu-satunya rumah" in vera.card.text
    assert fresh(world).state == HouseState.REGISTERED
    vera.presses("Ya, setujui")
    assert fresh(world).state == HouseState.ELIGIBLE


def test_a_clear_checklist_asks_nothing_more(world: World) -> None:
    house(world)
    vera, _ = verifiers(world)

    def clear(session: Session) -> None:
        for item in Item:
            checklist.put(session, 1, item, Verdict.YES, world.now, by=1)

    world.store.run(clear)
    vera.says("PML-0001")
    vera.presses("Setujui")
    vera.presses("pagu kota")
    assert fresh(world).state == HouseState.ELIGIBLE


def test_an_answer_that_turns_against_it_meanwhile_is_looked_at_first(world: World) -> None:
    house(world)
    vera, _ = verifiers(world)

    def put(item: Item, verdict: Verdict) -> None:
        world.store.run(lambda session: checklist.put(session, 1, item, verdict, world.now, by=1))

    for item in Item:
        put(item, Verdict.YES)
    vera.says("PML-0001")
    vera.presses("Setujui")
    put(Item.LAND, Verdict.NO)
    vera.presses("pagu kota")
    assert "sudah berubah" in vera.card.text
    assert fresh(world).state == HouseState.REGISTERED
    vera.presses("PML-0001")
    vera.presses("Setujui")
    vera.presses("pagu kota")
    assert "Tidak terpenuhi: Tanah sah" in vera.card.text
    put(Item.LAND, Verdict.YES)
    vera.presses("Ya, setujui")
    assert fresh(world).state == HouseState.ELIGIBLE, "better than what was asked about"


def test_of_a_changed_house_another_answer_is_wanted(world: World) -> None:
    house(world)
    vera, _ = verifiers(world)
    vera.says("PML-0001")
    vera.presses("Daftar periksa")
    vera.presses("Tanah sah")
    world.store.run(lambda session: session.get(House, 1).__setattr__("version", 7))
    vera.presses("✓ Ya")
    assert "berubah" in vera.toast
    assert marks(world) == {}
    assert "✅ Setujui" in vera.card.buttons


def test_others_do_not_answer(world: World) -> None:
    house(world)
    vera, _ = verifiers(world)
    other = world.actor("Wati", WIRA + 5, RoleName.VERIFIER, areas=[SETU])
    sari = world.actor("Tono", WIRA + 6, RoleName.SURVEYOR)
    vera.says("PML-0001")
    for actor, words in ((other, "di luar kecamatan"), (sari, "di luar peran")):
        actor.says("/bantuan")
        for data in ("vc:1:o-", "vi:1:o-:land", "vk:1:1:o-:land:yes", "vt:1:o-:land", "vi:1:o-:kebun",
                     "vk:1:1:x:land:x"):
            actor.presses_data(data, actor.card)
            assert words in actor.toast or "tidak berlaku" in actor.toast
    assert marks(world) == {}
