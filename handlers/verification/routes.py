"""Verifying (/verifikasi): the queues, a house, and the way into each decision."""

from __future__ import annotations

from typing import Any

from telegram.ext import BaseHandler

from handlers.cards import code_link
from handlers.kit.endpoint import command, press
from handlers.kit.filling import start
from handlers.kit.form import Form
from handlers.kit.policy import only
from handlers.kit.request import Request
from handlers.people.opening import opener
from handlers.verification import card, decisions
from handlers.verification.buttons import Approve, Menu, Next, Open, Refuse, Return, Skip
from handlers.verification.queues import areas
from storage import houses
from storage.houses import House, HouseState
from storage.people import RoleName

_MAY = only(RoleName.VERIFIER)


def on_verify(request: Request) -> None:
    """What waits, as a new message or in place of the card that was pressed."""
    text, rows = card.menu(request)
    request.edit(text, rows)


def on_next(request: Request) -> None:
    """The next house that waits; behind the last one the queues."""
    button = request.button
    assert isinstance(button, Next)
    _show_next(request, button.after)


def _show_next(request: Request, after: int) -> None:
    house = houses.oldest(request.session, HouseState.REGISTERED, areas(request), after=after)
    if house is None and after:
        request.toast(request.label("verify.last"))
    if house is None:
        text, rows = card.menu(request)
        request.say(text, rows)
        return
    card.show(request, house)


def on_skip(request: Request) -> None:
    """Leave it for later: the card becomes a line, the next house comes."""
    button = request.button
    assert isinstance(button, Skip)
    house = card.reach(request, button.house_id)
    card.collapse(request, request.t("verify.skipped", code=code_link(request, house)), button.house_id)
    _show_next(request, button.house_id)


def on_open(request: Request) -> None:
    """One house, in whatever state it is."""
    button = request.button
    assert isinstance(button, Open)
    card.show(request, card.reach(request, button.house_id))


def on_decide(request: Request) -> None:
    """Begin a decision, if the house is still as it was shown."""
    button = request.button
    assert isinstance(button, Approve | Return | Refuse)
    house = card.reach(request, button.house_id)
    if house.state != HouseState.REGISTERED:
        request.toast(request.label("refuse.old_button"))
        request.edit(card.decided(request, house), card.next_steps(request, button.house_id))
    elif house.version != button.version:
        request.toast(request.label("verify.changed", code=house.code), alert=True)
        card.show(request, house)
    else:
        start(request, _FORMS[type(button)], subject=button.house_id, fresh=True,
              preset=decisions.begin(request, house))


_FORMS: dict[type, Form] = {Approve: decisions.APPROVE, Return: decisions.RETURN, Refuse: decisions.REFUSE}


def show_to_verifier(request: Request, house: House) -> bool:
    """A house opened by its code."""
    if not request.me.covers(RoleName.VERIFIER, house.kecamatan_code):
        return False
    card.show(request, house)
    return True


opener(show_to_verifier)

ROUTES: list[BaseHandler[Any, Any, Any]] = [
    command("verifikasi", on_verify, allow=_MAY),
    press(Menu, on_verify, allow=_MAY),
    press(Next, on_next, allow=_MAY),
    press(Skip, on_skip, allow=_MAY),
    press(Open, on_open, allow=_MAY),
    press(Approve, on_decide, allow=_MAY),
    press(Return, on_decide, allow=_MAY),
    press(Refuse, on_decide, allow=_MAY),
]
