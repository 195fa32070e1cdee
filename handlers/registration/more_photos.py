"""A form of one question: more photos of a house that is registered already."""

from __future__ import annotations

from sqlmodel import Session

from handlers.cards import code_link
from handlers.kit.buttons import Press, Rows
from handlers.kit.form import Filling, Form, Question, Takes, register
from handlers.kit.request import Request
from handlers.registration import photo_kinds
from handlers.registration.buttons import Mine
from handlers.registration.rights import may_change
from storage import houses, photos
from storage.drafts import Draft
from storage.events import record


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


def _of_house(session: Session, draft: Draft) -> list[int]:
    return [photo.id or 0 for photo in photos.of_house(session, draft.subject_id)]


PHOTO = register(Form(
    "photo",
    (Question("photos", Takes.PHOTO, show=photo_kinds.show, values=photo_kinds.wanted, below=photo_kinds.below),),
    _finish, may_change, after=open_mine, extra={"kinds": _of_house},
))
