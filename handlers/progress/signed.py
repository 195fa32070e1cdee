"""The signed handover record comes back as photos or a PDF: with it the house is handed over."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from handlers.claims import told
from handlers.claims.access import own_claim
from handlers.claims.buttons import Funding
from handlers.claims.household import withdraw_claim
from handlers.kit.buttons import Press
from handlers.kit.filling import start
from handlers.kit.form import Answers, Filling, Form, Question, Takes, register
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.partners.figures import quota_left, rupiah
from handlers.progress.buttons import ClaimCard, SendBast
from handlers.progress.card import claim_card, rows_of
from handlers.progress.handover import finished
from handlers.progress.report import to_card
from handlers.registration.news import tell_surveyor
from handlers.transfers.news import over
from storage import claims, handover, households, houses, partners, scans, transfers
from storage.claims import Claim, ClaimState
from storage.errors import Refused
from storage.houses import House

_COST = "bast_cost"
"""A note in the answers: what the record said when it was shown, in rupiah."""


def on_send(request: Request) -> None:
    """Ask for the pages."""
    button = request.button
    assert isinstance(button, SendBast)
    start(request, FORM, subject=button.claim_id)


def _may(request: Request, claim_id: int) -> None:
    """Before the handover, or after it where a page could not be read and the family's data is still kept."""
    claim, house = own_claim(request, claim_id, admins=True)
    if claim.state != ClaimState.HANDED_OVER:
        finished(request, claim_id)
        if claim.bast_cost is None:
            raise Refusal("progres.refuse.no_bast", code=house.code)
    elif households.of_house(request.session, house.id or 0) is None \
            or not scans.may_follow(request.session, claim_id):
        raise Refused("claim.handed_over", code=house.code)


def _begin(request: Request, claim_id: int) -> Answers:
    return {_COST: own_claim(request, claim_id, admins=True)[0].bast_cost}


def _note_cost(filling: Filling, _changed: str) -> None:
    """The record may have been drawn up anew meanwhile: then the summary is shown again before it counts."""
    filling.answers[_COST] = claims.get(filling.request.session, filling.draft.subject_id).bast_cost


def _intro(request: Request, claim_id: int) -> list[Markup]:
    claim, house = own_claim(request, claim_id, admins=True)
    if claim.state == ClaimState.HANDED_OVER:
        return [request.t("progres.bast.follows", code=house.code)]
    return [request.t("progres.bast.costs", code=house.code, real=request.money(claim.bast_cost or 0))]


def _values(filling: Filling) -> dict[str, Any]:
    return {"code": own_claim(filling.request, filling.draft.subject_id, admins=True)[1].code}


def _show(filling: Filling, value: Any) -> str:
    return filling.request.label("progres.pages", n=len(value))


def _finish(filling: Filling) -> None:
    request, claim_id, draft = filling.request, filling.draft.subject_id, filling.draft
    if not scans.of_draft(request.session, draft.id or 0):  # every page was refused meanwhile
        raise Refusal("refuse.want_file")
    scans.attach(request.session, draft.id or 0, claim_id)
    claim, house = own_claim(request, claim_id, admins=True)
    if claim.state == ClaimState.HANDED_OVER:
        request.edit(join([request.t("progres.bast.kept"), claim_card(request, claim, house)], "\n\n"),
                     rows_of(request, claim, house))
        return
    asked = transfers.pending(request.session, claim_id)
    claim = handover.hand_over(request.session, claim_id, claim.bast_cost or 0, request.now, by=request.me.id)
    withdraw_claim(request, claim_id)
    _tell(request, claim, house)
    over(request.session, asked, request.now, "alih.told.done")
    quota = partners.fresh(request.session, claims.contributions(request.session, claim_id)[0].quota_id)
    house = houses.get(request.session, house.id or 0)
    request.edit(join([request.t("progres.handed_over"), claim_card(request, claim, house),
                       quota_left(request, quota)], "\n\n"), rows_of(request, claim, house))


def _tell(request: Request, claim: Claim, house: House) -> None:
    """The admins, and the reps of everybody who pays."""
    name, number = partners.get(request.session, claim.partner_id).name, claim.id or 0
    said = {"code": house.code, "name": name, "real": rupiah(claim.real_cost or 0)}
    hear = [*told.admins(request), *told.reps_of(request, claim.partner_id)]
    told.tell(request, hear, "klaim.told.handed_over",
              lambda texts: Press(texts.label("progres.button.card"), ClaimCard(number)), **said)
    heard = {person.id for person in hear}
    funders = [person for person in told.cofunders_of(request.session, claim) if person.id not in heard]
    told.tell(request, funders, "klaim.told.handed_over",
              lambda texts: Press(texts.label("danai.button.list"), Funding(0)), **said)
    tell_surveyor(request, house, "kabar.handed_over", besides=[*hear, *funders], name=name)


FORM = register(Form("bast", (
    Question("pages", Takes.FILE, show=_show, values=_values),
), _finish, _may, begin=_begin, check=_note_cost, intro=_intro, after=to_card, save="progres.button.hand_over"))
