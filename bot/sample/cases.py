"""Which houses the sample city has: how many in which place and state, and what is to be seen on some of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from random import Random

from bot.sample.places import PLACES, Place, office_hour
from storage.houses import HouseState


class Pair(Enum):
    """Why two houses look like one: the same NIK, or a like name next door. For the verifier to judge."""

    NIK = "nik"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Case:
    """One house to invent: where, in which state, and when.

    ``note``, ``wrong``: the verifier's words, and the fields that are to be asked again. ``fit``: it is not unfit.
    ``aided``: the family had an aid last year.
    """

    place: Place
    state: HouseState
    registered_at: datetime
    verified_at: datetime | None
    note: str | None = None
    wrong: tuple[str, ...] = ()
    fit: bool = False
    aided: bool = False
    pair: Pair | None = None


# What stands apart from the headline: those that wait, and those that do not fit.
_WAITING = (Pair.NIK, Pair.NIK, Pair.PLACE, Pair.PLACE, None, None, None, None, None)
_RETURNED = (
    ("Foto atap belum terlihat jelas, mohon difoto ulang dari depan rumah.", ("photos", "roof")),
    ("Titik lokasi tidak sesuai dengan alamat, mohon dikirim ulang.", ("pin",)),
)
_AIDED = "Sudah menerima bantuan perumahan tahun lalu (kurang dari 10 tahun)."
_FIT = "Kondisi atap, lantai, dan dinding masih layak huni."
_INELIGIBLE = (_AIDED, _FIT, "Status tanah masih dalam sengketa menurut keterangan kelurahan.")


def needing(rng: Random, now: datetime) -> list[Case]:
    """The 264 approved houses, registered three to seven months ago and verified before the claims."""
    cases = []
    for place in PLACES:
        for _ in range(place.needing):
            registered = office_hour(rng, now - timedelta(days=rng.randint(100, 210)))
            verified = office_hour(rng, registered + timedelta(days=rng.randint(2, 14)))
            cases.append(Case(place, HouseState.ELIGIBLE, registered, verified))
    return cases


def apart(rng: Random, now: datetime) -> list[Case]:
    """The houses of the last two weeks: waiting for the verifier, returned, refused."""
    cases = []
    shared = {pair: rng.choice(PLACES) for pair in Pair}
    for pair in _WAITING:
        registered = office_hour(rng, now - timedelta(days=rng.randint(1, 6)))
        place = shared[pair] if pair else rng.choice(PLACES)
        cases.append(Case(place, HouseState.REGISTERED, registered, None, pair=pair))
    decided = [(HouseState.RETURNED, *one) for one in _RETURNED]
    decided += [(HouseState.INELIGIBLE, note, ()) for note in _INELIGIBLE]
    for state, note, wrong in decided:
        registered = office_hour(rng, now - timedelta(days=rng.randint(9, 14)))
        verified = registered + timedelta(days=rng.randint(1, 6), hours=1)
        cases.append(Case(rng.choice(PLACES), state, registered, verified, note, wrong, note == _FIT, note == _AIDED))
    return cases
