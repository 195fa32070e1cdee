"""A form of one question: more photos of a house that is registered already."""

from __future__ import annotations

from handlers.cards import code_link
from handlers.kit.buttons import Press, Rows
from handlers.kit.form import Filling, Form, Question, Takes, register
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.registration.buttons import Mine
from storage import houses, photos
from storage.events import record
from storage.houses import HouseState
from storage.people import RoleName

_OVER = (HouseState.HANDED_OVER, HouseState.WITHDRAWN, HouseState.DUPLICATE)


def may(request: Request, subject: int) -> None:
    """Who registered the house, or an admin, until its life in the programme is over.

    Raises:
        Refusal: it is not theirs, or over.
    """
    if not request.me.has(RoleName.SURVEYOR, RoleName.ADMIN):
        raise Refusal("refuse.role")
    house = houses.get(request.session, subject)
    if not request.me.has(RoleName.ADMIN) and house.surveyor_id != request.me.id:
        raise Refusal("house.not_yours")
    if house.state in _OVER:
        raise Refusal("house.over", code=house.code, state=request.label(f"state.{house.state}"))


def _finish(filling: Filling) -> None:
    request, draft = filling.request, filling.draft
    house = houses.get(request.session, draft.subject_id)
    added = photos.attach(request.session, draft.id or 0, draft.subject_id)
    record(request.session, "house.photos_added", request.now, actor=request.me.id, house=house.id, photos=added)
    request.edit(request.t("photo.added", code=code_link(request, house)), open_mine(request, draft.subject_id))


def open_mine(request: Request, subject: int) -> Rows:
    """Back to the house."""
    house = houses.get(request.session, subject)
    return [[Press(request.label("verify.button.open", code=house.code), Mine(subject))]]


PHOTO = register(Form(
    "photo",
    (Question("photos", Takes.PHOTO, show=lambda filling, value: filling.request.label("house.photos", n=len(value))),),
    _finish, may, after=open_mine,
))
