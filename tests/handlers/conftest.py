"""The worlds in which conversations are held, on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage.people import RoleName
from storage.store import Store
from tests.handlers.stage import Stage
from tests.world import Actor, World


@pytest.fixture
def world(database: Store) -> Iterator[World]:
    """A store, the routes and a recording Telegram, with nobody in it."""
    made = World(database)
    yield made
    made.close()


@pytest.fixture
def admin(world: World) -> Actor:
    """An admin of that world."""
    return world.actor("Asih", 2**33 + 1, RoleName.ADMIN)


@pytest.fixture
def stage(database: Store) -> Iterator[Stage]:
    """A world with the whole cast in it."""
    made = Stage(database)
    yield made
    made.world.close()


@pytest.fixture
def code(stage: Stage) -> str:
    """A house that Baznas has claimed."""
    found = stage.houses(1)[0]
    stage.claimed(found, stage.quota("Baznas"))
    return found
