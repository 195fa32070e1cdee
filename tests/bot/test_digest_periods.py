"""Two hundred days of a daily digest while leaders are killed and clocks jump: each day has its one, none has two.

Processes of their own elect a leader and tick on one database; what time it is, the test says.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, create_engine, text
from sqlmodel import Session, col, select

from bot.clock import Clock
from bot.errors import CannotStart
from bot.files import FileStore
from bot.leader import leader_of
from handlers.kit.runtime import Runtime
from handlers.kit.texts import languages
from storage import groups, outbox, scoreboard
from storage.digests import DigestRun
from storage.errors import LostLeadership
from storage.groups import Rhythm
from storage.outbox import Outbox
from storage.store import Store
from storage.vault import Vault
from tests.bot.waiting import PATIENCE

PERIODS, KILLS = 200, 8
GROUP = -1_002_000_000_001
ZONE = ZoneInfo("Asia/Jakarta")
FIRST = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 08.00 WIB
LEASE, TICK = 0.6, 0.01
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__])
languages()  # once, in the process that the others are forked from


def lead(url: str, key_text: str, folder: str, clock: Any, leading: Any) -> None:
    """A process: waits for the lead, ticks while it has it, waits again."""
    logging.disable(logging.CRITICAL)
    asyncio.run(_lead(Store(url, Vault.from_text(key_text), threads=6), FileStore(f"file://{folder}"), clock, leading))


async def _lead(store: Store, files: FileStore, clock: Any, leading: Any) -> None:
    while True:
        leader = leader_of(store, LEASE)
        try:
            await leader.acquire()
        except CannotStart:  # the one before is being buried
            await asyncio.sleep(TICK)
            continue
        runtime = Runtime(
            store=store, now=lambda: datetime.fromtimestamp(clock.value, UTC), zone=ZONE, zone_label="WIB",
            city="36.74", bot_id=1, bot_username="bot", guard=leader.guard, wake=lambda: None,
            instant=lambda method, params: None,
        )
        ticking = Clock(store, runtime, files, tick_seconds=TICK)
        ticking.start()
        leading.value = os.getpid()
        try:
            await leader.keep()
        except LostLeadership:
            ticking.stop()


class Crowd:
    """So many processes; the leader may be killed, and another one is started in its place."""

    def __init__(self, number: int, *arguments: Any) -> None:
        self.clock, self.leading = _CONTEXT.RawValue("d", 0.0), _CONTEXT.RawValue("q", 0)
        self.arguments = (*arguments, self.clock, self.leading)
        self.processes: dict[int, BaseProcess] = {}
        self.leaders: set[int] = set()
        for _ in range(number):
            self.start()

    def start(self) -> None:
        process = _CONTEXT.Process(target=lead, args=self.arguments, daemon=True)
        process.start()
        self.processes[process.pid or 0] = process

    def kill(self) -> None:
        """The leader, in the middle of whatever it does; nobody, while nobody leads."""
        process = self.processes.pop(self.leading.value, None)
        if process is not None:
            self.leaders.add(process.pid or 0)
            os.kill(process.pid or 0, signal.SIGKILL)
            process.join(PATIENCE)
            self.start()

    def end(self) -> None:
        for process in self.processes.values():
            process.kill()
            process.join(PATIENCE)


@contextmanager
def crowd(number: int, *arguments: Any) -> Iterator[Crowd]:
    made = Crowd(number, *arguments)
    try:
        yield made
    finally:
        made.end()


def turn_on(session: Session) -> None:
    group = groups.joined(session, GROUP, "Forum", FIRST - timedelta(hours=1), by=None)
    schedule = groups.schedule_of(session, group.id or 0, FIRST - timedelta(hours=1))
    groups.set_schedule(session, schedule, FIRST - timedelta(hours=1), by=None, rhythm=Rhythm.DAILY, hour=8,
                        active=True, picture=False)


def wait_for(engine: Engine, day: date) -> None:
    """Until a tick has made the run of a day; without a transaction of ours that a writer would wait for."""
    query = text("SELECT count(*) FROM digest_run WHERE local_date = :day")
    end = time.monotonic() + PATIENCE
    with engine.connect() as connection:
        while not connection.execute(query, {"day": str(day) if engine.name == "sqlite" else day}).scalar():
            assert time.monotonic() < end, f"nobody made the digest of {day}"
            time.sleep(0.005)


def test_each_of_two_hundred_days_has_its_one_digest(
    new_url: Callable[[], str], key_text: str, backend: str, tmp_path: Path
) -> None:
    url, chance = new_url(), random.Random(55)
    store = Store(url, Vault.from_text(key_text))
    store.run(turn_on)
    engine = create_engine(store.url, isolation_level="AUTOCOMMIT")
    kills = set(chance.sample(range(PERIODS), KILLS))
    with crowd(1 if backend == "sqlite" else 3, url, key_text, str(tmp_path)) as bots:
        for period in range(PERIODS):
            due = FIRST + timedelta(days=period)
            now = due + timedelta(minutes=chance.randrange(180))
            match chance.randrange(6):
                case 0:  # back for a while
                    bots.clock.value = (due - timedelta(hours=chance.randrange(1, 72))).timestamp()
                    time.sleep(2 * TICK)
                case 1:  # forward by hours, and back
                    bots.clock.value = (now + timedelta(hours=chance.randrange(3, 20))).timestamp()
                    time.sleep(2 * TICK)
            bots.clock.value = now.timestamp()
            if period in kills:
                time.sleep(chance.uniform(0, 3 * TICK))
                bots.kill()
            wait_for(engine, due.astimezone(ZONE).date())
        time.sleep(5 * TICK)
        assert len(bots.leaders) > KILLS / 2, "hardly any leader was killed"
    engine.dispose()
    days, posts = store.run(made)
    store.close()
    assert days == [FIRST.date() + timedelta(days=period) for period in range(PERIODS)]
    assert [title.split("ke-")[1].split("\n")[0] for title in posts] == [str(number + 1) for number in range(PERIODS)]


def made(session: Session) -> tuple[list[date], list[str]]:
    """The dates of the runs, and the beginning of each digest, in the order of writing."""
    days = session.exec(select(DigestRun.local_date).order_by(col(DigestRun.id))).all()
    rows = session.exec(select(Outbox).where(col(Outbox.chat_id) == GROUP, col(Outbox.method) == "sendMessage",
                                             col(Outbox.slot).is_distinct_from(scoreboard.SLOT))
                        .order_by(col(Outbox.id))).all()
    return list(days), [outbox.params_of(session, row)["text"][:80] for row in rows]
