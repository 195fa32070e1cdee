"""Baskets: the houses of one preview, so that a press claims exactly what was shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col

from storage.base import args, big, fk, json_column, pk


class Basket(SQLModel, table=True):
    """A preview of several claims. ``content`` is ``{"houses": [ids]}``; ``total`` rupiah to be reserved.

    ``wanted`` and ``area`` (a kecamatan code; None for the whole city) say how it was made, so that it can be
    made again. ``claimed_at`` is set once: a second press finds it.
    """

    __tablename__ = "basket"
    __table_args__ = args()
    id: int | None = pk()
    person_id: int = fk("person.id")
    quota_id: int = fk("quota.id", index=False)
    content: dict[str, Any] = json_column()
    total: int = big()
    wanted: int
    area: str | None = Field(default=None, max_length=8)
    made_at: datetime
    claimed_at: datetime | None = None

    @property
    def houses(self) -> list[int]:
        """Ids of the houses, in the order shown."""
        return [int(number) for number in self.content["houses"]]


def make(
    session: Session, person_id: int, quota_id: int, house_ids: list[int], total: int, now: datetime, *,
    wanted: int, area: str | None,
) -> Basket:
    """A new basket; the person's older ones are thrown away, as their previews are out of date."""
    session.execute(delete(Basket).where(col(Basket.person_id) == person_id))
    basket = Basket(person_id=person_id, quota_id=quota_id, content={"houses": house_ids}, total=total,
                    wanted=wanted, area=area, made_at=now)
    session.add(basket)
    session.flush()
    return basket


def get(session: Session, basket_id: int) -> Basket | None:
    """The basket as the database has it, kept so until the transaction ends; None when it was thrown away."""
    return session.get(Basket, basket_id, populate_existing=True, with_for_update=True)


def claimed(session: Session, basket: Basket, now: datetime) -> None:
    """Its houses were claimed."""
    basket.claimed_at = now
    session.add(basket)
    session.flush()


def discard(session: Session, basket: Basket) -> None:
    """Throw it away."""
    session.delete(basket)
    session.flush()
