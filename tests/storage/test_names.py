"""Names written by hand: the same person in different spelling, and neighbours who are not the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.names import like, normalised

# Real words of names beside anything that a keyboard gives.
WORDS = st.sampled_from([
    "Muhammad", "Moh.", "M.", "Hj.", "H.", "Bapak", "Ibu", "Siti", "Aminah", "Soeharto", "Djoko", "Tjipto", "Yusuf",
    "Abdul", "Rahman", "Contoh", ",", "'", "-", "Sri", "Ooeng", "ddjj", "ttjj", "12",
]) | st.text(max_size=8)
NAMES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)


@pytest.mark.parametrize(("one", "other"), [
    ("Muhammad Yusuf", "Moh. Yusuf"), ("M. Yusuf", "Muhammad Yusup"), ("M.Yusuf", "MUHAMAD YUSUF"),
    ("Mochammad Soleh", "Muh Soleh"), ("Hj. Siti Aminah", "Siti Aminah"), ("Ibu Siti Aminah", "SITI  AMINAH"),
    ("H. Djoko Soesilo", "Bapak Joko Susilo"), ("Tjipto", "Cipto"), ("Soekarno", "Sukarno"),
    ("Abdullah Hasan", "Abdulah Hassan"), ("Aminah", "Siti Aminah"), ("Ma'ruf", "Maruf"), ("Siti A.", "Siti Aminah"),
    ("Abdul Rahman", "Abdulrahman"), ("Contoh Aminah", "Contoh Aminah, S.Pd."), ("Aminah Contoh", "Contoh Aminah"),
    ("Almh. Ny. Rohmah", "rohmah"), ("Ａｍｉｎａｈ", "aminah"), ("Siti Nurjanah", "Siti Nurjannah"),
])
def test_one_person_written_in_two_ways(one: str, other: str) -> None:
    assert like(one, other)


@pytest.mark.parametrize(("one", "other"), [
    ("Siti Aminah", "Siti Rohmah"), ("Contoh 1", "Contoh 2"), ("Contoh 1", "Contoh 11"), ("Budi", "Ani"),
    ("Muhammad Yusuf", "Muhammad Rizki"), ("M.", "Muhammad Yusuf"), ("Muhammad", "Muhammad Yusuf"), ("", "Aminah"),
    ("Contoh Aminah", "Contoh Budi"), ("A. B.", "Ahmad Basuki"), ("Sri Wahyuni", "Sri Mulyani"), ("-", "-"),
])
def test_different_people_are_not_alike(one: str, other: str) -> None:
    assert not like(one, other)


@pytest.mark.parametrize("title", ["H.", "Hj.", "Bapak", "Ibu", "Bpk.", "Pak", "Bu", "Hadji", "Alm. H."])
def test_titles_do_not_count_and_alone_they_are_kept(title: str) -> None:
    assert normalised(f"{title} Aminah") == ("aminah",)
    assert len(normalised(title)) == 1


def test_a_title_before_a_comma_is_no_name() -> None:
    assert normalised("H., Muhammad Yusuf") == normalised("Muhammad Yusuf") == ("muhamad", "yusuf")
    assert normalised("Aminah, S.Pd") == ("aminah",)


@given(NAMES)
def test_a_normalised_name_is_normalised_to_itself(name: str) -> None:
    made = normalised(name)
    assert normalised(" ".join(made)) == made


@given(NAMES)
def test_case_blanks_and_marks_change_nothing(name: str) -> None:
    assert normalised(f"  {name.upper()} ") == normalised(name.upper().lower())
    assert all(word and word == word.casefold() and " " not in word for word in normalised(name))


@given(NAMES, NAMES)
def test_likeness_does_not_depend_on_the_order(one: str, other: str) -> None:
    assert like(one, other) == like(other, one)


@given(NAMES, st.sampled_from(["H. ", "Ibu ", "Hj. ", "Bapak "]))
def test_a_title_in_front_changes_no_likeness(name: str, title: str) -> None:
    if any(len(word) > 1 for word in normalised(name)):
        assert like(name, name)
        assert like(title + name, name)


@given(st.lists(st.sampled_from(["aminah", "rohmah", "susilo", "joko", "nurhayati", "wahyuni", "sukarno"]),
                min_size=1, max_size=4))
def test_old_spelling_and_double_letters_are_the_same_name(words: list[str]) -> None:
    name = " ".join(words)
    old = name.replace("u", "oe").replace("j", "dj").replace("n", "nn")
    assert normalised(old) == normalised(name)
    assert like(old, name)
