"""What became of a photo's bytes: stored, or no picture that can be used, and then another one is asked for."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from handlers.kit.buttons import Press, Rows
from handlers.kit.form import FORMS, Form, Question, Resume, Takes
from handlers.kit.request import send
from handlers.kit.texts import Texts, texts
from handlers.kit.then import Sent, then
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
    # The draft before its photo: whoever fills it in takes them in this order, too.
    draft = drafts.get(session, photo.draft_id) if photo is not None and photo.draft_id is not None else None
    photo = photos.rejected(session, number, str(problem))
    if photo is not None:  # None: it was thrown away meanwhile
        _ask_for_another(session, photo, draft if draft is not None and photo.draft_id == draft.id else None, sent.now)


def _on_stored(sent: Sent, photo: Photo | None) -> None:
    """One that was thrown away before, and whose file may be going at this moment, is fetched once more."""
    number = int(sent.row.then_args["photo_id"])
    measures = {name: sent.result[name] for name in ("key", "width", "height", "likeness")}
    if dropped.strike(sent.session, {measures["key"]}) and photo is not None:
        outbox.fetch_file(sent.session, number, photo.file_id, sent.now)
    else:
        photos.fetched(sent.session, number, **measures)


def _ask_for_another(session: Session, photo: Photo, draft: Draft | None, now: datetime) -> None:
    if photo.house_id is not None:
        record(session, "photo.rejected", now, house=photo.house_id, photo=photo.id, problem=photo.problem)
    if draft is not None:
        _take_out(session, draft, photo.id or 0)
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


def _take_out(session: Session, draft: Draft, photo_id: int) -> None:
    """The photo is no answer any more; without another one the question is open again, and a summary is not whole."""
    form = FORMS.get(draft.form)
    question = _photo_question(form) if form else None
    answers = drafts.read(session, draft)
    if question is None or photo_id not in (answers.get(question.key) or []):
        return
    left = [number for number in answers[question.key] if number != photo_id]
    answers.pop(question.key)
    if left:
        answers[question.key] = left
    # Nobody touched the draft: it must not step before another form that is being filled in.
    touched = draft.touched_at
    drafts.write(session, draft, answers, touched)
    if not left and draft.asking is None:
        draft.asking = question.key
        session.add(draft)
    session.flush()


def _photo_question(form: Form) -> Question | None:
    return next((one for one in form.questions if one.takes == Takes.PHOTO), None)
