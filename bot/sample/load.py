"""Fills an empty store with the sample city, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from bot.sample import cases, cast, homes, repaired, work
from bot.sample.canvas import Picture
from bot.sample.names import Heads
from bot.sample.pictures import draw_all
from bot.sample.places import CITY, ZONE
from storage import digests, meta, people, regions
from storage.partners import Partner
from storage.photos import PhotoKind
from storage.rules import DEFAULTS, Rules
from storage.store import Store

SEED = 264
_LOADED = "sample_city"
# The people came before the first house was registered.
_BEGAN_DAYS_AGO = 215


@dataclass(frozen=True, slots=True)
class SampleCity:
    """What the store holds after loading; counts are the digest's own.

    ``people``: cast key → person id. ``partners``: partner name → id. ``needing`` = ``claimed`` + ``open``.
    ``fresh``: whether this call loaded it (false: it was there already and may have been played with).
    """

    people: dict[str, int]
    partners: dict[str, int]
    year: int
    needing: int
    claimed: int
    open: int
    fresh: bool


def load(
    store: Store, now: datetime, *, files: Callable[[str, bytes], None] | None, telegram_ids: dict[str, int],
    rules: Rules = DEFAULTS,
) -> SampleCity:
    """Load the sample city into a migrated store, or find it there already.

    ``now``: aware; everything else follows from it and a fixed seed, so that two loads at one moment are alike.
    ``files`` gets ``(key, JPEG bytes)`` for each sketch, key = SHA-256 in hex; without it no photos are loaded,
    since none could be shown. ``telegram_ids``: an account for each of :data:`bot.sample.cast.CAST`. ``rules``: by
    which the waiting list is ordered.

    Raises:
        LookupError: the store serves another city.
        ValueError: the store has data of its own; samples are never mixed into it.
        KeyError: an account is missing.
    """
    now = now.astimezone(UTC)
    pictures: list[Picture] = []
    after: dict[PhotoKind, Picture] = {}
    if files is not None and not store.run(_is_loaded):
        # Files are written before the rows that name them, and outside the transaction.
        pictures, after = draw_all(), repaired.draw()
        for picture in [*pictures, *after.values()]:
            files(picture.key, picture.data)
    return store.run(lambda session: _load(session, now, pictures, after, telegram_ids, rules))


def _is_loaded(session: Session) -> bool:
    return meta.get(session, _LOADED) is not None


def _load(
    session: Session, now: datetime, pictures: list[Picture], after: dict[PhotoKind, Picture],
    telegram_ids: dict[str, int], rules: Rules,
) -> SampleCity:
    year = now.astimezone(ZoneInfo(ZONE)).year
    if _is_loaded(session):
        return _found(session, telegram_ids, year, fresh=False)
    regions.load_city(session, CITY)
    if session.exec(select(Partner.id).limit(1)).first() is not None:
        raise ValueError("the sample city goes into an empty store only")
    rng = Random(SEED)
    began = now - timedelta(days=_BEGAN_DAYS_AGO)
    crew = cast.let_in(session, telegram_ids, began)
    quotas = cast.bring_partners(session, crew, year, began)
    staff = homes.Staff(crew["sari"], crew["vera"], telegram_ids["sari"])
    heads = Heads(rng, now.date())
    homes.write(session, rng, cases.needing(rng, now), staff, pictures, heads, rules)
    builders = work.Crew(crew["dani"], crew["vera"], telegram_ids["dani"], after)
    held = work.play(session, rng, quotas["dpkpp"], now, builders, rules)
    cast.refer(session, held, quotas["baznas"], now, by=crew["dani"])
    homes.write(session, rng, cases.apart(rng, now), staff, pictures, heads, rules)
    meta.put(session, _LOADED, now.isoformat())
    return _found(session, telegram_ids, year, fresh=True)


def _found(session: Session, telegram_ids: dict[str, int], year: int, *, fresh: bool) -> SampleCity:
    known = {key: people.by_telegram(session, account) for key, account in telegram_ids.items()}
    numbers = digests.count(session, year)
    return SampleCity(
        people={key: person.id for key, person in known.items() if person is not None and person.id is not None},
        partners={name: number or 0 for number, name in session.exec(select(Partner.id, Partner.name).order_by(
            col(Partner.id)))},
        year=year, needing=numbers["needing"], claimed=numbers["needing"] - numbers["open"], open=numbers["open"],
        fresh=fresh,
    )
