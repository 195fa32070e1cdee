"""Digests that were posted: one as it was, and any two side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from markupsafe import Markup
from telegram.ext import BaseHandler

from handlers.digest.access import QUIET, pressed
from handlers.digest.detail import buttons, show
from handlers.digest.opened import Opened, below
from handlers.digest.posted import made_on, sheet_of
from handlers.digest.render import render
from handlers.digest.sheet import Numbers, Sheet, held, pre
from handlers.groups.words import day_in_words
from handlers.kit.buttons import Button, Press, Rows, grid
from handlers.kit.endpoint import press
from handlers.kit.policy import Where, anyone
from handlers.kit.request import Request, send
from handlers.kit.texts import Texts, join, texts
from storage import digests, groups, outbox, snapshots
from storage.digests import HELD, DigestRun
from storage.groups import ChatGroup

# So many months are offered, the newest ones.
_MONTHS = 6
_NOW = 0
_COMPARED = "compare"


@dataclass(frozen=True)
class OpenRun(Button):
    """A stored digest, by anybody who may see the city's numbers."""

    code = "dr"
    run_id: int


@dataclass(frozen=True)
class Compare(Button):
    """With which month? ``run_id``: of a stored digest; nought is the city as it is now."""

    code = "dc"
    run_id: int


@dataclass(frozen=True)
class Compared(Button):
    """Two of them, side by side. ``under``: the message below which they are compared."""

    code = "dy"
    run_id: int
    other_run_id: int
    under: int


def compare_row(words: Texts, run_id: int = _NOW) -> Rows:
    """The button under numbers that can be compared with stored ones."""
    return [[Press(words.label("digest.button.compare"), Compare(run_id))]]


def on_open(request: Request) -> None:
    """One of the months that there are."""
    button = request.button
    assert isinstance(button, OpenRun)
    admitted = pressed(request)
    run = _run(request, button.run_id) if admitted else None
    if admitted and run and not show_run(request, *admitted, run):
        request.toast(admitted[0].label("digest.stored.shown"))


def show_run(request: Request, words: Texts, group: ChatGroup | None, run: DigestRun) -> bool:
    """The digest as it was posted; whether it was not there just before."""
    slot = f"rekap.{run.id}"
    if outbox.recent(request.session, request.chat_id, slot, request.now - QUIET):
        return False
    words = its_language(request, words, group, run)
    sheet = sheet_of(request.session, request.runtime, words, run, kept=True)
    rows = compare_row(words, run.id or 0)
    if group is None or run.group_id == group.id:  # what is behind the figures of another group's is not shown here
        rows = [*buttons(words, run.numbers, run.id or 0), *rows]
    send(request.session, request.chat_id, render(sheet), request.now, rows, slot=slot, extra=request.in_topic)
    return True


def on_compare(request: Request) -> None:
    """One message below, with the months that there are. The digest itself never changes."""
    button = request.button
    assert isinstance(button, Compare)
    admitted = pressed(request)
    run = _run(request, button.run_id) if admitted and button.run_id != _NOW else None
    if admitted is None or (run is None and button.run_id != _NOW):
        return
    words, group = its_language(request, *admitted, run), admitted[1]
    under = below(request, 0)
    slot = f"{_COMPARED}.{under}"
    if outbox.recent(request.session, request.chat_id, slot, request.now - QUIET):
        request.toast(words.label("digest.compare.shown"))
        return
    rows = choice(request, words, group, button.run_id, under)
    if not rows:
        request.toast(words.label("digest.compare.none"), alert=True)
        return
    which = words.t("digest.compare.which", chosen=_named(request, words, run))
    show(request, Opened(None, words, under), which, rows, _COMPARED)


def on_compared(request: Request) -> None:
    """Then, now and the difference, in the message that offered the months; they stay below."""
    button = request.button
    assert isinstance(button, Compared)
    admitted = pressed(request)
    other = _run(request, button.other_run_id) if admitted else None
    run = _run(request, button.run_id) if other and button.run_id != _NOW else None
    if admitted is None or other is None or (run is None and button.run_id != _NOW):
        return
    words, group = its_language(request, *admitted, run), admitted[1]
    under = below(request, button.under)
    show(request, Opened(run, words, under), side_by_side(request, words, other, run),
         choice(request, words, group, button.run_id, under), _COMPARED)


def side_by_side(request: Request, words: Texts, one: DigestRun, other: DigestRun | None) -> Markup:
    """Two digests, the older one first, and what lies between them; ``other`` None: the city as it is now."""
    then, now = (one, other) if other is None or one.made_at <= other.made_at else (other, one)
    numbers = now.numbers if now else digests.count(request.session, request.today.year)
    days = made_on(request.runtime, then), made_on(request.runtime, now) if now else None
    text = _table(words, *days, then.numbers, Sheet(numbers, words, Markup(), {}, previous=then.numbers))
    titled = words.t("digest.compare.title", then=_named(request, words, then), now=_named(request, words, now))
    return join([titled, text, words.t("digest.compare.note")], "\n\n")


def its_language(request: Request, words: Texts, group: ChatGroup | None, run: DigestRun | None) -> Texts:
    """A group reads a digest of its own in the language in which it was posted there."""
    if group is None or run is None or run.group_id != group.id:
        return words
    return texts(groups.locale_of(request.session, group, run.kind))


def _table(words: Texts, then: date, now: date | None, numbers: Numbers, sheet: Sheet) -> Markup:
    """Each line's difference is its second figure less its first; the parts add up in all three columns."""
    pattern = "d MMM" if now is None or now.year == then.year else "MMM yy"
    headers = [
        words.label("digest.houses"), format_date(then, pattern, locale=words.locale),
        format_date(now, pattern, locale=words.locale) if now else words.label("digest.flow.now"),
        words.label("digest.compare.difference"),
    ]
    before, after = _figures(numbers), _figures(sheet.numbers)
    rows = [[words.label(key), sheet.figure(before[key]), sheet.figure(after[key]),
             sheet.signed(after[key] - before[key])] for key in after]
    return pre(rows, headers, "lrrr")


def _figures(numbers: Numbers) -> dict[str, int]:
    """The main figures under the keys of their labels."""
    states = numbers["states"]
    return {
        "digest.compare.needing": numbers["needing"], "digest.compare.open": numbers["open"],
        "digest.compare.taken": held(numbers),
        **{f"digest.stage.{state.value}": states[state.value] for state in HELD},
        "digest.compare.registered": states["registered"],
    }


def choice(request: Request, words: Texts, group: ChatGroup | None, run_id: int, under: int) -> Rows:
    """The months that a run can be compared with."""
    found = [(number, day) for number, day in months_of(request, group) if number != run_id]
    return grid([Press(month_in_words(day, words), Compared(run_id, number, under)) for number, day in found])


def months_of(request: Request, group: ChatGroup | None) -> list[tuple[int, date]]:
    """Id and date of the last digest of each of the newest months."""
    return snapshots.months(request.session, request.today, id_of(group), _MONTHS)


def _run(request: Request, run_id: int) -> DigestRun | None:
    """A stored digest of the whole city, as ``/rekap`` shows it to the same people; another kind is refused."""
    run = request.session.get(DigestRun, run_id)
    if run is None or run.kecamatan_code is not None:
        request.toast(request.label("refuse.old_button"), alert=True)
        return None
    return run


def id_of(group: ChatGroup | None) -> int | None:
    """Whose digests come first; None: anybody's."""
    return group.id if group else None


def _named(request: Request, words: Texts, run: DigestRun | None) -> str:
    """A digest by the day of its figures; None: the city as it is now."""
    return day_in_words(made_on(request.runtime, run), words.locale) if run else words.label("digest.compare.now")


def month_in_words(day: date, words: Texts) -> str:
    """``Maret 2026``."""
    return format_date(day, "MMMM y", locale=words.locale)


ROUTES: list[BaseHandler[Any, Any, Any]] = [
    press(kind, handler, allow=anyone(Where.ANYWHERE))
    for kind, handler in ((OpenRun, on_open), (Compare, on_compare), (Compared, on_compared))
]
