"""Figures and days the way each language writes them, and numbers that hide a person."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.kit import format as show

JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.mark.parametrize(
    ("rupiah", "indonesian", "english"),
    [
        (71_000_000, "Rp71.000.000", "Rp71,000,000"),
        (0, "Rp0", "Rp0"),
        (-71_000_000, "-Rp71.000.000", "-Rp71,000,000"),
        (10_000_000_000_001, "Rp10.000.000.000.001", "Rp10,000,000,000,001"),
    ],
)
def test_money_in_full(rupiah: int, indonesian: str, english: str) -> None:
    assert show.money(rupiah, "id") == indonesian
    assert show.money(rupiah, "en") == english


@pytest.mark.parametrize(
    ("rupiah", "indonesian", "english", "rounded"),
    [
        (71_000_000, "Rp71 jt", "Rp71 million", False),
        (11_900_000_000, "Rp11,9 M", "Rp11.9 billion", False),
        (11_850_000_000, "Rp11,9 M", "Rp11.9 billion", True),
        (11_849_999_999, "Rp11,8 M", "Rp11.8 billion", True),
        (999_949_999, "Rp999,9 jt", "Rp999.9 million", True),
        (999_950_000, "Rp1 M", "Rp1 billion", True),
        (45_500_000, "Rp45,5 jt", "Rp45.5 million", False),
        (500_000, "Rp500 rb", "Rp500 thousand", False),
        (2_500_000_000_000, "Rp2,5 T", "Rp2.5 trillion", False),
        (999, "Rp999", "Rp999", False),
        (0, "Rp0", "Rp0", False),
        (-71_000_000, "-Rp71 jt", "-Rp71 million", False),
    ],
)
def test_money_in_short(rupiah: int, indonesian: str, english: str, rounded: bool) -> None:
    assert show.money_short(rupiah, "id") == indonesian
    assert show.money_short(rupiah, "en") == english
    assert show.is_rounded(rupiah) is rounded


def test_a_column_is_rounded_when_one_of_its_amounts_is() -> None:
    assert show.is_rounded(71_000_000, 45_500_000) is False
    assert show.is_rounded(71_000_000, 45_510_001) is True
    assert show.is_rounded() is False


@pytest.mark.parametrize(
    ("value", "indonesian"),
    [(45.5, "45,5%"), (45, "45%"), (0, "0%"), (100, "100%"), (99.96, "99,9%"), (0.01, "0,1%"), (59.848, "59,8%")]
    + [(120.25, "120,3%"), (-3.5, "-3,5%"), (33.35, "33,4%")],
)
def test_percent(value: float, indonesian: str) -> None:
    assert show.percent(value, "id") == indonesian
    assert show.percent(value, "en") == indonesian.replace(",", ".")


@given(st.integers(1, 1_000_000), st.data())
def test_a_part_is_never_shown_as_nothing_or_everything(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    shown = show.percent(part * 100 / whole, "id")
    assert (shown == "0%") == (part == 0)
    assert (shown == "100%") == (part == whole)


def test_numbers_and_areas() -> None:
    assert show.number(1234, "id") == "1.234"
    assert show.number(1234.56, "id") == "1.234,6"
    assert show.number(1234, "en") == "1,234"
    assert show.area(45.5, "id") == "45,5 m²"
    assert show.area(36, "en") == "36 m²"


def test_days() -> None:
    assert show.date(date(2024, 7, 16), "id") == "16 Juli 2024"
    assert show.date(date(2024, 7, 16), "en") == "16 July 2024"
    with pytest.raises(TypeError):
        show.date(datetime(2024, 7, 16, tzinfo=UTC), "id")


def test_a_moment_is_shown_on_the_citys_clock() -> None:
    moment = datetime(2024, 7, 15, 18, 5, tzinfo=UTC)
    assert show.date_time(moment, JAKARTA, "WIB", "id") == "16 Juli 2024 01.05 WIB"
    assert show.date_time(moment, JAKARTA, "WIB", "en") == "16 July 2024 01:05 WIB"
    assert show.date_time(moment.replace(hour=6), JAKARTA, "WIB", "en") == "15 July 2024 13:05 WIB"
    with pytest.raises(ValueError, match="naive"):
        show.date_time(moment.replace(tzinfo=None), JAKARTA, "WIB", "id")


@pytest.mark.parametrize(("days", "indonesian", "english"), [
    (3653, "10 tahun", "10 years"), (365, "1 tahun", "1 year"), (14, "2 minggu", "2 weeks"), (3, "3 hari", "3 days"),
])
def test_a_span_is_told_in_the_largest_unit(days: int, indonesian: str, english: str) -> None:
    assert show.span(timedelta(days=days), "id") == indonesian
    assert show.span(timedelta(days=days), "en") == english


def test_masks_hide_the_middle() -> None:
    assert show.mask_nik("3674014107800001") == "3674********0001"
    assert show.mask_nik("36740141") == "********"
    assert show.mask_phone("+6281200001234") == "+6281******234"
    assert show.mask_phone("+628120000890") == "+6281*****890"
    assert show.mask_phone("+62812") == "******"


@given(st.text(alphabet="0123456789", max_size=20))
def test_a_mask_keeps_the_length_and_at_most_eight_digits(value: str) -> None:
    for masked in (show.mask_nik(value), show.mask_phone(value)):
        assert len(masked) == len(value)
        assert sum(char.isdigit() for char in masked) <= 8
        assert not value or "*" in masked
