"""Where a photo was taken, against the pin: only the distance stays, and whoever took it hears when it is far."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from handlers.kit.form import Save
from handlers.kit.then import Sent
from handlers.registration.fetched import on_fetched
from storage import outbox
from storage.drafts import Draft
from storage.outbox import Outbox
from storage.photos import Photo, PhotoPurpose
from storage.tables import METADATA
from tests.handlers.house_steps import STEPS, answers, asking, fill, register, surveyor, verifier
from tests.handlers.photo_steps import snap
from tests.world import Actor, World

PIN = (-6.3427, 106.7382)
FAR = (-6.3544, 106.7382)
"""1.3 km to the south."""
CANARY = "6.35441"


def metres(world: World) -> list[int | None]:
    return world.store.run(lambda session: list(session.exec(select(Photo.pin_metres).order_by(col(Photo.id)))))


def before_photos(world: World) -> Actor:
    sari = surveyor(world)
    fill(sari, until="photos")
    return sari


def test_near_the_pin_nothing_is_said(world: World) -> None:
    sari = before_photos(world)
    world.file_place = (PIN[0] + 0.0005, PIN[1])
    snap(sari)
    assert metres(world) == [56]
    assert "dari pin" not in sari.all_text()


def test_far_from_the_pin_is_said_once_with_a_way_to_correct(world: World) -> None:
    sari = before_photos(world)
    world.file_place = FAR
    snap(sari)
    snap(sari)
    assert metres(world) == [1301, 1301]
    told = [one for one in sari.seen if "1,3 km dari pin rumah" in one.text]
    assert len(told) == 1
    assert told[0].buttons == ["📍 Perbaiki pin", "📷 Ganti foto"]
    sari.presses("Perbaiki pin")
    assert asking(world, sari) == "pin"
    sari.pin(*FAR)
    assert metres(world) == [None, None], "compared with another pin: that says nothing now"
    assert asking(world, sari) == "roof"
    sari.presses("Ganti foto", on=told[0])
    sari.presses("Hapus semua foto")
    snap(sari)
    assert metres(world) == [0]


def test_before_the_pin_the_place_waits_sealed_in_the_draft_only(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="pin")
    world.file_place = FAR
    snap(sari)
    world.file_place = PIN
    snap(sari)
    assert metres(world) == [None, None]
    kept = answers(world, sari) or {}
    assert kept["photo_gps"] == {"1": list(FAR), "2": list(PIN)}
    sari.pin(*PIN)
    assert metres(world) == [1301, 0]
    assert "1,3 km dari pin rumah" in sari.last.text
    assert "photo_gps" not in (answers(world, sari) or {})


def test_a_pin_that_is_typed_is_compared_too(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="pin")
    world.file_place = FAR
    snap(sari)
    sari.says("-6.3427, 106.7382")
    assert metres(world) == [1301]


@pytest.mark.parametrize("how", ["drop", "rejected", "cancel"])
def test_a_photo_that_goes_takes_its_place_along(world: World, how: str) -> None:
    sari = surveyor(world)
    fill(sari, until="pin")
    world.file_place = FAR
    snap(sari)
    if how == "rejected":
        world.store.run(lambda session: _reject(session, world))
        assert (answers(world, sari) or {}).get("photo_gps", {}) == {}
    elif how == "drop":
        for key in ("pin", "kecamatan", "kelurahan", "address", "rt_rw"):
            if asking(world, sari) == key:
                STEPS[key](sari)
        sari.presses_data("fd:1:photos", sari.last)
        assert "photo_gps" not in (answers(world, sari) or {})
    else:
        sari.presses("Batal")
        sari.presses("Ya, hapus")
        assert answers(world, sari) is None


def _reject(session: Session, world: World) -> None:
    row = outbox.fetch_file(session, 1, "file-1", world.now)
    outbox.mark_sending(session, [row.id or 0])
    on_fetched(Sent(session, world.now, row, {"problem": "too_small"}))


def test_more_photos_of_a_house_are_compared_with_its_pin(world: World) -> None:
    sari = surveyor(world)
    register(sari)
    sari.says("/start PML-0001")
    sari.presses("Tambah foto")
    world.file_place = FAR
    snap(sari)
    assert metres(world) == [None, 1301]
    assert "PML-0001" in sari.last.text
    assert "1,3 km" in sari.last.text
    assert sari.last.buttons == ["📷 Ganti foto"]


def test_bytes_that_come_after_the_house_was_saved(world: World) -> None:
    sari, vera = surveyor(world), verifier(world)
    fill(sari)
    world.file_place = FAR
    with world.gap():
        snap(sari)
        version = world.store.run(lambda session: session.exec(select(Draft.version)).one())
        sari.presses_data(Save(1, version).pack(), sari.last)
    assert metres(world) == [None, 1301]
    assert "Ada foto rumah PML-0001 yang diambil 1,3 km" in sari.all_text()
    vera.says("/start PML-0001")
    assert [one["caption"] for one in vera.last.params["media"]] == [
        "PML-0001 · Tampak depan", "⚠️ 1,3 km dari pin"]


def test_the_photos_of_the_work_are_not_compared(world: World) -> None:
    sari = before_photos(world)
    world.file_place = FAR

    def as_work(session: Session) -> None:
        photo = session.get(Photo, 1)
        assert photo is not None
        photo.purpose = PhotoPurpose.PROGRESS
        session.add(photo)

    with world.gap():
        snap(sari)
        world.store.run(as_work)
    assert metres(world) == [None]


def test_the_place_itself_is_written_nowhere_in_the_clear(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="pin")
    world.file_place = (-6.354412, 106.738249)
    snap(sari)
    assert CANARY not in _everything(world), "sealed"
    sari.pin(*PIN)
    snap(sari)
    assert metres(world) == [1302, 1302]
    assert CANARY not in _everything(world)
    rows = world.store.run(lambda session: [(row.then_args, outbox.params_of(session, row))
                                            for row in session.exec(select(Outbox))])
    assert CANARY not in str(rows)
    assert CANARY not in str(answers(world, sari))


def _everything(world: World) -> str:
    """Every cell of every table."""

    def read(session: Session) -> list[Any]:
            return [list(session.execute(text(f"SELECT * FROM {table.name}"))) for table in METADATA.sorted_tables]

    return str(world.store.run(read))
