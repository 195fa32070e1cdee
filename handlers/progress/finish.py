"""The partner says that the work is done: with a photo of each view that the house was registered with, from there."""

from __future__ import annotations

from functools import partial
from typing import Any

from markupsafe import Markup

from handlers.album import show_captioned
from handlers.claims import told
from handlers.claims.access import own_claim
from handlers.kit.buttons import Press
from handlers.kit.filling import start
from handlers.kit.form import Answers, Filling, Form, Question, Takes, register
from handlers.kit.notes import note
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.progress.buttons import Finish, Inspect
from handlers.progress.card import claim_card, rows_of
from handlers.progress.proof import before_words, views_before
from handlers.progress.report import fresh_claim, show_photos, to_card, workable
from handlers.registration.photo_places import distance
from storage import claims, households, houses, partners, photos, progress
from storage.alike import metres_between
from storage.errors import Refused
from storage.houses import HouseState
from storage.photos import PhotoKind, PhotoPurpose

_VIEWS = "views"
"""A note in the answers: the kinds of photos that are asked for."""


def on_finish(request: Request) -> None:
    """Ask for the proof. A button from before there was any leads here, too."""
    button = request.button
    assert isinstance(button, Finish)
    claim, house = own_claim(request, button.claim_id)
    if fresh_claim(request, claim, house, button.version):
        start(request, FORM, subject=button.claim_id)


def may_finish(request: Request, claim_id: int) -> None:
    """The work has begun, and goes on.

    Raises:
        Refusal, Refused: not theirs, over, not begun, or it waits for a verifier.
    """
    _claim, house = workable(request, claim_id)
    if house.state == HouseState.CLAIMED:
        raise Refused("progress.not_begun", code=house.code)


def _begin(request: Request, claim_id: int) -> Answers:
    claim, _house = own_claim(request, claim_id)
    return {_VIEWS: [str(kind) for kind in views_before(request, claim.house_id)] or [str(PhotoKind.FRONT)]}


def _wanted(kind: PhotoKind, answers: Answers) -> bool:
    return kind in answers.get(_VIEWS, [])


def _values(kind: PhotoKind, filling: Filling) -> dict[str, Any]:
    request = filling.request
    claim, house = own_claim(request, filling.draft.subject_id)
    there = kind in views_before(request, claim.house_id)
    return {"code": house.code, "how": request.t("progres.finish.same_view") if there else Markup()}


def _show_before(kind: PhotoKind, filling: Filling) -> None:
    """The photo of before lies below the question; where several were answered at once, only the last one's comes."""
    request = filling.request
    claim, _house = own_claim(request, filling.draft.subject_id)
    found = views_before(request, claim.house_id).get(kind)
    if found is not None:
        show_captioned(request, [(found, before_words(request, kind))], slot="before")


def _photo(kind: PhotoKind) -> Question:
    return Question(f"photo_{kind}", Takes.PHOTO, show=show_photos, when=partial(_wanted, kind),
                    values=partial(_values, kind), view=kind, beside=partial(_show_before, kind))


def _metres(filling: Filling, place: Any) -> int | None:
    """How far a place is from the house's pin; None where the family's data was erased."""
    claim, _house = own_claim(filling.request, filling.draft.subject_id)
    family = households.of_house(filling.request.session, claim.house_id)
    return metres_between(family.lat, family.lon, *place) if family is not None else None


def _show_pin(filling: Filling, place: Any) -> str:
    metres, request = _metres(filling, place), filling.request
    if metres is None:
        return request.label("progres.finish.pin_taken")
    return request.label("progres.finish.pin", distance=distance(metres, request.locale))


def _code(filling: Filling) -> dict[str, Any]:
    return {"code": own_claim(filling.request, filling.draft.subject_id)[1].code}


def _finish(filling: Filling) -> None:
    request, answers, draft = filling.request, filling.answers, filling.draft
    claim_id = draft.subject_id
    for question in FORM.applicable(answers):
        # Every one of its photos was refused meanwhile: there is no picture of that view.
        if question.view is not None and not photos.counting(request.session, answers.get(question.key) or []):
            raise Refusal("refuse.want_photo")
    row = progress.report_finished(request.session, claim_id, request.now, by=request.me.id, note=answers.get("note"),
                                   pin_metres=_metres(filling, answers["pin"]), rules=request.runtime.rules)
    claim = claims.get(request.session, claim_id)
    house = houses.get(request.session, claim.house_id)
    photos.attach(request.session, draft.id or 0, claim.house_id, row.id)
    partner = partners.get(request.session, claim.partner_id)
    told.tell(request, told.judges_of(request, house, claim.partner_id), "progres.told.finished",
              lambda theirs: Press(theirs.label("progres.button.inspect"), Inspect(claim_id)),
              code=house.code, name=partner.name)
    request.edit(join([request.t("progres.finish.done"), claim_card(request, claim, house)], "\n\n"),
                 rows_of(request, claim, house))


FORM = register(Form("finish", (
    *(_photo(kind) for kind in PhotoKind),
    Question("pin", Takes.PIN, show=_show_pin, values=_code),
    Question("note", parse=note, optional=True),
), _finish, may_finish, extra={"photos": PhotoPurpose.PROGRESS}, begin=_begin, after=to_card,
    save="progres.button.send_finish"))
