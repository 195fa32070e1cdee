"""What follows the calls of a scoreboard: its message is kept and pinned, what is pinned is looked at."""

from __future__ import annotations

from datetime import timedelta

from handlers.kit.buttons import Press, Rows
from handlers.kit.texts import Texts
from handlers.kit.then import Sent, refused, then
from handlers.ops.reports import tell_admins
from handlers.scoreboard import face
from handlers.scoreboard.switch import SetBoard
from storage import scoreboard
from storage.groups import ChatGroup
from storage.scoreboard import Scoreboard

_AGAIN = timedelta(days=1)
"""Somebody else's message is pinned above ours: ours is pinned again at most so often."""


def _of(sent: Sent) -> tuple[Scoreboard, ChatGroup] | None:
    """The scoreboard and its group; None when the group has moved to another chat meanwhile."""
    board = sent.session.get(Scoreboard, int(sent.row.then_args["board"]), populate_existing=True)
    group = sent.session.get(ChatGroup, board.group_id) if board is not None else None
    if board is None or group is None or group.chat_id != sent.row.chat_id:
        return None
    return board, group


@then(face.SHOWN)
def on_shown(sent: Sent) -> None:
    """A new message is kept in mind and pinned. One that nobody expects any more, sent again by an admin's wish after
    another one had taken its place, goes."""
    if (found := _of(sent)) is None:
        return
    board, group = found
    message = sent.result.get("message_id") or sent.row.target_message
    if sent.row.id != board.row_id:
        if message is not None and message != board.message_id:
            face.remove(sent.session, board, group, message, sent.now)
        return
    new = message != board.message_id
    since = {"looked_at": sent.now, "pinned_at": None} if new else {}
    scoreboard.note(sent.session, board, message_id=message, edited_at=sent.now, **since)
    # Nothing shown: it was taken down while this was under way.
    if board.active and board.shown and (new or (board.pinned_at is None and board.refused_at is None)):
        face.pin(sent.session, board, group, sent.now)


@then(face.LOOKED)
def on_looked(sent: Sent) -> None:
    """Ours is pinned again if it is not; Telegram tells of the newest message that is pinned."""
    if (found := _of(sent)) is None:
        return
    board, group = found
    newest = (sent.result.get("pinned_message") or {}).get("message_id", 0)
    if not board.active or board.message_id in (None, newest):
        return
    # Behind a newer one ours may be pinned as well: nobody's message is fought.
    below = newest > (board.message_id or 0)
    lately = board.pinned_at is not None and timedelta(0) <= sent.now - board.pinned_at < _AGAIN
    if not (below and lately):
        face.pin(sent.session, board, group, sent.now)


@then(face.PINNED)
def on_pinned(sent: Sent) -> None:
    """It is pinned; a right that was missing is there."""
    if (found := _of(sent)) is not None:
        scoreboard.note(sent.session, found[0], pinned_at=sent.now, refused_at=None)


@refused(face.PINNED)
def on_not_pinned(sent: Sent) -> bool:
    """The message is gone, and a new one comes; or the right is missing: the admins hear of it, once."""
    if (found := _of(sent)) is None:
        return True
    board, group = found
    words = sent.refusal.lower()
    if "not found" in words or "message_id_invalid" in words or "no target" in words:
        if sent.row.target_message == board.message_id:
            scoreboard.note(sent.session, board, message_id=None, row_id=None, shown=None, pinned_at=None)
        return True
    told = board.refused_at is not None
    scoreboard.note(sent.session, board, refused_at=board.refused_at or sent.now, pinned_at=None)
    if "rights" not in words and "admin" not in words:
        return told
    if not told:
        tell_admins(sent.session, sent.now, "scoreboard.no_right", lambda theirs: _off(theirs, group),
                    title=group.title)
    return True


def _off(words: Texts, group: ChatGroup) -> Rows:
    """The way out for an admin who cannot give the right, or does not want to."""
    return [[Press(words.label("scoreboard.button.off"), SetBoard(group.id or 0, 0))]]


@then(face.REMOVED)
def on_removed(_sent: Sent) -> None:
    """Nothing more is to do."""


@refused(face.REMOVED)
def on_not_removed(_sent: Sent) -> bool:
    """It is gone already, or the right is missing, of which the admins know."""
    return True
