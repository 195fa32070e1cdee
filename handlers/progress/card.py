"""A claim's card: stage, percents, money, the last report, and what can be done next."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from handlers.cards import code_link, place_of
from handlers.claims.buttons import Family, Release
from handlers.claims.funding import payer_lines
from handlers.deadlines.buttons import AskTime
from handlers.deadlines.words import due_of, in_full
from handlers.kit import format as fmt
from handlers.kit.buttons import Press, Rows, grid
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.progress.buttons import ClaimList, Finish, Fix, HandOver, Photos, Report, SendBast, ShowBast
from handlers.transfers.buttons import Refer, TransferCard
from storage import deadlines, households, partners, progress, scans, transfers
from storage.claims import Claim, ClaimState, Turn
from storage.houses import House
from storage.people import RoleName
from storage.progress import ProgressKind


def claim_screen(request: Request, claim: Claim, house: House) -> tuple[Markup, Rows]:
    """The card with its buttons."""
    return claim_card(request, claim, house), rows_of(request, claim, house)


def claim_card(request: Request, claim: Claim, house: House) -> Markup:
    """The card as HTML, without personal data."""
    number = claim.id or 0
    partner = partners.get(request.session, claim.partner_id)
    reserved, payers = payer_lines(request, claim)
    lines = [
        request.t("progres.card", code=code_link(request, house), state=stage_of(request, claim, house),
                  place=place_of(request, house), name=partner.name),
        request.t("progres.percent", physical=fmt.percent(claim.physical, request.locale),
                  financial=fmt.percent(claim.financial, request.locale)),
        request.t("progres.money", reserved=request.money(reserved), estimate=request.money(house.estimate or 0)),
        *payers,
    ]
    lines += _due_lines(request, claim)
    if claim.real_cost is not None:
        lines.append(request.t("progres.real", real=request.money(claim.real_cost)))
    if claim.bast_at is not None and claim.bast_cost is not None and claim.state == ClaimState.ACTIVE:
        lines.append(request.t("progres.bast", at=_at(request, claim.bast_at), real=request.money(claim.bast_cost)))
    lines += _said(request, claim)
    if claim.state in (ClaimState.ACTIVE, ClaimState.HANDED_OVER):
        lines += _milestones(request, number)
    lines.append(request.t("progres.photos", n=progress.count_photos(request.session, number)))
    return join(lines)


def _due_lines(request: Request, claim: Claim) -> list[Markup]:
    """By when the work must go on, and whether a later date was asked for."""
    asked = deadlines.pending(request.session, claim.id or 0) if claim.due_at is not None else None
    due = due_of(claim, request.now, request.runtime.zone, asked=asked is not None)
    if due is None:
        return []
    lines = [in_full(request.texts, due)]
    if asked is not None:
        day = asked.wanted_at.astimezone(request.runtime.zone).date()
        lines.append(request.t("tenggat.asked", date=fmt.date(day, request.locale)))
    return lines


def _at(request: Request, moment: datetime) -> str:
    return fmt.date_time(moment, request.runtime.zone, request.runtime.zone_label, request.locale)


def _said(request: Request, claim: Claim) -> list[Markup]:
    """What was said last, and what held the work up when it was last reported on, until the work is confirmed."""
    found = progress.of_claim(request.session, claim.id or 0)
    if not found:
        return []
    said, lines = found[0], []
    lines.append(request.t("progres.said.corrected" if said.corrects else f"progres.said.{said.kind.value}",
                           at=_at(request, said.at)))
    if said.note:
        lines.append(request.t("progres.note", note=said.note))
    report = next((one for one in found if one.kind == ProgressKind.REPORT and not one.corrects), None)
    if report is not None and report.obstacle is not None and claim.turn not in (Turn.HAND_OVER, Turn.DONE):
        lines.append(request.t("progres.obstacle", obstacle=request.label(f"obstacle.{report.obstacle}")))
    return lines


def _milestones(request: Request, claim_id: int) -> list[Markup]:
    """``Foto tahap: 0% ✓ · 30% –``; nothing where the city asks for none."""
    found = progress.milestones(request.session, claim_id, request.runtime.rules)
    marks = [f"{fmt.percent(one, request.locale)} {'✓' if there else '–'}" for one, there in found.items()]
    return [request.t("progres.milestones", milestones=" · ".join(marks))] if marks else []


def stage_of(request: Request, claim: Claim, house: House) -> str:
    """The stage of a claim, as people say it."""
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
        rows += _bast(request, claim)
    if mine and turn in (Turn.BEGIN, Turn.WORK):
        rows.append([Press(request.label("progres.button.report"), Report(number, version))])
    if mine and turn == Turn.WORK:
        rows.append([Press(request.label("progres.button.finish"), Finish(number, version, 0)),
                     Press(request.label("progres.button.fix"), Fix(number, version))])
    small = []
    if turn != Turn.BEGIN:
        small.append(Press(request.label("progres.button.photos"), Photos(number)))
    if mine and claim.state == ClaimState.ACTIVE:
        small.append(Press(request.label("progres.button.family"), Family(number)))
    if mine and turn in (Turn.BEGIN, Turn.WORK):
        small += _requests(request, claim)
    if mine and claim.state == ClaimState.ACTIVE and turn != Turn.HAND_OVER:
        small.append(Press(request.label("progres.button.release"), Release(number, version)))
    if claim.state == ClaimState.HANDED_OVER:
        small += show_press(request, claim) or _missing_pages(request, claim, mine=mine)
    return [*rows, *grid(small), *back]


def _bast(request: Request, claim: Claim) -> Rows:
    """The next step of the handover: draw up the record, then send it back signed."""
    number, make = claim.id or 0, HandOver(claim.id or 0, claim.version)
    if claim.bast_at is None:
        return [[Press(request.label("progres.button.bast"), make)]]
    return [[Press(request.label("progres.button.send_bast"), SendBast(number))],
            [Press(request.label("progres.button.bast_again"), make)]]


def show_press(request: Request, claim: Claim) -> list[Press]:
    """A look at the signed record, where there is one."""
    if not scans.of_claim(request.session, claim.id or 0):
        return []
    return [Press(request.label("progres.button.show_bast"), ShowBast(claim.id or 0))]


def _missing_pages(request: Request, claim: Claim, *, mine: bool) -> list[Press]:
    """None of the pages could be read: they may follow, until the family's data is erased."""
    erased = households.of_house(request.session, claim.house_id) is None
    if erased or not (mine or request.me.has(RoleName.ADMIN)):
        return []
    return [Press(request.label("progres.button.send_bast"), SendBast(claim.id or 0))]


def _requests(request: Request, claim: Claim) -> list[Press]:
    """What its holder can ask others for: a later deadline, that another partner takes the house."""
    number, version = claim.id or 0, claim.version
    found: list[Press] = []
    if claim.due_at is not None and deadlines.pending(request.session, number) is None:
        found.append(Press(request.label("tenggat.button.ask"), AskTime(number, version)))
    waits = transfers.pending(request.session, number)
    found.append(Press(request.label("alih.button.refer"), Refer(number, version)) if waits is None
                 else Press(request.label("alih.button.card"), TransferCard(waits.id or 0)))
    return found
