"""Houses that a verifier may approve together: free, unfit by the figures, complete, and with nothing against them."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from storage import alike, checklist, holding, households, houses, photos
from storage.alike import Suspect
from storage.assessments import Assessment, judge
from storage.holding import Order
from storage.households import Household
from storage.houses import House, HouseState
from storage.photos import Photo, PhotoKind, PhotoPurpose, PhotoState
from storage.rules import Rules

LOOKED_AT = 16
"""So many houses of a queue are looked at for those that are ready."""


def ready(
    session: Session, kecamatan: str, by: int, now: datetime, order: Order, rules: Rules, limit: int
) -> list[House]:
    """The first houses of a kecamatan's queue that are ready to be approved, among the first :data:`LOOKED_AT`."""
    found = holding.some_free(session, kecamatan, by, now, order, LOOKED_AT)
    return without_objection(session, found, rules, limit)


def without_objection(session: Session, found: list[House], rules: Rules, limit: int) -> list[House]:
    """Those of some houses that the figures call unfit, that have the photos they must have, no "no" in the checklist,
    and that look like no other house; in their order, at most ``limit``."""
    numbers = [house.id or 0 for house in found]
    assessed = {row.house_id: row for row in
                session.exec(select(Assessment).where(col(Assessment.house_id).in_(numbers)))}
    marks, kinds = checklist.of_houses(session, numbers), _kinds(session, numbers)
    kept: list[House] = []
    for house in found:
        number = house.id or 0
        complete = set(rules.photo_kinds) <= kinds.get(number, set())
        against = checklist.open_items(marks.get(number, {}))[0]
        if complete and not against and judge(house, assessed.get(number), rules.area_per_person).unfit \
                and not _suspected(session, house):
            kept.append(house)
            if len(kept) == limit:
                break
    return kept


def suspects_of(session: Session, house: House, family: Household | None, pictures: list[Photo]) -> list[Suspect]:
    """Other houses that may be the same as one that is registered, by its family and its photos."""
    number, own = house.id or 0, [photo.id or 0 for photo in pictures]
    if family is None:
        return alike.suspects(session, nik=None, family_card=None, head_name=None, lat=None, lon=None, photo_ids=own,
                              exclude_house=number)
    return alike.suspects(
        session, nik=households.nik_of(session, family), family_card=households.family_card_of(session, family),
        head_name=family.head_name, lat=family.lat, lon=family.lon, photo_ids=own, exclude_house=number,
    )


def _suspected(session: Session, house: House) -> bool:
    number = house.id or 0
    return bool(suspects_of(session, house, households.of_house(session, number), photos.of_house(session, number)))


def approve(
    session: Session, shown: dict[int, int], estimate: int, now: datetime, *, by: int, rules: Rules
) -> tuple[list[House], list[House]]:
    """Approve houses as they were shown (id → version) with one estimate, in rupiah: those that were, and those that
    could not be any more, because they changed, somebody took or decided them, or something speaks against them now."""
    rows = session.exec(select(House).where(col(House.id).in_(shown)).order_by(col(House.id)).with_for_update()
                        .execution_options(populate_existing=True)).all()
    free = [house for house in rows if house.state == HouseState.REGISTERED and house.version == shown[house.id or 0]
            and holding.is_free(house, by, now)]
    fit = {house.id for house in without_objection(session, free, rules, len(free))}
    for number in shown:
        if number in fit:
            houses.move(session, number, HouseState.REGISTERED, HouseState.ELIGIBLE, now, by=by, reason="several",
                        estimate=estimate, note=None, verifier_id=by, verified_at=now, taken_by=None, taken_until=None)
    fresh = [houses.get(session, number) for number in shown]
    return [house for house in fresh if house.id in fit], [house for house in fresh if house.id not in fit]


def unanswered(session: Session, house_ids: list[int]) -> int:
    """How many of some houses have an open checklist."""
    marks = checklist.of_houses(session, house_ids)
    return sum(bool(checklist.open_items(marks.get(number, {}))[1]) for number in house_ids)


def _kinds(session: Session, house_ids: list[int]) -> dict[int, set[PhotoKind]]:
    where = (col(Photo.house_id).in_(house_ids), col(Photo.purpose) == PhotoPurpose.REGISTRATION,
             col(Photo.state) != PhotoState.REJECTED, col(Photo.kind).is_not(None))
    found: dict[int, set[PhotoKind]] = {}
    for number, kind in session.exec(select(Photo.house_id, Photo.kind).where(*where)):
        if number is not None and kind is not None:
            found.setdefault(number, set()).add(PhotoKind(kind))
    return found
