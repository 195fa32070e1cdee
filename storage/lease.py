"""One leader on PostgreSQL: a lease row with a term, by the database's clock (decision 4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, literal
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, Session, SQLModel, col, select, update

from storage.errors import LostLeadership

LEASE_SECONDS = 15
_NAME = "leader"


class Lease(SQLModel, table=True):
    """Who leads, in which term, until when."""

    __tablename__ = "lease"
    name: str = Field(primary_key=True, max_length=16)
    holder: str = Field(max_length=64)
    term: int = 0
    expires_at: datetime


def ensure_row(session: Session) -> None:
    """The one row, expired at first."""
    session.exec(
        insert(Lease).values(name=_NAME, holder="", term=0, expires_at=datetime.fromtimestamp(0, UTC))
        .on_conflict_do_nothing()
    )


def acquire(session: Session, holder: str, seconds: float = LEASE_SECONDS) -> int | None:
    """Take the lease when it is free; the new term, or None when a process holds it (be it this one).

    Waits until the transactions are over that the last leader began in its term.
    """
    expired = (col(Lease.name) == _NAME, col(Lease.expires_at) < func.clock_timestamp())
    # FOR UPDATE waits for every FOR KEY SHARE of check(); the UPDATE alone would not.
    if session.exec(select(Lease.term).where(*expired).with_for_update()).first() is None:
        return None
    until = func.clock_timestamp() + literal(timedelta(seconds=seconds))
    taken = session.exec(
        update(Lease).where(*expired)
        .values(holder=holder, term=col(Lease.term) + 1, expires_at=until)
    )
    if taken.rowcount != 1:
        return None
    return session.exec(select(Lease.term).where(col(Lease.name) == _NAME)).one()


def renew(session: Session, term: int, seconds: float = LEASE_SECONDS) -> bool:
    """Prolong our term; False when it is over."""
    until = func.clock_timestamp() + literal(timedelta(seconds=seconds))
    kept = session.exec(
        update(Lease).where(col(Lease.name) == _NAME, col(Lease.term) == term,
                            col(Lease.expires_at) > func.clock_timestamp()).values(expires_at=until)
    )
    return bool(kept.rowcount == 1)


def check(session: Session, term: int) -> None:
    """Called at the start of each of the leader's transactions: nobody takes over until it ends.

    The lock is FOR KEY SHARE, which lets :func:`renew` pass: a plain share lock, held by one busy transaction
    or another all the time, would keep the leader itself from renewing.

    Raises:
        LostLeadership: the term is over; nothing may be written.
    """
    mine = session.exec(
        select(Lease.term)
        .where(col(Lease.name) == _NAME, col(Lease.term) == term, col(Lease.expires_at) > func.clock_timestamp())
        .with_for_update(read=True, key_share=True)
    ).first()
    if mine is None:
        raise LostLeadership


def give_up(session: Session, term: int) -> None:
    """End our term at once, so that the next process need not wait."""
    session.exec(update(Lease).where(col(Lease.name) == _NAME, col(Lease.term) == term)
                 .values(expires_at=func.clock_timestamp()))
