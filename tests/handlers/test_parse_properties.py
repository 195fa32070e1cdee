"""What must hold for every value and every text: each way to write a value is read, anything else refused."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.kit import format as show
from handlers.kit import parse
from handlers.kit.refusal import Refusal
from tests.handlers import written_ways as ways
from tests.handlers.written_ways import TODAY

moderate = settings(deadline=None, max_examples=60)


@dataclass(frozen=True)
class Kind:
    """A parser; its values, in every way that people write them; the one way we write them; what holds of each."""

    parser: Callable[[str], Any]
    written: st.SearchStrategy[ways.Written]
    shown: Callable[[Any], str]
    rule: Callable[[Any], bool]


def nik(text: str) -> str:
    return parse.nik(text, TODAY).value


def count(text: str) -> int:
    return parse.count(text, most=30)


def year(text: str) -> int:
    return parse.year(text, TODAY)


def is_nik(value: str) -> bool:
    found = re.fullmatch(r"[0-9]{6}([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{4})", value)
    if not found or found[4] == "0000":
        return False
    day, month, short = map(int, found.groups()[:3])
    with contextlib.suppress(ValueError):
        return date(2000 + short, month, day - 40 if day > 40 else day) >= date(2000, 1, 1)
    return False


def is_tenths(value: Decimal, low: str) -> bool:
    return value.as_tuple().exponent == -1 and Decimal(low) <= value <= 1000


KINDS = {
    "nik": Kind(nik, ways.niks(), str, is_nik),
    "family_card": Kind(
        parse.family_card, ways.family_cards(), str, lambda it: bool(re.fullmatch(r"[1-9][0-9]{15}", it))
    ),
    "rt_rw": Kind(
        parse.rt_rw,
        ways.rts_and_rws(),
        "/".join,
        lambda it: len(it) == 2 and all(re.fullmatch(r"[0-9]{3}", one) and one != "000" for one in it),
    ),
    "phone": Kind(parse.phone, ways.phones(), str, lambda it: bool(re.fullmatch(r"\+628[1-35-9][0-9]{7,10}", it))),
    "money": Kind(
        parse.money, ways.sums(), lambda it: show.money(it, "id"), lambda it: type(it) is int and 0 < it <= 10**13
    ),
    "area": Kind(parse.area, ways.areas(), str, lambda it: is_tenths(it, "1.0")),
    "metres": Kind(parse.metres, ways.lengths(), str, lambda it: is_tenths(it, "0.1")),
    "count": Kind(count, ways.counts(), str, lambda it: type(it) is int and 0 <= it <= 30),
    "year": Kind(year, ways.years(), str, lambda it: type(it) is int and (it == 0 or 1950 <= it <= TODAY.year)),
}
LETTERS = "0123456789.,-+/ xrtwpjmb%°'()\u200b٣４²"
each = pytest.mark.parametrize("name", KINDS)


@st.composite
def nearly(draw: st.DrawFn, written: st.SearchStrategy[ways.Written]) -> str:
    """A well-written value with some characters lost, doubled, added or changed; or very many of it."""
    text = draw(written)[1]
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        put = draw(st.sampled_from(["", *LETTERS]) | st.characters())
        text = text[:at] + put + text[at + draw(st.integers(0, 2)) :]
    return draw(st.sampled_from([text, text, text, text * 300, text + " " * 4000 + text]))


@each
@given(data=st.data())
@moderate
def test_every_way_to_write_a_value_is_read_as_that_value(name: str, data: st.DataObject) -> None:
    value, text = data.draw(KINDS[name].written)
    read = KINDS[name].parser(text)
    assert read == value
    assert type(read) is type(value)
    assert KINDS[name].rule(read)


@each
@given(data=st.data())
@moderate
def test_a_value_as_we_write_it_is_read_as_itself(name: str, data: st.DataObject) -> None:
    kind = KINDS[name]
    value, _ = data.draw(kind.written)
    shown = kind.shown(value)
    assert kind.shown(kind.parser(shown)) == shown
    assert kind.parser(shown) == value


@each
@given(data=st.data())
@moderate
def test_any_text_is_a_value_that_keeps_its_rule_or_a_refusal(name: str, data: st.DataObject) -> None:
    kind = KINDS[name]
    text = data.draw(
        st.text(max_size=60)
        | st.text(alphabet=LETTERS, max_size=40)
        | st.text(alphabet=LETTERS, min_size=1, max_size=4).map(lambda piece: (piece * 5000)[:4096])
        | nearly(kind.written)
    )
    try:
        read = kind.parser(text)
    except Refusal:
        return
    assert len(text) <= 4096
    assert kind.rule(read), (text, read)
    if name != "money" or read >= 10_000:
        assert kind.parser(kind.shown(read)) == read


@each
@given(extra=st.integers(1, 5000), data=st.data())
@settings(moderate, max_examples=15)
def test_more_than_a_message_is_refused_even_round_a_value(name: str, extra: int, data: st.DataObject) -> None:
    value, text = data.draw(KINDS[name].written)
    padded = text + " " * (4096 - len(text))
    assert KINDS[name].parser(padded) == value
    with pytest.raises(Refusal) as caught:
        KINDS[name].parser(padded + " " * extra)
    assert (caught.value.key, caught.value.values) == ("refuse.too_long", {"length": 4096 + extra, "limit": 4096})


def refused(parser: Callable[[str], object], text: str) -> str:
    with pytest.raises(Refusal) as caught:
        parser(text)
    return caught.value.key


@given(ways.niks(), st.integers(1, 30).filter(lambda n: n != 16), st.booleans())
@moderate
def test_other_than_sixteen_digits_are_no_nik_and_no_card(written: ways.Written, length: int, spaced: bool) -> None:
    digits = (str(written[0]) * 2)[:length]
    text = " ".join(digits) if spaced else digits
    assert refused(nik, text) == "refuse.nik.length"
    assert refused(parse.family_card, text) == "refuse.kk.length"


@given(ways.niks(), st.integers(0, 99), st.integers(0, 99))
@moderate
def test_a_nik_is_read_exactly_when_its_date_is_in_the_calendar(written: ways.Written, day: int, month: int) -> None:
    digits = str(written[0])
    digits = f"{digits[:6]}{day:02d}{month:02d}{digits[10:]}"
    if is_nik(digits):
        assert parse.nik(digits, TODAY).sex == ("female" if day > 40 else "male")
    else:
        assert refused(nik, digits) == "refuse.nik.date"


@given(ways.niks())
@moderate
def test_the_day_of_birth_of_a_woman_is_forty_higher(written: ways.Written) -> None:
    digits = str(written[0])
    day = int(digits[6:8])
    other = f"{digits[:6]}{day - 40 if day > 40 else day + 40:02d}{digits[8:]}"
    one, two = parse.nik(digits, TODAY), parse.nik(other, TODAY)
    assert {one.sex, two.sex} == {"male", "female"}
    assert one.birth_date == two.birth_date
    assert one.birth_date.day == day % 40


@given(ways.niks())
@moderate
def test_a_nik_without_a_serial_is_refused(written: ways.Written) -> None:
    assert refused(nik, str(written[0])[:12] + "0000") == "refuse.nik.serial"


@given(st.integers(0, 9999), st.integers(0, 9999), st.sampled_from(["{}/{}", "RT {} RW {}", "RT.{:03d}/RW.{:03d}"]))
@moderate
def test_rt_and_rw_go_from_1_to_999(rt: int, rw: int, form: str) -> None:
    text = form.format(rt, rw)
    if 1 <= rt <= 999 and 1 <= rw <= 999:
        assert parse.rt_rw(text) == (f"{rt:03d}", f"{rw:03d}")
    else:
        assert refused(parse.rt_rw, text) in ("refuse.rt_rw.zero", "refuse.rt_rw.digits")


@given(st.text(alphabet="0123456789", min_size=1, max_size=18))
@moderate
def test_a_phone_has_ten_to_thirteen_digits_from_08(rest: str) -> None:
    if 10 <= len(rest) + 2 <= 13 and rest[0] not in "04":
        assert parse.phone("08" + rest) == "+628" + rest
    else:
        expected = "refuse.phone.length" if not 10 <= len(rest) + 2 <= 13 else "refuse.phone.mobile"
        assert refused(parse.phone, "08" + rest) == expected


@given(
    st.builds(
        "{}{}".format,
        st.sampled_from(["+8", "+81", "+86 8", "+65 8", "+1 8", "0065 8", "02", "07", "09", "6581", "7", "9", "008"]),
        st.integers(10**8, 10**9 - 1),
    )
)
@moderate
def test_another_countrys_number_or_a_fixed_line_is_no_mobile_number(text: str) -> None:
    assert refused(parse.phone, text) == "refuse.phone.mobile"


@given(st.integers(-(10**14), 10**14), st.sampled_from(["{}", "Rp{}", "{} rupiah", "{} jt"]))
@moderate
def test_money_is_above_nothing_and_at_most_ten_trillion(amount: int, form: str) -> None:
    rupiah = amount * (10**6 if "jt" in form else 1)
    text = form.format(amount)
    if rupiah > 10**13:
        assert refused(parse.money, text) == "refuse.money.too_big"
    elif rupiah <= 0:
        assert refused(parse.money, text) in ("refuse.money.zero", "refuse.money.negative")
    elif rupiah < 10_000:
        assert refused(parse.money, text) == "refuse.money.unit"
    else:
        assert parse.money(text) == rupiah


@given(st.decimals(0, 3000, places=2), st.sampled_from([parse.area, parse.metres]))
@moderate
def test_a_size_beyond_its_bounds_is_refused(size: Decimal, parser: Callable[[str], Decimal]) -> None:
    low = Decimal(1) if parser is parse.area else Decimal("0.05")
    if low <= size <= 1000:
        assert abs(parser(str(size)) - size) <= Decimal("0.05")
    else:
        assert refused(parser, str(size)) == f"refuse.{parser.__name__}.range"


@given(st.integers(0, 60), st.integers(0, 60), st.sampled_from(["{}", "{} orang", "{} KK"]))
@moderate
def test_a_count_is_from_none_to_the_most(people: int, most: int, form: str) -> None:
    for many in (people, 0, most, most + 1, -1, -people):
        if 0 <= many <= most:
            assert parse.count(form.format(many), most=most) == many
        else:
            assert refused(lambda text: parse.count(text, most=most), form.format(many)) == "refuse.whole.range"


@given(st.integers(1, 20_000) | st.integers(1940, 2040), st.dates(date(1950, 1, 1), date(2040, 12, 31)))
@moderate
def test_a_year_is_from_1950_to_this_one(typed: int, today: date) -> None:
    if 1950 <= typed <= today.year:
        assert parse.year(str(typed), today) == typed
    else:
        expected = "refuse.year.range" if len(str(typed)) == 4 else "refuse.year.form"
        assert refused(lambda text: parse.year(text, today), str(typed)) == expected


@pytest.mark.parametrize(
    ("parser", "text", "value"),
    [
        (parse.rt_rw, "3/1", ("003", "001")),
        (parse.rt_rw, "RT 3 RW 1", ("003", "001")),
        (parse.rt_rw, "RT 06/RW 04", ("006", "004")),
        (parse.money, "71jt", 71_000_000),
        (parse.money, "71 juta", 71_000_000),
        (parse.money, "71.000.000", 71_000_000),
        (parse.money, "Rp71.000.000", 71_000_000),
        (parse.money, "1,5 M", 1_500_000_000),
        (parse.percent, "45,5%", Decimal("45.5")),
        (parse.phone, "0812-0000-1234", "+6281200001234"),
        (nik, "３６７４．０１４１　０７８０.0001", "3674014107800001"),
    ],
)
def test_the_forms_of_the_field_guide(parser: Callable[[str], object], text: str, value: object) -> None:
    assert parser(text) == value
