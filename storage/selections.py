"""Houses ticked in a list, so that a press acts on exactly what was shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from storage.base import args, fk, json_column, pk


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
