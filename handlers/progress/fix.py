"""Figures that were reported wrong are put right, also downwards, with a reason."""

from __future__ import annotations

from typing import Any

from handlers.claims.access import own_claim
from handlers.kit import format as fmt
from handlers.kit.filling import start
from handlers.kit.form import Choice, Filling, Form, Question, register
from handlers.kit.notes import note
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.progress.buttons import Fix
from handlers.progress.card import claim_card, rows_of
from handlers.progress.finish import may_finish
from handlers.progress.report import STEPS, fresh_claim, said_before, show_percent, to_card, whole_percent
from storage import claims, progress


def on_fix(request: Request) -> None:
    """Ask for the right figures."""
    button = request.button
    assert isinstance(button, Fix)
    claim, house = own_claim(request, button.claim_id)
    if fresh_claim(request, claim, house, button.version):
        start(request, FORM, subject=button.claim_id)


def _percent(_filling: Filling, text: str) -> str:
    return str(whole_percent(text))


def _steps(filling: Filling) -> list[Choice]:
    return [Choice(fmt.percent(step, filling.request.locale), str(step)) for step in (0, *STEPS)]


def _finish(filling: Filling) -> None:
    request, answers, claim_id = filling.request, filling.answers, filling.draft.subject_id
    progress.correct(request.session, claim_id, int(answers["physical"]), int(answers["financial"]), answers["reason"],
                     request.now, by=request.me.id, rules=request.runtime.rules)
    claim, house = claims.get(request.session, claim_id), own_claim(request, claim_id)[1]
    request.edit(join([request.t("progres.fixed"), claim_card(request, claim, house)], "\n\n"),
                 rows_of(request, claim, house))


_FIGURE: dict[str, Any] = {"parse": _percent, "choices": _steps, "show": show_percent, "values": said_before,
                           "width": 6}

FORM = register(Form("progress_fix", (
    Question("physical", **_FIGURE),
    Question("financial", **_FIGURE),
    Question("reason", parse=note, values=said_before),
), _finish, may_finish, after=to_card))
