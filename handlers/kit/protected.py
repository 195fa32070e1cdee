"""A family's data on a screen: one protected message at a time, emptied when the right to see it ends (decision 13)."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from handlers.kit.buttons import Rows
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.runtime import Runtime
from handlers.kit.texts import texts
from handlers.kit.then import Sent, then
from storage import outbox, shown
from storage.claims import Claim
from storage.houses import House
from storage.outbox import Delivery, Outbox, OutboxState
from storage.people import Person
from storage.shown import EMPTIED, Shown

WITHDRAWN, REPLACED = "shown.withdrawn", "shown.replaced"


def show(
    request: Request, house: House, text: str, buttons: Rows | None = None, *, claim: Claim | None = None
) -> Outbox:
    """Send a family's data. A copy whose place nobody knows could not be emptied, so it is never sent twice.

    Raises:
        Refusal: the right to see it ended a moment ago.
    """
    if not shown.may_see(request.session, request.me.id, house, claim):
        raise Refusal("refuse.role")
    row = request.say(text, buttons, protect=True, delivery=Delivery.AT_MOST_ONCE)
    remember(request, house.id or 0, row, claim_id=claim.id if claim else None)
    return row


def remember(request: Request, house_id: int, row: Outbox, *, claim_id: int | None = None) -> None:
    """A call shows a family's data: it takes the place of what showed it to this person before."""
    before = shown.of_house(request.session, request.me.id, house_id)
    shown.note(request.session, house_id, request.me.id, row.chat_id, row.id or 0, request.now, claim_id=claim_id)
    withdraw(request.session, before, request.now, REPLACED)


def withdraw(session: Session, rows: list[Shown], now: datetime, key: str = WITHDRAWN) -> None:
    """Empty messages, each in its reader's language; one that still waits to be sent is not sent at all."""
    for row in rows:
        wrote = session.get(Outbox, row.outbox_id, populate_existing=True)
        person = session.get(Person, row.person_id)
        assert wrote is not None
        assert person is not None
        if outbox.cancel(session, wrote, now) or wrote.state in (OutboxState.DEAD, OutboxState.REPLACED):
            shown.close(session, row, now)
        elif wrote.state != OutboxState.UNKNOWN:
            _empty(session, row, wrote, texts(person.locale).t(key), now)
        elif key != REPLACED:
            # It may have arrived, and nobody knows where it stands: all that is left is to ask.
            _empty(session, row, None, texts(person.locale).t("shown.delete"), now)


def end(session: Session, claim: Claim, now: datetime) -> None:
    """The right to see the family that came with a claim has ended, for everybody who saw it."""
    withdraw(session, shown.of_claim(session, claim.id or 0), now)
    shown.recall(session, claim, now)


def _empty(session: Session, row: Shown, wrote: Outbox | None, text: str, now: datetime) -> None:
    params = {"chat_id": row.chat_id, "text": str(text), "parse_mode": "HTML"}
    if wrote is None:
        made = outbox.enqueue(session, row.chat_id, "sendMessage", params, now, then=EMPTIED)
    else:
        # An edit stands where it was aimed at, whatever became of it.
        there = wrote.target_message if wrote.method.startswith("edit") else None
        made = outbox.enqueue(session, row.chat_id, "editMessageText", params, now, then=EMPTIED,
                              target_message=there, target_row=None if there else wrote.id)
    shown.emptying(session, [row], made.id or 0)


@then(EMPTIED)
def on_emptied(sent: Sent) -> None:
    """The message shows nothing any more."""
    shown.emptied(sent.session, sent.row.id or 0, sent.now)


def finish(session: Session, chat_id: int, now: datetime) -> None:
    """A chat can be written to again: what was to be emptied there meanwhile is emptied now."""
    withdraw(session, shown.unfinished(session, chat_id), now)


def finish_all(session: Session, _runtime: Runtime, now: datetime) -> int:
    """Try once more to empty what could not be emptied; how many messages."""
    rows = shown.unfinished(session)
    withdraw(session, rows, now)
    return len(rows)
