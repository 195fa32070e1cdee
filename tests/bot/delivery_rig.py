"""A store, a sandbox with people and a group, and the real delivery between them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.client import build_bot
from bot.deliver import Deliverer, Reports
from bot.files import FileStore
from bot.limits import Limits
from bot.sandbox import Group, Person, Sandbox, SandboxThread
from bot.settings import Settings
from storage import outbox
from storage.outbox import Outbox, OutboxState
from storage.store import Store
from tests.bot import waiting
from tests.bot.waiting import until


def now() -> datetime:
    return datetime.now(UTC)


class Rig:
    """A store, a sandbox with a person and a group, and a delivery that runs until the outbox is quiet."""

    def __init__(self, store: Store, box: SandboxThread, folder: Path) -> None:
        self.store, self.box, self.folder = store, box, folder
        self.sandbox: Sandbox = box.sandbox
        self.sari: Person = self.sandbox.add_person("Sari")
        self.vera: Person = self.sandbox.add_person("Vera")
        self.group: Group = self.sandbox.add_group("Forum", [self.sari])
        self.sari.adds_bot_to(self.group)
        for person in (self.sari, self.vera):
            person.says("/start")
        self.unknown: list[int] = []
        self.dead: list[str] = []
        self.refused: list[str] = []
        self.migrated: list[tuple[int, int]] = []
        self.topics: list[int] = []
        self.waiting: Callable[[int], int] = lambda chat: 0
        self.ahead = timedelta()

    def clock(self) -> datetime:
        """The time by which it delivers; a test may set it ahead."""
        return now() + self.ahead

    def write(self, chat: int, text: str, method: str = "sendMessage", **kind: Any) -> int:
        """One call into the outbox; its row id."""
        params = {"chat_id": chat, "text": text, "parse_mode": "HTML"}
        row = self.store.run(lambda session: outbox.enqueue(session, chat, method, params, now(), **kind))
        return row.id or 0

    def state(self, row: int) -> OutboxState:
        """What became of a row."""
        return self.row(row).state

    def row(self, row: int) -> Outbox:
        """The row."""
        found = self.store.run(lambda session: session.get(Outbox, row))
        assert found is not None
        return found

    def deliver(self, done: Callable[[], bool], *, limits: bool = False) -> None:
        """Run delivery until something holds, then stop it as SIGTERM would."""
        asyncio.run(self._deliver(done, limits))

    async def _deliver(self, done: Callable[[], bool], limits: bool) -> None:
        settings = Settings(token=SecretStr(self.sandbox.token), data=self.folder,
                            api_url=self.sandbox.base_url.removesuffix("/bot"))
        bot = build_bot(settings)
        deliverer = Deliverer(bot, self.store, FileStore(settings.files_url), self.clock,
                              lambda session: None,
                              self.reports(), Limits(time.monotonic, enabled=limits), lambda chat: self.waiting(chat))
        async with bot:
            await deliverer.recover()
            running = asyncio.create_task(deliverer.run())
            try:
                await asyncio.to_thread(until, done)
            finally:
                deliverer.stop()
                await running

    def reports(self) -> Reports:
        """Notes what the programme would be told."""
        return Reports(
            unknown=lambda session, row: self.unknown.append(row.id or 0),
            dead=lambda session, row, problem: self.dead.append(problem),
            refused=lambda session, row, problem: self.refused.append(problem),
            migrated=lambda session, old, new: self.migrated.append((old, new)),
            topic_gone=lambda session, row, topic: self.topics.append(topic),
        )

    def sent(self, *rows: int) -> Callable[[], bool]:
        """All these are settled for good."""
        return lambda: all(self.state(row) not in (OutboxState.PENDING, OutboxState.SENDING) for row in rows)

    def quiet(self) -> bool:
        """Nothing waits or is on its way."""
        return self.store.run(waiting.quiet)

    def texts(self, chat: Person | Group) -> list[str]:
        """What the bot wrote there."""
        me = self.sandbox.world.bot.id
        return [one.text for one in chat.messages if one.sender.id == me and not one.service]
