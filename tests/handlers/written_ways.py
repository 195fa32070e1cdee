"""The ways in which people write one and the same value: its script, its gaps, its labels. Everybody is invented."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import strategies as st

TODAY = date(2026, 3, 2)
SCRIPTS = ("٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "０１２３４５６７８９", "๐๑๒๓๔๕๖๗๘๙", "᭐᭑᭒᭓᭔᭕᭖᭗᭘᭙", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")
GAPS = ("", " ", ".", "-", "\u200b", "\u00a0", "\u2009", "–", "\u200e", "_")

Written = tuple[object, str]
"""A value, and one way to write it."""


def rewritten(digits: str, script: str) -> str:
    return "".join(script[int(d)] if d.isdecimal() else d for d in digits)


def wide(text: str) -> str:
    """In full-width letters, digits and marks."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


@st.composite
def typed(draw: st.DrawFn, text: str) -> str:
    """The same text in another script, in capitals, with white space and invisible characters round it."""
    ways: list[Callable[[str], str]] = [str, str.upper, str.lower, wide, lambda it: wide(it.upper())]
    ways += [lambda it, script=script: rewritten(it, script) for script in SCRIPTS]  # type: ignore[misc]
    edge = st.sampled_from(["", " ", "\n", "\u00a0 ", "\u200b", "\ufeff", "\u202a"])
    return draw(edge) + draw(st.sampled_from(ways))(text) + draw(edge)


@st.composite
def grouped(draw: st.DrawFn, digits: str) -> str:
    """Digits with gaps anywhere between them, all of one kind or of any."""
    gaps = draw(st.sampled_from(GAPS).map(lambda gap: (gap,)) | st.just(GAPS))
    return digits[0] + "".join(draw(st.sampled_from(["", "", *gaps])) + digit for digit in digits[1:])


@st.composite
def niks(draw: st.DrawFn) -> Written:
    born = draw(st.dates(date(1927, 1, 1), TODAY))
    day = born.day + draw(st.sampled_from([0, 40]))
    digits = f"{draw(st.integers(110101, 979999))}{day:02d}{born:%m%y}{draw(st.integers(1, 9999)):04d}"
    label = draw(st.sampled_from(["", "NIK ", "No. NIK: ", "nik=", "KTP: ", "NIK/KTP - "]))
    return digits, draw(typed(label + draw(grouped(digits))))


@st.composite
def family_cards(draw: st.DrawFn) -> Written:
    digits = str(draw(st.integers(11 * 10**14, 10**16 - 1)))
    label = draw(st.sampled_from(["", "KK ", "No. KK: ", "Kartu Keluarga ", "Nomor Kartu Keluarga (KK): "]))
    return digits, draw(typed(label + draw(grouped(digits))))


@st.composite
def rts_and_rws(draw: st.DrawFn) -> Written:
    rt, rw = draw(st.integers(1, 999)), draw(st.integers(1, 999))
    pad = draw(st.sampled_from(["", "02d", "03d"]))
    form = draw(st.sampled_from([
        "{0}/{1}", "{0} / {1}", "{0}-{1}", "{0} {1}", "RT {0} RW {1}", "RT {0}/RW {1}", "Rt. {0}, Rw. {1}.",
        "RT{0}RW{1}", "RT/RW: {0}/{1}", "RW {1} RT {0}", "rt {0}/{1}", "RT: {0} - RW: {1}", "RTRW {0} {1}",
    ]))  # fmt: skip
    return (f"{rt:03d}", f"{rw:03d}"), draw(typed(form.format(format(rt, pad), format(rw, pad))))


@st.composite
def phones(draw: st.DrawFn) -> Written:
    rest = draw(st.from_regex(r"[1-35-9][0-9]{7,10}", fullmatch=True, alphabet="0123456789"))
    start = draw(st.sampled_from(["0", "62", "+62", "+62 ", "+62-", "+62 (0)", "0062 ", "", "(0"]))
    body = draw(grouped("8" + rest))
    if start == "(0":
        body = f"8{rest[:2]}) {draw(grouped(rest[2:]))}"
    label = st.sampled_from(["", "HP: ", "WA ", "No. HP ", "hp/wa: ", "Telp. ", "No. WhatsApp (WA): ", "Phone = "])
    return f"+628{rest}", draw(typed(draw(label) + start + body))


_UNITS = ((6, ("jt", "juta", "mio", "jta")), (9, ("M", "miliar", "milyar")))


@st.composite
def sums(draw: st.DrawFn) -> Written:
    """In full (`71.000.000`), in units (`71,5 jt`) or in two of them (`71 juta 500 ribu`)."""
    kind = draw(st.sampled_from(["full", "unit", "two units"]))
    space = draw(st.sampled_from(["", " "]))
    if kind == "full":
        rupiah = draw(st.integers(10_000, 10**13) | st.integers(1, 10**6).map(lambda many: many * 10_000))
        mark, cents = draw(st.sampled_from([("", ",00"), (".", ",00"), (",", ".00"), (" ", ",00")]))
        end = draw(st.sampled_from(["", cents, ",-", ".-", " rupiah", "."]))
        text = f"{rupiah:,}".replace(",", mark) + end
    elif kind == "unit":
        power, names = draw(st.sampled_from(_UNITS))
        many = draw(st.decimals("0.01", 999, places=draw(st.sampled_from([0, 1, 2]))).filter(bool))
        rupiah = int(many * 10**power)
        text = _decimal(many, draw(st.sampled_from(".,"))) + space + draw(st.sampled_from(names))
    else:
        millions, thousands = draw(st.integers(1, 999)), draw(st.integers(1, 999))
        rupiah = millions * 10**6 + thousands * 1000
        text = f"{millions}{space}juta {thousands}{space}{draw(st.sampled_from(['rb', 'ribu', 'k']))}"
    return rupiah, draw(typed(draw(st.sampled_from(["", "Rp", "Rp ", "Rp. ", "IDR "])) + text))


def _decimal(value: Decimal, mark: str) -> str:
    return str(value).replace(".", mark)


@st.composite
def areas(draw: st.DrawFn) -> Written:
    mark = draw(st.sampled_from(".,"))
    unit = draw(st.sampled_from(["", " m2", "m²", " m", " meter", " meter persegi", "sqm", " m^2"]))
    if draw(st.booleans()):
        square = draw(st.decimals(1, 1000, places=draw(st.sampled_from([0, 1, 2]))))
        text = _decimal(square, mark) + unit
    else:
        sides = st.decimals(1, 30, places=draw(st.sampled_from([0, 1, 2])))
        width, length = draw(sides), draw(sides)
        square = width * length
        by = draw(st.sampled_from(["x", " x ", " kali ", "*", " × ", "X"]))
        text = _decimal(width, mark) + draw(st.sampled_from(["", " m"])) + by + _decimal(length, mark) + unit
    return square.quantize(Decimal("0.1"), ROUND_HALF_UP), draw(typed(text))


@st.composite
def lengths(draw: st.DrawFn) -> Written:
    value = draw(st.decimals("0.1", 1000, places=draw(st.sampled_from([0, 1, 2]))))
    about = draw(st.sampled_from(["", "± ", "sekitar ", "Kira-kira ", "kurang lebih ", "+/-"]))
    unit = draw(st.sampled_from(["", "m", " m", " meter", " mtr."]))
    text = about + _decimal(value, draw(st.sampled_from(".,"))) + unit
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP), draw(typed(text))


NONE = ("tidak ada", "nihil", "kosong", "nol", "tidak", "belum ada", "none", "Tidak ada, pak", "gak ada sama sekali")


@st.composite
def counts(draw: st.DrawFn) -> Written:
    if draw(st.sampled_from([False, False, True])):
        return 0, draw(typed(draw(st.sampled_from(NONE))))
    people = draw(st.integers(0, 30))
    word = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam")[people] if people <= 6 else str(people)
    written = draw(st.sampled_from([str(people), f"{people:02d}", word]))
    unit = draw(st.sampled_from(["", " orang", " jiwa", " lansia", " KK", " orang lansia"]))
    return people, draw(typed(written + unit))


@st.composite
def years(draw: st.DrawFn) -> Written:
    if draw(st.sampled_from([False, False, True])):
        return 0, draw(typed(draw(st.sampled_from([*NONE, "tidak pernah", "belum pernah", "never", "0"]))))
    year = draw(st.integers(1950, TODAY.year))
    return year, draw(typed(draw(st.sampled_from(["", "tahun ", "Thn. ", "th ", "pada tahun ", "in "])) + str(year)))
