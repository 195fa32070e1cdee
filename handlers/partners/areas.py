"""A question for kecamatan in a form: each press ticks one or takes its tick away; none of them is the whole city."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers.kit.form import Answers, Choice, Filling, Question
from handlers.partners.figures import areas_said
from storage import regions

KEY, TICKED = "areas", "ticked"
"""The question, whose answer is a list of codes once it is given; what is ticked meanwhile, beside the answers."""

_DONE, _EVERYWHERE = "ok", "all"


def _ticked(filling: Filling) -> list[str]:
    return list(filling.answers.get(TICKED) or [])


def _choices(filling: Filling) -> list[Choice]:
    ticked, request = _ticked(filling), filling.request
    done = [Choice(request.label("mitra.button.only", n=len(ticked)), _DONE)] if ticked else []
    return [*(Choice(("✓ " if place.code in ticked else "▫️ ") + place.name, place.code)
              for place in regions.all_kecamatan(request.session)),
            *done, Choice(request.label("mitra.button.everywhere"), _EVERYWHERE)]


def _upon(filling: Filling, value: Any) -> bool:
    ticked = _ticked(filling)
    if value == _EVERYWHERE:
        filling.answers[TICKED] = []
    elif value != _DONE:
        filling.answers[TICKED] = [code for code in ticked if code != value] if value in ticked else [*ticked, value]
    return False


def settle(filling: Filling, key: str) -> None:
    """The form's ``check``: a tick is no answer yet; the answer is what was ticked. All of them are the whole city."""
    if key != KEY:
        return
    value = filling.answers.pop(KEY)
    if value in (_DONE, _EVERYWHERE):
        ticked = _ticked(filling)
        every = len(regions.all_kecamatan(filling.request.session))
        filling.answers[KEY] = sorted(ticked) if len(ticked) < every else []


def _show(filling: Filling, value: Any) -> str:
    return areas_said(filling.request, value if isinstance(value, list) else [])


def question(
    values: Callable[[Filling], dict[str, Any]] = lambda _filling: {},
    when: Callable[[Answers], bool] = lambda _answers: True,
) -> Question:
    """The question; its form needs :func:`settle`. ``values``: for its text, besides what is ticked so far."""

    def told(filling: Filling) -> dict[str, Any]:
        return {"areas": _show(filling, _ticked(filling)), **values(filling)}

    return Question(KEY, choices=_choices, upon=_upon, show=_show, values=told, when=when)
