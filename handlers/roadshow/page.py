"""The page to print for a visit, for ``bot.documents.draw``: figures, and houses without a partner. It holds codes,
kelurahan, damage and estimates, nothing about families."""

from __future__ import annotations

from typing import Any

from handlers.digest.sheet import held
from handlers.groups.words import day_in_words, moment_in_words
from handlers.kit import format as fmt
from handlers.kit.runtime import Runtime
from handlers.kit.texts import Texts
from handlers.roadshow.facts import Facts
from storage.digests import HELD
from storage.partners import FundSource


def page(words: Texts, runtime: Runtime, found: Facts) -> dict[str, Any]:
    """The document, in one language. It fits one page however many houses there are."""
    label, visit = words.label, found.visit
    return {
        "title": label("roadshow.pdf.title", name=found.name),
        "subtitle": label("roadshow.pdf.subtitle", city=found.city),
        "one_page": True,
        "sections": [
            {"heading": label("roadshow.pdf.visit"), "rows": [
                [label("form.visit.day.label"), day_in_words(visit.day, words.locale)],
                [label("form.visit.place.label"), visit.place]]},
            _stages(words, found),
            *([_houses(words, found)] if found.numbers["needing"] else []),
        ],
        "footer": label("roadshow.pdf.footer", city=found.city,
                        moment=moment_in_words(found.moment, runtime, words.locale)),
        "page": label("data.pdf.page", page="{page}", pages="{pages}"),
    }


def filename(found: Facts) -> str:
    """``kunjungan-Pamulang-2026-03-07.pdf``."""
    return f"kunjungan-{found.name.replace(' ', '-')}-{found.visit.day.isoformat()}.pdf"


def caption(words: Texts, found: Facts) -> str:
    """What stands under the document in the chat."""
    return str(words.t("roadshow.pdf.caption", name=found.name, date=day_in_words(found.visit.day, words.locale)))


def _stages(words: Texts, found: Facts) -> dict[str, Any]:
    """Stages across, fund sources down; each line is the sum of its figures, and those with a partner, too."""
    numbers, label = found.numbers, words.label
    if not numbers["needing"]:
        return {"heading": label("roadshow.pdf.stages"), "note": label("roadshow.pdf.none")}

    def figure(value: int) -> str:
        return fmt.number(value, words.locale)

    rows = [[label(f"source.{source.value}"), *(figure(numbers["sources"][source.value][one.value]) for one in HELD),
             figure(sum(numbers["sources"][source.value].values()))] for source in FundSource]
    rows.append([label("digest.compare.taken"), *(figure(numbers["states"][one.value]) for one in HELD),
                 figure(held(numbers))])
    # These are in no stage: the last line sums the last column alone.
    rows.append([label("roadshow.pdf.open"), *("–" for _ in HELD), figure(numbers["open"])])
    rows.append([label("digest.total"), *("" for _ in HELD), figure(numbers["needing"])])
    return {
        "heading": label("roadshow.pdf.stages_of", needing=figure(numbers["needing"]), taken=figure(held(numbers)),
                         open=figure(numbers["open"])),
        "table": {
            "headers": [label("roadshow.pdf.source"), *(label(f"digest.stage.{one.value}") for one in HELD),
                        label("digest.total")],
            "rows": rows, "aligns": "lrrrrr", "widths": [50, 24, 24, 24, 24, 24], "total": True},
    }


def _houses(words: Texts, found: Facts) -> dict[str, Any]:
    """Houses without a partner, neediest first, what each would cost, and all of them."""
    label, locale = words.label, words.locale
    if not found.waiting:
        return {"heading": label("roadshow.pdf.houses"), "note": label("roadshow.pdf.no_houses")}
    rows: list[list[str | None]] = [
        [str(place), house.code, found.villages.get(house.kelurahan_code, ""), str(house.roof), str(house.floor),
         str(house.wall), str(house.priority), fmt.money(house.estimate or 0, locale)]
        for place, house in enumerate(found.waiting, 1)]
    rest = found.open - len(found.waiting)
    if rest > 0:
        left = found.cost - sum(house.estimate or 0 for house in found.waiting)
        rows.append(["", label("roadshow.pdf.more", n=rest, count=fmt.number(rest, locale)), *[None] * 5,
                     fmt.money(left, locale)])
    rows.append(["", label("roadshow.pdf.all", n=found.open, count=fmt.number(found.open, locale)), *[None] * 5,
                 fmt.money(found.cost, locale)])
    return {
        "heading": label("roadshow.pdf.houses"),
        "table": {
            "headers": ["", *(label(f"roadshow.pdf.{one}") for one in
                              ("code", "kelurahan", "roof", "floor", "wall", "priority", "estimate"))],
            "rows": rows, "aligns": "rllrrrrr", "widths": [9, 22, 36, 14, 14, 16, 19, 40], "total": True},
        "note": label("roadshow.pdf.legend"),
    }
