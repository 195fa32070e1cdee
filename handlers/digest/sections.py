"""The sections of a digest, in their order. A new one is a function here and its name in ``SECTIONS``."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from handlers.digest.places import lines_by_place
from handlers.digest.sheet import Numbers, Sheet, done, held, pre
from handlers.kit import format as fmt
from handlers.kit.texts import join
from storage.digests import HELD
from storage.houses import APART, HouseState
from storage.partners import FundSource

Section = Callable[[Sheet], Markup | None]


def headline(sheet: Sheet) -> Markup:
    """``264 = 158 + 106``, what remains first; each house once, under its lead partner's fund source."""
    numbers = sheet.numbers
    if not numbers["needing"]:
        return sheet.t("digest.headline.empty")
    bold = Markup("{} <b>{}</b>")
    sources = [bold.format(sheet.label(f"digest.source.{source.value}"),
                           sheet.figure(sum(numbers["sources"][source.value].values()))) for source in FundSource]
    sums = sheet.t("digest.headline", needing=sheet.figure(numbers["needing"]), taken=sheet.figure(held(numbers)),
                   open=sheet.figure(numbers["open"]), n=numbers["open"])
    return join([sums, join(sources, " · ")])


def changes(sheet: Sheet) -> Markup | None:
    """What has changed since the digest before: differences of the two frozen sets of numbers."""
    if not sheet.compares:
        return None
    if sheet.previous is None:
        return sheet.t("digest.changes.first")
    now, then = _milestones(sheet.numbers), _milestones(sheet.previous)
    moved = [
        Markup("{} <b>{}</b>").format(sheet.label(f"digest.change.{name}"), _signed(sheet, now[name] - then[name]))
        for name in now if now[name] != then[name]
    ]
    if not moved:
        return sheet.t("digest.changes.none", day=sheet.previous_day)
    return join([sheet.t("digest.changes", day=sheet.previous_day), join(moved, " · ")])


def _milestones(numbers: Numbers) -> dict[str, int]:
    states = numbers["states"]
    return {
        "needing": numbers["needing"], "taken": held(numbers), "open": numbers["open"], "done": done(states),
        "handed_over": states[HouseState.HANDED_OVER.value], "registered": states[HouseState.REGISTERED.value],
    }


def _signed(sheet: Sheet, difference: int) -> str:
    return ("+" if difference > 0 else "−") + sheet.figure(abs(difference))


def by_source(sheet: Sheet) -> Markup | None:
    """Stages down, fund sources across; rows and columns add up."""
    sources = sheet.numbers["sources"]
    if not held(sheet.numbers):
        return None
    columns = [one.value for one in FundSource]
    counted = [(f"digest.stage.{state.value}", [sources[one][state.value] for one in columns]) for state in HELD]
    counted.append(("digest.total", [sum(sources[one].values()) for one in columns]))
    rows = [[sheet.label(key), *map(sheet.figure, [*row, sum(row)])] for key, row in counted]
    headers = [sheet.label("digest.stage"), *(sheet.label(f"digest.source.{one}") for one in columns),
               sheet.label("digest.total")]
    return join([sheet.t("digest.stages"), pre(rows, headers, "l" + "r" * (len(headers) - 1))])


def by_kecamatan(sheet: Sheet) -> Markup | None:
    """Needing = with a partner + open, and the done ones, for each kecamatan; a total line."""
    if not sheet.numbers["needing"]:
        return None
    figures = {
        code: [sum(row.values()), sum(row[state.value] for state in HELD), row["open"], done(row)]
        for code, row in sheet.numbers["kecamatan"].items()
    }
    rows = lines_by_place(sheet.places, figures, sheet.lines, lambda n: sheet.label("digest.others", n=n),
                          sheet.label("digest.total"))
    headers = [sheet.label("digest.kecamatan"),
               *(sheet.label(f"digest.column.{name}") for name in ("needing", "taken", "open", "done"))]
    shown = [[name, *map(sheet.figure, row)] for name, row in rows]
    return join([sheet.t("digest.by_kecamatan"), pre(shown, headers, "lrrrr"), sheet.t("digest.columns")])


def money(sheet: Sheet) -> Markup | None:
    """This year's quotas by fund source: ceiling, promised and spent, houses that may still be claimed."""
    rows = [one for one in sheet.numbers["partners"] if one["units"] or one["ceiling"]]
    if not rows:
        return None
    lines, exact = [], [0]
    for source in [*FundSource, None]:
        mine = [one for one in rows if source is None or one["source"] == source.value]
        if not mine:
            continue
        ceiling, used = sum(one["ceiling"] for one in mine), sum(one["reserved"] + one["spent"] for one in mine)
        left = sum(one["units"] - one["units_used"] for one in mine)
        exact += [ceiling, used]
        name = sheet.label(f"digest.source.{source.value}" if source else "digest.total")
        lines.append(sheet.t("digest.money.line", source=name, ceiling=sheet.money(ceiling), used=sheet.money(used),
                             units=sheet.figure(left), n=left))
    if len(lines) == 2:
        lines.pop()  # one fund source: its line is the total
    note = [Markup("<i>{}</i>").format(sheet.label("note.rounded"))] if fmt.is_rounded(*exact) else []
    return join([sheet.t("digest.money", year=str(sheet.numbers["year"])), *lines, *note])


def apart(sheet: Sheet) -> Markup | None:
    """Houses outside the headline."""
    states = sheet.numbers["states"]
    shown = [
        Markup("{} <b>{}</b>").format(sheet.label(f"digest.apart.{state.value}"), sheet.figure(states[state.value]))
        for state in APART if states[state.value]
    ]
    return join([sheet.t("digest.apart"), join(shown, " · ")]) if shown else None


SECTIONS: list[Section] = [headline, changes, by_source, by_kecamatan, money, apart]
