"""Open requests of the own partners, those that they asked for and those that they are asked for."""

from __future__ import annotations

from markupsafe import Markup

from handlers.kit.buttons import Press, Rows, grid
from handlers.kit.pages import turn
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.progress.buttons import ClaimList
from handlers.transfers.access import may_answer
from handlers.transfers.buttons import TransferCard, Transfers
from storage import partners, transfers, worklist
from storage.requests import Transfer

PAGE = 8


def on_list(request: Request) -> None:
    """A page of them."""
    button = request.button
    assert isinstance(button, Transfers)
    found = transfers.of_partners(request.session, request.me.partners, after=button.after, limit=PAGE + 1)
    page = found[:PAGE]
    codes = codes_of(request, page)
    rows: Rows = grid([Press(codes[row.claim_id], TransferCard(row.id or 0)) for row in page], 3)
    rows += turn(request, Transfers(0) if button.after else None,
                 Transfers(page[-1].id or 0) if len(found) > PAGE else None)
    text = join([request.t("alih.title"), join(lines_of(request, page, codes)) or request.t("alih.none")], "\n\n")
    request.edit(text, [*rows, [Press(request.label("progres.button.list"), ClaimList(0, -1, 0))]])


def codes_of(request: Request, rows: list[Transfer]) -> dict[int, str]:
    """claim id → its house's code."""
    found = worklist.some(request.session, {row.claim_id for row in rows})
    return {number: house.code for number, (_claim, house) in found.items()}


def lines_of(request: Request, rows: list[Transfer], codes: dict[int, str]) -> list[Markup]:
    """A line for each request: which house, from whom to whom, and who has to answer."""
    names = partners.names_of(request.session, {number for row in rows
                                                for number in (row.from_partner_id, row.to_partner_id)})

    def waits(row: Transfer) -> str:
        if may_answer(request, row):
            return request.label("alih.waits.you")
        return request.label("alih.waits.other" if row.escalated_at is None else "alih.waits.admin")

    return [request.t("alih.line", code=codes[row.claim_id], holder=names[row.from_partner_id],
                      taker=names[row.to_partner_id], waits=waits(row)) for row in rows]
