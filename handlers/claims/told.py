"""Who else hears of a claim: the surveyor who found the house, the verifiers of its kecamatan, the partner's reps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from handlers.kit.buttons import Press, Rows
from handlers.kit.request import Request
from handlers.kit.texts import Texts, texts
from storage import people
from storage.houses import House
from storage.people import Person, RoleName

SHOWN_CODES = 10


def codes(houses: list[House]) -> str:
    """The first codes of many, for a message that stays short."""
    return ", ".join(house.code for house in houses[:SHOWN_CODES])


def tell(request: Request, who: Iterable[Person], key: str, button: Callable[[Texts], Press] | None = None,
         **values: Any) -> None:
    """The same news for some people, each once and in their language, but not for the one who caused it."""
    for person in {person.id: person for person in who}.values():
        if person.id != request.me.id:
            rows: Rows | None = [[button(texts(person.locale))]] if button else None
            request.tell(person, key, rows, **values)


def surveyor_of(request: Request, house: House) -> list[Person]:
    """The surveyor who found a house."""
    found = request.session.get(Person, house.surveyor_id)
    return [found] if found else []


def verifier_of(request: Request, house: House) -> list[Person]:
    """The verifier who approved a house."""
    found = request.session.get(Person, house.verifier_id) if house.verifier_id else None
    return [found] if found else []


def verifiers_for(request: Request, kecamatan: str) -> list[Person]:
    """Verifiers who look after a kecamatan; where there is none, the admins."""
    session = request.session
    found = people.holders(session, RoleName.VERIFIER)
    roles = {person.id: [role.id or 0 for role in people.roles_of(session, person.id or 0)
                         if role.name == RoleName.VERIFIER] for person in found}
    areas = people.areas_of(session, [number for numbers in roles.values() for number in numbers])
    covering = [person for person in found
                if any(number not in areas or kecamatan in areas[number] for number in roles[person.id])]
    return covering or people.holders(session, RoleName.ADMIN)


def reps_of(request: Request, partner_id: int) -> list[Person]:
    """The reps of a partner."""
    return people.holders(request.session, RoleName.PARTNER, partner_id)


def admins(request: Request) -> list[Person]:
    """The admins."""
    return people.holders(request.session, RoleName.ADMIN)
