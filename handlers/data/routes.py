"""/data KODE: what is held about a household, for a person who asks (UU 27/2022: to see, correct and erase)."""

from __future__ import annotations

from typing import Any

from telegram.ext import BaseHandler

from handlers.cards import code_link
from handlers.data import card
from handlers.data.buttons import Erase, FullPdf, Held, HoldOff, Pdf
from handlers.data.erase import on_erase
from handlers.data.export import on_full_pdf, on_pdf
from handlers.kit import format as fmt
from handlers.kit import parse
from handlers.kit.endpoint import command, press
from handlers.kit.policy import only
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from storage import erasing, houses
from storage.errors import Stale
from storage.people import RoleName

_ADMIN = only(RoleName.ADMIN)
_MAY = only(RoleName.ADMIN, RoleName.VERIFIER)


def on_data(request: Request) -> None:
    """The card of a house; without a code it is asked for. Another area's house is answered as one that is not there.
    """
    _, _, typed = request.text.partition(" ")
    if not typed.strip():
        request.say(request.t("data.ask"))
        return
    code = parse.house_code(typed)
    house = houses.by_code(request.session, code)
    if house is None or not card.may(request, house):
        raise Refusal("open.no_house", code=code)
    card.show(request, house)


def on_held(request: Request) -> None:
    """The card again."""
    button = request.button
    assert isinstance(button, Held)
    card.show(request, card.reach(request, button.house_id))


def on_hold_off(request: Request) -> None:
    """The announced erasure waits; an old button shows what is true now."""
    button = request.button
    assert isinstance(button, HoldOff)
    house = card.reach(request, button.house_id)
    try:
        until = erasing.hold_off(request.session, button.house_id, button.version, request.now, by=request.me.id)
    except Stale:
        request.toast(request.label("refuse.old_button"))
        card.show(request, houses.get(request.session, button.house_id))
        return
    day = fmt.date(until.astimezone(request.runtime.zone).date(), request.locale)
    request.edit(request.t("data.held_off", code=code_link(request, house), date=day), card.back(request, house))


ROUTES: list[BaseHandler[Any, Any, Any]] = [
    command("data", on_data, allow=_MAY),
    press(Held, on_held, allow=_MAY),
    press(Pdf, on_pdf, allow=_MAY),
    press(FullPdf, on_full_pdf, allow=_ADMIN),
    press(Erase, on_erase, allow=_ADMIN),
    press(HoldOff, on_hold_off, allow=_ADMIN),
]
