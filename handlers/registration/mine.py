"""/rumahsaya: the houses that somebody registered, those that wait for them first, and whether they want news."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from telegram.ext import BaseHandler

from handlers.kit.buttons import Press, Rows, grid
from handlers.kit.endpoint import command, press
from handlers.kit.pages import turn
from handlers.kit.policy import only
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.registration.buttons import Another, HouseNews, Mine, MyHouses
from handlers.registration.section_questions import missing
from storage import mine
from storage.houses import OVER, House, HouseState
from storage.people import RoleName

PAGE = 8
ALL = "-"
_ORDER = (mine.FIRST, *(state for state in HouseState if state != mine.FIRST))
_MAY = only(RoleName.SURVEYOR, RoleName.ADMIN)
_START = (0, 0)


def on_mine(request: Request) -> None:
    """The command: counts by stage, and the first of all houses."""
    request.say(*_list(request, ALL, _START))


def on_list(request: Request) -> None:
    """One stage, or another page."""
    button = request.button
    assert isinstance(button, MyHouses)
    request.edit(*_list(request, button.state, (button.behind, button.after)))


def on_news(request: Request) -> None:
    """Turn the news on or off: pressed twice, it stays as it was wished."""
    button = request.button
    assert isinstance(button, HouseNews)
    wanted = button.wanted != 0
    mine.want_news(request.session, request.me.person, request.now, wanted=wanted)
    request.toast(request.label("rumahku.news.on" if wanted else "rumahku.news.off"))
    request.edit(*_list(request, button.state, (button.behind, button.after)))


def _list(request: Request, name: str, start: tuple[int, int]) -> tuple[Markup, Rows]:
    """A page of all houses, or of one stage: ``start`` is the place behind the last house of the page before."""
    counted = mine.counts(request.session, request.me.id)
    if not counted:
        return request.t("rumahku.none"), [[Press(request.label("rumahku.button.register"), Another())]]
    state = HouseState(name) if name in {one.value for one in counted} else None  # its last house may have moved on
    key = state.value if state is not None else ALL
    if key != name:
        start = _START
    found = _page(request, state, start)
    if not found and start != _START:  # what the page began behind was the last one
        start = _START
        found = _page(request, state, start)
    page = found[:PAGE]
    rows: Rows = grid([Press(house.code, Mine(house.id or 0)) for house, _ in page], 4)
    rows += turn(request, MyHouses(key, *_START) if start != _START else None,
                 MyHouses(key, *_place(state, page[-1][0])) if len(found) > PAGE else None)
    rows += _stages(request, counted, state)
    rows.append([Press(request.label("rumahku.button.register"), Another())])
    rows.append([_switch(request, key, start)])
    return join([_head(request, counted), _lines(request, page)], "\n\n"), rows


def _page(request: Request, state: HouseState | None, start: tuple[int, int]) -> list[tuple[House, str]]:
    if state is not None:
        return mine.in_state(request.session, request.me.id, state, before=start[1], limit=PAGE + 1)
    return mine.page(request.session, request.me.id, after=start, limit=PAGE + 1)


def _place(state: HouseState | None, last: House) -> tuple[int, int]:
    """Where the next page begins."""
    return int(state is None and last.state != mine.FIRST), last.id or 0


def _head(request: Request, counted: dict[HouseState, int]) -> Markup:
    lines = [request.t("rumahku.title", total=sum(counted.values()))]
    for state in _ORDER:
        if state in counted:
            key = "rumahku.count.first" if state == mine.FIRST else "rumahku.count"
            lines.append(request.t(key, stage=request.label(f"state.{state.value}"), count=counted[state]))
    return join(lines)


def _stages(request: Request, counted: dict[HouseState, int], state: HouseState | None) -> Rows:
    """Each count as a button that shows only those; of the stage that is shown, back to all."""
    if len(counted) == 1:
        return []
    presses = [Press(f"{request.label(f'rumahku.stage.{one.value}')} ({counted[one]})", MyHouses(one.value, *_START))
               for one in _ORDER if one in counted and one != state]
    if state is not None:
        everything = request.label("rumahku.stage.all")
        presses.insert(0, Press(f"{everything} ({sum(counted.values())})", MyHouses(ALL, *_START)))
    return grid(presses)


def _lines(request: Request, page: list[tuple[House, str]]) -> Markup:
    """A line a house; of those whose life goes on, how many questions about the family and the house are open."""
    known = mine.written(request.session, [house.id or 0 for house, _ in page if house.state not in OVER])
    open_ = {number: sum(missing(dict.fromkeys(names)).values()) for number, names in known.items()}
    return join([_line(request, house, kelurahan, open_.get(house.id or 0, 0)) for house, kelurahan in page])


def _line(request: Request, house: House, kelurahan: str, open_: int) -> Markup:
    line = request.t("rumahku.line", code=house.code, kelurahan=kelurahan,
                     stage=request.label(f"rumahku.stage.{house.state.value}"))
    return line + request.t("rumahku.open", count=open_) if open_ else line


def _switch(request: Request, key: str, start: tuple[int, int]) -> Press:
    on = request.me.person.house_news
    return Press(request.label("rumahku.button.news_on" if on else "rumahku.button.news_off"),
                 HouseNews(int(not on), key, *start))


ROUTES: list[BaseHandler[Any, Any, Any]] = [
    command(["rumahsaya", "myhouses"], on_mine, allow=_MAY),
    press(MyHouses, on_list, allow=_MAY),
    press(HouseNews, on_news, allow=_MAY),
]
