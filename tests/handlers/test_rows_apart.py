"""A row that the database refuses costs the clock that row only: all others go on, and the admins hear of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from handlers.digest.clock import due_digests
from storage.claims import Claim
from storage.houses import HouseState
from storage.people import RoleName
from storage.rules import DEFAULTS
from storage.store import Store
from storage.visits import Visit
from tests.builders import BUDI, DANI, PAMULANG, SETU
from tests.handlers.data_steps import whole
from tests.handlers.road_steps import in_days, planned
from tests.handlers.road_steps import tick as tick_visits
from tests.handlers.stage import Stage
from tests.handlers.test_data_retention import kept
from tests.handlers.test_data_retention import ticks as retain
from tests.handlers.test_deadlines_clock import DUE, on
from tests.handlers.test_digest_clock import GROUP, posts, tick, turn_on
from tests.handlers.test_personal import news
from tests.handlers.test_personal import tick as tick_personal
from tests.handlers.test_scoreboard import boards
from tests.handlers.test_scoreboard import tick as tick_boards
from tests.handlers.transfer_steps import tick as tick_deadlines
from tests.world import Actor, World


def refuse(store: Store, table: str, when: str, change: str = "INSERT") -> None:
    """The database refuses one row from now on: a number in it is too large."""
    if store.sqlite:
        made = [f"CREATE TRIGGER refusing BEFORE {change} ON {table} WHEN {when} "
                "BEGIN SELECT abs(-9223372036854775807 - 1); END"]
    else:
        made = ["CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN PERFORM 2147483647 + NEW.id::int; RETURN NEW; END $$",
                f"CREATE TRIGGER refusing BEFORE {change} ON {table} FOR EACH ROW WHEN ({when}) "
                "EXECUTE FUNCTION refuse()"]
    store.run(lambda session: [session.execute(text(one)) for one in made])


def heal(store: Store, table: str) -> None:
    """It takes it again."""
    made = ["DROP TRIGGER refusing"] if store.sqlite else [f"DROP TRIGGER refusing ON {table}", "DROP FUNCTION refuse"]
    store.run(lambda session: [session.execute(text(one)) for one in made])


def warned(actor: Actor) -> list[str]:
    return [one.text for one in actor.seen if "tidak berhasil" in one.text and one.text.startswith("⚠")]


def test_a_group_whose_row_is_refused_keeps_no_other_from_its_digest_and_board(world: World, admin: Actor) -> None:
    for chat in (GROUP, GROUP - 1):
        turn_on(world, chat)
    refuse(world.store, "outbox", f"NEW.chat_id = {GROUP}")
    assert (tick(world, 3), tick_boards(world)) == (1, 1)
    assert (posts(world), len(posts(world, GROUP - 1))) == ([], 2)
    digest, board = warned(admin)
    assert "Rekap grup" in digest
    assert "<b>Forum</b>" in admin.seen[0].html
    assert "Papan angka" in board
    world.passes(hours=23)
    tick(world, 2)
    assert len(warned(admin)) == 2, "once a day"
    world.passes(hours=2)
    tick(world, 2)
    tick_boards(world)
    assert len(warned(admin)) == 4
    heal(world.store, "outbox")
    assert (tick(world, 2), tick_boards(world)) == (1, 1)
    assert "ke-1" in posts(world)[0]
    assert len(boards(world)) == 1


def test_an_error_that_is_to_be_tried_again_is_no_rows(world: World) -> None:
    """A deadlock undoes more than the row: the whole tick is run again, as before."""
    turn_on(world)
    tries: list[int] = []

    def unit(session: Session) -> int:
        tries.append(1)
        if len(tries) == 1:
            session.info["broken"] = True
        return due_digests(session, world.runtime, world.now)

    from handlers.digest import clock

    whole = clock._post

    def post(session: Session, *more: object) -> None:
        if session.info.pop("broken", False):
            raise OperationalError("SELECT 1", {}, _Deadlock("database is locked"))
        whole(session, *more)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "_post", post)
        assert world.store.run(unit) == 1
    assert len(tries) == 2
    world.deliver()
    assert len(posts(world)) == 1


class _Deadlock(Exception):
    """As psycopg says it."""

    sqlstate = "40P01"


def test_people_whose_row_is_refused_keep_nobody_from_news(stage: Stage) -> None:
    stage.grant(DANI, RoleName.PARTNER, "Baznas")
    quota, codes = stage.quota("Baznas"), stage.houses(3)
    numbers = [stage.claimed(code, quota).id or 0 for code in codes]
    refuse(stage.store, "outbox", f"NEW.chat_id = {BUDI.telegram_id}")
    tick_personal(stage.world, 2)
    assert (len(news(stage.budi)), len(news(stage.dani))) == (0, 1)
    (said,) = warned(stage.admin)
    assert f"Rekap pribadi tidak berhasil untuk {BUDI.name}" in said
    on(stage, DUE - timedelta(days=7))
    assert tick_deadlines(stage, "remind_deadlines") == 3
    assert "3 rumah mendekati tenggat" in stage.dani.last.text
    on(stage, DUE + timedelta(days=1))
    assert tick_deadlines(stage, "mark_overdue") == 3
    assert "melewati tenggat" in stage.dani.last.text
    heal(stage.store, "outbox")
    refuse(stage.store, "claim", f"NEW.id = {numbers[0]}", "UPDATE")
    on(stage, DUE + timedelta(days=16))
    assert tick_deadlines(stage) == 2
    assert [stage.state(code) for code in codes] == ["claimed", "eligible", "eligible"]
    assert codes[1] in stage.budi.last.text
    assert codes[0] in warned(stage.admin)[-1]
    assert (tick_deadlines(stage), len(warned(stage.admin))) == (0, 4)
    heal(stage.store, "claim")
    assert tick_deadlines(stage) == 1
    assert {claim.state.value for claim in stage.rows(Claim)} == {"expired"}


def test_a_visit_and_a_family_whose_row_is_refused(stage: Stage) -> None:
    first, second = (planned(stage, in_days(stage, 1), area) for area in (PAMULANG, SETU))
    refuse(stage.store, "visit", f"NEW.id = {first}", "UPDATE")
    assert tick_visits(stage, 2) == 1
    assert [bool(one.reminded_at) for one in sorted(stage.rows(Visit), key=lambda one: one.id or 0)] == [False, True]
    assert "Pamulang" in warned(stage.admin)[0]
    heal(stage.store, "visit")
    assert (tick_visits(stage), second > first) == (1, True)
    codes = stage.store.run(lambda session: [
        whole(session, HouseState.INELIGIBLE, nik=f"36740641078{number:05d}").code for number in (1, 2)])
    stage.world.passes(days=DEFAULTS.keep_refused.days)
    retain(stage)
    stage.world.passes(days=DEFAULTS.notice.days)
    number = stage.house(codes[0]).id
    refuse(stage.store, "household", f"OLD.house_id = {number}", "DELETE")
    assert retain(stage) == 1
    assert [kept(stage, code) for code in codes] == [True, False]
    assert codes[0] in warned(stage.admin)[-1]
    assert "1 rumah sudah dihapus" in stage.admin.all_text()
    heal(stage.store, "household")
    retain(stage)
    assert not kept(stage, codes[0])
