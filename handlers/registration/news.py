"""Whoever registered a house hears what becomes of it, until they turn that off on /rumahsaya.

News carries the code, the place, the partner and the stage: nothing about the family, for it stays in the chat.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlmodel import Session

from handlers.cards import code_link, place_of
from handlers.claims.told import codes
from handlers.kit.buttons import Press
from handlers.kit.request import Request
from handlers.kit.texts import Texts
from handlers.people.opening import OpenHouse
from handlers.registration.buttons import MyHouses
from storage import people
from storage.houses import House
from storage.people import Person


def tell_surveyor(
    request: Request, house: House, key: str, button: Callable[[Texts], Press] | None = None,
    *, besides: Collection[Person] = (), **values: Any,
) -> None:
    """Tell whoever registered the house, in their language.

    Not those who did it themselves, hold no role any more, turned the news off, or are among ``besides`` (they hear
    of it anyway, as admins say). The text may use ``code`` and ``place`` besides ``values``, which may be functions
    of the reader's texts. ``button``: the next step; without it, the house is opened.
    """
    person = request.session.get(Person, house.surveyor_id)
    if person is not None and _listens(request, person) and person.id not in {one.id for one in besides} \
            and people.roles_of(request.session, house.surveyor_id):
        _tell(request, person, house, key, button, values)


def tell_surveyors(request: Request, found: Sequence[House], one: str, many: str, **values: Any) -> None:
    """The same for many houses at once: one message a surveyor, however many of the houses are theirs.

    ``one``: the message about a single house, as for :func:`tell_surveyor`; ``many``: about several, with their
    number ``n`` and the first ``codes``.
    """
    for person, mine in listeners(request.session, found):
        if not _listens(request, person):
            continue
        if len(mine) == 1:
            _tell(request, person, mine[0], one, None, values)
            continue
        request.tell(person, many, lambda texts: [[Press(texts.label("rumahku.button.list"), MyHouses("-", 0, 0))]],
                     n=len(mine), codes=codes(mine), **values)


def listeners(session: Session, found: Sequence[House]) -> list[tuple[Person, list[House]]]:
    """Whoever registered some of the houses and wants to hear of them, with those that are theirs."""
    theirs: dict[int, list[House]] = {}
    for house in found:
        theirs.setdefault(house.surveyor_id, []).append(house)
    roles = people.roles_of_all(session, list(theirs))
    return [(person, theirs[person.id or 0]) for person in people.some(session, list(theirs))
            if person.house_news and person.id in roles]


def _listens(request: Request, person: Person) -> bool:
    return person.house_news and (request.member is None or person.id != request.me.id)


def _tell(
    request: Request, person: Person, house: House, key: str, button: Callable[[Texts], Press] | None,
    values: dict[str, Any],
) -> None:
    def opens(texts: Texts) -> Press:
        return Press(texts.label("verify.button.open", code=house.code), OpenHouse(house.id or 0))

    request.tell(person, key, lambda texts: [[(button or opens)(texts)]],
                 **{"code": code_link(request, house), "place": place_of(request, house)} | values)
