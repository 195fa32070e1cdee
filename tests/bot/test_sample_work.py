"""The sample city's claims: money, history, photos and deadlines, each as the rules would have made it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from io import BytesIO

import pytest
from PIL import Image
from sqlmodel import col, func, select

from bot.sample import SampleCity
from bot.sample.cast import MEANS
from bot.sample.work import NOT_BEGUN, SLOW
from storage import (
    deadlines,
    houses,
    partners,
    photos,
    progress,
    transfers,
    worklist,
)
from storage.claims import Claim, ClaimState, Turn
from storage.contributions import Contribution
from storage.deadlines import stage_of
from storage.events import Event
from storage.houses import House, HouseState
from storage.partners import FundSource, Quota
from storage.photos import Photo, PhotoKind, PhotoPurpose
from storage.rules import Rules
from storage.store import Store

on_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_quotas_hold_exactly_what_the_claims_promise(city: SampleCity, database: Store) -> None:
    def look(session):
        promised = dict(session.exec(
            select(Contribution.quota_id, func.sum(Contribution.amount)).join(
                Claim, col(Claim.id) == col(Contribution.claim_id))
            .where(Claim.state == ClaimState.ACTIVE).group_by(col(Contribution.quota_id))).all())
        settled = session.exec(select(func.sum(Claim.real_cost), func.count(col(Claim.real_cost)))).one()
        sources = {partner.id: partner.source for partner in partners.all_partners(session)}
        return list(session.exec(select(Quota).order_by(col(Quota.id)))), promised, settled, sources

    quotas, promised, settled, sources = database.run(look)
    assert len(quotas) == len(MEANS)
    assert {quota.year for quota in quotas} == {2026}
    for quota in quotas:
        apbd = sources[quota.partner_id] == FundSource.APBD
        assert quota.reserved == promised.get(quota.id, 0)
        assert (quota.spent, quota.units_spent) == (tuple(settled) if apbd else (0, 0))
        assert quota.units_reserved + quota.units_spent == (158 if apbd else 0)
    assert sum(quota.units_left for quota in quotas) == 60, "46 of the 106 stay uncovered"


def test_the_past_is_in_order(city: SampleCity, database: Store, now: datetime) -> None:
    def look(session):
        return list(session.exec(select(House))), list(session.exec(select(Event).order_by(col(Event.id)))), list(
            session.exec(select(Claim)))

    found, events, made = database.run(look)
    for house in found:
        assert house.registered_at < now
        assert house.verified_at is None or house.registered_at < house.verified_at < now
        assert (house.verified_at is None) == (house.state == HouseState.REGISTERED)
        assert bool(house.note) == (house.state in (HouseState.RETURNED, HouseState.INELIGIBLE))
        assert (house.closed_at is not None) == (house.state in houses.OVER)
    assert max(event.at for event in events) < now
    by_house: dict[int, list[Event]] = {}
    for event in events:
        if event.house_id is not None:
            by_house.setdefault(event.house_id, []).append(event)
    for house in found:
        trail = by_house[house.id]
        assert trail[0].kind == "house.registered"
        assert [event.at for event in trail] == sorted(event.at for event in trail)
        reached = [event.kind for event in trail if event.kind.startswith("house.")][-1]
        assert reached == f"house.{house.state.value}"
    verified = {house.id: house.verified_at for house in found}
    for claim in made:
        assert verified[claim.house_id] < claim.claimed_at
        assert claim.handed_over_at is None or claim.finished_at < claim.handed_over_at


@on_sqlite
def test_there_is_something_to_do_for_everyone(city: SampleCity, database: Store) -> None:
    def look(session):
        return (
            houses.oldest(session, HouseState.REGISTERED, None),
            progress.waiting_for_confirmation(session, None),
            worklist.page(session, [city.partners["DPKPP Tangsel"]], last=Turn.HAND_OVER, limit=20),
        )

    queue, reported, finished = database.run(look)
    assert queue is not None
    assert len(reported) == 3
    assert len(finished) == 12


@on_sqlite
def test_a_few_have_missed_their_deadline(city: SampleCity, database: Store, now: datetime) -> None:
    def look(session):
        late = [claim for claim in session.exec(select(Claim)) if claim.overdue_at is not None]
        return (sorted(stage_of(claim.turn, claim.physical).value for claim in late),
                deadlines.mark_overdue(session, now, now, Rules()), deadlines.expired(session, now),
                deadlines.waiting(session), transfers.of_partners(session, [city.partners["Baznas Tangsel"]]))

    late, later, expired, wishes, offers = database.run(look)
    assert late == ["begin"] * NOT_BEGUN + ["half"] * SLOW
    assert (later, expired, len(wishes), len(offers)) == ([], [], 1, 1)


@on_sqlite
def test_every_house_has_a_photo_that_is_there(
    city: SampleCity, database: Store, files: dict[str, bytes]
) -> None:
    rows = database.run(lambda session: list(session.exec(select(Photo))))
    assert {row.house_id for row in rows} == set(database.run(lambda session: session.exec(select(House.id)).all()))
    assert {row.key for row in rows} == set(files)
    assert len(files) == len({row.likeness for row in rows}) == 25
    before = {(row.house_id, row.kind) for row in rows if row.purpose == PhotoPurpose.REGISTRATION}
    assert {house for house, kind in before if kind == PhotoKind.FRONT} == {row.house_id for row in rows}
    after = {(row.house_id, row.kind) for row in rows if row.purpose == PhotoPurpose.PROGRESS}
    assert {house for house, _ in after} == {claim.house_id for claim in database.run(
        lambda session: session.exec(select(Claim)).all()) if claim.finished_at or claim.finish_reported_at}
    assert after == {(house, kind) for house, kind in before if house in {one for one, _ in after}}, "the same views"
    assert {row.kind for row in rows} == {PhotoKind.FRONT, PhotoKind.ROOF, PhotoKind.FLOOR, PhotoKind.WALL,
                                          PhotoKind.BATHROOM}
    assert len({row.file_unique_id for row in rows}) == len(rows)
    for key, data in files.items():
        assert hashlib.sha256(data).hexdigest() == key
        with Image.open(BytesIO(data)) as image:
            assert image.format == "JPEG"
            assert {(row.width, row.height) for row in rows} == {image.size}
    assert {row.state for row in rows} == {photos.PhotoState.STORED}
