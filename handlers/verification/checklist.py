"""Who may receive: eight items that the verifier answers yes, no or "not known yet", with a note where it helps.

The answers advise. A "no" forbids nothing: it is said once more when the house is approved.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from handlers.cards import code_link
from handlers.kit import format as fmt
from handlers.kit.buttons import Press, Rows
from handlers.kit.filling import start
from handlers.kit.form import Filling, Form, Question, register
from handlers.kit.notes import written
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.verification.buttons import CheckItem, Checklist, CheckNote, Look, Mark
from handlers.verification.card import again, personal, sign
from handlers.verification.hold import keep
from handlers.verification.walk import reach, walk_of
from storage import checklist, households
from storage.checklist import FOR_FUNDERS, Item, Verdict
from storage.houses import House, HouseState

_AID_YEARS = 10
"""A family that was helped within so many years may not be helped again (DOMAIN.md)."""

_NOTE = (3, 300)
_ITEM, _WALK = "item", "walk"


def _mine(request: Request, house_id: int, item: Item | None = None) -> House:
    """The house, held for one more step. What only funders ask may be answered until one has the house; nobody holds it
    meanwhile.

    Raises:
        Refusal: another kecamatan, decided meanwhile, or in somebody else's hand.
    """
    house = reach(request, house_id)
    return house if item in FOR_FUNDERS and _waits_for_partner(house) else keep(request, house)


def _waits_for_partner(house: House) -> bool:
    return house.state == HouseState.ELIGIBLE


def on_checklist(request: Request) -> None:
    """All items."""
    button = request.button
    assert isinstance(button, Checklist)
    _show(request, _mine(request, button.house_id), button.walk)


def _show(request: Request, house: House, walk: str) -> None:
    number, marks = house.id or 0, checklist.of_house(request.session, house.id or 0)
    lines = [request.t("checklist.title", code=code_link(request, house)), *_pointers(request, house)]
    lines += [request.t("checklist.noted", item=request.label(f"checklist.{item}"), note=marks[item].note or "")
              for item in Item if item in marks and marks[item].note]
    rows: Rows = [[Press(f"{sign(marks.get(item))} {request.label(f'checklist.{item}')}",
                         CheckItem(number, walk, item))] for item in Item]
    rows.append([Press(request.label("verify.button.back"), Look(number, walk))])
    personal(request, house, join(lines), rows)


def _pointers(request: Request, house: House) -> list[Markup]:
    """What was written down and speaks against an item."""
    family, most = households.of_house(request.session, house.id or 0), request.runtime.rules.land_most
    found: list[Markup] = []
    if family is not None and family.land_m2 is not None and family.land_m2 > most:
        found.append(request.t("checklist.land_large", area=fmt.area(family.land_m2, request.locale),
                               most=fmt.area(most, request.locale)))
    if family is not None and family.prior_aid and request.today.year - family.prior_aid <= _AID_YEARS:
        found.append(request.t("checklist.aid_recent", year=family.prior_aid, years=_AID_YEARS))
    return [request.t("house.warn", text=line) for line in found]


def on_item(request: Request) -> None:
    """One item with its possible answers."""
    button = request.button
    assert isinstance(button, CheckItem)
    _show_item(request, _mine(request, button.house_id, button.item), button.walk, button.item)


def _show_item(request: Request, house: House, walk: str, item: Item) -> None:
    number, mark = house.id or 0, checklist.of_house(request.session, house.id or 0).get(item)
    lines = [request.t("checklist.item", code=code_link(request, house), sign=sign(mark),
                       item=request.label(f"checklist.{item}"), question=request.label(f"checklist.{item}.ask"))]
    if mark is not None and mark.note:
        lines.append(request.t("checklist.note", note=mark.note))
    answers = [Press(request.label(f"checklist.verdict.{verdict}"), Mark(number, house.version, walk, item, verdict))
               for verdict in Verdict]
    if _waits_for_partner(house):
        personal(request, house, join(lines, "\n\n"), [
            [*answers], [Press(request.label("verify.button.back"), Look(number, walk))],
        ])
        return
    personal(request, house, join(lines, "\n\n"), [
        [*answers[:2]], [*answers[2:], Press(request.label("checklist.button.note"), CheckNote(number, walk, item))],
        [Press(request.label("checklist.button.back"), Checklist(number, walk))],
    ])


def on_mark(request: Request) -> None:
    """An item is answered; its note stays."""
    button = request.button
    assert isinstance(button, Mark)
    house = _mine(request, button.house_id, button.item)
    if house.version != button.version:
        request.toast(request.label("verify.changed", code=house.code), alert=True)
        again(request, house, walk_of(button.walk))
        return
    before = checklist.of_house(request.session, button.house_id).get(button.item)
    if before is None or before.verdict != button.verdict:
        checklist.put(request.session, button.house_id, button.item, button.verdict, request.now, by=request.me.id,
                      note=before.note if before is not None else None)
    if _waits_for_partner(house):
        again(request, house, walk_of(button.walk))
    else:
        _show(request, house, button.walk)


def on_note(request: Request) -> None:
    """Ask for a note."""
    button = request.button
    assert isinstance(button, CheckNote)
    _mine(request, button.house_id)
    start(request, NOTE, subject=button.house_id, fresh=True, preset={_ITEM: button.item.value, _WALK: button.walk})


def _may(request: Request, subject: int) -> None:
    _mine(request, subject)


def _note(_filling: Filling, text: str) -> str:
    return written(text, *_NOTE)


def _values(filling: Filling) -> dict[str, Any]:
    return {"item": filling.request.label(f"checklist.{filling.answers[_ITEM]}")}


def _after(request: Request, subject: int) -> Rows:
    return [[Press(request.label("checklist.button.back"), Checklist(subject, ""))]]


def _finish(filling: Filling) -> None:
    """A note alone leaves the item unknown."""
    request, subject, item = filling.request, filling.draft.subject_id, Item(filling.answers[_ITEM])
    before = checklist.of_house(request.session, subject).get(item)
    checklist.put(request.session, subject, item, Verdict(before.verdict) if before else Verdict.UNKNOWN, request.now,
                  by=request.me.id, note=filling.answers["note"])
    _show_item(request, _mine(request, subject), filling.answers[_WALK], item)


NOTE = register(Form("check_note", (Question("note", parse=_note, values=_values),), _finish, _may, summary=False,
                     after=_after))

