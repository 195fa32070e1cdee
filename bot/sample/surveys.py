"""What the surveyor wrote down beyond the short path: the family, its land, and the other components of the house."""

from __future__ import annotations

from random import Random
from typing import Any

from storage.assessments import HEALTH, STRUCTURE, FloorMaterial, RoofMaterial, WallMaterial
from storage.households import LandProof

# Of each section, how often it was not filled in; the others were, in full.
SKIPPED = 0.06
# By how bad it is: what a part in that condition is usually made of.
_ROOFS = {True: (RoofMaterial.ZINC, RoofMaterial.THATCH, RoofMaterial.ASBESTOS),
          False: (RoofMaterial.CLAY, RoofMaterial.CLAY, RoofMaterial.ASBESTOS)}
_FLOORS = {True: (FloorMaterial.EARTH, FloorMaterial.EARTH, FloorMaterial.CEMENT, FloorMaterial.BAMBOO),
           False: (FloorMaterial.CEMENT, FloorMaterial.TILE, FloorMaterial.CERAMIC)}
_WALLS = {True: (WallMaterial.WOVEN, WallMaterial.BOARD, WallMaterial.FIBRE),
          False: (WallMaterial.BRICK, WallMaterial.PLASTERED, WallMaterial.BOARD)}
_BAD, _NONE = 4, 5
# How often components of an unfit house are in condition 2, 3, 4, 5: what bears it is seldom missing.
_FRAME, _ROOMS = (22, 48, 24, 2), (18, 36, 22, 8)
_LAND_MOST = 120.0
# An aid longer ago than ten years speaks against nobody.
_LONG_AGO = (11, 20)


def assessment(rng: Random, roof: int, floor: int, wall: int, *, fit: bool) -> dict[str, Any]:
    """Columns of an :class:`storage.assessments.Assessment`; nothing for a section that was left out."""
    found: dict[str, Any] = {}
    if rng.random() > SKIPPED:
        found |= {name: _rank(rng, fit, _FRAME) for name in STRUCTURE}
    if rng.random() > SKIPPED:
        found |= {name: _rank(rng, fit, _ROOMS) for name in HEALTH}
        # Where there is none, it is at least not too near.
        found["septic_m"] = None if found["latrine"] == _NONE else float(rng.randint(4, 16))
    if rng.random() > SKIPPED:
        found |= {
            "roof_material": rng.choice(_ROOFS[roof >= _BAD]) if roof < _NONE else None,
            "floor_material": rng.choice(_FLOORS[floor >= _BAD]) if floor < _NONE else FloorMaterial.EARTH,
            "wall_material": rng.choice(_WALLS[wall >= _BAD]) if wall < _NONE else None,
        }
    return found


def _rank(rng: Random, fit: bool, weights: tuple[int, ...]) -> int:
    return rng.randint(1, 2) if fit else rng.choices((2, 3, 4, 5), weights)[0]


def family(rng: Random, occupants: int, area: float, year: int, *, aided: bool) -> dict[str, Any]:
    """Arguments of ``households.write``: counts, land and earlier aid. ``aided``: only last year."""
    told: dict[str, Any] = {"families": 2 if occupants > 4 and rng.random() < 0.25 else 1}
    if rng.random() > SKIPPED:
        elderly = min(occupants, rng.choices((0, 1, 2), (11, 6, 3))[0])
        told |= {"elderly": elderly, "disabled": min(occupants - elderly, int(rng.random() < 0.12))}
    if aided or rng.random() > SKIPPED:
        told |= {
            "land_proof": rng.choices(list(LandProof), (5, 6, 8, 1, 4, 0))[0],
            "land_m2": min(_LAND_MOST, float(round(area * rng.uniform(1.1, 2.4)))),
            "prior_aid": year - 1 if aided else 0 if rng.random() < 0.9 else year - rng.randint(*_LONG_AGO),
        }
    return told
