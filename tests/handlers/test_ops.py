"""News of the machinery: posts of unknown fate, parked updates, dead chats, forms left open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlmodel import Session, select

from handlers import ops
from handlers.kit.request import send
from handlers.ops.reports import Resend
from storage import drafts, forgetting, groups, outbox, people
from storage.drafts import Draft
from storage.outbox import Delivery, Outbox, OutboxState
from storage.people import Person, RoleName
from storage.store import Store
from tests.builders import all_groups
from tests.world import Actor, World

GROUP = -1_002_000_000_001


@pytest.fixture
def world(database: Store) -> Iterator[World]:
    made = World(database)
    made.store.run(lambda session: groups.joined(session, GROUP, "Forum <CSR>", made.now, by=None))
    yield made
    made.close()


@pytest.fixture
def other(world: World) -> Actor:
    return world.actor("Rini", 2**33 + 2, RoleName.ADMIN, language="en")


@pytest.fixture
def surveyor(world: World) -> Actor:
    return world.actor("Sari", 2**33 + 3, RoleName.SURVEYOR)


def lose(world: World, chat: int = GROUP) -> int:
    """A group post of which nobody knows whether it arrived, and the question to the admins."""
    def make(session: Session) -> int:
        row = send(session, chat, "Rekap", world.now, delivery=Delivery.AT_MOST_ONCE)
        outbox.mark_sending(session, [row.id or 0])
        outbox.settle(session, row.id or 0, OutboxState.UNKNOWN, world.now, problem="ReadTimeout")
        ops.ask_about_unknown(session, world.runtime, world.now, row)
        return row.id or 0

    number = world.store.run(make)
    world.deliver()
    return number


def state(world: World, number: int) -> OutboxState:
    row = world.store.run(lambda session: session.get(Outbox, number))
    assert row is not None
    return row.state


def unreachable(world: World, actor: Actor) -> bool:
    return world.store.run(lambda session: people.by_telegram(session, actor.id).unreachable_at is not None)  # type: ignore


def report(
    world: World, chat: int, problem: str, tell: Callable[..., None] = ops.report_dead, **more: Any
) -> None:
    def make(session: Session) -> None:
        row = send(session, chat, "apa saja", world.now, **more)
        outbox.mark_sending(session, [row.id or 0])
        outbox.settle(session, row.id or 0, OutboxState.DEAD, world.now, problem=problem)
        tell(session, world.runtime, world.now, row, problem)

    world.store.run(make)
    world.deliver()


def test_admins_decide_about_a_post_of_unknown_fate(world: World, admin: Actor, other: Actor, surveyor: Actor) -> None:
    number = lose(world)
    assert "Belum pasti apakah kiriman Senin, 2 Maret 2026, 08.00 WIB sampai di grup Forum <CSR>" in admin.last.text
    assert admin.last.buttons == ["Kirim ulang", "Biarkan"]
    assert "Forum <CSR>" in other.last.text
    assert surveyor.seen == []
    assert world.chat(GROUP) == []
    admin.presses("Kirim ulang")
    assert [one.text for one in world.chat(GROUP)] == ["Rekap"]
    assert "dikirim ulang" in admin.last.text
    other.presses(other.last.buttons[0])
    assert "dealt with already" in other.last.text
    assert len(world.chat(GROUP)) == 1
    assert state(world, number) == OutboxState.SENT


def test_left_as_it_is_nothing_is_sent(world: World, admin: Actor) -> None:
    number = lose(world)
    admin.presses("Biarkan")
    assert "Tidak ada yang dikirim ulang" in admin.last.text
    assert admin.last.buttons == []
    assert world.chat(GROUP) == []
    assert state(world, number) == OutboxState.UNKNOWN


def test_a_double_tap_sends_once(world: World, admin: Actor) -> None:
    lose(world)
    card = admin.last
    data = card.data("Kirim ulang")
    admin.presses_data(data, card)
    admin.presses_data(data, card)
    assert len(world.chat(GROUP)) == 1


def test_what_was_forgotten_or_never_was_is_not_sent(world: World, admin: Actor, surveyor: Actor) -> None:
    number = lose(world)
    card = admin.last
    surveyor.presses_data(Resend(number).pack(), type(card)(card.id, surveyor.id, card.html))
    assert state(world, number) == OutboxState.UNKNOWN
    world.passes(days=9)
    world.store.run(lambda session: forgetting.calls(session, world.now))
    admin.presses("Kirim ulang")
    assert "sudah ditangani" in admin.last.text
    admin.presses_data(Resend(10**9).pack(), card)
    assert "sudah ditangani" in admin.last.text
    assert world.chat(GROUP) == []


def test_a_parked_update_is_reported_to_admins_and_its_writer(world: World, admin: Actor, surveyor: Actor) -> None:
    update = {"update_id": 1, "message": {"message_id": 1, "chat": {"id": surveyor.id}, "from": {"id": surveyor.id}}}
    world.store.run(lambda session: ops.report_parked(session, world.runtime, world.now, 77, update, "Key<Error>"))
    world.deliver()
    assert "nomor 77" in admin.last.text
    assert "Key<Error>" in admin.last.text
    assert "tidak bisa diproses" in surveyor.last.text
    world.store.run(lambda session: ops.report_parked(session, world.runtime, world.now, 78, None, "ValueError"))
    world.deliver()
    assert "nomor 78" in admin.last.text
    assert len(surveyor.seen) == 1


@pytest.mark.parametrize("problem", ["Forbidden: bot was kicked from the supergroup chat", "Chat not found",
                                     "Have no rights to send a message"])
def test_a_dead_group_is_left_and_admins_hear_it_once(world: World, admin: Actor, problem: str) -> None:
    world.store.run(lambda session: send(session, GROUP, "menunggu", world.now))
    report(world, GROUP, problem)
    report(world, GROUP, problem)
    assert world.store.run(lambda session: all_groups(session)) == []
    assert [one.text for one in admin.seen] == [
        "Bot sudah tidak ada di grup Forum <CSR>. Rekap di sana berhenti. Bila itu tidak disengaja, tambahkan lagi "
        "bot ke grup."]
    assert world.chat(GROUP) == []


def test_a_person_who_blocked_the_bot_is_left_alone_until_they_write(world: World, surveyor: Actor) -> None:
    report(world, surveyor.id, "Forbidden: bot was blocked by the user")
    assert unreachable(world, surveyor)
    surveyor.says("halo")
    assert not unreachable(world, surveyor)
    report(world, 2**33 + 999, "Forbidden: user is deactivated")  # nobody of ours


def test_a_refused_call_is_a_fault_of_ours_and_no_dead_chat(world: World, admin: Actor, surveyor: Actor) -> None:
    report(world, GROUP, "Can't parse entities: unsupported start tag", ops.report_refused)
    report(world, surveyor.id, "Message to be replied not found", ops.report_refused)
    assert len(world.store.run(lambda session: all_groups(session))) == 1
    assert not unreachable(world, surveyor)
    assert [("Can't parse" in one.text) for one in admin.seen] == [True]
    world.passes(minutes=11)
    report(world, GROUP, "Can't parse entities", ops.report_refused)
    assert len(admin.seen) == 2


def test_a_refused_report_makes_no_report(world: World, admin: Actor) -> None:
    report(world, admin.id, "Can't parse entities", ops.report_refused, slot="report.refused")
    assert len(admin.seen) == 0


def lay_open(world: World, actor: Actor, form: str) -> int:
    def make(session: Session) -> int:
        person = people.by_telegram(session, actor.id)
        assert person is not None
        return drafts.open_draft(session, person.id or 0, actor.id, form, world.now)[0].id or 0

    return world.store.run(make)


def remind(world: World) -> int:
    told = world.store.run(lambda session: ops.remind_drafts(session, world.runtime, world.now))
    world.deliver()
    return told


def test_a_form_left_open_is_remembered_once_and_then_ends(world: World, surveyor: Actor) -> None:
    surveyor.says("/daftar")
    asked = len(surveyor.seen)
    assert remind(world) == 0
    world.passes(days=3)
    assert (remind(world), remind(world)) == (1, 0)
    assert "sudah 2 hari tidak disentuh" in surveyor.last.text
    assert surveyor.last.buttons == ["Lanjutkan", "Ya, hapus"]
    surveyor.presses("Lanjutkan")
    assert len(surveyor.seen) == asked + 2, "the reminder stays; the form's own messages are protected"
    assert surveyor.last.params["protect_content"]
    world.passes(days=15)
    assert remind(world) == 1
    assert "dihapus karena 14 hari tidak dilanjutkan" in surveyor.last.text
    assert world.store.run(lambda session: session.exec(select(Draft)).all()) == []


def test_who_may_not_or_cannot_go_on_is_not_reminded(world: World, surveyor: Actor, other: Actor) -> None:
    for who in (surveyor, other):
        lay_open(world, who, "daftar")
    lay_open(world, other, "gone")
    world.store.run(lambda session: people.revoke(
        session, people.roles_of(session, people.by_telegram(session, surveyor.id).id)[0].id, world.now, by=None))  # type: ignore

    def block(session: Session) -> None:
        person = session.exec(select(Person).where(Person.telegram_id == other.id)).one()
        person.unreachable_at = world.now
        session.add(person)

    world.store.run(block)
    world.passes(days=3)
    assert (remind(world), remind(world)) == (3, 0)
    world.passes(days=12)
    assert remind(world) == 3
    assert surveyor.seen == other.seen == []
