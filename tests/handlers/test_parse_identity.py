"""Names, NIK, family cards and telephones as people type them. Every person here is invented."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.kit import parse
from handlers.kit.parse_text import echo, plain_words
from handlers.kit.refusal import Refusal
from tests.handlers.written_ways import GAPS, SCRIPTS, TODAY, rewritten


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  Siti   Aminah ", "Siti Aminah"),
        ("Siti\nAminah\t", "Siti Aminah"),
        ("Si\u200bti\u202e Aminah", "Siti Aminah"),
        ("H. Moh. Ya'qub, S.Pd.", "H. Moh. Ya'qub, S.Pd."),
        ("Bu <b>Ani</b> & Co", "Bu <b>Ani</b> & Co"),
        ("Ny\x00i\ud800 Mas 2", "Nyi Mas 2"),
        ("محمد", "محمد"),
        ("Oo", "Oo"),
        ("a" * 100, "a" * 100),
    ],
)
def test_a_name_is_kept_as_written_on_one_line(text: str, name: str) -> None:
    assert parse.person_name(text) == name


def test_a_long_name_is_refused_with_its_length() -> None:
    with pytest.raises(Refusal) as caught:
        parse.person_name("Si " + "ti" * 60)
    assert caught.value.values == {"length": 123, "limit": 100}


@given(st.text(max_size=150))
def test_an_accepted_name_is_stable_and_within_its_limits(text: str) -> None:
    try:
        name = parse.person_name(text)
    except Refusal:
        return
    assert parse.person_name(name) == name
    assert 2 <= len(name) <= 100
    name.encode("utf-8")
    assert not any(char in name for char in "\x00\n\u200b\u202e")


def test_a_nik_is_taken_apart() -> None:
    assert parse.nik("3674014107800001", TODAY) == parse.Nik(
        value="3674014107800001", birth_date=date(1980, 7, 1), sex="female", area_code="367401", serial=1
    )
    man = parse.nik("3674013112999999", TODAY)
    assert (man.birth_date, man.sex, man.serial) == (date(1999, 12, 31), "male", 9999)


@pytest.mark.parametrize(
    ("digits", "born"),
    [
        ("3674010203260001", date(2026, 3, 2)),
        ("3674010303260001", date(1926, 3, 3)),
        ("3674016902000001", date(2000, 2, 29)),
        ("3674012902840001", date(1984, 2, 29)),
    ],
)
def test_a_two_digit_year_is_the_latest_that_is_not_in_the_future(digits: str, born: date) -> None:
    assert parse.nik(digits, TODAY).birth_date == born


def test_without_a_known_today_a_nik_is_an_adults() -> None:
    assert parse.nik("3674010101090001").birth_date.year == 2009
    assert parse.nik("3674010101100001").birth_date.year == 1910


@given(
    born=st.dates(date(1927, 1, 1), TODAY),
    woman=st.booleans(),
    serial=st.integers(1, 9999),
    script=st.sampled_from(SCRIPTS),
    gaps=st.lists(st.sampled_from(GAPS), min_size=16, max_size=16),
    label=st.sampled_from(["", "NIK ", "No. NIK: ", "nik=", "KTP: "]),
)
def test_a_nik_is_read_in_any_script_and_grouping(
    born: date, woman: bool, serial: int, script: str, gaps: list[str], label: str
) -> None:
    digits = f"367402{born.day + 40 * woman:02d}{born:%m%y}{serial:04d}"
    written = label + "".join(a + b for a, b in zip(rewritten(digits, script), gaps, strict=True))
    read = parse.nik(written, TODAY)
    assert read == parse.Nik(digits, born, "female" if woman else "male", "367402", serial)


@given(st.text(alphabet="0123456789", min_size=16, max_size=16))
def test_any_sixteen_digits_are_a_true_date_or_refused(digits: str) -> None:
    try:
        read = parse.nik(digits, TODAY)
    except Refusal:
        return
    day = read.birth_date.day + (40 if read.sex == "female" else 0)
    assert f"{read.area_code}{day:02d}{read.birth_date:%m%y}{read.serial:04d}" == digits


def test_a_nik_only_warns_of_another_city_birth_date_or_sex() -> None:
    read = parse.nik("3674014107800001", TODAY)
    assert parse.nik_warnings(read, "36.74") == []
    assert parse.nik_warnings(read, "3674", birth_date=date(1980, 7, 1), sex="female") == []
    assert parse.nik_warnings(read, "36.71") == ["warn.nik.area"]
    assert parse.nik_warnings(read, "36.74", birth_date=date(1980, 7, 2)) == ["warn.nik.birth_date"]
    assert parse.nik_warnings(read, "36.74", sex="male") == ["warn.nik.sex"]


def test_a_family_card_is_sixteen_digits_and_warns_when_it_is_the_nik() -> None:
    number = parse.family_card("No. KK: 3674.0101.0715.0001")
    assert number == "3674010107150001"
    assert parse.family_card("Kartu Keluarga (KK) 367401 010715 0001") == number
    assert parse.family_card_warnings(number, "3674014107800001") == []
    assert parse.family_card_warnings(number, number) == ["warn.kk.same_as_nik"]


@pytest.mark.parametrize(
    "text",
    ["081200001234", "0812-0000-1234", "+62 812 0000 1234", "6281200001234", "81200001234", "(0812) 0000.1234"]
    + ["+62 (0)812-0000-1234", "006281200001234", "WA: 0812 0000 1234", "No. HP 081200001234", "HP/WA - 0812/00001234"]
    + ["No. HP (WA): 0812 0000 1234", "Telp. (0812) 0000 1234", "+٦٢٨١٢٠٠٠٠١٢٣٤", "\u202a+62 812‑0000‑1234\u202c"],
)
def test_a_phone_is_stored_in_one_form(text: str) -> None:
    assert parse.phone(text) == "+6281200001234"


def test_the_shortest_and_the_longest_mobile_number() -> None:
    assert parse.phone("0812345678") == "+62812345678"
    assert parse.phone("0812345678901") == "+62812345678901"


@pytest.mark.parametrize("typed", ["Siti 3674064107800001", "3674 0641 0780 0001 Siti", "Siti ٣٦٧٤٠٦٤١٠٧٨٠٠٠٠١"])
def test_a_refusal_repeats_only_the_end_of_a_card_number(typed: str) -> None:
    said = echo(typed)
    assert said.replace("Siti", "").strip() in ("…0001", "…٠٠٠١")


@pytest.mark.parametrize("kept", ["0812-3456-7890", "08123456789 08129876543", "75.000.000/60.000.000", "2024-01-01"])
def test_other_numbers_may_stand_in_words(kept: str) -> None:
    assert plain_words(f"Contoh {kept}", phones=True) == f"Contoh {kept}"
    assert kept in echo(kept)
