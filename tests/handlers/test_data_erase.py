"""Erasing a family's data: what goes, what stays, and who may not."""

from __future__ import annotations

import dataclasses
from enum import StrEnum
from typing import Any, get_type_hints

import pytest
from sqlmodel import Session, col, select
from telegram.ext import CallbackQueryHandler

from handlers.data.buttons import Erase, FullPdf, Held, Pdf
from handlers.data.erase import forget_family
from handlers.kit.form import FORMS
from handlers.routes import ROUTES
from storage import digests, drafts, erasing, households, photos
from storage.checklist import Checkmark
from storage.drafts import Draft
from storage.dropped import DroppedFile
from storage.erasing import Reason
from storage.houses import HELD, OVER, HouseState
from storage.outbox import Outbox, OutboxState
from storage.photos import Photo, PhotoPurpose, PhotoState
from storage.progress import Progress
from storage.revisions import Revision
from tests.builders import NOW, SARI, YEAR, person
from tests.handlers.data_steps import NAME, erases, made
from tests.handlers.shown_steps import WITHDRAWN, live, opened
from tests.handlers.stage import Stage, report
from tests.world import Seen

STAYS = [state for state in HouseState if state in OVER]
MOVES = [HouseState.REGISTERED, HouseState.RETURNED, HouseState.ELIGIBLE]


def gone(stage: Stage, code: str) -> bool:
    return stage.store.run(lambda session: households.of_house(session, stage.house_id(session, code))) is None


@pytest.mark.parametrize("state", MOVES + STAYS)
def test_the_family_goes_and_the_counts_stay(stage: Stage, state: HouseState) -> None:
    code = made(stage, state)
    before, counted = stage.house(code), stage.store.run(lambda session: digests.count(session, YEAR))
    erases(stage.admin, code)
    after = stage.house(code)
    assert gone(stage, code)
    assert after.state == (state if state in STAYS else HouseState.WITHDRAWN)
    assert (after.note, after.wrong_fields, after.closed_at, after.erasing_at) == (None, [], None, None)
    for name in ("code", "kelurahan_code", "roof", "occupants", "area_m2", "priority", "estimate", "registered_at"):
        assert getattr(after, name) == getattr(before, name), name
    assert (stage.rows(Revision), stage.rows(Checkmark)) == ([], [])
    (event,) = stage.events("data.erased")
    assert event.data == {"reason": "family", "revisions": 2, "photos": 0, "scans": 0}
    assert event.actor_id is not None
    assert "sudah dihapus" in stage.admin.card.text
    if state not in STAYS:
        counted["states"][state] -= 1
        counted["states"]["withdrawn"] += 1
    now = stage.store.run(lambda session: digests.count(session, YEAR))
    assert now["states"] == counted["states"]
    assert now["sources"] == counted["sources"], "what was done counts as done"


def test_it_says_what_goes_and_asks_twice(stage: Stage) -> None:
    code = made(stage, HouseState.ELIGIBLE)
    stage.admin.says(f"/data {code}")
    stage.admin.presses("Hapus data")
    first = stage.admin.card
    for part in ("nama, NIK", "foto", "Yang tetap", "ikut ditarik dari program"):
        assert part in first.text
    assert first.buttons[:4] == ["Permintaan keluarga", "Salah data", "Masa simpan habis", "Lainnya"]
    stage.admin.presses("Salah data")
    assert "Alasan: Salah data" in stage.admin.card.text
    assert not gone(stage, code)
    stage.admin.presses("Ya, hapus data")
    assert gone(stage, code)


def test_another_reason_is_typed_without_personal_data(stage: Stage) -> None:
    code = made(stage)
    stage.admin.says(f"/data {code}")
    stage.admin.presses("Hapus data")
    stage.admin.presses("Lainnya")
    stage.admin.says(f"diminta oleh {NAME.lower()}")
    assert "tanpa data pribadi" in stage.admin.card.text
    stage.admin.says("pindah ke kota lain")
    assert "Alasan: pindah ke kota lain" in stage.admin.card.text
    stage.admin.presses("Ya, hapus data")
    (event,) = stage.events("data.erased")
    assert (event.data["reason"], event.data["words"]) == ("other", "pindah ke kota lain")


def test_a_cancelled_erasure_changes_nothing(stage: Stage) -> None:
    code = made(stage)
    stage.admin.says(f"/data {code}")
    stage.admin.presses("Hapus data")
    stage.admin.presses("Permintaan keluarga")
    stage.admin.presses("Batal")
    stage.admin.presses("Ya, hapus")
    assert not gone(stage, code)
    assert stage.admin.last.buttons == [f"Lihat data {code}"]


@pytest.mark.parametrize("state", HELD)
def test_a_house_that_a_partner_holds_has_to_be_released_first(stage: Stage, state: HouseState) -> None:
    code = made(stage, HouseState.FINISHED if state == HouseState.FINISHED else HouseState.CLAIMED)
    if state == HouseState.IN_PROGRESS:
        report(stage.budi, code)
    assert stage.state(code) == state
    stage.admin.says(f"/data {code}")
    assert "Hapus data" not in stage.admin.card.buttons
    assert f"Rumah {code} sedang dipegang Baznas. Klaimnya perlu dilepas dulu" in stage.admin.card.text
    stage.admin.presses_data(Erase(stage.house(code).id or 0).pack(), stage.admin.card)
    assert "Baznas" in stage.admin.toast
    assert not gone(stage, code)


def test_a_house_claimed_meanwhile_stops_it(stage: Stage) -> None:
    code = made(stage, HouseState.ELIGIBLE)
    stage.admin.says(f"/data {code}")
    stage.admin.presses("Hapus data")
    stage.admin.presses("Permintaan keluarga")
    stage.claimed(code, stage.quota("Baznas"))
    stage.admin.presses("Ya, hapus data")
    assert "Baznas" in stage.admin.all_text() + stage.admin.toast
    assert not gone(stage, code)
    assert stage.state(code) == "claimed"


def test_a_double_tap_and_old_buttons(stage: Stage) -> None:
    code = made(stage)
    stage.admin.says(f"/data {code}")
    card = stage.admin.card
    stage.admin.presses("Hapus data")
    stage.admin.presses("Permintaan keluarga")
    sure = stage.admin.card
    yes = sure.data("Ya, hapus")
    stage.admin.presses_data(yes, sure)
    stage.admin.presses_data(yes, sure)
    assert len(stage.events("data.erased")) == 1
    number = stage.house(code).id or 0
    for button in (Erase(number), Pdf(number), FullPdf(number)):
        stage.admin.presses_data(button.pack(), card)
        assert "sudah dihapus" in stage.admin.toast
    stage.admin.presses_data(Held(number).pack(), card)
    assert "sudah dihapus" in stage.admin.card.text
    assert stage.admin.card.buttons == []
    assert len(stage.events("data.erased")) == 1
    assert stage.events("data.export") == []


def test_whoever_reads_it_meanwhile_loses_it(stage: Stage) -> None:
    code = made(stage)
    cards = [opened(stage.vera, code), opened(stage.sari, code)]
    stage.vera.says(f"/data {code}")
    cards.append(stage.vera.card)
    erases(stage.admin, code)
    assert [card.text for card in cards[1:]] == [WITHDRAWN, WITHDRAWN]
    assert live(stage) == 0
    assert all(NAME not in actor.all_text() for actor in (stage.vera, stage.sari, stage.admin))


def forgotten(stage: Stage, code: str) -> None:
    """Erased without the chat."""
    stage.store.run(lambda session: forget_family(
        session, stage.house_id(session, code), stage.world.now, by=None, reason=Reason.FAMILY))


def test_what_still_waits_to_be_sent_is_not_sent(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    code = made(stage)
    with monkeypatch.context() as patch:
        patch.setattr(stage.world, "deliver", lambda: None)
        stage.vera.says(f"/data {code}")
        stage.vera.presses_data(Pdf(stage.house(code).id or 0).pack(), Seen(1, stage.vera.id))
    forgotten(stage, code)
    stage.world.deliver()
    assert NAME not in stage.vera.all_text()
    assert [row.state for row in stage.rows(Outbox) if row.method == "sendDocument"] == [OutboxState.DEAD]
    assert "sendDocument" not in [method for method, _ in stage.world.calls]


def test_photos_lose_their_files(stage: Stage) -> None:
    code = made(stage, HouseState.HANDED_OVER)

    def add(session: Session) -> None:
        number, sari = stage.house_id(session, code), person(session, SARI).id or 0
        (done,) = session.exec(select(Progress).where(col(Progress.kind) == "report")).all()
        for place, purpose in enumerate((PhotoPurpose.REGISTRATION, PhotoPurpose.PROGRESS)):
            photo = photos.add(session, sari, SARI.telegram_id, purpose, f"file{place}", f"unique{place}", NOW)
            assert photo is not None
            photo.house_id, photo.progress_id = number, done.id if place else None
            photos.fetched(session, photo.id or 0, key=f"{place + 1:064x}", width=10, height=10,
                           likeness=f"{place:016x}")

    stage.store.run(add)
    erases(stage.admin, code)
    for photo in stage.rows(Photo):
        assert (photo.state, photo.problem, photo.key, photo.file_id) == (PhotoState.REJECTED, "erased", None, "")
        assert (photo.file_unique_id, photo.likeness, photo.band_0) == ("", None, None)
    assert {row.key for row in stage.rows(DroppedFile)} == {f"{place:064x}" for place in (1, 2)}


def test_a_photo_that_is_being_fetched_is_not_kept(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    code = made(stage)
    stage.sari.says(code)
    stage.sari.presses("foto")
    with monkeypatch.context() as patch:
        patch.setattr(stage.world, "deliver", lambda: None)
        stage.sari.photo()
    (photo,) = stage.rows(Photo)
    stage.store.run(lambda session: photos.attach(session, photo.draft_id or 0, stage.house_id(session, code)))
    forgotten(stage, code)
    stage.world.deliver()
    assert [photo.key for photo in stage.rows(Photo)] == [None]
    assert len(stage.rows(DroppedFile)) == 1


def test_open_forms_about_it_are_closed_and_others_are_not(stage: Stage) -> None:
    code, other = made(stage, HouseState.RETURNED), made(stage, nik="3674064107800055")

    def begin(session: Session) -> None:
        sari = person(session, SARI).id or 0
        for form, subject in (("house", stage.house_id(session, code)), ("house", 0),
                              ("photo", stage.house_id(session, other)), ("release", stage.house_id(session, code))):
            draft, _ = drafts.open_draft(session, sari, SARI.telegram_id, form, NOW, subject=subject)
            drafts.write(session, draft, {"head_name": NAME}, NOW)

    stage.store.run(begin)
    erases(stage.admin, code)
    number = stage.house(code).id
    assert {(draft.form, draft.subject_id == number) for draft in stage.rows(Draft)} == {
        ("house", False), ("photo", False), ("release", True)}, "that release is about the claim of that number"


def test_forms_about_something_else_are_named_right() -> None:
    assert set(erasing.OF_CLAIMS) | set(erasing.OF_OTHERS) <= set(FORMS)


def test_everything_that_shows_a_house_survives(stage: Stage) -> None:
    code = made(stage, HouseState.INELIGIBLE)
    done = made(stage, HouseState.HANDED_OVER, nik="3674064107800055")
    for one in (code, done):
        erases(stage.admin, one)
        for actor in (stage.admin, stage.vera, stage.sari, stage.budi):
            actor.says(one)
            assert actor.card.text
            assert NAME not in actor.all_text()
    assert "sudah dihapus" in stage.vera.card.text
    stage.budi.says("/progres")
    stage.admin.says("/rekap")
    stage.vera.says("/verifikasi")
    stage.sari.presses_data("rf:1", Seen(1, stage.sari.id))
    assert not [draft for draft in stage.rows(Draft) if draft.form == "house"]


@pytest.mark.parametrize("state", [HouseState.INELIGIBLE, HouseState.HANDED_OVER, HouseState.ELIGIBLE])
def test_every_button_of_an_erased_house_is_answered(stage: Stage, state: HouseState) -> None:
    """Made before the erasure, pressed by everybody after it: none fails, none shows or stores a family."""
    code = made(stage, state)
    erases(stage.admin, code)
    house = stage.house(code)
    tried = 0
    for kind in {route.callback.button for route in ROUTES  # type: ignore[attr-defined]
                 if isinstance(route, CallbackQueryHandler) and route.pattern is not None}:
        names = [one.name for one in dataclasses.fields(kind)]
        if "house_id" not in names:
            continue
        hints = get_type_hints(kind)
        for version in (house.version, 1):
            known: dict[str, Any] = {"house_id": house.id, "version": version}
            button = kind(**{name: known.get(name, _any(hints[name])) for name in names})
            for actor in (stage.admin, stage.vera, stage.sari, stage.budi):
                calls = len(stage.world.calls)
                actor.presses_data(button.pack(), Seen(1, actor.id))
                told = [params for _, params in stage.world.calls[calls:] if params.get("text")]
                assert told, button
                tried += 1
    assert tried > 50
    assert all(NAME not in actor.all_text() for actor in (stage.admin, stage.vera, stage.sari, stage.budi))
    assert gone(stage, code)
    assert stage.state(code) == house.state, "nothing brings a house back that nobody can find"


def _any(kind: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return next(iter(kind))
    return 0 if kind is int else "-"
