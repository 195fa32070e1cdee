"""What is asked about a house: one question a line of the form, in the order in which it is asked."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from handlers.cards import condition, maps_url
from handlers.kit import format as fmt
from handlers.kit import parse
from handlers.kit.form import Choice, Filling, Question, Takes
from handlers.people.privacy import NOTICE_VERSION
from storage import households, regions
from storage.houses import codes_of
from storage.people import RoleName

YES, NO = "yes", "no"
_CONSENTS = {YES: "house.consent.yes", NO: "house.consent.no"}
# The law's notice names what is kept with the consent: when it was given and to which wording.
CONSENT_AT, CONSENT_VERSION = "consent_at", "consent_version"
_RANKS = range(1, 6)
_CODES = 3


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
    """A foreign area is usual and a twin may be right: both are said, neither is refused."""
    request = filling.request
    found = [request.t("house.warn", text=request.t(key))
             for key in parse.nik_warnings(parse.nik(value, request.today), request.runtime.city)]
    twins = [number for number in households.houses_with_nik(request.session, value)
             if number != filling.draft.subject_id]
    if twins:
        codes = codes_of(request.session, twins[:_CODES])
        found.append(request.t("house.warn", text=request.t("house.same_nik", codes=", ".join(codes))))
    return found


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
    return [request.t("house.warn", text=request.t(key)) for key in parse.coordinates_warnings(parse.Point(*value))]


def _show_photos(filling: Filling, value: Any) -> str:
    return filling.request.label("house.photos", n=len(value))


def _conditions(filling: Filling) -> list[Choice]:
    return [Choice(condition(filling.request.texts, rank), str(rank)) for rank in _RANKS]


def _show_occupants(filling: Filling, value: Any) -> str:
    return filling.request.label("house.occupants", n=int(value))


def _show_area(filling: Filling, value: Any) -> str:
    return fmt.area(float(value), filling.request.locale)


def _show_nik(_filling: Filling, value: Any) -> str:
    return fmt.mask_nik(value)


QUESTIONS = (
    Question("consent", Takes.CHOICE, parse=lambda _filling, text: YES if parse.yes_no(text) else NO,
             choices=_consents, upon=_upon_consent),
    Question("head_name", parse=lambda _filling, text: parse.person_name(text)),
    Question("nik", parse=_nik, show=_show_nik, warn=_warn_nik),
    Question("kecamatan", Takes.CHOICE, choices=_kecamatan, clears=("kelurahan",), alone=True),
    Question("kelurahan", Takes.CHOICE, choices=_kelurahan, alone=True),
    Question("address", parse=lambda _filling, text: parse.address(text)),
    Question("rt_rw", parse=_rt_rw, show=_show_rt_rw),
    Question("pin", Takes.PIN, parse=_pin, show=_show_pin, warn=_warn_pin),
    Question("photos", Takes.PHOTO, show=_show_photos),
    Question("roof", Takes.CHOICE, choices=_conditions),
    Question("floor", Takes.CHOICE, choices=_conditions),
    Question("wall", Takes.CHOICE, choices=_conditions),
    Question("occupants", parse=lambda _filling, text: parse.occupants(text), show=_show_occupants),
    Question("area", parse=lambda _filling, text: str(parse.area(text)), show=_show_area),
)
