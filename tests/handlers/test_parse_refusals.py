"""Each thing that people type wrongly: which refusal it meets, and that its text is there in each language."""

import contextlib
import re
import string
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

import handlers
from handlers.kit import parse
from handlers.kit.refusal import Refusal

Parser = Callable[[str], object]

KIT = Path(handlers.__file__).parent / "kit"
LOCALE = Path(handlers.__file__).parent / "locale"
LANGUAGES = ("id", "en")


def quota_units(text: str) -> int:
    return parse.whole(text, low=1, high=5000)


def elderly(text: str) -> int:
    return parse.count(text, most=30)


def aid_year(text: str) -> int:
    return parse.year(text, date(2026, 3, 2))


def day(text: str) -> object:
    return parse.day(text, date(2026, 3, 2))


def past(text: str) -> object:
    return parse.past(text, date(2026, 3, 2))


BAD: list[tuple[Parser, str, str]] = [
    (past, "rumah", "refuse.past.form"),
    (past, "31-02-2026", "refuse.past.none"),
    (past, "2026-12", "refuse.past.future"),
    (parse.person_name, "", "refuse.name.empty"),
    (parse.person_name, " \u200b\n\ufeff ", "refuse.name.empty"),
    (parse.person_name, "08123456", "refuse.name.letters"),
    (parse.person_name, "٠١٢ ٣", "refuse.name.letters"),
    (parse.person_name, "-.,", "refuse.name.letters"),
    (parse.person_name, " S ", "refuse.name.short"),
    (parse.person_name, "a" * 101, "refuse.name.long"),
    (parse.nik, "", "refuse.nik.length"),
    (parse.nik, "367401410780001", "refuse.nik.length"),
    (parse.nik, "36740141078000011", "refuse.nik.length"),
    (parse.nik, "367401410780000l", "refuse.nik.letters"),
    (parse.nik, "<b>3674014107800001", "refuse.nik.letters"),
    (parse.nik, "3674013102800001", "refuse.nik.date"),
    (parse.nik, "3674010013800001", "refuse.nik.date"),
    (parse.nik, "3674017202800001", "refuse.nik.date"),
    (parse.nik, "3674014007800001", "refuse.nik.date"),
    (parse.nik, "3674012902810001", "refuse.nik.date"),
    (parse.nik, "3674014107800000", "refuse.nik.serial"),
    (parse.family_card, "", "refuse.kk.length"),
    (parse.family_card, "367401010715000", "refuse.kk.length"),
    (parse.family_card, "36740101071500011", "refuse.kk.length"),
    (parse.family_card, "367401010715000O", "refuse.kk.letters"),
    (parse.family_card, "NIK 3674010107150001", "refuse.kk.letters"),
    (parse.family_card, "0000000000000000", "refuse.kk.zero"),
    (parse.family_card, "0674010107150001", "refuse.kk.zero"),
    (parse.phone, "", "refuse.phone.letters"),
    (parse.phone, "0812-telepon", "refuse.phone.letters"),
    (parse.phone, "0812+00001234", "refuse.phone.letters"),
    (parse.phone, "021 7412345", "refuse.phone.mobile"),
    (parse.phone, "+65 8123 4567", "refuse.phone.mobile"),
    (parse.phone, "+81 2345 67890", "refuse.phone.mobile"),
    (parse.phone, "0065 8123 4567", "refuse.phone.mobile"),
    (parse.phone, "0809 123 4567", "refuse.phone.mobile"),
    (parse.phone, "0840 1234 5678", "refuse.phone.mobile"),
    (parse.phone, "08000000000", "refuse.phone.mobile"),
    (parse.phone, "081234567", "refuse.phone.length"),
    (parse.phone, "08123456789012", "refuse.phone.length"),
    (parse.phone, "+6281234567890123", "refuse.phone.length"),
    (parse.phone, "0812-0000-1234, 0813-0000-1234", "refuse.phone.length"),
    (parse.rt_rw, "", "refuse.rt_rw.form"),
    (parse.rt_rw, "RT 3", "refuse.rt_rw.form"),
    (parse.rt_rw, "3/1/2", "refuse.rt_rw.form"),
    (parse.rt_rw, "RT tiga RW satu", "refuse.rt_rw.form"),
    (parse.rt_rw, "RW 1 RW 3", "refuse.rt_rw.form"),
    (parse.rt_rw, "3 rt 1 rw", "refuse.rt_rw.form"),
    (parse.rt_rw, "3+1", "refuse.rt_rw.form"),
    (parse.rt_rw, "0/1", "refuse.rt_rw.zero"),
    (parse.rt_rw, "RT 001 RW 000", "refuse.rt_rw.zero"),
    (parse.rt_rw, "0003/1", "refuse.rt_rw.digits"),
    (parse.address, "Jl 1", "refuse.address.short"),
    (parse.address, "x" * 201, "refuse.address.long"),
    (parse.address, "12345 / 7", "refuse.address.letters"),
    (parse.address, "Gg. Contoh No. 7, NIK 3674 0641 0780 0001", "refuse.card_number"),
    (parse.person_name, "Contoh 36740641078000012", "refuse.card_number"),
    (parse.person_name, "Contoh 0812-3456-7890", "refuse.card_number"),
    (parse.address, "Gg. Contoh No. 7 HP +62 812 3456 7890", "refuse.card_number"),
    (parse.house_code, "42", "refuse.house_code.form"),
    (parse.house_code, "PML", "refuse.house_code.form"),
    (parse.house_code, "PML-0000", "refuse.house_code.form"),
    (parse.house_code, "PML-12345678", "refuse.house_code.form"),
    (parse.coordinates, "dekat masjid", "refuse.coordinates.form"),
    (parse.coordinates, "-6, 106", "refuse.coordinates.form"),
    (parse.coordinates, "-6.34", "refuse.coordinates.form"),
    (parse.coordinates, "-6.34, 206.73", "refuse.coordinates.range"),
    (parse.coordinates, "-96.34, 106.73", "refuse.coordinates.range"),
    (parse.coordinates, "https://maps.app.goo.gl/AbCdEf123", "refuse.coordinates.short_link"),
    (parse.coordinates, "Rumah contoh https://goo.gl/maps/xyz", "refuse.coordinates.short_link"),
    (parse.coordinates, "https://www.google.com/maps/place/Serpong", "refuse.coordinates.link"),
    (parse.money, "", "refuse.money.form"),
    (parse.money, "mahal", "refuse.money.form"),
    (parse.money, "70-75 jt", "refuse.money.form"),
    (parse.money, "71.00.000", "refuse.money.form"),
    (parse.money, "71 pcs", "refuse.money.form"),
    (parse.money, "500 ribu 1 juta", "refuse.money.form"),
    (parse.money, "1 juta 1500 ribu", "refuse.money.form"),
    (parse.money, "-71jt", "refuse.money.negative"),
    (parse.money, "Rp -71.000.000", "refuse.money.negative"),
    (parse.money, "−71.000.000", "refuse.money.negative"),
    (parse.money, "0", "refuse.money.zero"),
    (parse.money, "Rp0 jt", "refuse.money.zero"),
    (parse.money, "71", "refuse.money.unit"),
    (parse.money, "45,5", "refuse.money.unit"),
    (parse.money, "1.500", "refuse.money.unit"),
    (parse.money, "9999", "refuse.money.unit"),
    (parse.money, "1.500 jt", "refuse.money.two_readings"),
    (parse.money, "71000.000", "refuse.money.two_readings"),
    (parse.money, "71.000.000,50", "refuse.money.whole"),
    (parse.money, "71 000 000,50", "refuse.money.whole"),
    (parse.money, "71 000 000.000", "refuse.money.form"),
    (parse.money, "1,2345678 jt", "refuse.money.whole"),
    (parse.money, "11 T", "refuse.money.too_big"),
    (parse.money, "10.000.000.000.001", "refuse.money.too_big"),
    (parse.percent, "", "refuse.percent.form"),
    (parse.percent, "setengah", "refuse.percent.form"),
    (parse.percent, "45%%", "refuse.percent.form"),
    (parse.percent, "45,125", "refuse.percent.form"),
    (parse.percent, "100,5", "refuse.percent.range"),
    (parse.percent, "-5%", "refuse.percent.range"),
    (parse.occupants, "", "refuse.whole.form"),
    (parse.occupants, "banyak", "refuse.whole.form"),
    (parse.occupants, "4,5", "refuse.whole.form"),
    (parse.occupants, "4-5", "refuse.whole.form"),
    (parse.occupants, "dua belas", "refuse.whole.form"),
    (parse.occupants, "0", "refuse.whole.range"),
    (parse.occupants, "-4", "refuse.whole.range"),
    (parse.occupants, "31 orang", "refuse.whole.range"),
    (elderly, "", "refuse.whole.form"),
    (elderly, "-", "refuse.whole.form"),
    (elderly, "ada", "refuse.whole.form"),
    (elderly, "tidak tahu", "refuse.whole.form"),
    (elderly, "tidak ada?", "refuse.whole.form"),
    (elderly, "tidak, 2 orang", "refuse.whole.form"),
    (elderly, "2 rumah", "refuse.whole.form"),
    (elderly, "0,5", "refuse.whole.form"),
    (elderly, "-1", "refuse.whole.range"),
    (elderly, "31", "refuse.whole.range"),
    (parse.occupants, "nihil", "refuse.whole.form"),
    (parse.occupants, "2 KK", "refuse.whole.form"),
    (aid_year, "", "refuse.year.form"),
    (aid_year, "ya", "refuse.year.form"),
    (aid_year, "pernah", "refuse.year.form"),
    (aid_year, "19", "refuse.year.form"),
    (aid_year, "2019/2020", "refuse.year.form"),
    (aid_year, "Juli 2019", "refuse.year.form"),
    (aid_year, "-2019", "refuse.year.form"),
    (aid_year, "tidak ingat", "refuse.year.form"),
    (aid_year, "1949", "refuse.year.range"),
    (aid_year, "2027", "refuse.year.range"),
    (aid_year, "0000", "refuse.year.range"),
    (day, "", "refuse.date.form"),
    (day, "kapan-kapan", "refuse.date.form"),
    (day, "31 Februari", "refuse.date.none"),
    (quota_units, "10000.000", "refuse.whole.form"),
    (quota_units, "5.001", "refuse.whole.range"),
    (parse.area, "", "refuse.area.form"),
    (parse.area, "luas", "refuse.area.form"),
    (parse.area, "6x6x3", "refuse.area.form"),
    (parse.area, "-36", "refuse.area.form"),
    (parse.area, "36²", "refuse.area.form"),
    (parse.area, "36.125", "refuse.area.two_readings"),
    (parse.area, "0", "refuse.area.range"),
    (parse.area, "0x6", "refuse.area.range"),
    (parse.area, "1000,1", "refuse.area.range"),
    (parse.area, "40x40", "refuse.area.range"),
    (parse.metres, "", "refuse.metres.form"),
    (parse.metres, "jauh", "refuse.metres.form"),
    (parse.metres, "10 m2", "refuse.metres.form"),
    (parse.metres, "10 m²", "refuse.metres.form"),
    (parse.metres, "500 cm", "refuse.metres.form"),
    (parse.metres, "6x7", "refuse.metres.form"),
    (parse.metres, "5-10 m", "refuse.metres.form"),
    (parse.metres, "-10", "refuse.metres.form"),
    (parse.metres, "0", "refuse.metres.range"),
    (parse.metres, "0,04 m", "refuse.metres.range"),
    (parse.metres, "1000,04", "refuse.metres.range"),
    (parse.metres, "1.250 m", "refuse.area.two_readings"),
    (parse.yes_no, "", "refuse.yes_no.form"),
    (parse.yes_no, "mungkin", "refuse.yes_no.form"),
    (parse.yes_no, "ya, tidak", "refuse.yes_no.form"),
    (parse.yes_no, "y/n", "refuse.yes_no.form"),
    (parse.yes_no, "tidak apa-apa", "refuse.yes_no.form"),
    (parse.yes_no, "ya 2", "refuse.yes_no.form"),
    (parse.person_name, "a" * 4097, "refuse.too_long"),
]
PARSERS: dict[str, Parser] = {getattr(one, "__name__", ""): one for one, _, _ in BAD}


def catalog(language: str) -> dict[str, str]:
    with (LOCALE / f"{language}.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale=language) if m.id}


TEXTS = {language: catalog(language) for language in LANGUAGES}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize(("parser", "text", "key"), BAD, ids=[f"{key}:{text[:20]}" for _, text, key in BAD])
def test_a_bad_form_meets_its_refusal_with_every_value_its_text_needs(parser: Parser, text: str, key: str) -> None:
    with pytest.raises(Refusal) as caught:
        parser(text)
    assert caught.value.key == key
    for language in LANGUAGES:
        assert placeholders(TEXTS[language][key]) == set(caught.value.values)
    assert all(len(str(value)) <= 40 for value in caught.value.values.values())


def keys_in_source() -> set[str]:
    found = set()
    for file in KIT.glob("parse*.py"):
        code = file.read_text("utf-8")
        found |= set(re.findall(r'"((?:refuse|warn)\.[a-z_.]+[a-z])"', code))
    return found


def test_every_refusal_has_an_example_of_wrong_input_here() -> None:
    raised = {key for _, _, key in BAD}
    assert {key for key in keys_in_source() if key.startswith("refuse.")} == raised


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_and_warning_has_a_text_and_a_refusal_shows_an_example(language: str) -> None:
    texts = TEXTS[language]
    for key in keys_in_source():
        assert texts[key].strip(), key
        if key.startswith("refuse.") and key != "refuse.too_long":
            assert "<code>" in texts[key], key
            assert texts[key].count("<code>") == texts[key].count("</code>")


@pytest.mark.parametrize("name", sorted(PARSERS))
@given(text=st.text(max_size=60) | st.text(alphabet="0123456789.,-+/ xrtwpjmb%°'@&?=:<>\u200b٣", max_size=40))
def test_any_text_is_read_or_refused(name: str, text: str) -> None:
    refusal = None
    try:
        PARSERS[name](text)
    except Refusal as caught:
        refusal = caught
    if refusal:
        assert all(TEXTS[language][refusal.key].format(**refusal.values) for language in LANGUAGES)


@pytest.mark.parametrize("name", sorted(PARSERS))
@pytest.mark.parametrize(
    "piece",
    ["1", "1 ", "1.", "-", " ", ",-", "a", "1a", "rt", "google.", "@1.1", "q=1.1,", "!3d1.1", "1°", "a" * 9 + " "],
)
def test_the_longest_hostile_text_is_answered_at_once(name: str, piece: str) -> None:
    hostile = (piece * 4096)[:4095] + "!"
    began = time.process_time()
    with contextlib.suppress(Refusal):
        PARSERS[name](hostile)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_more_than_a_message_is_refused_unread(name: str) -> None:
    with pytest.raises(Refusal) as caught:
        PARSERS[name]("1" * 4097)
    assert (caught.value.key, caught.value.values) == ("refuse.too_long", {"length": 4097, "limit": 4096})


def test_what_was_typed_is_repeated_short_and_raw() -> None:
    with pytest.raises(Refusal) as caught:
        parse.money("<b>" + "z" * 100)
    assert caught.value.values["typed"] == "<b>" + "z" * 36 + "…"
