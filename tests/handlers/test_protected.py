"""What was shown of a family is emptied when the right to see it ends, whoever saw it and wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlmodel import Session

from handlers.kit import protected
from handlers.people.asking import ChangeAreas
from handlers.people.members import TakeRole
from storage import people, regions, shown
from storage.people import RoleName
from storage.store import Store
from tests.builders import ADMIN, BUDI, CITRA, SARI, SETU, VERA, Known
from tests.handlers.shown_steps import (
    REPLACED,
    WITHDRAWN,
    family,
    live,
    opened,
    registered,
    role_of,
    take_role,
)
from tests.handlers.stage import Stage
from tests.world import Actor, Seen

NEW = 2**33 + 50


@pytest.fixture
def stage(database: Store) -> Stage:
    return Stage(database)


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


def test_what_stands_where_is_found_without_reading_all(stage: Stage) -> None:
    code = registered(stage)
    card = opened(stage.vera, code)
    rows = stage.store.run(lambda session: shown.of_message(session, stage.vera.id, card.id))
    assert [row.house_id for row in rows] == [stage.house(code).id]
    assert stage.store.run(lambda session: shown.of_message(session, stage.sari.id, card.id)) == []
