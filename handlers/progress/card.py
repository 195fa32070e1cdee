"""A claim's card: stage, percents, money, the last report, and what can be done next."""

from __future__ import annotations

from markupsafe import Markup

from handlers.cards import code_link, place_of
from handlers.claims.buttons import Family, Release
from handlers.kit import format as fmt
from handlers.kit.buttons import Press, Rows, grid
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.progress.buttons import ClaimList, Finish, HandOver, Photos, Report
from storage import partners, progress, worklist
from storage.claims import Claim, ClaimState, Turn
from storage.houses import House
from storage.people import RoleName


def claim_screen(request: Request, claim: Claim, house: House) -> tuple[Markup, Rows]:
    """The card with its buttons."""
    return claim_card(request, claim, house), rows_of(request, claim, house)


def claim_card(request: Request, claim: Claim, house: House) -> Markup:
    """The card as HTML, without personal data."""
    number = claim.id or 0
    partner = partners.get(request.session, claim.partner_id)
    reserved = worklist.reserved(request.session, [number]).get(number, 0)
    lines = [
        request.t("progres.card", code=code_link(request, house), state=_stage(request, claim, house),
                  place=place_of(request, house), name=partner.name),
        request.t("progres.percent", physical=fmt.percent(claim.physical, request.locale),
                  financial=fmt.percent(claim.financial, request.locale)),
        request.t("progres.money", reserved=request.money(reserved), estimate=request.money(house.estimate or 0)),
    ]
    if claim.real_cost is not None:
        lines.append(request.t("progres.real", real=request.money(claim.real_cost)))
    said = next(iter(progress.of_claim(request.session, number, 1)), None)
    if said is not None:
        at = fmt.date_time(said.at, request.runtime.zone, request.runtime.zone_label, request.locale)
        lines.append(request.t(f"progres.said.{said.kind.value}", at=at))
        if said.note:
            lines.append(request.t("progres.note", note=said.note))
    lines.append(request.t("progres.photos", n=progress.count_photos(request.session, number)))
    return join(lines)


def _stage(request: Request, claim: Claim, house: House) -> str:
    if claim.state not in (ClaimState.ACTIVE, ClaimState.HANDED_OVER):
        return request.label("progres.over")
    if claim.turn == Turn.VERIFIER:
        return request.label("progres.waits")
    return request.label(f"state.{house.state.value}")


def rows_of(request: Request, claim: Claim, house: House) -> Rows:
    """What this person can do with a claim now."""
    number, version, turn = claim.id or 0, claim.version, claim.turn
    back: Rows = [[Press(request.label("progres.button.list"), ClaimList(claim.partner_id, -1, 0))]]
    if claim.state not in (ClaimState.ACTIVE, ClaimState.HANDED_OVER):
        return back
    rows: Rows = []
    mine = claim.partner_id in request.me.partners
    if turn == Turn.HAND_OVER and (mine or request.me.has(RoleName.ADMIN)):
        rows.append([Press(request.label("progres.button.hand_over"), HandOver(number, version))])
    if mine and turn in (Turn.BEGIN, Turn.WORK):
        rows.append([Press(request.label("progres.button.report"), Report(number, version))])
    if mine and turn == Turn.WORK:
        rows.append([Press(request.label("progres.button.finish"), Finish(number, version, 0))])
    small = []
    if turn != Turn.BEGIN:
        small.append(Press(request.label("progres.button.photos"), Photos(number)))
    if mine and claim.state == ClaimState.ACTIVE:
        small.append(Press(request.label("progres.button.family"), Family(number)))
        if turn != Turn.HAND_OVER:
            small.append(Press(request.label("progres.button.release"), Release(number, version)))
    return [*rows, *grid(small), *back]
