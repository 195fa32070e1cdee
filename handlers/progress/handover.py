"""The handover (BAST): the real cost settles what was reserved."""

from __future__ import annotations

from typing import Any

from handlers.claims import told
from handlers.claims.access import own_claim
from handlers.claims.household import withdraw_claim
from handlers.kit import parse
from handlers.kit.buttons import Press, Rows
from handlers.kit.filling import start
from handlers.kit.form import Choice, Filling, Form, Question, register
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.partners.figures import quota_left, rupiah
from handlers.progress.buttons import ClaimCard, HandOver
from handlers.progress.card import claim_card, rows_of
from handlers.progress.report import fresh_claim
from handlers.registration.news import tell_surveyor
from storage import claims, houses, partners, worklist
from storage.claims import ClaimState
from storage.errors import Refused
from storage.houses import HouseState

_SAME = "same"
_YES = "yes"


def on_hand_over(request: Request) -> None:
    """Ask the real cost."""
    button = request.button
    assert isinstance(button, HandOver)
    claim, house = own_claim(request, button.claim_id, admins=True)
    if fresh_claim(request, claim, house, button.version):
        start(request, FORM, subject=button.claim_id)


def _may(request: Request, claim_id: int) -> None:
    claim, house = own_claim(request, claim_id, admins=True)
    if claim.state == ClaimState.HANDED_OVER:
        raise Refused("claim.handed_over", code=house.code)
    if claim.state != ClaimState.ACTIVE:
        raise Refusal("klaim.refuse.over", code=house.code)
    if house.state != HouseState.FINISHED:
        raise Refused("claim.not_finished", code=house.code)


def _reserved(filling: Filling) -> int:
    number = filling.draft.subject_id
    return worklist.reserved(filling.request.session, [number]).get(number, 0)


def _as_claimed(filling: Filling) -> list[Choice]:
    money = filling.request.money(_reserved(filling))
    return [Choice(filling.request.label("progres.as_claimed", money=money), _SAME)]


def _money(_filling: Filling, text: str) -> int:
    return parse.money(text)


def _real(filling: Filling) -> int:
    value = filling.answers["cost"]
    return _reserved(filling) if value == _SAME else int(value)


def _show(filling: Filling, value: Any) -> str:
    return filling.request.money(int(value))


def _values(filling: Filling) -> dict[str, Any]:
    request, reserved = filling.request, _reserved(filling)
    _claim, house = own_claim(request, filling.draft.subject_id, admins=True)
    values: dict[str, Any] = {"code": house.code, "reserved": request.money(reserved)}
    if "cost" in filling.answers:
        real = _real(filling)
        key = "progres.over_reserved" if real > reserved else "progres.under_reserved"
        values |= {"real": request.money(real), "difference": request.t(key, money=request.money(abs(real - reserved)))
                   if real != reserved else request.t("progres.as_reserved")}
    return values


def _yes(filling: Filling) -> list[Choice]:
    return [Choice(filling.request.label("progres.hand_over.yes"), _YES)]


def _finish(filling: Filling) -> None:
    request, claim_id, real = filling.request, filling.draft.subject_id, _real(filling)
    claims.hand_over(request.session, claim_id, real, request.now, by=request.me.id)
    claim, house = own_claim(request, claim_id, admins=True)
    house = houses.get(request.session, house.id or 0)
    withdraw_claim(request, claim_id)
    partner = partners.get(request.session, claim.partner_id)
    hear = [*told.admins(request), *told.reps_of(request, claim.partner_id)]
    told.tell(request, hear, "klaim.told.handed_over", code=house.code, name=partner.name, real=rupiah(real))
    tell_surveyor(request, house, "kabar.handed_over", besides=hear, name=partner.name)
    quota = partners.fresh(request.session, claims.contributions(request.session, claim_id)[0].quota_id)
    request.edit(join([request.t("progres.handed_over"), claim_card(request, claim, house),
                       quota_left(request, quota)], "\n\n"), rows_of(request, claim, house))


def _after(request: Request, claim_id: int) -> Rows:
    return [[Press(request.label("progres.button.card"), ClaimCard(claim_id))]]


FORM = register(Form("handover", (
    Question("cost", parse=_money, choices=_as_claimed, show=_show, values=_values, width=1),
    Question("sure", choices=_yes, values=_values, width=1),
), _finish, _may, summary=False, after=_after))
