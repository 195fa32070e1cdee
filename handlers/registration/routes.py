"""Registering a house (/daftar), correcting it, sending more photos, opening one's own."""

from __future__ import annotations

from typing import Any

from telegram.ext import BaseHandler, MessageHandler, filters

from handlers.album import show_house_album
from handlers.cards import house_card, show_personal
from handlers.kit.buttons import Press, Rows
from handlers.kit.endpoint import command, endpoint, press
from handlers.kit.filling import start
from handlers.kit.policy import members, only
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.people.opening import opener
from handlers.registration import (
    fetched,  # noqa: F401 (what follows a file)
    house_form,
    more_photos,
    photo_kinds,
    sections,
    sent_back,
    sheet,
)
from handlers.registration.buttons import (
    Another,
    FillSection,
    Fix,
    Mine,
    MorePhotos,
    NamePhoto,
    NamePhotos,
    Sections,
    Story,
)
from handlers.registration.rights import may_change
from storage import houses
from storage.houses import House, HouseState
from storage.people import RoleName

_MAY = only(RoleName.SURVEYOR, RoleName.ADMIN)


def on_register(request: Request) -> None:
    """A new house, or on with the one that was begun."""
    start(request, house_form.HOUSE)


def on_fix(request: Request) -> None:
    """Open a returned house with its present values."""
    button = request.button
    assert isinstance(button, Fix)
    start(request, house_form.HOUSE, subject=button.house_id)


def on_more_photos(request: Request) -> None:
    """Ask for another photo of a house."""
    button = request.button
    assert isinstance(button, MorePhotos)
    start(request, more_photos.PHOTO, subject=button.house_id)


def on_mine(request: Request) -> None:
    """Open a house that one registered."""
    button = request.button
    assert isinstance(button, Mine)
    house = houses.get(request.session, button.house_id)
    if not request.me.has(RoleName.ADMIN) and house.surveyor_id != request.me.id:
        raise Refusal("house.not_yours")
    _show(request, house)


def show_own(request: Request, house: House) -> bool:
    """The card for who registered the house; for an admin, too. False for anybody else."""
    me = request.me
    if me.covers(RoleName.VERIFIER, house.kecamatan_code):
        return False  # a verifier's own card can do more
    if not me.has(RoleName.ADMIN) and not (me.has(RoleName.SURVEYOR) and house.surveyor_id == me.id):
        return False
    _show(request, house)
    return True


def _show(request: Request, house: House) -> None:
    show_personal(request, house, [*_steps(request, house), [Press(request.label("riwayat.button"),
                                                                   Story(house.id or 0))]])
    show_house_album(request, house)


def _steps(request: Request, house: House) -> Rows:
    number = house.id or 0
    rows: Rows = []
    if house.state == HouseState.RETURNED:
        rows.append([Press(request.label("house.button.fix"), Fix(number))])
    try:
        may_change(request, number)
    except Refusal:
        return rows
    return [*rows, [Press(request.label("section.button"), Sections(number))],
            [Press(request.label("photo.button.more"), MorePhotos(number))], *photo_kinds.of_house(request, number)]


def show_plain(request: Request, house: House) -> bool:
    """For other surveyors: that the house is known, without its people."""
    me = request.me
    if not me.has(RoleName.SURVEYOR) or me.has(RoleName.PARTNER) or me.covers(RoleName.VERIFIER, house.kecamatan_code):
        return False  # a partner's or verifier's own card of the house says more
    request.say(house_card(request, house, personal=False), house_form.another(request, 0))
    return True


opener(show_own)
opener(show_plain)

ROUTES: list[BaseHandler[Any, Any, Any]] = [
    command("daftar", on_register, allow=_MAY),
    command(["formulir", "form"], sheet.on_sheet, allow=_MAY),
    MessageHandler(filters.UpdateType.EDITED_MESSAGE & filters.ChatType.PRIVATE & sent_back.IS_SHEET,
                   endpoint(sent_back.on_edited, allow=members())),
    press(Another, on_register, allow=_MAY),
    press(Fix, on_fix, allow=_MAY),
    press(MorePhotos, on_more_photos, allow=_MAY),
    press(Mine, on_mine, allow=_MAY),
    press(Sections, sections.on_sections, allow=_MAY),
    press(FillSection, sections.on_fill, allow=_MAY),
    press(NamePhotos, photo_kinds.on_name, allow=_MAY),
    press(NamePhoto, photo_kinds.on_kind, allow=_MAY),
]
