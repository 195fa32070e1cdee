"""A verifier sees what waits, decides once, and the surveyor hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from storage import houses, meta, people
from storage.houses import House, HouseState
from storage.people import RoleName
from storage.store import Store
from tests.builders import PAMULANG, SETU, approve, history, make_house, race
from tests.handlers.house_steps import NAME, NIK, all_houses, asking, newest, register, surveyor, verifier
from tests.world import Actor, World

WIRA = 2**33 + 9


@pytest.fixture
def world(database: Store) -> Iterator[World]:
    made = World(database)
    yield made
    made.close()


def several(world: World, *kecamatan: str) -> list[House]:
    return world.store.run(lambda session: [make_house(session, code) for code in kecamatan])


def kinds(world: World, house_id: int) -> list[str]:
    return world.store.run(lambda session: [event.kind for event in history(session, house_id)])


def test_an_empty_queue_says_so_and_offers_a_look(world: World) -> None:
    vera = verifier(world)
    vera.says("/verifikasi")
    assert "Tidak ada yang menunggu" in vera.card.text
    assert vera.card.buttons == ["Periksa lagi"]


def test_only_verifiers(world: World) -> None:
    sari = surveyor(world)
    house = register(sari)
    sari.says("/verifikasi")
    assert "di luar peran" in sari.last.text
    for data in ("vm", "vn:0", f"vo:{house.id}", f"vs:{house.id}", f"va:{house.id}:1", f"vr:{house.id}:1",
                 f"vx:{house.id}:1"):
        sari.presses_data(data, sari.last)
        assert "di luar peran" in sari.toast
    assert newest(world).state == HouseState.REGISTERED


def test_the_queue_is_oldest_first_and_of_ones_own_kecamatan(world: World) -> None:
    first, second, third = several(world, SETU, PAMULANG, PAMULANG)
    vera = verifier(world, areas=[PAMULANG])
    vera.says("/verifikasi")
    assert vera.card.buttons == ["Rumah baru (2)"]
    vera.presses("Rumah baru")
    assert second.code in vera.card.text
    vera.presses("Lewati")
    assert third.code in vera.card.text
    vera.presses("Lewati")
    assert "yang terakhir" in vera.toast
    assert vera.card.buttons == ["Rumah baru (2)"]
    assert first.code not in vera.all_text()


def test_the_card_is_protected_and_each_read_is_recorded(world: World) -> None:
    sari, vera = surveyor(world), verifier(world)
    house = register(sari)
    vera.presses("Buka PML-0001")
    card = vera.card
    assert card.params["protect_content"]
    for words in (NAME, "3674********0001", "RT 003/RW 001", "Foto: 1",
                  "Prioritas 136: atap 4, lantai 3, dinding 5, 6 penghuni, sempit"):
        assert words in card.text
    assert NIK not in vera.all_text()
    assert "query=-6.342700,106.738200" in card.html
    picture = vera.last
    assert (picture.method, picture.params["photo"]) == ("sendPhoto", {"_file": f"{picture.params['photo']['_file']}"})
    assert picture.params["protect_content"]
    assert kinds(world, house.id).count("read.household") == 1
    vera.presses_data(f"vo:{house.id}", card)
    assert kinds(world, house.id).count("read.household") == 2


def test_several_photos_are_one_album(world: World) -> None:
    sari, vera = surveyor(world), verifier(world)
    register(sari, photos=lambda one: [one.photo() for _ in range(13)][-1])
    vera.presses("Buka PML-0001")
    assert [one.method for one in vera.seen[-2:]] == ["sendMessage", "sendMediaGroup"], "no picture holds back a text"
    album = vera.last
    assert album.method == "sendMediaGroup"
    assert len(album.params["media"]) == 10


def test_skipping_leaves_no_personal_data_behind(world: World) -> None:
    sari, vera = surveyor(world), verifier(world)
    register(sari)
    vera.presses("Buka PML-0001")
    card = vera.card
    vera.presses("Lewati")
    assert NAME not in card.text
    assert card.buttons == ["Buka lagi"]


def test_approve_with_the_ceiling(world: World) -> None:
    sari, vera = surveyor(world), verifier(world)
    house = register(sari)
    vera.presses("Buka PML-0001")
    card = vera.card
    vera.presses("Setujui")
    assert NAME not in card.text
    assert "Rp75.000.000 (pagu kota)" in card.buttons
    vera.presses("pagu kota")
    after = newest(world)
    assert (after.state, after.estimate, after.verified_at) == (HouseState.ELIGIBLE, 75_000_000, world.now)
    assert after.verifier_id == world.store.run(lambda session: people.by_telegram(session, vera.id).id)
    assert "Rp75.000.000" in card.text
    assert card.buttons == ["Daftar verifikasi"]
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


def test_houses_of_other_kecamatan_stay_closed(world: World) -> None:
    several(world, SETU)
    vera = verifier(world, areas=[PAMULANG])
    vera.says("/verifikasi")
    for data in ("vo:1", "vs:1", "va:1:1", "vr:1:1", "vx:1:1"):
        seen = len(vera.seen)
        vera.presses_data(data, vera.card)
        assert "di luar kecamatan" in vera.toast
        assert len(vera.seen) == seen
    vera.presses_data("vo:zz", vera.card)
    assert "tidak ada lagi" in vera.toast


def test_the_same_nik_is_shown_to_the_verifier(world: World) -> None:
    sari, vera = surveyor(world), verifier(world)
    register(sari)
    register(sari)
    vera.presses("Buka PML-0002")
    assert "PML-0001" in vera.card.text
    assert len(all_houses(world)) == 2


def test_a_decided_house_is_shown_without_decisions(world: World) -> None:
    world.store.run(lambda session: approve(session, make_house(session)))
    vera = verifier(world)
    vera.says("PML-0001")
    assert "Memenuhi syarat" in vera.card.text
    assert vera.card.buttons == ["Daftar verifikasi"]
    assert "Perkiraan biaya: Rp50.000.000" in vera.card.text


def test_a_screen_costs_the_same_at_any_number_of_houses(world: World) -> None:
    from sqlalchemy import event as listen

    vera = verifier(world)
    counts = []
    for more in (1, 1, 30):
        several(world, *[PAMULANG] * more)
        seen: list[str] = []

        def note(*call: Any, seen: list[str] = seen) -> None:
            seen.append(call[2])

        listen.listen(world.store.engine, "before_cursor_execute", note)
        vera.says("/verifikasi")
        vera.presses("Rumah baru")
        listen.remove(world.store.engine, "before_cursor_execute", note)
        counts.append(len(seen))
    # From the second time on the card takes the place of the one before.
    assert counts[1] == counts[2]
