"""The form of a house: a new one, or a returned one (the draft's subject) filled with its present values."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from handlers.cards import code_link, place_of
from handlers.kit.buttons import Press, Rows
from handlers.kit.form import AGAIN, Answers, Filling, Form, register
from handlers.kit.photo_kinds import MISSING, missing
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import Texts
from handlers.registration import photo_places
from handlers.registration.buttons import Another, Sections
from handlers.registration.entries import BEFORE, corrected, new_entry, to_answers
from handlers.registration.questions import (
    CONSENT_AT,
    CONSENT_VERSION,
    QUESTIONS,
    SHORT_KEYS,
    YES,
    may_reach,
    note_place,
)
from handlers.registration.rights import may_change
from handlers.registration.same import JUDGED, SHARES_WITH, look
from handlers.registration.section_questions import SCOPE
from handlers.verification.buttons import Open
from storage import events, households, houses, people, photos
from storage.houses import HELD, House, HouseState
from storage.people import RoleName
from storage.registering import correct_house, entry_of, register_house, to_correct

# A note in the draft: the photos that the house had when its correction began.
PHOTOS_BEFORE = "photos_before"
_RETURNED = "returned"
"""A note in a correction: the version of the house whose wrong fields are asked."""
_PERSONAL = ["head_name", "nik", "address", "rt", "rw", "pin", "family_card", "phone"]


def may(request: Request, subject: int) -> None:
    """A surveyor or admin; a house is corrected by who registered it, or an admin, until its life is over.

    Raises:
        Refusal: it is not theirs, or over.
    """
    if subject:
        may_change(request, subject)
    elif not request.me.has(RoleName.SURVEYOR, RoleName.ADMIN):
        raise Refusal("refuse.role")


def _begin(request: Request, subject: int) -> Answers:
    """A house as it is written down; its consent is kept. What a verifier found wrong is asked again."""
    if not subject:
        return {}
    house = houses.get(request.session, subject)
    entry, family = entry_of(request.session, house), households.of_house(request.session, subject)
    if entry is None or family is None:
        raise Refusal("house.erased", code=house.code)
    there = photos.of_house(request.session, subject)
    found = [photo.id for photo in there]
    events.record(request.session, "read.household", request.now, actor=request.me.id, house=subject, fields=_PERSONAL)
    written = to_answers(entry) | ({"photos": found} if found else {})
    wrong = _wrong(house)
    return {
        "consent": YES, CONSENT_AT: family.consent_at.isoformat(), CONSENT_VERSION: family.consent_version,
        **written, BEFORE: written, PHOTOS_BEFORE: found,
        MISSING: [str(kind) for kind in missing(there, request.runtime.rules)],
        SCOPE: _whole(wrong) or list(SHORT_KEYS), AGAIN: wrong, _RETURNED: house.version,
        JUDGED: [house.shares_with_id] if house.shares_with_id else [],
    }


def _wrong(house: House) -> list[str]:
    """What the verifier wants asked again, while the house is returned."""
    known = {one.key for one in QUESTIONS}
    return [key for key in house.wrong_fields if key in known] if house.state == HouseState.RETURNED else []


def _whole(keys: list[str]) -> list[str]:
    """In another kecamatan there is another kelurahan."""
    return [*keys, "kelurahan"] if "kecamatan" in keys and "kelurahan" not in keys else keys


def _rejoin(filling: Filling, preset: Answers) -> None:
    """A correction that is open already: another section joins it, and what was found wrong since it began."""
    answers = filling.answers
    house = houses.get(filling.request.session, filling.draft.subject_id)
    wrong = _wrong(house)
    scope = answers.get(SCOPE, [])
    more = _whole([*wrong, *preset.get(SCOPE, [])])
    answers[SCOPE] = [*scope, *(key for key in dict.fromkeys(more) if key not in scope)]
    if wrong and answers.get(_RETURNED) != house.version:
        answers[AGAIN] = [*answers.get(AGAIN, []), *(key for key in wrong if key not in answers.get(AGAIN, []))]
        answers[_RETURNED] = house.version


def _intro(request: Request, subject: int) -> list[Markup]:
    """What the verifier wants to have corrected stays in sight; what saving will cause, too."""
    if not subject:
        return []
    house = houses.get(request.session, subject)
    if house.state == HouseState.RETURNED:
        key = "house.fix.fields" if house.wrong_fields else "house.fix"
        return [request.t(key, code=house.code, note=house.note or "–")]
    if house.state == HouseState.REGISTERED:
        return [request.t("house.change", code=house.code)]
    key = "house.change.held" if house.state in HELD else "house.change.review"
    return [request.t(key, code=house.code, state=request.label(f"state.{house.state}"))]


def _check(filling: Filling, key: str) -> None:
    look(filling, key)
    if not key and filling.draft.subject_id and SCOPE in filling.answers:
        _rejoin(filling, {})
    if key == "pin":
        note_place(filling)
        photo_places.on_pin(filling)


def _finish(filling: Filling) -> None:
    request, answers, subject = filling.request, filling.answers, filling.draft.subject_id
    limit = may_reach(filling)
    stays = answers["kecamatan"] == answers.get(BEFORE, {}).get("kecamatan")
    if limit is not None and answers["kecamatan"] not in limit and not stays:
        raise Refusal("house.other_area")
    if subject:
        _correct(filling)
        return
    house = register_house(
        request.session, new_entry(answers), request.now, by=request.me.id, draft_id=filling.draft.id,
        consent_at=datetime.fromisoformat(answers[CONSENT_AT]), consent_version=answers[CONSENT_VERSION],
        rules=request.runtime.rules, shares_with=answers.get(SHARES_WITH),
    )
    request.edit(request.t("house.saved", code=code_link(request, house)), [
        [Press(request.label("section.button"), Sections(house.id or 0))], *another(request, 0)])
    _tell_verifiers(request, house, "house.news.new")


# What a saved correction means, by the stage in which the house was.
_MEANS = {HouseState.RETURNED: "house.corrected", HouseState.REGISTERED: "house.changed",
          HouseState.ELIGIBLE: "house.changed.review", HouseState.INELIGIBLE: "house.changed.review"}
_NEWS = {HouseState.RETURNED: "house.news.corrected", HouseState.ELIGIBLE: "house.news.review",
         HouseState.INELIGIBLE: "house.news.review"}


def _correct(filling: Filling) -> None:
    request, answers, draft = filling.request, filling.answers, filling.draft
    house, entry = to_correct(request.session, draft.subject_id)
    state, version = house.state, house.version
    if entry is None:
        raise Refusal("house.erased", code=house.code)
    kept = answers.get("photos", [])
    correct_house(
        request.session, draft.subject_id, corrected(entry, answers), request.now, by=request.me.id,
        dropped=[number for number in answers[PHOTOS_BEFORE] if number not in kept],
        draft_id=draft.id or 0, rules=request.runtime.rules, shares_with=answers.get(SHARES_WITH),
    )
    house = houses.get(request.session, draft.subject_id)
    key = "house.unchanged" if house.version == version else _MEANS.get(state, "house.changed.held")
    request.edit(request.t(key, code=code_link(request, house)), [
        [Press(request.label("section.button"), Sections(draft.subject_id))], *another(request, 0)])
    if house.version != version and state != HouseState.REGISTERED:
        _tell_verifiers(request, house, _NEWS.get(state, "house.news.recheck"))


def _tell_verifiers(request: Request, house: House, key: str) -> None:
    def buttons(theirs: Texts) -> Rows:
        return [[Press(theirs.label("verify.button.open", code=house.code), Open(house.id or 0))]]

    place = place_of(request, house)
    everybody = people.holders(request.session, RoleName.VERIFIER, kecamatan=house.kecamatan_code)
    # Whoever judged it before knows it: a correction is news for them alone.
    known = [person for person in everybody if person.id == house.verifier_id]
    for person in known or everybody:
        if person.id != request.me.id:
            request.tell(person, key, buttons, code=code_link(request, house), place=place)


def another(request: Request, _subject: int) -> Rows:
    """The next step after a house."""
    return [[Press(request.label("house.button.another"), Another())]]


HOUSE = register(Form("house", QUESTIONS, _finish, may, first="consent", begin=_begin, after=another, intro=_intro,
                      personal=lambda draft: draft.subject_id, check=_check, rejoin=_rejoin,
                      extra={"kinds": lambda session, draft: []}))
