"""Tables of one letter width that a telephone does not wrap."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.kit.aligned import WIDTH, table


def test_columns_are_aligned_and_nothing_is_cut_that_fits() -> None:
    shown = table([("Baznas", "20", "Rp500 jt"), ("APBD", "158", "Rp11,2 M")], ("Sumber", "Unit", "Dana"), "lrr")
    assert shown.splitlines() == [
        "Sumber Unit     Dana",
        "Baznas   20 Rp500 jt",
        "APBD    158 Rp11,2 M",
    ]


def test_a_long_name_gives_way_before_any_figure() -> None:
    shown = table(
        [("Bank Pembangunan Contoh Nusantara", "158", "Rp11,2 M")], ("Mitra", "Rumah", "Dana"), "lrr"
    ).splitlines()
    assert shown[1] == "Bank Pembangunan C…   158 Rp11,2 M"
    assert [len(line) for line in shown] == [34, 34]


def test_a_long_header_over_figures_is_cut_before_names_become_unreadable() -> None:
    shown = table([("Pamulang", "7", "9")], ("Kecamatan", "Memenuhi syarat", "Belum ada mitra"), "lrr").splitlines()
    assert shown[1].startswith("Pamul…")
    assert all(len(line) <= WIDTH for line in shown)
    assert shown[1].split()[1:] == ["7", "9"]


def test_figures_are_never_cut_even_when_they_do_not_fit() -> None:
    figure = "Rp10.000.000.000.000"
    assert table([("A", figure, figure)], ("x", "y", "z"), "lrr").splitlines()[1] == f"A {figure} {figure}"


def test_an_empty_table_is_its_headers_and_a_cell_is_one_line() -> None:
    assert table([], ("a", "b"), "lr") == "a b"
    assert table([("x\ny  z", "1")], ("a", "b"), "lr").splitlines()[1] == "x y z 1"


@pytest.mark.parametrize(("rows", "aligns"), [([("a",)], "lr"), ([("a", "b")], "lc"), ([("a", "b")], "l")])
def test_a_wrong_shape_is_an_error(rows: list[tuple[str, ...]], aligns: str) -> None:
    with pytest.raises(ValueError, match="one cell"):
        table(rows, ("a", "b"), aligns)


words = st.text(alphabet="abcdefghij ", min_size=1, max_size=60).filter(str.strip)


@given(st.lists(st.tuples(words, st.integers(0, 10**9), words), min_size=1, max_size=8), words, words)
def test_any_names_fit_and_every_figure_is_whole_and_in_line(
    rows: list[tuple[str, int, str]], first: str, second: str
) -> None:
    shown = table([(a, str(n), b) for a, n, b in rows], (first, second, "c"), "lrl").splitlines()
    assert len(shown) == len(rows) + 1
    assert all(len(line) <= WIDTH for line in shown)
    ends = set()
    for line, (_, figure, _) in zip(shown[1:], rows, strict=True):
        assert f" {figure} " in line
        ends.add(line.index(f" {figure} ") + len(str(figure)))
    assert len(ends) == 1
