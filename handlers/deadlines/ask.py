"""A partner asks for a later deadline: until when, and why. The admins decide."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from handlers.claims.access import own_claim
from handlers.claims.told import admins
from handlers.deadlines.answer import answer_rows, due_day
from handlers.deadlines.buttons import AskTime
from handlers.kit import format as fmt
from handlers.kit import parse
from handlers.kit.buttons import Press, Rows
from handlers.kit.filling import start
from handlers.kit.form import Choice, Filling, Form, Question, register
from handlers.kit.notes import note
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.progress.buttons import ClaimCard
from handlers.progress.card import claim_card, rows_of
from handlers.progress.report import fresh_claim
from handlers.transfers.news import tell_each
from storage import deadlines, partners
from storage.claims import Claim, ClaimState
from storage.errors import Refused
from storage.houses import House

_STEPS = (14, 30, 60)
"""Days that have a button."""


def on_ask(request: Request) -> None:
    """Ask for the new date."""
    button = request.button
    assert isinstance(button, AskTime)
    claim, house = own_claim(request, button.claim_id)
    if fresh_claim(request, claim, house, button.version):
        start(request, FORM, subject=button.claim_id, fresh=True)  # a day chosen weeks ago is none any more


def _may(request: Request, claim_id: int) -> None:
    claim, house = own_claim(request, claim_id)
    if claim.state != ClaimState.ACTIVE:
        raise Refusal("klaim.refuse.over", code=house.code)
    if claim.due_at is None:
        raise Refused("deadline.none")
    if deadlines.pending(request.session, claim_id) is not None:
        raise Refused("deadline.pending")


def _subject(filling: Filling) -> tuple[Claim, House]:
    return own_claim(filling.request, filling.draft.subject_id)


def _from(filling: Filling) -> date:
    """The day from which the new date is counted: the deadline, or today where that is over."""
    request = filling.request
    return max(due_day(request, _subject(filling)[0]), request.today)


def _choices(filling: Filling) -> list[Choice]:
    start_day, words = _from(filling), filling.request
    found = [(days, start_day + timedelta(days=days)) for days in _STEPS]
    return [Choice(words.label("tenggat.choice", days=days, date=fmt.date(day, words.locale)), day.isoformat())
            for days, day in found if day <= _last(filling)]


def _last(filling: Filling) -> date:
    """The farthest day that can be asked for."""
    return filling.request.today + deadlines.FARTHEST - timedelta(days=1)


def _day(filling: Filling, text: str) -> str:
    """A typed day, later than the deadline and today, and not years away."""
    request, least = filling.request, _from(filling)
    found = parse.day(text, request.today)
    last = _last(filling)
    if least < found <= last:
        return found.isoformat()
    said = {"date": fmt.date(found, request.locale),
            "example": _example(filling)}
    if found > last:
        raise Refusal("tenggat.refuse.far", last=fmt.date(last, request.locale), **said)
    raise Refusal("tenggat.refuse.early", least=fmt.date(least, request.locale), **said)


def _example(filling: Filling) -> str:
    """A day that can be asked for."""
    return fmt.date(_from(filling) + timedelta(days=_STEPS[0]), filling.request.locale)


def _show(filling: Filling, value: Any) -> str:
    return fmt.date(date.fromisoformat(str(value)), filling.request.locale)


def _values(filling: Filling) -> dict[str, Any]:
    claim, house = _subject(filling)
    return {"code": house.code, "due": fmt.date(due_day(filling.request, claim), filling.request.locale),
            "example": _example(filling)}


def _finish(filling: Filling) -> None:
    request, answers, claim_id = filling.request, filling.answers, filling.draft.subject_id
    day = date.fromisoformat(answers["day"])
    claim, house = own_claim(request, claim_id)
    due = due_day(request, claim)
    assert claim.due_at is not None
    wanted = claim.due_at + (day - due)  # whole days, so that the deadlines behind it move by whole days too
    row = deadlines.ask(request.session, claim_id, wanted, answers["reason"], request.now, by=request.me.id)
    tell_each(
        request, admins(request), "tenggat.told.asked", lambda theirs: answer_rows(theirs.label, row.id or 0),
        code=house.code, name=partners.get(request.session, claim.partner_id).name, reason=row.reason,
        date=lambda theirs: fmt.date(day, theirs.locale), due=lambda theirs: fmt.date(due, theirs.locale))
    request.edit(join([request.t("tenggat.sent"), claim_card(request, claim, house)], "\n\n"),
                 rows_of(request, claim, house))


def _after(request: Request, claim_id: int) -> Rows:
    return [[Press(request.label("progres.button.card"), ClaimCard(claim_id))]]


FORM = register(Form("extension", (
    Question("day", parse=_day, choices=_choices, show=_show, values=_values, width=1),
    Question("reason", parse=note, values=_values),
), _finish, _may, summary=False, after=_after))
