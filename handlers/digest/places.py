"""Tables by place: the largest first, the smallest in one line, a total that is the sum of what is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from storage.regions import Kecamatan, Kelurahan

Places = Mapping[str, Kecamatan | Kelurahan]

# What surely stays of a name in our tables, before the "…".
_KEPT = 8


def lines_by_place(
    places: Places, figures: Mapping[str, list[int]], limit: int, others: Callable[[int], str],
    total: str,
) -> list[tuple[str, list[int]]]:
    """(name, figures) by the first figure, large first; at most ``limit`` lines and the total.

    ``others`` names the line that sums the places for which there was no room; so it stands for two or more.
    """
    lines = largest_first(named(places, figures), figures, limit, others)
    return [*lines, (total, _sum([row for _, row in lines]))]


def largest_first(
    names: Mapping[str, str], figures: Mapping[str, list[int]], limit: int, others: Callable[[int], str],
) -> list[tuple[str, list[int]]]:
    """The same without the total, of places of any kind. ``names``: by code."""
    order = sorted(figures, key=lambda code: (-figures[code][0], names[code]))
    if len(order) <= max(limit, 1):
        return [(names[code], figures[code]) for code in order]
    order, rest = order[: max(limit, 1) - 1], order[max(limit, 1) - 1 :]
    lines = [(names[code], figures[code]) for code in order]
    return [*lines, (others(len(rest)), _sum([figures[code] for code in rest]))]


def _sum(rows: list[list[int]]) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)]


def named(places: Places, codes: Mapping[str, object]) -> dict[str, str]:
    """A name for each code that is still the only one of its kind when a narrow table cuts it.

    Names that begin alike: a kecamatan gets its short code in front, which starts the house codes and is unique; of a
    kelurahan the first word becomes a letter.
    """
    full = {code: places[code].name if code in places else code for code in codes}
    starts = [name[:_KEPT] for name in full.values()]
    return {code: _short(places.get(code), name) if len(name) > _KEPT and starts.count(name[:_KEPT]) > 1 else name
            for code, name in full.items()}


def _short(place: Kecamatan | Kelurahan | None, name: str) -> str:
    if isinstance(place, Kecamatan):
        return f"{place.abbr} {name}"
    first, blank, rest = name.partition(" ")
    return f"{first[0]}. {rest}" if blank else first
