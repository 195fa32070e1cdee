"""The sample city and a sandbox with people, made anew for each test."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from bot import calls
from bot.sample import SampleCity, load
from bot.sample.cast import CAST
from storage.store import Store
from storage.vault import Vault
from tests.bot.sandbox_rig import Town, running
from tests.bot.waiting import PATIENCE

ACCOUNTS = {key: 9000 + number for number, key in enumerate(CAST)}

Drawn = tuple[SampleCity, dict[str, bytes]]


@pytest.fixture(autouse=True)
def time_to_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture that took too long is left out, and a busy machine is slow."""
    monkeypatch.setattr(calls, "PATIENCE", PATIENCE)


@pytest.fixture(scope="session")
def city_key() -> str:
    """The sample city is loaded once, with one key, and copied for each test."""
    return Vault.fresh()[1]


@pytest.fixture
def key_text(request: pytest.FixtureRequest, key_text: str, city_key: str) -> str:
    """The key of this test's databases."""
    return city_key if "city" in request.fixturenames else key_text


@pytest.fixture
def files() -> dict[str, bytes]:
    return {}


@pytest.fixture
def city(
    database: Store, now: datetime, files: dict[str, bytes], backend: str,
    filled: Callable[[Store, str, Callable[[], Drawn]], Drawn],
) -> SampleCity:
    def make() -> Drawn:
        began = time.perf_counter()
        made = load(database, now, files=files.__setitem__, telegram_ids=ACCOUNTS)
        print(f"sample city on {backend}: {time.perf_counter() - began:.2f} s")
        return made, dict(files)

    made, drawn = filled(database, "sample", make)
    files.update(drawn)
    return made


@pytest.fixture
def town() -> Iterator[Town]:
    with running(guide=["Mulai sebagai <b>Sari</b>.", "Lalu lihat grup."]) as box:
        town = Town(box)
        yield town
        town.over.set()
        town.bot.join(PATIENCE)
