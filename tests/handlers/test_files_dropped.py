"""Photos that are thrown away lose their files; nothing that is still wanted does."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.files import FileStore
from bot.sweep import sweep
from storage import dropped, outbox, photos, unused
from storage.dropped import DroppedFile
from storage.outbox import Outbox, OutboxState
from storage.photos import Photo, PhotoState
from tests.handlers.house_steps import answers, fill, newest, register, surveyor, verifier
from tests.world import Actor, World


class Shelf:
    """A folder of files beside the world; fetched photos are put there as delivery would."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.folder = world, folder
        self.files = FileStore(folder.as_uri())

    def put(self) -> list[str]:
        """The bytes of every photo whose key is known."""
        keys = [key for key in self.world.store.run(lambda session: session.exec(select(Photo.key)).all()) if key]
        for key in keys:
            self.files.put(key, b"bytes")
        return keys

    def sweep(self) -> int:
        return asyncio.run(sweep(self.world.store, self.files, self.world.runtime))

    @property
    def names(self) -> list[str]:
        return sorted(path.stem for path in self.folder.rglob("*") if path.is_file())


@pytest.fixture
def shelf(world: World, tmp_path: Path) -> Shelf:
    return Shelf(world, tmp_path / "files")


def cancel(sari: Actor) -> None:
    sari.presses("Batal")
    sari.presses("Ya, hapus")


def test_a_cancelled_form_takes_its_files_along(world: World, shelf: Shelf) -> None:
    sari = surveyor(world)
    register(sari)
    kept = shelf.put()
    fill(sari)
    sari.photo()
    assert len(shelf.put()) == 3
    cancel(sari)
    assert shelf.sweep() == 2
    assert shelf.names == kept
    assert shelf.sweep() == 0


def test_the_same_picture_of_another_house_stays(world: World, shelf: Shelf) -> None:
    sari = surveyor(world)
    register(sari)
    (key,) = shelf.put()
    fill(sari)

    def same(session: Session) -> None:
        photo = session.exec(select(Photo).where(Photo.house_id == None)).one()  # noqa: E711
        photo.key = key
        session.add(photo)

    world.store.run(same)
    cancel(sari)
    assert shelf.sweep() == 0
    assert shelf.names == [key]
    assert world.store.run(lambda session: session.exec(select(DroppedFile)).all()) == []


def test_bytes_that_come_after_the_form_was_cancelled_go_again(
    world: World, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    sari = surveyor(world)
    fill(sari, until="photos")
    with monkeypatch.context() as patch:
        patch.setattr(world, "deliver", lambda: None)
        sari.photo()
        sari.presses("Batal")
    row = world.store.run(lambda session: session.exec(select(Outbox).where(Outbox.method == "getFile")).one())
    key = f"{row.id:064x}"
    shelf.files.put(key, b"bytes")
    with monkeypatch.context() as patch:
        patch.setattr(world, "deliver", lambda: None)
        sari.presses_data("fc:1:1", sari.last)
    world.deliver()
    assert world.store.run(lambda session: session.exec(select(Photo)).all()) == []
    assert shelf.sweep() == 1
    assert shelf.names == []


def test_photos_taken_out_of_a_house_lose_their_files_and_are_not_revived(
    world: World, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    sari, vera = surveyor(world), verifier(world)
    register(sari)
    old = shelf.put()
    vera.presses("Buka PML-0001")
    vera.presses("Kembalikan")
    vera.says("Foto kurang jelas")
    sari.presses("Perbaiki")
    sari.presses("Ubah")
    sari.presses("Foto")
    sari.presses("Hapus semua foto")
    sari.photo()
    sari.presses("Simpan")
    shelf.put()
    assert shelf.sweep() == 1
    assert old[0] not in shelf.names
    assert len(shelf.names) == 1
    # Its bytes come once more (a call of unknown fate, say): it stays out, and they go, too.
    world.store.run(lambda session: photos.fetched(session, 1, key=old[0], width=1, height=1, likeness="0" * 16))
    assert world.store.run(lambda session: session.get(Photo, 1)).state == PhotoState.REJECTED  # type: ignore[union-attr]
    assert shelf.sweep() == 1


@pytest.mark.parametrize("when", ["before it goes", "after it went", "meanwhile"])
def test_the_same_picture_sent_again_is_never_lost(world: World, shelf: Shelf, when: str) -> None:
    """Its file has the name of the one that is on the list to be deleted."""
    sari = surveyor(world)
    fill(sari)
    (key,) = shelf.put()
    cancel(sari)
    fetched = {"key": key, "width": 1, "height": 1, "likeness": "0" * 16}

    def again(session: Session) -> None:
        """Stored just before the file went, noted after it."""
        from handlers.kit.then import Sent
        from handlers.registration.fetched import on_fetched

        row = outbox.fetch_file(session, 2, "file-2", world.now)
        outbox.mark_sending(session, [row.id or 0])
        outbox.settle(session, row.id or 0, OutboxState.SENT, world.now)
        on_fetched(Sent(session, world.now, row, fetched))

    def waiting() -> int:
        return len(world.store.run(lambda session: session.exec(
            select(Outbox).where(Outbox.method == "getFile", Outbox.state == OutboxState.PENDING)).all()))

    world.file_problem = None
    sari.says("/daftar")
    sari.presses("Setuju")
    sari.photo()
    assert world.store.run(lambda session: session.get(Photo, 2)) is not None
    if when == "before it goes":
        world.store.run(again)
        assert waiting() == 1, "fetched once more"
        assert shelf.sweep() == 0, "off the list"
    elif when == "after it went":
        assert shelf.sweep() == 1
        world.store.run(again)
        assert waiting() == 1
    else:
        assert world.store.run(unused.unused_files) == {key}
        shelf.files.delete(key)
        world.store.run(lambda session: photos.fetched(session, 2, **fetched))
        assert [one.id for one in world.store.run(
            lambda session: unused.files_deleted(session, {key}, world.now)[0])] == [2]
    world.deliver()
    assert world.store.run(lambda session: session.get(Photo, 2)).state == PhotoState.STORED  # type: ignore[union-attr]


def test_what_was_deleted_is_remembered_for_a_day(world: World) -> None:
    def go(session: Session) -> None:
        dropped.leave(session, ["a" * 64])
        dropped.deleted(session, {"a" * 64}, world.now)

    world.store.run(go)
    world.passes(days=2)
    world.store.run(lambda session: dropped.deleted(session, {"b" * 64}, world.now))
    assert [one.key for one in world.store.run(lambda session: session.exec(select(DroppedFile)).all())] == ["b" * 64]


def test_one_file_that_cannot_be_deleted_holds_up_no_other(
    world: World, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.store.run(lambda session: dropped.leave(session, ["a" * 64, "b" * 64]))
    delete = FileStore.delete

    def stubborn(self: FileStore, key: str) -> None:
        if key.startswith("a"):
            raise PermissionError(key)
        delete(self, key)

    shelf.files.put("a" * 64, b"1")
    shelf.files.put("b" * 64, b"2")
    with monkeypatch.context() as patch:
        patch.setattr(FileStore, "delete", stubborn)
        assert shelf.sweep() == 1
    assert shelf.names == ["a" * 64]
    assert shelf.sweep() == 1
    assert shelf.names == []


def test_what_a_dead_process_left_aside_goes(tmp_path: Path) -> None:
    files = FileStore(tmp_path.as_uri())
    files.put("c" * 64, b"3")
    left = tmp_path / "aside" / "0123456789abcdef"
    left.write_bytes(b"half")
    files.tidy(datetime.now(UTC) - timedelta(hours=1))
    assert left.exists(), "somebody may be writing it"
    files.tidy(datetime.now(UTC) + timedelta(seconds=5))
    assert not left.exists()
    assert files.get("c" * 64) == b"3"


def test_photos_sent_beside_a_correction_stay(world: World) -> None:
    sari, vera = surveyor(world), verifier(world)
    register(sari)
    vera.presses("Buka PML-0001")
    vera.presses("Kembalikan")
    vera.says("Jumlah penghuni belum benar")
    news = sari.last
    sari.presses("Perbaiki")
    sari.says("/start PML-0001")
    sari.presses("Tambah foto")
    sari.photo()
    sari.presses("Simpan")
    world.passes(minutes=1)
    sari.presses("Perbaiki", on=news)
    sari.presses("Ubah")
    sari.presses("Foto")
    sari.presses("Hapus semua foto")
    sari.photo()
    sari.presses("Simpan")
    house = newest(world)
    assert house.state == "registered"
    assert world.store.run(lambda session: [one.id for one in photos.of_house(session, house.id or 0)]) == [2, 3]
    assert answers(world, sari) is None
