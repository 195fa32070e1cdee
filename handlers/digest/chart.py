"""The digest's chart: how far the houses of each place are, and how many nobody has taken yet.

What is drawn stands here in the group's words; how it looks is ``bot.charts``' business.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from handlers.digest.places import largest_first
from handlers.digest.sheet import Sheet, held
from handlers.groups.words import moment_in_words
from handlers.kit import format as fmt
from handlers.kit.runtime import Runtime
from storage import meta, regions
from storage.digests import HELD

# As much as a telephone shows legibly; the smallest places go into the last bar.
BARS = 12
OPEN = "open"
# From the end of the work to what nobody has taken yet.
KINDS = [*(state.value for state in reversed(HELD)), OPEN]

Spec = dict[str, Any]


def chart(session: Session, runtime: Runtime, sheet: Sheet, made_at: datetime) -> Spec | None:
    """What ``bot.charts`` draws of these numbers; None where no house needs work. Of one kecamatan: its kelurahan."""
    numbers, area = sheet.numbers, sheet.numbers.get("area")
    if not numbers["needing"]:
        return None
    figures = {code: [sum(row.values()), *(row[kind] for kind in KINDS)]
               for code, row in numbers["kelurahan" if area else "kecamatan"].items()}
    names = {one.code: one.name for one in regions.kelurahan_of(session, area)} if area else \
        {code: one.name for code, one in sheet.places.items()}
    rows = largest_first({code: names.get(code, code) for code in figures}, figures, BARS,
                         lambda n: sheet.label("digest.others", n=n))
    return said(session, runtime, sheet, made_at, "digest.chart") | {
        "sums": sheet.label("digest.chart.sums", needing=sheet.figure(numbers["needing"]),
                            taken=sheet.figure(held(numbers)), open=sheet.figure(numbers["open"])),
        "rows": [{
            "name": name,
            "note": sheet.label("digest.chart.row", open=sheet.figure(row[-1]), needing=sheet.figure(row[0])),
            "parts": [[number, sheet.figure(number)] for number in row[1:]],
        } for name, row in rows],
    }


def said(session: Session, runtime: Runtime, sheet: Sheet, made_at: datetime, key: str) -> Spec:
    """What stands on each of our pictures: what it is of and when, the message, the stages, where it comes from."""
    numbers, area, locale = sheet.numbers, sheet.numbers.get("area"), sheet.texts.locale
    day = fmt.date(made_at.astimezone(runtime.zone).date(), locale)
    place = sheet.places.get(area or "")
    title = sheet.label(f"{key}.area", kecamatan=place.name, day=day) if place else sheet.label(key, day=day)
    return {
        "title": title,
        "message": sheet.label("digest.chart.message", open=sheet.figure(numbers["open"]), n=numbers["open"])
        if numbers["open"] else sheet.label("digest.chart.message.none"),
        "legend": [[kind, sheet.label("digest.chart.open" if kind == OPEN else f"digest.stage.{kind}")]
                   for kind in KINDS],
        "source": sheet.label("digest.chart.source", city=meta.get(session, "city_name") or runtime.city,
                              moment=moment_in_words(made_at, runtime, locale)),
    }
