"""Where a kelurahan's houses are, so roughly that it is no family's place: for maps that anybody may see."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Float, Select, column, exists, literal, union_all, values
from sqlalchemy import select as choose
from sqlmodel import Session, col, func, select

from storage.households import Household
from storage.houses import House

# A place stands for at least so many families, is the mean of at most so many, and rounded to so many degrees: half a
# kilometre.
FAMILIES, SAMPLE, GRID = 5, 200, 0.005
# Degrees, a metre: a pin so near is the same place. Where there is one, the next place to the north is taken.
_NEAR, _TRIES = 0.00001, 4
# So many kelurahan are asked about in one statement: SQLite joins 500 at most.
_AT_ONCE = 100

Place = tuple[float, float]
"""Latitude and longitude, degrees."""


def rough(session: Session, kelurahan: Collection[str]) -> dict[str, Place]:
    """kelurahan code → where its houses are on the average, on a grid of half a kilometre; never where a pin is.

    Without those of fewer than five families. Looks at a bounded number of houses of each, so that it costs the same in
    a city of any size.
    """
    found: dict[str, list[Place]] = {}
    codes = sorted(kelurahan)
    for start in range(0, len(codes), _AT_ONCE):
        for code, families, lat, lon in session.execute(union_all(*map(_mean, codes[start : start + _AT_ONCE]))):
            if families >= FAMILIES:
                found[code] = _places(lat, lon)
    taken = _with_a_pin(session, {place for places in found.values() for place in places})
    free = {code: [place for place in places if place not in taken] for code, places in found.items()}
    return {code: places[0] for code, places in free.items() if places}


def _mean(code: str) -> Select[Any]:
    some = (
        select(Household.lat, Household.lon).join(House, col(House.id) == col(Household.house_id))
        .where(col(House.kelurahan_code) == code).limit(SAMPLE).subquery()
    )
    return choose(literal(code), func.count(), func.avg(some.c.lat), func.avg(some.c.lon)).select_from(some)


def _places(lat: float, lon: float) -> list[Place]:
    """The nearest crossing of the grid, and where to go from there."""
    return [(round((round(lat / GRID) + step / 2) * GRID, 4), round(round(lon / GRID) * GRID, 4))
            for step in range(_TRIES)]


def _with_a_pin(session: Session, places: Collection[Place]) -> set[Place]:
    """Those of the places at which a family's pin lies."""
    if not places:
        return set()
    asked = values(column("lat", Float), column("lon", Float)).data(sorted(places)).cte("asked")
    here = exists().where(
        col(Household.lat).between(asked.c.lat - _NEAR, asked.c.lat + _NEAR),
        col(Household.lon).between(asked.c.lon - _NEAR, asked.c.lon + _NEAR))
    return {(lat, lon) for lat, lon in session.execute(choose(asked.c.lat, asked.c.lon).where(here))}
