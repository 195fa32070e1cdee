"""Days that are still to come, as people write them; months and days that have been."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.kit import format as fmt
from handlers.kit import parse
from handlers.kit.refusal import Refusal

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(("typed", "read"), [
    ("15 April", date(2026, 4, 15)), ("15 apr.", date(2026, 4, 15)), ("15 April 2026", date(2026, 4, 15)),
    ("15/4/2026", date(2026, 4, 15)), ("15-04-26", date(2026, 4, 15)), ("15.4", date(2026, 4, 15)),
    ("2026-04-15", date(2026, 4, 15)), ("April 15", date(2026, 4, 15)), ("April 15th, 2026", date(2026, 4, 15)),
    ("tgl 15 April", date(2026, 4, 15)), ("Rabu, 15 April 2026", date(2026, 4, 15)), ("١٥/٤/٢٠٢٦", date(2026, 4, 15)),
    ("15Agu", None), ("2 agu", date(2026, 8, 2)), ("2 Agt", date(2026, 8, 2)), ("17 Agustus", date(2026, 8, 17)),
    ("1 Mei", date(2026, 5, 1)), ("31 Des", date(2026, 12, 31)), ("30 sept", date(2026, 9, 30)),
    ("1 Maret", date(2027, 3, 1)), ("2 Maret", TODAY), ("29 Februari 2028", date(2028, 2, 29)),
    ("besok", date(2026, 3, 3)), ("lusa", date(2026, 3, 4)), ("tomorrow", date(2026, 3, 3)), ("hari ini", TODAY),
    ("2 minggu", date(2026, 3, 16)), ("dua minggu lagi", date(2026, 3, 16)), ("seminggu", date(2026, 3, 9)),
    ("10 hari", date(2026, 3, 12)), ("dalam 10 hari", date(2026, 3, 12)), ("1 bulan", date(2026, 4, 2)),
    ("Sabtu", date(2026, 3, 7)), ("sabtu ini", date(2026, 3, 7)), ("Sabtu depan", date(2026, 3, 14)),
    ("hari Minggu", date(2026, 3, 8)), ("Jum'at", date(2026, 3, 6)), ("senin", date(2026, 3, 9)),
    ("this Saturday", date(2026, 3, 7)), ("next Monday", date(2026, 3, 9)),
    ("sebulan", date(2026, 4, 2)), ("in 2 weeks", date(2026, 3, 16)), ("a month", date(2026, 4, 2)),
])
def test_days(typed: str, read: date | None) -> None:
    if read is None:
        with pytest.raises(Refusal):
            parse.day(typed, TODAY)
    else:
        assert parse.day(typed, TODAY) == read


def test_the_end_of_a_shorter_month() -> None:
    assert parse.day("1 bulan", date(2026, 1, 31)) == date(2026, 2, 28)
    assert parse.day("12 bulan", date(2028, 2, 29)) == date(2029, 2, 28)


@pytest.mark.parametrize("typed", ["31 April", "29/2/2026", "32/1", "0/4", "29 Februari", "15/13/2026", "4/15/2026",
                                   "2026-13-01"])
def test_no_such_day(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse.day(typed, TODAY)
    assert refused.value.key == "refuse.date.none"


@pytest.mark.parametrize("typed", ["", "15", "segera", "April", "15 4 2026 8", "15 Foo", "minggu", "minggu depan",
                                   "0 hari", "-3 hari", "15/4/202", "2026", "15 April 2026 jam 8", "x" * 4000, "/" * 50,
                                   "99999 minggu"])
def test_no_day_at_all(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse.day(typed, TODAY)
    assert refused.value.key in ("refuse.date.form", "refuse.date.none")


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=40) | st.from_regex(r"[0-9]{1,4}[ ./-][0-9a-z]{1,9}([ ./-][0-9]{1,4})?", fullmatch=True))
def test_anything_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(Refusal):
        assert isinstance(parse.day(text, TODAY), date)
    with contextlib.suppress(Refusal):
        first, last = parse.past(text, TODAY)
        assert (first or last) <= TODAY


@settings(deadline=None, max_examples=100)
@given(st.dates(TODAY, TODAY + timedelta(days=900)), st.sampled_from(["id", "en"]))
def test_what_we_write_is_read(day: date, locale: str) -> None:
    assert parse.day(fmt.date(day, locale), TODAY) == day
    assert parse.day(day.isoformat(), TODAY) == day
    assert parse.day(day.strftime("%d/%m/%Y"), TODAY) == day


@pytest.mark.parametrize(("typed", "first", "last"), [
    ("oktober", date(2025, 10, 1), date(2025, 10, 31)), ("Februari", date(2026, 2, 1), date(2026, 2, 28)),
    ("maret", date(2026, 3, 1), date(2026, 3, 31)), ("2025-10", date(2025, 10, 1), date(2025, 10, 31)),
    ("10/2025", date(2025, 10, 1), date(2025, 10, 31)), ("bulan okt 2025", date(2025, 10, 1), date(2025, 10, 31)),
    ("October, 2025", date(2025, 10, 1), date(2025, 10, 31)), ("2025", date(2025, 1, 1), date(2025, 12, 31)),
    ("12-10-2025", None, date(2025, 10, 12)), ("12 Oktober", None, date(2025, 10, 12)),
    ("October 12", None, date(2025, 10, 12)), ("2025-10-12", None, date(2025, 10, 12)),
    ("12/10/25", None, date(2025, 10, 12)), ("1 Mar", None, date(2026, 3, 1)),
    ("July 16, 2025", None, date(2025, 7, 16)), ("16th july", None, date(2025, 7, 16)),
    ("16 juli tahun lalu", None, date(2025, 7, 16)), ("okt tahun lalu", date(2025, 10, 1), date(2025, 10, 31)),
    ("hari ini", None, date(2026, 3, 2)), ("kemarin", None, date(2026, 3, 1)), ("yesterday", None, date(2026, 3, 1)),
    ("3 hari yang lalu", None, date(2026, 2, 27)), ("senin", None, date(2026, 3, 2)),
    ("senin lalu", None, date(2026, 2, 23)), ("last friday", None, date(2026, 2, 27)),
    ("hari minggu lalu", None, date(2026, 3, 1)), ("minggu lalu", date(2026, 2, 23), date(2026, 3, 1)),
    ("last week", date(2026, 2, 23), date(2026, 3, 1)), ("minggu ini", date(2026, 3, 2), date(2026, 3, 8)),
    ("dua minggu yang lalu", date(2026, 2, 16), date(2026, 2, 22)),
    ("bulan ini", date(2026, 3, 1), date(2026, 3, 31)), ("Bulan lalu", date(2026, 2, 1), date(2026, 2, 28)),
    ("last month", date(2026, 2, 1), date(2026, 2, 28)), ("bln kemarin", date(2026, 2, 1), date(2026, 2, 28)),
    ("3 months ago", date(2025, 12, 1), date(2025, 12, 31)),
    ("triwulan lalu", date(2025, 10, 1), date(2025, 12, 31)), ("this quarter", date(2026, 1, 1), date(2026, 3, 31)),
    ("triwulan 3", date(2025, 7, 1), date(2025, 9, 30)), ("TW III/2024", date(2024, 7, 1), date(2024, 9, 30)),
    ("triwulan kedua tahun lalu", date(2025, 4, 1), date(2025, 6, 30)), ("q4", date(2025, 10, 1), date(2025, 12, 31)),
    ("3rd quarter 2025", date(2025, 7, 1), date(2025, 9, 30)), ("tahun lalu", date(2025, 1, 1), date(2025, 12, 31)),
    ("this year", date(2026, 1, 1), date(2026, 12, 31)),
])
def test_a_month_or_day_that_has_been(typed: str, first: date | None, last: date) -> None:
    assert parse.past(typed, TODAY) == (first, last)


@pytest.mark.parametrize(("typed", "key"), [
    ("", "form"), ("12", "form"), ("besok", "form"), ("triwulan 5", "form"), ("triwulan", "form"),
    ("rumah lalu", "form"),
    ("2025 2024", "form"), ("oktober 25 x", "form"),
    ("13/2025", "none"), ("31-02-2026", "none"), ("0000", "none"), ("tahun 0000", "none"),
    ("triwulan 4 2026", "future"), ("mei tahun ini", "future"), ("april 2026", "future"), ("3-3-2026", "future"),
    ("2027", "future"),
])
def test_no_month_or_day_that_has_been(typed: str, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse.past(typed, TODAY)
    assert refused.value.key == f"refuse.past.{key}"
