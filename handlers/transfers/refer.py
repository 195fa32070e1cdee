"""A referral: the holder offers its house to another partner, with a reason."""

from __future__ import annotations

from typing import Any

from handlers.claims.access import own_claim
from handlers.kit.buttons import Press, Rows
from handlers.kit.filling import start
from handlers.kit.form import Choice, Filling, Form, Question, register
from handlers.kit.notes import note
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.progress.buttons import ClaimCard
from handlers.progress.report import fresh_claim
from handlers.transfers import news
from handlers.transfers.access import check_movable
from handlers.transfers.ask import YES, sent, sure
from handlers.transfers.buttons import Refer
from storage import partners, transfers
from storage.partners import Partner


def on_refer(request: Request) -> None:
    """Ask to whom."""
    button = request.button
    assert isinstance(button, Refer)
    claim, house = own_claim(request, button.claim_id)
    if fresh_claim(request, claim, house, button.version):
        start(request, FORM, subject=button.claim_id, fresh=True)


def _may(request: Request, claim_id: int) -> None:
    claim, house = own_claim(request, claim_id)
    check_movable(request, claim, house)
    if not _others(request, claim_id):
        raise Refusal("alih.refuse.nobody")


def _others(request: Request, claim_id: int) -> list[Partner]:
    claim, _house = own_claim(request, claim_id)
    return [one for one in partners.all_partners(request.session) if one.id != claim.partner_id]


def _partners(filling: Filling) -> list[Choice]:
    return [Choice(one.name, str(one.id)) for one in _others(filling.request, filling.draft.subject_id)]


def _values(filling: Filling) -> dict[str, Any]:
    request, answers = filling.request, filling.answers
    _claim, house = own_claim(request, filling.draft.subject_id)
    values = {"code": house.code, "reason": answers.get("reason", "")}
    if "partner" in answers:
        values["taker"] = partners.get(request.session, int(answers["partner"])).name
    return values


def _finish(filling: Filling) -> None:
    request, answers, claim_id = filling.request, filling.answers, filling.draft.subject_id
    if answers["sure"] != YES:
        request.edit(request.t("alih.not_sent"), _after(request, claim_id))
        return
    row = transfers.offer(request.session, claim_id, int(answers["partner"]), answers["reason"], request.now,
                          by=request.me.id)
    news.asked(request, row)
    sent(request, row)


def _after(request: Request, claim_id: int) -> Rows:
    return [[Press(request.label("progres.button.card"), ClaimCard(claim_id))]]


FORM = register(Form("refer", (
    Question("partner", choices=_partners, values=_values),
    Question("reason", parse=note, values=_values),
    Question("sure", choices=sure, values=_values, width=1),
), _finish, _may, summary=False, after=_after))
