"""A family's data on its way: unknown fates, two chats at once, and the forms that show it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from handlers.people.members import TakeRole
from storage import outbox
from storage.outbox import Delivery
from storage.people import RoleName
from storage.shown import Shown
from storage.store import Store
from tests.builders import BUDI, CITRA, PATIENCE, SARI, VERA
from tests.handlers.shown_steps import (
    WITHDRAWN,
    live,
    lose,
    lose_last,
    opened,
    registered,
    release,
    role_of,
    take_role,
)
from tests.handlers.stage import Stage
from tests.world import Seen


@pytest.fixture
def stage(database: Store) -> Stage:
    return Stage(database)


def test_what_waits_to_be_sent_is_not_sent_after_the_right_has_ended(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = stage.houses(1)[0]
    stage.claimed(code, stage.quota("Baznas"))
    stage.budi.says(code)
    with monkeypatch.context() as patch:
        patch.setattr(stage.world, "deliver", lambda: None)
        stage.budi.presses("Lihat data")
        take_role(stage, BUDI)
    stage.world.deliver()
    assert "Contoh 1" not in str(stage.world.calls)
    assert live(stage) == 0


def test_a_message_of_unknown_fate_is_asked_for_again_by_its_reader(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = stage.houses(1)[0]
    stage.claimed(code, stage.quota("Baznas"))
    stage.budi.says(code)
    with monkeypatch.context() as patch:
        patch.setattr(stage.world, "deliver", lambda: None)
        stage.budi.presses("Lihat data")
        lose_last(stage)
    asked = len(stage.admin.seen)
    stage.world.deliver()
    assert f"Belum pasti apakah data keluarga {code} sampai" in stage.budi.last.text
    assert ["Lihat data keluarga" in one for one in stage.budi.last.buttons] == [True]
    assert len(stage.admin.seen) == asked
    stage.budi.presses(stage.budi.last.buttons[0])
    assert "Contoh 1" in stage.budi.last.text
    again = stage.budi.last
    release(stage, code)
    assert again.text == WITHDRAWN
    assert any("mohon dihapus" in one.text for one in stage.budi.seen)
    assert live(stage) == 0


def test_a_card_of_unknown_fate_is_opened_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    code = registered(stage)
    with monkeypatch.context() as patch:
        patch.setattr(stage.world, "deliver", lambda: None)
        stage.vera.says(code)
        lose_last(stage)
    stage.world.deliver()
    question = stage.vera.card
    assert question.buttons == [f"Buka {code}"]
    stage.vera.presses_data(question.data("Buka"), question)
    assert "Contoh 1" in stage.vera.card.text
    # The same button after the right has ended shows nothing.
    take_role(stage, VERA)
    stage.grant(VERA, RoleName.SURVEYOR)
    stage.vera.presses_data(question.data("Buka"), question)
    assert "Contoh 1" not in stage.vera.card.text


def test_lost_on_the_way_when_the_right_had_ended(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    code = stage.houses(1)[0]
    stage.claimed(code, stage.quota("Baznas"))
    stage.budi.says(code)
    with monkeypatch.context() as patch:
        patch.setattr(stage.world, "deliver", lambda: None)
        stage.budi.presses("Lihat data")
        number = stage.rows(Shown)[-1].outbox_id
        stage.store.run(lambda session: outbox.mark_sending(session, [number]))
        take_role(stage, BUDI)
        stage.store.run(lambda session: lose(session, number, stage))
    stage.world.deliver()
    assert any("mohon dihapus" in one.text and not one.rows for one in stage.budi.seen)


def test_a_private_message_of_unknown_fate_can_be_sent_again_by_its_reader_only(stage: Stage) -> None:
    from handlers.kit.request import send
    from handlers.ops.reports import Resend

    def make(session: Session) -> int:
        row = send(session, stage.budi.id, "penting", stage.world.now, delivery=Delivery.AT_MOST_ONCE)
        lose(session, row.id or 0, stage)
        return row.id or 0

    number = stage.store.run(make)
    stage.world.deliver()
    assert "Belum pasti apakah satu pesan" in stage.budi.last.text
    assert stage.admin.seen == []
    card = stage.budi.last
    for other in (stage.admin, stage.vera):
        other.says("/bantuan")
        other.presses_data(Resend(number).pack(), other.last)
    assert "penting" not in stage.budi.all_text()
    stage.budi.presses("Kirim ulang", on=card)
    assert stage.budi.last.text == "penting"


def test_a_correction_shows_stored_data_only_protected_and_recorded(stage: Stage) -> None:
    code = registered(stage)
    opened(stage.vera, code)
    stage.vera.presses("Kembalikan")
    stage.vera.says("Jumlah penghuni belum benar")
    news = stage.sari.last
    text = news.text
    stage.sari.presses("Perbaiki")
    stage.sari.photo()
    summary = stage.sari.last
    assert news.text == text, "news can be forwarded, so it stays as it is"
    assert "Contoh 1" in summary.text
    assert summary.params["protect_content"]
    (read,) = [one for one in stage.events("read.household") if one.data.get("fields")]
    assert read.actor_id is not None
    assert read.house_id == stage.house(code).id
    stage.sari.presses("Ubah")
    stage.sari.presses("Kepala keluarga")
    question = stage.sari.last
    assert question is summary, "a press edits its own card, which stays protected"
    stage.sari.says("Contoh Baru")
    assert "Contoh Baru" in stage.sari.last.text
    assert stage.sari.last.params["protect_content"]
    assert live(stage) == 1
    last = stage.sari.last
    take_role(stage, SARI)
    assert last.text == WITHDRAWN
    assert not re.search("Contoh (1|Baru)", stage.sari.all_text())


def test_saving_a_correction_leaves_nothing_to_empty(stage: Stage) -> None:
    code = registered(stage)
    opened(stage.vera, code)
    stage.vera.presses("Kembalikan")
    stage.vera.says("Jumlah penghuni belum benar")
    stage.sari.presses("Perbaiki")
    stage.sari.photo()
    stage.sari.presses("Simpan")
    assert f"{code}" in stage.sari.last.text
    said = stage.sari.last.text
    assert live(stage) == 0
    take_role(stage, SARI)
    assert said in stage.sari.all_text()


def test_the_form_of_a_new_house_is_protected_too(stage: Stage) -> None:
    stage.sari.says("/daftar")
    stage.sari.presses("Setuju")
    stage.sari.says("Contoh Aminah")
    assert "Contoh Aminah" in stage.sari.last.text
    assert stage.sari.last.params["protect_content"]
    assert live(stage) == 0, "only what she typed herself"


@pytest.mark.parametrize("ends", ["release", "role"])
def test_shown_and_ended_at_once(stage: Stage, new_side: Callable[[], Stage], ends: str) -> None:
    """From two chats, in two processes: either it is not shown, or it is emptied."""
    stage.grant(CITRA, RoleName.PARTNER, "Baznas")
    code = stage.houses(1)[0]
    stage.claimed(code, stage.quota("Baznas"))
    other = new_side()
    if ends == "release":
        other.budi.says("/lepas")
        other.budi.presses(code)
        other.budi.says("tidak jadi dikerjakan")
        end: Callable[[], Any] = lambda: other.budi.presses("Ya, lepas")  # noqa: E731
    else:
        button = TakeRole(role_of(stage, CITRA, stage.partner("Baznas")), 1).pack()
        end = lambda: other.admin.presses_data(button, Seen(1, other.admin.id))  # noqa: E731
    stage.citra.says(code)
    # Only one process delivers, as in the program: this one, and the rest when both have ended.
    other.world.in_gap = True
    thread = threading.Thread(target=end)
    began: list[int] = []

    def end_it_meanwhile(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        if "INSERT INTO shown" in sql and not began:
            began.append(1)
            thread.start()
            thread.join(0.5)

    event.listen(stage.store.engine, "before_cursor_execute", end_it_meanwhile)
    try:
        stage.citra.presses("family's data")
    finally:
        event.remove(stage.store.engine, "before_cursor_execute", end_it_meanwhile)
    assert began
    thread.join(PATIENCE)
    assert not thread.is_alive()
    stage.world.deliver()
    other.world.deliver()
    assert live(stage) == 0
    assert "Contoh 1" not in stage.citra.all_text()


def test_sent_just_as_it_is_taken_back(stage: Stage, new_side: Callable[[], Stage]) -> None:
    """The message goes out between the look at it and its recall: then it stands there, and is emptied."""
    code = stage.houses(1)[0]
    stage.claimed(code, stage.quota("Baznas"))
    stage.budi.says(code)
    other = new_side()
    other.budi.says("/lepas")
    other.budi.presses(code)
    other.budi.says("tidak jadi dikerjakan")
    other.world.in_gap = True
    with stage.world.gap():
        stage.budi.presses("Lihat data")
        delivery = threading.Thread(target=stage.world.deliver)

        def goes_out(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
            if sql.startswith("UPDATE outbox SET state") and delivery.ident is None:
                delivery.start()
                delivery.join(60 if not stage.store.sqlite else 0.2)  # SQLite has one writer: it waits for its turn

        event.listen(other.store.engine, "before_cursor_execute", goes_out)
        other.budi.presses("Ya, lepas")
        assert delivery.ident is not None, "nothing was taken back"
        delivery.join(60)
    other.world.deliver()
    assert live(stage) == 0
    assert "Contoh 1" not in stage.budi.all_text()


@pytest.fixture
def new_side(stage: Stage) -> Any:
    """Another process on the same store, with the same people and their chats."""
    made: list[Stage] = []

    def make() -> Stage:
        side = Stage(Store(stage.store.url, stage.store.vault))
        for name in ("ids", "update_ids", "chats", "groups", "sent", "calls"):
            setattr(side.world, name, getattr(stage.world, name))
        made.append(side)
        return side

    yield make
    for side in made:
        side.world.close()
        side.store.close()
