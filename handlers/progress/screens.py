"""/progres: a partner's claims, those with something to do first; a claim's card and photos."""

from __future__ import annotations

from markupsafe import Markup

from handlers.album import show_album
from handlers.claims.access import own_claim, own_partner
from handlers.claims.buttons import Overview
from handlers.kit import format as fmt
from handlers.kit.buttons import Press, Rows, grid
from handlers.kit.pages import turn
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.progress.buttons import ClaimCard, ClaimList, Photos, PickPartner
from handlers.progress.card import claim_screen
from storage import partners, progress, worklist
from storage.claims import Claim, Turn
from storage.houses import House
from storage.people import RoleName

PAGE = 8
_WORDS = {Turn.HAND_OVER: "hand_over", Turn.WORK: "work", Turn.BEGIN: "begin", Turn.VERIFIER: "verifier",
          Turn.DONE: "done"}
_PHOTOS = 4
"""Photos of one showing: the newest ones."""


def on_progress(request: Request) -> None:
    """The command. An admin, who has no claims of their own, picks a partner."""
    mine = request.me.partners
    if not mine:
        request.say(*_pick(request, 0))
        return
    request.say(*_list(request, mine[0] if len(mine) == 1 else 0, None))


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
        return join([title, request.t("progres.none")], "\n\n"), _next(request, partner_id)
    found = worklist.page(request.session, whose, after=after, limit=PAGE + 1)
    page = found[:PAGE]
    lines = [request.t(f"progres.turn.{_WORDS[one]}", n=counted[one]) for one in Turn if counted.get(one)]
    text = join([title, join(lines), join([_line(request, claim, house) for claim, house in page])], "\n\n")
    rows: Rows = grid([Press(house.code, ClaimCard(claim.id or 0)) for claim, house in page], 3)
    last = page[-1][0] if len(found) > PAGE else None
    rows += turn(request, ClaimList(partner_id, -1, 0) if after is not None else None,
                 ClaimList(partner_id, last.turn, last.id or 0) if last is not None else None)
    return text, [*rows, *_next(request, partner_id)]


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
        return []
    return [[Press(request.label("klaim.button.overview"), Overview(partner_id if partner_id in mine else mine[0]))]]


def _line(request: Request, claim: Claim, house: House) -> Markup:
    whose = request.label(f"progres.short.{_WORDS[Turn(claim.turn)]}")
    return request.t("progres.line", code=house.code, turn=whose,
                     physical=fmt.percent(claim.physical, request.locale))


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
    found = progress.photos_of(request.session, button.claim_id, _PHOTOS)
    if not found:
        request.toast(request.label("progres.no_photos"), alert=True)
        return
    request.say(*claim_screen(request, claim, house))
    show_album(request, found, request.t("progres.photo", code=house.code))
