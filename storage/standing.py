"""Which houses stand behind a figure of a digest: now, or as they stood when it was made.

Nothing is stored a second time for that: each step in a house's life left an event that says what was before. What has
changed since a digest is put back; everything else stands as it stood.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy
from sqlalchemy import null, union_all
from sqlmodel import Session, col, func, select

from storage import events, revisions
from storage.claims import HOLDING, Claim, Turn
from storage.digests import HELD, STAGES, DigestRun
from storage.houses import NEEDING, House, HouseState
from storage.partners import FundSource, Partner
from storage.regions import Kelurahan
from storage.tally import ClaimTally, HouseTally

MOST = 4_000
"""So many changes since a digest are put back; after more, only what is true now can be listed."""


class Figure(StrEnum):
    """A figure of a digest that houses stand behind. The values are short: they travel in buttons."""

    NEEDING = "need"
    TAKEN = "taken"
    OPEN = "open"
    CLAIMED = "claim"
    IN_PROGRESS = "work"
    FINISHED = "built"
    HANDED_OVER = "given"
    DONE = "done"
    OVERDUE = "late"
    REGISTERED = "new"
    RETURNED = "back"
    INELIGIBLE = "unfit"
    WITHDRAWN = "gone"
    DUPLICATE = "twin"


_LATE = "late"
# The stages whose houses a figure counts. Being late is no stage: a house is in one besides.
COUNTED: dict[Figure, tuple[str, ...]] = {
    **{Figure[state.name]: (state.value,) for state in HouseState if state.name in Figure.__members__},
    Figure.OPEN: (HouseState.ELIGIBLE.value,), Figure.NEEDING: tuple(state.value for state in NEEDING),
    Figure.TAKEN: tuple(state.value for state in HELD), Figure.OVERDUE: (_LATE,),
    Figure.DONE: (HouseState.FINISHED.value, HouseState.HANDED_OVER.value),
}


@dataclass(frozen=True)
class Spot:
    """Where a house stands: in a stage, at a place (codes), under its lead partner's fund source."""

    stage: str
    kecamatan: str
    kelurahan: str = ""
    source: FundSource | None = None


@dataclass(frozen=True)
class Cell:
    """A cell of a digest's tables. ``kecamatan`` None: everywhere; ``source`` None: whoever pays, or nobody."""

    figure: Figure
    kecamatan: str | None = None
    source: FundSource | None = None

    def holds(self, spot: Spot | None) -> bool:
        """Whether a house that stands there is counted in it."""
        return (spot is not None and spot.stage in COUNTED[self.figure] and self.kecamatan in (None, spot.kecamatan)
                and self.source in (None, spot.source))


@dataclass(frozen=True)
class Change:
    """A house that is not as it was. ``then`` None: it was not registered yet."""

    house_id: int
    code: str
    then: Spot | None
    now: Spot


@dataclass(frozen=True)
class Listed:
    """A house in a list; nothing else is said of it."""

    house_id: int
    code: str
    kelurahan: str


@dataclass(frozen=True)
class Standing:
    """How many houses stand where. ``changes``: what was put back, of one that is of another moment than now."""

    spots: Counter[Spot]
    changes: list[Change] = field(default_factory=list)

    def back(self, changes: list[Change]) -> Standing:
        """How it was before these changes."""
        spots = self.spots.copy()
        for one in changes:
            spots[_rough(one.now)] -= 1
            if one.then is not None:
                spots[_rough(one.then)] += 1
        return Standing(spots, changes)

    def count(self, cell: Cell) -> int:
        """How many houses a cell counts."""
        return sum(found for spot, found in self.spots.items() if cell.holds(spot))

    def by_kecamatan(self, cell: Cell) -> dict[str, int]:
        """kecamatan code → houses of a cell; where there are some."""
        found: Counter[str] = Counter()
        for spot, houses in self.spots.items():
            if cell.holds(spot):
                found[spot.kecamatan] += houses
        return {code: houses for code, houses in found.items() if houses}


def _rough(spot: Spot) -> Spot:
    return Spot(spot.stage, spot.kecamatan, source=spot.source)


def now(session: Session) -> Standing:
    """How many houses stand where now, from the running totals: one statement, so that all is of one moment."""
    none = null()
    houses = sqlalchemy.select(
        col(Kelurahan.kecamatan_code), col(HouseTally.state), none.label("turn"), none.label("source"),
        func.sum(col(HouseTally.came) - col(HouseTally.went)), none.label("late"),
    ).join(Kelurahan, col(Kelurahan.code) == col(HouseTally.kelurahan_code)).where(
        col(HouseTally.state).not_in([state.value for state in HELD])
    ).group_by(col(Kelurahan.kecamatan_code), col(HouseTally.state))
    held = sqlalchemy.select(
        col(ClaimTally.kecamatan_code), none, col(ClaimTally.turn), col(Partner.source), func.sum(ClaimTally.claims),
        func.sum(ClaimTally.overdue),
    ).join(Partner, col(Partner.id) == col(ClaimTally.partner_id)).where(
        col(ClaimTally.turn) != Turn.OVER
    ).group_by(col(ClaimTally.kecamatan_code), col(ClaimTally.turn), col(Partner.source))
    spots: Counter[Spot] = Counter()
    for kecamatan, state, turn, source, found, late in session.execute(union_all(houses, held)):
        if state is not None:
            spots[Spot(state, kecamatan)] += int(found)
            continue
        payer = FundSource(source)
        spots[Spot(STAGES[Turn(turn)].value, kecamatan, source=payer)] += int(found)
        spots[Spot(_LATE, kecamatan, source=payer)] += int(late)
    return Standing(spots)


_PLACES = {"kecamatan", "kelurahan"}
_CORRECTED = "house.corrected"
_STEPS = tuple(f"house.{state.value}" for state in HouseState)


def changed(session: Session, run: DigestRun) -> list[Change] | None:
    """Houses that do not stand where they stood when a digest was made, or did not in between, each once.

    None: it cannot be said any more, because more than :data:`MOST` changes came since, or because what a correction
    changed was erased with a family's data. Of who is late there are no events: that is left out.
    """
    mark = run.numbers.get("event")
    if mark is None:  # numbers that were frozen before they said so
        mark = events.last(session, run.made_at)
    found = events.since(session, mark, (*_STEPS, _CORRECTED), MOST + 1, run.numbers.get("gaps", ()))
    if len(found) > MOST:
        return None
    then: dict[int, str | None] = {}
    moved: dict[tuple[int, str], datetime] = {}
    claimed: set[int] = set()
    for one in found:
        number = one.house_id or 0
        if one.kind == _CORRECTED:
            for name in _PLACES.intersection(one.data["fields"]):
                moved.setdefault((number, name), one.at)
        else:
            then.setdefault(number, one.data.get("before"))
            if one.kind == f"house.{HouseState.CLAIMED.value}":
                claimed.add(one.claim_id or 0)
    # Where a house lay that was registered since, nobody needs to know.
    moved = {key: at for key, at in moved.items() if then.get(key[0], "") is not None}
    places = revisions.first_values(session, moved)
    if len(places) < len(moved):
        return None
    return _changes(session, then, places, claimed)


def _changes(
    session: Session, then: dict[int, str | None], places: dict[tuple[int, str], str], claimed: set[int]
) -> list[Change]:
    """``then``: house id → stage before; ``places``: (house id, field) → code before; ``claimed``: claims since."""
    numbers = sorted(then.keys() | {number for number, _ in places})
    query = (
        sqlalchemy.select(
            col(House.id), col(House.code), col(House.state), col(House.kecamatan_code), col(House.kelurahan_code),
            col(Claim.id), col(Claim.state), col(Partner.source))
        .outerjoin(Claim, col(Claim.house_id) == col(House.id))
        .outerjoin(Partner, col(Partner.id) == col(Claim.partner_id))
        .where(col(House.id).in_(numbers)).order_by(col(House.id), col(Claim.id)))
    changes: dict[int, Change] = {}
    payers: dict[int, FundSource] = {}
    for number, code, state, kecamatan, kelurahan, claim, held, source in session.execute(query):
        if claim is not None and claim not in claimed:
            payers[number] = source  # claims of a house follow each other: the newest of those that there were
        # Of its claims the newest comes last, and is the one that holds it now.
        current = Spot(state.value, kecamatan, kelurahan, source if held in HOLDING and state in HELD else None)
        stage = then.get(number, current.stage)
        before = None if stage is None else Spot(
            stage, places.get((number, "kecamatan"), kecamatan), places.get((number, "kelurahan"), kelurahan),
            payers.get(number) if stage in COUNTED[Figure.TAKEN] else None)
        changes[number] = Change(number, code, before, current)
    return list(changes.values())


def page(session: Session, standing: Standing, cell: Cell, *, after: int = 0, limit: int = 40) -> list[Listed]:
    """Houses of a cell by id, behind the house ``after``, as they stand in ``standing``."""
    aside = [one for one in standing.changes if one.house_id > after]
    there = _page(session, cell, after, limit, [one.house_id for one in aside if cell.holds(one.now)])
    there += [Listed(one.house_id, one.code, one.then.kelurahan) for one in aside
              if one.then is not None and cell.holds(one.then)]
    return sorted(there, key=lambda one: one.house_id)[:limit]


def _page(session: Session, cell: Cell, after: int, limit: int, but: Collection[int]) -> list[Listed]:
    """The same as it is now, ``but`` some. Each stage walks along its own part of an index."""
    if cell.figure == Figure.OVERDUE:
        parts = [_along(cell, after, limit, but, None)]
    else:
        stages = [HouseState(one) for one in COUNTED[cell.figure]]
        parts = [_along(cell, after, limit, but, stage) for stage in stages if cell.source is None or stage in HELD]
    if not parts:
        return []
    found = union_all(*(sqlalchemy.select(one.subquery()) for one in parts)).subquery()
    query = sqlalchemy.select(found).order_by(found.c.id).limit(limit)
    return [Listed(number, code, kelurahan) for number, code, kelurahan in session.execute(query)]


def _along(cell: Cell, after: int, limit: int, but: Collection[int], stage: HouseState | None) -> Any:
    query = sqlalchemy.select(col(House.id), col(House.code), col(House.kelurahan_code)).where(col(House.id) > after)
    payers = col(Claim.partner_id).in_(select(Partner.id).where(col(Partner.source) == cell.source))
    if stage is None:
        late = select(Claim.house_id).where(col(Claim.expires_at).is_not(None))
        query = query.where(col(House.id).in_(late.where(payers) if cell.source is not None else late))
    else:
        query = query.where(col(House.state) == stage)
        if cell.source is not None:
            held = (col(Claim.house_id) == col(House.id)) & col(Claim.state).in_(HOLDING)
            query = query.join(Claim, held).where(payers)
    if cell.kecamatan is not None:
        query = query.where(col(House.kecamatan_code) == cell.kecamatan)
    if but:
        query = query.where(col(House.id).not_in(but))
    return query.order_by(col(House.id)).limit(limit)
