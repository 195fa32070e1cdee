"""The real program as a process of its own, against the sandbox: started, killed, started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from sqlalchemy import create_engine, text

from bot.sandbox import Sandbox
from tests.bot.forking import ROOT, Run, fork
from tests.bot.waiting import PATIENCE

_RUN = [sys.executable, "-c", "from bot.cli import main; main()"]


def bedah(*args: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        run = fork(*args, folder=folder, environment=_environment(folder, settings), out=out.fileno(),
                   errors=errors.fileno())
        status = run.wait(PATIENCE)
        said = [os.pread(each.fileno(), 2**24, 0).decode() for each in (out, errors)]
    return subprocess.CompletedProcess(args, status, *said)


def bedah_afresh(*args: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """The same, as it is started from a shell."""
    return subprocess.run([*_RUN, *args], cwd=folder, env=_environment(folder, settings), capture_output=True,
                          text=True, timeout=PATIENCE, check=False)


def _environment(folder: Path, settings: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BEDAH_")} | {"COLUMNS": "200"}
    # Whatever a test leaves out, no command may ever reach the real Telegram.
    nowhere = {"api_url": "http://127.0.0.1:9"}
    given = {f"BEDAH_{name.upper()}": value for name, value in (nowhere | settings).items()}
    return kept | {"PYTHONPATH": str(ROOT), "BEDAH_DATA": str(folder)} | given


class BotProcess:
    """``bedah run`` on a data folder; what it printed is in ``output``, all of it once it has ended.

    On PostgreSQL it leads for longer than a busy machine holds it up, or it would end in the middle of a test.
    """

    command: tuple[str, ...] = ("run",)
    limits = True

    def __init__(self, sandbox: Sandbox, folder: Path, **settings: str) -> None:
        self.settings = {"token": sandbox.token, "api_url": sandbox.base_url.removesuffix("/bot"),
                         "tick_seconds": "0.5", "lease_seconds": "20"} | settings
        self.folder = folder
        self.output: list[str] = []
        self.process: Run | subprocess.Popen[bytes] | None = None
        self._reading: threading.Thread | None = None

    def start(self) -> BotProcess:
        """Start; returns at once."""
        mine, out = os.pipe()
        self.process = self._begin(out)
        os.close(out)
        self._reading = threading.Thread(target=self._read, args=(mine,), daemon=True)
        self._reading.start()
        return self

    def _begin(self, out: int) -> Run | subprocess.Popen[bytes]:
        return fork(*self.command, folder=self.folder, environment=_environment(self.folder, self.settings), out=out,
                    errors=out, limits=self.limits)

    def _read(self, mine: int) -> None:
        with os.fdopen(mine) as lines:
            for line in lines:
                self.output.append(line.rstrip("\n"))

    def says(self, words: str) -> str:
        """Wait for a line with these words."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            over = self.process is not None and self.process.poll() is not None
            if over:
                self._read_to_the_end()
            for line in list(self.output):
                if words in line:
                    return line
            if over:
                break
            time.sleep(0.02)
        raise AssertionError(f"{words!r} not said: {self.output[-20:]}")

    def _read_to_the_end(self) -> None:
        assert self._reading is not None
        self._reading.join(PATIENCE)

    def admin_link(self) -> str:
        """The one-time link printed on first start."""
        return self.says("https://t.me/")

    def kill(self) -> None:
        """SIGKILL, in the middle of whatever it does."""
        self._end(signal.SIGKILL)

    def terminate(self) -> int:
        """SIGTERM; the exit status once it has finished what it had in hand."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        status = self.process.wait(PATIENCE)
        self._read_to_the_end()
        return status

    def lease_runs_out(self) -> None:
        """On PostgreSQL the next one need not wait until the time of a killed one is over."""
        if (url := self.settings["database"]).startswith("postgresql"):
            engine = create_engine(url)
            with engine.begin() as connection:
                connection.execute(text("UPDATE lease SET expires_at = clock_timestamp() - interval '1 second'"))
            engine.dispose()

    def __enter__(self) -> BotProcess:
        return self.start()

    def __exit__(self, *_exc: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()


class UnlimitedBotProcess(BotProcess):
    """The same without Telegram's limits on sending, for long conversations."""

    limits = False


class FreshBotProcess(BotProcess):
    """The same, as it is started from a shell."""

    def _begin(self, out: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*_RUN, *self.command], cwd=self.folder, env=_environment(self.folder, self.settings),
            stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
        )
