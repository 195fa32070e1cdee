"""The digest fits a message and a telephone, whatever the city's size."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from bot.sandbox.html import parse_html
from handlers.digest.places import named
from handlers.digest.render import LIMIT, render, size
from handlers.digest.sections import SECTIONS
from handlers.digest.sheet import LINES, Sheet
from handlers.kit.texts import texts
from storage.digests import HELD
from storage.houses import HouseState
from storage.partners import FundSource
from storage.regions import Kecamatan

BIG = 999_999_999


def places(count: int, name: str = "Kecamatan {0}") -> dict[str, Kecamatan]:
    return {f"36.{number:02d}": Kecamatan(code=f"36.{number:02d}", name=name.format(number), abbr=f"K{number:02d}")
            for number in range(count)}


def numbers(areas: dict[str, dict[str, int]], money: int = 75_000_000, apart: int = 7) -> dict[str, Any]:
    """Numbers as the store counts them, made to add up; every house of the city belongs to APBD."""
    stages = {state.value: sum(row[state.value] for row in areas.values()) for state in HELD}
    left = sum(row["open"] for row in areas.values())
    states = {state.value: apart for state in HouseState} | stages | {"eligible": left}
    none = dict.fromkeys(stages, 0)
    return {
        "year": 2026, "states": states, "needing": left + sum(stages.values()), "open": left, "kecamatan": areas,
        "sources": {source.value: stages if source == FundSource.APBD else none for source in FundSource},
        "partners": [{"source": source.value, "units": BIG, "units_used": 1, "ceiling": money, "reserved": money - 1,
                      "spent": 1, "id": 1, "name": "x"} for source in FundSource],
    }


def row(figure: int) -> dict[str, int]:
    return {"open": figure} | {state.value: figure for state in HELD}


def sheet(known: dict[str, Kecamatan], counted: dict[str, Any], locale: str = "id", **more: Any) -> Sheet:
    return Sheet(counted, texts(locale), Markup("<b>judul</b>"), known, **more)


@pytest.mark.parametrize("locale", ["id", "en"])
def test_fifty_kecamatan_with_nine_digits_fit_and_still_add_up(locale: str) -> None:
    known = places(50, "Kecamatan Yang Namanya Panjang Sekali {0}")
    counted = numbers({code: row(BIG - at) for at, code in enumerate(known)}, money=9_999_999_999_999, apart=BIG)
    before = numbers({code: row(1) for code in known})
    html = render(sheet(known, counted, locale, compares=True, previous=before, previous_day="Senin, 2 Maret 2026"))
    assert size(html) <= LIMIT
    text, _ = parse_html(html)
    assert "K00 Keca…" in text
    table = text.split("\n\n")[4].splitlines()[2:-1]
    figures = [[int(re.sub(r"\D", "", cell)) for cell in line.split()[-4:]] for line in table]
    *lines, total = figures
    assert [sum(column) for column in zip(*lines, strict=True)] == total
    assert total == [counted["needing"], counted["needing"] - counted["open"], counted["open"],
                     sum(counted["states"][state] for state in ("finished", "handed_over"))]
    others = texts(locale).label("digest.others", n=50 - len(lines) + 1)
    assert table[-2].startswith(others[:6])
    assert len(lines) <= LINES


def test_a_usual_city_fits_a_telephone() -> None:
    known = places(7)
    html = render(sheet(known, numbers({code: row(9) for code in known})))
    for block in re.findall(r"<pre>(.*?)</pre>", html, re.DOTALL):
        assert all(len(line) <= 34 for line in block.splitlines())
    assert "Lainnya" not in html


def test_one_kecamatan_too_many_makes_a_line_that_stands_for_two() -> None:
    known = places(LINES + 1, "Kec {0}")
    html = render(sheet(known, numbers({code: row(at + 1) for at, code in enumerate(known)})))
    assert "Lainnya (2)" in html
    assert "Kec 0 " not in html
    assert "Kec 20 " in html


def test_names_that_begin_alike_get_their_short_codes() -> None:
    known = places(2, "Mekarsari Raya {0}") | {"x": Kecamatan(code="x", name="Setu", abbr="STU")}
    assert list(named(known, known).values()) == ["K00 Mekarsari Raya 0", "K01 Mekarsari Raya 1", "Setu"]
    assert named(known, {"99": 1}) == {"99": "99"}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 10**9), min_size=5, max_size=5), max_size=60), st.sampled_from(["id", "en"]),
       st.text("ab<&> é漢🙂", min_size=1, max_size=20))
def test_any_city_makes_a_message_that_telegram_takes(rows: list[list[int]], locale: str, name: str) -> None:
    known = places(len(rows), name.replace("{", "") + "{0}")
    fields = ["open", *(state.value for state in HELD)]
    counted = numbers({code: dict(zip(fields, figures, strict=True))
                       for code, figures in zip(known, rows, strict=True)})
    html = render(sheet(known, counted, locale, compares=True))
    assert size(html) <= LIMIT
    parse_html(html)


def test_changes_say_more_less_and_nothing() -> None:
    known = places(1)
    areas = {"36.00": row(3)}
    same = numbers(areas)
    more = numbers({"36.00": row(3) | {"open": 1, "handed_over": 1005}}, apart=6)
    day = {"compares": True, "previous_day": "Senin, 2 Maret 2026"}
    assert "Ini rekap pertama" in render(sheet(known, same, compares=True))
    assert "Belum ada perubahan sejak rekap Senin, 2 Maret 2026." in render(sheet(known, same, previous=same, **day))
    assert "Perubahan" not in render(sheet(known, same))
    changed = parse_html(render(sheet(known, more, previous=same, **day)))[0]
    assert ("butuh bedah +1.000 · sudah ada mitra +1.002 · belum ada mitra −2 · selesai dikerjakan +1.002 · "
            "serah terima +1.002 · menunggu verifikasi −1") in changed


def test_english_counts_one_house_as_one() -> None:
    known = places(1)
    html = render(sheet(known, numbers({"36.00": row(1)}), "en"))
    assert "<b>1</b> house without a partner" in html


def test_rounded_money_says_so_and_exact_money_does_not() -> None:
    known = places(1)
    assert "dibulatkan" in render(sheet(known, numbers({}, money=71_250_001)))
    assert "dibulatkan" not in render(sheet(known, numbers({}, money=71_000_000)))


def test_each_section_stands_alone() -> None:
    known = places(3)
    shown = sheet(known, numbers({code: row(2) for code in known}), compares=True)
    for section in SECTIONS:
        part = section(shown)
        assert part
        parse_html(part)
