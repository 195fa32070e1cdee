"""By fund source: houses by stage, how far the work is, quotas, money."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from markupsafe import Markup

from handlers.digest.sheet import Sheet, held, pre, rounded
from handlers.kit import format as fmt
from handlers.kit.texts import join
from storage.digests import HELD
from storage.partners import FundSource

_SOURCES = [one.value for one in FundSource]
_JUTA, _MILIAR = 1_000_000, 1_000_000_000


def by_source(sheet: Sheet) -> Markup | None:
    """Fund sources across. Down: the houses by stage, how far their work is by what was reported, and this year's
    quotas in houses. Quotas are for the whole city: the digest of one kecamatan has none."""
    rows, notes = [], []
    if held(sheet.numbers):
        rows += _stages(sheet)
        if progress := sheet.numbers.get("progress"):
            rows += _percents(sheet, progress)
            notes.append(sheet.t("digest.progress.note"))
    if quotas := _quotas(sheet):
        used = _by_source(quotas, "units_used")
        target = _by_source(quotas, "units")
        left = [all_ - some for all_, some in zip(target, used, strict=True)]
        rows += _with_sums(sheet, [("digest.target", target), ("digest.used", used), ("digest.left", left)])
        notes.append(sheet.t("digest.quota.note", year=str(sheet.numbers["year"])))
    if not rows:
        return None
    return join([sheet.t("digest.stages"), _across(sheet, rows), *([join(notes, " ")] if notes else [])])


def stages(sheet: Sheet) -> Markup | None:
    """The houses by stage alone, for where there is little room."""
    return join([sheet.t("digest.stages"), _across(sheet, _stages(sheet))]) if held(sheet.numbers) else None


def _across(sheet: Sheet, rows: list[list[str]]) -> Markup:
    headers = [sheet.label("digest.stage"), *(sheet.label(f"digest.source.{one}") for one in _SOURCES),
               sheet.label("digest.total")]
    return pre(rows, headers, "l" + "r" * (len(headers) - 1))


def _stages(sheet: Sheet) -> list[list[str]]:
    sources = sheet.numbers["sources"]
    counted = [(f"digest.stage.{state.value}", [sources[one][state.value] for one in _SOURCES]) for state in HELD]
    counted.append(("digest.total", [sum(sources[one].values()) for one in _SOURCES]))
    return _with_sums(sheet, counted)


def _with_sums(sheet: Sheet, counted: list[tuple[str, list[int]]]) -> list[list[str]]:
    return [[sheet.label(key), *map(sheet.figure, [*row, sum(row)])] for key, row in counted]


def _percents(sheet: Sheet, progress: dict[str, list[int]]) -> list[list[str]]:
    """Means over all houses that a partner holds, each as it was last reported."""
    columns = [progress[one] for one in _SOURCES]
    columns.append([sum(figures) for figures in zip(*columns, strict=True)])
    return [
        [sheet.label(key), *(fmt.percent(Decimal(column[at]) / column[0], sheet.texts.locale).removesuffix("%")
                             if column[0] else "–" for column in columns)]
        for at, key in ((1, "digest.physical"), (2, "digest.financial"))
    ]


def _quotas(sheet: Sheet) -> list[dict[str, Any]]:
    """Partners with a quota of this year; none where figures of the whole city would mislead."""
    return [] if sheet.area else [one for one in sheet.numbers["partners"] if one["units"] or one["ceiling"]]


def _by_source(partners: list[dict[str, Any]], figure: str) -> list[int]:
    return [sum(one[figure] for one in partners if one["source"] == source) for source in _SOURCES]


def money(sheet: Sheet) -> Markup | None:
    """This year's quotas in rupiah: ceiling = promised + spent + left, by fund source, in one unit for all."""
    quotas = _quotas(sheet)
    if not quotas:
        return None
    columns = [_by_source(quotas, figure) for figure in ("ceiling", "reserved", "spent")]
    columns.append([ceiling - promised - spent for ceiling, promised, spent in zip(*columns, strict=True)])
    lines = dict(zip(_SOURCES, map(list, zip(*columns, strict=True)), strict=True))
    known = {name: row for name, row in lines.items() if any(one["source"] == name for one in quotas)}
    rows = {f"digest.source.{name}": row for name, row in known.items()}
    if len(rows) > 1:  # of one fund source the line is the total
        rows["digest.total"] = [sum(column) for column in columns]
    amounts = [amount for row in rows.values() for amount in row]
    unit, places = _unit(max(amounts))
    shown = [[sheet.label(key), *(_in_unit(sheet, amount, unit, places) for amount in row)]
             for key, row in rows.items()]
    headers = [sheet.label(f"digest.{name}") for name in ("source", "ceiling", "reserved", "spent", "rest")]
    title = "digest.money.juta" if unit == _JUTA else "digest.money.miliar"
    step = unit // 10**places
    exact = [sheet.t("digest.rounded")] if any(amount % step for amount in amounts) else []
    return join([sheet.t(title, year=str(sheet.numbers["year"])), pre(shown, headers, "lrrrr"),
                 join([sheet.t("digest.money.note"), *exact], " ")])


def _unit(largest: int) -> tuple[int, int]:
    """Rupiah that stand for one, and decimals: so that four figures and a name fit a telephone's line."""
    if largest < 100 * _MILIAR:
        return _JUTA, 1 if largest < _MILIAR else 0
    return _MILIAR, 1 if largest < 1_000 * _MILIAR else 0


def _in_unit(sheet: Sheet, rupiah: int, unit: int, places: int) -> str:
    """Halves up; what is too little to be seen is not nothing."""
    smallest = Decimal(1).scaleb(-places)
    shown = (Decimal(rupiah) / unit).quantize(smallest, ROUND_HALF_UP)
    if rupiah > 0 and not shown:
        return "<" + fmt.number(smallest, sheet.texts.locale)
    return fmt.number(shown, sheet.texts.locale)


def carried(sheet: Sheet) -> Markup | None:
    """What quotas of the years before have promised and not paid yet, by fund source; several ones with their sum."""
    known = {} if sheet.area else sheet.numbers.get("carried", {})
    theirs = {source: found for source in _SOURCES if (found := known.get(source)) and any(found)}
    if not theirs:
        return None
    if len(theirs) > 1:
        theirs["total"] = [sum(figures) for figures in zip(*theirs.values(), strict=True)]
    shown = [
        sheet.t("digest.carried.source", count=sheet.figure(units), n=units, money=sheet.money(rupiah),
                source=sheet.label("digest.total" if name == "total" else f"digest.source.{name}"))
        for name, (units, rupiah) in theirs.items()
    ]
    title = sheet.t("digest.carried", year=str(sheet.numbers["year"]))
    return join([title, join(shown, " · "), *rounded(sheet, *(rupiah for _, rupiah in theirs.values()))])
