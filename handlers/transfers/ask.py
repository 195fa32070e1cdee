"""A partner asks for a house that another holds: its card without personal data, the quota, the reason."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from handlers.claims.access import chosen_quota, open_quotas, own_quota, without_quota
from handlers.kit import format as fmt
from handlers.kit.buttons import Press, Rows
from handlers.kit.filling import start
from handlers.kit.form import Choice, Filling, Form, Question, register
from handlers.kit.notes import note
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.partners.figures import own_quota_name
from handlers.people.opening import OpenHouse
from handlers.transfers import news
from handlers.transfers.access import check_movable, movable
from handlers.transfers.buttons import AskFor, TransferCard
from handlers.transfers.card import held_lines, on_rows, transfer_screen
from storage import claims, houses, partners, transfers
from storage.claims import Claim
from storage.errors import Refused
from storage.houses import House
from storage.partners import Quota
from storage.requests import Transfer, TransferKind

YES, NO = "yes", "no"


def held_screen(request: Request, claim: Claim, house: House) -> tuple[Markup, Rows]:
    """A house that another partner holds, and the way to ask for it."""
    words, rows = way_to_ask(request, claim, house)
    return join([*held_lines(request, claim, house), *words]), [*rows, *on_rows(request)]


def way_to_ask(request: Request, claim: Claim, house: House) -> tuple[list[Markup], Rows]:
    """How a partner gets a house that another one holds: to the request that waits, or to a new one."""
    waits = transfers.pending(request.session, claim.id or 0)
    if waits is not None and waits.to_partner_id in request.me.partners:
        return [], [[Press(request.label("alih.button.card"), TransferCard(waits.id or 0))]]
    if waits is not None:
        return [request.t("alih.held.waits" if waits.kind == TransferKind.ASKED else "alih.held.offered")], []
    if movable(claim, house):
        return [request.t("alih.held.ask")], [[Press(request.label("alih.button.ask"), AskFor(claim.id or 0))]]
    return [], []


def on_ask(request: Request) -> None:
    """Start the request, or say what is true of the house now."""
    button = request.button
    assert isinstance(button, AskFor)
    start(request, FORM, subject=button.claim_id, fresh=True)


def _subject(request: Request, claim_id: int) -> tuple[Claim, House]:
    claim = claims.get(request.session, claim_id)
    return claim, houses.get(request.session, claim.house_id)


def _may(request: Request, claim_id: int) -> None:
    claim, house = _subject(request, claim_id)
    if claim.partner_id in request.me.partners:
        raise Refused("transfer.own")
    check_movable(request, claim, house)
    if not _open(request):
        raise without_quota(request, request.me.partners[0])


def _open(request: Request) -> list[Quota]:
    return [quota for partner_id in request.me.partners for quota in open_quotas(request, partner_id)]


def _quotas(filling: Filling) -> list[Choice]:
    request = filling.request
    return [Choice(own_quota_name(request, quota), str(quota.id)) for quota in _open(request)]


def _values(filling: Filling) -> dict[str, Any]:
    request, answers = filling.request, filling.answers
    claim, house = _subject(request, filling.draft.subject_id)
    values = {"code": house.code, "holder": partners.get(request.session, claim.partner_id).name}
    if "reason" in answers:
        quota = chosen_quota(request, int(answers["quota"]))
        values |= {"quota": own_quota_name(request, quota), "reason": answers["reason"],
                   "reserve": request.money(transfers.would_reserve(request.session, claim.id or 0, quota))}
    return values


def sure(filling: Filling) -> list[Choice]:
    """The last word before others are asked."""
    return [Choice(filling.request.label("alih.yes"), YES), Choice(filling.request.label("alih.no"), NO)]


def _finish(filling: Filling) -> None:
    request, answers, claim_id = filling.request, filling.answers, filling.draft.subject_id
    if answers["sure"] != YES:
        request.edit(request.t("alih.not_sent"), _after(request, claim_id))
        return
    quota = own_quota(request, int(answers["quota"]))
    row = transfers.ask(request.session, claim_id, quota.id or 0, answers["reason"], request.now, by=request.me.id)
    news.asked(request, row)
    sent(request, row)


def sent(request: Request, row: Transfer) -> None:
    """The request is on its way: its card, and what happens without an answer."""
    text, rows = transfer_screen(request, row)
    span = fmt.span(request.runtime.rules.answer, request.locale)
    request.edit(join([request.t("alih.sent", span=span), text], "\n\n"), rows)


def _after(request: Request, claim_id: int) -> Rows:
    _claim, house = _subject(request, claim_id)
    return [[Press(request.label("verify.button.open", code=house.code), OpenHouse(house.id or 0))]]


FORM = register(Form("transfer", (
    Question("quota", choices=_quotas, width=1, alone=True),
    Question("reason", parse=note, values=_values),
    Question("sure", choices=sure, values=_values, width=1),
), _finish, _may, summary=False, after=_after))
