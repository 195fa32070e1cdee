"""A digest goes to a forum topic: /topik in it, the choice in private, and what follows when the topic is gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import Session, col, select

from handlers import ops
from handlers.groups.buttons import ToTopic
from handlers.kit.request import send
from storage.groups import Schedule
from storage.people import RoleName
from storage.store import Store
from tests.builders import eligible
from tests.handlers.group_steps import GROUP, changes
from tests.handlers.test_digest_clock import tick
from tests.world import Actor, World

TOPIC = 77


@pytest.fixture
def world(database: Store) -> Iterator[World]:
    made = World(database)
    made.groups[GROUP] = "Forum CSR"
    yield made
    made.close()


@pytest.fixture
def on(world: World, admin: Actor) -> Actor:
    changes(admin, "left", "member", is_forum=True)
    admin.presses("Aktifkan")
    return admin


def writes(actor: Actor, text: str = "/topik", topic: int | None = TOPIC, name: str | None = "Rekap <mingguan>",
           **more: Any) -> None:
    """Somebody writes in a forum; what is no reply in a topic carries the message with which the topic began."""
    chat = {"id": GROUP, "type": "supergroup", "title": "Forum CSR", "is_forum": True}
    content: dict[str, Any] = {"chat": chat} | ({"text": text} if text else {})
    if text.startswith("/"):
        content["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
    if topic is not None:
        content |= {"message_thread_id": topic, "is_topic_message": True}
        if name is not None:
            content["reply_to_message"] = {
                "message_id": topic, "date": 0, "chat": chat, "message_thread_id": topic, "is_topic_message": True,
                "forum_topic_created": {"name": name, "icon_color": 7322096}}
    actor.world.run({"message": actor._message(GROUP) | content | more}, GROUP)


def schedule(world: World) -> Schedule:
    return world.store.run(lambda session: session.exec(select(Schedule).order_by(col(Schedule.id))).first())  # type: ignore


def threads(world: World) -> list[int | None]:
    """Where the messages in the group went."""
    return [one.params.get("message_thread_id") for one in world.chat(GROUP)]


def gone(world: World, topic: int = TOPIC) -> None:
    def report(session: Session) -> None:
        ops.report_topic_gone(session, world.now, send(session, GROUP, "apa saja", world.now), topic)

    world.store.run(report)
    world.deliver()


def test_the_admin_chooses_in_private_and_the_digest_goes_there(world: World, on: Actor) -> None:
    cards = len(on.seen)
    writes(on)
    assert world.chat(GROUP)[-1].text == "Pilihannya saya kirim lewat obrolan pribadi."
    assert "Rekap mana dari grup Forum CSR yang dikirim ke topik Rekap <mingguan>?" in on.last.text
    assert on.last.buttons == ["1. Mingguan · 08.00", "‹ Rekap di grup ini"]
    on.presses("1. Mingguan")
    assert on.toast == "Tersimpan. Rekap berikutnya tampil di topik ini."
    assert on.last.buttons[0] == "✓ 1. Mingguan · 08.00"
    assert (schedule(world).topic_id, schedule(world).topic) == (TOPIC, "Rekap <mingguan>")
    assert len(on.seen) == cards + 1
    on.presses("Rekap di grup ini")
    on.presses("1. Mingguan")
    assert "Topik: Rekap <mingguan>." in on.last.text
    world.passes(days=7)
    assert tick(world) == 1
    assert threads(world) == [None, TOPIC, TOPIC]
    on.presses("Pindah ke topik umum")
    assert "Topik:" not in on.last.text
    world.passes(days=7)
    assert tick(world) == 1
    assert threads(world)[-1] is None


def test_the_group_reads_one_line_a_minute(world: World, on: Actor) -> None:
    for _ in range(3):
        writes(on)
        writes(on, topic=TOPIC + 1)
    assert len(world.chat(GROUP)) == 2
    assert "ke topik Rekap <mingguan>?" in on.last.text
    world.passes(minutes=2)
    writes(on)
    assert len(world.chat(GROUP)) == 3


def test_others_are_not_asked(world: World, on: Actor) -> None:
    seen = len(world.chat(GROUP))
    writes(world.actor("Tetangga", 2**33 + 60))
    assert len(world.chat(GROUP)) == seen
    surveyor = world.actor("Sari", 2**33 + 3, RoleName.SURVEYOR)
    writes(surveyor)
    assert "di luar peran" in world.chat(GROUP)[-1].text
    assert surveyor.seen == []


def test_where_there_are_no_topics_it_says_so(world: World, on: Actor) -> None:
    on.says("/topik", GROUP)
    assert "tidak memakai topik" in world.chat(GROUP)[-1].text
    assert "buka topik yang dimaksud lalu kirim /topik di sana" in on.says("/topik").text  # type: ignore[union-attr]
    assert on.last.buttons == ["‹ Semua grup"]


def test_the_general_topic_and_one_without_a_name(world: World, on: Actor) -> None:
    writes(on, name=None)
    assert "ke topik no. 77?" in on.last.text
    on.presses("1. Mingguan")
    assert (schedule(world).topic_id, schedule(world).topic) == (TOPIC, None)
    writes(on, text="", forum_topic_edited={"name": "Kabar"}, name=None)
    assert schedule(world).topic == "Kabar"
    writes(on, topic=None)
    assert "ke topik Umum?" in on.last.text
    assert on.last.buttons[0] == "1. Mingguan · 08.00"
    on.presses("1. Mingguan")
    assert (schedule(world).topic_id, schedule(world).topic) == (None, None)


def test_a_topic_that_nobody_named_is_refused(world: World, on: Actor) -> None:
    on.presses_data(ToTopic(1, 1, 12345).pack(), on.last)
    assert on.toast == "Tombol ini sudah tidak berlaku."
    assert schedule(world).topic_id is None


def test_a_topic_that_is_gone_is_told_once(world: World, on: Actor) -> None:
    other = world.actor("Rini", 2**33 + 2, RoleName.ADMIN, language="en")
    writes(on)
    on.presses("1. Mingguan")
    gone(world, TOPIC + 5)
    assert schedule(world).topic_id == TOPIC
    gone(world)
    gone(world)
    assert schedule(world).topic_id is None
    assert [one.text for one in other.seen if "deleted or closed" in one.text] == [
        "The topic Rekap <mingguan> in the group Forum CSR was deleted or closed. Its digest comes in the general "
        "topic now; to move it, send /topic in another one."]
    other.presses("Digests of this group")
    assert "1. ✅ Every Monday at 08:00 WIB" in other.last.text


def test_answers_come_in_the_topic_where_they_were_asked_for(world: World, on: Actor) -> None:
    world.store.run(lambda session: eligible(session))
    neighbour = world.actor("Tetangga", 2**33 + 60)
    writes(neighbour, "/rekap")
    writes(neighbour, "/rekap")
    assert threads(world)[1:] == [TOPIC, TOPIC]
    digest = world.chat(GROUP)[1]
    chat = {"id": GROUP, "type": "supergroup", "title": "Forum CSR", "is_forum": True}
    message = {"message_id": digest.id, "date": 1, "chat": chat, "text": digest.text, "is_topic_message": True,
               "message_thread_id": TOPIC, "from": {"id": 1000001, "is_bot": True, "first_name": "Bedah"}}
    world.run({"callback_query": {"id": "1", "from": neighbour._user(), "chat_instance": "1",
                                  "data": digest.data("biaya"), "message": message}}, GROUP)
    assert threads(world)[1:] == [TOPIC, TOPIC, TOPIC]


def test_an_admin_who_writes_anonymously_learns_why_nothing_happens(world: World, on: Actor) -> None:
    """Telegram does not tell who it is; one line a minute, and nothing is chosen."""
    before, cards = len(world.chat(GROUP)), len(on.seen)
    anonymous = {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"},
                 "sender_chat": {"id": GROUP, "type": "supergroup", "title": "Forum CSR"}}
    for _ in range(3):
        writes(on, **anonymous)
    assert [one.text[:40] for one in world.chat(GROUP)[before:]] == ["Pesan admin anonim tidak bisa saya kenal"]
    assert len(on.seen) == cards
    assert threads(world)[-1] == TOPIC
