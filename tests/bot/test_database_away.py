"""The database goes away at an awkward moment: one line says so, and nothing is left open."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError

from bot import clock, opening
from bot.cli import _run
from bot.deliver import Deliverer
from bot.errors import MustStop
from bot.files import FileStore
from bot.sandbox import SandboxThread
from bot.settings import Settings
from handlers.kit.runtime import Runtime
from storage.errors import LostLeadership
from tests.builders import NOW


def _away() -> OperationalError:
    return OperationalError("SELECT 1", None, Exception("terminating connection\nDETAIL: more"))


def test_while_it_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It ends with the reason, for the supervisor; once it runs, it goes on, and says how to get the admin's link."""
    async def recover(_self: Deliverer) -> int:
        raise _away()

    def has_admin(_store: Any) -> bool:
        os.kill(os.getpid(), signal.SIGTERM)
        raise _away()

    monkeypatch.setattr(opening, "has_admin", has_admin)
    with SandboxThread() as box:
        settings = Settings(token=SecretStr(box.sandbox.token), data=tmp_path,
                            api_url=box.sandbox.base_url.removesuffix("/bot"))
        asyncio.run(_run(settings))
        assert "bedah admin-link prints a link later" in capsys.readouterr().err
        monkeypatch.setattr(Deliverer, "recover", recover)
        with pytest.raises(MustStop, match=r"^the database failed \(OperationalError, terminating connection\)$"):
            asyncio.run(_run(settings))


def test_while_the_clock_ticks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A line for each tick, no traceback; nothing where the lead is lost, for then the process ends anyway."""
    trouble: list[Exception] = [LostLeadership(), _away()]
    done = asyncio.Event()

    class Away:
        async def do(self, _unit: Any, **_kind: Any) -> int:
            if not trouble:
                done.set()
                return 0
            raise trouble.pop(0)

    runtime = cast(Runtime, SimpleNamespace(zone=ZoneInfo("Asia/Jakarta"), now=lambda: NOW, wake=lambda: None))

    async def live() -> None:
        made = clock.Clock(cast(Any, Away()), runtime, FileStore(tmp_path.as_uri()), tick_seconds=60)
        made.start()
        async with asyncio.timeout(5):
            await done.wait()
        made.stop()

    with caplog.at_level(logging.ERROR):
        asyncio.run(live())
    (said,) = [one for one in caplog.records if one.name == "bedah.clock"]
    assert said.getMessage().endswith("failed: OperationalError, terminating connection")
    assert not said.exc_info
