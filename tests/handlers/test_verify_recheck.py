"""Corrections of houses that a partner holds: looked at, found right, or put back."""

from __future__ import annotations

from typing import Any

from storage import registering
from storage.houses import House, HouseState
from storage.people import RoleName
from tests.builders import PAMULANG, SETU, approve, claim, make_house, make_quota
from tests.handlers.house_steps import kinds
from tests.handlers.verify_steps import WIRA, corrected, fresh, sari, verifiers
from tests.world import World


def claimed(world: World, kecamatan: str = PAMULANG, **values: Any) -> House:
    """A claimed house, with a correction where values are given."""
    def make(session: Any) -> House:
        house = approve(session, make_house(session, kecamatan))
        claim(session, house, make_quota(session, units=1))
        return house

    house = world.store.run(make)
    if values:
        world.passes(minutes=1)
        corrected(world, house.id, **values)
    return fresh(world, house.id)


def entry(world: World, house: House) -> registering.Entry:
    found = world.store.run(lambda session: registering.entry_of(session, house))
    assert found is not None
    return found


def test_the_queue_shows_what_was_changed(world: World) -> None:
    claimed(world)
    house = claimed(world, occupants=8, wall=2, head_name="Contoh Baru", nik="3674061203850002", phone="+6281234567890")
    vera, _ = verifiers(world)
    vera.says("/verifikasi")
    assert vera.card.buttons == ["Koreksi rumah yang dipegang mitra (1)"]
    vera.presses("Koreksi rumah")
    text = vera.card.text
    assert house.code in text
    for line in ("Penghuni: 5 orang → 8 orang", "Dinding: 5 Tidak ada → 2 Rusak ringan",
                 "Kepala keluarga: Contoh 2 → Contoh Baru", "NIK: 3674********0003 → 3674********0002",
                 "No. HP: – → +6281******890"):
        assert line in text
    assert "3674061203850002" not in vera.card.html
    assert vera.card.params["protect_content"]
    assert kinds(world, house.id or 0).count("read.household") == 1
    assert vera.card.buttons == ["✅ Benar", "↶ Batalkan koreksi", "🕘 Riwayat", "Daftar verifikasi"]


def test_right(world: World) -> None:
    first, second = claimed(world, occupants=8), claimed(world, occupants=9)
    vera, _ = verifiers(world)
    vera.says("/verifikasi")
    vera.presses("Koreksi rumah")
    card = vera.card
    vera.presses("Benar")
    after = fresh(world, first.id)
    assert (after.recheck_at, after.occupants, after.state) == (None, 8, HouseState.CLAIMED)
    assert "dinyatakan benar" in card.text
    assert kinds(world, first.id or 0)[0] == "house.rechecked"
    vera.presses("Koreksi berikutnya")
    assert second.code in vera.card.text
    vera.presses("Benar")
    assert vera.card.buttons == ["Daftar verifikasi"]
    vera.presses("Daftar verifikasi")
    assert "Tidak ada yang menunggu" in vera.card.text


def test_put_back_once_it_was_meant(world: World) -> None:
    house = claimed(world, occupants=8, wall=2, head_name="Contoh Baru", lat=-6.35)
    vera, _ = verifiers(world)
    vera.says("/verifikasi")
    vera.presses("Koreksi rumah")
    card = vera.card
    vera.presses("Batalkan koreksi")
    assert "Contoh" not in card.text
    assert fresh(world, house.id).occupants == 8
    vera.presses("Tidak, lihat lagi")
    vera.presses("Batalkan koreksi")
    sure, data = vera.card, vera.card.data("Ya, batalkan")
    for _ in range(2):
        vera.presses_data(data, sure)
    after = fresh(world, house.id)
    assert (after.occupants, after.wall, after.recheck_at, after.state) == (5, 5, None, HouseState.CLAIMED)
    assert (entry(world, after).head_name, entry(world, after).lat) == ("Contoh 1", -6.34)
    assert kinds(world, house.id or 0).count("house.correction_undone") == 1
    told = [one for one in sari(world).seen if "dibatalkan verifikator" in one.text]
    assert len(told) == 1
    assert house.code in told[0].text


def test_corrected_again_meanwhile(world: World) -> None:
    house = claimed(world, occupants=8)
    vera, _ = verifiers(world)
    vera.says("/verifikasi")
    vera.presses("Koreksi rumah")
    card, data = vera.card, [vera.card.data("Benar"), vera.card.data("Batalkan koreksi")]
    world.passes(minutes=1)
    corrected(world, house.id, occupants=9)
    for one in data:
        vera.presses_data(one, card)
        assert "berubah" in vera.toast
    assert "5 orang → 9 orang" in vera.card.text
    assert fresh(world, house.id).recheck_at is not None


def test_somebody_was_faster(world: World) -> None:
    claimed(world, occupants=8)
    vera, wira = verifiers(world)
    for one in (vera, wira):
        one.says("/verifikasi")
        one.presses("Koreksi rumah")
    vera.presses("Benar")
    for label in ("Batalkan koreksi", "Benar"):
        wira.presses_data(wira.seen[-1].data(label) if label in str(wira.seen[-1].buttons) else "vy:1:3", wira.card)
        assert "sudah diperiksa" in wira.toast
    assert fresh(world).occupants == 8
    assert kinds(world, 1).count("house.rechecked") == 1


def test_of_ones_own_kecamatan(world: World) -> None:
    house = claimed(world, SETU, occupants=8)
    vera, _ = verifiers(world, areas=[PAMULANG])
    vera.says("/verifikasi")
    assert "Tidak ada yang menunggu" in vera.card.text
    tono = world.actor("Tono", WIRA + 7, RoleName.SURVEYOR)
    tono.says("/bantuan")
    for data in (f"vj:{house.id}", f"vy:{house.id}:{house.version}", f"vz:{house.id}:{house.version}:1"):
        vera.presses_data(data, vera.card)
        assert "di luar kecamatan" in vera.toast
        tono.presses_data(data, tono.card)
        assert "di luar peran" in tono.toast
    assert fresh(world, house.id).recheck_at is not None


def test_nothing_to_put_back_when_only_photos_changed(world: World) -> None:
    claimed(world)
    world.store.run(lambda session: session.get(House, 1).__setattr__("recheck_at", world.now))
    vera, _ = verifiers(world)
    vera.says("/verifikasi")
    vera.presses("Koreksi rumah")
    assert "hanya foto" in vera.card.text
    assert "Batalkan" not in str(vera.card.buttons)
    vera.presses_data(f"vz:1:{fresh(world).version}:1", vera.card)
    assert "hanya tentang foto" in vera.toast
    vera.presses("Benar")
    assert fresh(world).recheck_at is None
