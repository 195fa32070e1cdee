"""What became of a photo's bytes: stored, or no picture that can be used, and then another one is asked for."""

from __future__ import annotations

from sqlmodel import Session

from handlers.kit.buttons import Press, Rows
from handlers.kit.form import FORMS, Resume
from handlers.kit.photo_kinds import PLACES, answered_by, note_missing
from handlers.kit.request import send
from handlers.kit.texts import Texts, texts
from handlers.kit.then import Sent, then
from handlers.registration import photo_places
from handlers.registration.buttons import MorePhotos
from storage import drafts, dropped, houses, outbox, photos
from storage.drafts import Draft
from storage.events import record
from storage.people import Person
from storage.photos import Photo, PhotoPurpose

_PROBLEMS = ("not_image", "too_big", "too_small")


@then("photo_fetched")
def on_fetched(sent: Sent) -> None:
    """Note the stored copy, or ask for another photo."""
    session, number = sent.session, int(sent.row.then_args["photo_id"])
    photo = session.get(Photo, number)
    problem = sent.result.get("problem")
    if problem is None:
        _on_stored(sent, photo)
        return
    draft = _draft_of(session, photo)
    photo = photos.rejected(session, number, str(problem))
    if photo is not None:  # None: it was thrown away meanwhile
        _ask_for_another(sent, photo, draft if draft is not None and photo.draft_id == draft.id else None)


def _on_stored(sent: Sent, photo: Photo | None) -> None:
    """One that was thrown away before, and whose file may be going at this moment, is fetched once more."""
    session, number, place = sent.session, int(sent.row.then_args["photo_id"]), sent.result.get("place")
    measures = {name: sent.result[name] for name in ("key", "width", "height", "likeness")}
    if dropped.strike(session, {measures["key"]}) and photo is not None and photo.file_id:
        outbox.fetch_file(session, number, photo.file_id, sent.now)
        return
    draft = _draft_of(session, photo) if place is not None else None
    kept = photos.fetched(session, number, **measures)
    if kept is not None and place is not None:
        own = draft if draft is not None and kept.draft_id == draft.id else None
        photo_places.compare(session, kept, own, (float(place[0]), float(place[1])), sent.now)


def _draft_of(session: Session, photo: Photo | None) -> Draft | None:
    """The draft before its photo: whoever fills it in takes them in this order, too."""
    return drafts.get(session, photo.draft_id) if photo is not None and photo.draft_id is not None else None


def _ask_for_another(sent: Sent, photo: Photo, draft: Draft | None) -> None:
    session, now = sent.session, sent.now
    if photo.house_id is not None:
        record(session, "photo.rejected", now, house=photo.house_id, photo=photo.id, problem=photo.problem)
    if draft is not None:
        _take_out(sent, draft, photo.id or 0)
    person = session.get(Person, photo.person_id)
    if person is None or person.telegram_id is None or person.unreachable_at is not None:
        return
    theirs = texts(person.locale)
    problem = photo.problem if photo.problem in _PROBLEMS else "other"
    reason = theirs.t(f"photo.bad.{problem}")
    if draft is not None:
        text, rows = theirs.t("photo.bad.in_form", reason=reason), _resume(theirs, draft)
    elif photo.house_id is not None and photo.purpose == PhotoPurpose.REGISTRATION:
        house = houses.get(session, photo.house_id)
        text = theirs.t("photo.bad.of_house", reason=reason, code=house.code)
        rows = [[Press(theirs.label("photo.button.another"), MorePhotos(photo.house_id))]]
    elif photo.house_id is not None:
        text = theirs.t("photo.bad.progress", reason=reason, code=houses.get(session, photo.house_id).code)
        rows = []
    else:
        return
    send(session, person.telegram_id, text, now, rows, priority=outbox.NEWS)


def _resume(theirs: Texts, draft: Draft) -> Rows:
    return [[Press(theirs.label("form.button.resume"), Resume(draft.id or 0))]]


def _take_out(sent: Sent, draft: Draft, photo_id: int) -> None:
    """The photo is no answer any more; without another one (of its kind) the question is open again, and a summary is
    not whole."""
    session, form = sent.session, FORMS.get(draft.form)
    answers = drafts.read(session, draft)
    question = answered_by(form, answers, photo_id) if form else None
    if form is None or question is None:
        return
    left = [number for number in answers[question.key] if number != photo_id]
    answers.pop(question.key)
    if left:
        answers[question.key] = left
    answers.get(PLACES, {}).pop(str(photo_id), None)
    note_missing(session, form, draft, answers, sent.rules)
    # Nobody touched the draft: it must not step before another form that is being filled in.
    drafts.write(session, draft, answers, draft.touched_at)
    if draft.asking is None and (not left or question.open(answers)):
        draft.asking = question.key
        session.add(draft)
    session.flush()
