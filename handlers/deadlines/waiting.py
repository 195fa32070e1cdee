"""What waits for the admins: requests for a house that nobody has answered in time, and for a later deadline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup
from sqlmodel import Session

from handlers.deadlines.buttons import ExtensionCard, Waiting
from handlers.kit import format as fmt
from handlers.kit.buttons import Press, Rows, grid
from handlers.kit.pages import turn
from handlers.kit.request import Request
from handlers.kit.runtime import Runtime
from handlers.kit.texts import Texts, join
from handlers.partners.buttons import PartnerList
from handlers.transfers.buttons import TransferCard
from storage import deadlines, partners, transfers, worklist
from storage.requests import Extension, Transfer

PAGE = 6


@dataclass(frozen=True)
class Wish:
    """A request for a later deadline, as it is listed."""

    extension_id: int
    code: str
    partner: str
    day: date

    def line(self, words: Texts) -> Markup:
        """``🗓 PML-0042 · Baznas minta tenggat 1 Mei 2026``."""
        return words.t("tunggu.line", code=self.code, name=self.partner, date=fmt.date(self.day, words.locale))

    def press(self) -> Press:
        """The way to it."""
        return Press(f"🗓 {self.code}", ExtensionCard(self.extension_id))


def wishes(session: Session, runtime: Runtime, rows: Sequence[Extension]) -> list[Wish]:
    """What is listed of some requests."""
    of = worklist.some(session, {row.claim_id for row in rows})
    names = partners.names_of(session, {claim.partner_id for claim, _house in of.values()})
    return [Wish(row.id or 0, of[row.claim_id][1].code, names[of[row.claim_id][0].partner_id],
                 row.wanted_at.astimezone(runtime.zone).date()) for row in rows]


@dataclass(frozen=True)
class Move:
    """A request for a house, as it is listed for an admin."""

    transfer_id: int
    code: str
    holder: str
    taker: str

    def line(self, words: Texts) -> Markup:
        """``⇄ PML-0042 · Baznas → DPKPP · menunggu jawaban Bapak/Ibu``."""
        return words.t("alih.line", code=self.code, holder=self.holder, taker=self.taker,
                       waits=words.label("alih.waits.you"))

    def press(self) -> Press:
        """The way to it."""
        return Press(f"⇄ {self.code}", TransferCard(self.transfer_id))


def moves(session: Session, rows: Sequence[Transfer]) -> list[Move]:
    """What is listed of some requests."""
    of = worklist.some(session, {row.claim_id for row in rows})
    names = partners.names_of(session, {number for row in rows for number in (row.from_partner_id, row.to_partner_id)})
    return [Move(row.id or 0, of[row.claim_id][1].code, names[row.from_partner_id], names[row.to_partner_id])
            for row in rows]


def on_waiting(request: Request) -> None:
    """A page of both."""
    button = request.button
    assert isinstance(button, Waiting)
    moving = transfers.waiting(request.session, after=button.transfer, limit=PAGE + 1)
    later = deadlines.waiting(request.session, after=button.extension, limit=PAGE + 1)
    shown, asked = moving[:PAGE], later[:PAGE]
    listed: list[Move | Wish] = [*moves(request.session, shown), *wishes(request.session, request.runtime, asked)]
    lines = [one.line(request.texts) for one in listed]
    rows: Rows = grid([one.press() for one in listed])
    more = len(moving) > PAGE or len(later) > PAGE
    rows += turn(request, Waiting(0, 0) if button.transfer or button.extension else None,
                 Waiting(shown[-1].id or 0 if shown else button.transfer,
                         asked[-1].id or 0 if asked else button.extension) if more else None)
    request.edit(join([request.t("tunggu.title"), join(lines) or request.t("alih.none")], "\n\n"),
                 [*rows, [Press(request.label("mitra.button.list"), PartnerList(0))]])


def waiting_row(words: Request | Texts) -> Rows:
    """The way to the list."""
    return [[Press(words.label("tunggu.button"), Waiting(0, 0))]]
