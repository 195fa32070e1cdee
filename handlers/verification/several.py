"""Several similar houses of one kecamatan approved in one go: shown, ticked, one estimate for each, confirmed.

The list holds nothing about the families: only houses that the figures call unfit, that have the photos they must
have, look like no other, and have no "no" in their checklist.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from handlers.cards import code_link
from handlers.claims.told import codes
from handlers.kit import format as fmt
from handlers.kit.buttons import Press, Rows, grid
from handlers.kit.filling import start
from handlers.kit.form import Choice, Filling, Form, Question, Takes, register
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.registration.news import tell_surveyors
from handlers.verification.buttons import ApproveTicked, Area, Queues, Several, Tick, UndoTicked
from handlers.verification.card import next_steps
from handlers.verification.decisions import (
    CEILING,
    above,
    above_values,
    ceiling,
    is_above,
    money,
    show_money,
)
from handlers.verification.walk import EVERYWHERE, along, walk_of
from storage import houses, meta, ready, selections, undoing
from storage.errors import Refused
from storage.houses import House
from storage.regions import Kelurahan
from storage.selections import Selection

MOST = 8
"""Houses in one list: as many as a person can look at before one press."""

_KIND = "several"


def on_several(request: Request) -> None:
    """Make the list."""
    button = request.button
    assert isinstance(button, Several)
    walk = walk_of(button.walk)
    along(request, walk)
    if walk.area == EVERYWHERE:
        raise Refusal("refuse.old_button")
    found = ready.ready(request.session, walk.area, request.me.id, request.now, walk.order, request.runtime.rules, MOST)
    if not found:
        request.toast(request.label("several.none"), alert=True)
        return
    row = selections.make(request.session, request.me.id, _KIND, [(one.id or 0, one.version) for one in found],
                          request.now, walk=str(walk))
    _show(request, row)


def _mine(request: Request, selection_id: int) -> Selection:
    """A list that one made oneself, in a kecamatan that one still looks after, and that was not used.

    Raises:
        Refusal: it is not, or was.
    """
    row = selections.get(request.session, selection_id)
    if row is None or row.person_id != request.me.id or row.kind != _KIND:
        raise Refusal("several.gone")
    along(request, walk_of(row.content["walk"]))
    if row.used_at is not None:
        raise Refusal("several.used")
    return row


def _show(request: Request, row: Selection) -> None:
    found = houses.some(request.session, list(row.shown))
    ticked, number = set(row.ticked), row.id or 0
    rows: Rows = grid([Press(("✓ " if one.id in ticked else "▫️ ") + one.code, Tick(number, one.id or 0))
                       for one in found])
    if ticked:
        rows.append([Press(request.label("several.button.approve", count=len(ticked)), ApproveTicked(number))])
    rows.append([Press(request.label("several.button.cancel"), Area(row.content["walk"]))])
    request.edit(join([request.t("several.title", n=len(found)), *(_line(request, one) for one in found),
                       request.t("several.hint")], "\n\n"), rows)


def _line(request: Request, house: House) -> Markup:
    village = request.session.get(Kelurahan, house.kelurahan_code)
    return request.t("several.line", code=code_link(request, house), place=village.name if village else "",
                     roof=house.roof, floor=house.floor, wall=house.wall, people=house.occupants,
                     area=fmt.area(house.area_m2, request.locale), priority=house.priority)


def on_tick(request: Request) -> None:
    """Tick a house, or take its tick away."""
    button = request.button
    assert isinstance(button, Tick)
    row = _mine(request, button.selection_id)
    selections.tick(request.session, row, button.house_id)
    _show(request, row)


def on_approve(request: Request) -> None:
    """Ask the estimate."""
    button = request.button
    assert isinstance(button, ApproveTicked)
    row = _mine(request, button.selection_id)
    if not row.ticked:
        _show(request, row)
        return
    start(request, FORM, subject=button.selection_id, fresh=True,
          preset={CEILING: meta.house_ceiling(request.session), "ticked": row.ticked})


def _may(request: Request, subject: int) -> None:
    _mine(request, subject)


def _values(filling: Filling) -> dict[str, Any]:
    found = houses.some(filling.request.session, filling.answers["ticked"])
    return {"n": len(found), "codes": codes(found)}


def _sure_values(filling: Filling) -> dict[str, Any]:
    request, ticked, estimate = filling.request, filling.answers["ticked"], int(filling.answers["estimate"])
    return _values(filling) | {
        "money": request.money(estimate), "total": request.money(estimate * len(ticked)),
        "open": ready.unanswered(request.session, ticked),
    }


def _sure(filling: Filling) -> list[Choice]:
    return [Choice(filling.request.label("several.sure", count=len(filling.answers["ticked"])), "yes")]


def _finish(filling: Filling) -> None:
    """Exactly what was confirmed is approved, as far as it is still as it was shown; the rest is named."""
    request, estimate = filling.request, int(filling.answers["estimate"])
    row = _mine(request, filling.draft.subject_id)
    walk = walk_of(row.content["walk"])
    shown = {number: version for number, version in row.shown.items() if number in set(filling.answers["ticked"])}
    done, rest = ready.approve(request.session, shown, estimate, request.now, by=request.me.id,
                               rules=request.runtime.rules)
    selections.use(request.session, row, request.now, done=[[one.id, one.version] for one in done])
    lines = [request.t("several.done", n=len(done), codes=codes(done) or "–", money=request.money(estimate))]
    if rest:
        lines.append(request.t("several.rest", codes=codes(rest)))
    undo: Rows = [[Press(request.label("verify.button.undo"), UndoTicked(row.id or 0))]] if done else []
    request.edit(join(lines, "\n\n"), [*undo, *next_steps(request, walk)])
    tell_surveyors(request, done, "verify.news.approved", "verify.news.approved.many")


def on_undo(request: Request) -> None:
    """Take the whole approval back, as far as nothing has come of it."""
    button = request.button
    assert isinstance(button, UndoTicked)
    row = selections.get(request.session, button.selection_id)
    if row is None or row.person_id != request.me.id or row.used_at is None or "done" not in row.content:
        raise Refusal("several.gone")
    walk = walk_of(row.content["walk"])
    along(request, walk)
    back, kept = [], []
    for number, version in row.content["done"]:
        try:
            undoing.take_back(request.session, number, version, request.now, by=request.me.id,
                              rules=request.runtime.rules)
            back.append(houses.get(request.session, number))
        except Refused:
            kept.append(houses.get(request.session, number))
    lines = [request.t("several.undone", n=len(back), codes=codes(back))] if back else []
    lines += [request.t("several.kept", codes=codes(kept))] if kept else []
    request.edit(join(lines, "\n\n"), next_steps(request, walk))
    tell_surveyors(request, back, "verify.news.undone", "verify.news.undone.many")


def _after(request: Request, subject: int) -> Rows:
    row = selections.get(request.session, subject)
    if row is None:
        return [[Press(request.label("verify.button.menu"), Queues(""))]]
    return [[Press(request.label("several.button.again"), Several(row.content["walk"]))]]


FORM = register(Form("approve_many", (
    Question("estimate", parse=money, choices=ceiling, values=_values, clears=("above", "sure"), width=1,
             show=show_money),
    Question("above", Takes.CHOICE, choices=above, values=above_values, when=is_above, width=1),
    Question("sure", Takes.CHOICE, choices=_sure, values=_sure_values, width=1),
), _finish, _may, summary=False, after=_after))
