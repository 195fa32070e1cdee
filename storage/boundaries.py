"""Outlines of kelurahan, where an installation has loaded them: they suggest a kelurahan, they never refuse one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, Session, SQLModel, col, delete, select

from storage.base import args, pk
from storage.regions import Kelurahan

Ring = Sequence[tuple[float, float]]
"""Corners (longitude, latitude), as in GeoJSON; the last may repeat the first."""


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


def replace(session: Session, outlines: dict[str, list[list[Ring]]]) -> int:
    """Keep these outlines (kelurahan code → polygons → rings) in place of earlier ones of the same kelurahan; how many
    polygons. Outlines of other kelurahan stay, so that a city may be loaded from several files."""
    session.exec(delete(Boundary).where(col(Boundary.kelurahan_code).in_(outlines)))
    made = []
    for code, polygons in outlines.items():
        for rings in polygons:
            across, up = zip(*rings[0], strict=True)
            made.append(Boundary(kelurahan_code=code, rings=[[list(corner) for corner in ring] for ring in rings],
                                 south=min(up), north=max(up), west=min(across), east=max(across)))
    session.add_all(made)
    session.flush()
    return len(made)


def outlines(session: Session, kelurahan: Collection[str]) -> dict[str, list[Sequence[Ring]]]:
    """kelurahan code → its polygons, each the outer ring and its holes, of those that are known."""
    found: dict[str, list[Sequence[Ring]]] = {}
    query = select(Boundary.kelurahan_code, Boundary.rings).where(col(Boundary.kelurahan_code).in_(kelurahan))
    for code, rings in session.exec(query.order_by(col(Boundary.id))):
        found.setdefault(code, []).append(rings)
    return found


def without(session: Session) -> list[str]:
    """Names of the kelurahan whose outline is not known, by code."""
    known = select(Boundary.kelurahan_code)
    query = select(Kelurahan.name).where(col(Kelurahan.code).not_in(known))
    return list(session.exec(query.order_by(col(Kelurahan.code))))


def kelurahan_at(session: Session, lat: float, lon: float) -> Kelurahan | None:
    """The kelurahan in whose outline a place lies (degrees); None outside all of them, or where none is loaded.

    A place on a border belongs to the neighbour whose code comes first, always the same.
    """
    box = (col(Boundary.south) <= lat, col(Boundary.north) >= lat, col(Boundary.west) <= lon, col(Boundary.east) >= lon)
    found = [one.kelurahan_code for one in session.exec(select(Boundary).where(*box)) if inside(one.rings, lat, lon)]
    return session.get(Kelurahan, min(found)) if found else None


def inside(rings: Sequence[Ring], lat: float, lon: float) -> bool:
    """Whether a place lies in a polygon or on its edge (also that of a hole), by the even-odd rule.

    A ray to the east crosses the edges of all rings; a corner counts with the edge above it only.
    """
    odd = False
    for ring in rings:
        for (x, y), (to_x, to_y) in zip(ring, [*ring[1:], ring[0]], strict=True):
            turn = (to_x - x) * (lat - y) - (lon - x) * (to_y - y)
            if turn == 0 and min(x, to_x) <= lon <= max(x, to_x) and min(y, to_y) <= lat <= max(y, to_y):
                return True
            if (y > lat) != (to_y > lat) and (turn > 0) == (to_y > y):
                odd = not odd
    return odd
