"""A co-funder takes its money back from a house while the work goes on; it is asked once whether that is meant."""

from __future__ import annotations

from typing import Any

from handlers.claims import told
from handlers.claims.access import own_partner
from handlers.claims.buttons import Funding, LeaveFunding
from handlers.claims.cofund import ours_in
from handlers.claims.funding import amount_of, part_name
from handlers.claims.joining import lead_button
from handlers.kit.buttons import Press, Rows
from handlers.kit.filling import start
from handlers.kit.form import Choice, Filling, Form, Question, Takes, register
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.partners.figures import named, quota_left, rupiah
from storage import claims, cofunding, houses, partners
from storage.contributions import Contribution
from storage.errors import Refused, Stale
from storage.partners import Partner

_YES, _NO = "yes", "no"


def on_leave(request: Request) -> None:
    """Ask whether it is meant."""
    button = request.button
    assert isinstance(button, LeaveFunding)
    part, _ = _own(request, button.contribution_id)
    start(request, FORM, subject=part.claim_id, preset={"contribution": button.contribution_id}, fresh=True)


def _own(request: Request, contribution_id: int) -> tuple[Contribution, Partner]:
    """A contribution of an own partner, as it is now.

    Raises:
        Refusal: ``klaim.refuse.not_yours``.
        Refused: ``cofund.gone``, ``cofund.lead``.
    """
    part = cofunding.get(request.session, contribution_id)
    partner = own_partner(request, partners.fresh(request.session, part.quota_id).partner_id)
    if part.lead:
        raise Refused("cofund.lead")
    if part.ended_at is not None:
        raise Refused("cofund.gone")
    return part, partner


def _may(request: Request, claim_id: int) -> None:
    if not ours_in(request, claim_id):
        raise Refusal("rule.cofund.gone")
    try:
        cofunding.open_now(request.session, claim_id)
    except Stale:
        raise Refusal("danai.refuse.over") from None


def _values(filling: Filling) -> dict[str, Any]:
    part, _ = _own(filling.request, filling.answers["contribution"])
    claim = claims.get(filling.request.session, part.claim_id)
    return {"code": houses.get(filling.request.session, claim.house_id).code,
            "amount": amount_of(filling.request, part),
            "rest": filling.request.money(claim.uncovered + part.amount)}


def _sure(filling: Filling) -> list[Choice]:
    return [Choice(filling.request.label("danai.leave.yes"), _YES),
            Choice(filling.request.label("danai.leave.no"), _NO)]


def _finish(filling: Filling) -> None:
    request = filling.request
    part, partner = _own(request, filling.answers["contribution"])
    claim = claims.get(request.session, part.claim_id)
    code = houses.get(request.session, claim.house_id).code
    if filling.answers["sure"] != _YES:
        request.edit(request.t("danai.leave.kept", code=code), _after(request, part.claim_id))
        return
    cofunding.leave(request.session, part.id or 0, request.now, by=request.me.id)
    claim = claims.get(request.session, part.claim_id)
    quota = partners.fresh(request.session, part.quota_id)
    request.edit(join([request.t("danai.leave.done", code=code, money=request.money(part.amount)),
                       quota_left(request, quota)]), _after(request, part.claim_id))
    told.tell(request, told.reps_of(request, claim.partner_id), "danai.told.left",
              lambda texts: lead_button(texts, claim.id or 0), code=code, name=named(partner),
              money=rupiah(part.amount), part=lambda texts: part_name(texts, part.part), rest=rupiah(claim.uncovered))


def _after(request: Request, _claim_id: int) -> Rows:
    return [[Press(request.label("danai.button.list"), Funding(0))]]


FORM = register(Form("cofund_leave", (
    Question("sure", Takes.CHOICE, choices=_sure, values=_values, width=1),
), _finish, _may, summary=False, after=_after))
