"""/klaimsaya and /progres: a partner's claims, those with something to do first, each with its next step one tap away;
a claim's card and photos."""

from __future__ import annotations

from markupsafe import Markup

from handlers.album import show_album
from handlers.claims.access import own_claim, own_partner
from handlers.claims.buttons import Funding, Overview
from handlers.deadlines.waiting import waiting_row
from handlers.deadlines.words import due_of, in_full, in_short
from handlers.kit import format as fmt
from handlers.kit.buttons import Link, Press, Rows, grid
from handlers.kit.pages import turn
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.progress.buttons import ClaimCard, ClaimList, Finish, HandOver, Photos, PickPartner, Report, SendBast
from handlers.progress.card import claim_screen
from handlers.transfers.buttons import Transfers
from storage import deadlines, partners, progress, transfers, worklist
from storage.claims import HOLDING, Claim, Turn
from storage.houses import House
from storage.people import RoleName

PAGE = 8
ALL_DONE = 100
"""Percent."""
_WORDS = {Turn.HAND_OVER: "hand_over", Turn.WORK: "work", Turn.BEGIN: "begin", Turn.VERIFIER: "verifier",
          Turn.DONE: "done"}
_PHOTOS = 4
"""Photos of one showing: the newest ones."""


def on_my_claims(request: Request) -> None:
    """/klaimsaya: the claims of all own partners."""
    request.say(*_list(request, 0, None))


def on_progress(request: Request) -> None:
    """/progres: the same; an admin, who has no claims of their own, picks a partner."""
    if request.me.partners:
        on_my_claims(request)
    else:
        request.say(*_pick(request, 0))


def on_pick(request: Request) -> None:
    """More partners to pick from."""
    button = request.button
    assert isinstance(button, PickPartner)
    request.edit(*_pick(request, button.after))


def _pick(request: Request, after: int) -> tuple[Markup, Rows]:
    found = partners.page(request.session, after=after, limit=PAGE + 1)
    rows = grid([Press(partner.name, ClaimList(partner.id or 0, -1, 0)) for partner in found[:PAGE]])
    rows += turn(request, PickPartner(0) if after else None,
                 PickPartner(found[PAGE - 1].id or 0) if len(found) > PAGE else None)
    rows += waiting_row(request)
    return request.t("progres.which_partner" if found else "mitra.none"), rows


def on_list(request: Request) -> None:
    """A page of claims."""
    button = request.button
    assert isinstance(button, ClaimList)
    after = (button.turn, button.last) if button.turn >= 0 else None
    request.edit(*_list(request, button.partner_id, after))


def _list(request: Request, partner_id: int, after: tuple[int, int] | None) -> tuple[Markup, Rows]:
    whose = _whose(request, partner_id)
    counted = worklist.count(request.session, whose)
    title = request.t("progres.title", name=_title(request, partner_id))
    if not counted:
        empty: Rows = []
        none = request.t("progres.none" if request.me.partners else "progres.none.admin")
        text = join([title, none, *_asked(request, empty)], "\n\n")
        if request.me.partners:  # it may support other partners' houses
            empty.append([Press(request.label("danai.button.open"), Funding(0))])
        return text, [*empty, *_next(request, partner_id)]
    found = worklist.page(request.session, whose, after=after, limit=PAGE + 1)
    page = found[:PAGE]
    lines = [request.t(f"progres.turn.{_WORDS[one]}", n=counted[one]) for one in Turn if counted.get(one)]
    rows: Rows = [[Press(house.code, ClaimCard(claim.id or 0)), *next_step(request, claim)] for claim, house in page]
    last = page[-1][0] if len(found) > PAGE else None
    rows += turn(request, ClaimList(partner_id, -1, 0) if after is not None else None,
                 ClaimList(partner_id, last.turn, last.id or 0) if last is not None else None)
    first = _due_next(request, whose) if after is None else []
    text = join([title, join(lines), *first, *_asked(request, rows),
                 join([_line(request, claim, house) for claim, house in page])], "\n\n")
    return text, [*rows, *_next(request, partner_id)]


def next_step(request: Request, claim: Claim) -> list[Press | Link]:
    """What is to be done with a claim next, one tap away; nothing where others have the turn."""
    number, version = claim.id or 0, claim.version
    mine = claim.partner_id in request.me.partners
    if claim.turn == Turn.HAND_OVER and (mine or request.me.has(RoleName.ADMIN)):
        signed = SendBast(number) if claim.bast_at is not None else HandOver(number, version)
        return [Press(request.label("klaimku.hand_over"), signed)]
    if not mine or claim.turn not in (Turn.BEGIN, Turn.WORK):
        return []
    if claim.turn == Turn.WORK and claim.physical == ALL_DONE:
        return [Press(request.label("klaimku.finish"), Finish(number, version, 0))]
    return [Press(request.label("klaimku.report"), Report(number, version))]


def _due_next(request: Request, whose: list[int]) -> list[Markup]:
    """The nearest deadlines, overdue ones first."""
    found = deadlines.due_next(request.session, whose)
    of = worklist.some(request.session, [claim.id or 0 for claim in found])
    lines = [request.t("klaimku.due", code=of[claim.id or 0][1].code, due=in_full(request.texts, due))
             for claim in found if (due := due_of(claim, request.now, request.runtime.zone,
                                                  asked=_goes_back_later(request, claim)))]
    return [join([request.t("klaimku.next"), *lines])] if lines else []


def _goes_back_later(request: Request, claim: Claim) -> bool:
    """Whether a house that is to go back to the waiting list waits for an answer about a later date first."""
    return claim.expires_at is not None and deadlines.pending(request.session, claim.id or 0) is not None


def _asked(request: Request, rows: Rows) -> list[Markup]:
    """Open requests of the own partners, and the way to them."""
    mine = request.me.partners
    to_answer, asked = transfers.count_open(request.session, mine) if mine else (0, 0)
    if not to_answer + asked:
        return []
    rows.append([Press(request.label("klaimku.requests", count=to_answer + asked), Transfers(0))])
    lines = [request.t(key, n=n) for key, n in (("klaimku.to_answer", to_answer), ("klaimku.asked", asked)) if n]
    return [join(lines)]


def _whose(request: Request, partner_id: int) -> list[int]:
    if not partner_id:
        if not request.me.partners:
            raise Refusal("klaim.refuse.not_yours")
        return request.me.partners
    if not request.me.has(RoleName.ADMIN):
        own_partner(request, partner_id)
    return [partner_id]


def _title(request: Request, partner_id: int) -> str:
    numbers = [partner_id] if partner_id else request.me.partners
    names = partners.names_of(request.session, set(numbers))
    return ", ".join(names.get(number, "") for number in numbers)


def _next(request: Request, partner_id: int) -> Rows:
    mine = request.me.partners
    if not mine:
        return [[Press(request.label("mitra.button.list"), PickPartner(0))]]
    return [[Press(request.label("klaim.button.overview"), Overview(partner_id if partner_id in mine else mine[0]))]]


def _line(request: Request, claim: Claim, house: House) -> Markup:
    whose = request.label(f"progres.short.{_WORDS[Turn(claim.turn)]}")
    line = request.t("progres.line", code=house.code, turn=whose, physical=fmt.percent(claim.physical, request.locale))
    due = due_of(claim, request.now, request.runtime.zone)
    return join([line, in_short(request.texts, due)], " · ") if due is not None else line


def on_card(request: Request) -> None:
    """A claim's card."""
    button = request.button
    assert isinstance(button, ClaimCard)
    request.edit(*claim_screen(request, *own_claim(request, button.claim_id, admins=True)))


def on_photos(request: Request) -> None:
    """The card again, so that the next step is at hand, and the newest photos of the work."""
    button = request.button
    assert isinstance(button, Photos)
    claim, house = own_claim(request, button.claim_id, admins=True)
    if claim.state not in HOLDING and not request.me.has(RoleName.ADMIN):
        raise Refusal("klaim.refuse.over", code=house.code)  # they may show the family, which is another's to help now
    found = progress.photos_of(request.session, button.claim_id, _PHOTOS)
    if not found:
        request.toast(request.label("progres.no_photos"), alert=True)
        return
    request.say(*claim_screen(request, claim, house))
    show_album(request, found, request.t("progres.photo", code=house.code))
