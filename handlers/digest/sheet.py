"""What a digest is drawn from, and the whole of it as one message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from handlers.digest.places import Places
from handlers.kit import format as fmt
from handlers.kit.aligned import WIDTH, table
from handlers.kit.texts import Texts, join
from storage.digests import HELD
from storage.houses import HouseState

# More lines than this are a wall; the smallest kecamatan go into one line.
LINES = 20

Numbers = Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """``numbers``: as ``storage.digests.count`` makes them. ``title``: the heading. ``places``: kecamatan by code, and
    the kelurahan where it is about one kecamatan.

    ``compares``: whether changes are spoken of; ``previous``: the numbers of the digest before, made on the day
    ``previous_day`` (as it is written); None for the first one. ``lines``: rows of the longest table. ``off``: names
    of sections that are left out.
    """

    numbers: Numbers
    texts: Texts
    title: Markup
    places: Places
    compares: bool = False
    previous: Numbers | None = None
    previous_day: str = ""
    lines: int = LINES
    off: frozenset[str] = frozenset()

    @property
    def area(self) -> str | None:
        """The kecamatan that it is about; None: the city. Numbers frozen long ago are the city's."""
        return self.numbers.get("area")

    @property
    def stepped(self) -> dict[str, int] | None:
        """How often each step was taken since the digest before; None where that is not known, as when counting began
        anew in between (a database brought back to the version before, and up again)."""
        then = self.previous.get("steps") if self.compares and self.previous is not None else None
        now = self.numbers.get("steps")
        if not now or not then or now.keys() - then.keys():
            return None
        taken = {name: often - then[name] for name, often in now.items()}
        return None if any(often < 0 for often in taken.values()) else taken

    def t(self, key: str, **values: Any) -> Markup:
        """A message in the group's language."""
        return self.texts.t(key, **values)

    def label(self, key: str, **values: Any) -> str:
        """The same as plain text."""
        return self.texts.label(key, **values)

    def figure(self, value: int) -> str:
        """A count with thousands marks."""
        return fmt.number(value, self.texts.locale)

    def signed(self, difference: int) -> str:
        """A difference with its sign."""
        return ("+" if difference > 0 else "−" if difference else "") + self.figure(abs(difference))

    def money(self, rupiah: int) -> str:
        """Rupiah for a glance, rounded."""
        return fmt.money_short(rupiah, self.texts.locale)


# What stays of a name, even where figures need so much room that a telephone wraps the line.
_NAME = 9


def pre(rows: list[list[str]], headers: list[str], aligns: str) -> Markup:
    """An aligned table whose first column holds names, as HTML; as wide as a telephone where figures allow it."""
    figures = sum(1 + max(map(len, column)) for column in list(zip(*rows, strict=True))[1:])
    return Markup("<pre>{}</pre>").format(table(rows, headers, aligns, max(WIDTH, _NAME + figures)))


def listed(sheet: Sheet, figures: Mapping[str, int]) -> Markup:
    """``a 1 · b 2``: each label, by its key, with its figure; nothing of what is nought."""
    pair = Markup("{} <b>{}</b>")
    return join([pair.format(sheet.label(key), sheet.figure(figure)) for key, figure in figures.items() if figure],
                " · ")


def rounded(sheet: Sheet, *amounts: int) -> list[Markup]:
    """That figures for a glance need not add up, where they lose something."""
    return [sheet.t("digest.rounded")] if fmt.is_rounded(*amounts) else []


def held(numbers: Numbers) -> int:
    """Houses that a partner holds, whatever the stage."""
    return sum(numbers["states"][state.value] for state in HELD)


def done(stages: Mapping[str, int]) -> int:
    """Houses whose work is done, handed over or not."""
    return stages[HouseState.FINISHED.value] + stages[HouseState.HANDED_OVER.value]
