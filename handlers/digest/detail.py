"""The public buttons under a digest, and the one message under it in which they show what stands behind a figure.

The digest itself never changes. What the message shows is in :mod:`detail_lists` and :mod:`detail_tables`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from handlers.digest import pictures
from handlers.digest.opened import Opened
from handlers.digest.sheet import Numbers
from handlers.groups.words import moment_in_words
from handlers.kit import format as fmt
from handlers.kit.buttons import Button, Press, Rows, grid
from handlers.kit.request import Request, rewrite, send
from handlers.kit.texts import Texts
from storage import outbox
from storage.houses import NEEDING, HouseState
from storage.standing import COUNTED, Cell, Figure

# As long as this after it was last touched, the message under a digest is changed; later it is out of sight.
FRESH = timedelta(minutes=10)
ANY = "-"
"""In place of a kecamatan code or a fund source: all of them."""


@dataclass(frozen=True)
class Unclaimed(Button):
    """Under digests of earlier versions: the houses without a partner, and what they would cost."""

    code = "du"


@dataclass(frozen=True)
class Houses(Button):
    """The houses behind a figure, behind the house ``after``; ``seen`` were shown before it.

    ``run_id``: the digest that says it, 0: what is true now. ``under``: the digest's message; 0 on its own buttons.
    """

    code = "uh"
    run_id: int
    figure: Figure
    kecamatan: str = ANY
    source: str = ANY
    after: int = 0
    seen: int = 0
    under: int = 0


@dataclass(frozen=True)
class Areas(Button):
    """The kecamatan by which a list can be narrowed."""

    code = "uk"
    run_id: int
    figure: Figure
    source: str
    under: int


class View(StrEnum):
    """What else the message can show."""

    TABLE = "table"
    COST = "cost"
    MENU = "menu"


@dataclass(frozen=True)
class Look(Button):
    """The whole table by kecamatan, what the open houses would cost, or all figures that have a list."""

    code = "ul"
    run_id: int
    view: View
    under: int = 0


# Of the figures those that stand under the digest itself; all others are behind the menu.
_FIRST = (Figure.OPEN, Figure.CLAIMED, Figure.IN_PROGRESS, Figure.FINISHED, Figure.HANDED_OVER, Figure.OVERDUE,
          Figure.REGISTERED)


def buttons(words: Texts, numbers: Numbers, run_id: int | None = None) -> Rows:
    """What stands under a digest with these numbers: its figures, and the ways to the rest. ``run_id`` None: the
    numbers are of now, and so is what the buttons show. Nothing where there is no house at all."""
    found = _rows(words, numbers, run_id or 0, _FIRST, 0, menu=any(in_digest(numbers, Cell(one)) for one in Figure))
    return [*found, *pictures.rows(words, numbers, run_id or 0)]


def all_figures(words: Texts, numbers: Numbers, run_id: int, under: int) -> Rows:
    """The menu of all figures that have a list."""
    return _rows(words, numbers, run_id, Figure, under, menu=False)


def _rows(
    words: Texts, numbers: Numbers, run_id: int, figures: Iterable[Figure], under: int, *, menu: bool
) -> Rows:
    found = [Press(f"{fmt.number(count, words.locale)} {words.label(f'digest.figure.{one.value}')}",
                   Houses(run_id, one, under=under))
             for one in figures if (count := in_digest(numbers, Cell(one)))]
    if numbers.get("needing") and numbers.get("area") is None:
        found.append(Press(words.label("digest.button.table"), Look(run_id, View.TABLE, under)))
    if numbers.get("open"):
        found.append(Press(words.label("digest.button.cost"), Look(run_id, View.COST, under)))
    if menu:
        found.append(Press(words.label("digest.button.menu"), Look(run_id, View.MENU, under)))
    return grid(found)


def in_digest(numbers: Numbers, cell: Cell) -> int | None:
    """What a digest says of a cell; None where it does not say: its tables hold each kecamatan and each fund source,
    not both at once, and what was frozen long ago knows less."""
    here = cell.kecamatan not in (None, numbers.get("area"))
    stages = COUNTED[cell.figure]
    if cell.figure == Figure.OVERDUE:
        late: int | None = numbers.get("overdue")
        return None if here or cell.source else late
    if here and (cell.source or not set(stages) <= {state.value for state in NEEDING}):
        return None
    table = numbers.get("kecamatan" if here else "sources" if cell.source else "states")
    if table is None:
        return None
    row = table.get(cell.kecamatan, {}) if here else table.get(cell.source.value, {}) if cell.source else table
    return sum(int(row.get("open" if here and stage == HouseState.ELIGIBLE else stage, 0)) for stage in stages)


def show(request: Request, at: Opened, text: str, rows: Rows, kind: str = "detail") -> None:
    """Say it in the one message of its ``kind`` under the digest: a reply to it, which every press changes while it is
    fresh."""
    session, slot = request.session, f"{kind}.{at.under}"
    reply = at.reply(request)
    last = outbox.newest(session, request.chat_id, slot, request.now - FRESH)
    # Only what our own rows sent is changed, never the message that a press says it comes from.
    sent = None if last is None else last.id if last.method.startswith("send") else last.target_row
    if last is None or sent is None or (sent == last.id and outbox.waits(session, sent)):
        send(session, request.chat_id, text, request.now, rows, slot=slot, extra=reply)
    else:
        rewrite(session, sent, request.chat_id, text, request.now, rows, slot=slot, extra=reply)


def moment(request: Request, at: Opened) -> str:
    """When the digest was made; for numbers of now, now."""
    return moment_in_words(at.run.made_at if at.run else request.now, request.runtime, at.words.locale)


def to_menu(at: Opened) -> Press:
    """On to the other figures."""
    return Press(at.words.label("digest.button.menu"), Look(at.run_id, View.MENU, at.under))
