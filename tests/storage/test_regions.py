"""The city's places, and the codes that houses are called by."""

from __future__ import annotations

import pytest

from storage import regions
from storage.store import Store


def test_another_city(database: Store) -> None:
    database.run(lambda session: regions.load_city(session, "36.74"))  # again: nothing happens
    assert len(database.run(regions.all_kecamatan)) == 7
    villages = database.run(lambda session: {k.name: len(regions.kelurahan_of(session, k.code))
                                             for k in regions.all_kecamatan(session)})
    assert sum(villages.values()) == 54
    with pytest.raises(LookupError, match=r"serves 36\.74"):
        database.run(lambda session: regions.load_city(session, "31.71"))


@pytest.mark.parametrize("names", [
    ["Setu", "Setu", "Setu", "Setu"], ["A"], ["Ngoo"], ["Bandung Wetan", "Bandung Kulon", "Bandung Kidul"],
    ["I", "II", "III"], ["Jati Uwung", "Jatiuwung"],
])
def test_short_codes_are_unique_and_speakable(names: list[str]) -> None:
    taken: set[str] = set()
    for name in names:
        taken.add(regions._abbreviate(name, taken))
    assert len(taken) == len(names)
    assert all(len(code) == 3 and code.isalpha() and code.isupper() for code in taken)
