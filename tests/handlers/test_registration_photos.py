"""Photos: bursts, doubles, and those that are no pictures."""

from __future__ import annotations

import pytest
from sqlmodel import select

from handlers.kit.form import Save
from storage import photos
from storage.people import RoleName
from storage.photos import Photo
from tests.handlers.house_steps import TONO, all_houses, answers, asking, fill, newest, register, surveyor
from tests.world import World


@pytest.mark.parametrize("key", ["photos", "roof", "area"])
def test_a_burst_of_thirty_gets_one_answer(world: World, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sari = surveyor(world)
    fill(sari, until=key)
    seen = len(sari.seen)
    with monkeypatch.context() as patch:
        patch.setattr(world, "deliver", lambda: None)
        for number in range(30):
            sari.photo(unique=f"burst-{number}")
            sari.photo(unique=f"burst-{number}")
    world.deliver()
    assert len(sari.seen) == seen + 1
    sent_before = 0 if key == "photos" else 1
    assert f"{30 + sent_before} foto" in sari.last.text
    assert asking(world, sari) == ("roof" if key == "photos" else key)
    assert len((answers(world, sari) or {})["photos"]) == 30 + sent_before


def test_a_picture_file_and_a_caption(world: World) -> None:
    sari = surveyor(world)
    fill(sari, until="photos")
    sari.photo(caption="<b>tampak depan</b> 081234567890")
    sari.sends(document={"file_id": "f", "file_unique_id": "f", "mime_type": "image/heic", "file_size": 9000})
    assert len((answers(world, sari) or {})["photos"]) == 2


@pytest.mark.parametrize(("problem", "words"), [
    ("not_image", "tidak bisa dibuka"), ("too_big", "terlalu besar"), ("too_small", "terlalu kecil"),
    ("new kind", "tidak bisa disimpan"),
])
def test_a_bad_photo_is_asked_for_again(world: World, problem: str, words: str) -> None:
    sari = surveyor(world)
    fill(sari, until="photos")
    world.file_problem = problem
    sari.photo()
    assert words in sari.last.text
    assert "photos" not in (answers(world, sari) or {})
    world.file_problem = None
    assert asking(world, sari) == "roof"
    sari.presses("4 Rusak")
    assert asking(world, sari) == "photos"
    sari.photo()
    assert asking(world, sari) == "floor"


def test_a_bad_photo_at_the_summary_opens_the_question(world: World) -> None:
    sari = surveyor(world)
    fill(sari)
    summary = sari.last
    sari.presses("Ubah")
    sari.presses("Foto")
    sari.presses("Hapus semua foto")
    assert "photos" not in (answers(world, sari) or {})
    world.file_problem = "too_small"
    sari.photo()
    assert "terlalu kecil" in sari.last.text
    sari.presses_data(Save(1, version(world)).pack(), summary)
    assert all_houses(world) == []
    world.file_problem = None
    sari.presses("Lanjutkan")
    assert asking(world, sari) == "photos"
    sari.photo()
    sari.presses("Simpan")
    assert world.store.run(lambda session: len(photos.of_house(session, 1))) == 1


def test_a_bad_photo_among_good_ones_only_falls_away(world: World) -> None:
    sari = surveyor(world)
    fill(sari)
    world.file_problem = "not_image"
    sari.photo()
    assert len((answers(world, sari) or {})["photos"]) == 1
    sari.presses("Lanjutkan")
    sari.presses("Simpan")
    assert world.store.run(lambda session: len(photos.of_house(session, 1))) == 1


def test_a_photo_found_bad_after_saving_is_asked_for_with_a_button(world: World,
                                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    sari, tono = surveyor(world), world.actor("Tono", TONO, RoleName.SURVEYOR)
    fill(sari)
    # The file is fetched late: the house is saved first.
    with monkeypatch.context() as patch:
        patch.setattr(world, "deliver", lambda: None)
        sari.photo(unique="late")
    data = Save(1, version(world)).pack()
    world.file_problem = "too_small"
    with monkeypatch.context() as patch:
        patch.setattr(world, "deliver", lambda: None)
        sari.presses_data(data, sari.last)
    world.deliver()
    world.file_problem = None
    assert newest(world).code == "PML-0001"
    assert "PML-0001" in sari.last.text
    assert "terlalu kecil" in sari.last.text
    card = sari.last
    tono.says("/start PML-0001")
    tono.presses_data(card.data("Kirim foto lain"), tono.last)
    assert "petugas lain" in tono.toast
    sari.presses("Kirim foto lain")
    for number in range(5):
        sari.photo(unique=f"album-{number}")
    assert "5 foto" in sari.last.text
    sari.presses("Simpan")
    assert world.store.run(lambda session: photos.count_of_house(session, 1)) == 6
    assert sari.last.buttons == ["Buka PML-0001"]


def version(world: World) -> int:
    from storage.drafts import Draft

    return world.store.run(lambda session: session.exec(select(Draft.version)).one())


def test_a_photo_without_a_form_is_explained(world: World) -> None:
    sari = surveyor(world)
    register(sari)
    sari.photo()
    assert "/daftar" in sari.last.text
    assert world.store.run(lambda session: len(session.exec(select(Photo)).all())) == 1
