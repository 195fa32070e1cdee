"""A group's scoreboard over real HTTP: one message, edited in place, pinned, and found again whatever becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox import Group, SandboxThread
from handlers.scoreboard.clock import scoreboards
from storage import forgetting, groups, scoreboard
from storage.groups import ChatGroup
from storage.outbox import OutboxState
from storage.store import Store
from tests.bot.board_rig import BoardRig
from tests.builders import eligible

# What depends on the kind of database stands in tests/handlers/test_scoreboard.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def rig(database: Store, tmp_path: Path) -> Iterator[BoardRig]:
    with SandboxThread() as box:
        yield BoardRig(database, box, tmp_path)


def test_it_is_sent_once_pinned_silently_and_edited_in_place_at_most_once_a_minute(rig: BoardRig) -> None:
    assert rig.tick(3) == 1
    (board,) = rig.boards()
    assert board.pinned
    assert board.text.splitlines() == [
        "📌 Papan angka Bedah Rumah", "🏠 Belum ada rumah yang dinyatakan memenuhi syarat.",
        "Keadaan Senin, 2 Maret 2026, 08.00 WIB"]
    sent = {one.method: one.params for one in rig.sandbox.calls}
    assert str(sent["sendMessage"]["disable_notification"]).lower() == "true"
    assert str(sent["pinChatMessage"]["disable_notification"]).lower() == "true"
    for _ in range(50):  # fifty changes in a hundred seconds
        rig.change(eligible)
        rig.passes(seconds=2)
        rig.tick()
    assert rig.calls("editMessageText") == 1
    assert "30 butuh bedah" in board.text
    rig.passes(seconds=20)
    rig.tick()
    assert rig.calls("editMessageText") == 2
    assert rig.boards() == [board]
    assert "50 butuh bedah = 0 sudah ada mitra + 50 belum" in board.text
    rig.passes(seconds=61)
    assert rig.tick(3) == 0
    assert (rig.calls("sendMessage"), rig.calls("pinChatMessage"), rig.calls("getChat")) == (1, 1, 0)


def test_it_is_looked_for_just_before_each_hour_and_pinned_again_when_it_is_lost(rig: BoardRig) -> None:
    rig.tick()
    (board,) = rig.boards()
    rig.passes(minutes=57)
    rig.tick()
    assert rig.calls("getChat") == 0
    rig.passes(minutes=1)
    rig.tick(3)
    assert (rig.calls("getChat"), rig.calls("pinChatMessage")) == (1, 1)
    board.pinned = False
    rig.passes(hours=1)
    rig.tick(3)
    assert (rig.calls("getChat"), rig.calls("pinChatMessage")) == (2, 2)
    assert board.pinned
    assert len(rig.boards()) == 1


def test_a_newer_message_of_somebody_elses_is_not_fought(rig: BoardRig) -> None:
    rig.tick()
    rig.sari.says("Rapat besok pukul 9", rig.group.chat).pinned = True
    for hours in (1, 22, 1, 1, 1):
        rig.passes(hours=hours)
        rig.tick()
    assert rig.calls("getChat") == 5
    assert rig.calls("pinChatMessage") == 2  # once at first, and once more after a day


def test_a_missing_right_is_told_once_and_it_goes_on_unpinned(database: Store, tmp_path: Path) -> None:
    with SandboxThread() as box:
        rig = BoardRig(database, box, tmp_path, may_pin=False)
        rig.tick()
        for _ in range(5):
            rig.change(eligible)
            rig.passes(hours=1)
            rig.tick()
        (board,) = rig.boards()
        assert "5 butuh bedah" in board.text
        assert rig.told("belum berhak menyematkan") == 1
        assert rig.told("Satu kiriman bot gagal", "sudah tidak ada di grup") == 0
        assert rig.store.run(lambda session: groups.by_chat(session, rig.group.id)).left_at is None  # type: ignore
        rig.group.promote_bot(rig.sari)
        rig.passes(hours=1)
        rig.tick()
        assert board.pinned
        assert rig.board.refused_at is None
        rig.group.chat.bot_status = "member"
        board.pinned = False
        for _ in range(2):
            rig.passes(hours=1)
            rig.tick()
        assert rig.told("belum berhak menyematkan") == 2, "lost anew"


@pytest.mark.parametrize("by", ["an edit", "the look"])
def test_a_deleted_message_comes_as_a_new_one_that_is_kept_and_pinned(rig: BoardRig, by: str) -> None:
    rig.tick()
    rig.sandbox.world.forget(rig.boards()[0])
    if by == "an edit":
        rig.change(eligible)
        rig.passes(minutes=2)
    else:
        rig.passes(hours=1)
    rig.tick()
    rig.tick()
    (board,) = rig.boards()
    assert board.pinned
    assert rig.board.message_id == board.id
    rig.change(eligible)
    rig.passes(minutes=2)
    rig.tick(2)
    assert rig.boards() == [board]
    assert ("2" if by == "an edit" else "1") + " butuh bedah" in board.text


@pytest.mark.parametrize(("fault", "lost"), [("drop_after", False), ("drop_before", False), ("drop_after", True)])
def test_of_unknown_fate_it_does_not_come_twice(rig: BoardRig, fault: str, lost: bool) -> None:
    """Also where it was an edit at first, whose message was deleted."""
    if lost:
        rig.tick()
        rig.sandbox.world.forget(rig.boards()[0])
        rig.change(eligible)
        rig.passes(minutes=2)
    rig.sandbox.fault("sendMessage", fault)
    rig.tick()
    arrived = len(rig.boards())
    assert arrived == (fault == "drop_after")
    for _ in range(3):
        rig.passes(hours=2)
        rig.change(eligible)
        rig.tick()
    assert len(rig.boards()) == arrived
    assert rig.told("Belum pasti apakah papan angka sampai di grup Forum") == 1
    for board in rig.boards():  # as the admin is asked to do
        rig.sandbox.world.forget(board)
    rig.press_resend()
    rig.passes(minutes=2)
    rig.tick()
    (board,) = rig.boards()
    assert board.pinned
    assert f"{3 + lost} butuh bedah" in board.text


def test_unanswered_until_it_cannot_be_sent_again_it_comes_anew(rig: BoardRig) -> None:
    rig.sandbox.fault("sendMessage", "drop_before")
    rig.tick()
    rig.passes(days=8)
    assert rig.tick() == 0
    rig.change(lambda session: forgetting.calls(session, rig.now - timedelta(days=7)))
    rig.tick(2)
    assert [one.pinned for one in rig.boards()] == [True]


def test_sent_again_after_another_one_came_it_goes(rig: BoardRig) -> None:
    rig.sandbox.fault("sendMessage", "drop_before")
    rig.tick()
    for active in (False, True):
        rig.change(lambda session, active=active: scoreboard.want(
            session, scoreboard.of_group(session, 1), rig.now, active=active, by=None))
    rig.tick()
    (board,) = rig.boards()
    rig.press_resend()
    assert rig.boards() == [board]


@pytest.fixture
def basic(database: Store, tmp_path: Path) -> Iterator[tuple[BoardRig, Group]]:
    """A rig, and a basic group that may still become a supergroup; its scoreboard is there."""
    with SandboxThread() as box:
        rig = BoardRig(database, box, tmp_path)
        plain = rig.sandbox.add_group("Kelurahan", [rig.sari], supergroup=False)
        rig.sari.adds_bot_to(plain, "administrator")
        rig.here(plain)
        rig.tick()
        yield rig, plain


def test_a_group_that_becomes_a_supergroup_gets_it_once_more(basic: tuple[BoardRig, Group]) -> None:
    rig, plain = basic
    plain.migrate()
    rig.change(eligible)
    rig.passes(minutes=2)
    for _ in range(3):
        rig.tick()
        rig.passes(minutes=2)
    old, new = rig.boards(plain)
    assert (old.pinned, new.pinned, new.chat_id) == (False, True, plain.id)
    assert "1 butuh bedah" in new.text
    rig.change(eligible)
    rig.tick()
    assert "2 butuh bedah" in new.text
    assert rig.boards(plain) == [old, new]


@pytest.mark.parametrize("sent", [True, False])
def test_pinned_in_the_new_chat_before_its_move_was_heard_of_one_is_left(
    basic: tuple[BoardRig, Group], sent: bool
) -> None:
    """The bot is seen in the supergroup first, its digest is turned on there, and only then comes the news of the
    move. ``sent``: its scoreboard is there by then; else it still waits."""
    rig, plain = basic
    old = plain.id
    plain.migrate()
    rig.passes(minutes=2)
    rig.here(plain)
    if sent:
        rig.tick()
    else:
        rig.change(lambda session: scoreboards(session, rig.runtime, rig.now))
    rig.change(lambda session: groups.migrated(session, old, plain.id, rig.now))
    for _ in range(3):
        rig.passes(minutes=2)
        rig.tick()
    boards = [one for one in rig.boards(plain) if one.chat_id == plain.id]
    assert [one.pinned for one in boards] == ([False, True] if sent else [True])
    rig.change(eligible)
    rig.passes(minutes=2)
    rig.tick(2)
    assert "1 butuh bedah" in boards[-1].text
    assert rig.calls("unpinChatMessage") == sent


def test_removed_and_added_again_it_comes_once_more(rig: BoardRig) -> None:
    rig.tick()
    rig.change(lambda session: groups.left(session, rig.group.id, rig.now))
    rig.passes(days=1)
    assert rig.tick() == 0
    rig.here(rig.group)
    for _ in range(3):
        rig.tick()
        rig.passes(minutes=2)
    old, new = rig.boards()
    assert (old.pinned, new.pinned) == (False, True)
    assert rig.board.message_id == new.id


def test_where_no_digest_is_read_it_is_pinned_no_more(rig: BoardRig) -> None:
    def turn(active: bool) -> None:
        rig.change(lambda session: groups.set_schedule(session, groups.schedule_of(session, 1, rig.now), rig.now,
                                                       by=None, active=active))

    rig.tick()
    (board,) = rig.boards()
    turn(False)
    rig.tick(2)
    assert not board.pinned
    rig.change(eligible)
    rig.passes(hours=1)
    assert rig.tick(2) == 0
    turn(True)
    rig.tick(2)
    assert board.pinned
    assert "1 butuh bedah" in board.text
    assert rig.boards() == [board]


def test_a_clock_that_was_wrong_neither_stops_nor_doubles_it(rig: BoardRig) -> None:
    right = rig.now
    rig.passes(days=4 * 365)
    rig.change(lambda session: groups.left(session, rig.group.id, rig.now))
    rig.here(rig.group)  # so that the group came in a far future
    rig.tick(2)
    rig.now = right
    for _ in range(5):
        rig.change(eligible)
        rig.passes(minutes=2)
        rig.tick(2)
    assert len(rig.boards()) == 1
    assert "5 butuh bedah" in rig.boards()[0].text
    assert rig.calls("getChat") <= 2
    assert rig.store.run(lambda session: session.get(ChatGroup, 1)) is not None
    assert rig.store.run(lambda session: scoreboard.wanted(session)[0][2]).state == OutboxState.SENT  # type: ignore
