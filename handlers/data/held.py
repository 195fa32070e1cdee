"""Everything that is held about a household, as sections of labels and values: for the card and for the document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.cards import condition, maps_url, place_of
from handlers.kit import format as fmt
from handlers.kit.request import Request
from handlers.people.roles import posts
from storage import assessments, checklist, erasing, events, helped, households, people, photos, revisions, scans
from storage.assessments import HEALTH, MATERIALS, STRUCTURE
from storage.checklist import Item
from storage.households import Household
from storage.houses import House
from storage.people import Person
from storage.revisions import Revision

_SEALED = ("nik", "family_card")


@dataclass(frozen=True)
class Line:
    """A label and its value, both plain. ``link``: where the value leads on a screen; ``short``: at most so many
    characters of it stand there."""

    label: str
    value: str
    link: str = ""
    short: int = 200


@dataclass(frozen=True)
class Section:
    """``dense``: its lines stand side by side on a screen."""

    heading: str
    lines: list[Line]
    dense: bool = False


def everything(request: Request, house: House, *, full: bool = False) -> list[Section]:
    """All of it, what is empty left out. ``full``: with the whole numbers. The caller records the read."""
    family = households.of_house(request.session, house.id or 0)
    found = [*(_family(request, house, family, full) if family is not None else []), _building(request, house),
             _checklist(request, house), _records(request, house, family), _readers(request, house)]
    return [section for section in found if section.lines]


def changes(request: Request, house: House, *, full: bool) -> Section:
    """What was corrected, with the values of before: they are held, too."""
    rows = revisions.of_house(request.session, house.id or 0)
    return Section(request.label("data.changes"), [_change(request, row, full) for row in reversed(rows)])


def _field(request: Request, name: str, value: Any, **more: Any) -> list[Line]:
    """One line, under the name that the form calls it by; none where nothing is known."""
    return [Line(request.label(f"form.house.{name}.label"), str(value), **more)] if value is not None else []


def _family(request: Request, house: House, family: Household, full: bool) -> list[Section]:
    session = request.session
    nik, card = households.nik_of(session, family), households.family_card_of(session, family)
    if not full:
        nik, card = fmt.mask_nik(nik), fmt.mask_nik(card) if card else None
    aid = request.label("data.never") if family.prior_aid == 0 else family.prior_aid
    pin = f"{family.lat:.6f}, {family.lon:.6f}"
    return [
        Section(request.label("data.identity"), [
            *_field(request, "head_name", family.head_name), *_field(request, "nik", nik),
            *_field(request, "family_card", card), *_field(request, "phone", households.phone_of(session, family)),
            *_field(request, "families", family.families),
        ]),
        Section(request.label("data.place"), [
            *_field(request, "address", family.address), *_field(request, "rt_rw", f"RT {family.rt}/RW {family.rw}"),
            Line(request.label("form.house.kelurahan.label"), place_of(request, house)),
            *_field(request, "pin", pin, link=maps_url(family.lat, family.lon)),
        ]),
        Section(request.label("data.household"), [
            *_field(request, "occupants", house.occupants), *_field(request, "elderly", family.elderly),
            *_field(request, "disabled", family.disabled),
            *_field(request, "land_proof", request.label(f"land_proof.{family.land_proof}")
                    if family.land_proof else None),
            *_field(request, "land_m2", fmt.area(family.land_m2, request.locale) if family.land_m2 else None),
            *_field(request, "prior_aid", aid),
        ], dense=True),
    ]


def _building(request: Request, house: House) -> Section:
    found = assessments.of_house(request.session, house.id or 0)
    known = assessments.ranks(house, found)
    lines = _field(request, "area", fmt.area(house.area_m2, request.locale))
    for name in (*MATERIALS, *STRUCTURE, *HEALTH):
        lines += _field(request, name, condition(request.texts, known[name]) if name in known else None)
    for part in MATERIALS:
        material = getattr(found, f"{part}_material", None)
        lines += _field(request, f"{part}_material", request.label(f"{part}_material.{material}") if material else None)
    if found is not None and found.septic_m is not None:
        lines += _field(request, "septic_m", f"{fmt.number(found.septic_m, request.locale)} m")
    return Section(request.label("data.building"), lines, dense=True)


def _checklist(request: Request, house: House) -> Section:
    found = checklist.of_house(request.session, house.id or 0)
    lines = []
    for item in Item:
        if item in found:
            verdict, note = request.label(f"data.verdict.{found[item].verdict.value}"), found[item].note
            lines.append(Line(request.label(f"checklist.{item.value}"), f"{verdict} – {note}" if note else verdict,
                              short=70))
    return Section(request.label("data.checklist"), lines)


def _records(request: Request, house: House, family: Household | None) -> Section:
    rules, number = request.runtime.rules, house.id or 0
    lines = [Line(request.label("data.state"), request.label(f"state.{house.state}"))]
    if house.note:
        lines.append(Line(request.label("data.note"), house.note))
    lines.append(Line(request.label("data.recorded"), request.label(
        "data.by", at=_at(request, house.registered_at), name=_name(request, house.surveyor_id))))
    if house.verifier_id is not None and house.verified_at is not None:
        lines.append(Line(request.label("data.verified"), request.label(
            "data.by", at=_at(request, house.verified_at), name=_name(request, house.verifier_id))))
    if family is None:
        return Section(request.label("data.records"), [*lines, *_fingerprints(
            request, "data.helped", helped.kept(request.session, number, rules))])
    lines += [
        Line(request.label("data.consent"), request.label(
            "data.consented", at=_at(request, family.consent_at), version=family.consent_version)),
        Line(request.label("data.photos"), str(photos.count_of_house(request.session, number))),
        *([Line(request.label("data.pages"), str(pages))]
          if (pages := scans.count_of_house(request.session, number)) else []),
        Line(request.label("data.corrections"), str(revisions.count(request.session, number))),
    ]
    until = erasing.kept_until(house, rules)
    day = fmt.date(until.astimezone(request.runtime.zone).date(), request.locale) if until is not None else ""
    key = "data.kept.announced" if house.erasing_at is not None else "data.kept.until" if day else "data.kept.going_on"
    lines.append(Line(request.label("data.kept"), request.label(
        key, **({"date": day} if day else {"done": fmt.span(rules.keep_done, request.locale),
                                           "refused": fmt.span(rules.keep_refused, request.locale)}))))
    lines += _fingerprints(request, "data.helped.later", helped.until(house, rules, request.now))
    return Section(request.label("data.records"), lines)


def _fingerprints(request: Request, key: str, until: datetime | None) -> list[Line]:
    """What is left of a family that was helped, once it is erased."""
    if until is None:
        return []
    day = fmt.date(until.astimezone(request.runtime.zone).date(), request.locale)
    return [Line(request.label("data.helped.label"), request.label(key, date=day))]


def _readers(request: Request, house: House) -> Section:
    """Who has read it: the newest ones, and how often in all."""
    count, newest = events.reads(request.session, house.id or 0)
    readers = {event.actor_id for event in newest if event.actor_id is not None}
    names = {number: _name(request, number) for number in readers}
    roles = _roles(request, readers)
    lines = [Line(_at(request, event.at), request.label(
        "data.exported" if event.kind == "data.export" else "data.read_by", name=names.get(event.actor_id or 0, "–"),
        role=roles.get(event.actor_id or 0) or request.label("data.no_role")), short=90) for event in newest]
    heading = request.label("data.readers", n=count)
    return Section(heading, lines)


def _roles(request: Request, readers: Iterable[int]) -> dict[int, str]:
    """The roles of some people, as they are now."""
    held = people.roles_of_all(request.session, sorted(readers))
    return {number: ", ".join(dict.fromkeys(one.title(request.texts) for one in posts(request.session, roles)))
            for number, roles in held.items()}


def _change(request: Request, row: Revision, full: bool) -> Line:
    before, after = (_value(request, row.field, one, full) for one in revisions.values(request.session, row))
    key = f"form.house.{row.field}.label"
    name = request.label(key) if request.texts.has(key) else row.field
    return Line(name, request.label("data.change", at=_at(request, row.at), before=before, after=after))


def _value(request: Request, field: str, value: Any, full: bool) -> str:
    if value is None:
        return "–"
    return fmt.mask_nik(str(value)) if field in _SEALED and not full else str(value)


def _name(request: Request, person_id: int) -> str:
    person = request.session.get(Person, person_id)
    return person.name if person is not None else "–"


def _at(request: Request, moment: datetime) -> str:
    return fmt.date_time(moment, request.runtime.zone, request.runtime.zone_label, request.locale)
