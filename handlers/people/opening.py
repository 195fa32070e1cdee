"""A house code, typed or in a link, opens the house for those who may see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from telegram.ext import BaseHandler

from handlers.kit import parse
from handlers.kit.buttons import Button
from handlers.kit.endpoint import press
from handlers.kit.policy import members
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from storage import houses
from storage.houses import House

Opener = Callable[[Request, House], bool]
OPENERS: list[Opener] = []


def opener(function: Opener) -> Opener:
    """Register a way to show a house: it checks the right to see it, answers and returns True, or returns False.

    They are asked in the order of their registration: one that has less to say than another returns False for
    those whom the other serves.
    """
    OPENERS.append(function)
    return function


def code_in(text: str) -> str | None:
    """The house code that a text consists of, as it is stored."""
    try:
        return parse.house_code(text)
    except Refusal:
        return None


@dataclass(frozen=True)
class OpenHouse(Button):
    """A house, as its code would open it."""

    code = "ph"
    house_id: int


def on_open(request: Request) -> None:
    """Open it in whatever way this person may see it now."""
    button = request.button
    assert isinstance(button, OpenHouse)
    open_by_code(request, houses.get(request.session, button.house_id).code)


def open_by_code(request: Request, code: str) -> None:
    """Show the house. One that is not there and one that may not be seen get the same answer."""
    house = houses.by_code(request.session, code)
    if house is None or not any(show(request, house) for show in OPENERS):
        request.say(request.t("open.no_house", code=code))


ROUTES: list[BaseHandler[Any, Any, Any]] = [press(OpenHouse, on_open, allow=members())]
