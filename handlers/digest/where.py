"""By place: where houses stand, and what is needed next."""

from __future__ import annotations

from markupsafe import Markup

from handlers.digest.places import lines_by_place
from handlers.digest.sheet import Sheet, done, pre, rounded
from handlers.kit.texts import join
from storage.digests import HELD

# Kecamatan that are named where it is said what is needed.
_NEEDED = 5


def by_kecamatan(sheet: Sheet) -> Markup | None:
    """Needing = with a partner + open, and the done ones, for each kecamatan; a total line. A digest of one kecamatan
    has its kelurahan here."""
    if not sheet.numbers["needing"]:
        return None
    level = "kelurahan" if sheet.area else "kecamatan"
    figures = {
        code: [sum(row.values()), sum(row[state.value] for state in HELD), row["open"], done(row)]
        for code, row in sheet.numbers[level].items()
    }
    headers = [sheet.label(f"digest.{level}"),
               *(sheet.label(f"digest.column.{name}") for name in ("needing", "taken", "open", "done"))]
    shown = [[name, *map(sheet.figure, row)] for name, row in _lines(sheet, figures, sheet.lines)]
    title = sheet.t("digest.by_kelurahan" if sheet.area else "digest.by_kecamatan")
    return join([title, pre(shown, headers, "lrrrr"), sheet.t("digest.columns")])


def needed(sheet: Sheet) -> Markup | None:
    """Where houses wait for a partner and what they would cost, and how a partner finds its own."""
    if not sheet.numbers["open"]:
        return None
    # Numbers frozen long ago do not know the cost.
    cost = sheet.numbers.get("cost")
    parts = [sheet.t("digest.needed")]
    total = sum(cost.values()) if cost else 0
    if sheet.area:
        opened = sheet.numbers["open"]
        parts.append(sheet.t("digest.needed.area", count=sheet.figure(opened), n=opened))
        if cost:
            parts.append(sheet.t("digest.needed.cost", cost=sheet.money(total)))
            parts += rounded(sheet, total)
    else:
        parts += _table(sheet, cost)
    return join([*parts, sheet.t("digest.needed.call")])


def _table(sheet: Sheet, cost: dict[str, int] | None) -> list[Markup]:
    figures = {code: [row["open"], cost.get(code, 0) if cost else 0]
               for code, row in sheet.numbers["kecamatan"].items() if row["open"]}
    rows = _lines(sheet, figures, _NEEDED)
    headers = [sheet.label(f"digest.{name}") for name in ("kecamatan", "column.open", "cost")]
    shown = [[name, sheet.figure(houses), sheet.money(rupiah)] for name, (houses, rupiah) in rows]
    if not cost:
        headers, shown = headers[:2], [row[:2] for row in shown]
    return [pre(shown, headers, "lrr"[: len(headers)]), *rounded(sheet, *(rupiah for _, (_, rupiah) in rows))]


def _lines(sheet: Sheet, figures: dict[str, list[int]], limit: int) -> list[tuple[str, list[int]]]:
    return lines_by_place(sheet.places, figures, limit, lambda n: sheet.label("digest.others", n=n),
                          sheet.label("digest.total"))
