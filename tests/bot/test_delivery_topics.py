"""What was to go to a forum topic that is closed or gone comes once in the general one; the programme is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from sqlmodel import Session

from bot.sandbox import Group, SandboxThread
from handlers import ops
from handlers.digest.clock import due_digests
from handlers.kit.runtime import Runtime
from storage import groups, outbox, people
from storage.groups import Rhythm
from storage.outbox import OutboxState
from storage.people import RoleName
from storage.store import Store
from tests.bot.delivery_rig import Rig, now


@pytest.fixture
def rig(database: Store, tmp_path: Path) -> Iterator[Rig]:
    with SandboxThread() as box:
        yield Rig(database, box, tmp_path)


@pytest.fixture
def forum(rig: Rig) -> Group:
    made = rig.sandbox.add_group("Forum CSR", [rig.sari], forum=True)
    rig.sari.adds_bot_to(made)
    return made


def write(rig: Rig, forum: Group, text: str, topic: int) -> int:
    params = {"chat_id": forum.id, "text": text, "message_thread_id": topic}
    return rig.store.run(lambda session: outbox.enqueue(session, forum.id, "sendMessage", params, now())).id or 0


@pytest.mark.parametrize("how", ["gone", "closed"])
def test_it_comes_once_and_in_the_general_topic(rig: Rig, forum: Group, how: str) -> None:
    topic = forum.add_topic("Rekap")
    rows = [write(rig, forum, "satu", topic)]
    rig.deliver(rig.sent(*rows))
    (forum.delete_topic if how == "gone" else forum.close_topic)(topic)
    rows += [write(rig, forum, "dua", topic), write(rig, forum, "tiga", topic)]
    rig.deliver(rig.sent(*rows))
    assert [(one.text, one.thread) for one in forum.messages if one.text in ("dua", "tiga")] == \
        [("dua", None), ("tiga", None)]
    assert [rig.state(row) for row in rows] == [OutboxState.SENT] * 3
    assert rig.topics == [topic, topic]
    assert rig.refused == []


def test_where_the_general_topic_is_closed_too_it_is_given_up_and_reported(rig: Rig, forum: Group) -> None:
    topic = forum.add_topic("Rekap")
    forum.delete_topic(topic)
    forum.close_topic(None)
    row = write(rig, forum, "satu", topic)
    rig.deliver(rig.sent(row))
    assert (rig.state(row), rig.row(row).attempts) == (OutboxState.DEAD, 2)
    assert (rig.topics, rig.refused) == ([topic], ["Topic_closed"])


def test_digests_of_a_topic_that_is_gone_come_one_a_date_and_the_admins_hear_it_once(
    rig: Rig, forum: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic, runtime = forum.add_topic("Rekap"), cast(Runtime, SimpleNamespace(zone=UTC, zone_label="UTC"))
    monday = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

    def prepare(session: Session) -> None:
        group = groups.joined(session, forum.id, "Forum CSR", monday - timedelta(days=1), by=None)
        groups.seen_topic(session, group.id or 0, topic, "Rekap")
        for row in (groups.schedule_of(session, group.id or 0, monday), groups.add_schedule(session, 1, monday)):
            groups.set_schedule(session, row, monday - timedelta(days=1), by=None, rhythm=Rhythm.DAILY, hour=8,
                                active=True, picture=False, topic_id=topic, topic="Rekap")
        admin = people.add_person(session, rig.vera.id, "Vera", "id", monday)
        people.grant(session, admin, RoleName.ADMIN, monday, by=None)

    rig.store.run(prepare)
    told = replace(rig.reports(), topic_gone=lambda session, row, gone: ops.report_topic_gone(
        session, now(), row, gone))
    monkeypatch.setattr(rig, "reports", lambda: told)

    def passes(days: int) -> list[int | None]:
        """The digests of a date are posted; where each one came."""
        before = len(forum.messages)
        at = monday + timedelta(days=days)
        made = rig.store.run(lambda session: due_digests(session, runtime, at), snapshot=True)
        rig.deliver(rig.quiet)
        assert made == 2
        return [one.thread for one in forum.messages[before:]]

    assert passes(0) == [topic, topic]
    forum.delete_topic(topic)
    assert passes(1) == [None, None]
    assert passes(2) == [None, None]
    said = [text for text in rig.texts(rig.vera) if "Topik Rekap di grup Forum CSR sudah dihapus" in text]
    assert len(said) == 1
