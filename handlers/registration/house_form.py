"""The form of a house: a new one, or a returned one (the draft's subject) filled with its present values."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from handlers.cards import code_link, place_of
from handlers.kit.buttons import Press, Rows
from handlers.kit.form import Answers, Filling, Form, register
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import Texts
from handlers.registration.buttons import Another
from handlers.registration.questions import CONSENT_AT, CONSENT_VERSION, QUESTIONS, YES, may_reach
from handlers.verification.buttons import Open
from storage import events, households, houses, people, photos
from storage.houses import House, HouseState
from storage.people import RoleName
from storage.registering import Entry, correct_house, entry_of, register_house

# A note in the draft: the photos that the house had when its correction began.
PHOTOS_BEFORE = "photos_before"
_PERSONAL = ["head_name", "nik", "address", "rt", "rw", "pin"]


def may(request: Request, subject: int) -> None:
    """A surveyor or admin; a returned house is corrected by who registered it, or an admin, while it is returned.

    Raises:
        Refusal: it is not theirs, or not returned (any more).
    """
    if not request.me.has(RoleName.SURVEYOR, RoleName.ADMIN):
        raise Refusal("refuse.role")
    if not subject:
        return
    house = houses.get(request.session, subject)
    if not request.me.has(RoleName.ADMIN) and house.surveyor_id != request.me.id:
        raise Refusal("house.not_yours")
    if house.state != HouseState.RETURNED:
        raise Refusal("house.not_returned", code=house.code, state=request.label(f"state.{house.state}"))


def _begin(request: Request, subject: int) -> Answers:
    """A returned house as it is written down; its consent is kept."""
    if not subject:
        return {}
    house = houses.get(request.session, subject)
    entry, family = entry_of(request.session, house), households.of_house(request.session, subject)
    if entry is None or family is None:
        raise Refusal("house.erased", code=house.code)
    found = [photo.id for photo in photos.of_house(request.session, subject)]
    events.record(request.session, "read.household", request.now, actor=request.me.id, house=subject, fields=_PERSONAL)
    return {
        "consent": YES, CONSENT_AT: family.consent_at.isoformat(), CONSENT_VERSION: family.consent_version,
        "head_name": entry.head_name, "nik": entry.nik, "kecamatan": entry.kecamatan, "kelurahan": entry.kelurahan,
        "address": entry.address, "rt_rw": [entry.rt, entry.rw], "pin": [entry.lat, entry.lon],
        "roof": str(entry.roof), "floor": str(entry.floor), "wall": str(entry.wall), "occupants": entry.occupants,
        "area": str(entry.area_m2),
        PHOTOS_BEFORE: found,
    } | ({"photos": found} if found else {})


def _intro(request: Request, subject: int) -> list[Markup]:
    """What the verifier wants to have corrected stays in sight."""
    if not subject:
        return []
    house = houses.get(request.session, subject)
    return [request.t("house.fix", code=house.code, note=house.note or "–")]


def _entry(answers: Answers) -> Entry:
    rt, rw = answers["rt_rw"]
    lat, lon = answers["pin"]
    return Entry(
        answers["head_name"], answers["nik"], answers["address"], answers["kecamatan"], answers["kelurahan"], rt, rw,
        float(lat), float(lon), int(answers["roof"]), int(answers["floor"]), int(answers["wall"]),
        int(answers["occupants"]), float(answers["area"]),
    )


def _finish(filling: Filling) -> None:
    request, answers, draft = filling.request, filling.answers, filling.draft
    limit = may_reach(filling)
    if limit is not None and answers["kecamatan"] not in limit:
        raise Refusal("house.other_area")
    if draft.subject_id:
        correct_house(
            request.session, draft.subject_id, _entry(answers), request.now, by=request.me.id,
            dropped=[number for number in answers[PHOTOS_BEFORE] if number not in answers["photos"]],
            draft_id=draft.id or 0, rules=request.runtime.rules,
        )
        house = houses.get(request.session, draft.subject_id)
    else:
        house = register_house(
            request.session, _entry(answers), request.now, by=request.me.id, draft_id=draft.id,
            consent_at=datetime.fromisoformat(answers[CONSENT_AT]), consent_version=answers[CONSENT_VERSION],
            rules=request.runtime.rules,
        )
    corrected = bool(draft.subject_id)
    request.edit(request.t("house.corrected" if corrected else "house.saved", code=code_link(request, house)),
                 another(request, draft.subject_id))
    _tell_verifiers(request, house, "house.news.corrected" if corrected else "house.news.new")


def _tell_verifiers(request: Request, house: House, key: str) -> None:
    def buttons(theirs: Texts) -> Rows:
        return [[Press(theirs.label("verify.button.open", code=house.code), Open(house.id or 0))]]

    place = place_of(request, house)
    for person in people.holders(request.session, RoleName.VERIFIER, kecamatan=house.kecamatan_code):
        if person.id != request.me.id:
            request.tell(person, key, buttons, code=code_link(request, house), place=place)


def another(request: Request, _subject: int) -> Rows:
    """The next step after a house."""
    return [[Press(request.label("house.button.another"), Another())]]


HOUSE = register(Form("house", QUESTIONS, _finish, may, first="consent", begin=_begin, after=another, intro=_intro,
                      personal=lambda draft: draft.subject_id))
