"""What admins do with visits: plan one, move it to another day, name another place, call it off."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from handlers.groups.words import day_in_words
from handlers.kit import format as fmt
from handlers.kit import parse
from handlers.kit.buttons import Press, Rows
from handlers.kit.filling import start
from handlers.kit.form import Choice, Filling, Form, Question, register
from handlers.kit.notes import written
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.roadshow.buttons import CancelVisit, ChangeDay, ChangePlace, VisitCard
from handlers.roadshow.facts import kecamatan_name
from handlers.roadshow.news import tell
from handlers.roadshow.screens import list_row, named, show
from storage import regions, visits
from storage.people import RoleName
from storage.visits import Visit

_PLACE = (3, 120)
"""Characters of a place."""
_SATURDAY = 5
VERSION = "version"
"""A note in the answers: the visit as it was shown when its change began."""


def on_plan(request: Request) -> None:
    """Ask for a new visit."""
    start(request, PLAN)


def on_day(request: Request) -> None:
    """Ask for another day."""
    _begin(request, DAY)


def on_place(request: Request) -> None:
    """Ask for another place."""
    _begin(request, PLACE)


def _begin(request: Request, form: Form) -> None:
    button = request.button
    assert isinstance(button, ChangeDay | ChangePlace)
    if _fresh(request, button.visit_id, button.version) is not None:
        start(request, form, subject=button.visit_id, preset={VERSION: button.version}, fresh=True)


def _fresh(request: Request, visit_id: int, version: int, typed: str = "") -> Visit | None:
    """The visit, held, if it is as it was shown; else it is shown as it is now, with what was ``typed`` for it."""
    visit = visits.get(request.session, visit_id, lock=True)
    if visit.version == version and visit.cancelled_at is None and visit.day >= request.today:
        return visit
    reason = "cancelled" if visit.cancelled_at else "over" if visit.day < request.today else "changed"
    request.toast(request.label(f"rule.visit.{reason}"))
    unsaved = [request.t("roadshow.unsaved", typed=typed)] if typed and reason == "changed" else []
    show(request, visit, join([request.t(f"rule.visit.{reason}"), *unsaved]))
    return None


def on_cancel(request: Request) -> None:
    """Call it off, after one question."""
    button = request.button
    assert isinstance(button, CancelVisit)
    visit = _fresh(request, button.visit_id, button.version)
    if visit is None:
        return
    number = visit.id or 0
    if not button.sure:
        heard = len(visits.told(request.session, number))
        more = request.t("roadshow.cancel.groups", n=heard) if heard else ""
        request.edit(request.t("roadshow.cancel.sure", more=more, **named(request, visit)), [[
            Press(request.label("roadshow.button.keep"), VisitCard(number)),
            Press(request.label("roadshow.button.cancel_sure"), CancelVisit(number, visit.version, 1)),
        ]])
        return
    visit = visits.cancel(request.session, number, button.version, request.now, request.today, by=request.me.id)
    show(request, visit, _said(request, "roadshow.cancelled", tell(request, visit, "cancelled")))


def _said(request: Request, key: str, groups: int) -> Markup:
    """What has happened, and who was told."""
    more = request.t("roadshow.and_groups", n=groups) if groups else ""
    return request.t(key, more=more)


# --- the forms ---

def _admin(request: Request, _subject: int) -> None:
    if not request.me.has(RoleName.ADMIN):
        raise Refusal("refuse.role")


def _may_change(request: Request, visit_id: int) -> None:
    _admin(request, visit_id)
    visits.to_change(request.session, visit_id, None, request.today)


def _kecamatan(filling: Filling) -> list[Choice]:
    return [Choice(one.name, one.code) for one in regions.all_kecamatan(filling.request.session)]


def _area(filling: Filling) -> str:
    """The kecamatan that is spoken of: the one just chosen, or that of the visit."""
    chosen = filling.answers.get("kecamatan")
    return str(chosen or visits.get(filling.request.session, filling.draft.subject_id).kecamatan_code)


def _last(request: Request) -> date:
    return request.today + visits.FARTHEST


def _near(request: Request) -> dict[date, str]:
    """Days that have a button: tomorrow, this Saturday, the working days of next week; with what each is called."""
    today = request.today
    monday, saturday = today + timedelta(days=7 - today.weekday()), today + timedelta(days=_SATURDAY - today.weekday())
    near = {monday + timedelta(days=number): "roadshow.day" for number in range(_SATURDAY)}
    near |= {saturday: "roadshow.day.saturday"} if saturday > today else {}
    return near | {today + timedelta(days=1): "roadshow.day.tomorrow"}


def _days(filling: Filling) -> list[Choice]:
    """Those of them that are free in this kecamatan."""
    request = filling.request
    near = _near(request)
    busy = visits.taken(request.session, _area(filling), min(near), max(near))
    return [Choice(request.label(near[day], day=fmt.weekday_and_day(day, request.locale),
                                 date=fmt.day_short(day, request.locale)), day.isoformat())
            for day in sorted(near) if day not in busy]


def _example(request: Request) -> str:
    return fmt.date(request.today + timedelta(days=14), request.locale)


def _day(filling: Filling, text: str) -> str:
    """A typed day that is still free, from tomorrow to a year ahead."""
    request = filling.request
    found, last = parse.day(text, request.today), _last(request)
    said = {"date": day_in_words(found, request.locale), "example": _example(request)}
    if found <= request.today:
        raise Refusal("roadshow.refuse.early", **said)
    if found > last:
        raise Refusal("roadshow.refuse.far", last=fmt.date(last, request.locale), **said)
    other = visits.taken(request.session, _area(filling), found, found).get(found)
    if other is not None and other.id != filling.draft.subject_id:
        raise Refusal("roadshow.refuse.taken", **named(request, other), example=said["example"])
    return found.isoformat()


def _show_day(filling: Filling, value: Any) -> str:
    return day_in_words(date.fromisoformat(str(value)), filling.request.locale)


def _place(_filling: Filling, text: str) -> str:
    """A telephone has no place in it: it is read in groups."""
    return written(text, *_PLACE, phones=False)


def _values(filling: Filling) -> dict[str, Any]:
    request = filling.request
    return {"name": kecamatan_name(request.session, _area(filling)), "example": _example(request)}


def _values_now(filling: Filling) -> dict[str, Any]:
    """For a change, also what stands there."""
    return _values(filling) | named(filling.request, visits.get(filling.request.session, filling.draft.subject_id))


def _finish_plan(filling: Filling) -> None:
    request, answers = filling.request, filling.answers
    visit = visits.plan(request.session, answers["kecamatan"], date.fromisoformat(answers["day"]), answers["place"],
                        request.now, request.today, by=request.me.id)
    show(request, visit, _said(request, "roadshow.saved", tell(request, visit, "planned")))


def _finish_change(filling: Filling) -> None:
    request, answers, number = filling.request, filling.answers, filling.draft.subject_id
    wanted = date.fromisoformat(answers["day"]) if "day" in answers else None
    typed = fmt.date(wanted, request.locale) if wanted else answers["place"]
    before = _fresh(request, number, int(answers[VERSION]), typed)
    if before is None:
        return
    version, day, place = before.version, before.day, before.place
    visit = visits.change(request.session, number, version, request.now, request.today, by=request.me.id, day=wanted,
                          place=answers.get("place"))
    if visit.version == version:
        show(request, visit, request.t("roadshow.unchanged"))
        return
    if wanted is not None:
        heard = tell(request, visit, "day", before=lambda words: day_in_words(day, words.locale))
    else:
        heard = tell(request, visit, "place", before=place)
    show(request, visit, _said(request, "roadshow.saved", heard))


def _to_list(request: Request, _subject: int) -> Rows:
    return list_row(request)


def _to_card(request: Request, visit_id: int) -> Rows:
    return [[Press(request.label("roadshow.button.card"), VisitCard(visit_id))]]


PLAN = register(Form("visit", (
    Question("kecamatan", choices=_kecamatan, clears=("day",)),
    Question("day", parse=_day, choices=_days, show=_show_day, values=_values),
    Question("place", parse=_place, values=_values),
), _finish_plan, _admin, after=_to_list))

DAY = register(Form("visit_day", (
    Question("day", parse=_day, choices=_days, show=_show_day, values=_values_now),
), _finish_change, _may_change, summary=False, after=_to_card))

PLACE = register(Form("visit_place", (
    Question("place", parse=_place, values=_values_now),
), _finish_change, _may_change, summary=False, after=_to_card))
