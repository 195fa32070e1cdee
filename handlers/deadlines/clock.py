"""What the clock does about deadlines and the year, by day, each thing once however often it looks.

What is due is a question to the database, answered by the statement that marks it, in the same transaction as the
news of it: any number of ticks, restarts and processes tells it once, and an outage loses nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import Session

from handlers.claims import told
from handlers.deadlines.waiting import Move, Wish, moves, waiting_row, wishes
from handlers.deadlines.words import due_of, in_short, midnight
from handlers.kit import format as fmt
from handlers.kit import protected
from handlers.kit.buttons import Press, Rows, grid
from handlers.kit.request import news
from handlers.kit.runtime import Runtime
from handlers.kit.texts import Texts, join
from handlers.ops.apart import apart
from handlers.ops.reports import tell_admins
from handlers.partners.buttons import PartnerList
from handlers.people.opening import OpenHouse
from handlers.progress.buttons import ClaimCard, ClaimList
from handlers.registration.news import listeners
from handlers.transfers.news import escalated, over
from storage import budgets, claims, deadlines, meta, partners, people, transfers, worklist
from storage.claims import Claim
from storage.errors import Refused
from storage.houses import House
from storage.partners import Quota
from storage.people import Person, RoleName

log = logging.getLogger("bedah.deadlines")

BATCH = 50
"""Claims that end in one transaction, so that nobody waits for long meanwhile."""
SHOWN = 10
"""Houses named in one message, with a button each."""
_PARTNERS = 20
_WISHES = 5
"""Wishes in one reminder."""
_REMINDED = "wishes_reminded"
"""The day on which the admins were reminded of them last."""
_DAY_BEGINS, _DAY_ENDS = 7, 20
"""Hours of the city: nobody is woken."""

_Thing = TypeVar("_Thing")


def by_day(runtime: Runtime, now: datetime) -> bool:
    """Whether people may be written to at this hour."""
    return _DAY_BEGINS <= now.astimezone(runtime.zone).hour < _DAY_ENDS


def remind_deadlines(session: Session, runtime: Runtime, now: datetime) -> int:
    """Remind partners of what is due soon: one message a rep, however many houses. How many houses."""
    if not by_day(runtime, now):
        return 0
    soon = deadlines.to_remind(session, midnight(now, runtime.zone), runtime.rules)
    _tell_reps(session, runtime, now, soon, "tenggat.remind")
    return len(soon)


def mark_overdue(session: Session, runtime: Runtime, now: datetime) -> int:
    """Mark what has missed its deadline; its reps are asked for a word, the admins told. How many houses."""
    if not by_day(runtime, now):
        return 0
    late = deadlines.mark_overdue(session, midnight(now, runtime.zone), now, runtime.rules)
    if late:
        _tell_reps(session, runtime, now, late, "tenggat.overdue")
        tell_admins(session, now, "tenggat.overdue.admin", _claims_of(session, late), n=len(late),
                    partners=lambda theirs: _by_partner(session, theirs, late))
    return len(late)


def _claims_of(session: Session, found: Sequence[Claim]) -> Callable[[Texts], Rows]:
    """The way on for an admin: to the first claims, and to their partners for the rest."""
    first = [claim.id or 0 for claim in found[:SHOWN]]
    of = worklist.some(session, first)
    cards = grid([Press(of[number][1].code, ClaimCard(number)) for number in first], 3)
    return lambda words: [*cards, *_all_partners(words)]


def _all_partners(words: Texts) -> Rows:
    """The way on for an admin: to a partner, and from there to its claims."""
    return [[Press(words.label("mitra.button.list"), PartnerList(0))]]


def _tell_reps(session: Session, runtime: Runtime, now: datetime, found: list[Claim], key: str) -> None:
    """One message for each rep, with the first houses, the nearest deadline first, and a button to each."""
    houses = {number: house for number, (_claim, house) in
              worklist.some(session, [claim.id or 0 for claim in found]).items()}
    with apart(session, now, log, "deadline") as row:
        for person, theirs in _reps(session, _of_partners(found)):
            first = theirs[:SHOWN]

            def lines(words: Texts, first: list[Claim] = first) -> Any:
                return join([words.t("tenggat.item", code=houses[claim.id or 0].code,
                                     due=_short(words, runtime, now, claim)) for claim in first])

            def rows(words: Texts, first: list[Claim] = first) -> Rows:
                cards = grid([Press(houses[claim.id or 0].code, ClaimCard(claim.id or 0)) for claim in first], 3)
                return [*cards, [Press(words.label("klaim.button.mine"), ClaimList(0, -1, 0))]]

            with row(person.id, person.name):
                news(session, person, key, now, rows, n=len(theirs), houses=lines, more=_more(len(theirs)))


def _short(words: Texts, runtime: Runtime, now: datetime, claim: Claim) -> str:
    due = due_of(claim, now, runtime.zone)
    return in_short(words, due) if due is not None else ""


def _more(number: int, most: int = SHOWN) -> Any:
    return lambda words: words.t("tenggat.more", n=number - most) if number > most else ""


def _of_partners(found: Sequence[Claim]) -> dict[int, list[Claim]]:
    theirs: dict[int, list[Claim]] = {}
    for claim in found:
        theirs.setdefault(claim.partner_id, []).append(claim)
    return theirs


def _reps(session: Session, theirs: Mapping[int, Sequence[_Thing]]) -> list[tuple[Person, list[_Thing]]]:
    """Reps, each once, with what concerns the partners that they represent."""
    found: dict[int, tuple[Person, list[_Thing]]] = {}
    for partner_id, things in theirs.items():
        for person in people.holders(session, RoleName.PARTNER, partner_id):
            found.setdefault(person.id or 0, (person, []))[1].extend(things)
    return list(found.values())


def _by_partner(session: Session, words: Texts, found: Sequence[Claim]) -> Any:
    """``• Baznas: 3 rumah``, a line for each partner."""
    theirs = _of_partners(found)
    names = partners.names_of(session, set(theirs))
    lines = [words.t("tenggat.partner", name=names[number], n=len(some)) for number, some in theirs.items()]
    more = [words.t("tenggat.more_partners", n=len(lines) - _PARTNERS)] if len(lines) > _PARTNERS else []
    return join([*lines[:_PARTNERS], *more])


def expire_claims(session: Session, runtime: Runtime, now: datetime) -> int:
    """Houses whose deadline is long missed go back to the waiting list; how many. Each concerned hears of it once."""
    if not by_day(runtime, now):
        return 0
    ended: list[Claim] = []
    found = deadlines.expired(session, midnight(now, runtime.zone), BATCH)
    codes = {number: house.code for number, (_claim, house) in worklist.some(session, found).items()}
    with apart(session, now, log, "expire") as row:
        for number in found:
            with row(number, codes.get(number, str(number))):
                if (claim := _expire(session, number, now)) is not None:
                    ended.append(claim)
    if ended:
        _tell_expired(session, now, ended)
    return len(ended)


def _expire(session: Session, number: int, now: datetime) -> Claim | None:
    """None: a moment ago the work went on, or a new date was asked for; that one stays."""
    try:
        with session.begin_nested():
            asked = transfers.pending(session, number)
            claim = claims.expire(session, number, now)
            protected.end(session, claim, now)
            over(session, asked, now)
    except Refused:
        return None
    return claim


def _tell_expired(session: Session, now: datetime, ended: list[Claim]) -> None:
    """Reps, co-funders' reps, admins, verifiers, surveyors: one message each, as whoever they are first of all."""
    of = worklist.some(session, [claim.id or 0 for claim in ended])
    theirs = {number: [of[claim.id or 0][1] for claim in some] for number, some in _of_partners(ended).items()}
    all_houses = [of[claim.id or 0][1] for claim in ended]
    given = [(person, [of[claim.id or 0][1]]) for claim in ended for person in told.cofunders_of(session, claim)]
    approved = [(person, [house]) for house in all_houses if house.verifier_id
                and (person := session.get(Person, house.verifier_id)) is not None]
    admins = [(person, all_houses) for person in people.holders(session, RoleName.ADMIN)]
    heard: set[int | None] = set()
    with apart(session, now, log, "deadline") as row:
        for key, who in (("tenggat.expired.rep", _reps(session, theirs)), ("tenggat.expired.cofund", _merged(given)),
                         ("tenggat.expired.told", admins), ("tenggat.expired.told", _merged(approved)),
                         ("kabar.expired", listeners(session, all_houses))):
            for person, houses in who:
                if person.id in heard:
                    continue
                mine = key in ("tenggat.expired.rep", "tenggat.expired.cofund")
                with row(person.id, person.name):
                    news(session, person, key, now, _my_claims if mine else _to_houses(houses), n=len(houses),
                         codes=told.codes(houses), more=_more(len(houses), told.SHOWN_CODES))
            heard |= {person.id for person, _houses in who}


def _to_houses(houses: Sequence[House]) -> Rows:
    """A button to each house that is named."""
    return grid([Press(house.code, OpenHouse(house.id or 0)) for house in houses[:told.SHOWN_CODES]], 3)


def _my_claims(words: Texts) -> Rows:
    return [[Press(words.label("klaim.button.mine"), ClaimList(0, -1, 0))]]


def _merged(found: Sequence[tuple[Person, list[House]]]) -> list[tuple[Person, list[House]]]:
    """Each person once, with all their houses."""
    merged: dict[int | None, tuple[Person, list[House]]] = {}
    for person, houses in found:
        merged.setdefault(person.id, (person, []))[1].extend(houses)
    return list(merged.values())


def escalate_transfers(session: Session, runtime: Runtime, now: datetime) -> int:
    """Requests for a house that nobody has answered in time go to the admins; how many."""
    return escalated(session, runtime, now)


def remind_wishes(session: Session, runtime: Runtime, now: datetime) -> int:
    """What no admin has answered: the admins are reminded of it, once a day until nothing is left. How many wishes.

    Wishes for a new date that have waited for ``rules.answer``; while they wait, the houses do not go back
    (:func:`storage.deadlines.expired`). And requests for a house that came to the admins on a day before.
    """
    if not by_day(runtime, now):
        return 0
    today = midnight(now, runtime.zone)
    later = deadlines.unanswered(session, now, runtime.rules, limit=_WISHES)
    moving = transfers.unanswered(session, today, limit=_WISHES)
    if not (later or moving) or not meta.first_of_day(session, _REMINDED, now.astimezone(runtime.zone).date()):
        return 0
    asked = deadlines.count_unanswered(session, now, runtime.rules) if later else 0
    wanted = transfers.count_unanswered(session, today) if moving else 0
    _tell_waiting(session, now, "tenggat.wishes", wishes(session, runtime, later), asked,
                  span=lambda words: fmt.span(runtime.rules.answer, words.locale))
    _tell_waiting(session, now, "alih.wishes", moves(session, moving), wanted)
    return asked + wanted


def _tell_waiting(session: Session, now: datetime, key: str, listed: Sequence[Wish | Move], number: int,
                  **values: Any) -> None:
    if listed:
        cards = grid([one.press() for one in listed])
        tell_admins(session, now, key, lambda words: [*cards, *waiting_row(words)], n=number,
                    wishes=lambda words: join([one.line(words) for one in listed]), more=_more(number, _WISHES),
                    **values)


def turn_of_year(session: Session, runtime: Runtime, now: datetime) -> int:
    """Quotas of the past years close to new claims; reps and admins hear what goes on under them. How many quotas."""
    if not by_day(runtime, now):
        return 0
    year = now.astimezone(runtime.zone).year
    closed = budgets.close_past(session, year, now)
    theirs: dict[int, list[Quota]] = {}
    for quota in closed:
        theirs.setdefault(quota.partner_id, []).append(quota)
    if not theirs:
        return 0
    names = partners.names_of(session, set(theirs))
    for number, quotas in theirs.items():
        for person in people.holders(session, RoleName.PARTNER, number):
            news(session, person, "tahun.rep", now, _my_claims, name=names[number], year=year,
                 carried=lambda words, quotas=quotas: _carried(words, quotas))

    def lines(words: Texts) -> Any:
        shown_ = [words.t("tahun.partner", name=names[number], carried=_carried(words, quotas))
                  for number, quotas in list(theirs.items())[:_PARTNERS]]
        rest = len(theirs) - _PARTNERS
        return join([*shown_, *([words.t("tenggat.more_partners", n=rest)] if rest > 0 else [])])

    tell_admins(session, now, "tahun.admin", _all_partners, year=year, partners=lines)
    return len(closed)


def _carried(words: Texts, quotas: Sequence[Quota]) -> str:
    """``3 rumah (Rp150.000.000)``: what goes on under quotas that closed."""
    units, money = sum(quota.units_reserved for quota in quotas), sum(quota.reserved for quota in quotas)
    if not money:
        return words.label("tahun.nothing")
    return words.label("tahun.carried", n=units, money=fmt.money(money, words.locale))
