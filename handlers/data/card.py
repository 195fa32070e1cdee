"""The card of /data: one protected message, read as any other look at a family's data."""

from __future__ import annotations

from markupsafe import Markup

from handlers.cards import code_link
from handlers.data.buttons import Erase, FullPdf, Held, HoldOff, Pdf
from handlers.data.held import Line, Section, everything
from handlers.kit import protected
from handlers.kit.buttons import Press, Rows
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.registration.buttons import Fix
from storage import claims, events, households, houses, partners
from storage.houses import HELD, OVER, House, HouseState
from storage.people import RoleName

_ROOM = 3900
"""Characters on the card, with a reserve to Telegram's 4096."""


def may(request: Request, house: House) -> bool:
    """Admins, and verifiers of the kecamatan."""
    return request.me.has(RoleName.ADMIN) or request.me.covers(RoleName.VERIFIER, house.kecamatan_code)


def reach(request: Request, house_id: int) -> House:
    """The house, for those who may.

    Raises:
        Refusal: the same as for one that is not there.
    """
    house = houses.get(request.session, house_id)
    if not may(request, house):
        raise Refusal("open.no_house", code=house.code)
    return house


def show(request: Request, house: House) -> None:
    """Everything that is held, as one protected message; of an erased family what is left of the house."""
    head = request.t("data.head", code=code_link(request, house))
    erased = households.of_house(request.session, house.id or 0) is None
    if erased:
        head = join([head, request.t("card.erased")])
    text = _fitting([head, *_held_by(request, house), *(_shown(section) for section in everything(request, house))])
    if erased:
        request.say(text)
        return
    row = protected.show(request, house, text, _steps(request, house))
    events.record(request.session, "read.household", request.now, actor=request.me.id, house=house.id, shown=row.id)


def _held_by(request: Request, house: House) -> list[Markup]:
    """Why an admin finds no way to erase the data of a house that a partner holds, and what would open it."""
    claim = claims.holding(request.session, house.id or 0) if house.state in HELD else None
    if claim is None or not request.me.has(RoleName.ADMIN):
        return []
    name = partners.get(request.session, claim.partner_id).name
    return [request.t("rule.house.held", code=house.code, name=name)]


def back(request: Request, house: House) -> Rows:
    """The way to the card again."""
    return [[Press(request.label("data.button.open", code=house.code), Held(house.id or 0))]]


def _steps(request: Request, house: House) -> Rows:
    number = house.id or 0
    if not request.me.has(RoleName.ADMIN):
        return [[Press(request.label("data.button.pdf"), Pdf(number))]]
    rows: Rows = [[Press(request.label("data.button.pdf"), Pdf(number)),
                   Press(request.label("data.button.full_pdf"), FullPdf(number))]]
    if house.state not in OVER or house.state == HouseState.INELIGIBLE:
        rows.append([Press(request.label("data.button.fix"), Fix(number))])
    if house.erasing_at is not None:
        rows.append([Press(request.label("data.button.hold"), HoldOff(number, house.version))])
    if house.state not in HELD:
        rows.append([Press(request.label("data.button.erase"), Erase(number))])
    return rows


def _shown(section: Section) -> Markup:
    lines = [_line(line) for line in section.lines]
    return join([Markup("<b>{}</b>").format(section.heading), join(lines, " · ") if section.dense else join(lines)])


def _line(line: Line) -> Markup:
    value = line.value if len(line.value) <= line.short else line.value[: line.short - 1] + "…"
    if line.link:
        return Markup('{}: <a href="{}">{}</a>').format(line.label, line.link, value)
    return Markup("{}: {}").format(line.label, value)


def _fitting(parts: list[Markup]) -> Markup:
    """All of it; where names and notes are very long, the last section loses its last lines: the document has all."""
    text = join(parts, "\n\n")
    while len(text.striptags()) > _ROOM and "\n" in parts[-1]:
        lines = parts[-1].split("\n")
        parts = [*parts[:-1], join([*lines[:-2], "…"]) if lines[-1] == "…" else join([*lines[:-1], "…"])]
        text = join(parts, "\n\n")
    return text
