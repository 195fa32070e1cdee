"""How verifiers work, step by step, on houses that stand in the store already."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from storage import houses, photos, registering
from storage.houses import House
from storage.people import RoleName
from storage.photos import Photo, PhotoKind, PhotoPurpose
from tests.builders import PAMULANG, SARI, make_house, person
from tests.world import Actor, World

VERA, WIRA = 2**33 + 2, 2**33 + 9


def verifiers(world: World, areas: list[str] | None = None) -> tuple[Actor, Actor]:
    """Vera and Wira."""
    return (world.actor("Vera", VERA, RoleName.VERIFIER, areas=areas),
            world.actor("Wira", WIRA, RoleName.VERIFIER, areas=areas))


def sari(world: World) -> Actor:
    """Who registered the houses."""
    world.store.run(lambda session: person(session, SARI))
    return Actor(world, SARI.name, SARI.telegram_id)


def house(world: World, kecamatan: str = PAMULANG, **values: Any) -> House:
    """A registered house; ``kinds``: photos that it has."""
    kinds: tuple[PhotoKind, ...] = values.pop("kinds", ())

    def make(session: Session) -> House:
        made = make_house(session, kecamatan, **values)
        for kind in kinds:
            session.add(Photo(person_id=made.surveyor_id, chat_id=1, purpose=PhotoPurpose.REGISTRATION,
                              house_id=made.id, file_id=f"f{made.id}{kind}", file_unique_id=f"u{made.id}{kind}",
                              received_at=world.now, kind=kind))
        session.flush()
        assert photos.count_of_house(session, made.id or 0) == len(kinds)
        return made

    return world.store.run(make)


def fresh(world: World, house_id: int | None = 1) -> House:
    """The house as it is now."""
    return world.store.run(lambda session: houses.get(session, house_id or 0))


def corrected(world: World, house_id: int | None = 1, **values: Any) -> None:
    """The surveyor corrects a house, without the chat."""
    def correct(session: Session) -> None:
        entry = registering.entry_of(session, houses.get(session, house_id or 0))
        assert entry is not None
        registering.correct_house(session, house_id or 0, replace(entry, **values), world.now,
                                  by=person(session, SARI).id or 0, dropped=[], draft_id=0)

    world.store.run(correct)


def approved(vera: Actor) -> None:
    """From the open card on."""
    vera.presses("Setujui")
    vera.presses("pagu kota")
    vera.presses("Ya, setujui")


def until(moment: datetime) -> str:
    """``08.15 WIB`` for a moment in UTC."""
    return f"{(moment.hour + 7) % 24:02d}.{moment.minute:02d} WIB"
