"""A form's own buttons, typed instead of pressed: skip, back, cancel."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from handlers.kit.endpoint import explain
from handlers.kit.form import Back, Cancel, Filling, Form, Question, Skip
from handlers.kit.matching import named, plain, understood
from handlers.kit.parse_text import fold
from handlers.kit.prompt import ways
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request
from handlers.kit.texts import join
from storage.errors import Refused

_DASH = "-"


def typed_button(form: Form, filling: Filling) -> Skip | Back | Cancel | None:
    """The button below the open question whose word is all that was typed; None where it is an answer.

    What a choice of the question says is that choice. Everywhere else, in free text too, the whole message being a
    button's word is that button: nobody answers with it who sees the button. Where the question has an answer,
    skipping leaves it as it is; where no question lies before, back is the way out of the form.

    Raises:
        Refusal: ``form.needed`` it cannot be skipped, and what is wanted instead.
    """
    request, question = filling.request, form.question(filling.draft.asking)
    said = plain(fold(request.text))
    if question is None:  # the summary
        return Cancel(filling.draft.id or 0, 0) if said in _words(request, "cancel") else None
    if not said or (question.choices is not None and named(question.choices(filling), said) is not None):
        return None
    shown = [press.to for press in ways(form, filling, question)]
    if said in _words(request, "skip"):
        for one in shown:
            if isinstance(one, Skip) or (isinstance(one, Back) and one.key == "-"):
                return one
        _check_needed(filling, question, said)
        return None
    if said in _words(request, "back"):
        before = next((one for one in shown if isinstance(one, Back) and one.key != "-"), None)
        return before or _cancel(shown)
    if said in _words(request, "cancel"):
        return _cancel(shown)
    return None


def _cancel(shown: list[Any]) -> Cancel:
    return next(one for one in shown if isinstance(one, Cancel))


def _words(request: Request, which: str) -> set[str]:
    """What people write for a button: its label, and other words for it."""
    others = request.label(f"form.words.{which}").split(",")
    return {plain(one) for one in (request.label(f"form.button.{which}"), *others)}


def _check_needed(filling: Filling, question: Question, said: str) -> None:
    """Lets pass what is an answer after all: a piece of a choice, or a dash that the question knows."""
    request = filling.request
    try:
        understood(filling, question, request.text)
    except (Refusal, Refused) as refusal:
        key, values = explain(request, refusal)
        raise Refusal("form.needed", why=join([Markup(""), request.t(key, **values)])) from refusal
    if said != _DASH and question.parse is not None:
        raise Refusal("form.needed", why="")
