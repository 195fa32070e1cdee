"""The program without its slow start: forked from a process that has read all the code.

A start takes a tenth of the time so. Whatever a run opens, keeps or locks is its own, and goes with it when it is
killed; at its end it waits for its threads as any other.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]

# Each request comes with four open files: what the run reads, what it writes to, twice, and where to say how it is
# going. The run's parent has nothing to do but to say its number, wait for it and say how it ended.
_CODE = """
import bot.app, bot.calls, bot.opening, bot.sample, bot.sandbox, handlers.routes
import functools, gc, json, os, signal, socket, sys
from bot.cli import main

def wait_for_a_request():
    with socket.socket(fileno=int(sys.argv[1])) as requests:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        gc.freeze()
        while True:
            head, files, _flags, _from = socket.recv_fds(requests, 8, 4)
            if not head:
                os._exit(0)
            asked = b""
            while len(asked) < int(head):
                asked += requests.recv(int(head) - len(asked))
            if not os.fork():
                break
            for each in files:
                os.close(each)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    *streams, status = files
    run = os.fork()
    if run:
        for each in streams:
            os.close(each)
        os.write(status, b"%d\\n" % run)
        os.write(status, b"%d\\n" % os.waitstatus_to_exitcode(os.waitpid(run, 0)[1]))
        os._exit(0)
    os.setsid()
    for number, each in enumerate(streams):
        os.dup2(each, number)
    os.closerange(3, 1024)
    return json.loads(asked)

asked = wait_for_a_request()
bot.calls.PATIENCE = 120  # a busy machine is slow to draw, and a picture that took too long is left out
os.chdir(asked["folder"])
os.environ.clear()
os.environ.update(asked["environment"])
if not asked["limits"]:
    bot.app.Program = functools.partial(bot.app.Program, limits=False)
sys.argv = ["bedah", *asked["arguments"]]
main()
"""


class Run:
    """A run of the program, with what ``subprocess.Popen`` has for one."""

    def __init__(self, status: int) -> None:
        self._status = os.fdopen(status, "rb")
        self._ended: int | None = None
        self.pid = int(self._status.readline())

    def poll(self) -> int | None:
        """The exit status, once it has ended."""
        return self._look(0)

    def wait(self, timeout: float) -> int:
        """The exit status, once it is there; seconds."""
        ended = self._look(timeout)
        if ended is None:
            raise subprocess.TimeoutExpired("bedah", timeout)
        return ended

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def _look(self, timeout: float) -> int | None:
        if self._ended is None and select.select([self._status], [], [], timeout)[0]:
            self._ended = int(self._status.readline())
            self._status.close()
        return self._ended


class _Forking:
    def __init__(self) -> None:
        self._one = threading.Lock()
        self._requests, there = socket.socketpair()
        with there:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _CODE, str(there.fileno())], pass_fds=[there.fileno()], cwd=ROOT,
                stdin=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": str(ROOT)},
            )
        atexit.register(self._end)

    def _end(self) -> None:
        self._requests.close()
        self._process.wait(60)

    def run(self, asked: dict[str, object], out: int, errors: int) -> Run:
        said = json.dumps(asked).encode()
        mine, status = os.pipe()
        with open(os.devnull) as nothing, self._one:
            socket.send_fds(self._requests, [b"%8d" % len(said)], [nothing.fileno(), out, errors, status])
            self._requests.sendall(said)
            os.close(status)
        return Run(mine)


_forking = cache(_Forking)


def fork(*arguments: str, folder: Path, environment: dict[str, str], out: int, errors: int, limits: bool = True) -> Run:
    """Run the program in a folder; ``out`` and ``errors`` are open files that it writes to. ``limits``: whether it
    keeps to what Telegram lets through, a message a second to each chat (the sandbox takes them as they come)."""
    asked: dict[str, object] = {"arguments": arguments, "folder": str(folder), "environment": environment,
                                "limits": limits}
    return _forking().run(asked, out, errors)
