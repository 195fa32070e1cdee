"""``/roadshow``: the coming visits and a card for each. Admins plan; verifiers and partner reps read along."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from handlers.groups.words import day_in_words, moment_in_words
from handlers.kit import format as fmt
from handlers.kit.buttons import Press, Rows, grid
from handlers.kit.pages import turn
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.roadshow import page as paper
from handlers.roadshow.buttons import (
    CancelVisit,
    ChangeDay,
    ChangePlace,
    PlanVisit,
    VisitCard,
    VisitList,
    VisitSheet,
)
from handlers.roadshow.facts import codes, facts, figures, kecamatan_name, reminder_at, when_and_where
from storage import regions, visits
from storage.people import RoleName
from storage.visits import Visit

_PAGE = 8


def on_roadshow(request: Request) -> None:
    """The coming visits."""
    _show_list(request, None)


def on_list(request: Request) -> None:
    """A page of them."""
    button = request.button
    assert isinstance(button, VisitList)
    known = 0 < button.day <= date.max.toordinal()
    _show_list(request, (date.fromordinal(button.day), button.after) if known else None)


def _show_list(request: Request, after: tuple[date, int] | None) -> None:
    found = visits.coming(request.session, request.today, after=after, limit=_PAGE + 1)
    shown, last = found[:_PAGE], found[:_PAGE][-1:]
    names = {one.code: one.name for one in regions.all_kecamatan(request.session)}
    lines = [request.t("roadshow.line", date=day_in_words(one.day, request.locale), name=names[one.kecamatan_code],
                       place=one.place) for one in shown]
    rows: Rows = grid([Press(f"{fmt.day_short(one.day, request.locale)} · {names[one.kecamatan_code]}",
                             VisitCard(one.id or 0)) for one in shown])
    rows += turn(request, VisitList(0, 0) if after else None,
                 VisitList(last[0].day.toordinal(), last[0].id or 0) if len(found) > _PAGE else None)
    text = join([request.t("roadshow.title"), join(lines) or request.t("roadshow.none")], "\n\n")
    request.edit(text, [*rows, *_plan_row(request)])


def _plan_row(request: Request) -> Rows:
    if not request.me.has(RoleName.ADMIN):
        return []
    return [[Press(request.label("roadshow.button.plan"), PlanVisit())]]


def list_row(request: Request) -> Rows:
    """The way back to the list."""
    return [[Press(request.label("roadshow.button.list"), VisitList(0, 0))]]


def on_card(request: Request) -> None:
    """A visit's card."""
    button = request.button
    assert isinstance(button, VisitCard)
    show(request, visits.get(request.session, button.visit_id))


def show(request: Request, visit: Visit, said: Markup | None = None) -> None:
    """The card as it stands now; ``said``: what has just happened, above it."""
    found = facts(request.session, request.runtime, visit, request.now)
    lines = [request.t("roadshow.card", name=found.name), when_and_where(request.texts, visit)]
    state = _state(request, visit)
    parts = [said, join([*lines, *([state] if state else [])]), figures(request.texts, request.runtime, found),
             codes(request.texts, found)]
    request.edit(join([part for part in parts if part], "\n\n"), [*_rows(request, visit), *list_row(request)])


def _state(request: Request, visit: Visit) -> Markup | None:
    """Whether it takes place, and what becomes of the reminder."""
    def at(key: str, moment: object) -> Markup:
        return request.t(key, moment=moment)

    if visit.cancelled_at is not None:
        return at("roadshow.state.cancelled", moment_in_words(visit.cancelled_at, request.runtime, request.locale))
    if visit.day < request.today:
        return request.t("roadshow.state.over")
    if visit.reminded_at is not None:
        return at("roadshow.state.reminded", moment_in_words(visit.reminded_at, request.runtime, request.locale))
    due = reminder_at(visit, request.runtime)
    if request.now < due:
        return at("roadshow.state.planned", moment_in_words(due, request.runtime, request.locale))
    return request.t("roadshow.state.soon") if visit.day > request.today else None


def _rows(request: Request, visit: Visit) -> Rows:
    if visit.cancelled_at is not None:
        return []
    number, label = visit.id or 0, request.label
    rows: Rows = [[Press(label("roadshow.button.pdf"), VisitSheet(number))]]
    if request.me.has(RoleName.ADMIN) and visit.day >= request.today:
        rows += [[Press(label("roadshow.button.day"), ChangeDay(number, visit.version)),
                  Press(label("roadshow.button.place"), ChangePlace(number, visit.version))],
                 [Press(label("roadshow.button.cancel"), CancelVisit(number, visit.version, 0))]]
    return rows


def on_sheet(request: Request) -> None:
    """The page to print, below the card; pressed again, a page that still waits gives way to the new one."""
    button = request.button
    assert isinstance(button, VisitSheet)
    visit = visits.get(request.session, button.visit_id)
    if visit.cancelled_at is not None:
        request.toast(request.label("rule.visit.cancelled"), alert=True)
        show(request, visit)
        return
    found = facts(request.session, request.runtime, visit, request.now)
    request.document(paper.page(request.texts, request.runtime, found), paper.filename(found),
                     paper.caption(request.texts, found), slot=f"visit.{visit.id}")
    request.toast(request.label("roadshow.pdf.below"))


def named(request: Request, visit: Visit) -> dict[str, str]:
    """Which visit, in the reader's language: for a question or a refusal."""
    return {"name": kecamatan_name(request.session, visit.kecamatan_code),
            "date": day_in_words(visit.day, request.locale), "place": visit.place}
