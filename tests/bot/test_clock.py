"""The clock's ticks themselves: they go on whatever happens to the computer's clock."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from apscheduler.schedulers import base
from sqlmodel import Session

from bot import clock
from bot.files import FileStore
from handlers.kit.runtime import Runtime
from storage.store import Store
from tests.bot.waiting import PATIENCE
from tests.builders import NOW


def _shifted(monkeypatch: pytest.MonkeyPatch, back: list[timedelta]) -> None:
    """The computer's clock is set back by so much."""
    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Shifted:
            return cast(Shifted, datetime.now(tz) - back[0])

    for module in (base, clock):
        monkeypatch.setattr(module, "datetime", Shifted)


pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.mark.parametrize("back", [timedelta(minutes=5), timedelta(days=365)])
def test_a_clock_set_back_under_a_running_program_stops_no_tick(
    database: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, back: timedelta
) -> None:
    shift, ticks, woken = [timedelta()], list[int](), asyncio.Event()
    _shifted(monkeypatch, shift)

    def tick(_session: Session, _runtime: Runtime, _now: datetime) -> int:
        ticks.append(1)
        return 1

    tick.__name__ = clock.due_digests.__name__
    monkeypatch.setattr(clock, "due_digests", tick)
    runtime = cast(Runtime, SimpleNamespace(
        zone=ZoneInfo("Asia/Jakarta"), now=lambda: clock.datetime.now(UTC), guard=lambda session: None,
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


def test_a_clock_set_a_year_ahead_is_not_believed_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, backend: str
) -> None:
    """Nothing that cannot be undone comes of a clock that is soon put right; one that stays is believed in the end. A
    night's sleep of the computer is no leap."""
    shift, passed = [timedelta()], [1000.0]
    _shifted(monkeypatch, shift)
    monkeypatch.setattr(clock, "_passed", lambda: passed[0])
    looks: list[str] = []

    class Counted:
        async def do(self, _unit: Any, **_kind: Any) -> int:
            looks.append("")
            return 0

    runtime = cast(Runtime, SimpleNamespace(zone=ZoneInfo("Asia/Jakarta"), now=lambda: NOW, wake=lambda: None))
    made = clock.Clock(cast(Any, Counted()), runtime, FileStore(tmp_path.as_uri()), tick_seconds=60)
    (job,) = [one for one in made._scheduler.get_jobs() if one.trigger.interval == timedelta(days=1)]

    def ticks(back: timedelta, seconds: float) -> bool:
        """Whether a tick looks when the clock is set so and so much time has passed since the last tick."""
        shift[0], passed[0], before = back, passed[0] + seconds, len(looks)
        asyncio.run(job.func())
        return len(looks) > before

    year = timedelta(days=365)
    assert ticks(timedelta(), 10)
    assert not ticks(-year, 10)
    assert not ticks(-year, 3000)
    assert ticks(timedelta(), 10)
    assert [one.getMessage().split(":")[0] for one in caplog.records if one.name == "bedah.clock"] == [
        "the computer's clock was set ahead by 365 days"]
    assert not ticks(-year, 10)
    assert ticks(-year, 3600)
    assert ticks(-year, 10)
    shift[0] = timedelta()
    assert ticks(timedelta(), 10)
    assert ticks(-timedelta(days=3), 3 * 86_400)


def test_stopping_in_the_middle_of_a_tick_is_no_failure(
    database: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    begun, over = threading.Event(), threading.Event()

    def tick(_session: Session, _runtime: Runtime, _now: datetime) -> int:
        begun.set()
        over.wait(PATIENCE)
        return 0

    tick.__name__ = clock.due_digests.__name__
    monkeypatch.setattr(clock, "due_digests", tick)
    runtime = cast(Runtime, SimpleNamespace(
        zone=ZoneInfo("Asia/Jakarta"), now=lambda: NOW, guard=lambda session: None, wake=lambda: None, store=database))

    async def live() -> None:
        made = clock.Clock(database, runtime, FileStore(tmp_path.as_uri()), tick_seconds=60)
        made.start()
        await asyncio.to_thread(begun.wait, PATIENCE)
        made.stop()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        over.set()

    asyncio.run(live())
    assert begun.is_set()
    assert not [one.getMessage() for one in caplog.records if one.name.startswith(("apscheduler", "bedah"))]
