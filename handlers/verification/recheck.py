"""Corrections of houses that a partner holds: the stage stays, and a verifier says whether the correction is right."""

from __future__ import annotations

from markupsafe import Markup

from handlers.cards import code_link, house_card
from handlers.kit.buttons import Press, Rows
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.registration.news import tell_surveyor
from handlers.verification.buttons import History, Menu, Recheck, RecheckRight, Rechecks, RecheckUndo
from handlers.verification.card import personal
from handlers.verification.history import change_lines
from handlers.verification.queues import QUEUES, Queue
from handlers.verification.walk import Walk, areas, reach
from storage import houses, rechecking
from storage.errors import Stale
from storage.houses import HELD, House


def corrections(request: Request) -> Queue:
    """Houses that were corrected while a partner holds them."""
    count = rechecking.count(request.session, areas(request))
    return Queue(count, request.label("recheck.queue", count=count), Rechecks(0))


QUEUES.append(corrections)


def on_queue(request: Request) -> None:
    """The next one."""
    button = request.button
    assert isinstance(button, Rechecks)
    house = rechecking.first(request.session, areas(request), after=button.after)
    if house is None:
        request.edit(request.t("recheck.none"), _on(request, None))
        return
    _show(request, house)


def on_open(request: Request) -> None:
    """One of them."""
    button = request.button
    assert isinstance(button, Recheck)
    _show(request, reach(request, button.house_id))


def _show(request: Request, house: House) -> None:
    """The card, what the last correction changed, and the two answers."""
    text = [house_card(request, house, personal=True)]
    rows: Rows = []
    if house.recheck_at is None:
        text.append(request.t("recheck.settled", code=house.code))
    else:
        changed = rechecking.last_change(request.session, house)
        text.append(join([request.t("recheck.changed"), *change_lines(request, changed)]) if changed
                    else request.t("recheck.photos"))
        rows.append([Press(request.label("recheck.button.right"), RecheckRight(house.id or 0, house.version))])
        if changed and house.state in HELD:
            rows.append([Press(request.label("recheck.button.undo"), RecheckUndo(house.id or 0, house.version, 0))])
    history = Press(request.label("verify.button.history"), History(house.id or 0, str(Walk()), 0))
    personal(request, house, join(text, "\n\n"), [*rows, [history], *_on(request, house)])


def _on(request: Request, house: House | None) -> Rows:
    """The next of them, and the queues."""
    after = house.id or 0 if house is not None else 0
    more = rechecking.first(request.session, areas(request), after=after)
    rows: Rows = [[Press(request.label("recheck.button.next"), Rechecks(after))]] if more is not None else []
    return [*rows, [Press(request.label("verify.button.menu"), Menu())]]


def _as_shown(request: Request, button: RecheckRight | RecheckUndo) -> House | None:
    """The house, if it still waits for a look as it was shown; an old button is answered with what is there now."""
    house = reach(request, button.house_id)
    if house.recheck_at is not None and house.version == button.version:
        return house
    _stale(request, house)
    return None


def _stale(request: Request, house: House) -> None:
    key = "verify.changed" if house.recheck_at is not None else "recheck.settled"
    request.toast(request.label(key, code=house.code), alert=True)
    _show(request, house)


def on_right(request: Request) -> None:
    """The correction stays."""
    button = request.button
    assert isinstance(button, RecheckRight)
    house = _as_shown(request, button)
    if house is None:
        return
    try:
        rechecking.confirm(request.session, button.house_id, button.version, request.now, by=request.me.id)
    except Stale:
        _stale(request, houses.get(request.session, button.house_id))
        return
    _settled(request, "recheck.right", house)


def on_undo(request: Request) -> None:
    """What was changed is put back, once it was said that this is meant."""
    button = request.button
    assert isinstance(button, RecheckUndo)
    house = _as_shown(request, button)
    if house is None:
        return
    if not button.sure:
        request.edit(request.t("recheck.sure", code=code_link(request, house)), [
            [Press(request.label("recheck.button.sure"), RecheckUndo(button.house_id, button.version, 1))],
            [Press(request.label("recheck.button.keep"), Recheck(button.house_id))],
        ])
        return
    try:
        rechecking.undo(request.session, button.house_id, button.version, request.now, by=request.me.id,
                        rules=request.runtime.rules)
    except Stale:
        _stale(request, houses.get(request.session, button.house_id))
        return
    _settled(request, "recheck.undone", house)
    tell_surveyor(request, houses.get(request.session, button.house_id), "recheck.news.undone")


def _settled(request: Request, key: str, house: House) -> None:
    said: Markup = request.t(key, code=code_link(request, house))
    request.edit(said, _on(request, None))
