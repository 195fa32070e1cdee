"""Eight workers at one last house and one last unit of money, again and again: it is promised once, however fast."""

from __future__ import annotations

import random
import threading
from contextlib import ExitStack

import pytest
from sqlmodel import Session, col, func, select

from storage import claims
from storage.claims import Claim, ClaimState
from storage.contributions import Contribution
from storage.errors import Refused
from storage.partners import Quota
from storage.store import Store
from tests.builders import JUTA, NOW, PATIENCE, eligible, make_quota

WORKERS, ATTEMPTS = 8, 50
SEEDS = range(20)


def _begin(session: Session) -> tuple[int, list[int]]:
    """One house, and two partners with a unit and the money for it each."""
    house = eligible(session, estimate=50 * JUTA).id or 0
    return house, [make_quota(session, name, units=1, ceiling=50 * JUTA).id or 0 for name in ("Baznas", "DPKPP")]


def _work(store: Store, house: int, quotas: list[int], dice: random.Random) -> int:
    """Claim the house, and give it back now and then; how often this worker got it. The last attempt is a claim."""
    won = 0
    for attempt in range(ATTEMPTS):
        quota, gives_back = dice.choice(quotas), attempt < ATTEMPTS - 1 and dice.random() < 0.3

        def go(session: Session, quota: int = quota, gives_back: bool = gives_back) -> int:
            if not gives_back:
                return len(claims.claim_houses(session, [house], quota, NOW, by=None))
            held = claims.holding(session, house)
            if held is not None:
                claims.release(session, held.id or 0, "batal", NOW, by=None)
            return 0

        try:
            won += store.run(go)
        except Refused:
            continue
    return won


@pytest.mark.parametrize("seed", SEEDS)
def test_one_house_one_unit_eight_workers(database: Store, seed: int) -> None:
    house, quotas = database.run(_begin)
    won: list[int] = []
    wrong: list[BaseException] = []

    def worker(number: int, store: Store) -> None:
        try:
            won.append(_work(store, house, quotas, random.Random(seed * WORKERS + number)))
        except BaseException as error:  # an error in a thread would be lost otherwise, a deadlock not retried too
            wrong.append(error)

    with ExitStack() as closing:
        stores = [Store(database.url, database.vault, threads=1) for _ in range(WORKERS)]
        for store in stores:
            closing.callback(store.close)
        threads = [threading.Thread(target=worker, args=each) for each in enumerate(stores)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()
    assert wrong == []
    database.run(lambda session: _look(session, house, sum(won)))


def _look(session: Session, house: int, won: int) -> None:
    active = session.exec(select(Claim).where(col(Claim.house_id) == house, Claim.state == ClaimState.ACTIVE)).all()
    assert len(active) == 1
    leads = select(func.count()).select_from(Contribution).where(
        col(Contribution.claim_id) == active[0].id, col(Contribution.lead).is_(True))
    assert session.exec(leads).one() == 1
    assert session.exec(select(func.count()).select_from(Claim)).one() == won > 0
    for quota in session.exec(select(Quota)):
        mine = quota.partner_id == active[0].partner_id
        assert (quota.units_reserved, quota.reserved) == ((1, 50 * JUTA) if mine else (0, 0))
        assert quota.reserved + quota.spent <= quota.ceiling


