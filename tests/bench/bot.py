"""The program alone in a process, for measuring: Telegram's limits on sending are off, all else is as in ``run``."""

from __future__ import annotations

import asyncio
import signal

from bot.app import Program
from bot.logs import set_up
from bot.opening import open_store
from bot.settings import Settings


async def _run() -> None:
    settings = Settings()
    set_up("WARNING")
    program = Program(settings, open_store(settings), limits=False)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, program.stop)
    await program.run()


if __name__ == "__main__":
    try:
        import uvloop
    except ImportError:
        asyncio.run(_run())
    else:
        uvloop.run(_run())
