"""Who else hears of a claim: the verifiers of its kecamatan, the partner's reps, the admins.

The surveyor who found the house is told by :mod:`handlers.registration.news`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlmodel import Session

from handlers.kit.buttons import Press, Rows
from handlers.kit.request import Request
from handlers.kit.texts import Texts, texts
from storage import cofunding, people
from storage.claims import Claim
from storage.houses import House
from storage.people import Person, RoleName

SHOWN_CODES = 10


def codes(houses: Sequence[House]) -> str:
    """The first codes of many, for a message that stays short; ``…`` stands for the rest."""
    shown = [house.code for house in houses[:SHOWN_CODES]]
    return ", ".join([*shown, *(["…"] if len(houses) > SHOWN_CODES else [])])


def tell(request: Request, who: Iterable[Person], key: str, button: Callable[[Texts], Press] | None = None,
         **values: Any) -> None:
    """The same news for some people, each once and in their language, but not for the one who caused it."""
    for person in {person.id: person for person in who}.values():
        if person.id != request.me.id:
            rows: Rows | None = [[button(texts(person.locale))]] if button else None
            request.tell(person, key, rows, **values)


def verifier_of(request: Request, house: House) -> list[Person]:
    """The verifier who approved a house."""
    found = request.session.get(Person, house.verifier_id) if house.verifier_id else None
    return [found] if found else []


def judges_of(request: Request, house: House, partner_id: int) -> list[Person]:
    """Verifiers of the house's kecamatan who are no reps of the partner; where there is none, the admins."""
    involved = {person.id for person in reps_of(request, partner_id)}
    found = people.holders(request.session, RoleName.VERIFIER, kecamatan=house.kecamatan_code)
    return [person for person in found if person.id not in involved] or admins(request)


def reps_of(request: Request, partner_id: int) -> list[Person]:
    """The reps of a partner."""
    return people.holders(request.session, RoleName.PARTNER, partner_id)


def cofunders_of(session: Session, claim: Claim) -> list[Person]:
    """The reps of partners that add to a claim of another one (or did until it was over)."""
    numbers = {quota.partner_id for _part, quota in cofunding.payers(session, claim.id or 0)} - {claim.partner_id}
    return [person for number in sorted(numbers) for person in people.holders(session, RoleName.PARTNER, number)]


def admins(request: Request) -> list[Person]:
    """The admins."""
    return people.holders(request.session, RoleName.ADMIN)
