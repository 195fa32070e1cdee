"""Houses: the table, the life of a house, and the waiting list's order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, Session, SQLModel, col, func, select, update

from storage import regions
from storage.base import args, big, check, choice, fk, partial_index, pk
from storage.errors import Refused, Stale
from storage.events import record
from storage.households import Household
from storage.regions import Kecamatan
from storage.rules import DEFAULTS, Rules


class HouseState(StrEnum):
    """A stage in the life of a house (design, "Life of a house")."""

    REGISTERED = "registered"
    RETURNED = "returned"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    CLAIMED = "claimed"
    IN_PROGRESS = "in_progress"
    FINISHED = "finished"
    HANDED_OVER = "handed_over"
    WITHDRAWN = "withdrawn"
    DUPLICATE = "duplicate"


_S = HouseState
# from → to. A state is added here and as one enum member.
TRANSITIONS: dict[HouseState, frozenset[HouseState]] = {
    _S.REGISTERED: frozenset({_S.RETURNED, _S.ELIGIBLE, _S.INELIGIBLE, _S.WITHDRAWN, _S.DUPLICATE}),
    _S.RETURNED: frozenset({_S.REGISTERED, _S.WITHDRAWN, _S.DUPLICATE}),
    _S.ELIGIBLE: frozenset({_S.CLAIMED, _S.REGISTERED, _S.WITHDRAWN, _S.DUPLICATE}),
    _S.INELIGIBLE: frozenset({_S.REGISTERED, _S.WITHDRAWN, _S.DUPLICATE}),
    _S.CLAIMED: frozenset({_S.IN_PROGRESS, _S.ELIGIBLE, _S.WITHDRAWN, _S.DUPLICATE}),
    _S.IN_PROGRESS: frozenset({_S.FINISHED, _S.ELIGIBLE, _S.WITHDRAWN, _S.DUPLICATE}),
    _S.FINISHED: frozenset({_S.HANDED_OVER, _S.IN_PROGRESS, _S.WITHDRAWN, _S.DUPLICATE}),
    _S.HANDED_OVER: frozenset(),
    _S.WITHDRAWN: frozenset(),
    _S.DUPLICATE: frozenset(),
}

# "Butuh bedah": the 264 of the headline.
NEEDING = (_S.ELIGIBLE, _S.CLAIMED, _S.IN_PROGRESS, _S.FINISHED, _S.HANDED_OVER)
# Shown apart, never inside the headline.
APART = (_S.REGISTERED, _S.RETURNED, _S.INELIGIBLE, _S.WITHDRAWN, _S.DUPLICATE)


# Its life in the programme is over; only an appeal brings a refused one back.
OVER = (_S.INELIGIBLE, _S.HANDED_OVER, _S.WITHDRAWN, _S.DUPLICATE)
# A partner holds it: a correction is looked at without leaving the stage.
HELD = (_S.CLAIMED, _S.IN_PROGRESS, _S.FINISHED)


class House(SQLModel, table=True):
    """One house. Who lives in it, and where exactly, stands in :class:`storage.households.Household`.

    ``roof``, ``floor``, ``wall``: condition 1 Baik … 5 Tidak ada (DOMAIN.md). ``area_m2``: floor area.
    ``priority``: orders the waiting list, high first. ``estimate``: rupiah, set at approval.
    """

    __tablename__ = "house"
    __table_args__ = args(
        check("roof BETWEEN 1 AND 5 AND floor BETWEEN 1 AND 5 AND wall BETWEEN 1 AND 5", "conditions"),
        check("occupants >= 1", "occupants"),
        check("area_m2 > 0 AND area_m2 < 100000", "area"),
        check("estimate IS NULL OR estimate > 0", "estimate_positive"),
        check("state NOT IN ('eligible','claimed','in_progress','finished','handed_over') OR estimate IS NOT NULL",
              "approved_has_estimate"),
        # The waiting list of a kecamatan and of the whole city; the verifier's queue in a kecamatan and in the city.
        Index("ix_house_waiting", "state", "kecamatan_code", "priority", "id"),
        Index("ix_house_rank", "state", "priority", "id"),
        Index("ix_house_queue_area", "state", "kecamatan_code", "id"),
        Index("ix_house_queue", "state", "id"),
        # Of whoever registered them: all, and by stage.
        Index("ix_house_surveyor", "surveyor_id", "id"),
        Index("ix_house_surveyor_state", "surveyor_id", "state", "id"),
        # Corrected while a partner holds it: a verifier looks again.
        partial_index("ix_house_recheck", "recheck_at IS NOT NULL", "kecamatan_code", "id"),
        # What a verifier holds.
        partial_index("ix_house_taken", "taken_by IS NOT NULL", "taken_by", "id"),
        # Ended houses whose family's data is still kept; those of them whose erasure was announced.
        partial_index("ix_house_closed", "closed_at IS NOT NULL", "state", "closed_at"),
        partial_index("ix_house_erasing", "erasing_at IS NOT NULL", "erasing_at"),
    )
    id: int | None = pk()
    code: str = Field(unique=True, max_length=12)
    state: HouseState = choice(HouseState, "house_state", default=HouseState.REGISTERED)
    kecamatan_code: str = Field(foreign_key="kecamatan.code", max_length=8)
    kelurahan_code: str = Field(foreign_key="kelurahan.code", max_length=13, index=True)
    roof: int
    floor: int
    wall: int
    occupants: int
    area_m2: float
    priority: int
    estimate: int | None = big(nullable=True)
    surveyor_id: int = fk("person.id", index=False)
    verifier_id: int | None = fk("person.id", nullable=True, index=False)
    registered_at: datetime
    verified_at: datetime | None = None
    # Counts every change: a button made for an older version is stale.
    version: int = 1
    note: str | None = Field(default=None, max_length=1000, description="why it was returned or refused")
    sample: bool = False
    # Another family in the same building, registered on its own.
    shares_with_id: int | None = fk("house.id", nullable=True, index=False)
    # One verifier works on it until then; afterwards anybody may.
    taken_by: int | None = fk("person.id", nullable=True, index=False)
    taken_until: datetime | None = None
    # What the verifier wants asked again: field names, while it is returned.
    wrong_fields: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]"))
    recheck_at: datetime | None = None
    # Since when its life in the programme is over, while its family's data is kept; when that will be erased, once it
    # was announced; until when an admin holds it off.
    closed_at: datetime | None = None
    erasing_at: datetime | None = None
    held_until: datetime | None = None


# What a house that is too small adds to its priority; more occupants than these add nothing.
CROWDED, MOST_COUNTED = 10, 20


def damage(ranks: Sequence[int]) -> int:
    """The damage of a house on a scale of 30 to 150: thirty times the mean rank of the components that were looked at.

    So a house whose structure nobody has looked at yet stands neither higher nor lower for it.
    """
    return (30 * sum(ranks) + len(ranks) // 2) // len(ranks)


def priority(
    ranks: Sequence[int], occupants: int, area_m2: float, area_per_person: float, *, vulnerable: int = 0
) -> int:
    """The waiting list's order, high first. It advises; a person decides (UU 27/2022 art. 10).

    The damage, one for each occupant, five more for each who is elderly or disabled (``vulnerable``), ten when the
    house is smaller than ``area_per_person`` m² for each (DOMAIN.md: the sum of the ranks plus occupants, elderly and
    disabled orders the list).
    """
    crowded = area_m2 < area_per_person * occupants
    return damage(ranks) + min(occupants, MOST_COUNTED) + 5 * min(vulnerable, 8) + (CROWDED if crowded else 0)


def register(
    session: Session, now: datetime, *, by: int, kecamatan: str, kelurahan: str, roof: int, floor: int,
    wall: int, occupants: int, area_m2: float, rules: Rules = DEFAULTS, sample: bool = False,
    shares_with: int | None = None,
) -> House:
    """A new house with the next code of its kecamatan; its family is written by ``households.write``."""
    house = House(
        code=regions.next_code(session, kecamatan), kecamatan_code=kecamatan, kelurahan_code=kelurahan, roof=roof,
        floor=floor, wall=wall, occupants=occupants, area_m2=area_m2,
        priority=priority((roof, floor, wall), occupants, area_m2, rules.area_per_person),
        surveyor_id=by, registered_at=now, sample=sample, shares_with_id=shares_with,
    )
    session.add(house)
    session.flush()
    record(session, "house.registered", now, actor=by, house=house.id)
    return house


def by_code(session: Session, code: str) -> House | None:
    """The house with a code such as ``PML-0042``."""
    return session.exec(select(House).where(col(House.code) == code)).first()


def codes_of(session: Session, house_ids: list[int]) -> list[str]:
    """The codes of some houses."""
    return list(session.exec(select(House.code).where(col(House.id).in_(house_ids)).order_by(col(House.id))))


def get(session: Session, house_id: int) -> House:
    """The house as it is now.

    Raises:
        Refused: ``house.gone``.
    """
    house = session.get(House, house_id, populate_existing=True)
    if house is None:
        raise Refused("house.gone")
    return house


def move(
    session: Session, house_id: int, old: HouseState, new: HouseState, now: datetime, *,
    by: int | None, claim: int | None = None, reason: str | None = None, **values: Any,
) -> None:
    """One step in a house's life: one row changes, or nobody's does.

    Raises:
        Stale: the house is not in ``old`` (any more).
        Refused: ``house.erased``: an appeal without a family.
        ValueError: the design knows no such step.
    """
    if new not in TRANSITIONS[old]:
        raise ValueError(f"{old} → {new}")
    if old in OVER and new not in OVER:
        _find_family(session, house_id)
    ends: dict[str, Any] = {"closed_at": now if new in OVER else None, "erasing_at": None,
                            "held_until": None}
    if new not in (*HELD, HouseState.HANDED_OVER):
        # No partner has worked by the correction: nobody needs to look at it apart from the house.
        ends["recheck_at"] = None
    done = session.exec(
        update(House).where(col(House.id) == house_id, col(House.state) == old)
        .values(state=new, version=col(House.version) + 1, **(ends | values))
    )
    if done.rowcount != 1:
        house = get(session, house_id)
        raise Stale(code=house.code, state=house.state)
    record(session, f"house.{new.value}", now, actor=by, house=house_id, claim=claim, before=old.value,
           reason=reason)


def _find_family(session: Session, house_id: int) -> None:
    """A house comes back only with its family: nobody could find it, or say who lives in it, otherwise."""
    # Whoever erases the family holds this row: only then it is known whether there is one.
    session.exec(select(House.id).where(col(House.id) == house_id).with_for_update()).first()
    if session.exec(select(Household.house_id).where(col(Household.house_id) == house_id)).first() is None:
        raise Refused("house.erased", code=get(session, house_id).code)


def waiting(
    session: Session, state: HouseState, *, kecamatan: list[str] | None = None, limit: int = 6,
    after: tuple[int, int] | None = None,
) -> list[House]:
    """Houses of a state, neediest first (equal ones: oldest first), paged by key.

    ``after`` is (priority, id) of the last house of the page before.
    """
    return list(session.exec(in_order(select(House), state, kecamatan=kecamatan, limit=limit, after=after)))


def in_order(
    query: Any, state: HouseState, *, kecamatan: Sequence[str] | None, limit: int, after: tuple[int, int] | None
) -> Any:
    """A query over houses along the waiting list: see :func:`waiting`."""
    query = query.where(col(House.state) == state)
    if kecamatan is not None:
        query = query.where(col(House.kecamatan_code).in_(kecamatan))
    if after is not None:
        rank, last = after
        query = query.where(
            col(House.priority) <= rank,  # where the index is entered; the rest passes over equal ones
            (col(House.priority) < rank) | (col(House.id) > last),
        )
    return query.order_by(col(House.priority).desc(), col(House.id)).limit(limit)


def some(session: Session, house_ids: list[int]) -> list[House]:
    """Houses by their ids, neediest first."""
    query = select(House).where(col(House.id).in_(house_ids))
    return list(session.exec(query.order_by(col(House.priority).desc(), col(House.id))))


def oldest(session: Session, state: HouseState, kecamatan: list[str] | None, *, after: int = 0) -> House | None:
    """The house that has waited longest in a state (the verifier's queue), behind the id ``after``."""
    first = select(House.id).where(col(House.state) == state, col(House.id) > after).order_by(col(House.id)).limit(1)
    if kecamatan is None:
        number = session.exec(first).first()
    else:  # the oldest of each kecamatan, then the oldest of those: an entry of the index each
        each = first.where(col(House.kecamatan_code) == col(Kecamatan.code)).scalar_subquery()
        firsts = select(each.label("id")).where(col(Kecamatan.code).in_(kecamatan)).subquery()
        number = session.exec(select(func.min(firsts.c.id))).one()
    return session.get(House, number) if number is not None else None


def count_by_kecamatan(
    session: Session, state: HouseState, kecamatan: list[str] | None = None
) -> dict[str, int]:
    """kecamatan code → number of houses in a state, of some kecamatan or all; counted within an index."""
    query = select(House.kecamatan_code, func.count()).where(col(House.state) == state)
    if kecamatan is not None:
        query = query.where(col(House.kecamatan_code).in_(kecamatan))
    return dict(session.exec(query.group_by(col(House.kecamatan_code))).all())


def kecamatan_with(session: Session, state: HouseState) -> list[Kecamatan]:
    """Kecamatan with a house in a state, by name: one look into the index for each."""
    found = select(House.id).where(col(House.state) == state, col(House.kecamatan_code) == col(Kecamatan.code))
    return list(session.exec(select(Kecamatan).where(found.exists()).order_by(col(Kecamatan.name))))
