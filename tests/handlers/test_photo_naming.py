"""Saying by buttons what photos show: of an open form, and of a house."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from handlers.registration.buttons import NamePhoto, NamePhotos, PhotosOf, Round
from storage import houses, people
from storage.houses import HouseState
from storage.people import RoleName
from tests.builders import history
from tests.handlers.house_steps import ADMIN, STEPS, TONO, answers, asking, fill, surveyor, verifier
from tests.handlers.photo_steps import K, kinds_of, missing_of, require, snap
from tests.world import Actor, World

D, H = PhotosOf.DRAFT, PhotosOf.HOUSE


def filled(world: World, *captions: str | None) -> Actor:
    """A form whose photos have come, at the question after them (or still at them)."""
    sari = surveyor(world)
    fill(sari, until="photos")
    for caption in captions:
        snap(sari, caption)
    return sari


def registered(world: World, *captions: str | None) -> Actor:
    sari = filled(world, *captions)
    for key in ("roof", "floor", "wall", "occupants", "area"):
        STEPS[key](sari)
    sari.presses("Simpan")
    sari.says("/start PML-0001")
    return sari


def test_photos_of_a_form_are_named_one_after_the_other_in_one_message(world: World) -> None:
    sari = filled(world, "KTP", "rumah", "atap")
    assert asking(world, sari) == "photos"
    sari.presses("Beri keterangan foto")
    shown, count = sari.last, len(sari.seen)
    assert shown.method == "sendPhoto"
    assert shown.params["protect_content"]
    assert "belum diberi keterangan: 2" in shown.text
    sari.presses("Lainnya", on=shown)
    assert "belum diberi keterangan: 1" in shown.text
    assert len(sari.seen) == count, "a press edits its own message"
    sari.presses("Tampak depan", on=shown)
    assert kinds_of(world) == [K.OTHER, K.FRONT, K.ROOF]
    assert "Semua foto sudah ada keterangannya: 1 depan, 1 atap, 1 bagian lain" in shown.text
    assert missing_of(world, sari) == []
    sari.presses("Kembali ke isian", on=shown)
    sari.presses("cukup")
    assert asking(world, sari) == "roof"
    snap(sari, "dinding", "x")
    assert not any("keterangan" in label for label in sari.last.buttons)


def test_skipping_and_going_through_all_again(world: World) -> None:
    sari = filled(world, None, "rumah", "rumah")
    sari.presses_data(NamePhotos(D, 1, 0, Round.UNNAMED).pack(), sari.last)
    shown = sari.last
    sari.presses("Lewati", on=shown)
    sari.presses("Lewati", on=shown)
    assert "Masih ada 2 foto tanpa keterangan" in shown.text
    sari.presses("Periksa lagi", on=shown)
    assert "Foto ini: Tampak depan" in shown.text
    sari.presses("Atap", on=shown)
    assert missing_of(world, sari) == ["front"]
    sari.presses("Tampak depan", on=shown)
    sari.presses("Lewati", on=shown)
    assert kinds_of(world) == [K.ROOF, K.FRONT, None]
    assert missing_of(world, sari) == []


def test_a_double_tap_and_an_old_button_change_nothing(world: World) -> None:
    sari = filled(world, "rumah", "rumah")
    sari.presses("Beri keterangan foto")
    shown = sari.last
    roof, wall = shown.data("Atap"), shown.data("Dinding")
    sari.presses_data(roof, shown)
    sari.presses_data(roof, shown)
    assert "keterangan lain" in sari.toast
    sari.presses_data(wall, shown)
    assert kinds_of(world) == [K.ROOF, None]
    assert "belum diberi keterangan: 1" in shown.text, "what is true now"
    sari.presses("Batal", on=next(one for one in reversed(sari.seen) if "Batal" in one.buttons))
    sari.presses("Ya, hapus")
    sari.presses_data(wall, shown)
    assert "sudah selesai atau dihapus" in sari.toast


def test_a_photo_taken_out_meanwhile_is_passed_over(world: World) -> None:
    sari = filled(world, "rumah", "rumah")
    sari.presses("Beri keterangan foto")
    shown = sari.last
    sari.presses("Hapus semua foto")
    sari.presses("Atap", on=shown)
    assert "sudah tidak ada" in sari.toast
    assert kinds_of(world) == []


def test_photos_of_a_house_by_who_registered_it(world: World) -> None:
    sari = registered(world, None, "rumah", "rumah")
    sari.presses("Beri keterangan foto", on=sari.card)
    shown = sari.last
    sari.presses("Lantai", on=shown)
    sari.presses("Dinding", on=shown)
    assert kinds_of(world) == [K.FRONT, K.FLOOR, K.WALL]
    told = world.store.run(lambda session: [event.data for event in history(session, 1)
                                            if event.kind == "house.photo_kind"])
    assert [one["photo_kind"] for one in told] == ["wall", "floor"]
    sari.presses("Kembali ke rumah", on=shown)
    assert sari.card.text.startswith("PML-0001")
    assert not any("keterangan foto" in label for label in sari.card.buttons)


def test_an_admin_may_and_nobody_else(world: World) -> None:
    sari = registered(world, None, "rumah")
    tono, vera = world.actor("Tono", TONO, RoleName.SURVEYOR), verifier(world)
    asih = world.actor("Asih", ADMIN, RoleName.ADMIN)
    look, say = NamePhotos(H, 1, 0, Round.UNNAMED).pack(), NamePhoto(H, 1, 2, K.ROOF, "", Round.UNNAMED).pack()
    for other, word in ((tono, "petugas lain"), (vera, "peran")):
        other.says("/bantuan")
        count = len(other.seen)
        for data in (look, say):
            other.presses_data(data, other.last)
            assert word in (other.toast + other.last.text).casefold()
        assert not any(one.method == "sendPhoto" for one in other.seen[count:])
    assert kinds_of(world) == [K.FRONT, None]
    asih.says("/bantuan")
    asih.presses_data(look, asih.last)
    asih.presses("Atap")
    assert kinds_of(world) == [K.FRONT, K.ROOF]
    assert sari.id != asih.id


def test_somebody_else_s_draft_stays_closed(world: World) -> None:
    filled(world, "rumah")
    tono = world.actor("Tono", TONO, RoleName.SURVEYOR)
    tono.says("/bantuan")
    for data in (NamePhotos(D, 1, 0, Round.UNNAMED).pack(), NamePhoto(D, 1, 1, K.ROOF, "", Round.UNNAMED).pack()):
        tono.presses_data(data, tono.last)
        assert "sudah selesai atau dihapus" in tono.toast
    assert kinds_of(world) == [None]


@pytest.mark.parametrize(("of", "number", "photo_id"), [(D, 0, 0), (D, 99, 0), (H, 99, 0), (H, 1, 99), (H, 0, 1)])
def test_made_up_numbers_are_answered(world: World, of: PhotosOf, number: int, photo_id: int) -> None:
    sari = registered(world, None)
    count = len(sari.toasts) + len(sari.seen)
    sari.presses_data(NamePhoto(of, number, photo_id, K.ROOF, "", Round.UNNAMED).pack(), sari.last)
    assert len(sari.toasts) + len(sari.seen) > count
    assert kinds_of(world) == [K.FRONT]


def test_naming_on_the_house_card_serves_the_open_correction(world: World) -> None:
    sari, vera = registered(world, None, "rumah"), verifier(world)
    require(world, K.FRONT, K.ROOF)
    vera.says("/start PML-0001")
    world.store.run(lambda session: _return(session, vera))
    sari.says("/start PML-0001")
    card = sari.card
    sari.presses("Perbaiki", on=card)
    assert missing_of(world, sari) == ["roof"]
    sari.presses_data(NamePhotos(H, 1, 0, Round.UNNAMED).pack(), card)
    sari.presses("Atap", on=sari.last)
    assert missing_of(world, sari) == []
    assert answers(world, sari) is not None


def _return(session: Session, vera: Actor) -> None:
    person = people.by_telegram(session, vera.id)
    assert person is not None
    houses.move(session, 1, HouseState.REGISTERED, HouseState.RETURNED, vera.world.now, by=person.id,
                verifier_id=person.id, note="Foto atap")
