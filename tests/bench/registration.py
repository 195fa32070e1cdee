"""Surveyors register houses on the short path through the sandbox; prints what it costs them, and how fast it is.

``python -m tests.bench.registration --database sqlite --database postgres --people 5``
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median
from typing import Annotated

import typer
from telegram.ext import CommandHandler

from bot.sandbox import Person, Sandbox
from handlers.routes import ROUTES
from storage.people import RoleName
from storage.vault import Vault
from tests.bench.city import database, prepared
from tests.bench.load import Crowd, program
from tests.bot.players import admit, nik, place

MOST = 16
"""A full registration on the short path takes no more messages and taps."""

ALBUM = 4
Step = tuple[str, str, str]


def _questions(number: int, photos: Step) -> Iterator[Step]:
    """Question by question: what is done, with what, and the words of the answer."""
    yield from (
        ("says", "/daftar", "1/14"), ("presses", "Setuju", "2/14"), ("says", f"Ibu Contoh {number}", "3/14"),
        ("says", nik(number), "4/14"), ("pin", str(number), "5/14"), ("presses", "Pamulang", "6/14"),
        ("presses", "Benda Baru", "7/14"), ("says", "Gg. Contoh No. 7", "8/14"), ("says", "3/1", "9/14"), photos,
        ("presses", "Rusak berat", "11/14"), ("presses", "Rusak sedang", "12/14"),
        ("presses", "Rusak ringan", "13/14"), ("says", "5", "14/14"), ("says", "36", "mohon diperiksa"),
        ("presses", "Simpan", "tersimpan"),
    )


def _one_photo(number: int) -> Iterator[Step]:
    return _questions(number, ("photo", "", "10/14"))


def _album(number: int) -> Iterator[Step]:
    return _questions(number, ("album", str(ALBUM), rf"{ALBUM} foto.*10/14"))


def _sheet(number: int) -> Iterator[Step]:
    """All in one message (/formulir)."""
    lat, lon = place(number)
    filled = "\n".join((
        "FORMULIR RUMAH", "Persetujuan: ya", f"Kepala keluarga: Ibu Contoh {number}", f"NIK: {nik(number)}",
        f"Lokasi: {lat:.5f}, {lon:.5f}", "Kecamatan: Pamulang", "Kelurahan: Benda Baru", "Alamat: Gg. Contoh No. 7",
        "RT/RW: 3/1", "Atap: 4", "Lantai: 3", "Dinding: 2", "Penghuni: 5", "Luas: 36",
    ))
    yield from (("says", "/formulir", "FORMULIR RUMAH"), ("says", filled, "Terbaca 13 baris"),
                ("photo", "", "mohon diperiksa"), ("presses", "Simpan", "tersimpan"))


WAYS = {"one photo": _one_photo, f"an album of {ALBUM}": _album}
if any(isinstance(one, CommandHandler) and "formulir" in one.commands for one in ROUTES):
    WAYS["/formulir"] = _sheet


@dataclass
class Figures:
    """Of one way to register: messages and taps, and the seconds of waiting for the bot, for each house."""

    acts: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def say(self, title: str, took: float, times: list[float]) -> None:
        times.sort()
        p50, p95 = (times[int(len(times) * share)] * 1000 for share in (0.50, 0.95))
        print(f"{title}: {len(self.acts)} houses in {took:.1f} s; messages and taps median {median(self.acts):.0f}, "
              f"most {max(self.acts)} (at most {MOST} wanted); waiting for the bot, a registration: median "
              f"{median(self.seconds):.2f} s; an answer: p50 {p50:.0f} ms, p95 {p95:.0f} ms", flush=True)


async def _measure(kind: str, people: int, houses: int) -> None:
    with tempfile.TemporaryDirectory(prefix="bedah-bench-") as made, database(kind, Path(made)) as url:
        vault, key = Vault.fresh()
        store = prepared(url, vault)
        sandbox = Sandbox(keep_calls=10)
        surveyors = [sandbox.add_person(f"Petugas {number}") for number in range(people)]
        for person in surveyors:
            admit(store, person, RoleName.SURVEYOR)
        store.close()
        async with program(sandbox, made, url, key):
            crowd = Crowd(sandbox, people * houses * (ALBUM + 2))
            await asyncio.gather(*(crowd.act(person, "says", "/start", "Selamat") for person in surveyors))
            numbers = count(1)
            for way, steps in WAYS.items():
                figures = Figures()
                crowd.times.clear()

                async def survey(person: Person, steps=steps, figures=figures) -> None:  # type: ignore[no-untyped-def]
                    for _ in range(houses):
                        waited = acts = 0.0
                        for step in steps(next(numbers)):
                            await crowd.act(person, *step)
                            waited += crowd.times[-1]
                            acts += 1
                        figures.acts.append(int(acts))
                        figures.seconds.append(waited)

                began = time.perf_counter()
                await asyncio.gather(*map(survey, surveyors))
                figures.say(f"{kind}, {people} at once, {way}", time.perf_counter() - began, crowd.times)


def main(
    database: Annotated[list[str] | None, typer.Option(help="sqlite, postgres; may be given again.")] = None,
    people: Annotated[int, typer.Option(help="Surveyors at once.")] = 5,
    houses: Annotated[int, typer.Option(help="Houses that each registers in each way.")] = 4,
) -> None:
    """Print the figures for each database. An album counts as one message, as it is sent with one tap."""
    for kind in database or ["sqlite", "postgres"]:
        asyncio.run(_measure(kind, people, houses))


if __name__ == "__main__":
    typer.run(main)
