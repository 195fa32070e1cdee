"""A request as a card: which house, from whom to whom, why, how it stands, and what can be done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from markupsafe import Markup

from handlers.cards import code_link, place_of
from handlers.deadlines.buttons import Waiting
from handlers.kit import format as fmt
from handlers.kit.buttons import Press, Rows
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.progress.buttons import ClaimCard, ClaimList
from handlers.progress.card import stage_of
from handlers.transfers.access import answering, may_answer, may_withdraw
from handlers.transfers.buttons import Accept, DeclineTransfer, TransferCard, Transfers, Withdraw
from storage import claims, houses, partners
from storage.claims import Claim
from storage.houses import House
from storage.people import RoleName
from storage.requests import Answer, Transfer


def sides(request: Request, row: Transfer) -> dict[str, str]:
    """``code``, ``holder`` and ``taker`` of a request, for its texts."""
    names = partners.names_of(request.session, {row.from_partner_id, row.to_partner_id})
    claim = claims.get(request.session, row.claim_id)
    return {"code": houses.get(request.session, claim.house_id).code, "holder": names[row.from_partner_id],
            "taker": names[row.to_partner_id]}


def moment(request: Request, at: datetime) -> str:
    """A moment on the city's clock."""
    return fmt.date_time(at, request.runtime.zone, request.runtime.zone_label, request.locale)


def held_lines(request: Request, claim: Claim, house: House) -> list[Markup]:
    """A house that a partner holds, for another one: who, stage and percent; nothing about the family."""
    name = partners.get(request.session, claim.partner_id).name
    return [
        request.t("progres.card", code=code_link(request, house), state=stage_of(request, claim, house),
                  place=place_of(request, house), name=name),
        request.t("progres.percent", physical=fmt.percent(claim.physical, request.locale),
                  financial=fmt.percent(claim.financial, request.locale)),
    ]


def transfer_screen(request: Request, row: Transfer) -> tuple[Markup, Rows]:
    """The card with its buttons."""
    claim = claims.get(request.session, row.claim_id)
    house = houses.get(request.session, claim.house_id)
    named = sides(request, row)
    lines = [request.t(f"alih.{row.kind.value}", **named)]
    if row.reason:
        lines.append(request.t("alih.reason", reason=row.reason))
    lines += [_stands(request, row, named), Markup(), *held_lines(request, claim, house)]
    return join(lines), _rows(request, row)


def _stands(request: Request, row: Transfer, named: dict[str, Any]) -> Markup:
    if row.state == Answer.DECLINED and row.note:
        return request.t("alih.state.declined_note", note=row.note)
    if row.state != Answer.PENDING:
        return request.t(f"alih.state.{row.state.value}", **named)
    names = partners.names_of(request.session, {answering(row)})
    until = row.asked_at + request.runtime.rules.answer
    key = "alih.state.pending" if row.escalated_at is None else "alih.state.escalated"
    return request.t(key, name=names[answering(row)], until=moment(request, until))


def _rows(request: Request, row: Transfer) -> Rows:
    number = row.id or 0
    rows: Rows = answer_rows(request.label, number) if may_answer(request, row) else []
    if may_withdraw(request, row):
        rows.append([Press(request.label("alih.button.withdraw"), Withdraw(number))])
    if row.new_claim_id and row.to_partner_id in request.me.partners:
        rows.append([Press(request.label("progres.button.card"), ClaimCard(row.new_claim_id))])
    return [*rows, *on_rows(request)]


def answer_rows(label: Any, transfer_id: int) -> Rows:
    """Yes and no, on the card and under the news of a request; ``label``: of the reader's texts."""
    return [[Press(label("alih.button.accept"), Accept(transfer_id)),
             Press(label("alih.button.decline"), DeclineTransfer(transfer_id))]]


def card_row(label: Any, transfer_id: int) -> Rows:
    """The way to the card."""
    return [[Press(label("alih.button.card"), TransferCard(transfer_id))]]


def on_rows(request: Request) -> Rows:
    """Where to go on from a request."""
    rows: Rows = []
    if request.me.partners:
        rows.append([Press(request.label("alih.button.list"), Transfers(0)),
                     Press(request.label("progres.button.list"), ClaimList(0, -1, 0))])
    if request.me.has(RoleName.ADMIN):
        rows.append([Press(request.label("tunggu.button"), Waiting(0, 0))])
    return rows
