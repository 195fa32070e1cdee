"""The end of a family's data: erased on request or when the time to keep it is over; the counts stay right.

What stays of a house: its code, kelurahan, state, conditions, counts and money, its claims with their percents, and
the audit trail, which never held personal values (decision 11). Of a family that was helped also what
:mod:`storage.helped` keeps, until it may be helped again.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, delete, or_, select, update

from storage import (
    checklist,
    claims,
    drafts,
    forgetting,
    helped,
    houses,
    partners,
    photos,
    progress,
    requests,
    revisions,
    scans,
)
from storage.errors import Refused, Stale
from storage.events import Event, record, record_many
from storage.households import Household
from storage.houses import HELD, OVER, House, HouseState
from storage.people import Person
from storage.rules import DEFAULTS, Rules
from storage.shown import Shown

HOLD_OFF = timedelta(days=365)
_DONE = (HouseState.HANDED_OVER,)
_REFUSED = tuple(state for state in OVER if state not in _DONE)
# Forms whose draft is about a claim of a house; about something else. Every other form of a subject is about a house.
OF_CLAIMS = ("progress", "progress_fix", "finish", "handover", "bast", "send_back", "release", "cofund", "cofund_leave",
             "transfer", "refer", "transfer_no", "extension", "extension_no")
OF_OTHERS = ("approve_many", "claim_many", "partner", "quota", "quota_units", "quota_ceiling", "quota_house",
             "quota_areas", "partner_rules", "city_ceiling", "visit_day", "visit_place")


class Reason(StrEnum):
    """Why a family's data was erased."""

    FAMILY = "family"
    MISTAKE = "mistake"
    EXPIRED = "expired"
    OTHER = "other"
    RETENTION = "retention"


def may(session: Session, house_id: int) -> House:
    """The house, if its family's data can be erased now; it stays so until the transaction ends.

    Raises:
        Refused: ``house.held`` with the partner that holds it, ``house.erased``, ``house.gone``.
    """
    house = session.get(House, house_id, populate_existing=True, with_for_update=True) or houses.get(session, house_id)
    if house.state in HELD:
        claim = claims.holding(session, house_id)
        name = partners.get(session, claim.partner_id).name if claim is not None else ""
        raise Refused("house.held", code=house.code, name=name)
    if session.exec(select(Household.house_id).where(col(Household.house_id) == house_id)).first() is None:
        raise Refused("house.erased", code=house.code)
    return house


def erase(
    session: Session, house_id: int, now: datetime, *, by: int | None, reason: Reason, words: str | None = None,
    draft_id: int = 0, rules: Rules = DEFAULTS,
) -> House:
    """Erase everything personal about a household. ``words``: more about the reason, without personal data.
    ``draft_id``: the draft that asked for it stays. Messages that show the family are emptied by the caller.

    A house that still waits is withdrawn with it: nobody can help a family whose name and address are unknown.

    Raises:
        Refused: see :func:`may`.
    """
    house = may(session, house_id)
    # First of all: whoever is reading it holds this row until what they show is written down, and is found.
    nik_index, card_index = session.execute(
        delete(Household).where(col(Household.house_id) == house_id)
        .returning(col(Household.nik_index), col(Household.card_index))).one()
    helped.keep(session, house, nik_index, card_index, rules, now)
    about = drafts.about(session, house_id, but=(*OF_CLAIMS, *OF_OTHERS))
    ended = list(session.exec(select(claims.Claim.id).where(col(claims.Claim.house_id) == house_id)))
    for number in ended:
        about += drafts.about(session, number or 0, only=OF_CLAIMS)
    for draft in about:
        if draft.id != draft_id:
            drafts.discard(session, draft)
    counts = {"revisions": revisions.erase(session, house_id), "photos": photos.erase(session, house_id),
              "scans": scans.erase(session, ended)}
    checklist.erase(session, house_id)
    progress.forget_notes(session, ended)
    claims.forget_reasons(session, house_id)
    requests.forget_reasons(session, ended)
    _leave(session, house, now, by)
    record(session, "data.erased", now, actor=by, house=house_id, reason=reason.value, words=words, **counts)
    return houses.get(session, house_id)


def _leave(session: Session, house: House, now: datetime, by: int | None) -> None:
    """Withdraw it where it waits; take what was written about the family from the house in any case."""
    gone: dict[str, Any] = {"note": None, "wrong_fields": [], "recheck_at": None, "taken_by": None,
                            "taken_until": None, "closed_at": None, "erasing_at": None, "held_until": None}
    if house.state not in OVER:
        houses.move(session, house.id or 0, house.state, HouseState.WITHDRAWN, now, by=by, reason="erased", **gone)
        return
    session.exec(update(House).where(col(House.id) == house.id).values(version=col(House.version) + 1, **gone))


def forget_words(session: Session, house_ids: Collection[int]) -> None:
    """What was written to and by those who had to do with some houses is sealed, and emptied after a few days anyway:
    of families that were erased it goes now. Nobody can tell which of it speaks of them, so all of it goes."""
    theirs = (col(Event.house_id).in_(house_ids), col(Event.actor_id).is_not(None))
    acted = select(Event.actor_id).where(*theirs)
    saw = select(Shown.person_id).where(col(Shown.house_id).in_(house_ids))
    query = select(Person.telegram_id).where(or_(col(Person.id).in_(acted), col(Person.id).in_(saw)))
    chats = [chat for chat in session.exec(query) if chat is not None]
    forgetting.words_of(session, chats)


def kept_until(house: House, rules: Rules) -> datetime | None:
    """When the family's data will be erased; None while the house's life in the programme goes on."""
    if house.erasing_at is not None or house.closed_at is None:
        return house.erasing_at
    until = house.closed_at + (rules.keep_done if house.state in _DONE else rules.keep_refused)
    return max(until, house.held_until) if house.held_until is not None else until


def announce(session: Session, now: datetime, rules: Rules) -> list[str]:
    """Set the day of those whose time is over: ``rules.notice`` from now. Their codes, each house once.

    The day stands in the row, so a second look, or another process, finds nothing.
    """
    day = now + rules.notice
    found: list[Any] = []
    for states, keep in ((_REFUSED, rules.keep_refused), (_DONE, rules.keep_done)):
        found += session.execute(
            update(House).where(
                col(House.state).in_(states), col(House.closed_at) <= day - keep, col(House.erasing_at).is_(None),
                or_(col(House.held_until).is_(None), col(House.held_until) <= day),
                _has_family(),
            ).values(erasing_at=day, held_until=None).returning(col(House.id), col(House.code))
        ).all()
    record_many(session, [Event(at=now, kind="data.announced", house_id=number, data={"on": day.isoformat()})
                          for number, _ in found])
    return sorted(code for _, code in found)


def _has_family() -> Any:
    return select(Household.house_id).where(col(Household.house_id) == col(House.id)).exists()


def due(session: Session, now: datetime, limit: int) -> list[int]:
    """Ids of houses whose day has come, the earliest first."""
    query = select(House.id).where(col(House.erasing_at) <= now, _has_family())
    return [number or 0 for number in session.exec(query.order_by(col(House.erasing_at), col(House.id)).limit(limit))]


def is_due(session: Session, house_id: int, now: datetime) -> bool:
    """Whether the day of a house has come, as it is now; it stays so until the transaction ends.

    Between the look at what is due and this, an admin may have held it off or erased it, or an appeal brought it back.
    """
    house = session.get(House, house_id, populate_existing=True, with_for_update=True)
    if house is None or house.erasing_at is None or house.erasing_at > now or house.state not in OVER:
        return False
    return session.exec(select(Household.house_id).where(col(Household.house_id) == house_id)).first() is not None


def hold_off(session: Session, house_id: int, version: int, now: datetime, *, by: int) -> datetime:
    """An announced erasure waits a year more; it is announced again before. Until when.

    Raises:
        Stale: it is not announced (any more), or the house is not as it was shown.
    """
    house = session.get(House, house_id, populate_existing=True, with_for_update=True) or houses.get(session, house_id)
    if house.erasing_at is None or house.version != version:
        raise Stale(code=house.code, state=house.state)
    until = max(house.erasing_at, now) + HOLD_OFF
    house.held_until, house.erasing_at, house.version = until, None, house.version + 1
    session.add(house)
    record(session, "data.held", now, actor=by, house=house_id, until=until.isoformat())
    session.flush()
    return until
