"""What became of a house, for whoever registered it: each step with its day, and the partner; nobody's data."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from telegram.ext import BaseHandler

from handlers.cards import code_link
from handlers.kit import format as fmt
from handlers.kit.buttons import Press
from handlers.kit.endpoint import press
from handlers.kit.policy import only
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.registration.buttons import Mine, Story
from storage import houses, mine
from storage.events import Event
from storage.houses import HELD, House, HouseState
from storage.people import RoleName

_NOTED = (HouseState.RETURNED, HouseState.INELIGIBLE)


def on_story(request: Request) -> None:
    """The steps as a message of their own: the card with the family stays as it is."""
    button = request.button
    assert isinstance(button, Story)
    house = houses.get(request.session, button.house_id)
    if not request.me.has(RoleName.ADMIN) and house.surveyor_id != request.me.id:
        raise Refusal("house.not_yours")
    lines = [_line(request, event, partner) for event, partner in mine.steps(request.session, button.house_id)]
    if house.note and house.state in _NOTED:
        lines.append(request.t("riwayat.note", note=house.note))
    request.say(join([request.t("riwayat.title", code=code_link(request, house)), join(lines)], "\n\n"),
                [[open_again(request, house)]])


def open_again(request: Request, house: House) -> Press:
    """Back to the card."""
    return Press(request.label("verify.button.open", code=house.code), Mine(house.id or 0))


def _line(request: Request, event: Event, partner: str | None) -> Markup:
    day = fmt.date(event.at.astimezone(request.runtime.zone).date(), request.locale)
    return request.t("riwayat.line", day=day, what=request.t(f"riwayat.{_step(event)}", name=partner or "–"))


def _step(event: Event) -> str:
    """A stage by its name; the two that a house comes back to are told apart by where it came from."""
    stage, before = HouseState(event.kind.removeprefix("house.")), event.data.get("before")
    if stage == HouseState.ELIGIBLE and before in HELD:
        return "released"
    if stage == HouseState.REGISTERED and before is not None:
        return "corrected" if before == HouseState.RETURNED else "again"
    return stage.value


ROUTES: list[BaseHandler[Any, Any, Any]] = [
    press(Story, on_story, allow=only(RoleName.SURVEYOR, RoleName.ADMIN)),
]
