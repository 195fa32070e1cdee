"""Running totals, kept by triggers: a digest reads some hundred lines, however many houses there are (decision 14).

Each change of a house or a claim writes lines of difference, in the same statement and by whoever makes it; nobody
waits for anybody's counter. :func:`fold` sums them up now and then. What is true at any moment is the sum of all lines.
The triggers are made in the migrations; one that writes ``house`` or ``claim`` anew on SQLite does it within
:func:`storage.migrate.triggers_aside`.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import Field, Session, SQLModel, col, func, select

from storage import meta
from storage.base import args, big, pk

NONE = "none"
"""What a house was before it was registered."""

ENOUGH, BATCH = 2_000, 100_000
"""So many new lines are worth summing up; so many are held in memory at once."""


class HouseTally(SQLModel, table=True):
    """Houses of a kelurahan that came into a state from ``other``, or went from it to ``other``; ``cost``: rupiah by
    which their estimates add to the state.

    So the houses in a state are those that came less those that went, and each step between two states is counted.
    """

    __tablename__ = "house_tally"
    __table_args__ = args()
    id: int | None = pk()
    kelurahan_code: str = Field(max_length=13)
    state: str = Field(max_length=24)
    other: str = Field(max_length=24)
    came: int = big()
    went: int = big()
    cost: int = big()


class ClaimTally(SQLModel, table=True):
    """Claims of a partner in a kecamatan by state and turn; ``physical``, ``financial``: sums of their percents;
    ``overdue``: those that have missed a deadline.

    A claim that holds a house is counted where that stands; one that has ended, where it did."""

    __tablename__ = "claim_tally"
    __table_args__ = args()
    id: int | None = pk()
    kecamatan_code: str = Field(max_length=8)
    partner_id: int = big()
    state: str = Field(max_length=24)
    turn: int
    claims: int = big()
    physical: int = big()
    financial: int = big()
    overdue: int = big()


_KINDS: list[tuple[Any, tuple[str, ...], tuple[str, ...]]] = [
    (HouseTally, ("kelurahan_code", "state", "other"), ("came", "went", "cost")),
    (ClaimTally, ("kecamatan_code", "partner_id", "state", "turn"), ("claims", "physical", "financial", "overdue")),
]
_FOLDED = "tally_folded"


def fold(session: Session) -> int:
    """Sum up the lines, once there are enough new ones; how many went into the sums.

    Lines that others write meanwhile are not touched: only what was deleted here is summed here.
    """
    lines = _lines(session)
    if lines - int(meta.get(session, _FOLDED) or 0) < ENOUGH:
        return 0
    for kind, keys, figures in _KINDS:
        _fold(session, kind, keys, figures)
    meta.put(session, _FOLDED, str(_lines(session)))
    return lines


def _lines(session: Session) -> int:
    return sum(session.exec(select(func.count()).select_from(kind)).one() for kind, _, _ in _KINDS)


def _fold(session: Session, kind: Any, keys: tuple[str, ...], figures: tuple[str, ...]) -> None:
    columns = [getattr(kind, name) for name in (*keys, *figures)]
    sums: dict[tuple[Any, ...], Counter[str]] = {}
    first, last = session.execute(select(func.min(kind.id), func.max(kind.id))).one()
    for start in range(first or 0, (last or -1) + 1, BATCH):
        within = col(kind.id).between(start, min(start + BATCH - 1, last))
        for row in session.execute(delete(kind).where(within).returning(*columns)):
            line = sums.setdefault(tuple(row[: len(keys)]), Counter())
            for name, figure in zip(figures, row[len(keys):], strict=True):
                line[name] += figure
    made = [dict(zip(keys, key, strict=True)) | {name: line[name] for name in figures}
            for key, line in sums.items() if any(line.values())]
    if made:
        session.execute(insert(kind), made)
