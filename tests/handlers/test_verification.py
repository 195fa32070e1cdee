"""A verifier sees what waits, decides once, and the surveyor hears of it."""

from __future__ import annotations

from sqlmodel import Session

from storage import photos
from storage.houses import HouseState
from storage.photos import PhotoKind
from tests.builders import PAMULANG, SETU, approve, make_house
from tests.handlers import verify_steps
from tests.handlers.house_steps import (
    NAME,
    NIK,
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
    for data in ("vm", "vn:o-:0:0", f"vo:{house.id}", f"vs:{house.id}:o-", f"va:{house.id}:1:o-",
                 f"vr:{house.id}:1:o-", f"vx:{house.id}:1:o-"):
        sari.presses_data(data, sari.last)
        assert "di luar peran" in sari.toast
    assert newest(world).state == HouseState.REGISTERED


def test_the_queue_is_oldest_first_and_of_ones_own_kecamatan(world: World) -> None:
    first, second, third = several(world, SETU, PAMULANG, PAMULANG)
    vera = verifier(world, areas=[PAMULANG])
    vera.says("/verifikasi")
    assert vera.card.buttons == ["Ambil berikutnya · Rumah baru (2)", "Pamulang (2)", "⇅ Paling membutuhkan lebih dulu"]
    vera.presses("Rumah baru")
    assert second.code in vera.card.text
    vera.presses("Lewati")
    assert third.code in vera.card.text
    vera.presses("Lewati")
    assert "yang terakhir" in vera.toast
    assert "Pamulang (2)" in vera.card.buttons
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
    for data in ("vo:1", "vl:1:o-", "vs:1:o-", "va:1:1:o-", "vr:1:1:o-", "vx:1:1:o-", "vu:1:1:o-", "vc:1:o-",
                 "vh:1:o-:0", f"vw:o{SETU}", f"vn:o{SETU}:0:0", f"vb:o{SETU}", "vj:1", "vy:1:1", "vz:1:1:1"):
        seen = len(vera.seen)
        vera.presses_data(data, vera.card)
        assert "di luar kecamatan" in vera.toast
        assert len(vera.seen) == seen
    vera.presses_data("vo:zz", vera.card)
    assert "tidak ada lagi" in vera.toast


def test_houses_that_may_be_the_same_are_shown_with_enough_to_judge(world: World) -> None:
    """The same NIK in another kecamatan, and a like name next door: why, how far, in which state, and the way there."""
    def fill(session: Session) -> list[str]:
        one = make_house(session, PAMULANG, head_name="Contoh Aminah", lat=-6.3400, lon=106.7300, nik=NIK)
        near = make_house(session, PAMULANG, head_name="Contoh Aminnah", lat=-6.34005, lon=106.7300)
        far = approve(session, make_house(session, SETU, head_name="Budi", lat=-6.4000, lon=106.7300, nik=NIK))
        return [house.code for house in (one, near, far)]

    one, near, far = world.store.run(fill)
    vera = verifier(world, areas=[PAMULANG])
    vera.says(one)
    for words in (f"{near} · Menunggu verifikasi", "6 m dari sini", "namanya mirip",
                  f"{far} · Memenuhi syarat", "6.672 m dari sini", "NIK-nya sama"):
        assert words in vera.card.text
    assert "Budi" not in vera.card.text
    assert f"Buka {far}" not in vera.card.buttons, "outside the kecamatan its card stays closed"
    vera.presses(f"Buka {near}")
    assert "Contoh Aminnah" in vera.card.text


def test_a_decided_house_is_shown_without_decisions(world: World) -> None:
    world.store.run(lambda session: approve(session, make_house(session)))
    vera = verifier(world)
    vera.says("PML-0001")
    assert "Memenuhi syarat" in vera.card.text
    assert vera.card.buttons == ["– Mustahik (syarat sebagian mitra)", "🗺 Buka peta", "🕘 Riwayat", "Daftar verifikasi"]
    assert "Perkiraan biaya: Rp50.000.000" in vera.card.text


def test_a_photo_taken_far_from_the_pin_is_pointed_out(world: World) -> None:
    house = verify_steps.house(world, kinds=(PhotoKind.FRONT,))
    vera = verifier(world)
    vera.says(house.code)
    assert "dari titik lokasi" not in vera.card.text
    world.store.run(lambda session: photos.of_house(session, house.id)[0].__setattr__("pin_metres", 3200))
    vera.says(house.code)
    assert "Ada foto yang diambil 3,2 km dari titik lokasi." in vera.card.text
