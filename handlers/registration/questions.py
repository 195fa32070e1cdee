"""What is asked about a house: one question a line of the form, in the order in which it is asked."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from handlers.cards import maps_url
from handlers.kit import format as fmt
from handlers.kit import parse
from handlers.kit.form import Answers, Choice, Filling, Question, Takes
from handlers.kit.photo_kinds import MISSING
from handlers.people.privacy import NOTICE_VERSION
from handlers.registration import photo_kinds, photo_places
from handlers.registration.same import DROP, SAME
from handlers.registration.section_questions import SCOPE, SECTION_QUESTIONS, conditions
from storage import regions
from storage.boundaries import kelurahan_at
from storage.people import RoleName
from storage.regions import Kecamatan, Kelurahan

YES, NO = "yes", "no"
_CONSENTS = {YES: "house.consent.yes", NO: "house.consent.no"}
# The law's notice names what is kept with the consent: when it was given and to which wording.
CONSENT_AT, CONSENT_VERSION = "consent_at", "consent_version"
SUGGESTED = "suggested"
"""A note in the answers: kecamatan and kelurahan in which the pin lies."""


def may_reach(filling: Filling) -> list[str] | None:
    """The kecamatan in which this person may register; None for the whole city."""
    me = filling.request.me
    return None if me.has(RoleName.ADMIN) else me.kecamatan(RoleName.SURVEYOR)


def _consents(filling: Filling) -> list[Choice]:
    return [Choice(filling.request.label(key), one) for one, key in _CONSENTS.items()]


def _upon_consent(filling: Filling, value: Any) -> bool:
    """Without consent nothing is stored; with it, its time and the notice's version are."""
    if value == NO:
        filling.request.edit(filling.request.t("house.no_consent"))
        return True
    filling.answers[CONSENT_AT] = filling.request.now.isoformat()
    filling.answers[CONSENT_VERSION] = NOTICE_VERSION
    return False


def _nik(filling: Filling, text: str) -> str:
    return parse.nik(text, filling.request.today).value


def _warn_nik(filling: Filling, value: Any) -> list[Markup]:
    """A foreign area is usual: it is said, not refused."""
    request = filling.request
    return [request.t("house.warn", text=request.t(key))
            for key in parse.nik_warnings(parse.nik(value, request.today), request.runtime.city)]


def _kecamatan(filling: Filling) -> list[Choice]:
    limit = may_reach(filling)
    return [Choice(one.name, one.code) for one in regions.all_kecamatan(filling.request.session)
            if limit is None or one.code in limit]


def _kelurahan(filling: Filling) -> list[Choice]:
    chosen = filling.answers.get("kecamatan", "")
    return [Choice(one.name, one.code) for one in regions.kelurahan_of(filling.request.session, chosen)]


def _rt_rw(_filling: Filling, text: str) -> list[str]:
    return list(parse.rt_rw(text))


def _show_rt_rw(_filling: Filling, value: Any) -> str:
    return f"RT {value[0]}/RW {value[1]}"


def _pin(_filling: Filling, text: str) -> list[float]:
    return list(parse.coordinates(text))


def _show_pin(_filling: Filling, value: Any) -> Markup:
    lat, lon = value
    return Markup('<a href="{}">{}</a>').format(maps_url(lat, lon), f"{lat:.5f}, {lon:.5f}")


def _warn_pin(filling: Filling, value: Any) -> list[Markup]:
    request = filling.request
    found = [request.t(key) for key in parse.coordinates_warnings(parse.Point(*value))]
    lies = kelurahan_at(request.session, *value)
    chosen = filling.answers.get("kelurahan")
    if lies is not None and chosen not in (None, lies.code):
        found.append(request.t("house.pin_elsewhere", place=lies.name))
    found += photo_places.remarks(filling)
    return [request.t("house.warn", text=text) for text in found]


def note_place(filling: Filling) -> None:
    """Where outlines are loaded, the pin suggests its kelurahan; it never refuses another one."""
    request, answers = filling.request, filling.answers
    lies = kelurahan_at(request.session, *answers["pin"])
    limit = may_reach(filling)
    if lies is None or (limit is not None and lies.kecamatan_code not in limit):
        answers.pop(SUGGESTED, None)
    else:
        answers[SUGGESTED] = [lies.kecamatan_code, lies.code]
    answers.pop("place", None)


def _places(filling: Filling) -> list[Choice]:
    request = filling.request
    kecamatan, kelurahan = filling.answers[SUGGESTED]
    place = ", ".join(one.name for one in (request.session.get(Kelurahan, kelurahan),
                                           request.session.get(Kecamatan, kecamatan)) if one is not None)
    return [Choice(request.label("house.place.yes", place=place), YES), Choice(request.label("house.place.no"), NO)]


def _upon_place(filling: Filling, value: Any) -> bool:
    if value == YES:
        filling.answers["kecamatan"], filling.answers["kelurahan"] = filling.answers[SUGGESTED]
    return False


def _asks_place(answers: Answers) -> bool:
    return SUGGESTED in answers and "place" not in answers and "kelurahan" not in answers


def _show_occupants(filling: Filling, value: Any) -> str:
    return filling.request.label("house.occupants", n=int(value))


def _show_area(filling: Filling, value: Any) -> str:
    return fmt.area(float(value), filling.request.locale)


def _show_nik(_filling: Filling, value: Any) -> str:
    return fmt.mask_nik(value)


def _short(key: str, answers: Answers) -> bool:
    return SCOPE not in answers or key in answers[SCOPE]


def _ask(key: str, takes: Takes = Takes.TEXT, **more: Any) -> Question:
    """A question of the short path: what a claim needs."""
    return Question(key, takes, when=lambda answers: _short(key, answers), **more)


SHORT_PATH = (
    _ask("head_name", parse=lambda _filling, text: parse.person_name(text)),
    _ask("nik", parse=_nik, show=_show_nik, warn=_warn_nik, looks="nik_or_card"),
    _ask("pin", Takes.PIN, parse=_pin, show=_show_pin, warn=_warn_pin, looks="pin"),
    _ask("kecamatan", Takes.CHOICE, choices=_kecamatan, clears=("kelurahan",), alone=True),
    _ask("kelurahan", Takes.CHOICE, choices=_kelurahan, alone=True),
    _ask("address", parse=lambda _filling, text: parse.address(text)),
    _ask("rt_rw", parse=_rt_rw, show=_show_rt_rw, looks="rt_rw"),
    _ask("photos", Takes.PHOTO, show=photo_kinds.show, values=photo_kinds.wanted, below=photo_kinds.below,
         open=lambda answers: bool(answers.get(MISSING))),
    _ask("roof", Takes.CHOICE, choices=conditions),
    _ask("floor", Takes.CHOICE, choices=conditions),
    _ask("wall", Takes.CHOICE, choices=conditions),
    _ask("occupants", parse=lambda _filling, text: parse.occupants(text), show=_show_occupants),
    _ask("area", parse=lambda _filling, text: str(parse.area(text)), show=_show_area),
)
SHORT_KEYS = tuple(one.key for one in SHORT_PATH)
_PLACE = Question("place", Takes.CHOICE, choices=_places, upon=_upon_place, width=1, when=_asks_place)
_CONSENT = Question("consent", Takes.CHOICE, parse=lambda _filling, text: YES if parse.yes_no(text) else NO,
                    choices=_consents, upon=_upon_consent, when=lambda answers: SCOPE not in answers)
_BEFORE_PLACE = SHORT_KEYS.index("kecamatan")
# A house that may be known already is asked about at once, whatever comes next.
QUESTIONS = (_CONSENT, SAME, DROP, *SHORT_PATH[:_BEFORE_PLACE], _PLACE, *SHORT_PATH[_BEFORE_PLACE:], *SECTION_QUESTIONS)
