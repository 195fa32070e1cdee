"""What waits for the admins: requests for a house that nobody has answered in time, and for a later deadline."""

from __future__ import annotations

from handlers.deadlines.buttons import ExtensionCard, Waiting
from handlers.kit import format as fmt
from handlers.kit.buttons import Press, Rows, grid
from handlers.kit.pages import turn
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.partners.buttons import PartnerList
from handlers.transfers.buttons import TransferCard
from handlers.transfers.lists import codes_of, lines_of
from storage import deadlines, partners, transfers, worklist

PAGE = 6


def on_waiting(request: Request) -> None:
    """A page of both."""
    button = request.button
    assert isinstance(button, Waiting)
    moving = transfers.waiting(request.session, after=button.transfer, limit=PAGE + 1)
    later = deadlines.waiting(request.session, after=button.extension, limit=PAGE + 1)
    shown, asked = moving[:PAGE], later[:PAGE]
    codes = codes_of(request, shown)
    of = worklist.some(request.session, {row.claim_id for row in asked})
    names = partners.names_of(request.session, {claim.partner_id for claim, _house in of.values()})
    lines = lines_of(request, shown, codes)
    for row in asked:
        claim, house = of[row.claim_id]
        day = row.wanted_at.astimezone(request.runtime.zone).date()
        lines.append(request.t("tunggu.line", code=house.code, name=names[claim.partner_id],
                               date=fmt.date(day, request.locale)))
    rows: Rows = grid([
        *(Press(f"⇄ {codes[row.claim_id]}", TransferCard(row.id or 0)) for row in shown),
        *(Press(f"🗓 {of[row.claim_id][1].code}", ExtensionCard(row.id or 0)) for row in asked),
    ])
    more = len(moving) > PAGE or len(later) > PAGE
    rows += turn(request, Waiting(0, 0) if button.transfer or button.extension else None,
                 Waiting(shown[-1].id or 0 if shown else button.transfer,
                         asked[-1].id or 0 if asked else button.extension) if more else None)
    request.edit(join([request.t("tunggu.title"), join(lines) or request.t("alih.none")], "\n\n"),
                 [*rows, [Press(request.label("mitra.button.list"), PartnerList(0))]])


def waiting_row(request: Request) -> Rows:
    """The way to the list."""
    return [[Press(request.label("tunggu.button"), Waiting(0, 0))]]
