"""Scripted people at the sandbox: they type and press as a person would, and wait for each answer."""

from __future__ import annotations

import io
import itertools
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from PIL import Image
from sqlmodel import Session

from bot.sandbox import Message, Person, Sandbox, SandboxThread
from storage import invites, partners
from storage.partners import FundSource
from storage.people import RoleName
from storage.store import Store
from storage.vault import Vault

PATIENCE = 300.0
T = TypeVar("T")


class Player:
    """One person in the private chat with the bot."""

    def __init__(self, sandbox: Sandbox, person: Person) -> None:
        self.sandbox, self.person = sandbox, person
        self.since = 0
        self.shown: Message | None = None

    def begins(self) -> None:
        """Something new: what was said before does not count as an answer to it."""
        self.since = max((one.id for one in self.person.messages), default=0)

    def until(self, words: str) -> Message:
        """Wait until the bot says this (a regular expression).

        Any message since :meth:`begins` counts: an answer that may have been lost is sent again, so an older
        question can come once more below a newer one.
        """
        pattern, me = re.compile(words, re.DOTALL), self.sandbox.world.bot.id

        def said() -> Message | None:
            new = (one for one in self.person.messages if one.id > self.since and one.sender.id == me)
            return next((one for one in new if pattern.search(one.text)), None)

        found = self.sandbox.wait(said, PATIENCE)
        assert found is not None
        self.shown = found
        return found

    def says(self, text: str, then: str) -> Message:
        """Type something and wait for the answer."""
        self.person.says(text)
        return self.until(then)

    def presses(self, label: str, then: str) -> Message:
        """Press a button of the message that was waited for, and wait for the answer."""
        self.person.presses(label, self.shown)
        return self.until(then)

    def registers(self, name: str, nik: str, kecamatan: str = "Pamulang", kelurahan: str = "Benda Baru") -> str:
        """A whole registration on the short path; the code of the house."""
        self.begins()
        self.says("/daftar", "1/14")
        self.presses("Setuju", "2/14")
        self.says(name, "3/14")
        self.says(nik, "4/14")
        self.person.pin(*place(int(nik[-4:])))
        self.until("5/14")
        self.presses(kecamatan, "6/14")
        self.presses(kelurahan, "7/14")
        self.says("Gg. Contoh No. 7", "8/14")
        self.says("3/1", "9/14")
        self.person.photo(picture())
        self.until("10/14")
        self.presses("Rusak berat", "11/14")
        self.presses("Rusak sedang", "12/14")
        self.presses("Rusak ringan", "13/14")
        self.says("5 orang", "14/14")
        self.says("36", "mohon diperiksa")
        saved = self.presses("Simpan", r"tersimpan dengan kode [A-Z]{3}-\d{4}")
        found = re.search(r"[A-Z]{3}-\d{4}", saved.text)
        assert found is not None
        return found.group()

    def claims(self, code: str) -> None:
        """Open a house by its code and claim it; the first family's data that a rep sees begins with a warning."""
        self.begins()
        self.says(code, f"{code}")
        said = self.presses("Klaim", f"(?:^|\n){code}\n.*Data pribadi|Belum pasti")
        while "Belum pasti" in said.text:
            # The family's data is never sent twice by itself: whoever misses it asks again.
            self.begins()
            said = self.presses("Lihat data keluarga", f"(?:^|\n){code}\n.*Data pribadi|Belum pasti")


def nik(number: int) -> str:
    """A well-formed invented NIK, a different one for each number."""
    return f"367406{1 + number % 28:02d}0180{number + 1:04d}"


def place(number: int) -> tuple[float, float]:
    """Where a house stands, in degrees: each further from the others than a neighbour is asked about."""
    return -6.30 - number // 100 % 100 * 0.0005, 106.70 + number % 100 * 0.0005


_pictures = itertools.count()


def picture() -> bytes:
    """A photo that looks like no other of this process, in JPEG.

    Fields in nine columns and eight rows, each clearly darker or brighter than the one before it: what the
    difference hash sees of it is 64 bits as they were drawn, and those of the first 3000 differ in 11 or more.
    """
    steps, grid = random.Random(next(_pictures)), Image.new("L", (9, 8))
    for row in range(grid.height):
        shade = 128
        for column in range(grid.width):
            grid.putpixel((column, row), shade)
            shade += steps.choice((-15, 15))
    out = io.BytesIO()
    grid.resize((324, 240), Image.Resampling.NEAREST).convert("RGB").save(out, "JPEG", quality=70)
    return out.getvalue()


def admit(store: Store, person: Person, *roles: RoleName, partner_id: int | None = None) -> None:
    """Give somebody roles as an invite would."""
    now = datetime.now(UTC)

    def unit(session: Session) -> None:
        for role in roles:
            _invite, token = invites.create(session, now, by=None, role=role,
                                            partner_id=partner_id if role == RoleName.PARTNER else None)
            invites.redeem(session, token, person.id, person.name, "id", now)

    store.run(unit)


def years() -> list[int]:
    """The years that a run of the program which begins now may see, in the city's time."""
    now = datetime.now(ZoneInfo("Asia/Jakarta"))
    return sorted({now.year, (now + timedelta(hours=1)).year})


def partner_with_quota(store: Store, name: str, units: int, ceiling: int) -> int:
    """A partner with a quota of this year, and of the next one when it is about to begin; its id."""
    now = datetime.now(UTC)

    def unit(session: Session) -> int:
        partner = partners.add_partner(session, name, FundSource.CSR, now, by=None)
        for year in years():
            partners.add_quota(session, partner.id or 0, year, units, ceiling, now, by=None)
        return partner.id or 0

    return store.run(unit)


@contextmanager
def before_the_start(url: str, keys: str, make: Callable[[Session], T]) -> Iterator[tuple[Store, Player, T]]:
    """A store with what ``make`` left in it while no program ran, and its admin Asih at the sandbox."""
    with SandboxThread() as box:
        asih = box.sandbox.add_person("Asih")
        store = Store(url, Vault.from_text(keys))
        admit(store, asih, RoleName.ADMIN)
        made = store.run(make)
        asih.says("/bantuan")  # nobody is written to who has not written first
        yield store, Player(box.sandbox, asih), made
        store.close()
