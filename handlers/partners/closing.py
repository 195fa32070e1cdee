"""A partner is closed and opened again, and so is one of its quotas while its year lasts."""

from __future__ import annotations

from markupsafe import Markup

from handlers.deadlines.waiting import moves, waiting_row
from handlers.kit.buttons import Press, Rows, grid
from handlers.kit.request import Request
from handlers.kit.texts import Texts
from handlers.partners.buttons import ClosePartner, OpenPartner, OpenQuota, PartnerCard
from handlers.partners.figures import rupiah, tell_reps
from handlers.partners.screens import partner_card, quota_card
from handlers.progress.buttons import ClaimCard, ClaimList
from storage import closing, cofunding, partners, transfers
from storage.errors import Refused
from storage.people import RoleName

_FIRST = 4
"""Houses and requests that have a button."""


def on_open_quota(request: Request) -> None:
    """It can be claimed from again; the reps hear of it."""
    button = request.button
    assert isinstance(button, OpenQuota)
    quota = closing.open_quota(request.session, button.quota_id, request.today.year, request.now, by=request.me.id)
    tell_reps(request, quota, "mitra.told.opened", units=quota.units_left, money=rupiah(quota.money_left))
    request.edit(*quota_card(request, button.quota_id))


def on_close_partner(request: Request) -> None:
    """Close a partner, after one question; where something binds it, that is shown with the way to it."""
    button = request.button
    assert isinstance(button, ClosePartner)
    number = button.partner_id
    partner = partners.get(request.session, number)
    if partner.closed_at is not None:
        raise Refused("partner.closed", name=partner.name)
    held = closing.bound(request.session, number)
    if not button.sure and not held:
        request.edit(request.t("mitra.close_partner.sure", name=partner.name), [
            [Press(request.label("mitra.button.close_sure"), ClosePartner(number, 1))], *_back(request, number)])
        return
    if held:
        request.edit(*_bound(request, number, partner.name, held))
        return
    closing.close_partner(request.session, number, request.now, by=request.me.id)
    _tell(request, number, "mitra.told.partner_closed", partner.name)
    request.edit(*partner_card(request, number))


def _bound(request: Request, partner_id: int, name: str, held: closing.Bound) -> tuple[Markup, Rows]:
    text = request.t("rule.partner.bound", name=name, claims=held.claims, shares=held.shares, requests=held.requests)
    return text, [[Press(request.label("mitra.button.claims"), ClaimList(partner_id, -1, 0))],
                  *_what_binds(request, partner_id), *waiting_row(request), *_back(request, partner_id)]


def _what_binds(request: Request, partner_id: int) -> Rows:
    """To the first houses of others that it adds to, and to its first open requests: no list of the admins has them."""
    shares = cofunding.of_partners(request.session, [partner_id], limit=_FIRST)
    asked = transfers.of_partners(request.session, [partner_id], limit=_FIRST)
    return grid([*(Press(f"🤝 {house.code}", ClaimCard(claim.id or 0)) for _part, claim, house in shares),
                 *(one.press() for one in moves(request.session, asked))])


def on_open_partner(request: Request) -> None:
    """It works again, with the quotas that were closed with it; the reps hear of it."""
    button = request.button
    assert isinstance(button, OpenPartner)
    number = button.partner_id
    partner = closing.open_partner(request.session, number, request.today.year, request.now, by=request.me.id)
    _tell(request, number, "mitra.told.partner_opened", partner.name)
    request.edit(*partner_card(request, number))


def _tell(request: Request, partner_id: int, key: str, name: str) -> None:
    def rows(words: Texts) -> Rows:
        return [[Press(words.label("klaim.button.mine"), ClaimList(0, -1, 0))]]

    request.tell_all(RoleName.PARTNER, key, partner_id=partner_id, buttons_key=rows, name=name)


def _back(request: Request, partner_id: int) -> Rows:
    return [[Press(request.label("mitra.button.partner"), PartnerCard(partner_id, 0))]]
