"""What a digest is drawn from, and the whole of it as one message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from handlers.kit import format as fmt
from handlers.kit.aligned import WIDTH, table
from handlers.kit.texts import Texts
from storage.digests import HELD
from storage.houses import HouseState
from storage.regions import Kecamatan

# More lines than this are a wall; the smallest kecamatan go into one line.
LINES = 20

Numbers = Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """``numbers``: as ``storage.digests.count`` makes them. ``title``: the heading. ``places``: kecamatan by code.

    ``compares``: whether changes are spoken of; ``previous``: the numbers of the digest before, made on the day
    ``previous_day`` (as it is written); None for the first one. ``lines``: rows of the longest table.
    """

    numbers: Numbers
    texts: Texts
    title: Markup
    places: Mapping[str, Kecamatan]
    compares: bool = False
    previous: Numbers | None = None
    previous_day: str = ""
    lines: int = LINES

    def t(self, key: str, **values: Any) -> Markup:
        """A message in the group's language."""
        return self.texts.t(key, **values)

    def label(self, key: str, **values: Any) -> str:
        """The same as plain text."""
        return self.texts.label(key, **values)

    def figure(self, value: int) -> str:
        """A count with thousands marks."""
        return fmt.number(value, self.texts.locale)

    def money(self, rupiah: int) -> str:
        """Rupiah for a glance, rounded."""
        return fmt.money_short(rupiah, self.texts.locale)


# What stays of a name, even where figures need so much room that a telephone wraps the line.
_NAME = 9


def pre(rows: list[list[str]], headers: list[str], aligns: str) -> Markup:
    """An aligned table whose first column holds names, as HTML; as wide as a telephone where figures allow it."""
    figures = sum(1 + max(map(len, column)) for column in list(zip(*rows, strict=True))[1:])
    return Markup("<pre>{}</pre>").format(table(rows, headers, aligns, max(WIDTH, _NAME + figures)))


def held(numbers: Numbers) -> int:
    """Houses that a partner holds, whatever the stage."""
    return sum(numbers["states"][state.value] for state in HELD)


def done(stages: Mapping[str, int]) -> int:
    """Houses whose work is done, handed over or not."""
    return stages[HouseState.FINISHED.value] + stages[HouseState.HANDED_OVER.value]
