"""The clock's ticks themselves: they go on whatever happens to the computer's clock."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from apscheduler.schedulers import base
from sqlmodel import Session

from bot import clock
from bot.files import FileStore
from handlers.kit.runtime import Runtime
from storage.store import Store
from tests.bot.waiting import PATIENCE

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.mark.parametrize("back", [timedelta(minutes=5), timedelta(days=365)])
def test_a_clock_set_back_under_a_running_program_stops_no_tick(
    database: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, back: timedelta
) -> None:
    shift, ticks, woken = [timedelta()], list[int](), asyncio.Event()

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Shifted:
            return cast(Shifted, datetime.now(tz) - shift[0])

    def tick(_session: Session, _runtime: Runtime, _now: datetime) -> int:
        ticks.append(1)
        return 1

    for module in (base, clock):
        monkeypatch.setattr(module, "datetime", Shifted)
    tick.__name__ = clock.due_digests.__name__
    monkeypatch.setattr(clock, "due_digests", tick)
    runtime = cast(Runtime, SimpleNamespace(
        zone=ZoneInfo("Asia/Jakarta"), now=lambda: Shifted.now(ZoneInfo("UTC")), guard=lambda session: None,
        wake=woken.set, store=database))

    async def until(number: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while len(ticks) < number:
                woken.clear()
                await woken.wait()

    async def live() -> None:
        made = clock.Clock(database, runtime, FileStore(tmp_path.as_uri()), tick_seconds=0.05)
        made.start()
        await until(2)
        shift[0] = back
        await until(len(ticks) + 3)
        made.stop()

    asyncio.run(live())
