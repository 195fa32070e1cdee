"""How bad a house is: the conditions of its components, and what they say about it (DOMAIN.md, "assessment")."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Column, ForeignKey
from sqlmodel import Field, Session, SQLModel

from storage.base import KEY, check, choice
from storage.houses import House, damage

STRUCTURE = ("foundation", "tie_beam", "columns", "beam", "roof_frame")
HEALTH = ("windows", "ventilation", "bathroom", "latrine", "drainage", "drinking_water")
MATERIALS = ("roof", "floor", "wall")
HEAVY = 4
"""From this rank on a component counts as bad: 4 Rusak berat, 5 Tidak ada."""


class RoofMaterial(StrEnum):
    """What covers the house."""

    CLAY = "clay"
    ASBESTOS = "asbestos"
    ZINC = "zinc"
    CONCRETE = "concrete"
    THATCH = "thatch"
    OTHER = "other"


class FloorMaterial(StrEnum):
    """What the floor is made of."""

    CERAMIC = "ceramic"
    TILE = "tile"
    CEMENT = "cement"
    WOOD = "wood"
    BAMBOO = "bamboo"
    EARTH = "earth"
    OTHER = "other"


class WallMaterial(StrEnum):
    """What the walls are made of."""

    PLASTERED = "plastered"
    BRICK = "brick"
    BOARD = "board"
    WOVEN = "woven"
    FIBRE = "fibre"
    OTHER = "other"


def _ranks() -> str:
    return " AND ".join(f"({name} IS NULL OR {name} BETWEEN 1 AND 5)" for name in (*STRUCTURE, *HEALTH))


class Assessment(SQLModel, table=True):
    """What a surveyor found besides roof, floor and wall, which stand with the house. None: not looked at yet.

    Conditions 1 Baik … 5 Tidak ada. ``septic_m``: metres from the well to the septic tank, good above 10.
    """

    __tablename__ = "assessment"
    __table_args__ = (check(_ranks(), "ranks"), check("septic_m > 0 AND septic_m <= 1000", "septic"))
    house_id: int = Field(sa_column=Column(KEY, ForeignKey("house.id"), primary_key=True, autoincrement=False))
    foundation: int | None = None
    tie_beam: int | None = None
    columns: int | None = None
    beam: int | None = None
    roof_frame: int | None = None
    windows: int | None = None
    ventilation: int | None = None
    bathroom: int | None = None
    latrine: int | None = None
    drainage: int | None = None
    drinking_water: int | None = None
    septic_m: float | None = None
    roof_material: RoofMaterial | None = choice(RoofMaterial, "roof_material", nullable=True)
    floor_material: FloorMaterial | None = choice(FloorMaterial, "floor_material", nullable=True)
    wall_material: WallMaterial | None = choice(WallMaterial, "wall_material", nullable=True)


@dataclass(frozen=True)
class Finding:
    """One of A, B, C. ``unfit``: None while too little is known to say. ``bad``: components ranked 4 or 5."""

    unfit: bool | None
    bad: tuple[str, ...]
    known: int
    total: int


@dataclass(frozen=True)
class Judgement:
    """What the figures say. ``crowded``: less floor area for each occupant than the city asks for. It advises."""

    structure: Finding
    health: Finding
    materials: Finding
    crowded: bool

    @property
    def unfit(self) -> bool:
        """Unfit by at least one of A, B, C and the area."""
        return self.crowded or any(one.unfit for one in (self.structure, self.health, self.materials))


def of_house(session: Session, house_id: int) -> Assessment | None:
    """The further assessment of a house; None while nothing of it was looked at."""
    return session.get(Assessment, house_id)


def ranks(house: House, found: Assessment | None) -> dict[str, int]:
    """Every component that was looked at, with its rank."""
    known = {name: getattr(house, name) for name in MATERIALS}
    return known | {name: getattr(found, name) for name in (*STRUCTURE, *HEALTH)
                    if found is not None and getattr(found, name) is not None}


def judge(house: House, found: Assessment | None, area_per_person: float) -> Judgement:
    """A: unfit if any component is bad; B and C: if two or more are (DOMAIN.md)."""
    known = ranks(house, found)
    return Judgement(
        _finding(known, STRUCTURE, 1), _finding(known, HEALTH, 2), _finding(known, MATERIALS, 2),
        house.area_m2 < area_per_person * house.occupants,
    )


def _finding(known: dict[str, int], names: tuple[str, ...], enough: int) -> Finding:
    bad = tuple(name for name in names if known.get(name, 0) >= HEAVY)
    seen = sum(name in known for name in names)
    # What is not known yet could still make it unfit.
    open_ = len(bad) < enough <= len(bad) + len(names) - seen
    return Finding(None if open_ else len(bad) >= enough, bad, seen, len(names))


def damage_of(house: House, found: Assessment | None) -> int:
    """The part of the priority that the conditions make."""
    return damage(list(ranks(house, found).values()))
