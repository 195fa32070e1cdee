"""What is left of a family that was helped and then erased: enough to refuse a second house, nothing to know it by.

Two keyed hashes (see :class:`storage.vault.Vault`), the house and the day of its handover; deleted by the clock when
the family may be helped again.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, ForeignKey
from sqlmodel import Field, Session, SQLModel, col, delete

from storage.base import KEY, check
from storage.events import Event, record_many
from storage.houses import House, HouseState
from storage.rules import Rules


class Helped(SQLModel, table=True):
    """``nik_index``, ``card_index``: those of the household that was erased (:mod:`storage.households`).

    A table of its own, so that a household is either there or not: no column of a row half erased can be read by
    mistake.
    """

    __tablename__ = "helped"
    __table_args__ = (check("length(nik_index) = 64 AND length(card_index) = 64", "fingerprints"),)
    house_id: int = Field(sa_column=Column(KEY, ForeignKey("house.id"), primary_key=True, autoincrement=False))
    nik_index: str = Field(max_length=64, index=True)
    card_index: str | None = Field(default=None, max_length=64, index=True)
    handed_over_at: datetime = Field(index=True)


def until(house: House, rules: Rules, now: datetime) -> datetime | None:
    """Until when the fingerprints of a house's family would stay, were it erased now; None where nothing would."""
    if house.state != HouseState.HANDED_OVER or house.closed_at is None or house.closed_at <= now - rules.aid:
        return None
    return house.closed_at + rules.aid


def keep(session: Session, house: House, nik_index: str, card_index: str | None, rules: Rules, now: datetime) -> None:
    """A household is being erased: its fingerprints stay, if its house was handed over within ``rules.aid``."""
    if house.closed_at is not None and until(house, rules, now) is not None:
        session.add(Helped(house_id=house.id or 0, nik_index=nik_index, card_index=card_index,
                           handed_over_at=house.closed_at))
        session.flush()


def kept(session: Session, house_id: int, rules: Rules) -> datetime | None:
    """Until when the fingerprints of an erased family are kept; None where there are none."""
    row = session.get(Helped, house_id)
    return row.handed_over_at + rules.aid if row is not None else None


def forget(session: Session, now: datetime, rules: Rules) -> int:
    """Delete the fingerprints of those who may be helped again; how many families'."""
    gone = list(session.execute(
        delete(Helped).where(col(Helped.handed_over_at) <= now - rules.aid).returning(col(Helped.house_id))
    ).scalars())
    record_many(session, [Event(at=now, kind="data.fingerprints_erased", house_id=number) for number in sorted(gone)])
    return len(gone)
