"""Somebody is faster between a look and a write: the slow one must find out when it writes, not only when it looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from storage import claims, houses, partners, progress
from storage.claims import ClaimState
from storage.errors import Stale
from storage.houses import HouseState
from storage.store import Store
from tests.builders import NOW, VERA, claim, eligible, make_quota, person

# SQLite lets nobody in between: whoever began first is first.
pytestmark = pytest.mark.parametrize("backend", ["postgres"], indirect=True)


@contextmanager
def overtaken(store: Store, before: str, unit: Callable[[Session], Any]) -> Iterator[None]:
    """Just before the store sends its first statement with these words, another process commits a unit."""
    other = Store(store.url, store.vault)
    done: list[int] = []

    def be_faster(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        if before in sql and not done:
            done.append(1)
            other.run(unit)

    event.listen(store.engine, "before_cursor_execute", be_faster)
    yield
    event.remove(store.engine, "before_cursor_execute", be_faster)
    other.close()
    assert done


@pytest.fixture
def claimed(database: Store) -> tuple[int, int, int]:
    """A claim whose work has begun, its house, and who reports; the quota holds another claim as well."""

    def make(session: Session) -> tuple[int, int, int]:
        quota, by = make_quota(session), person(session, VERA).id or 0
        claim(session, eligible(session), quota)
        made = claim(session, eligible(session), quota)
        progress.report(session, made.id or 0, 10, NOW, by=by)
        return made.id or 0, made.house_id, by

    return database.run(make)


def _reserved(store: Store) -> int:
    return store.run(lambda session: sum(
        quota.units_reserved for partner in partners.all_partners(session)
        for quota in partners.quotas_of(session, partner.id or 0)))


def test_released_and_claimed_again_meanwhile(database: Store, claimed: tuple[int, int, int]) -> None:
    """A slow release must not end the next partner's claim, nor give anything back twice."""
    claim_id, house, by = claimed

    def again(session: Session) -> None:
        claims.release(session, claim_id, "batal", NOW, by=None)
        (new,) = claims.claim_houses(session, [house], make_quota(session, "DPKPP").id or 0, NOW, by=None)
        progress.report(session, new.id or 0, 10, NOW, by=by)  # so that the house stands as the slow one saw it

    with overtaken(database, "UPDATE claim", again), pytest.raises(Stale):
        database.run(lambda session: claims.release(session, claim_id, "batal", NOW, by=None))
    assert _reserved(database) == 2
    assert database.run(lambda session: houses.get(session, house)).state == HouseState.IN_PROGRESS


def test_a_report_on_a_claim_released_meanwhile(database: Store, claimed: tuple[int, int, int]) -> None:
    claim_id, _, by = claimed

    def release(session: Session) -> None:
        claims.release(session, claim_id, "batal", NOW, by=None)

    with overtaken(database, "UPDATE claim", release), pytest.raises(Stale):
        database.run(lambda session: progress.report(session, claim_id, 30, NOW, by=by))
    ended = database.run(lambda session: claims.get(session, claim_id))
    assert (ended.state, ended.physical) == (ClaimState.RELEASED, 10)


def test_a_report_overtaken_by_a_higher_one(database: Store, claimed: tuple[int, int, int]) -> None:
    """Otherwise the work would go backwards."""
    claim_id, _, by = claimed
    higher = lambda session: progress.report(session, claim_id, 70, NOW, by=by)  # noqa: E731
    with overtaken(database, "UPDATE claim", higher), pytest.raises(Stale):
        database.run(lambda session: progress.report(session, claim_id, 30, NOW, by=by))
    assert database.run(lambda session: claims.get(session, claim_id)).physical == 70


def test_a_house_claimed_while_the_basket_is_looked_at(database: Store) -> None:
    def make(session: Session) -> tuple[int, int, int]:
        return (eligible(session).id or 0, make_quota(session, "Baznas").id or 0, make_quota(session, "DPKPP").id or 0)

    house, baznas, dpkpp = database.run(make)
    faster = lambda session: claims.claim_houses(session, [house], dpkpp, NOW, by=None)  # noqa: E731
    with overtaken(database, "FOR UPDATE", faster), pytest.raises(Stale):
        # The caller has shown the house before: what it remembers of it is out of date now.
        database.run(lambda session: (houses.get(session, house),
                                      claims.claim_houses(session, [house], baznas, NOW, by=None)))
    assert _reserved(database) == 1
