"""The house as a verifier sees it, with what can be done about it."""

from __future__ import annotations

from markupsafe import Markup

from handlers.album import show_house_album
from handlers.cards import code_link, show_personal
from handlers.kit.buttons import Press, Rows
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.verification.buttons import Approve, Menu, Next, Open, Refuse, Return, Skip
from handlers.verification.queues import QUEUES, areas
from storage import households, houses
from storage.houses import House, HouseState
from storage.people import Person, RoleName

_CODES = 3


def reach(request: Request, house_id: int) -> House:
    """The house, if it lies in one of this verifier's kecamatan.

    Raises:
        Refusal: it does not.
    """
    house = houses.get(request.session, house_id)
    if not request.me.covers(RoleName.VERIFIER, house.kecamatan_code):
        raise Refusal("verify.other_area")
    return house


def show(request: Request, house: House) -> None:
    """The card with personal data and the buttons that fit its state, then the photos."""
    show_personal(request, house, _steps(request, house), below=_twins(request, house))
    show_house_album(request, house)


def _steps(request: Request, house: House) -> Rows:
    number, version = house.id or 0, house.version
    if house.state != HouseState.REGISTERED:
        return next_steps(request, number)
    return [
        [Press(request.label("verify.button.approve"), Approve(number, version))],
        [Press(request.label("verify.button.return"), Return(number, version)),
         Press(request.label("verify.button.refuse"), Refuse(number, version))],
        [Press(request.label("verify.button.skip"), Skip(number))],
    ]


def _twins(request: Request, house: House) -> Markup | None:
    """Other houses under the same NIK: for the verifier to judge."""
    family = households.of_house(request.session, house.id or 0)
    if family is None:
        return None
    found = [number for number in households.twins(request.session, family) if number != house.id]
    if not found:
        return None
    codes = ", ".join(houses.codes_of(request.session, found[:_CODES]))
    return request.t("house.warn", text=request.t("house.same_nik", codes=codes))


def next_steps(request: Request, after: int) -> Rows:
    """After a house: the next one that waits, and the queues."""
    waiting = houses.oldest(request.session, HouseState.REGISTERED, areas(request), after=after)
    rows: Rows = [[Press(request.label("verify.button.next"), Next(after))]] if waiting is not None else []
    return [*rows, [Press(request.label("verify.button.menu"), Menu())]]


def faster(request: Request, house: House) -> Refusal:
    """Who was faster, and what is true now; nothing about the family."""
    verifier = request.session.get(Person, house.verifier_id) if house.verifier_id else None
    state = request.label(f"state.{house.state}")
    if verifier is None or verifier.id == request.me.id:
        return Refusal("verify.decided", code=house.code, state=state)
    return Refusal("verify.decided_by", code=house.code, state=state, name=verifier.name)


def decided(request: Request, house: House) -> Markup:
    """The same in place of a card."""
    said = faster(request, house)
    return request.t(said.key, **said.values | {"code": code_link(request, house)})


def menu(request: Request) -> tuple[Markup, Rows]:
    """The queues as buttons; where nothing waits, that is said."""
    queues = [queue for queue in (make(request) for make in QUEUES) if queue.count]
    if not queues:
        return request.t("verify.nothing"), [[Press(request.label("verify.button.again"), Menu())]]
    return request.t("verify.menu"), [[Press(queue.label, queue.button)] for queue in queues]


def collapse(request: Request, text: Markup, house_id: int) -> None:
    """A press makes its own card a line without personal data, with the way to open it again."""
    request.edit(join([text]), [[Press(request.label("verify.button.reopen"), Open(house_id))]])
