"""Fifty people at once register and claim houses through the sandbox; prints how fast, at what cost.

``python -m tests.bench.load --houses 264 --houses 100000 --database sqlite --database postgres``
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import psutil
import typer

from bot.sandbox import Message, Person, Sandbox
from bot.sandbox.model import Chat
from storage.people import RoleName
from storage.vault import Vault
from tests.bench.city import database, fill, prepared
from tests.bot.players import admit, nik, partner_with_quota, picture, place

ROOT = Path(__file__).parents[2]


class Crowd:
    """People whose answers are timed, each waiting for its own chat only."""

    def __init__(self, sandbox: Sandbox, registrations: int) -> None:
        self.sandbox = sandbox
        # Each house has its own: one that looks like another's would be asked about.
        self.pictures = [picture(800, 600) for _ in range(registrations)]
        self.times: list[float] = []
        self.updates = 0
        self.changes: dict[int, asyncio.Event] = defaultdict(asyncio.Event)
        changed = sandbox.world.changed

        def told(chat: Chat | None = None) -> None:
            changed(chat)
            if chat is not None:
                self.changes[chat.id].set()

        sandbox.world.changed = told  # type: ignore[method-assign]

    def last(self, person: Person) -> Message | None:
        """The bot's newest message."""
        me = self.sandbox.world.bot.id
        return next((one for one in reversed(person.messages) if one.sender.id == me), None)

    async def act(self, person: Person, kind: str, what: str, words: str) -> Message:
        """Say or press something, wait for the answer, note how long it took."""
        pattern, event = re.compile(words, re.DOTALL), self.changes[person.id]
        match kind:
            case "says":
                person.says(what)
            case "pin":
                person.pin(*place(int(what)))
            case "photo":
                person.photo(self.pictures.pop())
            case "album":
                person.album([self.pictures.pop() for _ in range(int(what))], "tampak depan")
            case _:
                person.presses(what)
        began = time.perf_counter()  # what the phone does with a picture is not the bot's time
        self.updates += 1
        while True:
            event.clear()
            last = self.last(person)
            if last is not None and pattern.search(last.text):
                self.times.append(time.perf_counter() - began)
                return last
            await asyncio.wait_for(event.wait(), 60)

    async def registers(self, person: Person, number: int) -> None:
        """One house on the short path."""
        for kind, what, words in (
            ("says", "/daftar", "1/14"), ("presses", "Setuju", "2/14"), ("says", f"Ibu Contoh {number}", "3/14"),
            ("says", nik(number), "4/14"), ("pin", str(number), "5/14"), ("presses", "Pamulang", "6/14"),
            ("presses", "Benda Baru", "7/14"), ("says", "Gg. Contoh No. 7", "8/14"), ("says", "3/1", "9/14"),
            ("photo", "", "10/14"),
            ("presses", "Rusak berat", "11/14"), ("presses", "Rusak sedang", "12/14"),
            ("presses", "Rusak ringan", "13/14"), ("says", "5", "14/14"), ("says", "36", "mohon diperiksa"),
            ("presses", "Simpan", "tersimpan"),
        ):
            await self.act(person, kind, what, words)

    async def claims(self, person: Person, code: str) -> None:
        """Open a house by its code and claim it."""
        await self.act(person, "says", code, rf"^{code}\b(?!\n)")
        await self.act(person, "presses", "Klaim", rf"^{code}\n.*Data pribadi")


async def _measure(kind: str, houses: int, people: int, updates: int) -> None:
    with tempfile.TemporaryDirectory(prefix="bedah-bench-") as made, database(kind, Path(made)) as url:
        vault, key = Vault.fresh()
        store = prepared(url, vault)
        codes = fill(store, houses)
        sandbox = Sandbox(keep_calls=10)
        cast = [sandbox.add_person(f"Orang {number}") for number in range(people)]
        surveyors, reps = cast[: people // 2], cast[people // 2 :]
        partner = partner_with_quota(store, "PT Contoh", 10**6, 10**14)
        for person in surveyors:
            admit(store, person, RoleName.SURVEYOR)
        for person in reps:
            admit(store, person, RoleName.PARTNER, partner_id=partner)
        store.close()
        async with program(sandbox, made, url, key) as (process, started):
            await _drive(sandbox, process, surveyors, reps, codes, updates, f"{kind}, {houses} houses", started)


@asynccontextmanager
async def program(
    sandbox: Sandbox, folder: str, url: str, key: str
) -> AsyncIterator[tuple[subprocess.Popen[bytes], float]]:
    """The program beside a sandbox: its process, and the seconds until it asked for updates."""
    await sandbox.start()
    settings = {"BEDAH_TOKEN": sandbox.token, "BEDAH_API_URL": sandbox.base_url.removesuffix("/bot"),
                "BEDAH_DATA": folder, "BEDAH_DATABASE": url, "BEDAH_KEYS": key, "PYTHONPATH": str(ROOT)}
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.bot"], env=os.environ | settings)  # noqa: ASYNC220
    try:
        await sandbox.wait_for(lambda: sandbox.polling, 30)
        yield process, time.perf_counter() - began
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 30)
        await sandbox.stop()


async def _drive(
    sandbox: Sandbox, process: subprocess.Popen[bytes], surveyors: list[Person], reps: list[Person],
    codes: list[str], updates: int, title: str, started: float,
) -> None:
    crowd = Crowd(sandbox, updates // 16 + len(surveyors))
    await asyncio.gather(*(crowd.act(person, "says", "/start", "Selamat") for person in [*surveyors, *reps]))
    crowd.times.clear()
    crowd.updates = 0
    watched = psutil.Process(process.pid)
    cpu = sum(watched.cpu_times()[:2])
    began = time.perf_counter()
    done = {"registered": 0, "claimed": 0}
    left = iter(codes)

    async def survey(person: Person) -> None:
        while crowd.updates < updates:
            done["registered"] += 1
            await crowd.registers(person, done["registered"])

    async def claim(person: Person) -> None:
        while crowd.updates < updates and (code := next(left, None)) is not None:
            await crowd.claims(person, code)
            done["claimed"] += 1

    await asyncio.gather(*map(survey, surveyors), *map(claim, reps))
    seconds = time.perf_counter() - began
    spent = sum(watched.cpu_times()[:2]) - cpu
    memory = watched.memory_info().rss / 2**20
    crowd.times.sort()
    at = [crowd.times[int(len(crowd.times) * share)] * 1000 for share in (0.50, 0.95, 0.99)]
    print(
        f"{title}: start to first getUpdates {started:.2f} s; {crowd.updates} updates in {seconds:.1f} s = "
        f"{crowd.updates / seconds:.0f}/s ({done['registered']} registered, {done['claimed']} claimed); "
        f"answers p50 {at[0]:.0f} ms, p95 {at[1]:.0f} ms, p99 {at[2]:.0f} ms; "
        f"CPU {spent / crowd.updates * 1000:.2f} s per 1000 updates; resident {memory:.0f} MB", flush=True)


def main(
    houses: Annotated[list[int] | None, typer.Option(help="Houses in the city; may be given again.")] = None,
    database: Annotated[list[str] | None, typer.Option(help="sqlite, postgres; may be given again.")] = None,
    people: Annotated[int, typer.Option(help="People at once.")] = 50,
    updates: Annotated[int, typer.Option(help="Updates to send, about.")] = 10_000,
) -> None:
    """Print the figures for each database and size."""
    for kind in database or ["sqlite", "postgres"]:
        for size in houses or [264, 100_000]:
            asyncio.run(_measure(kind, size, people, updates))


if __name__ == "__main__":
    typer.run(main)
