"""What came in, and what is half said: both outlive the process."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from storage import drafts, inbox, photos
from storage.inbox import AlreadyDone, Inbox, InboxState
from storage.photos import Photo, PhotoPurpose
from storage.store import Store
from tests.builders import NOW, SARI, make_house, person

CHAT = 7_100_000_003
FORM = "daftar"


@pytest.mark.parametrize(("update", "key"), [
    ({"update_id": 1, "message": {"chat": {"id": CHAT}, "from": {"id": 1}}}, CHAT),
    ({"update_id": 1, "edited_message": {"chat": {"id": -100}}}, -100),
    ({"update_id": 1, "callback_query": {"from": {"id": 1}, "message": {"chat": {"id": -100}}}}, -100),
    ({"update_id": 1, "callback_query": {"from": {"id": CHAT}, "inline_message_id": "x"}}, CHAT),
    ({"update_id": 1, "my_chat_member": {"chat": {"id": -100}, "from": {"id": 1}}}, -100),
    ({"update_id": 1, "inline_query": {"from": {"id": CHAT}}}, CHAT),
    ({"update_id": 1, "poll_answer": {"user": {"id": CHAT}}}, CHAT),
    ({"update_id": 1, "poll": {"id": "5"}}, 0),
    ({"update_id": 1, "message": "?", "edited_message": {"chat": {"id": "?"}}}, 0),
    ({"update_id": 1}, 0),
])
def test_whose_order_an_update_keeps(update: dict[str, Any], key: int) -> None:
    assert inbox.chat_key(update) == key


def _receive(store: Store, *chats: int) -> list[int]:
    updates = [{"update_id": number, "message": {"chat": {"id": chat}}} for number, chat in enumerate(chats, 1)]
    assert store.run(lambda session: inbox.receive(session, 1, updates, NOW)) == len(chats)
    return store.run(lambda session: [row.id or 0 for row in session.exec(select(Inbox).order_by(Inbox.id))])


def _waiting(store: Store, **more: Any) -> list[int]:
    return store.run(lambda session: [row.id or 0 for row in inbox.waiting(session, **more)])


def test_updates_wait_in_order_until_done(database: Store) -> None:
    first, second, third = _receive(database, CHAT, CHAT, -100)
    assert _waiting(database) == [first, second, third]
    assert _waiting(database, limit=2) == [first, second]
    assert _waiting(database, busy={CHAT}) == [third]
    database.run(lambda session: inbox.finish(session, first, NOW))
    assert _waiting(database) == [second, third]
    with pytest.raises(AlreadyDone):
        database.run(lambda session: inbox.finish(session, first, NOW))
    row = database.run(lambda session: session.get_one(Inbox, second))
    assert database.run(lambda session: inbox.read(session, row))["message"]["chat"]["id"] == CHAT
    assert b"chat" not in (row.body or b"")


def test_nothing_received(database: Store) -> None:
    assert database.run(lambda session: inbox.receive(session, 1, [], NOW)) == 0


def test_another_bot_has_its_own_numbers(database: Store) -> None:
    _receive(database, CHAT)
    assert database.run(lambda session: inbox.receive(session, 2, [{"update_id": 1}], NOW)) == 1


def test_what_fails_three_times_is_set_aside(database: Store) -> None:
    first, second = _receive(database, CHAT, CHAT)

    def fail(number: int, **more: Any) -> InboxState:
        return database.run(lambda session: inbox.failed(session, number, "ValueError", NOW, **more))

    assert [fail(first) for _ in range(3)] == [InboxState.NEW, InboxState.NEW, InboxState.PARKED]
    assert _waiting(database) == [second]
    assert fail(second, for_good=True) == InboxState.PARKED
    assert _waiting(database) == []
    with pytest.raises(AlreadyDone):
        database.run(lambda session: inbox.finish(session, first, NOW))


def test_a_failure_after_a_lost_commit_changes_nothing(database: Store) -> None:
    (row,) = _receive(database, CHAT)
    database.run(lambda session: inbox.finish(session, row, NOW))
    assert database.run(lambda session: inbox.failed(session, row, "CommitUnknown", NOW)) == InboxState.DONE
    assert database.run(lambda session: session.get_one(Inbox, row)).attempts == 0


def _open(session: Session, form: str = FORM, subject: int = 0, **later: float) -> drafts.Draft:
    at = NOW + timedelta(**later)
    return drafts.open_draft(session, person(session, SARI).id or 0, CHAT, form, at, subject=subject)[0]


def test_answers_are_kept_sealed(database: Store) -> None:
    draft = database.run(_open)
    assert database.run(lambda session: drafts.read(session, draft)) == {}
    assert database.run(lambda session: drafts.read_sources(session, draft)) == {}
    answers = {"head_name": "Contoh", "occupants": 4}
    database.run(lambda session: drafts.write(session, draft, answers, NOW, sources={"17": "head_name"}))
    found = database.run(lambda session: drafts.current(session, draft.person_id))
    assert found is not None
    assert database.run(lambda session: drafts.read(session, found)) == answers
    assert database.run(lambda session: drafts.read_sources(session, found)) == {"17": "head_name"}
    assert b"Contoh" not in found.answers
    assert found.version == 3


def test_one_draft_a_form_and_subject(database: Store) -> None:
    first = database.run(_open)
    assert database.run(_open).id == first.id
    other = database.run(lambda session: _open(session, subject=5, hours=1))
    assert other.id != first.id
    assert database.run(lambda session: [row.id for row in drafts.of_person(session, first.person_id)]) == [
        other.id, first.id]
    current = database.run(lambda session: drafts.current(session, first.person_id))
    assert current is not None
    assert current.id == other.id
    database.run(lambda session: drafts.discard(session, session.get_one(drafts.Draft, other.id)))
    assert database.run(lambda session: len(drafts.of_person(session, first.person_id))) == 1


def test_forgotten_drafts_are_spoken_of_and_then_go(database: Store) -> None:
    draft = database.run(_open)

    def due(days: float) -> tuple[int, int]:
        at = NOW + timedelta(days=days)
        return database.run(lambda session: (len(drafts.to_remind(session, at)), len(drafts.expired(session, at))))

    assert due(drafts.REMIND_DAYS) == (0, 0)
    assert due(drafts.REMIND_DAYS + 0.1) == (1, 0)
    assert due(drafts.LIVES_DAYS + 0.1) == (1, 1)

    def remind(session: Session) -> None:
        session.get_one(drafts.Draft, draft.id).reminded_at = NOW

    database.run(remind)
    assert due(drafts.LIVES_DAYS + 0.1) == (0, 1)


def _photo(session: Session, draft_id: int | None, unique: str) -> Photo | None:
    return photos.add(session, person(session).id or 0, CHAT, PhotoPurpose.REGISTRATION, f"f{unique}", unique, NOW,
                      draft_id=draft_id)


def test_photos_of_a_draft_become_those_of_the_house(database: Store) -> None:
    def register(session: Session) -> tuple[int, int]:
        draft = _open(session)
        kept, rejected = _photo(session, draft.id, "a"), _photo(session, draft.id, "b")
        assert kept is not None
        assert rejected is not None
        assert _photo(session, draft.id, "a") is None  # a burst that came twice
        photos.rejected(session, rejected.id or 0, "too_small")
        photos.fetched(session, kept.id or 0, key="0" * 64, width=8, height=6, likeness="f" * 16)
        assert [photo.id for photo in photos.of_draft(session, draft.id or 0)] == [kept.id]
        house = make_house(session).id or 0
        assert photos.attach(session, draft.id or 0, house) == 2
        drafts.discard(session, draft)
        return house, kept.id or 0

    house, kept = database.run(register)
    assert database.run(lambda session: [photo.id for photo in photos.of_house(session, house)]) == [kept]
    assert database.run(lambda session: photos.count_of_house(session, house)) == 1


def test_photos_of_a_discarded_draft_go_with_it(database: Store) -> None:
    def discard(session: Session) -> None:
        draft = _open(session)
        _photo(session, draft.id, "a")
        drafts.discard(session, draft)

    database.run(discard)
    assert database.run(lambda session: list(session.exec(select(Photo)))) == []
