"""What the photos of a house show: told after each photo, and said of those of which nothing is known yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from handlers.album import say_below, show_one
from handlers.kit.buttons import Press, Rows, grid
from handlers.kit.form import FORMS, Filling, Form, Resume
from handlers.kit.photo_kinds import counting, knows_kinds, missing, note_missing, note_said, photo_question
from handlers.kit.request import Request
from handlers.registration.buttons import Mine, NamePhoto, NamePhotos, PhotosOf, Round
from handlers.registration.rights import may_change
from storage import drafts, photos
from storage.drafts import Draft
from storage.events import record
from storage.photos import Photo, PhotoKind

_SPARE = 2
"""So many parts are named beside the one that is asked for, as what else may come."""


def show(filling: Filling, value: Any) -> str:
    """``3 foto (depan, atap, 1 tanpa keterangan)``."""
    request = filling.request
    found = photos.counting(request.session, list(value))
    parts = [text if n == 1 else f"{n} {text}" for kind, n in _counted(found)
             if (text := request.label(f"photo.short.{kind}"))]
    silent = sum(one.kind is None for one in found)
    if silent:
        parts.append(request.label("photo.unnamed", n=silent))
    count = request.label("house.photos", n=len(found))
    return f"{count} ({', '.join(parts)})" if parts else count


def _counted(found: list[Photo]) -> list[tuple[PhotoKind, int]]:
    counts = Counter(one.kind for one in found)
    return [(kind, counts[kind]) for kind in PhotoKind if counts[kind]]


def wanted(filling: Filling) -> dict[str, Any]:
    """What the question names: the kind that is missing, or else what is still of use."""
    request, form = filling.request, FORMS[filling.draft.form]
    there = counting(request.session, form, filling.draft, filling.answers)
    left = missing(there, request.runtime.rules)
    seen = {one.kind for one in there}
    others = [kind for kind in PhotoKind if kind not in (*seen, *left, PhotoKind.OTHER)]
    return {"wanted": request.label(f"photo.wanted.{left[0] if left else 'more'}"),
            "others": ", ".join(request.label(f"photo.short.{kind}") for kind in (*left[1:], *others)[:_SPARE])
            or request.label("photo.short.other")}


def below(filling: Filling) -> Rows:
    """The way to say what photos show, where one of them has no word on it."""
    form = FORMS[filling.draft.form]
    question = photo_question(form)
    sent = photos.counting(filling.request.session, (filling.answers.get(question.key) or []) if question else [])
    return name_row(filling.request, sent, NamePhotos(PhotosOf.DRAFT, filling.draft.id or 0, 0, Round.UNNAMED))


def of_house(request: Request, house_id: int) -> Rows:
    """The same on a house's card."""
    found = photos.of_house(request.session, house_id)
    return name_row(request, found, NamePhotos(PhotosOf.HOUSE, house_id, 0, Round.UNNAMED))


def name_row(request: Request, found: list[Photo], button: NamePhotos) -> Rows:
    """One button, if there is anything to say."""
    if all(one.kind is not None for one in found):
        return []
    return [[Press(request.label("photo.button.name"), button)]]


@dataclass(frozen=True)
class _Place:
    """Where photos stand: in an open form, or with a house."""

    of: PhotosOf
    number: int
    found: list[Photo]
    keep: Callable[[Photo], None]


def _place(request: Request, button: NamePhotos | NamePhoto) -> _Place | None:
    """The photos behind a button, if this person may say what they show; the draft is held then.

    Raises:
        Refusal, Refused: the house is not theirs, or over.
    """
    number = button.number
    if button.of == PhotosOf.HOUSE:
        may_change(request, number)
        forms = [(one, FORMS[one.form]) for one in drafts.about(request.session, number, only=("house", "photo"))]
        found = photos.of_house(request.session, number)
        return _Place(button.of, number, found, lambda photo: _keep(request, photo, forms))
    draft = drafts.get(request.session, number)
    form = FORMS.get(draft.form) if draft is not None else None
    if draft is None or form is None or not knows_kinds(form) or draft.person_id != request.me.id:
        request.toast(request.label("form.gone"), alert=True)
        return None
    form.may(request, draft.subject_id)
    question = photo_question(form)
    sent = drafts.read(request.session, draft).get(question.key) if question else None
    found = photos.counting(request.session, sent or [])
    return _Place(button.of, number, found, lambda photo: _keep(request, photo, [(draft, form)]))


def _keep(request: Request, photo: Photo, forms: list[tuple[Draft, Form]]) -> None:
    """A photo has got its kind: what the forms about it still miss changes with it."""
    session = request.session
    session.add(photo)
    session.flush()
    if photo.house_id is not None:
        record(session, "house.photo_kind", request.now, actor=request.me.id, house=photo.house_id, photo=photo.id,
               photo_kind=photo.kind)
    for draft, form in forms:
        answers = drafts.read(session, draft)
        note_said(answers, [photo.id or 0])
        note_missing(session, form, draft, answers, request.runtime.rules)
        drafts.write(session, draft, answers, request.now if draft.person_id == request.me.id else draft.touched_at)


def on_name(request: Request) -> None:
    """Show the next photo of which nothing is said (or, on a second round, the next of all)."""
    button = request.button
    assert isinstance(button, NamePhotos)
    place = _place(request, button)
    if place is not None:
        _show_next(request, place, button.after, button.round)


def on_kind(request: Request) -> None:
    """One photo shows this; on to the next. An old press changes nothing, and is told so."""
    button = request.button
    assert isinstance(button, NamePhoto)
    place = _place(request, button)
    if place is None:
        return
    photo = next((one for one in place.found if one.id == button.photo_id), None)
    if photo is None:
        request.toast(request.label("photo.gone"), alert=True)
    elif (photo.kind or "") != button.was:
        request.toast(request.label("photo.named_before"))
    elif photo.kind != button.kind:
        photo.kind = button.kind
        place.keep(photo)
    _show_next(request, place, button.photo_id, button.round)


def _show_next(request: Request, place: _Place, after: int, round_: Round) -> None:
    waiting = [one for one in place.found if (one.id or 0) > after and (round_ == Round.ALL or one.kind is None)]
    if waiting:
        _show(request, place, waiting[0], len(waiting), round_)
    else:
        _finish(request, place)


def _show(request: Request, place: _Place, photo: Photo, waiting: int, round_: Round) -> None:
    number, now = photo.id or 0, request.label(f"photo.kind.{photo.kind}") if photo.kind else ""
    caption = request.t("photo.ask_named", kind=now, n=waiting) if now else request.t("photo.ask", n=waiting)

    def to(kind: PhotoKind) -> NamePhoto:
        return NamePhoto(place.of, place.number, number, kind, photo.kind or "", round_)

    rows: Rows = [*grid([Press(request.label(f"photo.kind.{kind}"), to(kind)) for kind in PhotoKind]),
            [Press(request.label("form.button.skip"), NamePhotos(place.of, place.number, number, round_))],
            [_onwards(request, place)]]
    if not show_one(request, photo, caption, rows):
        _show_next(request, place, number, round_)


def _onwards(request: Request, place: _Place) -> Press:
    if place.of == PhotosOf.DRAFT:
        return Press(request.label("photo.button.go_on"), Resume(place.number))
    return Press(request.label("photo.button.done"), Mine(place.number))


def _finish(request: Request, place: _Place) -> None:
    silent = sum(one.kind is None for one in place.found)
    named = ", ".join(f"{n} {request.label(f'photo.short.{kind}')}" for kind, n in _counted(place.found))
    text = request.t("photo.some_unnamed", n=silent) if silent else request.t("photo.all_named", named=named or "–")
    rows: Rows = [[_onwards(request, place)]]
    if place.found:
        rows.append([Press(request.label("photo.button.again"), NamePhotos(place.of, place.number, 0, Round.ALL))])
    say_below(request, text, rows)
