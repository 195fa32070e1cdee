"""Baskets: the houses of one preview, so that a press claims exactly what was shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col

from storage.base import args, big, fk, json_column, pk


class Basket(SQLModel, table=True):
    """A preview of several claims, which may be changed until it is claimed; ``total`` rupiah to be reserved.

    ``content``: ``houses`` ids in the order shown; ``amounts`` of each what it reserves and its estimate, in rupiah;
    ``seen`` every house that was ever in it; ``money`` rupiah that it may reserve at most (0: what the quota has
    left); ``fits``: it was made of that money and not of a number of houses; ``ended``: no other house would fit;
    ``version`` counts the changes.

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

    @property
    def amounts(self) -> dict[int, tuple[int, int]]:
        """House id → what it reserves and its estimate, as they were shown."""
        return {number: (int(reserve), int(estimate)) for number, (reserve, estimate) in
                zip(self.houses, self.content.get("amounts", []), strict=False)}

    @property
    def seen(self) -> set[int]:
        """Ids of every house that was ever in it."""
        return {*self.houses, *(int(number) for number in self.content.get("seen", []))}

    @property
    def version(self) -> int:
        """How often it was changed; a button made for an older version is stale."""
        return int(self.content.get("version", 0))


def make(
    session: Session, person_id: int, quota_id: int, house_ids: list[int], total: int, now: datetime, *,
    wanted: int, area: str | None, **more: Any,
) -> Basket:
    """A new basket; the person's older ones are thrown away, as their previews are out of date. ``more``: see
    :class:`Basket`."""
    session.execute(delete(Basket).where(col(Basket.person_id) == person_id))
    basket = Basket(person_id=person_id, quota_id=quota_id, content={"houses": house_ids, **more}, total=total,
                    wanted=wanted, area=area, made_at=now)
    session.add(basket)
    session.flush()
    return basket


def change(session: Session, basket: Basket, amounts: dict[int, tuple[int, int]], **more: Any) -> None:
    """It holds these houses now, with what each reserves and its estimate. Where that is so already, its version stays.
    """
    content = basket.content | more | {
        "houses": list(amounts), "amounts": [list(one) for one in amounts.values()],
        "seen": sorted({*basket.seen, *amounts}),
    }
    if content == basket.content:
        return
    basket.content = content | {"version": basket.version + 1}
    basket.total = sum(reserve for reserve, _ in amounts.values())
    session.add(basket)
    session.flush()


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
