"""Updates that fail: which of them are set aside, and which wait for better times."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import text
from sqlmodel import Session, select
from telegram.ext import Application

from bot.pump import Pump
from handlers.kit.runtime import JOB
from storage import inbox
from storage.inbox import Inbox, InboxState
from storage.store import Store

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize(("statement", "state"), [
    ("CREATE TABLE large AS SELECT zeroblob(9000000) AS one", InboxState.DONE),
    ("SELECT abs(-9223372036854775807 - 1)", InboxState.PARKED),
])
def test_a_full_disk_costs_no_update_its_tries_and_what_cannot_be_is_set_aside(
    database: Store, monkeypatch: pytest.MonkeyPatch, statement: str, state: InboxState
) -> None:
    monkeypatch.setattr(inbox, "MAX_ATTEMPTS", 1)
    said = {"message_id": 1, "date": 1, "text": "halo", "chat": {"id": 5, "type": "private"}}
    raw = {"update_id": 7, "message": said}
    database.run(lambda session: inbox.receive(session, 1, [raw], now()))
    tries: list[int] = []

    def handle(session: Session, number: int) -> None:
        pages = "1" if len(tries) == 1 else "1073741823"
        session.execute(text(f"PRAGMA max_page_count={pages}"))
        if len(tries) == 1:
            session.execute(text(statement)).all()
        inbox.finish(session, number, now())

    async def process(_update: Any) -> None:
        tries.append(1)
        job = JOB.get()
        await database.do(lambda session: handle(session, job.inbox_id))
        job.finished = True

    parked: list[str] = []

    def settled() -> None:
        until = time.monotonic() + 20
        while database.run(lambda session: session.exec(select(Inbox)).one()).state == InboxState.NEW:
            assert time.monotonic() < until
            time.sleep(0.05)

    async def live() -> None:
        pump = Pump(cast(Application[Any, Any, Any, Any, Any, Any], SimpleNamespace(bot=None, process_update=process)),
                    database, now, lambda session: None, lambda session, number, raw, problem: parked.append(problem))
        running = asyncio.create_task(pump.run())
        await asyncio.to_thread(settled)
        pump.stop()
        await running

    asyncio.run(live())
    row = database.run(lambda session: session.exec(select(Inbox)).one())
    assert (row.state, len(parked)) == (state, state == InboxState.PARKED)
