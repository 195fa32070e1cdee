"""Outlines of kelurahan, where an installation has loaded them: they suggest a kelurahan, they never refuse one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from storage.base import args, pk


class Boundary(SQLModel, table=True):
    """One polygon of a kelurahan. ``rings``: [[[lon, lat], …], …], the outer one first, then its holes.

    The box around it (degrees) finds the few polygons in which a point may lie.
    """

    __tablename__ = "boundary"
    __table_args__ = args(Index("ix_boundary_box", "south", "north"))
    id: int | None = pk()
    kelurahan_code: str = Field(foreign_key="kelurahan.code", max_length=13, index=True)
    rings: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    south: float
    north: float
    west: float
    east: float
