"""Forum groups of the sandbox: what is written in a topic, and what Telegram refuses where it is gone or closed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.sandbox import Group, Person, Sandbox, SandboxError, SandboxThread
from tests.bot.sandbox_rig import refusal, result, running


@pytest.fixture
def box() -> Iterator[SandboxThread]:
    with running() as box:
        yield box


@pytest.fixture
def sari(box: SandboxThread) -> Person:
    return box.sandbox.add_person("Sari")


@pytest.fixture
def vera(box: SandboxThread) -> Person:
    return box.sandbox.add_person("Vera")


@pytest.fixture
def forum(box: SandboxThread, sari: Person, vera: Person) -> Group:
    made = box.sandbox.add_group("Forum CSR", [sari, vera], forum=True)
    sari.adds_bot_to(made)
    return made


def told(box: SandboxThread) -> list[dict]:
    return [update["message"] for update in box.sandbox.pending_updates if "message" in update]


def test_what_is_written_in_a_topic_says_so(box: SandboxThread, forum: Group, sari: Person, vera: Person) -> None:
    topic = forum.add_topic("Rekap mingguan")
    first = vera.says("/topik", forum.chat, topic=topic)
    sari.says("/rekap", forum.chat, reply_to=first)
    vera.says("/rekap", forum.chat)
    made, in_topic, reply, general = told(box)[-4:]
    assert made["chat"]["is_forum"]
    assert (made["message_id"], made["message_thread_id"]) == (topic, topic)
    assert made["forum_topic_created"]["name"] == "Rekap mingguan"
    assert (in_topic["message_thread_id"], in_topic["is_topic_message"]) == (topic, True)
    assert in_topic["reply_to_message"]["forum_topic_created"]["name"] == "Rekap mingguan"
    assert reply["message_thread_id"] == topic
    assert reply["reply_to_message"]["text"] == "/topik"
    assert "message_thread_id" not in general


def test_the_bot_writes_where_it_says(box: SandboxThread, forum: Group, vera: Person) -> None:
    topic = forum.add_topic("Rekap")
    asked = vera.says("/rekap", forum.chat, topic=topic)
    sent = result(box, "sendMessage", chat_id=forum.id, text="satu", message_thread_id=topic)
    answer = result(box, "sendMessage", chat_id=forum.id, text="dua", reply_parameters={"message_id": asked.id})
    plain = result(box, "sendMessage", chat_id=forum.id, text="tiga")
    assert [one.get("message_thread_id") for one in (sent, answer, plain)] == [topic, topic, None]
    edited = result(box, "editMessageText", chat_id=forum.id, message_id=sent["message_id"], text="satu lagi")
    assert edited["message_thread_id"] == topic


def test_a_topic_that_is_closed_or_gone_is_refused(box: SandboxThread, forum: Group, vera: Person) -> None:
    topic, other = forum.add_topic("Rekap"), forum.add_topic("Lain")
    result(box, "sendMessage", chat_id=forum.id, text="satu", message_thread_id=topic)
    forum.close_topic(other)
    where = {"chat_id": forum.id, "text": "dua"}
    assert refusal(box, "sendMessage", **where, message_thread_id=other) == "Bad Request: TOPIC_CLOSED"
    with pytest.raises(SandboxError):
        vera.says("halo", forum.chat, topic=other)
    forum.promote_bot()
    result(box, "sendMessage", **where, message_thread_id=other)
    forum.delete_topic(topic)
    assert refusal(box, "sendMessage", **where, message_thread_id=topic) == "Bad Request: message thread not found"
    assert not [one for one in forum.messages if one.thread == topic]
    result(box, "sendMessage", **where)


def test_topics_are_kept_in_the_folder(tmp_path: Path) -> None:
    def box() -> Sandbox:
        return Sandbox("1000001:AAsample", folder=tmp_path)

    first = box()
    forum = first.add_group("Forum", [first.add_person("Sari")], forum=True)
    topic = forum.add_topic("Rekap")
    assert first.keeper
    first.keeper.save()
    again = box().groups[forum.chat.key]
    assert again.chat.is_forum
    assert again.chat.topic(topic) == {"id": topic, "name": "Rekap", "closed": False}
    assert again.messages[0].thread == topic
