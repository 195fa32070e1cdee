"""How a surveyor registers a house, step by step. The family is invented."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlmodel import col, select

from storage import drafts, people
from storage.households import Household
from storage.houses import House
from storage.people import RoleName
from tests.builders import history, make_house
from tests.world import Actor, Seen, World

SARI, VERA, TONO, ADMIN = 2**33 + 1, 2**33 + 2, 2**33 + 3, 2**33 + 4
NIK, OTHER_NIK = "3674064107800001", "3674061203850002"
NAME, ADDRESS = "Contoh Aminah", "Gg. Contoh No. 12"

Step = Callable[[Actor], Seen | None]
STEPS: dict[str, Step] = {
    "consent": lambda sari: sari.presses("Setuju"),
    "head_name": lambda sari: sari.says(NAME),
    "nik": lambda sari: sari.says(NIK),
    "pin": lambda sari: sari.pin(),
    "kecamatan": lambda sari: sari.presses("Pamulang"),
    "kelurahan": lambda sari: sari.presses("Benda Baru"),
    "address": lambda sari: sari.says(ADDRESS),
    "rt_rw": lambda sari: sari.says("3/1"),
    "photos": lambda sari: sari.photo(),
    "roof": lambda sari: sari.presses("4 Rusak"),
    "floor": lambda sari: sari.presses("3 Rusak"),
    "wall": lambda sari: sari.presses("5 Tidak"),
    "occupants": lambda sari: sari.says("6"),
    "area": lambda sari: sari.says("6 x 7,5"),
}


def surveyor(world: World, areas: list[str] | None = None) -> Actor:
    return world.actor("Sari", SARI, RoleName.SURVEYOR, areas=areas)


def verifier(world: World, areas: list[str] | None = None) -> Actor:
    return world.actor("Vera", VERA, RoleName.VERIFIER, areas=areas)


def fill(sari: Actor, *, until: str | None = None, **instead: Step) -> None:
    """``/daftar`` and the answers before ``until`` (all of them without it); ``instead`` replaces some steps.

    A house that may be known already is said to be another one, unless the question is the step asked for.
    """
    sari.says("/daftar")
    for key, step in (STEPS | instead).items():
        if key == until:
            return
        step(sari)
        if until != "same" and asking(sari.world, sari) == "same":
            sari.presses("Bukan, ini rumah lain")


def register(sari: Actor, **instead: Step) -> House:
    """The whole way: one more house."""
    fill(sari, **instead)
    sari.presses("Simpan")
    return newest(sari.world)


def newest(world: World) -> House:
    return world.store.run(lambda session: session.exec(select(House).order_by(col(House.id).desc())).first())


def family(world: World) -> Household:
    """Of the newest house."""
    return world.store.run(lambda session: session.exec(
        select(Household).order_by(col(Household.house_id).desc())).first())


def all_houses(world: World) -> list[House]:
    return world.store.run(lambda session: list(session.exec(select(House).order_by(col(House.id)))))


def answers(world: World, actor: Actor) -> dict[str, Any] | None:
    """What stands in the newest draft; None when there is none."""

    def read(session: Any) -> dict[str, Any] | None:
        person = people.by_telegram(session, actor.id)
        draft = drafts.current(session, person.id) if person else None
        return drafts.read(session, draft) if draft else None

    return world.store.run(read)


def asking(world: World, actor: Actor) -> str | None:
    def read(session: Any) -> str | None:
        person = people.by_telegram(session, actor.id)
        draft = drafts.current(session, person.id) if person else None
        return draft.asking if draft else None

    return world.store.run(read)


def restarted(world: World, *actors: Actor) -> list[Actor]:
    """The process died and another one started on the same store; the chats are as they were."""
    world.close()
    after = World(world.store)
    for name in ("now", "ids", "update_ids", "chats", "groups", "sent", "calls"):
        setattr(after, name, getattr(world, name))
    return [replace(actor, world=after) for actor in actors]


def several(world: World, *kecamatan: str) -> list[House]:
    """Registered houses, one in each of these kecamatan."""
    return world.store.run(lambda session: [make_house(session, code) for code in kecamatan])


def kinds(world: World, house_id: int) -> list[str]:
    """What happened to a house, newest first."""
    return world.store.run(lambda session: [event.kind for event in history(session, house_id)])
