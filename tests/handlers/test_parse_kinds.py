"""What a message is that answers another question: told only when it cannot be anything else."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.kit import format as show
from handlers.kit import parse
from handlers.kit.refusal import Refusal
from tests.handlers import written_ways as ways
from tests.handlers.written_ways import TODAY

moderate = settings(deadline=None, max_examples=80)


def kind(text: str) -> str | None:
    return parse.looks_like(text, TODAY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3674014107800001", "nik_or_card"),
        ("3674 0141 0780 0001", "nik_or_card"),
        ("36.74.01.410780.0001", "nik_or_card"),
        ("NIK: 367401-410780.0001", "nik_or_card"),
        ("No. KK 3674010107150001", "nik_or_card"),
        ("٣٦٧٤٠١٤١٠٧٨٠٠٠٠١", "nik_or_card"),
        ("RT 3 RW 1", "rt_rw"),
        ("rt 3/1", "rt_rw"),
        ("RT06/RW04", "rt_rw"),
        ("RT/RW: 003/001", "rt_rw"),
        ("-6.3402, 106.7311", "pin"),
        ("-6.34, 106.73", "pin"),
        ("-6.340212 106.731123", "pin"),
        ("6.340212 106.731123", "pin"),
        ("6,34° LS 106,73° BT", "pin"),
        ("6°20'24.0\"S 106°43'48.0\"E", "pin"),
        ("Lat: -6.34, Long: 106.73", "pin"),
        ("geo:-6.34,106.73?z=17", "pin"),
        ("https://www.google.com/maps/@-6.34,106.73,17z", "pin"),
        ("https://maps.google.com/?q=-6.34,106.73", "pin"),
        ("https://www.google.co.id/maps/place/Serpong", "pin"),
        ("https://maps.app.goo.gl/AbCdEf123", "pin"),
        ("https://goo.gl/maps/xyz", "pin"),
        ("0812-0000-1234", "phone"),
        ("081200001234", "phone"),
        ("+62 812-0000-1234", "phone"),
        ("62 812-0000-1234", "phone"),
        ("(0812) 0000 1234", "phone"),
        ("WA 81200001234", "phone"),
        ("No. HP: 6281200001234", "phone"),
        ("٠٨١٢٠٠٠٠١٢٣٤", "phone"),
    ],
)
def test_what_a_message_unmistakably_is(text: str, expected: str) -> None:
    assert kind(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "3/1", "12", "0", "3 1", "003/001", "3-1", "Siti Aminah", "Artha", "Rt", "RW", "RT 3", "R. Wirawan 3"]
    + ["Jl. Mawar No. 3 RT 03/RW 04", "Gg. Melati 12, RT 3 RW 1, Pamulang", "RT 0 RW 1", "Kp. Rawa 3/1"]
    + ["36", "6x7,5", "6.5 x 7.5 m", "36 m²", "6,5 7,5", "45,5/60,5", "5.000/100.000", "5.5000"]
    + ["71jt", "Rp71.000.000", "71 000 000", "81200001234", "6281200001234", "No. 81200001234", "62.812.000.123"]
    + ["1.000.000.000.000.000", "1 000 000 000 000 000", "16 Juli 2024", "16/7/2024", "2024", "08/12/2024 10.30"]
    + ["08-12-2024 1030", "08.12.2024 10.30"]
    + ["812-0000-1234", "0812-0000", "0812/2024/0001", "021 7412345", "+65 8123 4567", "0804 123 4567"]
    + ["367401410780000", "0000000000000000", "0812 3456 0812 3456", "NIK 3674013102800001", "PML-0042", "45,5%"]
    + ["-6.34", "-6.34, 206.73", "6.3402, 6.7311", "Jl. Mawar 3 https://maps.app.goo.gl/AbCdEf123", "https://bit.ly/x"]
    + ["-6.34, 106.73 https://maps.google.com/?q=-1.5,100.5"]
    + ["https://example.org/", "ya", "tidak ada", "4 orang", "3674014107800001 3674010107150001", "x" * 5000],
)
def test_what_could_be_something_else_is_not_told(text: str) -> None:
    assert kind(text) is None


NAMES = st.text(alphabet="abcdefghijklmnoprstuwyABDHRSTW .,'", min_size=2, max_size=40)
NUMBERS = st.integers(1, 999)
AMOUNTS = st.integers(10_000, 10**13)
ADDRESSES = st.builds(
    "{} {} No. {}{}".format,
    st.sampled_from(["Jl.", "Gg.", "Kp.", "Jalan", "Perum"]),
    NAMES,
    NUMBERS,
    st.sampled_from(["", " RT 3/1", " RT 03 RW 01", ", RW 4", " telp 081200001234"]),
)
DAYS = st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%d %m %Y", "%d%m%Y", "%d-%m-%Y 0930"])
OTHERS = (
    NAMES
    | ADDRESSES
    | (ways.areas() | ways.lengths() | ways.sums() | ways.counts() | ways.years()).map(lambda written: written[1])
    | AMOUNTS.map(str)
    | st.builds(show.money, AMOUNTS, st.sampled_from(["id", "en"]))
    | st.builds(show.money_short, AMOUNTS, st.sampled_from(["id", "en"]))
    | st.builds("{}{}{}".format, NUMBERS, st.sampled_from(["/", "-", " ", ".", ",", " / ", "x"]), NUMBERS)
    | st.builds("{}/{}".format, AMOUNTS, AMOUNTS)
    | st.builds(show.date, st.dates(), st.just("id"))
    | st.builds(date.strftime, st.dates(date(1900, 1, 1)), DAYS)
    | st.builds("{}-{:04d}".format, st.sampled_from(["PML", "SPG", "RT"]), NUMBERS)
)


@given(OTHERS)
@settings(moderate, max_examples=300)
def test_names_addresses_sizes_money_counts_and_days_are_never_taken_for_another_answer(text: str) -> None:
    assert kind(text) is None


PARSERS: dict[str, tuple[Any, ...]] = {
    "nik_or_card": (lambda text: parse.nik(text, TODAY), parse.family_card),
    "rt_rw": (parse.rt_rw,),
    "pin": (parse.coordinates,),
    "phone": (parse.phone,),
}
ANY = (
    st.text(max_size=40)
    | st.text(alphabet="0123456789.,-+/ rtwnikhp°'()", max_size=40)
    | (ways.niks() | ways.family_cards() | ways.rts_and_rws() | ways.phones()).map(lambda written: written[1])
)


@given(ANY)
@settings(moderate, max_examples=200)
def test_what_is_told_is_what_its_parser_reads(text: str) -> None:
    told = kind(text)
    if told is None:
        return
    keys = []
    for parser in PARSERS[told]:
        try:
            parser(text)
        except Refusal as refused:
            keys.append(refused.key)
    assert len(keys) < len(PARSERS[told]) or told == "pin" and set(keys) <= {
        "refuse.coordinates.link", "refuse.coordinates.short_link"
    }  # fmt: skip


@given(ways.niks() | ways.family_cards(), ways.phones(), ways.rts_and_rws())
@moderate
def test_each_kind_is_never_taken_for_another(card: ways.Written, phone: ways.Written, rt_rw: ways.Written) -> None:
    assert kind(str(card[0])) == "nik_or_card"
    assert kind(str(phone[0])) == "phone"
    assert kind(card[1]) in ("nik_or_card", None)
    assert kind(phone[1]) in ("phone", None)
    assert kind(rt_rw[1]) == ("rt_rw" if any(char.isalpha() for char in rt_rw[1]) else None)


FORMS = st.sampled_from(["{:.5f}, {:.5f}", "{:.4f} {:.4f}", "({:.6f},{:.6f})", "https://maps.google.com/?q={:.5f},{:.5f}"])


@given(st.floats(-10.9, 5.9), st.floats(95, 140.9), FORMS)
@moderate
def test_a_pin_in_this_country_is_told_in_degrees(latitude: float, longitude: float, form: str) -> None:
    assert kind(form.format(latitude, longitude)) == "pin"


@pytest.mark.parametrize(
    "piece", ["1", "1 ", "1.", "0812", "-", "1.1111", "1.1111a", "rt", "rt 1 ", "no ", "kk", "https://", "geo:1.1,"]
)
def test_the_longest_hostile_text_is_judged_at_once(piece: str) -> None:
    began = time.process_time()
    kind((piece * 4096)[:4095] + "!")
    assert time.process_time() - began < 0.5
