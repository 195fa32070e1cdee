"""Where a photo was taken, against the house's pin: compared once, then forgotten. Only the distance is kept."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup
from sqlmodel import Session

from handlers.kit import format as fmt
from handlers.kit.buttons import Press, Rows
from handlers.kit.form import FORMS, Edit, Filling
from handlers.kit.photo_kinds import PLACES, photo_question
from handlers.kit.request import send
from handlers.kit.texts import Texts, texts
from handlers.registration.buttons import Mine, MorePhotos
from storage import drafts, households, houses, outbox, photos
from storage.alike import metres_between
from storage.drafts import Draft
from storage.people import Person
from storage.photos import Photo, PhotoPurpose

FAR_METRES = 200
"""A pin is set by hand, and a camera's own place may be off by a street; beyond this one of the two is wrong."""

MEASURED = "measured_pin"
"""A note in the answers: the pin with which the photos of this draft were compared."""

Place = tuple[float, float]


def distance(metres: int, locale: str) -> str:
    """``350 m``, ``1,3 km``."""
    return f"{metres} m" if metres < 1000 else f"{fmt.number(metres / 1000, locale)} km"


def compare(session: Session, photo: Photo, draft: Draft | None, place: Place, now: datetime) -> None:
    """The bytes of a photo said where it was taken. Without a pin that waits, sealed in the draft, until there is one.

    Whoever took it is told when that is far from the pin, once for each draft or house.
    """
    if photo.purpose != PhotoPurpose.REGISTRATION:
        return
    answers = drafts.read(session, draft) if draft is not None else {}
    pin = answers.get("pin") or _pin_of_house(session, photo, draft)
    if pin is not None:
        photo.pin_metres = metres_between(pin[0], pin[1], *place)
        session.add(photo)
        session.flush()
        if photo.pin_metres > FAR_METRES:
            _tell(session, photo, draft, now)
    elif draft is not None and _asks_pin(draft):
        answers[PLACES] = answers.get(PLACES, {}) | {str(photo.id): list(place)}
        # Nobody touched the draft: it must not step before another form that is being filled in.
        drafts.write(session, draft, answers, draft.touched_at)


def _pin_of_house(session: Session, photo: Photo, draft: Draft | None) -> Place | None:
    """The pin of a house that is registered already."""
    family = households.of_house(session, photo.house_id or (draft.subject_id if draft is not None else 0))
    return (family.lat, family.lon) if family is not None else None


def _asks_pin(draft: Draft) -> bool:
    form = FORMS.get(draft.form)
    return form is not None and form.question("pin") is not None


def on_pin(filling: Filling) -> None:
    """The pin is there, or is another one: compare what waits for it. What was compared before says nothing now."""
    session, answers = filling.request.session, filling.answers
    own = photos.of_draft(session, filling.draft.id or 0)
    if answers.get(MEASURED) != answers["pin"]:
        photos.forget_distances(session, [one.id or 0 for one in own])
    answers[MEASURED] = answers["pin"]
    places = answers.pop(PLACES, {})
    for photo in own:
        if str(photo.id) in places:
            photo.pin_metres = metres_between(*answers["pin"], *places[str(photo.id)])
            session.add(photo)
    session.flush()


def remarks(filling: Filling) -> list[Markup]:
    """What to say beside a pin far from which photos were taken."""
    found = [one.pin_metres or 0 for one in photos.of_draft(filling.request.session, filling.draft.id or 0)]
    most = max(found, default=0)
    if most <= FAR_METRES:
        return []
    return [filling.request.t("photo.far", distance=distance(most, filling.request.locale))]


def _tell(session: Session, photo: Photo, draft: Draft | None, now: datetime) -> None:
    person = session.get(Person, photo.person_id)
    if person is None or person.telegram_id is None or person.unreachable_at is not None:
        return
    beside = photos.of_draft(session, draft.id or 0) if draft is not None else \
        photos.of_house(session, photo.house_id or 0)
    if any(one.id != photo.id and (one.pin_metres or 0) > FAR_METRES for one in beside):
        return
    theirs, house_id = texts(person.locale), photo.house_id or (draft.subject_id if draft is not None else 0)
    far = distance(photo.pin_metres or 0, theirs.locale)
    if house_id:
        text = theirs.t("photo.far.of_house", distance=far, code=houses.get(session, house_id).code)
    else:
        text = theirs.t("photo.far", distance=far)
    rows = _in_form(theirs, draft) if draft is not None else _of_house(session, theirs, house_id)
    send(session, person.telegram_id, text, now, rows, priority=outbox.NEWS)


def _in_form(theirs: Texts, draft: Draft) -> Rows:
    number, form = draft.id or 0, FORMS[draft.form]
    question, row = photo_question(form), []
    if _asks_pin(draft):
        row.append(Press(theirs.label("photo.button.pin"), Edit(number, "pin")))
    if question is not None:
        row.append(Press(theirs.label("photo.button.replace"), Edit(number, question.key)))
    return [[*row]]


def _of_house(session: Session, theirs: Texts, house_id: int) -> Rows:
    return [[Press(theirs.label("verify.button.open", code=houses.get(session, house_id).code), Mine(house_id)),
             Press(theirs.label("photo.button.another"), MorePhotos(house_id))]]
