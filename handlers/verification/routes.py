"""Verifying (/verifikasi): the queues, a house, and the way into each decision."""

from __future__ import annotations

from typing import Any

from telegram.ext import BaseHandler

from handlers.kit.endpoint import command, press
from handlers.kit.filling import start
from handlers.kit.form import Form
from handlers.kit.policy import only
from handlers.kit.request import Request
from handlers.people.opening import opener
from handlers.verification import card, checklist, decisions, history, hold, queue, recheck, returning, several, undo
from handlers.verification.buttons import (
    Approve,
    ApproveTicked,
    Area,
    CheckItem,
    Checklist,
    CheckNote,
    History,
    Look,
    Mark,
    Menu,
    Next,
    Open,
    Queues,
    Recheck,
    RecheckRight,
    Rechecks,
    RecheckUndo,
    Refuse,
    Return,
    Several,
    Skip,
    Tick,
    Undo,
    UndoTicked,
)
from handlers.verification.walk import Walk, reach, walk_of
from storage import events
from storage.houses import House, HouseState
from storage.people import RoleName

_MAY = only(RoleName.VERIFIER)


def on_open(request: Request) -> None:
    """One house, in whatever state it is."""
    button = request.button
    assert isinstance(button, Open)
    card.show(request, reach(request, button.house_id), Walk())


def on_look(request: Request) -> None:
    """Back to the card, or another look at it."""
    button = request.button
    assert isinstance(button, Look)
    card.again(request, reach(request, button.house_id), walk_of(button.walk))


def on_decide(request: Request) -> None:
    """Begin a decision, if the house is still as it was shown and nobody else has it in hand."""
    button = request.button
    assert isinstance(button, Approve | Return | Refuse)
    house, walk = reach(request, button.house_id), walk_of(button.walk)
    held = hold.held(request, house)
    if house.state != HouseState.REGISTERED:
        request.toast(request.label("refuse.old_button"))
        request.edit(card.decided(request, house), card.next_steps(request, walk, house))
    elif held is not None:
        said = hold.refusal(request, house)
        request.toast(request.label(said.key, **said.values), alert=True)
        card.again(request, house, walk)
    elif house.version != button.version:
        request.toast(request.label("verify.changed", code=house.code), alert=True)
        card.show(request, house, walk)
    else:
        form = _FORMS[type(button)]
        if form.personal is not None:  # the card with its people stays above the question
            events.record(request.session, "read.household", request.now, actor=request.me.id, house=house.id)
        start(request, form, subject=button.house_id, fresh=True,
              preset=decisions.begin(request, house, button.walk))


_FORMS: dict[type, Form] = {Approve: decisions.APPROVE, Return: returning.RETURN, Refuse: decisions.REFUSE}


def show_to_verifier(request: Request, house: House) -> bool:
    """A house opened by its code."""
    if not request.me.covers(RoleName.VERIFIER, house.kecamatan_code):
        return False
    card.show(request, house, Walk())
    return True


opener(show_to_verifier)

ROUTES: list[BaseHandler[Any, Any, Any]] = [
    command("verifikasi", queue.on_verify, allow=_MAY),
    press(Menu, queue.on_verify, allow=_MAY),
    press(Queues, queue.on_verify, allow=_MAY),
    press(Area, queue.on_area, allow=_MAY),
    press(Next, queue.on_next, allow=_MAY),
    press(Skip, queue.on_skip, allow=_MAY),
    press(Open, on_open, allow=_MAY),
    press(Look, on_look, allow=_MAY),
    press(Approve, on_decide, allow=_MAY),
    press(Return, on_decide, allow=_MAY),
    press(Refuse, on_decide, allow=_MAY),
    press(Undo, undo.on_undo, allow=_MAY),
    press(Checklist, checklist.on_checklist, allow=_MAY),
    press(CheckItem, checklist.on_item, allow=_MAY),
    press(Mark, checklist.on_mark, allow=_MAY),
    press(CheckNote, checklist.on_note, allow=_MAY),
    press(History, history.on_history, allow=_MAY),
    press(Several, several.on_several, allow=_MAY),
    press(Tick, several.on_tick, allow=_MAY),
    press(ApproveTicked, several.on_approve, allow=_MAY),
    press(UndoTicked, several.on_undo, allow=_MAY),
    press(Rechecks, recheck.on_queue, allow=_MAY),
    press(Recheck, recheck.on_open, allow=_MAY),
    press(RecheckRight, recheck.on_right, allow=_MAY),
    press(RecheckUndo, recheck.on_undo, allow=_MAY),
]
