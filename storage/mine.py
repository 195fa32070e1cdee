"""What one person has in hand: the houses they registered, the forms they left open."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import Select

from storage.assessments import Assessment
from storage.claims import Claim
from storage.drafts import Draft
from storage.events import Event, record
from storage.households import Household
from storage.houses import House, HouseState
from storage.partners import Partner
from storage.people import Person
from storage.regions import Kelurahan

FIRST = HouseState.RETURNED
"""These wait for whoever registered them, so they stand first in the list."""


def counts(session: Session, person_id: int) -> dict[HouseState, int]:
    """stage → how many of the houses that somebody registered are in it; counted within an index."""
    query = select(House.state, func.count()).where(col(House.surveyor_id) == person_id)
    return {HouseState(state): number for state, number in session.exec(query.group_by(col(House.state)))}


def page(
    session: Session, person_id: int, *, after: tuple[int, int] | None = None, limit: int = 8
) -> list[tuple[House, str]]:
    """Houses that somebody registered and the names of their kelurahan: the returned ones, then the others, each the
    newest first. ``after``: whether the last one of the page before was behind the returned ones (1, else 0), its id.
    """
    behind, last = after or (0, 0)
    found = [] if behind else in_state(session, person_id, FIRST, before=last, limit=limit)
    if len(found) < limit:
        query = _mine(person_id).where(col(House.state) != FIRST)
        if behind:
            query = query.where(col(House.id) < last)
        found += session.exec(query.order_by(col(House.id).desc()).limit(limit - len(found)))
    return found


def in_state(
    session: Session, person_id: int, state: HouseState, *, before: int = 0, limit: int = 8
) -> list[tuple[House, str]]:
    """The same of one stage, the newest first, behind the house ``before`` (0: from the newest)."""
    query = _mine(person_id).where(col(House.state) == state)
    if before:
        query = query.where(col(House.id) < before)
    return list(session.exec(query.order_by(col(House.id).desc()).limit(limit)))


def _mine(person_id: int) -> Select[House, str]:
    return select(House, Kelurahan.name).join(Kelurahan, col(Kelurahan.code) == col(House.kelurahan_code)).where(
        col(House.surveyor_id) == person_id)


def want_news(session: Session, person: Person, now: datetime, *, wanted: bool) -> bool:
    """Whether somebody hears what becomes of the houses they registered; False when it is so already."""
    if person.house_news == wanted:
        return False
    person.house_news = wanted
    session.add(person)
    session.flush()
    record(session, "person.house_news", now, actor=person.id, person=person.id, wanted=wanted)
    return True


def open_drafts(
    session: Session, person_id: int, forms: Collection[str], *, before: tuple[datetime, int] | None = None,
    limit: int = 8,
) -> list[Draft]:
    """Open drafts of these forms, the one touched last first; ``before``: when the last one of the page before was
    touched, and its id."""
    query = select(Draft).where(col(Draft.person_id) == person_id, col(Draft.form).in_(forms))
    if before is not None:
        touched, last = before
        query = query.where((col(Draft.touched_at) < touched)
                            | ((col(Draft.touched_at) == touched) & (col(Draft.id) < last)))
    return list(session.exec(query.order_by(col(Draft.touched_at).desc(), col(Draft.id).desc()).limit(limit)))


def codes_of_houses(session: Session, house_ids: Collection[int]) -> dict[int, str]:
    """house id → code."""
    query = select(House.id, House.code).where(col(House.id).in_(house_ids))
    return {number or 0: code for number, code in session.exec(query)}


def codes_of_claims(session: Session, claim_ids: Collection[int]) -> dict[int, str]:
    """claim id → code of its house."""
    query = select(Claim.id, House.code).join(House, col(House.id) == col(Claim.house_id))
    return {number or 0: code for number, code in session.exec(query.where(col(Claim.id).in_(claim_ids)))}


STEPS = tuple(f"house.{state.value}" for state in HouseState)
"""Kinds of events that say that a house moved to a stage."""


def steps(session: Session, house_id: int, limit: int = 16) -> list[tuple[Event, str | None]]:
    """The newest steps in a house's life, oldest first, each with the name of the partner whose claim it was."""
    query = (
        select(Event, Partner.name)
        .outerjoin(Claim, col(Claim.id) == col(Event.claim_id))
        .outerjoin(Partner, col(Partner.id) == col(Claim.partner_id))
        .where(col(Event.house_id) == house_id, col(Event.kind).in_(STEPS))
    )
    newest = session.exec(query.order_by(col(Event.id).desc()).limit(limit)).all()
    return [(event, partner) for event, partner in reversed(newest)]


def written(session: Session, house_ids: Collection[int]) -> dict[int, set[str]]:
    """house id → names of what is written down of its family and assessment; nothing of it is opened. A house whose
    family was erased is left out."""
    query = select(Household, Assessment).outerjoin(Assessment, col(Assessment.house_id) == col(Household.house_id))
    found: dict[int, set[str]] = {}
    for family, assessed in session.exec(query.where(col(Household.house_id).in_(house_ids))):
        found[family.house_id] = {name for row in (family, assessed) if row is not None
                                  for name, value in row.model_dump().items() if value is not None}
    return found
