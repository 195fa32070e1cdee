"""The house as a verifier sees it, with what can be done about it."""

from __future__ import annotations

from markupsafe import Markup

from handlers.album import show_house_album
from handlers.cards import code_link, house_card, maps_url, place_of, show_personal
from handlers.kit import format as fmt
from handlers.kit import protected
from handlers.kit.buttons import Link, Press, Rows
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.people.opening import OpenHouse
from handlers.progress.buttons import Inspect
from handlers.registration.photo_places import FAR_METRES, distance
from handlers.verification import hold
from handlers.verification.buttons import (
    Approve,
    CheckItem,
    Checklist,
    History,
    Look,
    Next,
    Open,
    Queues,
    Refuse,
    Return,
    Skip,
)
from handlers.verification.walk import Walk, along
from storage import checklist, claims, events, holding, households, houses, photos, ready, shown
from storage.alike import Suspect
from storage.checklist import CONDITIONS, FOR_FUNDERS, Checkmark, Item, Verdict
from storage.claims import Turn
from storage.holding import Place
from storage.households import Household
from storage.houses import House, HouseState
from storage.outbox import Delivery, Outbox
from storage.people import RoleName

_SIGNS = {Verdict.YES: "✓", Verdict.NO: "✗", Verdict.UNKNOWN: "?"}
_SUSPECTS = 3
"""So many houses that may be the same stand on the card: more help nobody to decide."""


def show(request: Request, house: House, walk: Walk) -> None:
    """Take the house if it waits and is free: the card with personal data, the buttons that fit, then the photos."""
    hold.take(request, house)
    show_taken(request, house, walk)


def show_taken(request: Request, house: House, walk: Walk) -> None:
    """The same of a house that was taken a moment ago."""
    text, rows = _around(request, house, walk)
    show_personal(request, house, rows, below=text)
    show_house_album(request, house)


def again(request: Request, house: House, walk: Walk) -> None:
    """The same in place of the screen that was pressed; its photos still lie below."""
    hold.take(request, house)
    text, rows = _around(request, house, walk)
    personal(request, house, join([house_card(request, house, personal=True), *([text] if text else [])], "\n\n"), rows)


def personal(request: Request, house: House, text: Markup, rows: Rows) -> Outbox:
    """A screen with a family's data, in place of the protected message that was pressed, or as a new one; the read is
    recorded (decision 13).

    Raises:
        Refusal: the right to see it ended a moment ago.
    """
    if not shown.may_see(request.session, request.me.id, house):
        raise Refusal("refuse.role")
    if request.on_protected:
        row = request.edit(text, rows)
    else:
        row = request.say(text, rows, protect=True, delivery=Delivery.AT_MOST_ONCE)
    protected.remember(request, house.id or 0, row)
    events.record(request.session, "read.household", request.now, actor=request.me.id, house=house.id, shown=row.id)
    return row


def sign(mark: Checkmark | None) -> str:
    """How an item of the checklist was answered."""
    return _SIGNS[Verdict(mark.verdict)] if mark is not None else "–"


def _for_funders(request: Request, house: House, way: str, marks: dict[Item, Checkmark]) -> Rows:
    """What some partners ask may still be answered while a house waits for one."""
    return [[Press(f"{sign(marks.get(item))} {request.label(f'checklist.{item}')}",
                   CheckItem(house.id or 0, way, item))] for item in FOR_FUNDERS]


def _finished_work(request: Request, house: House) -> Rows:
    """The way to the proof, while a partner says that the work is done."""
    held = claims.holding(request.session, house.id or 0) if house.state == HouseState.IN_PROGRESS else None
    if held is None or held.turn != Turn.VERIFIER:
        return []
    return [[Press(request.label("verify.button.finished"), Inspect(held.id or 0))]]


def _steps(
    request: Request, house: House, walk: Walk, family: Household | None, marks: dict[Item, Checkmark]
) -> Rows:
    number, version, way = house.id or 0, house.version, str(walk)
    here = [Link(request.label("verify.button.map"), maps_url(family.lat, family.lon))] if family is not None else []
    last: Rows = [[*here, Press(request.label("verify.button.history"), History(number, way, 0))]]
    if house.state != HouseState.REGISTERED:
        asked = _for_funders(request, house, way, marks) if house.state == HouseState.ELIGIBLE else []
        return [*asked, *_finished_work(request, house), *last, *next_steps(request, walk, house)]
    if hold.held(request, house) is not None:
        again_ = Press(request.label("verify.button.look_again"), Look(number, way))
        return [[again_], *last, *next_steps(request, walk, house)]
    return [
        [Press(request.label("verify.button.approve"), Approve(number, version, way))],
        [Press(request.label("verify.button.return"), Return(number, version, way)),
         Press(request.label("verify.button.refuse"), Refuse(number, version, way))],
        [Press(request.label("verify.button.checklist"), Checklist(number, way))],
        *last, [Press(request.label("verify.button.skip"), Skip(number, way))],
    ]


def _around(request: Request, house: House, walk: Walk) -> tuple[Markup | None, Rows]:
    """What a verifier needs besides the card: who else works on it, far photos, like houses, the checklist, and the
    buttons."""
    number = house.id or 0
    family, pictures = households.of_house(request.session, number), photos.of_house(request.session, number)
    held = hold.held(request, house)
    lines = [held] if held is not None else []
    far = max((photo.pin_metres or 0 for photo in pictures), default=0)
    if far > FAR_METRES:
        away = distance(far, request.locale)
        lines.append(request.t("house.warn", text=request.t("verify.far_photo", distance=away)))
    if house.state == HouseState.RETURNED and house.wrong_fields:
        labels = ", ".join(request.label(f"form.house.{key}.label") for key in house.wrong_fields)
        lines.append(request.t("verify.wrong_fields", fields=labels))
    marks = checklist.of_house(request.session, number)
    rows = _steps(request, house, walk, family, marks)
    if house.state == HouseState.REGISTERED:
        alike, theirs = _suspects(request, ready.suspects_of(request.session, house, family, pictures))
        lines, rows = lines + alike, rows + theirs
    summary = _summary(request, marks)
    if summary is not None:
        lines.append(summary)
    return (join(lines) if lines else None), rows


def _suspects(request: Request, suspects: list[Suspect]) -> tuple[list[Markup], Rows]:
    """Houses that may be the same, with enough to judge and the way to their cards: for the verifier to decide."""
    found = {one.house_id: one for one in suspects}
    others = {other.id or 0: other for other in houses.some(request.session, list(found)[:_SUSPECTS])} if found else {}
    lines: list[Markup] = []
    rows: Rows = []
    for number, one in list(found.items())[:_SUSPECTS]:
        other = others[number]
        away = request.t("verify.alike.metres", metres=fmt.number(one.metres, request.locale)) \
            if one.metres is not None else Markup()
        lines += [request.t("verify.alike", code=code_link(request, other), state=request.label(f"state.{other.state}"),
                            place=place_of(request, other)) + away,
                  *(request.t(f"same.reason.{reason}", metres=one.metres or 0) for reason in one.reasons)]
        if request.me.covers(RoleName.VERIFIER, other.kecamatan_code):
            rows.append([Press(request.label("verify.button.open", code=other.code), OpenHouse(number))])
    if len(found) > _SUSPECTS:
        lines.append(request.t("verify.alike.more", n=len(found) - _SUSPECTS))
    return lines, rows


def _summary(request: Request, marks: dict[Item, Checkmark]) -> Markup | None:
    """The checklist in a line; None while nothing of it was answered."""
    if not marks:
        return None
    yes = sum(item in marks and marks[item].verdict == Verdict.YES for item in CONDITIONS)
    against, open_ = checklist.open_items(marks)
    line = request.t("verify.checklist.summary", yes=yes, total=len(CONDITIONS), open=len(open_))
    names = ", ".join(request.label(f"checklist.{item}") for item in against)
    return join([line, request.t("verify.checklist.against", items=names)]) if against else line


def next_steps(request: Request, walk: Walk, behind: House | None = None) -> Rows:
    """After a house: the next one of the walk that is free, and the queues."""
    place = Place(behind.priority, behind.id or 0) if behind is not None else None
    free = holding.first(request.session, along(request, walk), request.me.id, request.now, walk.order, after=place)
    rows: Rows = []
    if free is not None:
        rows.append([Press(request.label("verify.button.next"),
                           Next(str(walk), place.rank if place else 0, place.last if place else 0))])
    return [*rows, [Press(request.label("verify.button.menu"), Queues(str(walk.everywhere())))]]


def decided(request: Request, house: House) -> Markup:
    """The same in place of a card."""
    said = hold.faster(request, house)
    return request.t(said.key, **said.values | {"code": code_link(request, house)})


def collapse(request: Request, house: House) -> None:
    """A press makes its own card a line without personal data, with the way to open it again."""
    waits = house.state == HouseState.REGISTERED
    text = request.t("verify.skipped", code=code_link(request, house)) if waits else decided(request, house)
    request.edit(text, [[Press(request.label("verify.button.reopen"), Open(house.id or 0))]])
