"""Days, and yes or no, as people type them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.kit import format as show
from handlers.kit import parse


@pytest.mark.parametrize(
    "text",
    ["16 Juli 2024", "16/7/2024", "16/07/2024", "2024-07-16", "16-7-2024", "16.07.2024", "16 Jul 2024"]
    + ["16 july 2024", "July 16, 2024", "Selasa, 16 Juli 2024", "16juli2024", "١٦/٧/٢٠٢٤", "16\u200b Juli\n2024"],
)
def test_a_day_is_read_day_first(text: str) -> None:
    assert parse.local_date(text) == date(2024, 7, 16)


def test_near_days_need_to_know_today() -> None:
    today = date(2024, 3, 1)
    assert parse.local_date("hari ini", today) == today
    assert parse.local_date("Kemarin", today) == date(2024, 2, 29)
    assert parse.local_date("tomorrow", today) == date(2024, 3, 2)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(["id", "en"]))
def test_every_day_round_trips(day: date, language: str) -> None:
    assert parse.local_date(show.date(day, language)) == day
    assert parse.local_date(day.isoformat()) == day
    assert parse.local_date(f"{day.day}/{day.month}/{day.year}", today=day + timedelta(1)) == day


@pytest.mark.parametrize("text", ["ya", "Ya, benar", "IYA", "y", "yes", "ok", "Betul pak", "👍🏽", "✅", "ada", "ｙａ"])
def test_yes(text: str) -> None:
    assert parse.yes_no(text) is True


@pytest.mark.parametrize(
    "text", ["tidak", "Tidak, pak", "nggak", "ga", "no", "n", "bukan", "belum", "tidak ada", "👎", "❌"]
)
def test_no(text: str) -> None:
    assert parse.yes_no(text) is False
