"""A partner is closed while somebody claims with it, adds its money, asks for a house, or gives it a quota."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlmodel import Session, col, func, select

from storage import budgets, claims, closing, cofunding, invites, partners, people, transfers
from storage.claims import Claim, ClaimState
from storage.errors import Refused
from storage.partners import Quota
from storage.people import RoleName
from storage.store import Store
from tests.builders import JUTA, NOW, YEAR, at_once, claim, eligible, make_quota
from tests.storage.test_two_sides_claims import _refused


def _scene(session: Session, name: str = "PT Contoh") -> dict[str, int]:
    """Baznas leads a house for which money lacks; another has a quota, one of last year, and one that an admin closed.
    """
    lead = make_quota(session, "Baznas", house_ceiling=20 * JUTA)
    made = claim(session, eligible(session), lead)
    free = make_quota(session, name)
    make_quota(session, name, year=YEAR - 1)
    budgets.close_past(session, YEAR, NOW)
    shut = make_quota(session, name, batch=2)
    budgets.close(session, shut.id or 0, NOW, by=None)
    return {"claim": made.id or 0, "house": eligible(session).id or 0, "partner": free.partner_id, "free": free.id or 0,
            "shut": shut.id or 0}


def _close(at: dict[str, int]) -> Callable[[Session], Any]:
    return lambda session: closing.close_partner(session, at["partner"], NOW, by=None)


UNITS: dict[str, Callable[[Session, dict[str, int]], Any]] = {
    "claims": lambda session, at: claims.claim_houses(session, [at["house"]], at["free"], NOW, by=None),
    "shares": lambda session, at: cofunding.join(session, at["claim"], at["free"], 5 * JUTA, NOW, by=None),
    "asked": lambda session, at: transfers.ask(session, at["claim"], at["free"], "siap", NOW, by=None),
    "offered": lambda session, at: transfers.offer(session, at["claim"], at["partner"], "total", NOW, by=None),
}


def test_whatever_binds_it_and_its_closing_exclude_each_other(database: Store) -> None:
    for name, unit in UNITS.items():
        for closes_first in (True, False):
            at = database.run(lambda session, name=f"PT {name} {closes_first}": _scene(session, name))
            units = [_close(at), lambda session, at=at, unit=unit: unit(session, at)]
            (refusal,) = _refused(at_once(database, *(units if closes_first else reversed(units))))
            _one_of_both(database, at, refusal)


def _one_of_both(database: Store, at: dict[str, int], refusal: Refused) -> None:
    partner = database.run(lambda session: partners.get(session, at["partner"]))
    held = database.run(lambda session: closing.bound(session, at["partner"]))
    active = select(func.count()).select_from(Claim).where(
        col(Claim.partner_id) == at["partner"], col(Claim.state) == ClaimState.ACTIVE)
    if partner.closed_at is None:
        assert refusal.code == "partner.bound"
        assert refusal.figures["claims"] + refusal.figures["shares"] + refusal.figures["requests"] == 1
        assert held
        assert database.run(lambda session: partners.fresh(session, at["free"])).closed_at is None
    else:
        assert refusal.code in ("quota.closed", "partner.closed")
        assert not held
        assert database.run(lambda session: session.exec(active).one()) == 0


def test_no_quota_of_a_closed_partner_is_open(database: Store) -> None:
    """Not one that comes, is copied or is opened at the same moment either."""
    at = database.run(_scene)
    against: list[Callable[[Session], Any]] = [
        lambda session: make_quota(session, "PT Contoh", batch=3),
        lambda session: budgets.copy(session, at["partner"], YEAR + 1, NOW, by=None),
        lambda session: closing.open_quota(session, at["shut"], YEAR, NOW, by=None),
    ]
    for unit in against:
        refusals = _refused(at_once(database, unit, _close(at)))
        assert {one.code for one in refusals} <= {"partner.closed", "quota.nothing_to_copy"}
        is_open = select(func.count()).select_from(Quota).where(
            col(Quota.partner_id) == at["partner"], col(Quota.closed_at).is_(None))
        assert database.run(lambda session, found=is_open: session.exec(found).one()) == 0
        assert database.run(lambda session: partners.get(session, at["partner"])).closed_at == NOW
        database.run(lambda session: closing.open_partner(session, at["partner"], YEAR, NOW, by=None))


def test_two_close_and_two_open_it(database: Store) -> None:
    """Once each; and what was closed with it opens with it, unless its year is over or an admin had closed it."""
    at = database.run(_scene)
    assert [one.code for one in _refused(at_once(database, _close(at), _close(at)))] == ["partner.closed"]

    def reopen(session: Session) -> Any:
        return closing.open_partner(session, at["partner"], YEAR, NOW, by=None)

    assert [one.code for one in _refused(at_once(database, reopen, reopen))] == ["partner.open"]
    found = database.run(lambda session: partners.quotas_of(session, at["partner"]))
    assert [one.id for one in found if one.closed_at is None] == [at["free"]]
    database.run(_close(at))
    database.run(lambda session: closing.open_partner(session, at["partner"], YEAR + 1, NOW, by=None))
    found = database.run(lambda session: partners.quotas_of(session, at["partner"]))
    assert [(one.closed_at is None, one.closed_with_partner) for one in found] == [(False, False)] * 3


def test_who_comes_in_by_an_invitation_hears_of_the_closing_or_is_refused(database: Store) -> None:
    for closes_first in (True, False):
        at = database.run(lambda session, name=f"PT {closes_first}": _scene(session, name))
        token = database.run(lambda session, at=at: invites.create(
            session, NOW, by=None, role=RoleName.PARTNER, partner_id=at["partner"])[1])

        def enter(session: Session, token: str = token, number: int = at["partner"]) -> Any:
            return invites.redeem(session, token, 2**34 + number, "Wati", "id", NOW)

        def close(session: Session, at: dict[str, int] = at) -> Any:
            _close(at)(session)
            return people.holders(session, RoleName.PARTNER, at["partner"])

        units = [close, enter] if closes_first else [enter, close]
        results = at_once(database, *units)
        told, entered = results if closes_first else reversed(results)
        refused = isinstance(entered, Refused)
        assert not refused or entered.code == "invite.partner_closed"
        assert [person.name for person in told] == ([] if refused else ["Wati"])
