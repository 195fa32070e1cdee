"""The queue of new houses: by kecamatan, oldest or neediest first, and the next one that nobody else holds."""

from __future__ import annotations

from markupsafe import Markup

from handlers.kit.buttons import Press, Rows, grid
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.verification import card
from handlers.verification.buttons import Area, Menu, Next, Queues, Several, Skip
from handlers.verification.hold import take
from handlers.verification.queues import QUEUES
from handlers.verification.walk import EVERYWHERE, Walk, along, areas, reach, walk_of
from storage import holding, houses, regions
from storage.holding import Order, Place
from storage.houses import House, HouseState

_TRIES = 5


def on_verify(request: Request) -> None:
    """What waits, as a new message or in place of the card that was pressed."""
    button = request.button
    request.edit(*menu(request, walk_of(button.walk) if isinstance(button, Queues) else Walk()))


def menu(request: Request, walk: Walk) -> tuple[Markup, Rows]:
    """The kecamatan with the number of houses that wait in each, and the other queues."""
    counts = _counts(request, areas(request))
    others = [queue for queue in (make(request) for make in QUEUES) if queue.count]
    rows: Rows = []
    if counts:
        rows.append([Press(request.label("verify.queue.all", count=sum(counts.values())),
                           Next(str(walk.everywhere()), 0, 0))])
        names = {one.code: one.name for one in regions.all_kecamatan(request.session)}
        rows += grid([Press(request.label("verify.queue.area", name=names[code], count=counts[code]),
                            Area(str(Walk(walk.order, code)))) for code in sorted(counts, key=names.__getitem__)])
    rows += [[Press(queue.label, queue.button)] for queue in others]
    if not rows:
        return request.t("verify.nothing"), [[Press(request.label("verify.button.again"), Menu())]]
    if counts:
        rows.append([Press(_order(request, walk.turned()), Queues(str(walk.turned())))])
    return join([request.t("verify.menu"), *([_ordered(request, walk)] if counts else [])]), rows


def on_area(request: Request) -> None:
    """One kecamatan."""
    button = request.button
    assert isinstance(button, Area)
    request.edit(*area(request, walk_of(button.walk)))


def area(request: Request, walk: Walk) -> tuple[Markup, Rows]:
    """What waits in the kecamatan of a walk, and how to go through it."""
    count = sum(_counts(request, along(request, walk)).values())
    name = next((one.name for one in regions.all_kecamatan(request.session) if one.code == walk.area), None)
    rows: Rows = []
    if count:
        rows.append([Press(request.label("verify.button.take"), Next(str(walk), 0, 0))])
        if walk.area != EVERYWHERE:
            rows.append([Press(request.label("verify.button.several"), Several(str(walk)))])
        rows.append([Press(_order(request, walk.turned()), Area(str(walk.turned())))])
    rows.append([Press(request.label("verify.button.menu"), Queues(str(walk.everywhere())))])
    title = request.t("verify.area", n=count, name=name or request.label("verify.everywhere"))
    return join([title, *([_ordered(request, walk)] if count else [])]), rows


def _counts(request: Request, kecamatan: list[str] | None) -> dict[str, int]:
    return houses.count_by_kecamatan(request.session, HouseState.REGISTERED, kecamatan)


def _order(request: Request, walk: Walk) -> str:
    """The label of the button that turns the order."""
    return request.label("verify.order.neediest" if walk.order == Order.NEEDIEST else "verify.order.oldest")


def _ordered(request: Request, walk: Walk) -> Markup:
    return request.t("verify.ordered.neediest" if walk.order == Order.NEEDIEST else "verify.ordered.oldest")


def on_next(request: Request) -> None:
    """The next house of the walk that is free; behind the last one the queues."""
    button = request.button
    assert isinstance(button, Next)
    show_next(request, walk_of(button.walk), Place(button.rank, button.last) if button.last else None)


def show_next(request: Request, walk: Walk, after: Place | None, but: int = 0) -> None:
    """Take the first free house behind a place of the walk, and show it."""
    house = _take(request, walk, after, but)
    if house is not None:
        card.show_taken(request, house, walk)
        return
    if after is not None or but:
        request.toast(request.label("verify.last"))
    elif _counts(request, along(request, walk)):
        request.toast(request.label("verify.all_held"), alert=True)
    text, rows = menu(request, walk)
    request.say(text, rows)


def _take(request: Request, walk: Walk, after: Place | None, but: int) -> House | None:
    kecamatan = along(request, walk)
    for _ in range(_TRIES):  # somebody else may take it between the look and the hold
        house = holding.first(request.session, kecamatan, request.me.id, request.now, walk.order, after=after, but=but)
        if house is None or take(request, house):
            return house
    return None


def on_skip(request: Request) -> None:
    """Leave it for later: the card becomes a line, others may take the house, the next one comes."""
    button = request.button
    assert isinstance(button, Skip)
    house = reach(request, button.house_id)
    walk, after = walk_of(button.walk), place_of(request, house)
    holding.give_back(request.session, button.house_id, request.me.id)
    card.collapse(request, house)
    show_next(request, walk, after, but=button.house_id)


def place_of(request: Request, house: House) -> Place | None:
    """Where the walk goes on behind a house; at the top when the house was offered before all others."""
    kept = house.taken_by == request.me.id and house.taken_until is not None \
        and house.taken_until - request.now > request.runtime.rules.hold
    return None if kept else Place(house.priority, house.id or 0)
