"""Money, percents, counts, years and sizes as people type them."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.kit import format as show
from handlers.kit import parse
from handlers.kit.refusal import Refusal

LANGUAGES = st.sampled_from(["id", "en"])


@pytest.mark.parametrize(
    ("text", "rupiah"),
    [
        ("71jt", 71_000_000),
        ("71 juta", 71_000_000),
        ("Rp71.000.000", 71_000_000),
        ("71.000.000", 71_000_000),
        ("71000000", 71_000_000),
        ("Rp. 71.000.000,-", 71_000_000),
        ("71.000.000,00", 71_000_000),
        ("71,000,000", 71_000_000),
        ("71,000,000.00", 71_000_000),
        ("71 000 000", 71_000_000),
        ("71 000 000,00", 71_000_000),
        ("Rp 71 000 000,-", 71_000_000),
        ("IDR 71.000.000", 71_000_000),
        ("71 juta rupiah.", 71_000_000),
        ("٧١ jt", 71_000_000),
        ("７１ＪＴ", 71_000_000),
        ("Rp\u00a071\u200b.000.000", 71_000_000),
        ("45,5 jt", 45_500_000),
        ("45.5jt", 45_500_000),
        ("٤٥٫٥ juta", 45_500_000),
        ("1,5 M", 1_500_000_000),
        ("1,5 miliar", 1_500_000_000),
        ("1,125 milyar", 1_125_000_000),
        ("0.125 M", 125_000_000),
        ("1.234,5 jt", 1_234_500_000),
        ("500 rb", 500_000),
        ("500 ribu", 500_000),
        ("5 ribu", 5_000),
        ("71 juta 500 ribu", 71_500_000),
        ("1 M 250jt", 1_250_000_000),
        ("10000", 10_000),
        ("10 triliun", 10_000_000_000_000),
    ],
)
def test_money_is_read_the_way_it_is_written(text: str, rupiah: int) -> None:
    assert parse.money(text) == rupiah


@given(st.integers(10_000, 10_000_000_000_000), LANGUAGES)
def test_money_in_full_round_trips(rupiah: int, language: str) -> None:
    assert parse.money(show.money(rupiah, language)) == rupiah
    assert parse.money(str(rupiah)) == rupiah


@given(st.integers(1_000, 9_999_999_999_999), LANGUAGES)
def test_money_in_short_reads_back_within_its_rounding(rupiah: int, language: str) -> None:
    short = show.money_short(rupiah, language)
    read = parse.money(short)
    unit = 10 ** ((len(str(read)) - 1) // 3 * 3)
    assert abs(read - rupiah) <= unit // 20
    assert (read == rupiah) != show.is_rounded(rupiah)


@given(st.text(alphabet="0123456789.,- rpjtmb", max_size=25))
def test_money_is_a_positive_whole_sum_or_refused(text: str) -> None:
    try:
        rupiah = parse.money(text)
    except Refusal:
        return
    assert type(rupiah) is int
    assert 0 < rupiah <= 10_000_000_000_000


@pytest.mark.parametrize(
    ("text", "value"),
    [("45", "45"), ("45%", "45"), ("45,5 %", "45.5"), ("45.5", "45.5"), ("٤٥٪"[:2], "45"), ("45 persen", "45")]
    + [("0", "0"), ("-0", "0"), ("100%", "100"), ("100,00", "100"), ("33,33％", "33.33"), ("0,5", "0.5")],
)
def test_a_percentage_is_an_exact_decimal(text: str, value: str) -> None:
    read = parse.percent(text)
    assert isinstance(read, Decimal)
    assert read == Decimal(value)


@given(st.decimals(0, 100, places=1), LANGUAGES)
def test_a_percentage_round_trips(value: Decimal, language: str) -> None:
    assert parse.percent(show.percent(value, language)) == value


@pytest.mark.parametrize(
    ("text", "people"),
    [("4", 4), ("4 orang", 4), ("04", 4), ("empat", 4), ("Empat jiwa", 4), ("four people", 4), ("٤ org", 4)]
    + [("1", 1), ("seorang", 1), ("30", 30)],
)
def test_occupants_are_counted(text: str, people: int) -> None:
    assert parse.occupants(text) == people


def test_a_whole_number_may_have_thousands_marks() -> None:
    assert parse.whole("1.200 unit", 1, 5000) == 1200
    assert parse.whole("1,200", 1, 5000) == 1200


def test_a_refused_whole_number_shows_an_example_that_would_be_taken() -> None:
    for low, high in ((1, 30), (10, 20), (1, 2)):
        with pytest.raises(Refusal) as caught:
            parse.whole("x", low, high)
        assert low <= parse.whole(str(caught.value.values["example"]), low, high) <= high


@pytest.mark.parametrize(
    ("text", "square"),
    [("36", "36.0"), ("36 m2", "36.0"), ("36 m²", "36.0"), ("36m", "36.0"), ("36 meter persegi", "36.0")]
    + [("6x6", "36.0"), ("6 x 7,5 m", "45.0"), ("6m × 7.5m", "45.0"), ("6 kali 6", "36.0"), ("6*6", "36.0")]
    + [("45,5", "45.5"), ("45.5", "45.5"), ("2,5x2,5", "6.3"), ("36,25", "36.3"), ("1", "1.0"), ("1000", "1000.0")]
    + [("٣٦ m2", "36.0"), ("３６ｍ²", "36.0")],
)
def test_an_area_has_one_decimal(text: str, square: str) -> None:
    assert str(parse.area(text)) == square


@given(st.decimals(1, 1000, places=1), LANGUAGES)
def test_an_area_round_trips(square: Decimal, language: str) -> None:
    typed = show.area(square, language)
    if square < 1000:
        assert parse.area(typed) == square


@given(st.decimals(1, 30, places=2), st.decimals(1, 30, places=2))
def test_two_sides_make_their_area(width: Decimal, length: Decimal) -> None:
    square = (width * length).quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert parse.area(f"{width} x {str(length).replace('.', ',')} m") == square


@pytest.mark.parametrize(
    ("text", "people"),
    [("0", 0), ("nol", 0), ("nihil", 0), ("Tidak ada", 0), ("tdk ada pak.", 0), ("kosong", 0), ("tidak ada lansia", 0)]
    + [("gak ada sama sekali", 0), ("none", 0), ("no elderly", 0), ("belum ada", 0), ("0 orang", 0), ("2 orang", 2)]
    + [("dua", 2), ("dua orang lansia", 2), ("2 lansia", 2), ("2 KK", 2), ("1 kepala keluarga", 1), ("2 families", 2)]
    + [("seorang", 1), ("٢ orang", 2), ("30", 30)],
)
def test_a_count_may_be_none(text: str, people: int) -> None:
    assert parse.count(text, most=30) == people


@pytest.mark.parametrize(
    ("text", "year"),
    [("2015", 2015), ("tahun 2015", 2015), ("Thn. 2015", 2015), ("th 2015.", 2015), ("２０１５", 2015)]
    + [("in 2015", 2015), ("1950", 1950), ("2026", 2026), ("tidak pernah", 0), ("Belum", 0)]
    + [("belum pernah dapat bantuan", 0), ("tidak", 0), ("never", 0), ("no", 0), ("0", 0), ("nihil", 0)],
)
def test_a_year_in_the_past_or_never(text: str, year: int) -> None:
    assert parse.year(text, date(2026, 3, 2)) == year


@pytest.mark.parametrize(
    ("text", "length"),
    [("10 m", "10.0"), ("10m", "10.0"), ("7,5 meter", "7.5"), ("7.5 mtr", "7.5"), ("± 10 m", "10.0"), ("10", "10.0")]
    + [("sekitar 10 meter.", "10.0"), ("kurang lebih 8", "8.0"), ("+/- 8 m", "8.0"), ("0,05", "0.1")]
    + [("1000 m", "1000.0"), ("about 12 metres", "12.0"), ("٧٫٥ m", "7.5"), ("7,125", "7.1"), ("0.125 m", "0.1")],
)
def test_a_length_has_one_decimal(text: str, length: str) -> None:
    assert str(parse.metres(text)) == length
