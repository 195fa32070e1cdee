"""Who leads keeps the lead from the first moment on, also while Telegram keeps a start waiting."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import app
from bot.leader import FileLeader
from bot.sandbox import SandboxThread
from bot.settings import Settings
from storage.store import Store
from tests.bot.waiting import PATIENCE


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_lead_is_kept_while_the_start_waits_for_telegram(
    database: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lease ran out meanwhile, and it ended because "another process leads now", which none did."""
    kept = asyncio.Event()

    class Noted(FileLeader):
        async def keep(self) -> None:
            kept.set()
            await super().keep()

    monkeypatch.setattr(app, "leader_of", lambda store, _seconds: Noted(store))

    async def run(box: SandboxThread) -> None:
        settings = Settings(token=SecretStr(box.sandbox.token), data=tmp_path,
                            api_url=box.sandbox.base_url.removesuffix("/bot"))
        program = app.Program(settings, database)
        running = asyncio.create_task(program.run())
        await asyncio.wait_for(kept.wait(), PATIENCE)
        assert not program.ready.is_set()
        box.sandbox.clear_faults()
        program.stop()
        await running

    with SandboxThread() as box:
        box.sandbox.fault("deleteWebhook", "timeout", times=None)
        asyncio.run(run(box))
