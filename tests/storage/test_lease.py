"""One leader on PostgreSQL: who leads, for how long, and what the last one may still do."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session

from storage import lease
from storage.errors import LostLeadership
from storage.store import Store
from tests.builders import PATIENCE, at_once, race

pytestmark = pytest.mark.parametrize("backend", ["postgres"], indirect=True)

EXPIRE = text("UPDATE lease SET expires_at = clock_timestamp() - interval '1 second'")


@pytest.fixture
def free(database: Store) -> Store:
    database.run(lease.ensure_row)
    return database


def _acquire(store: Store, holder: str) -> int | None:
    return store.run(lambda session: lease.acquire(session, holder))


def _expire(store: Store) -> None:
    store.run(lambda session: session.execute(EXPIRE))


def test_the_row_is_made_once(database: Store) -> None:
    at_once(database, lease.ensure_row, lease.ensure_row)
    assert _acquire(database, "a") == 1
    database.run(lease.ensure_row)
    assert _acquire(database, "b") is None


def test_one_of_two_leads(free: Store) -> None:
    results = at_once(free, lambda session: lease.acquire(session, "a"), lambda session: lease.acquire(session, "b"))
    assert sorted(results, key=str) == [1, None]


def test_renewing_prolongs(free: Store) -> None:
    term = _acquire(free, "a")
    assert term is not None
    began, lasts = text("SELECT clock_timestamp()"), timedelta(minutes=10)
    before = free.run(lambda session: session.execute(began).scalar_one())
    assert free.run(lambda session: lease.renew(session, term, lasts.total_seconds()))
    after = free.run(lambda session: session.execute(began).scalar_one())
    until = free.run(lambda session: session.execute(text("SELECT expires_at FROM lease")).scalar_one())
    assert before + lasts <= until <= after + lasts
    assert not free.run(lambda session: lease.renew(session, term + 1))


def test_takeover_after_expiry(free: Store) -> None:
    first = _acquire(free, "a")
    assert first == 1
    free.run(lambda session: lease.check(session, first))
    _expire(free)
    # An expired term cannot be prolonged, nor written in, even while nobody has taken over.
    assert not free.run(lambda session: lease.renew(session, first))
    with pytest.raises(LostLeadership):
        free.run(lambda session: lease.check(session, first))
    second = _acquire(free, "b")
    assert second == 2
    free.run(lambda session: lease.check(session, second))
    with pytest.raises(LostLeadership):
        free.run(lambda session: lease.check(session, first))
    assert not free.run(lambda session: lease.renew(session, first))


def test_giving_up_lets_the_next_one_in_at_once(free: Store) -> None:
    first = _acquire(free, "a")
    assert first is not None
    free.run(lambda session: lease.give_up(session, first + 1))  # not ours: nothing happens
    assert _acquire(free, "b") is None
    free.run(lambda session: lease.give_up(session, first))
    assert _acquire(free, "b") == first + 1


def test_a_takeover_waits_for_what_the_last_leader_has_in_hand(free: Store) -> None:
    """Otherwise two leaders could write at once: the old one after its term, the new one in its own."""
    first = _acquire(free, "a")
    assert first is not None
    checked, order, elsewhere = threading.Event(), list[str](), Store(free.url, free.vault)

    def old(session: Session) -> None:
        lease.check(session, first)
        # The term ends while the transaction is open; its lock is not in the way of the clock.
        _expire(elsewhere)
        checked.set()
        time.sleep(0.4)
        order.append("old has finished")

    def new() -> int | None:
        checked.wait(PATIENCE)
        term = _acquire(free, "b")
        order.append("new leads")
        return term

    assert race(lambda: free.run(old), new) == [None, 2]
    assert order == ["old has finished", "new leads"]
    elsewhere.close()


def test_a_busy_leader_can_always_renew(free: Store) -> None:
    """Its own transaction, for as long as it is open, must not keep it from prolonging its term."""
    term, elsewhere = _acquire(free, "a"), Store(free.url, free.vault)
    assert term is not None

    def renew(session: Session) -> bool:
        session.execute(text("SET LOCAL lock_timeout = '20 s'"))  # or it would wait for us for ever
        return lease.renew(session, term)

    def busy(session: Session) -> bool:
        lease.check(session, term)
        return elsewhere.run(renew)

    assert free.run(busy)
    elsewhere.close()
