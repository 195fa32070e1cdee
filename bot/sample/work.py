"""What DPKPP has done since: it took its 158 houses, and works on some of them. Played through the store's rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlmodel import Session

from bot.sample.canvas import Picture
from bot.sample.places import PLACES, office_hour
from storage import claims, deadlines, handover, houses, photos, progress
from storage.houses import HouseState
from storage.photos import Photo, PhotoKind, PhotoPurpose, PhotoState
from storage.progress import Obstacle, Progress
from storage.rules import Rules

IN_PROGRESS, FINISHED, HANDED_OVER = 40, 12, 6
# Of the houses in progress: finished as the partner says, waiting for the verifier's look.
REPORTED_FINISHED = 3
# Houses whose work should have begun, and houses that should be half done by now.
NOT_BEGUN, SLOW = 2, 3
_SECOND_BATCH_DAYS_AGO = 12
_NOTES = (None, None, "Pondasi dan sloof selesai.", "Rangka atap terpasang.", "Menunggu pengiriman material.",
          "Dinding selesai diplester.", "Pekerjaan tertunda hujan tiga hari.")
_OBSTACLES = {_NOTES[4]: Obstacle.MATERIAL, _NOTES[6]: Obstacle.WEATHER}
_FIRST = (10, 15, 20, 25, 30)
_STEP = 50_000

Act = Callable[[Session, datetime], object]
Step = tuple[datetime, int, Act]


@dataclass(frozen=True, slots=True)
class Crew:
    """Who works and who looks at it (person ids); ``chat``: the rep's. ``after``: a sketch of each view when done;
    without any, no photos of the work are loaded."""

    rep: int
    verifier: int
    chat: int
    after: dict[PhotoKind, Picture]


def play(
    session: Session, rng: Random, quota_id: int, now: datetime, crew: Crew, rules: Rules
) -> list[int]:
    """Claim each kecamatan's neediest houses and work on some, in the order of time, as the audit trail would have it.

    The ids of the claims. The houses that are not begun yet were claimed lately, in one basket; but for a few whose
    deadline was missed.
    """
    wanted = [house.id or 0 for place in PLACES for house in houses.waiting(
        session, HouseState.ELIGIBLE, kecamatan=[place.code], limit=place.claimed)]
    worked = rng.sample(sorted(wanted), IN_PROGRESS + FINISHED + HANDED_OVER + NOT_BEGUN)
    rest = [number for number in wanted if number not in set(worked)]
    made: list[int] = []

    def take(house_ids: list[int]) -> Act:
        return lambda session, at: made.extend(claim.id or 0 for claim in claims.claim_houses(
            session, house_ids, quota_id, at, by=crew.rep, rules=rules))

    steps: list[Step] = [(now - timedelta(days=_SECOND_BATCH_DAYS_AGO), 0, take(rest))]
    for number, house_id in enumerate(worked):
        done = number < HANDED_OVER + FINISHED + REPORTED_FINISHED
        late = IN_PROGRESS + FINISHED + HANDED_OVER - SLOW <= number < IN_PROGRESS + FINISHED + HANDED_OVER
        if number >= IN_PROGRESS + FINISHED + HANDED_OVER:
            steps += [(now - rules.begin - timedelta(days=number % 3 + 2), house_id, take([house_id]))]
        elif done:
            begin = now - timedelta(days=rng.randint(60, 70))
            steps += [(begin - timedelta(days=rng.randint(4, 12)), house_id, take([house_id]))]
            steps += _done(rng, house_id, begin, now, crew, finished=number < HANDED_OVER + FINISHED,
                           handed_over=number < HANDED_OVER)
        else:
            begin = now - timedelta(days=rng.randint(50, 55) if late else rng.randint(12, 40))
            steps += [(begin - timedelta(days=rng.randint(12, 20) if late else rng.randint(3, 15)), house_id,
                       take([house_id]))]
            percents = [rng.choice(_FIRST), rng.choice((40, 45, 50, 60, 70))][: 1 if late else rng.choice((1, 2, 2))]
            steps += _reports(rng, house_id, percents, begin, now - timedelta(days=2), crew.rep)
    # Steps of one house lie at least a day apart, so moving them within their day keeps their order.
    steps = [(office_hour(rng, at), house_id, act) for at, house_id, act in steps]
    for at, _house, act in sorted(steps, key=lambda step: step[:2]):
        act(session, at)
    # What was missed was noticed the next morning; the admins have been asked for one later date.
    late_ones = deadlines.mark_overdue(session, now - timedelta(days=1), now - timedelta(hours=4), rules)
    if late_ones:
        deadlines.ask(session, late_ones[0].id or 0, now + timedelta(days=20), "Tukang baru tersedia bulan depan.",
                      now - timedelta(hours=2), by=crew.rep)
    return sorted(made)


def _claim(session: Session, house_id: int) -> int:
    held = claims.holding(session, house_id)
    assert held is not None
    return held.id or 0


def _done(
    rng: Random, house_id: int, begin: datetime, now: datetime, crew: Crew, *, finished: bool, handed_over: bool
) -> list[Step]:
    """A house whose work is done, as far as the partner says; then confirmed; then handed over."""
    percents = [rng.choice(_FIRST), rng.choice((70, 75, 80, 90))]
    steps = _reports(rng, house_id, percents, begin, now - timedelta(days=22), crew.rep)
    done, metres = now - timedelta(days=rng.randint(14, 20) if finished else rng.randint(1, 3)), rng.randint(4, 60)
    steps.append((done, house_id, lambda session, at: _finish(session, house_id, metres, at, crew)))
    if finished:
        looked = done + timedelta(days=rng.randint(1, 3))
        steps.append((looked, house_id, lambda session, at: progress.confirm(
            session, _claim(session, house_id), at, by=crew.verifier)))
    if handed_over:
        signed, share = done + timedelta(days=rng.randint(5, 10)), rng.uniform(0.93, 1.0)
        steps.append((signed, house_id, lambda session, at: _hand_over(session, house_id, share, at, crew.rep)))
    return steps


def _reports(
    rng: Random, house_id: int, percents: list[int], begin: datetime, last: datetime, rep: int
) -> list[Step]:
    """The reports of a house from ``begin`` on; the money follows the work a little behind."""
    steps: list[Step] = []
    for number, percent in enumerate(percents):
        paid, note = max(0, percent - rng.choice((0, 5, 10))), rng.choice(_NOTES)
        steps.append((begin + (last - begin) * number / 2, house_id, _report(house_id, percent, paid, note, rep)))
    return steps


def _report(house_id: int, percent: int, paid: int, note: str | None, rep: int) -> Act:
    return lambda session, at: progress.report(
        session, _claim(session, house_id), percent, at, by=rep, financial=paid, note=note,
        obstacle=_OBSTACLES.get(note or ""))


def _finish(session: Session, house_id: int, metres: int, at: datetime, crew: Crew) -> None:
    """The same views as before the work, now that it is done."""
    row = progress.report_finished(session, _claim(session, house_id), at, by=crew.rep, pin_metres=metres)
    kinds = dict.fromkeys(photo.kind for photo in photos.of_house(session, house_id) if photo.kind)
    session.add_all(_photo(house_id, row, crew.after[kind], crew, at) for kind in kinds if kind in crew.after)
    session.flush()


def _photo(house_id: int, row: Progress, picture: Picture, crew: Crew, at: datetime) -> Photo:
    name = f"sample-{house_id}-{picture.kind}-done"
    return Photo(
        person_id=crew.rep, chat_id=crew.chat, purpose=PhotoPurpose.PROGRESS, house_id=house_id, progress_id=row.id,
        file_id=name, file_unique_id=name, state=PhotoState.STORED, received_at=at, key=picture.key,
        width=picture.width, height=picture.height, likeness=picture.likeness, kind=picture.kind,
    )


def _hand_over(session: Session, house_id: int, share: float, at: datetime, rep: int) -> None:
    """Settle with a real cost a little under what was reserved, to Rp50.000."""
    claim_id = _claim(session, house_id)
    reserved = sum(part.amount for part in claims.contributions(session, claim_id))
    real = round(reserved * share / _STEP) * _STEP
    handover.prepare(session, claim_id, real, at, by=rep)
    handover.hand_over(session, claim_id, real, at, by=rep)
