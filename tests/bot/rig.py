"""The real program as a process of its own, against the sandbox: started, killed, started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from bot.sandbox import Sandbox

_RUN = [sys.executable, "-c", "from bot.cli import main; main()"]
ROOT = Path(__file__).parents[2]


def bedah(*args: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run([*_RUN, *args], cwd=folder, env=_environment(folder, settings), capture_output=True,
                          text=True, timeout=60, check=False)


def _environment(folder: Path, settings: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BEDAH_")} | {"COLUMNS": "200"}
    # Whatever a test leaves out, no command may ever reach the real Telegram.
    nowhere = {"api_url": "http://127.0.0.1:9"}
    given = {f"BEDAH_{name.upper()}": value for name, value in (nowhere | settings).items()}
    return kept | {"PYTHONPATH": str(ROOT), "BEDAH_DATA": str(folder)} | given


# A message a second to each chat is what Telegram lets through; the sandbox takes them as they come.
_UNLIMITED = """
import functools
from bot import app
app.Program = functools.partial(app.Program, limits=False)
from bot.cli import main
main()
"""


class BotProcess:
    """``bedah run`` on a data folder; what it printed is in ``output``."""

    command: tuple[str, ...] = ("run",)
    program: list[str] = _RUN

    def __init__(self, sandbox: Sandbox, folder: Path, **settings: str) -> None:
        self.settings = {"token": sandbox.token, "api_url": sandbox.base_url.removesuffix("/bot"),
                         "tick_seconds": "0.5", "lease_seconds": "1"} | settings
        self.folder = folder
        self.output: list[str] = []
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> BotProcess:
        """Start; returns at once."""
        self.process = subprocess.Popen(
            [*self.program, *self.command], cwd=self.folder, env=_environment(self.folder, self.settings), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )
        threading.Thread(target=self._read, args=(self.process,), daemon=True).start()
        return self

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.output.append(line.rstrip("\n"))

    def says(self, words: str, timeout: float = 20) -> str:
        """Wait for a line with these words."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            for line in list(self.output):
                if words in line:
                    return line
            if self.process is not None and self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"{words!r} not said: {self.output[-20:]}")

    def admin_link(self) -> str:
        """The one-time link printed on first start."""
        return self.says("https://t.me/")

    def kill(self) -> None:
        """SIGKILL, in the middle of whatever it does."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def terminate(self, timeout: float = 30) -> int:
        """SIGTERM; the exit status once it has finished what it had in hand."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout)

    def __enter__(self) -> BotProcess:
        return self.start()

    def __exit__(self, *_exc: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()


class UnlimitedBotProcess(BotProcess):
    """The same without Telegram's limits on sending, for long conversations."""

    program = [sys.executable, "-c", _UNLIMITED]
