"""A verifier sees what waits, decides once, and the surveyor hears of it."""

from __future__ import annotations

from storage.houses import HouseState
from tests.builders import PAMULANG, SETU, approve, make_house
from tests.handlers.house_steps import (
    NAME,
    NIK,
    all_houses,
    kinds,
    newest,
    register,
    several,
    surveyor,
    verifier,
)
from tests.world import World

WIRA = 2**33 + 9


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
                  "Prioritas 136 = kerusakan 120 + keluarga 6 + sempit 10"):
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
