"""A group becomes a supergroup: its schedule, its digests and what waits for it go along."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import Session, select

from handlers.kit.request import send
from storage import groups
from storage.groups import ChatGroup, Schedule
from storage.outbox import Outbox, OutboxState
from storage.store import Store
from tests.builders import all_groups
from tests.handlers.group_steps import changes
from tests.world import Actor, World

OLD, NEW = -4_500_000_001, -1_002_000_000_009


@pytest.fixture
def world(database: Store) -> Iterator[World]:
    made = World(database)
    made.groups |= {OLD: "Forum", NEW: "Forum"}
    yield made
    made.close()


def begin(world: World, admin: Actor) -> None:
    """The bot is in the old group, its digest is on, and a post waits for it."""
    changes(admin, "left", "member", OLD, type="group")
    admin.presses("Aktifkan")


def wait(world: World) -> None:
    def enqueue(session: Session) -> None:
        send(session, OLD, "menunggu", world.now)

    world.store.run(enqueue)


def to_new(admin: Actor) -> None:
    admin.sends(OLD, migrate_to_chat_id=NEW)


def from_old(admin: Actor) -> None:
    admin.sends(NEW, migrate_from_chat_id=OLD)


def alive(world: World) -> list[tuple[int, bool]]:
    def look(session: Session) -> list[tuple[int, bool]]:
        return [(group.chat_id, schedule.active) for schedule, group in groups.active_schedules(session)]

    return world.store.run(look)


@pytest.mark.parametrize("order", ["tf", "ft", "t", "f", "ttff", "ftft"])
def test_both_orders_and_repeated(world: World, admin: Actor, order: str) -> None:
    begin(world, admin)
    wait(world)
    before = len(world.chat(NEW))
    for letter in order:
        (to_new if letter == "t" else from_old)(admin)
    assert alive(world) == [(NEW, True)]
    assert [one.text for one in world.chat(NEW)][before:] == ["menunggu"]
    assert len(admin.seen) == 1


@pytest.mark.parametrize("order", ["atf", "taf", "fat"])
def test_the_arrival_in_the_new_chat_comes_in_between(world: World, admin: Actor, order: str) -> None:
    begin(world, admin)
    for letter in order:
        if letter == "a":
            changes(admin, "left", "administrator", NEW)
        else:
            (to_new if letter == "t" else from_old)(admin)
    assert alive(world) == [(NEW, True)]
    assert world.store.run(lambda session: len(all_groups(session))) == 1


@pytest.mark.parametrize("order", ["ltf", "tlf", "tfl"])
def test_leaving_the_old_chat_is_part_of_the_move(world: World, admin: Actor, order: str) -> None:
    begin(world, admin)
    for letter in order:
        if letter == "l":
            changes(admin, "member", "left", OLD, type="group")
        else:
            (to_new if letter == "t" else from_old)(admin)
    assert alive(world) == [(NEW, True)]


def test_the_card_of_before_still_sets_the_same_group(world: World, admin: Actor) -> None:
    begin(world, admin)
    to_new(admin)
    admin.presses("Jam")
    admin.presses("10.00")
    assert "Rekap aktif, setiap Senin pukul 10.00 WIB" in admin.last.text
    assert world.store.run(lambda session: session.exec(select(Schedule)).one()).hour == 10


def test_a_stranger_to_us_moves_in_peace(world: World, admin: Actor) -> None:
    to_new(admin)
    from_old(admin)
    assert world.store.run(lambda session: session.exec(select(ChatGroup)).all()) == []
    rows = world.store.run(lambda session: session.exec(select(Outbox)).all())
    assert [row.state for row in rows if row.chat_id < 0 and row.state != OutboxState.SENT] == []


def test_removed_from_a_group_what_waits_is_given_up(world: World, admin: Actor) -> None:
    begin(world, admin)
    wait(world)
    changes(admin, "member", "left", OLD, type="group")
    row = world.store.run(lambda session: session.exec(
        select(Outbox).where(Outbox.chat_id == OLD).order_by(Outbox.id.desc())).first())  # type: ignore[union-attr]
    assert row is not None
    assert (row.state, row.problem) == (OutboxState.DEAD, "removed")
