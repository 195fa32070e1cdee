"""An admin grants a later deadline, or declines it with a note."""

from __future__ import annotations

from datetime import date
from typing import Any

from markupsafe import Markup

from handlers.claims import told
from handlers.deadlines.buttons import DeclineTime, ExtensionCard, Grant, Waiting
from handlers.kit import format as fmt
from handlers.kit.buttons import Press, Rows
from handlers.kit.filling import start
from handlers.kit.form import Filling, Form, Question, register
from handlers.kit.notes import note
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import Texts, join
from handlers.progress.buttons import ClaimCard
from handlers.progress.card import claim_card
from storage import claims, deadlines, houses
from storage.claims import Claim
from storage.errors import Refused, Stale
from storage.people import RoleName
from storage.requests import Answer, Extension


def due_day(request: Request, claim: Claim) -> date:
    """The day of a claim's deadline in the city."""
    assert claim.due_at is not None
    return claim.due_at.astimezone(request.runtime.zone).date()


def answer_rows(label: Any, extension_id: int) -> Rows:
    """Yes and no, on the card and under the news of a request; ``label``: of the reader's texts."""
    return [[Press(label("tenggat.button.grant"), Grant(extension_id)),
             Press(label("tenggat.button.decline"), DeclineTime(extension_id))],
            [Press(label("tenggat.button.card"), ExtensionCard(extension_id))]]


def _wanted(request: Request, row: Extension) -> date:
    return row.wanted_at.astimezone(request.runtime.zone).date()


def _screen(request: Request, row: Extension) -> tuple[Markup, Rows]:
    """The request, how it stands, and the claim's card below."""
    claim = claims.get(request.session, row.claim_id)
    house = houses.get(request.session, claim.house_id)
    key = "declined_note" if row.state == Answer.DECLINED and row.note else row.state.value
    lines = [request.t("tenggat.asked.title", code=house.code, date=fmt.date(_wanted(request, row), request.locale))]
    if row.reason:
        lines.append(request.t("alih.reason", reason=row.reason))
    lines.append(request.t(f"tenggat.state.{key}", **({"note": row.note} if key == "declined_note" else {})))
    rows = answer_rows(request.label, row.id or 0)[:1] if row.state == Answer.PENDING else []
    return join([join(lines), claim_card(request, claim, house)], "\n\n"), [
        *rows, [Press(request.label("progres.button.card"), ClaimCard(row.claim_id)),
                Press(request.label("tunggu.button"), Waiting(0, 0))]]


def on_card(request: Request) -> None:
    """A request as it stands now."""
    button = request.button
    assert isinstance(button, ExtensionCard)
    request.edit(*_screen(request, deadlines.get(request.session, button.extension_id)))


def _open(request: Request, extension_id: int) -> Extension | None:
    """A request that waits; an old button is answered with the card of now."""
    row = deadlines.get(request.session, extension_id)
    if row.state == Answer.PENDING:
        return row
    request.toast(request.label("alih.settled"))
    request.edit(*_screen(request, row))
    return None


def on_grant(request: Request) -> None:
    """The new date holds from now on, and the partner's reps hear of it."""
    button = request.button
    assert isinstance(button, Grant)
    row = _open(request, button.extension_id)
    if row is None:
        return
    if _wanted(request, row) < request.today:
        _impossible(request, row, request.t("tenggat.past"))
        return
    try:
        with request.session.begin_nested():
            row = deadlines.grant(request.session, button.extension_id, request.now, by=request.me.id)
    except Refused as refused:
        row = deadlines.get(request.session, button.extension_id)
        if isinstance(refused, Stale) and row.state != Answer.PENDING:
            _open(request, button.extension_id)
            return
        # The work went on meanwhile: there is no such deadline any more, or it is later than what was asked for.
        _impossible(request, row, request.t("tenggat.needless"))
        return
    _tell_reps(request, row, "tenggat.told.granted",
               date=lambda theirs: fmt.date(_wanted(request, row), theirs.locale))
    request.edit(*_screen(request, row))


def _impossible(request: Request, row: Extension, why: Markup) -> None:
    text, rows = _screen(request, row)
    request.edit(join([why, text], "\n\n"), rows)


def _tell_reps(request: Request, row: Extension, key: str, **values: Any) -> None:
    claim = claims.get(request.session, row.claim_id)

    def card(theirs: Texts) -> Press:
        return Press(theirs.label("progres.button.card"), ClaimCard(row.claim_id))

    told.tell(request, told.reps_of(request, claim.partner_id), key, card,
              code=houses.get(request.session, claim.house_id).code, **values)


def on_decline(request: Request) -> None:
    """Ask why."""
    button = request.button
    assert isinstance(button, DeclineTime)
    row = _open(request, button.extension_id)
    if row is not None:
        # As for transfers: the claim is the subject, and which request it was stands among the answers.
        start(request, FORM, subject=row.claim_id, preset={"extension": row.id}, fresh=True)


def _may(request: Request, claim_id: int) -> None:
    if not request.me.has(RoleName.ADMIN):
        raise Refusal("refuse.role")
    if deadlines.pending(request.session, claim_id) is None:
        raise Refusal("alih.settled")


def _values(filling: Filling) -> dict[str, Any]:
    request = filling.request
    row = deadlines.get(request.session, filling.answers["extension"])
    claim = claims.get(request.session, row.claim_id)
    return {"code": houses.get(request.session, claim.house_id).code,
            "date": fmt.date(_wanted(request, row), request.locale)}


def _finish(filling: Filling) -> None:
    request, answers = filling.request, filling.answers
    row = _open(request, answers["extension"])
    if row is None:
        return
    row = deadlines.decline(request.session, row.id or 0, answers["note"], request.now, by=request.me.id)
    _tell_reps(request, row, "tenggat.told.declined", note=answers["note"])
    request.edit(*_screen(request, row))


def _after(request: Request, claim_id: int) -> Rows:
    row = deadlines.pending(request.session, claim_id)
    return [[Press(request.label("tenggat.button.card"), ExtensionCard(row.id or 0))]] if row is not None else []


FORM = register(Form("extension_no", (
    Question("note", parse=note, values=_values),
), _finish, _may, summary=False, after=_after))
