"""Who may receive: the verifier's checklist, answered yes, no or unknown with a note (DOMAIN.md)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, ForeignKey
from sqlmodel import Field, Session, SQLModel, col, delete, select

from storage import households, houses
from storage.base import KEY, choice, choice_type, fk
from storage.errors import Refused
from storage.events import record


class Item(StrEnum):
    """A condition for the aid."""

    CITIZEN = "citizen"
    LAND = "land"
    ONLY_HOUSE = "only_house"
    INCOME = "income"
    REGISTERED_POOR = "dtsen"
    NO_AID = "no_aid"
    PROPOSED = "proposed"
    MUSTAHIK = "mustahik"


FOR_FUNDERS = (Item.MUSTAHIK,)
"""Some funders ask for it; the programme does not: neither a "no" nor a gap speaks against the house."""

CONDITIONS = tuple(item for item in Item if item not in FOR_FUNDERS)
"""What the programme asks of every family."""


class Verdict(StrEnum):
    """What the verifier found."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Checkmark(SQLModel, table=True):
    """One item of one house. The note may speak of the family: it goes when the family's data is erased."""

    __tablename__ = "checkmark"
    __table_args__ = ()
    house_id: int = Field(sa_column=Column(KEY, ForeignKey("house.id"), primary_key=True, autoincrement=False))
    item: Item = Field(sa_column=Column(choice_type(Item, "checklist_item"), primary_key=True))
    verdict: Verdict = choice(Verdict, "verdict")
    note: str | None = Field(default=None, max_length=300)
    by_id: int = fk("person.id", index=False)
    at: datetime


def of_house(session: Session, house_id: int) -> dict[Item, Checkmark]:
    """What was answered so far."""
    rows = session.exec(select(Checkmark).where(col(Checkmark.house_id) == house_id))
    return {row.item: row for row in rows}


def open_items(marks: dict[Item, Checkmark]) -> tuple[list[Item], list[Item]]:
    """What speaks against the house, and what nobody has answered or knows yet."""
    return ([item for item, mark in marks.items() if mark.verdict == Verdict.NO and item in CONDITIONS],
            [item for item in CONDITIONS if item not in marks or marks[item].verdict == Verdict.UNKNOWN])


def of_houses(session: Session, house_ids: list[int]) -> dict[int, dict[Item, Checkmark]]:
    """house id → what was answered so far, for houses with answers."""
    found: dict[int, dict[Item, Checkmark]] = {}
    for row in session.exec(select(Checkmark).where(col(Checkmark.house_id).in_(house_ids))):
        found.setdefault(row.house_id, {})[row.item] = row
    return found


def put(
    session: Session, house_id: int, item: Item, verdict: Verdict, now: datetime, *, by: int, note: str | None = None
) -> None:
    """Answer one item, or answer it anew. The event names the item only.

    Raises:
        Refused: ``house.erased`` the family's data is gone, perhaps just now: nothing more is said about it.
    """
    if households.of_house(session, house_id) is None:
        raise Refused("house.erased", code=houses.get(session, house_id).code)
    session.merge(Checkmark(house_id=house_id, item=item, verdict=verdict, note=note, by_id=by, at=now))
    session.flush()
    record(session, "house.checked", now, actor=by, house=house_id, fields=[item.value])


def erase(session: Session, house_id: int) -> None:
    """Forget the answers of a house."""
    session.exec(delete(Checkmark).where(col(Checkmark.house_id) == house_id))
