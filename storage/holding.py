"""One verifier at a time: a registered house is taken for a while, renewed by whoever works on it, then free again.

A hold is no change of the house: its version stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, case, col, or_, select, update

from storage.houses import House, HouseState
from storage.regions import Kecamatan


class Order(StrEnum):
    """Which house of a queue comes first."""

    OLDEST = "o"
    NEEDIEST = "n"


@dataclass(frozen=True)
class Place:
    """A place in a queue: the priority and the id of the house that was seen last there."""

    rank: int
    last: int


def _free(by: int, now: datetime) -> ColumnElement[bool]:
    """Nobody else holds it."""
    return or_(col(House.taken_by).is_(None), col(House.taken_until).is_(None), col(House.taken_until) <= now,
               col(House.taken_by) == by)


def is_free(house: House, by: int, now: datetime) -> bool:
    """Whether a verifier may work on a house that was read: nobody else holds it."""
    return house.taken_by in (None, by) or house.taken_until is None or house.taken_until <= now


def take(session: Session, house_id: int, by: int, now: datetime, until: datetime) -> bool:
    """Hold a registered house until then, or renew the hold; False when it is decided or somebody else has it.

    A hold that reaches further already (a corrected house waits a day for whoever returned it) is not shortened. A
    house that was read before keeps saying what it said.
    """
    mine = and_(col(House.taken_by) == by, col(House.taken_until) > until)
    done = session.exec(
        update(House)
        .where(col(House.id) == house_id, col(House.state) == HouseState.REGISTERED, _free(by, now))
        .values(taken_by=by, taken_until=case((mine, col(House.taken_until)), else_=until))
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount == 1)


def give_back(session: Session, house_id: int, by: int) -> None:
    """End one's own hold; somebody else's stays."""
    session.exec(
        update(House).where(col(House.id) == house_id, col(House.taken_by) == by)
        .values(taken_by=None, taken_until=None).execution_options(synchronize_session=False)
    )


def first(
    session: Session, kecamatan: list[str] | None, by: int, now: datetime, order: Order, *,
    after: Place | None = None, but: int = 0,
) -> House | None:
    """The first registered house of a queue that nobody else holds, behind a place in it; ``but``: not this one.

    At the top of a queue stands what this person holds already: a house that came back corrected, or that was left
    open. ``kecamatan`` None: the whole city.
    """
    if after is None:
        held = _held(session, kecamatan, by, now, but)
        if held is not None:
            return held
    where = [col(House.state) == HouseState.REGISTERED, _free(by, now), *_behind(order, after)]
    if but:
        where.append(col(House.id) != but)
    if kecamatan is None:
        return session.exec(select(House).where(*where).order_by(*_sorted(order)).limit(1)).first()
    # The first of each kecamatan, then the first of those: a walk along the index each.
    each = (select(House.id).where(*where, col(House.kecamatan_code) == col(Kecamatan.code))
            .order_by(*_sorted(order)).limit(1).correlate(Kecamatan).scalar_subquery())
    firsts = list(session.exec(select(each).select_from(Kecamatan).where(col(Kecamatan.code).in_(kecamatan))))
    found = select(House).where(col(House.id).in_([number for number in firsts if number is not None]))
    return session.exec(found.order_by(*_sorted(order)).limit(1)).first()


def some_free(
    session: Session, kecamatan: str, by: int, now: datetime, order: Order, limit: int
) -> list[House]:
    """The first registered houses of one kecamatan that nobody else holds."""
    where = (col(House.state) == HouseState.REGISTERED, col(House.kecamatan_code) == kecamatan, _free(by, now))
    return list(session.exec(select(House).where(*where).order_by(*_sorted(order)).limit(limit)))


def _held(session: Session, kecamatan: list[str] | None, by: int, now: datetime, but: int) -> House | None:
    query = select(House).where(col(House.taken_by) == by, col(House.taken_until) > now,
                                col(House.state) == HouseState.REGISTERED, col(House.id) != but)
    if kecamatan is not None:
        query = query.where(col(House.kecamatan_code).in_(kecamatan))
    return session.exec(query.order_by(col(House.id)).limit(1)).first()


def _sorted(order: Order) -> tuple[Any, ...]:
    if order == Order.NEEDIEST:
        return (col(House.priority).desc(), col(House.id))
    return (col(House.id),)


def _behind(order: Order, after: Place | None) -> list[Any]:
    if after is None:
        return []
    if order == Order.OLDEST:
        return [col(House.id) > after.last]
    return [
        col(House.priority) <= after.rank,  # where the index is entered; the rest passes over equal ones
        (col(House.priority) < after.rank) | (col(House.id) > after.last),
    ]
