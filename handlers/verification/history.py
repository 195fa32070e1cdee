"""What happened to a house, newest first, and what its corrections changed: a page at a time, protected."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from handlers.cards import code_link
from handlers.kit import format as fmt
from handlers.kit.buttons import Press, Rows
from handlers.kit.form import Filling
from handlers.kit.pages import turn
from handlers.kit.prompt import shown
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.registration.questions import QUESTIONS
from handlers.verification.buttons import History, Look
from handlers.verification.card import personal
from handlers.verification.walk import reach
from storage import people, revisions, timeline
from storage.claims import Claim
from storage.drafts import Draft
from storage.events import Event
from storage.houses import House
from storage.regions import Kecamatan, Kelurahan
from storage.revisions import Revision

_PAGE, _ROOM = 12, 3500
"""Events on a page at most, and characters: whichever comes first."""

_CHANGES, _VALUE = 12, 60
"""Changes of one correction that are written out, and characters of a value."""

# Why a house came to its state, where the state alone would tell too little.
_ENDS = ("released", "transferred", "expired")
_REASONS = ("undo", "corrected", "several", *_ENDS)

# A column → the question that it belongs to, where they differ in name.
_KEYS = {"rt": "rt_rw", "rw": "rt_rw", "lat": "pin", "lon": "pin", "area_m2": "area"}


def on_history(request: Request) -> None:
    """A page of the history."""
    button = request.button
    assert isinstance(button, History)
    house = reach(request, button.house_id)
    lines, last, more = _page(request, house, button.before)
    text = join([request.t("history.title", code=code_link(request, house)), *lines], "\n\n")
    rows: Rows = turn(request, History(button.house_id, button.walk, 0) if button.before else None,
                      History(button.house_id, button.walk, last) if more else None)
    personal(request, house, text, [*rows, [Press(request.label("verify.button.back"),
                                                  Look(button.house_id, button.walk))]])


def _page(request: Request, house: House, before: int) -> tuple[list[Markup], int, bool]:
    """What fits on a page, the id of its last event, and whether there are older ones."""
    found = timeline.page(request.session, house.id or 0, before=before, limit=_PAGE + 1)
    names = people.names_of(request.session, {event.actor_id for event in found if event.actor_id is not None})
    partner_of = timeline.claims_of(request.session, [event.claim_id for event in found if event.claim_id is not None])
    changed = timeline.changes(request.session, house.id or 0,
                               [event.at for event in found if event.kind == "house.corrected"])
    lines: list[Markup] = []
    room, last = _ROOM, before
    for event in found[:_PAGE]:
        line = _line(request, event, names, changed.get(event.at, []) if event.kind == "house.corrected" else [],
                     partner_of)
        if lines and len(line) > room:
            break
        lines.append(line)
        room, last = room - len(line), event.id or 0
    return lines or [request.t("history.none")], last, len(lines) < len(found)


def _line(
    request: Request, event: Event, names: dict[int, str], changed: list[Revision], held: dict[int, tuple[str, Claim]]
) -> Markup:
    """``2 Maret 2026 08.15 WIB · Vera`` and below it what was done."""
    key = f"history.{event.kind}"
    if event.data.get("reason") in _REASONS:
        key = f"history.reason.{event.data['reason']}"
    what = request.t(key if request.texts.has(key) else "history.other")
    who = names.get(event.actor_id or 0) or request.label("history.program")
    moment = fmt.date_time(event.at, request.runtime.zone, request.runtime.zone_label, request.locale)
    return join([request.t("history.line", moment=moment, who=who, what=what), *_details(request, event, changed),
                 *_of_claim(request, event, held)])


def _details(request: Request, event: Event, changed: list[Revision]) -> list[Markup]:
    if changed:
        return change_lines(request, changed)
    names = [_label(request, str(field)) for field in event.data.get("fields") or []]
    return [request.t("history.fields", fields=", ".join(dict.fromkeys(names)))] if names else []


def _of_claim(request: Request, event: Event, held: dict[int, tuple[str, Claim]]) -> list[Markup]:
    """Which partner held the house then, and why it does not any more."""
    if event.claim_id not in held:
        return []
    name, claim = held[event.claim_id]
    lines = [request.t("history.partner", name=name)]
    if event.data.get("reason") in _ENDS and claim.end_reason:
        lines.append(request.t("history.why", reason=claim.end_reason))
    return lines


def change_lines(request: Request, changed: list[Revision]) -> list[Markup]:
    """``NIK: 3674********0001 → 3674********0002``, a line for each field; numbers of people stay masked."""
    lines = []
    for row in changed[:_CHANGES]:
        before, after = revisions.values(request.session, row)
        lines.append(request.t("history.change", field=_label(request, row.field),
                               before=_value(request, row.field, before), after=_value(request, row.field, after)))
    if len(changed) > _CHANGES:
        lines.append(request.t("history.more", n=len(changed) - _CHANGES))
    return lines


def _label(request: Request, field: str) -> str:
    for key in (f"form.house.{_KEYS.get(field, field)}.label", f"checklist.{field}"):
        if request.texts.has(key):
            return request.label(key)
    return field


def _value(request: Request, field: str, value: Any) -> str:
    """A stored value as the form would show it."""
    if value is None:
        return "–"
    if field == "kecamatan":
        return getattr(request.session.get(Kecamatan, value), "name", str(value))
    if field == "kelurahan":
        return getattr(request.session.get(Kelurahan, value), "name", str(value))
    if field == "phone":
        return fmt.mask_phone(str(value))
    if field in ("lat", "lon"):
        return f"{value:.5f}"
    if field in ("rt", "rw"):
        return f"{field.upper()} {value}"
    question = next((one for one in QUESTIONS if one.key == _KEYS.get(field, field)), None)
    text = str(shown(_reading(request), question, str(value))) if question is not None else str(value)
    return text if len(text) <= _VALUE else text[:_VALUE] + "…"


def _reading(request: Request) -> Filling:
    """What the questions' functions see while a stored value is shown: no draft is open."""
    draft = Draft(person_id=request.me.id, chat_id=request.chat_id, form="house", answers=b"", started_at=request.now,
                  touched_at=request.now)
    return Filling(request, draft, {})
