"""What is said of a visit: when and where, the figures of its kecamatan, and which houses still need a partner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from markupsafe import Markup
from sqlmodel import Session

from handlers.digest.sheet import Numbers, held
from handlers.groups.words import day_in_words, moment_in_words
from handlers.kit import format as fmt
from handlers.kit.aligned import beside
from handlers.kit.runtime import Runtime
from handlers.kit.texts import Texts, join
from storage import digests, houses, meta, regions
from storage.digests import HELD
from storage.houses import House, HouseState
from storage.standing import Figure
from storage.visits import Visit

NAMED = 20
"""Houses whose codes stand in a message."""
LISTED = 30
"""Houses in the table on the page to print: so many lines fit on it."""
HOUR = 8
"""The hour of the city at which the day before is reminded of."""


@dataclass(frozen=True)
class Facts:
    """``numbers``: of the kecamatan (``storage.digests.count``), as of ``moment``. ``waiting``: its neediest houses
    without a partner, at most ``LISTED``; ``open`` how many there are, ``cost`` what they would cost in rupiah."""

    visit: Visit
    name: str
    city: str
    numbers: Numbers
    waiting: list[House]
    villages: dict[str, str]
    open: int
    cost: int
    moment: datetime


def facts(session: Session, runtime: Runtime, visit: Visit, now: datetime) -> Facts:
    """The figures at this moment; the same number of queries whatever the number of houses."""
    area = visit.kecamatan_code
    numbers = digests.count(session, now.astimezone(runtime.zone).year, area)
    found = houses.waiting(session, HouseState.ELIGIBLE, kecamatan=[area], limit=LISTED + 1)
    places = regions.places_of(session, {house.kelurahan_code for house in found})
    whole = len(found) <= LISTED
    return Facts(
        visit, kecamatan_name(session, area), meta.get(session, "city_name") or "", numbers, found[:LISTED],
        {code: name for code, (name, _around) in places.items()},
        # Where all of them are listed, the sums are of that list, so that they add up on the page.
        len(found) if whole else numbers["open"],
        sum(house.estimate or 0 for house in found) if whole else numbers["cost"].get(area, 0), now,
    )


def kecamatan_name(session: Session, code: str) -> str:
    """The name of a kecamatan."""
    return next((one.name for one in regions.all_kecamatan(session) if one.code == code), code)


def reminder_at(visit: Visit, runtime: Runtime) -> datetime:
    """When the reminder of a visit is due: in the morning of the day before."""
    return datetime.combine(visit.day - timedelta(days=1), time(HOUR), runtime.zone).astimezone(UTC)


def when_and_where(words: Texts, visit: Visit) -> Markup:
    """``🗓 Sabtu, 7 Maret 2026`` and the place below."""
    return words.t("roadshow.when", date=day_in_words(visit.day, words.locale), place=visit.place)


def figures(words: Texts, runtime: Runtime, found: Facts) -> Markup:
    """How many need work, with a partner by stage, without one and what those would cost; and as of when."""
    numbers = found.numbers
    if not numbers["needing"]:
        lines = [words.t("roadshow.figures.none")]
    else:
        def number(value: int) -> str:
            return fmt.number(value, words.locale)

        lines = [words.t("roadshow.figures", needing=number(numbers["needing"]), taken=number(held(numbers)),
                         open=number(numbers["open"]))]
        if held(numbers):
            stages = [f"{words.label(f'digest.figure.{Figure[one.name].value}')} {number(numbers['states'][one.value])}"
                      for one in HELD]
            lines.append(words.t("roadshow.stages", stages=" · ".join(stages)))
        if numbers["open"]:
            cost = numbers["cost"].get(found.visit.kecamatan_code, 0)
            lines.append(words.t("roadshow.cost", cost=fmt.money(cost, words.locale)))
    return join([*lines, words.t("roadshow.as_of", moment=moment_in_words(found.moment, runtime, words.locale))])


def codes(words: Texts, found: Facts) -> Markup | None:
    """The codes of houses without a partner, neediest first; None where there is none."""
    if not found.waiting:
        return None
    listed = beside([house.code for house in found.waiting[:NAMED]])
    rest = found.open - min(len(found.waiting), NAMED)
    more = words.t("roadshow.codes.more", n=rest, count=fmt.number(rest, words.locale)) if rest > 0 else ""
    return words.t("roadshow.codes", codes=listed, more=more)
