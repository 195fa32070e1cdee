"""/lepas: a partner gives a house back, with a reason; units and money return, the family's data is withdrawn."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from handlers.claims import told
from handlers.claims.access import own_claim
from handlers.claims.buttons import Funding, Release, ReleaseList
from handlers.claims.household import withdraw_claim
from handlers.kit.buttons import Press, Rows, grid
from handlers.kit.filling import start
from handlers.kit.form import Choice, Filling, Form, Question, register
from handlers.kit.notes import note
from handlers.kit.pages import turn
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.partners.figures import named
from handlers.people.opening import OpenHouse
from handlers.progress.buttons import ClaimCard, ClaimList
from handlers.registration.news import tell_surveyor
from handlers.transfers.news import over
from storage import claims, cofunding, partners, regions, transfers, worklist
from storage.claims import Claim, ClaimState, Turn
from storage.errors import Refused
from storage.houses import HouseState

PAGE = 8
_YES, _NO = "yes", "no"


def on_release_command(request: Request) -> None:
    """The claims that can be released."""
    request.say(*_list(request, None))


def on_list(request: Request) -> None:
    """Another page."""
    button = request.button
    assert isinstance(button, ReleaseList)
    request.edit(*_list(request, (button.turn, button.last) if button.turn >= 0 else None))


def _list(request: Request, after: tuple[int, int] | None) -> tuple[Markup, Rows]:
    found = worklist.page(request.session, request.me.partners, after=after, limit=PAGE + 1,
                          first=Turn.WORK, last=Turn.VERIFIER)
    if not found:
        return request.t("lepas.none"), [[Press(request.label("klaim.button.mine"), ClaimList(0, -1, 0))]]
    page = found[:PAGE]
    lines = [request.t("lepas.line", code=house.code, state=request.label(f"state.{house.state.value}"),
                       physical=claim.physical) for claim, house in page]
    rows: Rows = grid([Press(house.code, Release(claim.id or 0, claim.version)) for claim, house in page], 3)
    last = page[-1][0] if len(found) > PAGE else None
    rows += turn(request, ReleaseList(-1, 0) if after is not None else None,
                 ReleaseList(last.turn, last.id or 0) if last is not None else None)
    return join([request.t("lepas.title"), join(lines)], "\n\n"), rows


def on_release(request: Request) -> None:
    """Ask the reason."""
    button = request.button
    assert isinstance(button, Release)
    claim, _house = own_claim(request, button.claim_id)
    if claim.version != button.version and claim.state == ClaimState.ACTIVE:
        request.toast(request.label("progres.changed"))
    start(request, FORM, subject=button.claim_id)


def _may(request: Request, claim_id: int) -> None:
    claim, house = own_claim(request, claim_id)
    if claim.state == ClaimState.HANDED_OVER:
        raise Refused("claim.handed_over", code=house.code)
    if claim.state != ClaimState.ACTIVE:
        raise Refusal("klaim.refuse.over", code=house.code)
    if house.state == HouseState.FINISHED:
        raise Refused("claim.finished", code=house.code)


def _values(filling: Filling) -> dict[str, Any]:
    request = filling.request
    claim, house = own_claim(request, filling.draft.subject_id)
    kelurahan, kecamatan = regions.place_of(request.session, house.kelurahan_code)
    return {"code": house.code, "kelurahan": kelurahan, "kecamatan": kecamatan, "units": 1,
            "reserved": request.money(_own(request, claim)), "reason": filling.answers.get("reason", "")}


def _own(request: Request, claim: Claim) -> int:
    """Rupiah that return to the partner's own quotas; what others add returns to theirs."""
    return sum(part.amount for part, quota in cofunding.payers(request.session, claim.id or 0)
               if quota.partner_id == claim.partner_id)


def _sure(filling: Filling) -> list[Choice]:
    return [Choice(filling.request.label("lepas.yes"), _YES), Choice(filling.request.label("lepas.no"), _NO)]


def _after(request: Request, claim_id: int) -> Rows:
    return [[Press(request.label("progres.button.card"), ClaimCard(claim_id))]]


def _finish(filling: Filling) -> None:
    request, claim_id = filling.request, filling.draft.subject_id
    claim, house = own_claim(request, claim_id)
    if filling.answers["sure"] != _YES:
        request.edit(request.t("lepas.kept", code=house.code), _after(request, claim_id))
        return
    reserved, others = _own(request, claim), told.cofunders_of(request.session, claim)
    asked = transfers.pending(request.session, claim_id)
    claims.release(request.session, claim_id, filling.answers["reason"], request.now, by=request.me.id)
    withdraw_claim(request, claim_id)
    partner = partners.get(request.session, claim.partner_id)
    hear = [*told.verifier_of(request, house), *told.admins(request)]
    told.tell(request, hear, "klaim.told.released", lambda _texts: Press(house.code, OpenHouse(house.id or 0)),
              code=house.code, name=partner.name, reason=filling.answers["reason"])
    heard = {person.id for person in hear}
    told.tell(request, [person for person in others if person.id not in heard], "danai.told.released",
              lambda texts: Press(texts.label("danai.button.list"), Funding(0)), code=house.code, name=named(partner))
    over(request.session, asked, request.now)
    tell_surveyor(request, house, "kabar.released", besides=hear, name=partner.name)
    request.edit(request.t("lepas.done", code=house.code, reserved=request.money(reserved)), [
        [Press(request.label("klaim.button.mine"), ClaimList(claim.partner_id, -1, 0))],
    ])


FORM = register(Form("release", (
    Question("reason", parse=note, values=_values),
    Question("sure", choices=_sure, values=_values, width=1),
), _finish, _may, summary=False, after=_after))
