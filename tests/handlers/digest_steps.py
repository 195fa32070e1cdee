"""Random histories of a city. What they left is counted in digest_recount."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random

from sqlmodel import Session, col, select

from storage import claims, cofunding, deadlines, handover, houses, progress, regions, transfers, undoing
from storage.claims import Claim, ClaimState
from storage.errors import Refused
from storage.houses import TRANSITIONS, House, HouseState
from storage.partners import Quota
from storage.rules import DEFAULTS
from tests.builders import JUTA, NOW, PAMULANG, SERPONG, SETU, VERA, YEAR, make_house, make_quota, person

S = HouseState
AREAS, NAMES = (PAMULANG, SETU, SERPONG), ("Baznas", "DPKPP", "PT Contoh Sejahtera")

# What happens in a while, in some order.
WHILE = [what for what, often in {
    "register": 6, "forward": 9, "claim": 8, "work": 8, "finish": 3, "hand over": 1,
    "refuse": 3, "back": 1, "release": 2, "quota": 1, "share": 2, "late": 1,
    "expire": 2, "transfer": 2, "correct": 4, "undo": 1, "place": 1}.items() for _ in range(often)]


def begin(session: Session) -> None:
    """A quota of the year before that pays for a part of each house, one of this year, and houses that wait."""
    make_quota(session, "Baznas", 20, 400 * JUTA, year=YEAR - 1, house_ceiling=5 * JUTA)
    make_quota(session, "DPKPP", 20, 900 * JUTA)
    for area in (PAMULANG, SETU, SERPONG, PAMULANG, SETU, PAMULANG):
        make_house(session, area)


def go(session: Session, what: str, dice: Random) -> None:
    """One step in the life of the city; what the rules refuse leaves no trace."""
    number = dice.randrange(10)
    suited = [known for known, state in session.exec(select(House.id, House.state).order_by(col(House.id)))
              if state in SUITED.get(what, HouseState)]
    try:
        with session.begin_nested():
            if what == "register":
                make_house(session, AREAS[number % 3])
            elif what == "quota":
                make_quota(session, NAMES[number % 3], number, number * 61 * JUTA + 7, year=YEAR - (number in (6, 8)))
            elif what == "late":
                deadlines.mark_overdue(session, NOW + timedelta(days=60 * number), NOW, DEFAULTS, limit=3)
            elif suited:
                STEPS[what](session, houses.get(session, dice.choice(suited) or 0), number)
    except Refused:
        session.expire_all()


def forward(session: Session, house: House, number: int) -> None:
    """The next stage of a house."""
    by, at = person(session, VERA).id or 0, house.id or 0
    held = claims.holding(session, at)
    if house.state in (S.RETURNED, S.INELIGIBLE):
        houses.move(session, at, house.state, S.REGISTERED, NOW, by=by)
    elif house.state == S.REGISTERED:
        houses.move(session, at, S.REGISTERED, S.ELIGIBLE, NOW, by=by, estimate=(number + 1) * 7_350_000,
                    verifier_id=by, verified_at=NOW)
    elif house.state == S.ELIGIBLE:
        quotas = session.exec(select(Quota).order_by(Quota.id)).all()  # type: ignore[arg-type]
        if quotas:
            claims.claim_houses(session, [at], quotas[number % len(quotas)].id or 0, NOW, by=by)
    elif house.state == S.CLAIMED and held:
        progress.report(session, held.id or 0, 7 * number, NOW, by=by, financial=5 * number)
    elif house.state == S.IN_PROGRESS and held:
        progress.report_finished(session, held.id or 0, NOW, by=by)
        progress.confirm(session, held.id or 0, NOW, by=by)
    elif house.state == S.FINISHED and held:
        handover.hand_over(session, held.id or 0, (number + 1) * 5 * JUTA + number, NOW, by=by)


def back(session: Session, house: House, number: int) -> None:
    """A release, or a way out."""
    held = claims.holding(session, house.id or 0)
    if held is not None:
        claims.release(session, held.id or 0, "alasan", NOW, by=None)
        return
    ways = sorted(TRANSITIONS[house.state] - {S.ELIGIBLE, S.CLAIMED})
    if ways:
        houses.move(session, house.id or 0, house.state, ways[number % len(ways)], NOW, by=None)


def share(session: Session, house: House, number: int) -> None:
    """Somebody pays for some of it, as far as it lacks something."""
    held = claims.holding(session, house.id or 0)
    quotas = session.exec(select(Quota).order_by(Quota.id)).all()  # type: ignore[arg-type]
    if held is not None and held.uncovered:
        cofunding.join(session, held.id or 0, quotas[number % len(quotas)].id or 0,
                       held.uncovered // (1 + number % 2) or 1, NOW, by=None)


def transfer(session: Session, house: House, number: int) -> None:
    """Another partner asks for the house and gets it."""
    held = claims.holding(session, house.id or 0)
    quotas = session.exec(select(Quota).order_by(Quota.id)).all()  # type: ignore[arg-type]
    if held is not None and quotas:
        asked = transfers.ask(session, held.id or 0, quotas[number % len(quotas)].id or 0, "alasan", NOW, by=None)
        transfers.accept(session, asked.id or 0, NOW, by=None)


def expire(session: Session, house: House, _number: int) -> None:
    """The deadline is long missed."""
    held = claims.holding(session, house.id or 0)
    if held is not None:
        deadlines.mark_overdue(session, NOW + timedelta(days=999), NOW, DEFAULTS, limit=9)
        claims.expire(session, held.id or 0, NOW + timedelta(days=999))


def correct(session: Session, house: House, number: int) -> None:
    """What was reported is put right, also downwards."""
    held = claims.holding(session, house.id or 0)
    if held is not None:
        progress.correct(session, held.id or 0, 3 * number, number, "alasan", NOW, by=person(session, VERA).id or 0)


def undo(session: Session, house: House, _number: int) -> None:
    """The verifier takes the decision back."""
    by = person(session, VERA).id or 0
    undoing.take_back(session, house.id or 0, house.version, NOW, by=by, rules=DEFAULTS)


def place(session: Session, house: House, number: int) -> None:
    """It stands in another kecamatan, which is noticed while it is put right at times."""
    if number % 2 and house.state in (S.ELIGIBLE, S.INELIGIBLE):
        houses.move(session, house.id or 0, house.state, S.REGISTERED, NOW, by=None,
                    kecamatan_code=AREAS[number % 3],
                    kelurahan_code=regions.kelurahan_of(session, AREAS[number % 3])[number % 6].code)
        return
    house.kecamatan_code = AREAS[number % 3]
    house.kelurahan_code = regions.kelurahan_of(session, house.kecamatan_code)[number % 6].code
    session.add(house)
    session.flush()


STEPS = {"forward": forward, "back": back, "share": share, "transfer": transfer, "expire": expire, "correct": correct,
         "undo": undo, "place": place, "refuse": back, "release": back,
         "claim": forward, "work": forward, "finish": forward, "hand over": forward}
# Houses with which it may come to something; all the others.
SUITED = {"share": (S.CLAIMED, S.IN_PROGRESS), "transfer": (S.CLAIMED, S.IN_PROGRESS),
          "expire": (S.CLAIMED, S.IN_PROGRESS), "correct": (S.IN_PROGRESS,), "undo": (S.ELIGIBLE, S.INELIGIBLE),
          "refuse": (S.REGISTERED,), "release": (S.CLAIMED, S.IN_PROGRESS), "claim": (S.ELIGIBLE,),
          "work": (S.CLAIMED,), "finish": (S.IN_PROGRESS,), "hand over": (S.FINISHED,)}

_NAMED = {
    (None, "registered"): "registered", ("registered", "eligible"): "eligible",
    ("registered", "ineligible"): "ineligible", ("registered", "returned"): "returned",
    ("ineligible", "registered"): "undone", ("eligible", "claimed"): "taken", ("claimed", "in_progress"): "begun",
    ("in_progress", "finished"): "finished", ("finished", "handed_over"): "handed_over",
}
_COUNTED = ("eligible", "claimed", "in_progress", "finished", "handed_over")


class History:
    """Watches the houses and claims one after the other: (kecamatan, step) → how often, where it was taken."""

    def __init__(self) -> None:
        self.known: dict[int, str] = {}
        self.places: dict[int, str] = {}
        self.ended: set[int] = set()
        self.parted: set[int] = set()  # houses whose claim has ended since the last digest
        self.steps: Counter[tuple[str, str]] = Counter()

    def look(self, session: Session) -> None:
        """What one step has changed."""
        for number, state, place in session.exec(select(House.id, House.state, House.kecamatan_code)):
            before, now = self.known.get(number or 0), state.value
            left = self.places.get(number or 0, place)
            self.known[number or 0], self.places[number or 0] = now, place
            if left != place and number in self.parted:
                self.steps[left, "moved after its claim ended"] += 1
            if before == now:
                continue
            if (before, now) in _NAMED:
                self.steps[left, _NAMED[before, now]] += 1
            if before in _COUNTED and now not in _COUNTED:
                self.steps[left, "out"] += 1
        for claim in session.exec(select(Claim).where(col(Claim.state) != ClaimState.ACTIVE)):
            if claim.id not in self.ended:
                self.ended.add(claim.id or 0)
                self.parted.add(claim.house_id)
                self.steps[self.places[claim.house_id], f"claim {claim.state.value}"] += 1

    def taken(self, area: str | None) -> Counter[str]:
        """How often each step was taken, in the city or a kecamatan."""
        found: Counter[str] = Counter()
        for (place, name), often in self.steps.items():
            if area in (None, place):
                found[name] += often
        return found
