"""Where the sample houses stand, how many in which kecamatan, and when people are at work there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

CITY = "36.74"
ZONE = "Asia/Jakarta"


@dataclass(frozen=True, slots=True)
class Place:
    """One kecamatan of Tangsel (Kemendagri code).

    ``needing``: houses that need renovation; ``claimed``: those that DPKPP has taken. ``lat``, ``lon``: degrees,
    approximate centre, to a hundredth of a degree (about a kilometre).
    """

    code: str
    needing: int
    claimed: int
    lat: float
    lon: float


# 264 houses, 158 of them taken, 106 open: the numbers of the city's meeting in February 2017. How they spread is
# invented; Pamulang keeps more than 30 open, so that "30 in Pamulang" can be tried.
PLACES = (
    Place("36.74.01", 27, 17, -6.31, 106.67),
    Place("36.74.02", 22, 14, -6.25, 106.66),
    Place("36.74.03", 46, 29, -6.26, 106.71),
    Place("36.74.04", 41, 26, -6.31, 106.72),
    Place("36.74.05", 31, 20, -6.30, 106.75),
    Place("36.74.06", 66, 31, -6.34, 106.73),
    Place("36.74.07", 31, 21, -6.34, 106.67),
)

# Need is never spread evenly: a few kelurahan of each kecamatan carry most of it.
WEIGHTS = (9, 7, 5, 4, 3, 3, 2, 2, 2, 1, 1)
# Standard deviation of a pin around the centre, in degrees: about 700 m, so that pins stay in the kecamatan.
SCATTER = 0.006


def office_hour(rng: Random, moment: datetime) -> datetime:
    """A whole minute of the same UTC day between 08.00 and 16.59 WIB (UTC+7, no daylight saving)."""
    return moment.replace(hour=rng.randint(1, 9), minute=rng.randint(0, 59), second=0, microsecond=0)
