"""What was shown of a family is emptied when the right to see it ends, whoever saw it and wherever it stands."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from handlers import ops
from handlers.kit import protected
from handlers.people.asking import ChangeAreas
from handlers.people.members import TakeRole
from storage import outbox, people, regions, shown
from storage.outbox import Delivery, Outbox, OutboxState
from storage.people import RoleName
from storage.shown import Shown
from storage.store import Store
from tests.builders import ADMIN, BUDI, CITRA, PAMULANG, SARI, SETU, VERA, Known, make_house
from tests.handlers.stage import Stage
from tests.world import Actor, Seen

WITHDRAWN = "Data keluarga di pesan ini sudah ditarik."
REPLACED = "Pesan ini sudah diganti dengan pesan yang lebih baru di bawah."
NEW = 2**33 + 50


@pytest.fixture
def stage(database: Store) -> Stage:
    return Stage(database)


def registered(stage: Stage, kecamatan: str = PAMULANG) -> str:
    return stage.store.run(lambda session: make_house(session, kecamatan).code)


def opened(actor: Actor, code: str) -> Seen:
    """The house, opened by its code."""
    actor.says(code)
    return actor.card


def live(stage: Stage) -> int:
    return len([row for row in stage.rows(Shown) if row.closed_at is None])


def role_of(stage: Stage, known: Known, partner_id: int | None = None) -> int:
    """Somebody's first role, or that of a partner."""
    def find(session: Session) -> int:
        person = people.by_telegram(session, known.telegram_id)
        assert person is not None
        return next(role.id or 0 for role in people.roles_of(session, person.id or 0)
                    if partner_id in (None, role.partner_id))

    return stage.store.run(find)


def take_role(stage: Stage, known: Known) -> None:
    """The admin ends somebody's first role."""
    stage.admin.presses_data(TakeRole(role_of(stage, known), 1).pack(), Seen(1, stage.admin.id))


def family(stage: Stage, rep: Actor | None = None) -> tuple[str, Seen]:
    """A claimed house, and the message that shows its family to the rep."""
    rep = rep or stage.budi
    code = stage.houses(1)[0]
    stage.claimed(code, stage.quota("Baznas"))
    rep.says(code)
    rep.presses("Lihat data" if rep is stage.budi else "family's data")
    assert "Contoh 1" in rep.last.text
    return code, rep.last


def release(stage: Stage, code: str) -> None:
    stage.budi.says("/lepas")
    stage.budi.presses(code)
    stage.budi.says("tidak jadi dikerjakan")
    stage.budi.presses("Ya, lepas")


def test_at_most_one_card_of_a_house_is_live(stage: Stage) -> None:
    code = registered(stage)
    first, second = opened(stage.vera, code), opened(stage.vera, code)
    assert (first.text, first.rows) == (REPLACED, [])
    assert "Contoh 1" in second.text
    assert live(stage) == 1
    opened(stage.sari, code)
    assert "Contoh 1" in second.text, "somebody else's card is another matter"


@pytest.mark.parametrize("known", [VERA, SARI, ADMIN])
def test_a_revoked_role_empties_what_it_showed(stage: Stage, known: Known) -> None:
    code = registered(stage)
    stage.grant(CITRA, RoleName.ADMIN)
    card = opened(stage.actor(known), code)
    assert "Contoh 1" in card.text
    if known is ADMIN:
        stage.citra.presses_data(TakeRole(role_of(stage, known), 1).pack(), Seen(1, stage.citra.id))
    else:
        take_role(stage, known)
    assert card.text == WITHDRAWN
    assert live(stage) == 0


def test_another_role_that_gives_the_right_keeps_it(stage: Stage) -> None:
    code = registered(stage)
    stage.grant(VERA, RoleName.ADMIN)
    card = opened(stage.vera, code)
    take_role(stage, VERA)
    assert "Contoh 1" in card.text


def test_a_smaller_area_empties_what_lies_outside(stage: Stage) -> None:
    inside, outside = registered(stage, SETU), registered(stage)
    kept, lost = opened(stage.vera, inside), opened(stage.vera, outside)
    number = role_of(stage, VERA)
    setu = 1 << stage.store.run(lambda session: sorted(
        one.code for one in regions.all_kecamatan(session)).index(SETU))
    stage.admin.presses_data(ChangeAreas(number, setu, 1).pack(), Seen(1, stage.admin.id))
    assert stage.store.run(lambda session: people.areas_of(session, [number])) == {number: {SETU}}
    assert lost.text == WITHDRAWN
    assert "Contoh 1" in kept.text


def moves(stage: Stage, name: str) -> Actor:
    """A member gets a new Telegram account and opens the link there."""
    stage.admin.says("/anggota")
    stage.admin.presses(f". {name}")
    stage.admin.presses("Pindah akun")
    card = stage.admin.last
    stage.admin.presses("Ya, buat tautan")
    token = re.search(r"start=([\w-]+)", card.text)
    assert token is not None
    new = stage.world.actor(name, NEW)
    new.says(f"/start {token[1]}")
    return new


def test_a_move_empties_the_old_chat(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    _, message = family(stage)
    other = registered(stage)
    with monkeypatch.context() as patch:
        patch.setattr(stage.world, "deliver", lambda: None)
        stage.grant(BUDI, RoleName.VERIFIER)
        stage.budi.says(other)  # still waiting to be sent when the account moves
    new = moves(stage, "Budi")
    assert message.text == WITHDRAWN
    assert live(stage) == 0
    assert "Contoh" not in stage.budi.all_text()
    assert "Contoh 2" in opened(new, other).text


def test_the_own_card_pressed_on_shows_nothing_any_more(stage: Stage) -> None:
    """Its message now holds the question: nothing may empty that later."""
    code = registered(stage)
    card = opened(stage.vera, code)
    stage.vera.presses("Setujui")
    assert "Contoh 1" not in card.text
    assert live(stage) == 0
    question = card.text
    opened(stage.vera, code)
    assert card.text == question


def blocks(actor: Actor, *, back: bool = False) -> None:
    status = ("kicked", "member") if back else ("member", "kicked")
    was, now = ({"status": one, "user": {"id": 1000001, "is_bot": True, "first_name": "Bedah"}, "until_date": 0}
                for one in status)
    actor.world.run({"my_chat_member": {
        "chat": {"id": actor.id, "type": "private", "first_name": actor.name},
        "from": {"id": actor.id, "is_bot": False, "first_name": actor.name},
        "date": int(actor.world.now.timestamp()), "old_chat_member": was, "new_chat_member": now,
    }}, actor.id)


@pytest.mark.parametrize("returns", ["unblocks", "writes"])
def test_an_emptying_that_could_not_be_made_is_made_on_return(stage: Stage, returns: str) -> None:
    _, message = family(stage)
    stage.world.away.add(stage.budi.id)
    take_role(stage, BUDI)
    assert "Contoh 1" in message.text
    assert live(stage) == 1, "it counts as emptied only when it is"
    stage.world.away.clear()
    if returns == "unblocks":
        blocks(stage.budi, back=True)
    else:
        stage.budi.says("/start")
    assert message.text == WITHDRAWN
    assert live(stage) == 0
    assert [one.data["person"] for one in stage.events("person.unreachable")] == [
        one.data["person"] for one in stage.events("person.reachable")]


def test_one_that_waited_when_the_bot_was_blocked_is_made_on_return(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, message = family(stage)
    with monkeypatch.context() as patch:
        patch.setattr(stage.world, "deliver", lambda: None)
        take_role(stage, BUDI)
        blocks(stage.budi)
    stage.world.deliver()
    assert "Contoh 1" in message.text
    assert live(stage) == 1
    blocks(stage.budi, back=True)
    assert message.text == WITHDRAWN


def test_what_was_given_up_is_tried_again_at_the_next_start(stage: Stage) -> None:
    _, message = family(stage)
    stage.world.away.add(stage.budi.id)
    take_role(stage, BUDI)
    again: Callable[[], int] = lambda: stage.store.run(  # noqa: E731
        lambda session: protected.finish_all(session, stage.world.runtime, stage.world.now))
    assert again() == 0, "known to be out of reach"

    def reachable(session: Session) -> None:
        person = people.by_telegram(session, BUDI.telegram_id)
        assert person is not None
        people.set_reachable(session, person, stage.world.now, reachable=True)

    stage.store.run(reachable)
    stage.world.away.clear()
    assert (again(), again()) == (1, 0)
    stage.world.deliver()
    assert message.text == WITHDRAWN
    assert again() == 0


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


def lose_last(stage: Stage) -> None:
    """Of what was shown last nobody knows whether it arrived; whoever can see it is asked."""
    number = stage.rows(Shown)[-1].outbox_id
    stage.store.run(lambda session: lose(session, number, stage))


def lose(session: Session, number: int, stage: Stage) -> None:
    row = session.get(Outbox, number)
    assert row is not None
    assert row.delivery == Delivery.AT_MOST_ONCE, "a copy without a known place could not be emptied"
    outbox.mark_sending(session, [number])
    outbox.settle(session, number, OutboxState.UNKNOWN, stage.world.now, problem="ReadTimeout")
    ops.ask_about_unknown(session, stage.world.runtime, stage.world.now, row)


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
    thread.join(20)
    stage.world.deliver()
    other.world.deliver()
    assert live(stage) == 0
    assert "Contoh 1" not in stage.citra.all_text()


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


def test_what_stands_where_is_found_without_reading_all(stage: Stage) -> None:
    code = registered(stage)
    card = opened(stage.vera, code)
    rows = stage.store.run(lambda session: shown.of_message(session, stage.vera.id, card.id))
    assert [row.house_id for row in rows] == [stage.house(code).id]
    assert stage.store.run(lambda session: shown.of_message(session, stage.sari.id, card.id)) == []
