"""Under a digest: the codes of the houses behind a figure, by kecamatan and fund source, so that it can be checked."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from telegram.ext import BaseHandler

from handlers.digest.detail import ANY, Areas, Houses, in_digest, moment, show, to_menu
from handlers.digest.opened import Opened, opened
from handlers.kit import format as fmt
from handlers.kit.aligned import beside
from handlers.kit.buttons import Press, Rows, grid
from handlers.kit.endpoint import press
from handlers.kit.pages import turn
from handlers.kit.policy import Where, anyone
from handlers.kit.request import Request
from handlers.kit.texts import join
from storage import regions, standing
from storage.digests import HELD, DigestRun
from storage.partners import FundSource
from storage.regions import Kecamatan
from storage.standing import COUNTED, Cell, Figure, Listed, Standing

PAGE = 40
"""Codes in one message: with a heading over each, and the longest names of the country, it stays within the limit."""
_PAID = {state.value for state in HELD} | set(COUNTED[Figure.OVERDUE])


def on_houses(request: Request) -> None:
    """A page of a list; a page behind the end is the first one."""
    button = request.button
    assert isinstance(button, Houses)
    asked = _asked(request, button, button.kecamatan)
    if asked is None:
        return
    at, cell = asked
    here, note = _as_posted(request, at, cell)
    total, after = here.count(cell), max(button.after, 0)
    found = standing.page(request.session, here, cell, after=after, limit=PAGE + 1)
    if after and not found:
        after, found = 0, standing.page(request.session, here, cell, limit=PAGE + 1)
    more, found = len(found) > PAGE, found[:PAGE]
    # The last page ends the list, whatever came or went meanwhile in front of it.
    most = max(total - len(found), 0)
    seen = 0 if not after else min(max(button.seen, 0), most) if more else most
    places = {one.code: one for one in regions.all_kecamatan(request.session)}
    lines = [_title(at, cell, places), note]
    if found:
        first, last, whole = (fmt.number(one, at.words.locale) for one in (seen + 1, seen + len(found), total))
        lines += [at.words.t("digest.list.range", first=first, last=last, total=whole), _codes(request, cell, found)]
    else:
        lines.append(at.words.t("digest.list.empty"))
    pages = turn(at.words, _button(at, cell) if after else None,
                 _button(at, cell, found[-1].house_id, seen + len(found)) if more else None)
    show(request, at, join(lines), [*pages, *_narrower(at, cell, here)])


def on_areas(request: Request) -> None:
    """The kecamatan in which a list has houses, with how many."""
    button = request.button
    assert isinstance(button, Areas)
    asked = _asked(request, button, ANY)
    if asked is None:
        return
    at, cell = asked
    here, note = _as_posted(request, at, cell)
    places = regions.all_kecamatan(request.session)
    found = here.by_kecamatan(cell)
    rows = grid([
        Press(f"{one.name} {fmt.number(found[one.code], at.words.locale)}",
              _button(at, Cell(cell.figure, one.code, cell.source)))
        for one in places if one.code in found
    ])
    rows.append([Press(at.words.label("digest.list.everywhere"), _button(at, cell))])
    show(request, at, join([_title(at, cell, {}), note, at.words.t("digest.list.pick")]), rows)


def _asked(request: Request, button: Houses | Areas, area: str) -> tuple[Opened, Cell] | None:
    """The digest, and what a button names; None once it was answered that there is no such thing."""
    at = opened(request, button.run_id, button.under)
    if at is None:
        return None
    known = {one.code for one in regions.all_kecamatan(request.session)} if area != ANY else {ANY}
    if area not in known or button.source not in (ANY, *FundSource):
        request.toast(request.label("refuse.old_button"), alert=True)
        return None
    # The digest of one kecamatan speaks of nothing else.
    area = (at.run.kecamatan_code if at.run else None) or area
    return at, Cell(button.figure, None if area == ANY else area,
                    None if button.source == ANY else FundSource(button.source))


def _as_posted(request: Request, at: Opened, cell: Cell) -> tuple[Standing, Markup]:
    """Where the houses stood when the digest was made, and a line that says so. Where that cannot be said to the house,
    where they stand now, with both figures."""
    session, words, here = request.session, at.words, standing.now(request.session)
    when = moment(request, at)
    if at.run is None:
        return here, words.t("digest.list.now", moment=when)
    changes = None if cell.figure == Figure.OVERDUE else standing.changed(session, at.run)
    then = in_digest(at.run.numbers, cell)
    if changes is not None:
        past = here.back(changes)
        if all(in_digest(at.run.numbers, one) in (None, past.count(one)) for one in _around(cell, at.run)):
            return past, words.t("digest.list.then", moment=when)
    if then is None:
        return here, words.t("digest.list.lost", moment=when)
    return here, words.t("digest.list.both", moment=when, now=fmt.number(here.count(cell), words.locale),
                         then=fmt.number(then, words.locale))


def _around(cell: Cell, run: DigestRun) -> set[Cell]:
    """A cell, and the wider ones that it is part of: the digest says at least one of them."""
    areas = {run.kecamatan_code, cell.kecamatan}
    return {Cell(cell.figure, area, source) for area in areas for source in (None, cell.source)}


def _title(at: Opened, cell: Cell, places: dict[str, Kecamatan]) -> Markup:
    parts = [at.words.label(f"digest.figure.{cell.figure.value}")]
    if cell.kecamatan in places:
        parts.append(places[cell.kecamatan].name)
    if cell.source is not None:
        parts.append(at.words.label(f"digest.source.{cell.source.value}"))
    return Markup("🔎 <b>{}</b>").format(" · ".join(parts))


def _codes(request: Request, cell: Cell, found: list[Listed]) -> Markup:
    """The codes under their kelurahan, beside each other; of a whole city with the kecamatan's name."""
    names = regions.places_of(request.session, {one.kelurahan for one in found})
    groups: dict[tuple[str, str], list[str]] = {}
    for one in found:
        village, around = names[one.kelurahan]
        groups.setdefault((around, village), []).append(one.code)
    blocks = []
    for (around, village), codes in sorted(groups.items()):
        blocks.append("\n".join([village if cell.kecamatan else f"{village}, {around}", beside(codes)]))
    return Markup("<pre>{}</pre>").format("\n".join(blocks))


def _narrower(at: Opened, cell: Cell, here: Standing) -> Rows:
    """By fund source where partners pay, by kecamatan, and on to the other figures."""
    sources = []
    if _PAID.intersection(COUNTED[cell.figure]):
        for source in FundSource:
            part = Cell(cell.figure, cell.kecamatan, source)
            if source != cell.source and (count := here.count(part)):
                name = at.words.label(f"digest.source.{source.value}")
                sources.append(Press(f"{name} {fmt.number(count, at.words.locale)}", _button(at, part)))
        if cell.source is not None:
            sources.append(Press(at.words.label("digest.list.any_source"),
                                 _button(at, Cell(cell.figure, cell.kecamatan))))
    onward = []
    if at.run is None or at.run.kecamatan_code is None:
        onward.append(Press(at.words.label("digest.list.area"),
                            Areas(at.run_id, cell.figure, cell.source or ANY, at.under)))
    return [*grid(sources, 3), *grid([*onward, to_menu(at)])]


def _button(at: Opened, cell: Cell, after: int = 0, seen: int = 0) -> Houses:
    return Houses(at.run_id, cell.figure, cell.kecamatan or ANY, cell.source or ANY, after, seen, at.under)


ROUTES: list[BaseHandler[Any, Any, Any]] = [
    press(Houses, on_houses, allow=anyone(Where.ANYWHERE)),
    press(Areas, on_areas, allow=anyone(Where.ANYWHERE)),
]
