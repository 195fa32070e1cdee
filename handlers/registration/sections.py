"""What is written down for a house, by section: what is there, what is missing, and the way to fill it in."""

from __future__ import annotations

from handlers.cards import code_link
from handlers.kit.buttons import Press, Rows
from handlers.kit.filling import start
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.registration import house_form
from handlers.registration.buttons import FillSection, Mine, Sections
from handlers.registration.entries import to_answers
from handlers.registration.questions import SHORT_KEYS
from handlers.registration.section_questions import SCOPE, SECTIONS, missing
from storage import houses
from storage.houses import House, HouseState
from storage.registering import entry_of

_BASIC = "basic"
_ALL = {_BASIC: SHORT_KEYS, **SECTIONS}


def missing_sections(request: Request, house: House) -> dict[str, int]:
    """Section → how many of its questions are open; nothing for a house whose family was erased."""
    entry = entry_of(request.session, house)
    return missing(to_answers(entry)) if entry is not None else {}


def on_sections(request: Request) -> None:
    """The sections of a house as buttons. Names and counts only: nothing of what was answered."""
    button = request.button
    assert isinstance(button, Sections)
    house_form.may(request, button.house_id)
    house = houses.get(request.session, button.house_id)
    open_ = missing_sections(request, house)
    lines = [request.t("section.intro", code=code_link(request, house)),
             request.t("section.missing" if open_ else "section.whole", n=sum(open_.values()))]
    request.edit(join(lines, "\n\n"), [*_buttons(request, button.house_id, open_),
                                       [Press(request.label("verify.button.open", code=house.code),
                                              Mine(button.house_id))]])


def _buttons(request: Request, house_id: int, open_: dict[str, int]) -> Rows:
    def label(name: str) -> str:
        title = request.label(f"section.{name}")
        return request.label("section.open" if name in open_ else "section.full", name=title, n=open_.get(name, 0))

    return [[Press(label(name), FillSection(house_id, name))] for name in _ALL]


def on_fill(request: Request) -> None:
    """Open the form with the questions of a section; a returned house's wrong answers are asked, too."""
    button = request.button
    assert isinstance(button, FillSection)
    if button.name not in _ALL:
        raise Refusal("refuse.old_button")
    house_form.may(request, button.house_id)
    house = houses.get(request.session, button.house_id)
    wrong = house.wrong_fields if house.state == HouseState.RETURNED else []
    start(request, house_form.HOUSE, subject=button.house_id,
          preset={SCOPE: list(dict.fromkeys([*wrong, *_ALL[button.name]]))})
