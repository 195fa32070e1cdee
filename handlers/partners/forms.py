"""What an admin types in /mitra: a partner, a quota, a changed figure, the city's ceiling a house."""

from __future__ import annotations

from typing import Any

from handlers.kit import parse
from handlers.kit.filling import start
from handlers.kit.form import Answers, Choice, Filling, Form, Question, register
from handlers.kit.parse_text import echo, plain_words
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.partners import areas
from handlers.partners.buttons import AddQuota, ChangeQuota, Part
from handlers.partners.figures import area_names, areas_words, quota_name, rupiah, tell_reps
from handlers.partners.screens import partner_card, quota_card
from storage import events, meta, partners
from storage.errors import Refused
from storage.partners import FundSource, Quota, Scheme
from storage.people import RoleName

MOST_UNITS = 100_000
_NAME = (2, 80)
_ANY = "any"


def admin(request: Request, _subject: int) -> None:
    """The right to these forms, asked at each step."""
    if not request.me.has(RoleName.ADMIN):
        raise Refusal("refuse.role")


def _partner_name(filling: Filling, text: str) -> str:
    name = plain_words(text)
    low, high = _NAME
    if not low <= len(name) <= high or not any(sign.isalpha() for sign in name):
        raise Refusal("refuse.partner_name", typed=echo(text), low=low, high=high)
    if partners.is_taken(filling.request.session, name):
        raise Refused("partner.exists", name=name)
    return name


def _sources(filling: Filling) -> list[Choice]:
    return [Choice(filling.request.label(f"source.{one.value}"), one.value) for one in FundSource]


def _units(_filling: Filling, text: str) -> int:
    return parse.whole(text, 1, MOST_UNITS)


def _money(_filling: Filling, text: str) -> int:
    return parse.money(text)


def _show_money(filling: Filling, value: Any) -> str:
    return filling.request.money(int(value))


def _show_house(filling: Filling, value: Any) -> str:
    return filling.request.label("mitra.no_house_ceiling") if value == _ANY else _show_money(filling, value)


def _show_units(filling: Filling, value: Any) -> str:
    return filling.request.label("mitra.units", n=int(value))


def _finish_partner(filling: Filling) -> None:
    request, answers = filling.request, filling.answers
    partner = partners.add_partner(request.session, answers["name"], FundSource(answers["source"]), request.now,
                                   by=request.me.id)
    request.edit(*partner_card(request, partner.id or 0))


def _is_apbd(answers: Answers) -> bool:
    return bool(answers.get("of") == FundSource.APBD)


def _schemes(filling: Filling) -> list[Choice]:
    year = filling.request.today.year
    return [Choice(filling.request.label(f"scheme.{one.value}", year=year), one.value)
            for one in (Scheme.MURNI, Scheme.PERUBAHAN)]


def _partner_of(filling: Filling) -> dict[str, Any]:
    partner = partners.get(filling.request.session, filling.draft.subject_id)
    return {"name": partner.name, "year": filling.request.today.year}


def _finish_quota(filling: Filling) -> None:
    request, answers, partner_id = filling.request, filling.answers, filling.draft.subject_id
    scheme = Scheme(answers["scheme"]) if _is_apbd(answers) else Scheme.NONE
    year = request.today.year
    # A second quota of the same budget in one year is its next batch, closed ones counted: no two have one name.
    before = [one.batch for one in partners.quotas_of(request.session, partner_id)
              if one.year == year and one.scheme == scheme]
    quota = partners.add_quota(
        request.session, partner_id, year, int(answers["units"]), int(answers["ceiling"]), request.now,
        by=request.me.id, house_ceiling=answers.get("house_ceiling"), scheme=scheme, batch=max(before, default=0) + 1,
        areas=answers[areas.KEY],
    )
    _tell(request, quota, "mitra.told.added_in" if quota.areas else "mitra.told.added")
    request.edit(*partner_card(request, partner_id))


def _tell(request: Request, quota: Quota, key: str) -> None:
    names = area_names(request, quota.areas)
    tell_reps(request, quota, key, units=quota.units, ceiling=rupiah(quota.ceiling),
              areas=lambda theirs: areas_words(theirs, names))


def _now(filling: Filling) -> dict[str, Any]:
    """The figures that a change starts from."""
    request = filling.request
    quota = partners.fresh(request.session, filling.draft.subject_id)
    partner = partners.get(request.session, quota.partner_id)
    house = request.money(quota.house_ceiling) if quota.house_ceiling else request.label("mitra.no_house_ceiling")
    return {
        "name": partner.name, "quota": quota_name(request.texts, quota), "units": quota.units,
        "units_used": quota.units_reserved + quota.units_spent, "ceiling": request.money(quota.ceiling),
        "used": request.money(quota.reserved + quota.spent), "house_ceiling": house,
    }


def _changed(filling: Filling, key: str = "mitra.told.changed", **values: Any) -> None:
    request, quota_id = filling.request, filling.draft.subject_id
    quota = partners.change_quota(request.session, quota_id, request.now, by=request.me.id, **values)
    _tell(request, quota, key)
    request.edit(*quota_card(request, quota_id))


def _finish_house(filling: Filling) -> None:
    value = filling.answers["house_ceiling"]
    if value == _ANY:
        _changed(filling, any_house=True)
    else:
        _changed(filling, house_ceiling=int(value))


def _finish_city(filling: Filling) -> None:
    request, ceiling = filling.request, int(filling.answers["ceiling"])
    meta.put(request.session, "house_ceiling", str(ceiling))
    events.record(request.session, "city.house_ceiling", request.now, actor=request.me.id, ceiling=ceiling)
    request.edit(request.t("mitra.city_changed", ceiling=request.money(ceiling)))


def _city_now(filling: Filling) -> dict[str, Any]:
    return {"ceiling": filling.request.money(meta.house_ceiling(filling.request.session))}


def _no_limit(filling: Filling) -> list[Choice]:
    return [Choice(filling.request.label("mitra.button.no_limit"), _ANY)]


PARTNER = register(Form("partner", (
    Question("name", parse=_partner_name),
    Question("source", choices=_sources),
), _finish_partner, admin))

QUOTA = register(Form("quota", (
    Question("scheme", choices=_schemes, when=_is_apbd, values=_partner_of),
    Question("units", parse=_units, show=_show_units, values=_partner_of),
    Question("ceiling", parse=_money, show=_show_money),
    Question("house_ceiling", parse=_money, show=_show_money, optional=True),
    areas.question(),
), _finish_quota, admin, check=areas.settle))

UNITS = register(Form("quota_units", (
    Question("units", parse=_units, show=_show_units, values=_now),
), lambda filling: _changed(filling, units=int(filling.answers["units"])), admin, summary=False))

CEILING = register(Form("quota_ceiling", (
    Question("ceiling", parse=_money, show=_show_money, values=_now),
), lambda filling: _changed(filling, ceiling=int(filling.answers["ceiling"])), admin, summary=False))

HOUSE = register(Form("quota_house", (
    Question("house_ceiling", parse=_money, show=_show_house, values=_now, choices=_no_limit),
), _finish_house, admin, summary=False))

AREAS = register(Form("quota_areas", (
    areas.question(_now),
), lambda filling: _changed(filling, "mitra.told.areas", areas=filling.answers[areas.KEY]), admin, summary=False,
    check=areas.settle))

CITY = register(Form("city_ceiling", (
    Question("ceiling", parse=_money, show=_show_money, values=_city_now),
), _finish_city, admin, summary=False))

_CHANGES = {Part.UNITS: UNITS, Part.CEILING: CEILING, Part.HOUSE: HOUSE, Part.AREAS: AREAS}


def on_add_partner(request: Request) -> None:
    """A new partner."""
    start(request, PARTNER)


def on_add_quota(request: Request) -> None:
    """A new quota of this year."""
    button = request.button
    assert isinstance(button, AddQuota)
    partner = partners.working(request.session, button.partner_id)
    start(request, QUOTA, subject=button.partner_id, preset={"of": partner.source.value})


def on_change(request: Request) -> None:
    """Another figure for a quota, or other kecamatan."""
    button = request.button
    assert isinstance(button, ChangeQuota)
    quota = partners.fresh(request.session, button.quota_id)
    preset = {areas.TICKED: quota.areas} if button.part == Part.AREAS else None
    start(request, _CHANGES[button.part], subject=button.quota_id, preset=preset)


def on_city_ceiling(request: Request) -> None:
    """Another ceiling a house for the whole city."""
    start(request, CITY)
