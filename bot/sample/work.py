"""What DPKPP has done since: it took its 158 houses, and works on some of them. Played through the store's rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from sqlmodel import Session

from bot.sample.places import PLACES, office_hour
from storage import claims, houses, progress
from storage.houses import HouseState

CLAIMED_DAYS_AGO = 82
IN_PROGRESS, FINISHED, HANDED_OVER = 40, 12, 6
# Of the houses in progress: finished as the partner says, waiting for the verifier's look.
REPORTED_FINISHED = 3
_NOTES = (None, None, "Pondasi dan sloof selesai.", "Rangka atap terpasang.", "Menunggu pengiriman material.",
          "Dinding selesai diplester.", "Pekerjaan tertunda hujan tiga hari.")
_FIRST = (10, 15, 20, 25, 30)
_STEP = 50_000

Act = Callable[[Session, datetime], object]
Step = tuple[datetime, int, Act]


def take(session: Session, quota_id: int, now: datetime, *, rep: int) -> list[int]:
    """Claim each kecamatan's neediest houses, all in one basket; ids of the claims."""
    wanted: list[int] = []
    for place in PLACES:
        waiting = houses.waiting(session, HouseState.ELIGIBLE, kecamatan=[place.code], limit=place.claimed)
        wanted += [house.id or 0 for house in waiting]
    at = (now - timedelta(days=CLAIMED_DAYS_AGO)).replace(hour=3, minute=0, second=0, microsecond=0)  # 10.00 WIB
    return [claim.id or 0 for claim in claims.claim_houses(session, wanted, quota_id, at, by=rep)]


def build(session: Session, rng: Random, claim_ids: list[int], now: datetime, *, rep: int, verifier: int) -> None:
    """Play the work's history in the order of time, as the audit trail would have it."""
    chosen = rng.sample(sorted(claim_ids), IN_PROGRESS + FINISHED + HANDED_OVER)
    steps: list[Step] = []
    for number, claim_id in enumerate(chosen):
        if number < HANDED_OVER + FINISHED + REPORTED_FINISHED:
            finished, handed_over = number < HANDED_OVER + FINISHED, number < HANDED_OVER
            steps += _done(rng, claim_id, now, rep, verifier, finished=finished, handed_over=handed_over)
        else:
            begin = now - timedelta(days=rng.randint(12, 55))
            percents = [rng.choice(_FIRST), rng.choice((40, 45, 50, 60, 70))][: rng.choice((1, 2, 2))]
            steps += _reports(rng, claim_id, percents, begin, now - timedelta(days=2), rep)
    # Steps of one claim lie at least a day apart, so moving them within their day keeps their order.
    steps = [(office_hour(rng, at), claim_id, act) for at, claim_id, act in steps]
    for at, _claim, act in sorted(steps, key=lambda step: step[:2]):
        act(session, at)


def _done(
    rng: Random, claim_id: int, now: datetime, rep: int, verifier: int, *, finished: bool, handed_over: bool
) -> list[Step]:
    """A house whose work is done, as far as the partner says; then confirmed; then handed over."""
    begin = now - timedelta(days=rng.randint(60, 70))
    percents = [rng.choice(_FIRST), rng.choice((70, 75, 80, 90))]
    steps = _reports(rng, claim_id, percents, begin, now - timedelta(days=22), rep)
    done = now - timedelta(days=rng.randint(14, 20) if finished else rng.randint(1, 3))
    steps.append((done, claim_id, lambda session, at: progress.report_finished(session, claim_id, at, by=rep)))
    if finished:
        looked = done + timedelta(days=rng.randint(1, 3))
        steps.append((looked, claim_id, lambda session, at: progress.confirm(session, claim_id, at, by=verifier)))
    if handed_over:
        signed, share = done + timedelta(days=rng.randint(5, 10)), rng.uniform(0.93, 1.0)
        steps.append((signed, claim_id, lambda session, at: _hand_over(session, claim_id, share, at, rep)))
    return steps


def _reports(
    rng: Random, claim_id: int, percents: list[int], begin: datetime, last: datetime, rep: int
) -> list[Step]:
    """The reports of a house from ``begin`` on; the money follows the work a little behind."""
    steps: list[Step] = []
    for number, percent in enumerate(percents):
        paid, note = max(0, percent - rng.choice((0, 5, 10))), rng.choice(_NOTES)
        steps.append((begin + (last - begin) * number / 2, claim_id, _report(claim_id, percent, paid, note, rep)))
    return steps


def _report(claim_id: int, percent: int, paid: int, note: str | None, rep: int) -> Act:
    return lambda session, at: progress.report(session, claim_id, percent, at, by=rep, financial=paid, note=note)


def _hand_over(session: Session, claim_id: int, share: float, at: datetime, rep: int) -> None:
    """Settle with a real cost a little under what was reserved, to Rp50.000."""
    reserved = sum(part.amount for part in claims.contributions(session, claim_id))
    claims.hand_over(session, claim_id, round(reserved * share / _STEP) * _STEP, at, by=rep)
