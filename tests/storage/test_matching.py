"""What fits: never past money, units or rules; nobody is passed over who would have fitted at their turn."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlmodel import Session

from storage import checklist, claims, fitting, households, matching
from storage.checklist import Item, Verdict
from storage.errors import Refused
from storage.houses import House
from storage.matching import Found
from storage.partners import Partner, Quota
from storage.rules import DEFAULTS
from storage.store import Store
from tests.builders import JUTA, NOW, PAMULANG, SERPONG, SETU, eligible, make_quota, person

PLACES = (PAMULANG, SETU, SERPONG)


def _find(session: Session, quota: Quota, **more: Any) -> Found:
    partner = session.get_one(Partner, quota.partner_id, populate_existing=True)
    return matching.find(session, partner, quota, NOW, DEFAULTS, **{"count": 100, "money": quota.money_left} | more)


def _family(session: Session, house: House, nik: str, *, proof: str | None) -> None:
    households.write(session, house.id or 0, head_name="Contoh", address="Gg. Contoh", rt="001", rw="001", lat=-6.3,
                     lon=106.7, nik=nik, consent_at=NOW, consent_version="1", recorded_by=person(session).id or 0,
                     land_proof=proof)


def _city(session: Session, chance: random.Random) -> list[House]:
    """Some houses of every kind: places, estimates, needs, proofs; now and then two of one family."""
    made: list[House] = []
    for number in range(chance.randint(0, 14)):
        house = eligible(session, chance.choice(PLACES), chance.choice((15, 30, 50, 75)) * JUTA,
                         roof=chance.randint(1, 5))
        _family(session, house, f"36740641078{chance.choice((number, 99)):05d}",
                proof=chance.choice((None, "none", "shm")))
        for item in (Item.MUSTAHIK, Item.REGISTERED_POOR):
            checklist.put(session, house.id or 0, item, chance.choice(list(Verdict)), NOW, by=person(session).id or 0)
        made.append(house)
    return sorted(made, key=lambda house: (-house.priority, house.id or 0))


def _quota(session: Session, chance: random.Random, name: str) -> Quota:
    quota = make_quota(session, name, units=chance.randint(1, 6), ceiling=chance.choice((10, 60, 140, 400)) * JUTA,
                       house_ceiling=chance.choice((None, 20 * JUTA)),
                       areas=chance.choice(([], [PAMULANG], [PAMULANG, SETU])))
    fitting.set_rules(session, quota.partner_id, NOW, by=None, areas=chance.choice(([], [SETU, SERPONG])),
                      most=chance.choice((None, 50 * JUTA)), mustahik=chance.random() < 0.2,
                      land=chance.random() < 0.2, dtsen=chance.random() < 0.2)
    return quota


@pytest.mark.parametrize("seed", range(3))
def test_the_neediest_that_fit_at_their_turn(database: Store, seed: int) -> None:
    """Against the definition, written out once more by hand, in several small cities."""
    chance = random.Random(seed)

    def look(session: Session) -> None:
        waiting = _city(session, chance)
        for each in range(5):
            quota = _quota(session, chance, f"Mitra {each}")
            partner = session.get_one(Partner, quota.partner_id, populate_existing=True)
            area = chance.choice((None, PAMULANG))
            found = _find(session, quota, count=quota.units_left, kecamatan=area).houses
            left, wanted, families = quota.money_left, [], set()
            for house in waiting:
                family = households.of_house(session, house.id or 0)
                assert family is not None
                alone = fitting.misfits(session, partner, quota, [house], NOW, DEFAULTS)
                reserve = quota.would_reserve(house.estimate or 0)
                if alone or area not in (None, house.kecamatan_code) or family.nik_index in families \
                        or reserve > left or len(wanted) == quota.units_left:
                    continue
                wanted.append(house.code)
                families.add(family.nik_index)
                left -= reserve
            assert [house.code for house in found] == wanted
            if wanted:  # and what is found can be claimed as it is
                with session.begin_nested() as point:
                    claims.claim_houses(session, [one.id or 0 for one in found], quota.id or 0, NOW, by=None)
                    point.rollback()

    database.run(look)


def test_houses_whose_families_are_helped_already(database: Store) -> None:
    def look(session: Session) -> None:
        quota, other = make_quota(session), make_quota(session, "DPKPP")
        held, twin, free = (eligible(session) for _ in range(3))
        for house in (held, twin):
            _family(session, house, "3674064107800001", proof=None)
        claims.claim_houses(session, [held.id or 0], other.id or 0, NOW, by=None)
        assert [one.code for one in _find(session, quota).houses] == [free.code]

    database.run(look)


def test_of_one_family_the_needier_house(database: Store) -> None:
    """Though it was registered later; and none of that family beside a house that is in the basket already."""
    def look(session: Session) -> None:
        quota = make_quota(session)
        first, worse = eligible(session), eligible(session, roof=5, floor=5)
        for house in (first, worse):
            _family(session, house, "3674064107800001", proof=None)
        assert [one.code for one in _find(session, quota).houses] == [worse.code]
        assert _find(session, quota, without=[worse.id or 0], beside=[worse.id or 0]).houses == []
        assert [one.code for one in _find(session, quota, without=[worse.id or 0]).houses] == [first.code]

    database.run(look)


def test_the_walk_ends_and_says_so(database: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "SLICE", 2)
    monkeypatch.setattr(matching, "MOST", 6)

    def look(session: Session) -> None:
        quota = make_quota(session, ceiling=60 * JUTA)
        dear = [eligible(session, estimate=90 * JUTA) for _ in range(4)]
        cheap = [eligible(session, estimate=30 * JUTA) for _ in range(4)]
        found = _find(session, quota, count=1)
        assert ([one.code for one in found.houses], found.ended, found.cut) == ([cheap[0].code], False, False)
        found = _find(session, quota)
        assert ([one.code for one in found.houses], found.ended) == ([cheap[0].code, cheap[1].code], True)
        found = _find(session, quota, without=[one.id or 0 for one in cheap])
        assert (found.houses, found.ended, found.cut) == ([], True, True), "no more than that is looked at"
        assert [one.code for one in _find(session, quota, money=None, count=2).houses] == [one.code for one in dear[:2]]
        assert _find(session, quota, count=0).houses == []
        assert _find(session, quota, kecamatan=SETU) == Found([], ended=True)

    database.run(look)


def test_rules_that_leave_no_place(database: Store) -> None:
    def look(session: Session) -> None:
        quota = make_quota(session, areas=[SETU])
        house = eligible(session)
        assert _find(session, quota).houses == []
        assert _find(session, quota, kecamatan=PAMULANG).houses == []
        with pytest.raises(Refused):
            claims.claim_houses(session, [house.id or 0], quota.id or 0, NOW, by=None)

    database.run(look)
