"""Over random histories each number in the digest is what a plain recount of the rows gives."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import Markup
from sqlmodel import Session, select

from bot.sandbox.html import parse_html
from handlers.digest.render import LIMIT, render, size
from handlers.digest.sheet import Sheet
from handlers.kit.format import money_short
from handlers.kit.texts import texts
from storage import claims, digests, houses, progress, regions
from storage.claims import Claim
from storage.errors import Refused
from storage.houses import TRANSITIONS, House, HouseState
from storage.partners import FundSource, Partner, Quota
from storage.people import Person
from storage.store import Store
from tests.builders import (
    BUDI,
    JUTA,
    NOW,
    PAMULANG,
    SERPONG,
    SETU,
    VERA,
    YEAR,
    eligible,
    make_house,
    make_quota,
    person,
)

S = HouseState
HELD = ["claimed", "in_progress", "finished", "handed_over"]
APART = {"menunggu verifikasi": "registered", "dikembalikan ke petugas survei": "returned",
         "tidak memenuhi syarat": "ineligible", "ditarik": "withdrawn", "ganda": "duplicate"}
STAGES = ["Diklaim", "Dikerjakan", "Selesai", "Serah terima"]

STEP = st.tuples(
    st.sampled_from(["register", "register", "forward", "forward", "forward", "back", "quota"]),
    st.integers(0, 30), st.integers(0, 9),
)


def go(session: Session, what: str, pick: int, number: int) -> None:
    """One step in the life of the city; what the rules refuse leaves no trace."""
    known = session.exec(select(House).order_by(House.id)).all()  # type: ignore[arg-type]
    house = known[pick % len(known)] if known else None
    try:
        with session.begin_nested():
            if what == "register":
                make_house(session, (PAMULANG, SETU, SERPONG)[number % 3])
            elif what == "quota":
                make_quota(session, ("Baznas", "DPKPP", "PT Contoh Sejahtera")[pick % 3], number,
                           number * 61 * JUTA + pick, year=YEAR - (number == 8))
            elif house is not None:
                (forward if what == "forward" else back)(session, house, number)
    except Refused:
        session.expire_all()


def forward(session: Session, house: House, number: int) -> None:
    """The next stage of a house."""
    by, at = person(session, VERA).id or 0, house.id or 0
    held = claims.holding(session, at)
    if house.state in (S.RETURNED, S.INELIGIBLE):
        houses.move(session, at, house.state, S.REGISTERED, NOW, by=by)
    elif house.state == S.REGISTERED:
        houses.move(session, at, S.REGISTERED, S.ELIGIBLE, NOW, by=by, estimate=(number + 1) * 7_350_000)
    elif house.state == S.ELIGIBLE:
        quotas = session.exec(select(Quota).order_by(Quota.id)).all()  # type: ignore[arg-type]
        if quotas:
            claims.claim_houses(session, [at], quotas[number % len(quotas)].id or 0, NOW, by=by)
    elif house.state == S.CLAIMED and held:
        progress.report(session, held.id or 0, number, NOW, by=by)
    elif house.state == S.IN_PROGRESS and held:
        progress.report_finished(session, held.id or 0, NOW, by=by)
        progress.confirm(session, held.id or 0, NOW, by=by)
    elif house.state == S.FINISHED and held:
        claims.hand_over(session, held.id or 0, (number + 1) * 5 * JUTA + number, NOW, by=by)


def back(session: Session, house: House, number: int) -> None:
    """A release, or a way out."""
    held = claims.holding(session, house.id or 0)
    if held is not None:
        claims.release(session, held.id or 0, "alasan", NOW, by=None)
        return
    ways = sorted(TRANSITIONS[house.state] - {S.ELIGIBLE, S.CLAIMED})
    if ways:
        houses.move(session, house.id or 0, house.state, ways[number % len(ways)], NOW, by=None)


@dataclass
class Plain:
    """The rows counted one by one."""

    states: dict[str, int] = field(default_factory=dict)
    sources: dict[tuple[str, str], int] = field(default_factory=dict)
    areas: dict[str, list[int]] = field(default_factory=dict)
    money: dict[str, list[int]] = field(default_factory=dict)
    private: set[str] = field(default_factory=set)

    def state(self, *names: str) -> int:
        return sum(self.states.get(name, 0) for name in names)

    @property
    def milestones(self) -> dict[str, int]:
        return {"butuh bedah": self.state("eligible", *HELD), "sudah ada mitra": self.state(*HELD),
                "belum ada mitra": self.state("eligible"), "selesai dikerjakan": self.state("finished", "handed_over"),
                "serah terima": self.state("handed_over"), "menunggu verifikasi": self.state("registered")}


def recount(session: Session) -> Plain:
    plain = Plain()
    names = {one.code: one.name for one in regions.all_kecamatan(session)}
    backers = {one.id: one.source.value for one in session.exec(select(Partner))}
    holding = {one.house_id: one for one in session.exec(select(Claim)) if one.state in claims.HOLDING}
    for house in session.exec(select(House)):
        state = house.state.value
        plain.states[state] = plain.states.get(state, 0) + 1
        plain.private.add(house.code)
        if state not in ("eligible", *HELD):
            continue
        row = plain.areas.setdefault(names[house.kecamatan_code], [0, 0, 0, 0])
        row[0] += 1
        row[1] += state in HELD
        row[2] += state == "eligible"
        row[3] += state in ("finished", "handed_over")
        if state in HELD:
            key = (backers[holding[house.id or 0].partner_id], state)
            plain.sources[key] = plain.sources.get(key, 0) + 1
    for quota in session.exec(select(Quota)):
        if quota.year == YEAR:
            row = plain.money.setdefault(backers[quota.partner_id], [0, 0, 0])
            row[0] += quota.ceiling
            row[1] += quota.reserved + quota.spent
            row[2] += quota.units - quota.units_reserved - quota.units_spent
    plain.private |= {one.name for one in session.exec(select(Person))} | {"Contoh", "3674", "Gg."}
    return plain


def tables(html: str) -> list[dict[str, list[int]]]:
    """Name → figures, for each table."""
    found = []
    for block in re.findall(r"<pre>(.*?)</pre>", html, re.DOTALL):
        width = len(re.findall(r"\d+", block.splitlines()[-1]))
        rows = [line.split() for line in block.splitlines()[1:]]
        found.append({" ".join(row[:-width]): [int(one) for one in row[-width:]] for row in rows})
    return found


def amounts(text: str) -> dict[str, tuple[str, str, int]]:
    line = r"^(\S+): pagu (.+?), terpakai dan dicadangkan (.+?), sisa kuota (\d+) rumah$"
    return {name: (ceiling, used, int(left)) for name, ceiling, used, left in re.findall(line, text, re.MULTILINE)}


def labelled(line: str) -> dict[str, int]:
    """``a 1 · b 2`` as a dict."""
    parts = [part.rsplit(" ", 1) for part in line.split(" · ")]
    return {name: int(figure.replace("−", "-")) for name, figure in parts}


def after(text: str, title: str) -> dict[str, int]:
    lines = text.splitlines()
    at = next((number for number, line in enumerate(lines) if line.startswith(title)), None)
    return {} if at is None else labelled(lines[at + 1])


def check(html: Markup, plain: Plain, before: Plain) -> None:
    text, _ = parse_html(html)  # raises for tags that do not match
    assert size(html) <= LIMIT
    assert not any(re.search(rf"\b{re.escape(one)}\b", text) for one in plain.private), "something personal"
    needing, held, left = plain.state("eligible", *HELD), plain.state(*HELD), plain.state("eligible")
    assert needing == held + left
    assert after(text, "Di luar") == {name: plain.state(state) for name, state in APART.items() if plain.state(state)}
    changed = {name: value - before.milestones[name] for name, value in plain.milestones.items()}
    assert after(text, "Perubahan sejak") == {name: value for name, value in changed.items() if value}
    assert ("Belum ada perubahan sejak" in text) == (not any(changed.values()))
    check_money(text, plain)
    if not needing:
        assert "<pre>" not in html
        return
    assert f"{left} rumah belum ada mitra\n{needing} butuh bedah = {held} sudah ada mitra + {left} belum" in text
    by_source = {one.value: sum(plain.sources.get((one.value, state), 0) for state in HELD) for one in FundSource}
    assert f"APBD {by_source['apbd']} · Baznas {by_source['baznas']} · CSR {by_source['csr']}" in text
    *first, places = tables(html)
    total = places.pop("Total")
    assert places == plain.areas
    assert total == [sum(column) for column in zip(*places.values(), strict=True)] == \
        [needing, held, left, plain.state("finished", "handed_over")]
    assert all(row[0] == row[1] + row[2] for row in [*places.values(), total])
    assert bool(first) == bool(held)
    for stages in first:
        total = stages.pop("Total")
        assert list(stages) == STAGES
        for name, state in zip(STAGES, HELD, strict=True):
            row = [plain.sources.get((one.value, state), 0) for one in FundSource]
            assert stages[name] == [*row, sum(row)]
        assert total == [sum(column) for column in zip(*stages.values(), strict=True)] == [*by_source.values(), held]


def check_money(text: str, plain: Plain) -> None:
    names = {"APBD": "apbd", "Baznas": "baznas", "CSR": "csr"}
    known = {name: plain.money[key] for name, key in names.items() if any(plain.money.get(key, [0])[::2])}
    # A quota of nothing is no quota; of one source the line is the total.
    shown = amounts(text)
    sums = [sum(column) for column in zip(*known.values(), strict=True)]
    if len(known) > 1:
        known["Total"] = sums
    assert shown.keys() == known.keys()
    for name, (ceiling, used, left) in known.items():
        assert shown[name] == (money_short(ceiling, "id"), money_short(used, "id"), left)


def drawn(session: Session, numbers: dict[str, Any], previous: dict[str, Any]) -> Markup:
    places = {one.code: one for one in regions.all_kecamatan(session)}
    return render(Sheet(numbers, texts("id"), Markup("judul"), places, compares=True, previous=previous,
                        previous_day="Senin, 2 Maret 2026"))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, min_size=0, max_size=60), st.lists(STEP, min_size=0, max_size=25))
def test_every_number_is_a_recount(
    new_database: Callable[[], Store], first: list[tuple[str, int, int]], then: list[tuple[str, int, int]]
) -> None:
    store = new_database()

    def live(session: Session) -> None:
        person(session, BUDI)
        for one in first:
            go(session, *one)
        before, previous = recount(session), digests.count(session, YEAR)
        for one in then:
            go(session, *one)
        check(drawn(session, digests.count(session, YEAR), previous), recount(session), before)

    store.run(live)
    store.close()


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
