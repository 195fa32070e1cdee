"""Who hears of a request and of what became of it. The reason goes only to those who decide on it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from sqlmodel import Session

from handlers.claims import told
from handlers.claims.buttons import Family, FundingCard, Overview
from handlers.kit import format as fmt
from handlers.kit.buttons import Press, Rows
from handlers.kit.request import Request, news
from handlers.kit.runtime import Runtime
from handlers.kit.texts import Texts
from handlers.ops.apart import apart
from handlers.people.opening import OpenHouse
from handlers.progress.buttons import ClaimCard, ClaimList
from handlers.registration.news import tell_surveyor
from handlers.transfers.access import answering, asking
from handlers.transfers.card import answer_rows, card_row, sides
from storage import claims, houses, partners, people, transfers
from storage.claims import Claim
from storage.people import Person, RoleName
from storage.requests import Transfer, TransferKind

log = logging.getLogger("bedah.transfers")


def tell_each(
    request: Request, who: Iterable[Person], key: str, rows: Callable[[Texts], Rows], **values: Any
) -> None:
    """The same news for some people, each once, but not for the one who caused it."""
    for person in {person.id: person for person in who}.values():
        if person.id != request.me.id:
            request.tell(person, key, rows, **values)


def asked(request: Request, row: Transfer) -> None:
    """The other side is asked, and by when it should answer."""
    key = "alih.told.asked" if row.kind == TransferKind.ASKED else "alih.told.offered"
    until = row.asked_at + request.runtime.rules.answer
    tell_each(
        request, told.reps_of(request, answering(row)), key, lambda theirs: _answer_or_look(theirs, row),
        reason=row.reason, until=lambda theirs: _moment(request.runtime, until, theirs), **sides(request, row))


def _answer_or_look(theirs: Texts, row: Transfer) -> Rows:
    return [*answer_rows(theirs.label, row.id or 0), *card_row(theirs.label, row.id or 0)]


def _moment(runtime: Runtime, at: datetime, theirs: Texts) -> str:
    return fmt.date_time(at, runtime.zone, runtime.zone_label, theirs.locale)


def refused(request: Request, row: Transfer, key: str, **values: Any) -> None:
    """It was declined or taken back: both sides hear of it, and the admins where they were asked."""
    hear = [*told.reps_of(request, asking(row)), *told.reps_of(request, answering(row))]
    hear += told.admins(request) if row.escalated_at is not None else []
    tell_each(request, hear, key, lambda theirs: card_row(theirs.label, row.id or 0), **sides(request, row), **values)


def moved(request: Request, row: Transfer, made: Claim) -> None:
    """The house changed hands: both partners, co-funders, the verifier who approved, the surveyor; never why."""
    old, house = claims.get(request.session, row.claim_id), houses.get(request.session, made.house_id)
    named, number = sides(request, row), made.id or 0
    takers = told.reps_of(request, made.partner_id)
    tell_each(request, takers, "alih.told.taken", lambda theirs: [
        [Press(theirs.label("progres.button.card"), ClaimCard(number))],
        [Press(theirs.label("progres.button.family"), Family(number))]], **named)
    givers = _others(told.reps_of(request, old.partner_id), takers)
    tell_each(request, givers, "alih.told.given",
              lambda theirs: [[Press(theirs.label("klaim.button.mine"), ClaimList(0, -1, 0))]], **named)
    funders = _others(told.cofunders_of(request.session, old), [*takers, *givers])
    tell_each(request, funders, "alih.told.moved", lambda theirs: [
        [Press(theirs.label("danai.button.card"), FundingCard(number))]], **named)
    admins = told.admins(request) if row.escalated_at is not None else []
    admins = _others(admins, [*takers, *givers, *funders])
    tell_each(request, admins, "alih.told.moved",
              lambda theirs: [[Press(theirs.label("progres.button.card"), ClaimCard(number))]], **named)
    verifiers = _others(told.verifier_of(request, house), [*takers, *givers, *funders, *admins])
    tell_each(request, verifiers, "alih.told.moved",
              lambda _theirs: [[Press(house.code, OpenHouse(house.id or 0))]], **named)
    rest = [*funders, *admins, *verifiers]
    tell_surveyor(request, house, "kabar.transferred", besides=[*takers, *givers, *rest], name=named["taker"],
                  before=named["holder"])


def _others(who: list[Person], besides: list[Person]) -> list[Person]:
    numbers = {person.id for person in besides}
    return [person for person in who if person.id not in numbers]


def over(session: Session, row: Transfer | None, now: datetime, key: str = "alih.told.over") -> None:
    """The claim ended while a request for its house was open. The house went back to the waiting list, and the other
    partner may claim it now; or (``alih.told.done``) it is handed over."""
    if row is None:
        return
    house = houses.get(session, claims.get(session, row.claim_id).house_id)
    names = partners.names_of(session, {row.from_partner_id})
    for person in people.holders(session, RoleName.PARTNER, row.to_partner_id):
        news(session, person, key, now,
             lambda theirs: [[Press(theirs.label("klaim.button.overview"), Overview(row.to_partner_id))]],
             code=house.code, holder=names[row.from_partner_id])


def escalated(session: Session, runtime: Runtime, now: datetime) -> int:
    """The clock: requests that nobody has answered in time go to the admins, each once; how many."""
    rows = transfers.escalate(session, now, runtime.rules)
    admins = people.holders(session, RoleName.ADMIN) if rows else []
    names = partners.names_of(session, {number for row in rows for number in (row.from_partner_id, row.to_partner_id)})
    with apart(session, now, log, "transfer") as one:
        for row in rows:
            house = houses.get(session, claims.get(session, row.claim_id).house_id)
            key = "alih.told.escalated.asked" if row.kind == TransferKind.ASKED else "alih.told.escalated.offered"
            for admin in admins:
                with one(admin.id, admin.name):
                    news(session, admin, key, now, partial(_answer_or_look, row=row), code=house.code,
                         holder=names[row.from_partner_id], taker=names[row.to_partner_id], reason=row.reason or "–",
                         span=lambda theirs: fmt.span(runtime.rules.answer, theirs.locale))
    return len(rows)
