"""When the time to keep is over: announced once, a week before, held off by an admin, erased, told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from handlers.data import clock
from handlers.data.clock import retention
from storage import erasing, households, houses
from storage.houses import OVER, HouseState
from storage.rules import DEFAULTS
from tests.builders import ADMIN, VERA, at_once, person
from tests.handlers.data_steps import NAME, made, reach, whole
from tests.handlers.shown_steps import opened
from tests.handlers.stage import Stage

REFUSED = [state for state in OVER if state != HouseState.HANDED_OVER]
KEEP = {state: DEFAULTS.keep_done if state == HouseState.HANDED_OVER else DEFAULTS.keep_refused for state in OVER}


def ticks(stage: Stage) -> int:
    done = stage.store.run(lambda session: retention(session, stage.world.runtime, stage.world.now))
    stage.world.deliver()
    return done


def later(stage: Stage, time: timedelta) -> None:
    stage.world.now += time


def kept(stage: Stage, code: str) -> bool:
    return stage.store.run(lambda session: households.of_house(session, stage.house_id(session, code))) is not None


def news(stage: Stage) -> list[str]:
    return [one.text for one in stage.admin.seen if "Masa simpan habis" in one.text]


@pytest.mark.parametrize("state", OVER)
def test_it_is_announced_and_then_erased(stage: Stage, state: HouseState) -> None:
    code = made(stage, state)
    later(stage, KEEP[state] - DEFAULTS.notice - timedelta(hours=2))
    assert ticks(stage) == 0
    later(stage, timedelta(hours=4))
    assert ticks(stage) == 1
    assert (ticks(stage), ticks(stage)) == (0, 0), "once"
    (told,) = news(stage)
    assert code in told
    assert f"/data {code}" in told
    assert stage.house(code).erasing_at == stage.world.now + DEFAULTS.notice
    stage.admin.says(f"/data {code}")
    assert "sudah diumumkan" in stage.admin.card.text
    later(stage, DEFAULTS.notice - timedelta(minutes=1))
    assert ticks(stage) == 0
    assert kept(stage, code)
    later(stage, timedelta(minutes=1))
    assert ticks(stage) == 1
    assert not kept(stage, code)
    assert stage.state(code) == state
    assert "1 rumah sudah dihapus" in news(stage)[-1]
    assert NAME not in stage.admin.all_text()
    (event,) = stage.events("data.erased")
    assert (event.actor_id, event.data["reason"]) == (None, "retention")
    later(stage, timedelta(days=4000))
    assert ticks(stage) == 0


@pytest.mark.parametrize("state", [state for state in HouseState if state not in OVER])
def test_a_house_in_the_programme_is_kept(stage: Stage, state: HouseState) -> None:
    if state in (HouseState.IN_PROGRESS,):
        state = HouseState.CLAIMED
    code = made(stage, state)
    later(stage, timedelta(days=20_000))
    assert ticks(stage) == 0
    assert kept(stage, code)


def test_one_message_for_many(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "BATCH", 10)
    codes = stage.store.run(lambda session: [
        whole(session, HouseState.INELIGIBLE, nik=f"36740641078{number:05d}").code for number in range(1, 24)])
    later(stage, DEFAULTS.keep_refused)
    assert ticks(stage) == 23
    (told,) = news(stage)
    assert all(code in told for code in codes[:20])
    assert codes[20] not in told
    assert "23 rumah" in told
    assert "dan 3 lainnya" in told
    later(stage, DEFAULTS.notice)
    assert (ticks(stage), ticks(stage), ticks(stage), ticks(stage)) == (10, 10, 3, 0)
    assert news(stage)[1:] == [
        "Masa simpan habis: data keluarga 23 rumah sudah dihapus. Angka rekap tidak berubah."]


def test_one_that_is_not_due_any_more_keeps_none_of_the_others(
    stage: Stage, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Held off between the look and the erasure: it stays, the others go, and only these are counted."""
    first, second = stage.store.run(lambda session: [
        whole(session, HouseState.INELIGIBLE, nik=f"36740641078{number:05d}").code for number in (1, 2)])
    later(stage, DEFAULTS.keep_refused)
    ticks(stage)
    later(stage, DEFAULTS.notice)
    look = erasing.due

    def looked(session: Session, *args: Any) -> list[int]:
        found = look(session, *args)
        house = houses.get(session, stage.house_id(session, first))
        if house.erasing_at is not None:
            erasing.hold_off(session, house.id or 0, house.version, stage.world.now, by=person(session, ADMIN).id or 0)
        return found

    monkeypatch.setattr(erasing, "due", looked)
    assert ticks(stage) == 1
    assert (kept(stage, first), kept(stage, second)) == (True, False)
    assert "1 rumah sudah dihapus" in news(stage)[-1]


def test_an_appeal_brings_it_back(stage: Stage) -> None:
    code = made(stage, HouseState.INELIGIBLE)
    later(stage, DEFAULTS.keep_refused)
    ticks(stage)

    def appeal(session: Session) -> None:
        houses.move(session, stage.house_id(session, code), HouseState.INELIGIBLE, HouseState.REGISTERED,
                    stage.world.now, by=person(session, VERA).id)

    stage.store.run(appeal)
    house = stage.house(code)
    assert (house.closed_at, house.erasing_at, house.held_until) == (None, None, None)
    later(stage, timedelta(days=400))
    assert ticks(stage) == 0
    assert kept(stage, code)

    def refuse_again(session: Session) -> None:
        reach(session, houses.get(session, stage.house_id(session, code)), HouseState.INELIGIBLE)

    stage.store.run(refuse_again)  # as of long ago, so its time is over at once
    assert ticks(stage) == 1
    assert len(news(stage)) == 2


def test_an_admin_holds_it_off_for_a_year(stage: Stage) -> None:
    code = made(stage, HouseState.WITHDRAWN)
    stage.admin.says(f"/data {code}")
    assert "Tahan 1 tahun" not in stage.admin.card.buttons, "nothing is announced yet"
    later(stage, DEFAULTS.keep_refused)
    ticks(stage)
    day = stage.house(code).erasing_at
    assert day is not None
    stage.admin.says(f"/data {code}")
    card = stage.admin.card
    button = card.data("Tahan 1 tahun")
    stage.admin.presses("Tahan 1 tahun")
    assert "ditahan sampai" in card.text
    stage.admin.presses_data(button, card)
    assert len(stage.events("data.held")) == 1, "a double tap holds it off once"
    assert stage.house(code).held_until == day + erasing.HOLD_OFF
    later(stage, timedelta(days=100))
    assert ticks(stage) == 0
    later(stage, timedelta(days=265))
    assert ticks(stage) == 1
    assert len(news(stage)) == 2, "told again, a week before"
    later(stage, DEFAULTS.notice)
    assert ticks(stage) == 1
    assert not kept(stage, code)


def test_after_an_outage_nothing_is_erased_without_notice(stage: Stage) -> None:
    code = made(stage, HouseState.DUPLICATE)
    later(stage, timedelta(days=5000))
    assert ticks(stage) == 1
    assert kept(stage, code)
    assert stage.house(code).erasing_at == stage.world.now + DEFAULTS.notice


def test_what_shows_the_family_is_emptied_by_the_clock_too(stage: Stage) -> None:
    code = made(stage, HouseState.INELIGIBLE)
    card = opened(stage.vera, code)
    later(stage, DEFAULTS.keep_refused)
    ticks(stage)
    later(stage, DEFAULTS.notice)
    ticks(stage)
    assert NAME not in card.text


def test_two_processes_announce_and_erase_once(stage: Stage) -> None:
    code = made(stage, HouseState.INELIGIBLE)
    later(stage, DEFAULTS.keep_refused)

    def tick(session: Session) -> int:
        return retention(session, stage.world.runtime, stage.world.now)

    assert sorted(map(int, at_once(stage.store, tick, tick))) == [0, 1]
    later(stage, DEFAULTS.notice)
    found = at_once(stage.store, tick, tick)
    assert len(stage.events("data.announced")) == 1
    assert len(stage.events("data.erased")) == 1, found
    assert not kept(stage, code)
