"""Cost does not grow with the city (decision 14): few statements a screen, and each finds its index."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text
from sqlmodel import Session, col, select

from storage import (
    claims,
    digests,
    events,
    fitting,
    forgetting,
    holding,
    houses,
    inbox,
    matching,
    mine,
    outbox,
    progress,
    rechecking,
    shown,
    standing,
    worklist,
)
from storage.claims import Claim, ClaimState, Turn
from storage.digests import DigestRun
from storage.events import Event
from storage.holding import Order, Place
from storage.houses import House, HouseState
from storage.inbox import Inbox, InboxState
from storage.outbox import Delivery, Outbox, OutboxState
from storage.partners import FundSource, Partner
from storage.rules import DEFAULTS
from storage.shown import Shown
from storage.standing import Cell, Figure
from storage.store import Store
from tests.builders import JUTA, NOW, PAMULANG, SETU, VERA, YEAR, eligible, make_quota, person

Statement = tuple[str, Any]


@contextmanager
def statements(store: Store) -> Iterator[list[Statement]]:
    """What is sent to the database meanwhile, with its parameters."""
    sent: list[Statement] = []

    def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, *_: Any) -> None:
        if not sql.startswith("BEGIN"):
            sent.append((sql, parameters))

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


def _plan(store: Store, query: Callable[[Session], Any]) -> str:
    """How the database would run the statements of a query."""
    with statements(store) as sent:
        store.run(query)
    word = "EXPLAIN QUERY PLAN" if store.sqlite else "EXPLAIN"

    def explain(session: Session) -> str:
        found = []
        for sql, parameters in sent:
            if sql.startswith("SELECT"):
                found += [str(row) for row in session.connection().exec_driver_sql(f"{word} {sql}", parameters)]
        return "\n".join(found)

    return store.run(explain)


def _state(number: int) -> HouseState:
    if number % 200 == 0:
        return HouseState.REGISTERED
    return HouseState.CLAIMED if number % 4 == 3 else HouseState.ELIGIBLE


@pytest.fixture
def city(database: Store) -> Store:
    """Some thousand rows of everything that grows, most of them over and done with."""

    def fill(session: Session) -> None:
        surveyor, busier = person(session).id, person(session, VERA).id
        session.execute(insert(Inbox), [
            {"bot_id": 1, "update_id": number, "chat_key": number % 50, "attempts": 0, "received_at": NOW,
             "state": InboxState.NEW if number % 500 == 0 else InboxState.DONE} for number in range(1, 4001)
        ])
        session.execute(insert(Outbox), [
            {"chat_id": number % 50, "method": "sendMessage", "params": b"", "delivery": Delivery.AT_LEAST_ONCE,
             "then_args": {}, "priority": 0, "due_at": NOW, "attempts": 0, "created_at": NOW,
             "state": OutboxState.PENDING if number % 500 == 0 else OutboxState.SENT} for number in range(1, 4001)
        ])
        session.execute(insert(House), [
            {"code": f"X-{number}", "kecamatan_code": SETU if number % 7 else PAMULANG,
             "kelurahan_code": "36.74.07.1001", "roof": 4, "floor": 4, "wall": 4, "occupants": 1, "area_m2": 30,
             "priority": number % 90, "estimate": JUTA, "registered_at": NOW,
             "surveyor_id": busier if number % 40 else surveyor,
             "version": 1, "sample": False, "state": _state(number)} for number in range(1, 4001)
        ])
        partner_id = make_quota(session).partner_id
        make_quota(session, "DPKPP")
        session.execute(insert(Claim), [
            {"house_id": number, "partner_id": partner_id + (number % 100 == 3), "state": ClaimState.ACTIVE,
             "claimed_at": NOW, "physical": 0, "financial": 0, "version": 1,
             "finish_reported_at": NOW if number % 700 == 3 else None,
             "turn": Turn.VERIFIER if number % 700 == 3 else Turn.WORK if number % 3 else Turn.BEGIN}
            for number in range(1, 4001) if _state(number) == HouseState.CLAIMED
        ])

        session.execute(insert(Event), [
            {"at": NOW - timedelta(minutes=number), "kind": "house.claimed" if number % 9 else "read.household",
             "data": {}} for number in range(1, 4001)])
        session.execute(insert(Shown), [
            {"house_id": number, "person_id": surveyor, "chat_id": number % 50, "outbox_id": number, "at": NOW,
             "claim_id": None, "edit_id": number, "closed_at": None if number % 20 == 0 else NOW}
            for number in range(1, 4001)
        ])

    database.run(fill)
    database.run(lambda session: session.execute(text("ANALYZE")))
    if not database.sqlite:
        # As in any database that has run for a day; without it PostgreSQL trusts no index alone.
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return database


def _fitting(session: Session, kecamatan: str | None) -> object:
    """What fits a partner with rules that no house keeps: the list is walked as far as it goes."""
    found = make_quota(session, "Pemilih", ceiling=3 * JUTA, areas=[PAMULANG, SETU])
    fitting.set_rules(session, found.partner_id, NOW, by=None, areas=[PAMULANG, SETU], most=2 * JUTA, mustahik=True,
                      land=False, dtsen=True)
    chooser = session.get_one(Partner, found.partner_id, populate_existing=True)
    return matching.find(session, chooser, found, NOW, DEFAULTS, count=10, money=3 * JUTA, kecamatan=kecamatan)


PLANS: list[tuple[Callable[[Session], Any], str]] = [
    (inbox.waiting, "ix_inbox_new"),
    (lambda session: inbox.waiting(session, busy={1, 2}), "ix_inbox_new"),
    (lambda session: outbox.heads(session, NOW), "ix_outbox_open"),
    (lambda session: outbox.heads(session, NOW, busy={1, 2}), "ix_outbox_open"),
    (outbox.next_due, "ix_outbox_open"),
    (outbox.taken_over, "ix_outbox_open"),
    (lambda session: houses.waiting(session, HouseState.ELIGIBLE), "ix_house_rank"),
    (lambda session: houses.waiting(session, HouseState.ELIGIBLE, after=(80, 80)), "ix_house_rank"),
    (lambda session: houses.waiting(session, HouseState.ELIGIBLE, kecamatan=[PAMULANG]), "ix_house_waiting"),
    (lambda session: _fitting(session, None), "ix_house_rank"),
    (lambda session: _fitting(session, PAMULANG), "ix_house_waiting"),
    (lambda session: houses.oldest(session, HouseState.REGISTERED, None), "ix_house_queue"),
    (lambda session: houses.by_code(session, "X-77"), "uq_house_code|sqlite_autoindex_house_1"),
    (lambda session: houses.oldest(session, HouseState.REGISTERED, [PAMULANG]), "ix_house_queue_area"),
    (lambda session: houses.count_by_kecamatan(session, HouseState.REGISTERED), "COVERING|Index Only"),
    (lambda session: mine.counts(session, 1), "COVERING|Index Only"),
    (lambda session: mine.in_state(session, 1, HouseState.REGISTERED, before=900), "ix_house_surveyor_state"),
    (lambda session: mine.page(session, 1, after=(1, 900)), "ix_house_surveyor"),
    (lambda session: holding.first(session, None, 1, NOW, Order.OLDEST, after=Place(50, 50)), "ix_house_queue"),
    (lambda session: holding.first(session, None, 1, NOW, Order.NEEDIEST, after=Place(50, 50)), "ix_house_rank"),
    (lambda session: holding.first(session, [PAMULANG], 1, NOW, Order.OLDEST, after=Place(50, 50)),
     "ix_house_queue_area"),
    (lambda session: holding.first(session, [PAMULANG], 1, NOW, Order.NEEDIEST, after=Place(50, 50)),
     "ix_house_waiting"),
    (lambda session: holding.first(session, None, 1, NOW, Order.OLDEST), "ix_house_taken"),
    (lambda session: holding.some_free(session, PAMULANG, 1, NOW, Order.NEEDIEST, 40), "ix_house_waiting"),
    (lambda session: rechecking.first(session, [PAMULANG]), "ix_house_recheck"),
    (lambda session: rechecking.count(session, [SETU]), "ix_house_recheck"),
    (lambda session: houses.kecamatan_with(session, HouseState.ELIGIBLE), "ix_house_waiting|ix_house_queue_area"),
    (lambda session: worklist.page(session, [2]), "ix_claim_turn"),
    (lambda session: worklist.page(session, [1], after=(Turn.WORK, 800)), "ix_claim_turn"),
    (lambda session: claims.holding(session, 1), "_claim_h"),
    (lambda session: shown.of_message(session, 7, 70), "ix_shown_chat"),
    (lambda session: shown.of_house(session, 1, 7), "ix_shown_person"),
    (lambda session: shown.of_claim(session, 7), "ix_shown_claim"),
    (lambda session: progress.waiting_for_confirmation(session, None), "ix_claim_reported"),
    (lambda session: standing.page(session, _here(session), Cell(Figure.OPEN), after=900), "ix_house_queue|pk_house"),
    (lambda session: standing.page(session, _here(session), Cell(Figure.NEEDING, PAMULANG), after=900),
     "ix_house_queue_area"),
    (lambda session: standing.page(session, _here(session), Cell(Figure.TAKEN, SETU, FundSource.BAZNAS), after=900),
     "uq_claim_holding|ix_claim_house_id"),
    (lambda session: standing.page(session, _here(session), Cell(Figure.OVERDUE)), "ix_claim_late"),
    (lambda session: events.since(session, 70, ("house.claimed",), 50), "pk_event|PRIMARY KEY"),
    (lambda session: events.last(session, NOW), "ix_event_at"),
    (lambda session: outbox.newest(session, 7, "detail.7", NOW), "ix_outbox_open"),
    (lambda session: outbox.newest(session, 7, "detail.7", NOW), "ix_outbox_done_at"),
]


def _here(session: Session) -> standing.Standing:
    return standing.Standing(Counter())


def test_every_query_finds_its_index(city: Store) -> None:
    for number, (query, index) in enumerate(PLANS):
        plan = _plan(city, query)
        assert any(name in plan for name in index.split("|")), (number, index, plan)
        assert "Seq Scan on house" not in plan
        assert "SCAN house" not in plan


def test_the_waiting_list_is_not_sorted_whole(city: Store) -> None:
    """The first page reads the index from its top: what has equal rank is sorted, the rest is never read."""
    plan = _plan(city, lambda session: houses.waiting(session, HouseState.ELIGIBLE))
    if city.sqlite:
        assert re.search("B-TREE FOR (RIGHT PART|LAST TERM) OF ORDER BY", plan), plan
    else:
        assert "Incremental Sort" in plan, plan


def test_158_claims_in_a_handful_of_statements(database: Store) -> None:
    def make(session: Session) -> tuple[list[int], int]:
        return ([eligible(session).id or 0 for _ in range(158)],
                make_quota(session, "DPKPP", units=158, ceiling=158 * 75 * JUTA).id or 0)

    wanted, quota = database.run(make)
    with statements(database) as sent:
        made = database.run(lambda session: claims.claim_houses(session, wanted, quota, NOW, by=None))
    assert len(made) == 158
    # Two of them ask whether the families are helped elsewhere, and what the partner may take.
    assert len(sent) <= 9, [sql for sql, _ in sent]


def test_a_digest_is_four_queries_however_many_houses(database: Store) -> None:
    database.run(lambda session: [make_quota(session, name) for name in ("DPKPP", "Baznas", "PT Contoh")])
    counts = []
    for _ in range(2):
        database.run(lambda session: [eligible(session) for _ in range(15)])
        with statements(database) as sent:
            database.run(lambda session: digests.count(session, YEAR), snapshot=True)
        counts.append(len(sent))
    assert counts == [4, 4]


def test_a_list_behind_a_posted_figure_is_four_statements(database: Store) -> None:
    """The totals, what changed since and those houses, and a page of what stands there now."""
    database.run(lambda session: [eligible(session) for _ in range(15)])
    run = DigestRun(group_id=1, kind="s1", local_date=NOW.date(), made_at=NOW, due_at=NOW, numbers={"event": 9})

    def page(session: Session) -> int:
        here = standing.now(session).back(standing.changed(session, run) or [])
        return len(standing.page(session, here, Cell(Figure.NEEDING), limit=40))

    with statements(database) as sent:
        assert 0 < database.run(page) < 15
    assert len(sent) == 4, sent


def test_pages_meet_without_gap_or_repeat(city: Store) -> None:
    """Paged by key: every house of a kecamatan once, neediest first, oldest first among equals."""

    def walk(session: Session) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        page = houses.waiting(session, HouseState.ELIGIBLE, kecamatan=[PAMULANG], limit=100)
        while page:
            found += [(house.priority, house.id or 0) for house in page]
            page = houses.waiting(session, HouseState.ELIGIBLE, kecamatan=[PAMULANG], limit=100, after=found[-1])
        return found

    found = city.run(walk)
    where = (col(House.kecamatan_code) == PAMULANG, col(House.state) == HouseState.ELIGIBLE)
    everything = city.run(lambda session: list(session.exec(select(House).where(*where))))
    assert found == sorted(((house.priority, house.id or 0) for house in everything), key=lambda one: (-one[0], one[1]))


def test_the_verifiers_queue(city: Store) -> None:
    def walk(session: Session) -> list[int]:
        found: list[int] = []
        while (house := houses.oldest(session, HouseState.REGISTERED, None, after=found[-1] if found else 0)):
            found.append(house.id or 0)
        return found

    queue = city.run(walk)
    assert queue == sorted(queue)
    assert len(queue) == 20
    assert city.run(lambda session: houses.oldest(session, HouseState.REGISTERED, ["36.74.01"])) is None
    counted = city.run(lambda session: houses.count_by_kecamatan(session, HouseState.REGISTERED))
    assert sum(counted.values()) == 20


def test_old_bodies_are_emptied_and_new_ones_kept(database: Store) -> None:
    database.run(lambda session: inbox.receive(session, 1, [{"update_id": 1}, {"update_id": 2}, {"update_id": 3}], NOW))
    rows = database.run(lambda session: [row.id or 0 for row in inbox.waiting(session)])
    database.run(lambda session: inbox.finish(session, rows[0], NOW))
    database.run(lambda session: inbox.failed(session, rows[1], "Error", NOW, for_good=True))
    assert database.run(lambda session: forgetting.updates(session, NOW + timedelta(days=2))) == 0
    assert database.run(lambda session: forgetting.updates(session, NOW + timedelta(days=4))) == 2
    left = database.run(lambda session: list(session.exec(select(Inbox).order_by(col(Inbox.id)))))
    assert [row.body is None for row in left] == [True, True, False]
    # Before a week is over, when Telegram may use their numbers again, the rows themselves go.
    assert database.run(lambda session: forgetting.updates(session, NOW + timedelta(days=7))) == 2
    assert database.run(lambda session: session.exec(select(Inbox.update_id)).all()) == [3]
