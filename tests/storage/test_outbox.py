"""What people are told: in order, once where it must be, and never forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from storage import forgetting, outbox, rerouting
from storage.outbox import NEWS, Outbox, OutboxState
from storage.store import Store
from tests.builders import NOW

SARI, FORUM = 7_100_000_003, -1_002_000_000_001


def _say(store: Store, text: str = "halo", chat: int = SARI, **more: Any) -> int:
    return store.run(lambda session: outbox.enqueue(session, chat, "sendMessage", {"text": text}, NOW, **more).id or 0)


def _heads(store: Store, **more: Any) -> list[int]:
    return store.run(lambda session: [row.id or 0 for row in outbox.heads(session, NOW, **more)])


def _row(store: Store, number: int) -> Outbox:
    return store.run(lambda session: session.get_one(Outbox, number))


def _settle(store: Store, number: int, state: OutboxState, **more: Any) -> bool:
    def run(session: Session) -> bool:
        outbox.mark_sending(session, [number])
        return outbox.settle(session, number, state, NOW, **more)

    return store.run(run)


def test_one_call_of_a_chat_at_a_time_in_order(database: Store) -> None:
    first, second = _say(database, "satu"), _say(database, "dua")
    other = _say(database, "lain", FORUM)
    assert _heads(database) == [first, other]
    database.run(lambda session: outbox.mark_sending(session, [first]))
    assert _heads(database) == [other]  # the second waits while the first is in hand
    assert database.run(lambda session: outbox.settle(session, first, OutboxState.SENT, NOW, message_id=2**40))
    assert _heads(database) == [second, other]
    assert _heads(database, busy={SARI}) == [other]
    assert _heads(database, limit=1) == [second]
    assert _row(database, first).message_id == 2**40


def test_answers_go_before_news_but_never_overtake_in_a_chat(database: Store) -> None:
    news = _say(database, "kabar", FORUM, priority=NEWS)
    own_news, answer = _say(database, "kabar", priority=NEWS), _say(database, "jawaban")
    later = _say(database, "jawaban", 7_100_000_009)
    assert _heads(database) == [later, news, own_news]
    assert answer not in _heads(database)


def test_a_retry_blocks_its_own_chat_only(database: Store) -> None:
    first, second, other = _say(database), _say(database), _say(database, chat=FORUM)
    assert _settle(database, first, OutboxState.PENDING, due_at=NOW + timedelta(seconds=30), problem="429")
    assert _heads(database) == [other]
    later = NOW + timedelta(seconds=30)
    assert database.run(lambda session: [row.id for row in outbox.heads(session, later)]) == [first, other]
    assert (_row(database, first).attempts, _row(database, first).problem) == (1, "429")
    assert _settle(database, other, OutboxState.SENT)
    assert _settle(database, first, OutboxState.SENT)
    assert _heads(database) == [second]
    assert database.run(outbox.next_due) == NOW


def test_a_clock_that_was_a_year_ahead_neither_holds_back_nor_silences_anything(database: Store) -> None:
    then = NOW + timedelta(days=365)

    def wrong(session: Session) -> tuple[int, int]:
        done = outbox.enqueue(session, FORUM, "sendMessage", {"text": "angka"}, then, slot="rekap").id or 0
        outbox.mark_sending(session, [done])
        assert outbox.settle(session, done, OutboxState.SENT, then)
        assert outbox.recent(session, FORUM, "rekap", then - timedelta(seconds=60))
        return done, outbox.enqueue(session, SARI, "sendMessage", {"text": "halo"}, then).id or 0

    done, waits = database.run(wrong)
    assert _heads(database) == [waits]
    assert not database.run(lambda session: outbox.recent(session, FORUM, "rekap", NOW - timedelta(seconds=60)))
    assert database.run(lambda session: outbox.newest(session, FORUM, "rekap", NOW - timedelta(days=1))) is None
    found = database.run(lambda session: outbox.newest(session, FORUM, "rekap", then - timedelta(days=1)))
    assert found is not None
    assert found.id == done


def test_the_newest_of_a_slot_is_sent(database: Store) -> None:
    """Thirty photos get one answer; what is in hand already is not taken back."""
    first = _say(database, "1 foto", slot="form")
    other = _say(database, "1 foto", FORUM, slot="form")
    second = _say(database, "2 foto", slot="form")
    assert _row(database, first).state == OutboxState.REPLACED
    assert _heads(database) == [other, second]
    database.run(lambda session: outbox.mark_sending(session, [second]))
    third = _say(database, "3 foto", slot="form")
    assert _row(database, second).state == OutboxState.SENDING
    assert _row(database, third).state == OutboxState.PENDING


def test_what_became_of_a_call_is_written_once(database: Store) -> None:
    number = _say(database)
    assert not database.run(lambda session: outbox.settle(session, number, OutboxState.SENT, NOW))  # never in hand
    assert _settle(database, number, OutboxState.SENT, message_id=5)
    assert not database.run(lambda session: outbox.settle(session, number, OutboxState.DEAD, NOW, problem="late"))
    assert (_row(database, number).state, _row(database, number).done_at) == (OutboxState.SENT, NOW)


def test_calls_in_hand_of_a_dead_process(database: Store) -> None:
    first, second = _say(database), _say(database, chat=FORUM)
    database.run(lambda session: outbox.mark_sending(session, [first, second]))
    assert database.run(lambda session: [row.id for row in outbox.taken_over(session)]) == [first, second]
    database.run(lambda session: outbox.settle(session, second, OutboxState.UNKNOWN, NOW))
    assert database.run(lambda session: [row.id for row in outbox.taken_over(session)]) == [first]
    assert database.run(lambda session: outbox.resend(session, second, NOW))
    assert not database.run(lambda session: outbox.resend(session, second, NOW))  # the button pressed twice
    assert _heads(database) == [second]


def test_an_edit_aims_at_an_earlier_call(database: Store) -> None:
    first = _say(database)
    edit = _say(database, target_row=first)
    fixed = _say(database, target_message=77)

    def aims(session: Session) -> list[int | None]:
        return [outbox.of_target(session, session.get_one(Outbox, number)) for number in (first, edit, fixed)]

    assert database.run(aims) == [None, None, 77]
    _settle(database, first, OutboxState.SENT, message_id=5)
    assert database.run(aims) == [None, 5, 77]


def test_a_chat_that_cannot_be_reached(database: Store) -> None:
    done, waiting, other = _say(database), _say(database), _say(database, chat=FORUM)
    _settle(database, done, OutboxState.SENT)
    assert database.run(lambda session: outbox.drop_waiting(session, SARI, NOW, "blocked")) == 1
    assert (_row(database, waiting).state, _row(database, waiting).problem) == (OutboxState.DEAD, "blocked")
    assert _heads(database) == [other]


def test_a_group_that_became_a_supergroup(database: Store) -> None:
    def enqueue(session: Session) -> int:
        return outbox.enqueue(session, -5, "editMessageText", {"chat_id": -5, "text": "rekap"}, NOW,
                              target_message=3).id or 0

    number = database.run(enqueue)
    assert database.run(lambda session: rerouting.migrate(session, -5, FORUM)) == 1
    row = _row(database, number)
    assert (row.chat_id, row.method, row.target_message) == (FORUM, "sendMessage", None)
    assert database.run(lambda session: outbox.params_of(session, row)) == {"chat_id": FORUM, "text": "rekap"}


def test_what_was_said_long_ago_is_forgotten(database: Store) -> None:
    done, waiting = _say(database), _say(database)
    _settle(database, done, OutboxState.SENT, message_id=5)
    assert database.run(lambda session: forgetting.calls(session, NOW)) == 0
    assert database.run(lambda session: forgetting.calls(session, NOW + timedelta(days=1))) == 1
    assert _row(database, done).params == b""
    assert _row(database, done).message_id == 5
    assert _row(database, waiting).params != b""
    assert database.run(lambda session: forgetting.calls(session, NOW + timedelta(days=1))) == 0


@pytest.mark.parametrize("problem", [None, "x" * 1000])
def test_a_long_problem_is_cut(database: Store, problem: str | None) -> None:
    number = _say(database)
    _settle(database, number, OutboxState.DEAD, problem=problem)
    assert _row(database, number).problem == (problem[:300] if problem else None)
