"""The handover record (BAST) is drawn up with what the house really cost. Signed, it closes the claim."""

from __future__ import annotations

from typing import Any

from handlers.claims.access import own_claim
from handlers.kit import parse
from handlers.kit.filling import start
from handlers.kit.form import Choice, Filling, Form, Question, register
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.progress.bast import send_record
from handlers.progress.buttons import HandOver
from handlers.progress.card import claim_card, rows_of
from handlers.progress.report import fresh_claim, to_card
from storage import claims, handover, houses, worklist
from storage.claims import Claim, ClaimState
from storage.errors import Refused
from storage.houses import House, HouseState

_SAME = "same"
_YES = "yes"


def on_hand_over(request: Request) -> None:
    """Ask the real cost. It may be asked again, until the record comes back signed."""
    button = request.button
    assert isinstance(button, HandOver)
    claim, house = own_claim(request, button.claim_id, admins=True)
    if fresh_claim(request, claim, house, button.version):
        start(request, FORM, subject=button.claim_id)


def _may(request: Request, claim_id: int) -> None:
    finished(request, claim_id)


def finished(request: Request, claim_id: int) -> tuple[Claim, House]:
    """A claim whose work a verifier has confirmed, and which is not handed over.

    Raises:
        Refusal, Refused: not theirs, over, or not there yet.
    """
    claim, house = own_claim(request, claim_id, admins=True)
    if claim.state == ClaimState.HANDED_OVER:
        raise Refused("claim.handed_over", code=house.code)
    if claim.state != ClaimState.ACTIVE:
        raise Refusal("klaim.refuse.over", code=house.code)
    if house.state != HouseState.FINISHED:
        raise Refused("claim.not_finished", code=house.code)
    return claim, house


def _reserved(filling: Filling) -> int:
    number = filling.draft.subject_id
    return worklist.reserved(filling.request.session, [number]).get(number, 0)


def _as_claimed(filling: Filling) -> list[Choice]:
    """What was promised; and what the record says, where there is one."""
    request, reserved = filling.request, _reserved(filling)
    found = [Choice(request.label("progres.as_claimed", money=request.money(reserved)), _SAME)]
    before = claims.get(request.session, filling.draft.subject_id).bast_cost
    if before is not None and before != reserved:
        found.insert(0, Choice(request.label("progres.as_before", money=request.money(before)), str(before)))
    return found


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
    request, claim_id = filling.request, filling.draft.subject_id
    claim = handover.prepare(request.session, claim_id, _real(filling), request.now, by=request.me.id)
    house = houses.get(request.session, claim.house_id)
    request.edit(join([request.t("progres.bast_made"), claim_card(request, claim, house)], "\n\n"),
                 rows_of(request, claim, house))
    send_record(request, claim, house)


FORM = register(Form("handover", (
    Question("cost", parse=_money, choices=_as_claimed, show=_show, values=_values, width=1),
    Question("sure", choices=_yes, values=_values, width=1),
), _finish, _may, summary=False, after=to_card))
