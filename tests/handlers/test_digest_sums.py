"""Over random histories each number in the digest is what a plain recount of the rows gives."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from markupsafe import Markup
from sqlmodel import Session

from bot.sandbox.html import parse_html
from handlers.digest.places import Places
from handlers.digest.render import render
from handlers.digest.sheet import Sheet
from handlers.kit.texts import texts
from storage import claims, cofunding, deadlines, digests, progress, regions, transfers
from storage.rules import DEFAULTS
from storage.store import Store
from tests.builders import BUDI, JUTA, NOW, PAMULANG, SETU, YEAR, eligible, make_quota, person
from tests.handlers.digest_checks import DAY, check
from tests.handlers.digest_recount import Plain, recount
from tests.handlers.digest_steps import WHILE, History, begin, go


def drawn(session: Session, numbers: dict[str, Any], previous: dict[str, Any], area: str | None = None) -> Markup:
    places: Places = {one.code: one for one in regions.all_kecamatan(session)}
    if area:
        places = {**places, **{one.code: one for one in regions.kelurahan_of(session, area)}}
    return render(Sheet(numbers, texts("id"), Markup("judul"), places, compares=True, previous=previous,
                        previous_day=DAY))


# Each step of a history that must have happened between two digests, and each stage in which some house must be in the
# end, or nothing is proved about it.
MUST_HAPPEN = {"registered", "eligible", "ineligible", "returned", "undone", "out", "taken", "begun", "finished",
               "handed_over", "claim released", "claim expired", "claim transferred", "uneven",
               "moved after its claim ended",
               *(f"some {state}" for state in ("registered", "returned", "ineligible", "eligible", "claimed",
                                               "in_progress", "finished", "handed_over", "duplicate"))}


def test_every_number_is_a_recount(new_database: Callable[[], Store]) -> None:
    """Of the city and of a kecamatan: the parts make the wholes, and the changes are what happened in between."""
    happened: set[str] = set()
    for dice in map(Random, range(6)):
        store = new_database()
        happened |= store.run(partial(_life, dice=dice))
        store.close()
    assert MUST_HAPPEN - happened == set()


def _life(session: Session, dice: Random) -> set[str]:
    """A history with two digests in it, each checked against the rows; the steps taken between them."""
    history, areas = History(), (None, PAMULANG)

    def lives() -> None:
        history.look(session)
        for what in dice.sample(WHILE, len(WHILE)):
            go(session, what, dice)
            history.look(session)

    def look() -> dict[str | None, tuple[Plain, dict[str, Any]]]:
        # As they are frozen: through JSON.
        return {area: (recount(session, history, area), json.loads(json.dumps(digests.count(session, YEAR, area))))
                for area in areas}

    person(session, BUDI)
    begin(session)
    lives()
    before = look()
    history.parted.clear()
    lives()
    after = look()
    for area in areas:
        (was, previous), (plain, numbers) = before[area], after[area]
        check(drawn(session, numbers, previous, area), plain, was, area is not None)
        assert_exact(numbers["steps"], previous["steps"], plain, was)
    now, was = after[None][0], before[None][0]
    # Work and money reported differently, or one could stand for the other.
    uneven = {"uneven"} if any(work != paid for _, work, paid in now.percents.values()) else set()
    return uneven | {name for name, often in now.steps.items() if often > was.steps[name]} | {
        f"some {state}" for state, houses in now.states.items() if houses}


def assert_exact(now: dict[str, int], then: dict[str, int], plain: Plain, was: Plain) -> None:
    """How each claim ended that did so here, also where its house turned out to stand elsewhere."""
    for ended in ("released", "expired", "transferred"):
        assert now[ended] - then[ended] == plain.steps[f"claim {ended}"] - was.steps[f"claim {ended}"]


@pytest.mark.parametrize("locale", ["id", "en"])
def test_an_empty_city_reads_well(database: Store, locale: str) -> None:
    def draw(session: Session) -> Markup:
        places = {one.code: one for one in regions.all_kecamatan(session)}
        return render(Sheet(digests.count(session, YEAR), texts(locale), Markup("judul"), places, compares=True))

    text = parse_html(database.run(draw))[0]
    assert "0" not in text
    assert len(text.splitlines()) == 5  # title, headline, and that it is the first one


def test_a_closed_quota_leaves_nothing_to_claim(database: Store) -> None:
    def make(session: Session) -> dict[str, Any]:
        quota = make_quota(session, "Baznas", 10, 500 * JUTA)
        make_quota(session, "Baznas", 3, 90 * JUTA)
        quota.closed_at = NOW
        session.add(quota)
        session.flush()
        return digests.count(session, YEAR)["partners"][0]

    row = database.run(make)
    assert (row["units"], row["units_used"], row["ceiling"], row["reserved"]) == (3, 0, 90 * JUTA, 0)


def test_houses_of_a_partner_without_a_quota_this_year_still_count(database: Store) -> None:
    def make(session: Session) -> dict[str, Any]:
        quota = make_quota(session, "Baznas", 10, 500 * JUTA)
        claims.claim_houses(session, [eligible(session).id or 0], quota.id or 0, NOW, by=None)
        return digests.count(session, YEAR + 1)

    numbers = database.run(make)
    assert numbers["sources"]["baznas"]["claimed"] == 1
    assert [(row["units"], row["claimed"]) for row in numbers["partners"]] == [(0, 1)]


def test_missed_deadlines_and_what_earlier_years_promised(database: Store) -> None:
    """Old numbers know nothing of either, and are drawn without."""
    def make(session: Session) -> dict[str, Any]:
        small = make_quota(session, "Baznas", 10, 500 * JUTA, year=YEAR - 1, house_ceiling=20 * JUTA)
        share = make_quota(session, "PT Contoh Sejahtera", 10, 500 * JUTA, year=YEAR - 1)
        for quota in (small, make_quota(session, "DPKPP", 10, 500 * JUTA, year=YEAR - 2)):
            number = claims.claim_houses(session, [eligible(session).id or 0], quota.id or 0, NOW, by=None)[0].id or 0
            if quota is small:
                cofunding.join(session, number, share.id or 0, 5 * JUTA + 1, NOW, by=None)
        claims.claim_houses(session, [eligible(session).id or 0], make_quota(session).id or 0, NOW, by=None)
        deadlines.mark_overdue(session, NOW + timedelta(days=40), NOW, DEFAULTS)
        return digests.count(session, YEAR)

    def text(session: Session, numbers: dict[str, Any]) -> str:
        return parse_html(drawn(session, numbers, numbers))[0]

    numbers = database.run(make)
    shown = database.run(lambda session: text(session, numbers))
    assert "⚠ 3 rumah lewat tenggat" in shown
    assert ("Janji dari kuota sebelum 2026, belum dibayar\n"
            "APBD 1 rumah (Rp50 jt) · Baznas 1 rumah (Rp20 jt) · CSR 0 rumah (Rp5 jt) · Total 2 rumah (Rp75 jt)\n"
            "Angka dibulatkan") in shown
    old = {name: value for name, value in numbers.items() if name not in ("overdue", "carried")}
    shown = database.run(lambda session: text(session, old))
    assert "tenggat" not in shown
    assert "belum dibayar" not in shown


def test_a_house_that_stands_elsewhere_after_all_brings_no_news_of_long_ago(database: Store) -> None:
    """Its claims go with it: the other kecamatan must not read that they changed hands there, or thank for its work."""
    def make(session: Session) -> tuple[str, str]:
        by = person(session, BUDI).id or 0
        first, second = make_quota(session, "Baznas"), make_quota(session, "DPKPP")
        house = eligible(session, PAMULANG)
        number = claims.claim_houses(session, [house.id or 0], first.id or 0, NOW, by=by)[0].id or 0
        asked = transfers.ask(session, number, second.id or 0, "alasan", NOW, by=by)
        number = transfers.accept(session, asked.id or 0, NOW, by=by).id or 0
        progress.report(session, number, 50, NOW, by=by)
        progress.report_finished(session, number, NOW, by=by)
        progress.confirm(session, number, NOW, by=by)
        eligible(session, SETU)
        before = digests.count(session, YEAR, SETU)
        session.refresh(house)
        house.kecamatan_code, house.kelurahan_code = SETU, regions.kelurahan_of(session, SETU)[0].code
        session.flush()
        now = digests.count(session, YEAR, SETU)
        return parse_html(drawn(session, now, before, SETU))[0], parse_html(drawn(session, before, before, SETU))[0]

    text, still = database.run(make)
    assert "2 butuh bedah = 1 sudah ada mitra + 1 belum" in text
    assert f"Tidak ada rumah butuh bedah yang pindah tahap sejak rekap {DAY}." in text
    for words in ("pindah mitra", "Kembali", "diklaim ", "lokasi diperbaiki", "Terima kasih"):
        assert words not in text + still
