"""The sections of a digest, in their order. A new one is a function and its name in ``SECTIONS``."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from handlers.digest.funds import by_source, carried, money
from handlers.digest.sheet import Sheet, held, listed
from handlers.digest.since import changes, corrections, deadlines, thanks, verified
from handlers.digest.where import by_kecamatan, needed
from handlers.kit.texts import join
from storage.houses import APART
from storage.partners import FundSource

Section = Callable[[Sheet], Markup | None]


def headline(sheet: Sheet) -> Markup:
    """``264 = 158 + 106``, what remains first; each house once, under its lead partner's fund source."""
    numbers = sheet.numbers
    if not numbers["needing"]:
        return sheet.t("digest.headline.empty")
    pair = Markup("{} <b>{}</b>")
    sources = [pair.format(sheet.label(f"digest.source.{source.value}"),
                           sheet.figure(sum(numbers["sources"][source.value].values()))) for source in FundSource]
    sums = sheet.t("digest.headline", needing=sheet.figure(numbers["needing"]), taken=sheet.figure(held(numbers)),
                   open=sheet.figure(numbers["open"]), n=numbers["open"])
    return join([sums, sheet.t("digest.headline.sources", sources=join(sources, " · "))])


def apart(sheet: Sheet) -> Markup | None:
    """Houses outside the headline."""
    states = {f"digest.apart.{state.value}": sheet.numbers["states"][state.value] for state in APART}
    return join([sheet.t("digest.apart"), listed(sheet, states)]) if any(states.values()) else None


SECTIONS: list[Section] = [
    headline, changes, corrections, deadlines, by_source, by_kecamatan, verified, thanks, needed, money, carried, apart,
]
# What a message has no room for, the most dispensable first, once the longest table is short.
GIVES_WAY: list[Section] = [apart, thanks, carried, verified, needed, money]
