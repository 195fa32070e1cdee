"""The digest fits a message and a telephone, whatever the city's size."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from bot.sandbox.html import parse_html
from handlers.digest.places import named
from handlers.digest.render import LIMIT, render, size
from handlers.digest.sections import GIVES_WAY, SECTIONS
from handlers.digest.sheet import LINES, Sheet
from handlers.kit.texts import texts
from storage.digests import HELD
from storage.houses import HouseState
from storage.partners import FundSource
from storage.regions import Kecamatan, Kelurahan

BIG = 999_999_999
DAY = "Senin, 2 Maret 2026"


def places(count: int, name: str = "Kecamatan {0}") -> dict[str, Kecamatan]:
    return {f"36.{number:02d}": Kecamatan(code=f"36.{number:02d}", name=name.format(number), abbr=f"K{number:02d}")
            for number in range(count)}


def numbers(areas: dict[str, dict[str, int]], money: int = 75_000_000, apart: int = 7,
            steps: int = 0) -> dict[str, Any]:
    """Numbers as the store counts them, made to add up; every house of the city belongs to APBD."""
    counted = old_numbers(areas, money, apart)
    held = sum(counted["states"][state.value] for state in HELD)
    return counted | {
        "area": None, "kelurahan": {}, "cost": {code: money * found["open"] for code, found in areas.items()},
        "progress": {"apbd": [held, held * 45, held * 30], "baznas": [0, 0, 0], "csr": [0, 0, 0]},
        "steps": dict.fromkeys(STEPS, steps),
        "partners": [one | dict.fromkeys(HELD, steps) | {"overdue": 0} for one in counted["partners"]],
    }


STEPS = ("registered", "eligible", "ineligible", "returned", "undone", "out", "taken", "back", "claimed", "begun",
         "finished", "handed_over", "reopened", "released", "expired", "transferred")


def old_numbers(areas: dict[str, dict[str, int]], money: int = 75_000_000, apart: int = 7) -> dict[str, Any]:
    """The same as the version before froze them."""
    stages = {state.value: sum(row[state.value] for row in areas.values()) for state in HELD}
    left = sum(row["open"] for row in areas.values())
    states = {state.value: apart for state in HouseState} | stages | {"eligible": left}
    none = dict.fromkeys(stages, 0)
    return {
        "year": 2026, "states": states, "needing": left + sum(stages.values()), "open": left, "kecamatan": areas,
        "sources": {source.value: stages if source == FundSource.APBD else none for source in FundSource},
        "partners": [{"source": source.value, "units": BIG, "units_used": 1, "ceiling": money, "reserved": money - 1,
                      "spent": 1, "id": number, "name": f"Mitra {source.value}", "overdue": 0}
                     | dict.fromkeys(HELD, 0) for number, source in enumerate(FundSource)],
        "overdue": apart, "carried": {source.value: [apart, money] for source in FundSource},
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
    table = next(block for block in text.split("\n\n") if "kecamatan" in block.splitlines()[0]).splitlines()[2:-1]
    figures = [[int(re.sub(r"\D", "", cell)) for cell in line.split()[-4:]] for line in table]
    *lines, total = figures
    assert [sum(column) for column in zip(*lines, strict=True)] == total
    assert total == [counted["needing"], counted["needing"] - counted["open"], counted["open"],
                     sum(counted["states"][state] for state in ("finished", "handed_over"))]
    others = texts(locale).label("digest.others", n=50 - len(lines) + 1)
    assert table[-2].startswith(others[:6])
    assert len(lines) <= LINES


@pytest.mark.parametrize("locale", ["id", "en"])
def test_a_usual_city_fits_a_telephone(locale: str) -> None:
    """All sections of it: nothing is wider than a line, nothing is cut away."""
    known = places(7)
    counted = numbers({code: row(9) for code in known}, money=9_876_543_210, steps=31)
    counted["partners"] = [one | {"units": 158} for one in counted["partners"]]
    html = render(sheet(known, counted, locale, compares=True, previous=numbers({}), previous_day=DAY))
    blocks = re.findall(r"<pre>(.*?)</pre>", html, re.DOTALL)
    assert len(blocks) == 5
    for block in blocks:
        assert all(len(line.replace("&lt;", "<")) <= 34 for line in block.splitlines())
    assert texts(locale).label("digest.others", n=2)[:6] not in blocks[2]
    assert "; " not in html.splitlines()[-1]


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


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(0, 10**9), min_size=5, max_size=5), max_size=60), st.sampled_from(["id", "en"]),
       st.text("ab<&> é漢🙂", min_size=1, max_size=120), st.integers(0, 10**9))
def test_any_city_makes_a_message_that_telegram_takes(
    rows: list[list[int]], locale: str, name: str, steps: int
) -> None:
    known = places(len(rows), name.replace("{", "") + "{0}")
    fields = ["open", *(state.value for state in HELD)]
    counted = numbers({code: dict(zip(fields, figures, strict=True))
                       for code, figures in zip(known, rows, strict=True)}, money=steps * 10**5, steps=steps)
    counted["partners"] = [one | {"name": name, "id": at} for at in range(40) for one in counted["partners"]]
    html = render(sheet(known, counted, locale, compares=True, previous=numbers({}), previous_day=DAY))
    assert size(html) <= LIMIT
    parse_html(html)


def test_what_gives_way_is_named_and_what_stays_still_adds_up() -> None:
    """The longest table first, then the sections that can be missed, in their order."""
    known = places(40, "Kecamatan Dengan Nama Panjang Nomor {0}")
    counted = numbers({code: row(BIG) for code in known}, money=9_999_999_999_999, apart=BIG, steps=BIG)
    names = [section.__name__ for section in GIVES_WAY]
    seen: list[list[str]] = []
    for more in (0, 500, 3000):
        text = parse_html(render(replace(
            sheet(known, counted, compares=True, previous=numbers({}), previous_day=DAY), title=Markup("x" * more))))[0]
        last = text.split("\n\n")[-1]
        assert re.fullmatch(r"Yang disingkat agar muat dalam satu pesan: .+\. Kode rumahnya .+ tombol di bawah\.", last)
        label = texts("id").label
        assert last.startswith(f"Yang disingkat agar muat dalam satu pesan: {label('digest.section.by_kecamatan')}")
        seen.append([name for name in names if f" {label(f'digest.section.{name}')}" in last])
        assert seen[-1] == names[: len(seen[-1])]
    assert [len(one) for one in seen] == sorted({len(one) for one in seen})
    assert seen[-1] == names


def test_a_section_that_is_turned_off_is_not_there() -> None:
    known = places(3)
    shown = sheet(known, numbers({code: row(2) for code in known}, steps=3), compares=True,
                  previous=numbers({code: row(3) for code in known}), previous_day=DAY)
    for section in SECTIONS:
        part = section(shown)
        assert part, section.__name__
        assert part in render(shown)
        assert part not in render(replace(shown, off=frozenset({section.__name__})))
    assert render(replace(shown, off=frozenset(one.__name__ for one in SECTIONS))) == shown.title


def test_numbers_of_the_version_before_are_drawn_without_what_they_do_not_know() -> None:
    known = places(2)
    old, new = old_numbers({code: row(3) for code in known}), numbers({code: row(4) for code in known}, steps=5)
    for now, then in ((old, old), (new, old), (old, new)):
        text = parse_html(render(sheet(known, now, compares=True, previous=then, previous_day=DAY)))[0]
        assert ("rekap lalu" in text, "didata" in text, "dilepas" in text) == (False, False, False)
        assert ("Biaya" in text, "Fisik" in text) == (now is new, now is new)
    more = parse_html(render(sheet(known, new, compares=True, previous=old, previous_day=DAY)))[0]
    assert "butuh bedah +10 · sudah ada mitra +8 · belum ada mitra +2 · selesai dikerjakan +4 · serah terima +2" in more


def test_one_kecamatan_shows_its_kelurahan_and_no_quota_of_the_city() -> None:
    known: dict[str, Any] = places(1) | {
        code: Kelurahan(code=code, kecamatan_code="36.00", name=name) for code, name in
        (("36.00.1", "Pondok Cabe Ilir"), ("36.00.2", "Pondok Cabe Udik"))}
    counted = numbers({"36.00": row(3)}, steps=2) | {
        "area": "36.00", "kelurahan": {"36.00.1": row(1), "36.00.2": row(2)}}
    text = parse_html(render(sheet(known, counted, compares=True, previous=numbers({}), previous_day=DAY)))[0]
    assert "P. Cabe Ilir     5   4     1    2" in text
    assert "P. Cabe Udik    10   8     2    4" in text
    for words in ("Target", "Sisa kuota", "Dana 2026", "belum dibayar", "Per kecamatan"):
        assert words not in text
    assert "3 rumah belum ada mitra\nPerkiraan biaya seluruhnya: Rp225 jt" in text


def test_the_steps_lead_from_the_last_number_to_this_one() -> None:
    known = places(1)
    then = numbers({"36.00": row(9)})
    now = numbers({"36.00": row(4)}, steps=1)
    now["steps"] |= {"taken": 8, "back": 3, "eligible": 2}
    text = parse_html(render(sheet(known, now, compares=True, previous=then, previous_day=DAY)))[0]
    assert ("Belum ada mitra      Rumah\nrekap lalu               9\nmemenuhi syarat         +2\n"
            "kembali dari mitra      +2\ndiklaim                 −7\nkeluar dari hitungan    −1\n"
            "lokasi diperbaiki       −1\nkini                     4\n"
            "mulai dikerjakan 1 · selesai 1 · serah terima 1 · pindah mitra 1") in text
    assert "1 pekerjaan ternyata belum selesai\nbutuh bedah: 45 → 20" in text


def test_changes_say_that_it_is_the_first_or_that_there_are_none() -> None:
    known = places(1)
    same = numbers({"36.00": row(3)})
    assert "Belum ada rekap pembanding" in render(sheet(known, same, compares=True))
    still = render(sheet(known, same, compares=True, previous=same, previous_day=DAY))
    assert f"Tidak ada rumah butuh bedah yang pindah tahap sejak rekap {DAY}." in still
    assert "Koreksi" not in still
    old = old_numbers({"36.00": row(3)})
    assert f"Angka utamanya sama dengan rekap {DAY}." in render(
        sheet(known, same, compares=True, previous=old | {"states": same["states"]}, previous_day=DAY))
    assert "Perubahan" not in render(sheet(known, same))


def test_many_partners_are_thanked_in_few_lines() -> None:
    counted = numbers({})
    counted["partners"] = [one | {"name": f"Mitra {at}", "id": at, "finished": at} for at in range(1, 9)
                           for one in counted["partners"][:1]]
    text = parse_html(render(sheet(places(1), counted, compares=True, previous=numbers({}), previous_day=DAY)))[0]
    assert "Mitra 8: 8 rumah\nMitra 7: 7 rumah\nMitra 6: 6 rumah\nMitra 5: 5 rumah\n4 mitra lain: 10 rumah" in text


@pytest.mark.parametrize(("finished", "reopened", "thanked"),
                         [(2, 0, True), (3, 1, True), (3, 0, False), (1, 0, False)])
def test_nobody_is_thanked_where_finished_work_came_or_went_with_its_house(
    finished: int, reopened: int, thanked: bool
) -> None:
    """A kecamatan has two more houses whose work is done than before. By what was finished here, or not alone?"""
    then, now = (numbers({"36.00": row(figure)}) | {"area": "36.00", "kelurahan": {"36.00.1": row(figure)}}
                 for figure in (3, 4))
    now["steps"] |= {"finished": finished, "reopened": reopened}
    now["partners"] = [one | {"finished": 2 * (one["id"] == 0)} for one in now["partners"]]
    text = render(sheet(places(1), now, compares=True, previous=then, previous_day=DAY))
    assert ("Terima kasih" in text) == thanked


@pytest.mark.parametrize(("money", "unit", "row"), [
    (71_250_000, "juta", "APBD 71,3 71,2 <0,1 0"), (9_876_543_210, "juta", "Total 29.630 29.630 <1 0"),
    (150_000_000_000, "miliar", "Total 450 450 <0,1 0"),
])
def test_money_is_shown_in_one_unit_and_never_as_nothing(money: int, unit: str, row: str) -> None:
    text = parse_html(render(sheet(places(1), numbers({}, money=money))))[0]
    assert f"Dana 2026, dalam {unit} rupiah" in text
    assert row.split() in [line.split() for line in text.splitlines()]


def test_english_counts_one_house_as_one() -> None:
    known = places(1)
    html = render(sheet(known, numbers({"36.00": row(1)}), "en"))
    assert "<b>1</b> house without a partner" in html


def test_rounded_money_says_so_and_exact_money_does_not() -> None:
    known = places(1)
    exact = numbers({}, money=71_000_000)
    for one in exact["partners"]:
        one |= {"reserved": 70_000_000, "spent": 1_000_000}
    assert "dibulatkan" in render(sheet(known, numbers({}, money=71_250_001)))
    assert "dibulatkan" not in render(sheet(known, exact))


def test_where_steps_were_counted_anew_in_between_only_the_difference_is_told() -> None:
    """A database that went down to the version before, and up again, has forgotten how houses went."""
    here = places(1)
    one = {code: {"open": 3} | dict.fromkeys(HELD, 0) for code in here}
    more = {code: {"open": 5} | dict.fromkeys(HELD, 0) for code in here}
    said = str(render(sheet(here, numbers(more, steps=1), compares=True, previous=numbers(one, steps=9),
                            previous_day=DAY)))
    assert "−8" not in said
    assert "belum ada mitra <b>+2</b>" in said
