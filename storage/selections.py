"""Houses ticked in a list, so that a press acts on exactly what was shown."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Field, Session, SQLModel, col, delete, or_

from storage.base import args, fk, json_column, pk

KEPT = timedelta(hours=1)
"""A list that was used stays so long, so that what was done with it can be taken back."""


class Selection(SQLModel, table=True):
    """A list of houses with some of them ticked: ``{"houses": [[id, version], …], "ticked": [ids]}``."""

    __tablename__ = "selection"
    __table_args__ = args()
    id: int | None = pk()
    person_id: int = fk("person.id")
    kind: str = Field(max_length=24)
    content: dict[str, Any] = json_column()
    made_at: datetime
    used_at: datetime | None = None

    @property
    def shown(self) -> dict[int, int]:
        """House id → its version, in the order of the list."""
        return {int(house): int(version) for house, version in self.content["houses"]}

    @property
    def ticked(self) -> list[int]:
        """Ids of the ticked houses, in the order of the list."""
        chosen = set(self.content["ticked"])
        return [house for house in self.shown if house in chosen]


def make(
    session: Session, person_id: int, kind: str, houses: list[tuple[int, int]], now: datetime, **more: Any
) -> Selection:
    """A new list of (house id, version), all of them ticked; the person's older ones of this kind are thrown away, as
    their lists are out of date, but for those used within :data:`KEPT`. ``more``: JSON values to be kept with it, no
    personal ones."""
    over = or_(col(Selection.used_at).is_(None), col(Selection.used_at) < now - KEPT)
    session.exec(delete(Selection).where(col(Selection.person_id) == person_id, col(Selection.kind) == kind, over))
    content = {"houses": [list(one) for one in houses], "ticked": [house for house, _ in houses], **more}
    made = Selection(person_id=person_id, kind=kind, content=content, made_at=now)
    session.add(made)
    session.flush()
    return made


def get(session: Session, selection_id: int) -> Selection | None:
    """The list as the database has it, kept so until the transaction ends; None when it was thrown away."""
    return session.get(Selection, selection_id, populate_existing=True, with_for_update=True)


def tick(session: Session, row: Selection, house_id: int) -> None:
    """Tick a house of the list, or take its tick away."""
    chosen = set(row.content["ticked"]) ^ ({house_id} & row.shown.keys())
    row.content = row.content | {"ticked": [house for house in row.shown if house in chosen]}
    session.add(row)
    session.flush()


def use(session: Session, row: Selection, now: datetime, **more: Any) -> None:
    """It was acted on: a second press finds that. ``more`` is kept with it."""
    row.used_at = now
    row.content = row.content | more
    session.add(row)
    session.flush()
