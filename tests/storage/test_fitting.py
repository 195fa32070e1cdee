"""Which houses a partner may take, by its rules, its quota, and what the family was given elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select, update

from storage import checklist, claims, fitting, handover, houses, partners
from storage.checklist import Item, Verdict
from storage.fitting import Misfit, NoFit
from storage.households import Household
from storage.houses import House, HouseState
from storage.rules import DEFAULTS
from storage.store import Store
from tests.builders import JUTA, NOW, PAMULANG, SETU, VERA, build, claim, eligible, make_quota, person

NONE: dict[str, Any] = {"areas": [], "most": None, "mustahik": False, "land": False, "dtsen": False}
NIK, CARD = "3674064107800123", "3674061507120001"


def _why(session: Session, house: House, quota: Any, **rules: Any) -> tuple[Misfit, ...]:
    """Why a partner with these rules may not take a house, asked in both ways: of the house, and among all."""
    fitting.set_rules(session, quota.partner_id, NOW, by=None, **(NONE | rules))
    partner = partners.get(session, quota.partner_id)
    session.refresh(partner)
    found = fitting.misfits(session, partner, quota, [house], NOW, DEFAULTS).get(house.id or 0, ())
    among = session.exec(select(House.id).where(col(House.id) == house.id, *fitting.conditions(partner, quota))).all()
    assert bool(among) == (not found)
    return found


@pytest.mark.parametrize(("rules", "why"), [
    ({}, ()), ({"areas": [PAMULANG, SETU]}, ()), ({"areas": [SETU]}, (Misfit.AREA,)), ({"most": 50 * JUTA}, ()),
    ({"most": 50 * JUTA - 1}, (Misfit.CEILING,)), ({"mustahik": True}, (Misfit.MUSTAHIK,)),
    ({"land": True, "dtsen": True}, (Misfit.LAND, Misfit.DTSEN)),
])
def test_each_rule(database: Store, rules: dict[str, Any], why: tuple[Misfit, ...]) -> None:
    assert database.run(lambda session: _why(session, eligible(session), make_quota(session), **rules)) == why


@pytest.mark.parametrize(("verdict", "why"), [
    (Verdict.YES, ()), (Verdict.NO, (Misfit.MUSTAHIK,)), (Verdict.UNKNOWN, (Misfit.MUSTAHIK,)),
])
def test_only_a_yes_makes_a_family_mustahik(database: Store, verdict: Verdict, why: tuple[Misfit, ...]) -> None:
    def ask(session: Session) -> tuple[Misfit, ...]:
        house = eligible(session)
        checklist.put(session, house.id or 0, Item.MUSTAHIK, verdict, NOW, by=person(session, VERA).id or 0)
        return _why(session, house, make_quota(session), mustahik=True)

    assert database.run(ask) == why


@pytest.mark.parametrize(("proof", "why"), [("girik", ()), ("none", (Misfit.LAND,)), (None, (Misfit.LAND,))])
def test_a_land_document(database: Store, proof: str | None, why: tuple[Misfit, ...]) -> None:
    def ask(session: Session) -> tuple[Misfit, ...]:
        house = eligible(session)
        session.exec(update(Household).values(land_proof=proof))
        return _why(session, house, make_quota(session), land=True)

    assert database.run(ask) == why


def test_a_quota_for_some_kecamatan(database: Store) -> None:
    def make(session: Session) -> tuple[int, int, int]:
        return (eligible(session, PAMULANG).id or 0, eligible(session, SETU).id or 0,
                make_quota(session, areas=[SETU]).id or 0)

    pamulang, setu, quota = database.run(make)
    with pytest.raises(NoFit) as refused:
        database.run(lambda session: claims.claim_houses(session, [pamulang, setu], quota, NOW, by=None))
    assert refused.value.found == {pamulang: (Misfit.QUOTA_AREA,)}
    assert refused.value.figures["codes"] == "PML-0001"
    database.run(lambda session: claims.claim_houses(session, [setu], quota, NOW, by=None))


def _family(session: Session, **same: str) -> House:
    house = eligible(session, **{key: value for key, value in same.items() if key == "nik"})
    if "card" in same:
        vault = session.info["vault"]
        session.exec(update(Household).where(col(Household.house_id) == house.id)
                     .values(card_index=vault.index(same["card"], "card")))
    return house


@pytest.mark.parametrize("same", [{"nik": NIK}, {"card": CARD}])
@pytest.mark.parametrize(("years", "why"), [(0, "aid_active"), (1, "aid_done"), (11, None)])
def test_nobody_is_helped_twice(database: Store, same: dict[str, str], years: int, why: str | None) -> None:
    """Being helped now; helped in the last ten years; helped before that. The same person, the same family card."""

    def make(session: Session) -> tuple[int, int]:
        quota = make_quota(session)
        other, mine = _family(session, **same), _family(session, **same)
        held = claim(session, other, quota)
        if years:
            build(session, held)
            handover.hand_over(session, held.id or 0, 40 * JUTA, NOW, by=None)
            ended = NOW - timedelta(days=366 * (years - 1))
            session.exec(update(House).where(col(House.id) == other.id).values(closed_at=ended))
        return mine.id or 0, quota.id or 0

    house, quota = database.run(make)

    def take(session: Session) -> None:
        claims.claim_houses(session, [house], quota, NOW, by=None)

    if why is None:
        database.run(take)
        return
    with pytest.raises(NoFit) as refused:
        database.run(take)
    assert [one.value for one in refused.value.found[house]] == [why]
    assert database.run(lambda session: houses.get(session, house)).state == HouseState.ELIGIBLE
