"""The pinned scoreboard of a group: one message that is edited in place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, Session, SQLModel, col, func, select, update

from storage.base import args, big, fk, insert_new, pk
from storage.events import record
from storage.groups import ChatGroup, Schedule
from storage.outbox import Outbox, OutboxState
from storage.tally import ClaimTally, HouseTally

SLOT = "scoreboard"
"""In which its message waits to be sent or edited."""


class Scoreboard(SQLModel, table=True):
    """``active``: the admin wants one. ``message_id``: the message in the group, once it was sent; ``row_id``: the call
    that sent or edited it last. ``shown``: a digest of what it says and one of what that was counted from, so that only
    a change is counted, and sent.

    ``edited_at``: when it was last sent or edited; ``looked_at``: when it was last looked for. ``pinned_at``: when it
    was last pinned; ``refused_at``: since when the right to pin is missing (the admins were told).
    """

    __tablename__ = "scoreboard"
    __table_args__ = args()
    id: int | None = pk()
    group_id: int = fk("chat_group.id", index=False, unique=True)
    active: bool = True
    message_id: int | None = big(nullable=True)
    row_id: int | None = fk("outbox.id", nullable=True, index=False)
    shown: str | None = Field(default=None, max_length=64)
    edited_at: datetime | None = None
    looked_at: datetime | None = None
    pinned_at: datetime | None = None
    refused_at: datetime | None = None


def of_group(session: Session, group_id: int) -> Scoreboard:
    """A group's scoreboard; wanted until an admin turns it off."""
    where = col(Scoreboard.group_id) == group_id
    if (found := session.exec(select(Scoreboard).where(where)).first()) is None:
        insert_new(session, Scoreboard, {"group_id": group_id, "active": True})
        found = session.exec(select(Scoreboard).where(where)).one()
    return found


def wanted(session: Session) -> list[tuple[Scoreboard, ChatGroup, Outbox | None]]:
    """The scoreboards that are to be kept up, each with its group and its last call: of groups that the bot is in and
    that read digests."""
    known = select(Scoreboard.id).where(col(Scoreboard.group_id) == col(ChatGroup.id))
    for number in session.exec(select(ChatGroup.id).where(_reads(), ~known.exists())).all():
        of_group(session, number or 0)
    query = _boards().where(col(Scoreboard.active).is_(True), _reads())
    return list(session.exec(query.order_by(col(Scoreboard.id))))


def stale(session: Session) -> list[tuple[Scoreboard, ChatGroup]]:
    """Those that are still pinned although they are not kept up any more, in groups that the bot is in.

    Also of a group that gave way to the one that moved into its chat (:func:`storage.groups.migrated`): with that one.
    """
    pinned = (col(ChatGroup.left_at).is_(None), col(Scoreboard.message_id).is_not(None),
              col(Scoreboard.shown).is_not(None))
    own = select(Scoreboard, ChatGroup).join(ChatGroup, col(ChatGroup.id) == col(Scoreboard.group_id))
    moved_into = (select(Scoreboard, ChatGroup).join(Outbox, col(Outbox.id) == col(Scoreboard.row_id))
                  .join(ChatGroup, col(ChatGroup.chat_id) == col(Outbox.chat_id)))
    found = [*session.exec(own.where(*pinned, ~(col(Scoreboard.active).is_(True) & _reads()))),
             *session.exec(moved_into.where(*pinned, col(ChatGroup.id) != col(Scoreboard.group_id)))]
    return sorted(found, key=lambda one: one[0].id or 0)


def _boards() -> Any:
    return (select(Scoreboard, ChatGroup, Outbox).join(ChatGroup, col(ChatGroup.id) == col(Scoreboard.group_id))
            .outerjoin(Outbox, col(Outbox.id) == col(Scoreboard.row_id)))


def _reads() -> Any:
    scheduled = select(Schedule.id).where(col(Schedule.group_id) == col(ChatGroup.id), col(Schedule.active).is_(True))
    return col(ChatGroup.left_at).is_(None) & scheduled.exists()


def mark(session: Session) -> str:
    """Changes whenever houses or claims may have changed.

    Lines of the running totals are only added, or summed up into newer ones; so their number and the newest of them
    tell, also where a transaction that began early ends late.
    """
    parts: list[int] = []
    for table in (HouseTally, ClaimTally):
        parts += session.execute(select(func.count(), func.coalesce(func.max(table.id), 0))).one()
    return ".".join(map(str, parts))


def take(session: Session, board: Scoreboard, now: datetime, **values: Any) -> bool:
    """Write values in a scoreboard that nobody else has sent or edited since it was read; False when somebody has."""
    return _write(session, board, col(Scoreboard.edited_at).is_not_distinct_from(board.edited_at),
                  {"edited_at": now} | values)


def take_look(session: Session, board: Scoreboard, now: datetime) -> bool:
    """Note that it is looked for now; False when somebody else does."""
    return _write(session, board, col(Scoreboard.looked_at).is_not_distinct_from(board.looked_at), {"looked_at": now})


def note(session: Session, board: Scoreboard, **values: Any) -> None:
    """Write what became known of a scoreboard."""
    _write(session, board, None, values)


def _write(session: Session, board: Scoreboard, where: Any, values: dict[str, Any]) -> bool:
    change = update(Scoreboard).where(col(Scoreboard.id) == board.id).values(**values)
    done = session.exec(change if where is None else change.where(where))
    session.refresh(board)
    return bool(done.rowcount == 1)


ANEW: dict[str, Any] = dict.fromkeys(("message_id", "row_id", "shown", "edited_at", "looked_at", "pinned_at"))
"""What is known of a scoreboard that is not in its group yet."""


def want(session: Session, board: Scoreboard, now: datetime, *, active: bool, by: int | None) -> bool:
    """An admin wants a scoreboard, or none; False when it is so already."""
    if board.active == active:
        return False
    values: dict[str, Any] = {"active": active}
    row = session.get(Outbox, board.row_id) if board.row_id is not None else None
    if row is not None and row.state in (OutboxState.UNKNOWN, OutboxState.DEAD):
        values |= ANEW  # whoever turns it on again wants one that is seen
    note(session, board, **values)
    record(session, "scoreboard.on" if active else "scoreboard.off", now, actor=by, group=board.group_id)
    return True


def look_soon(session: Session, group_id: int) -> None:
    """What the bot may do in a group has changed: its scoreboard is looked for at the next tick."""
    session.exec(update(Scoreboard).where(col(Scoreboard.group_id) == group_id).values(looked_at=None))
