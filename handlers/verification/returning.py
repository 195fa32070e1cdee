"""Return by field: the verifier ticks what is wrong and adds a word; the surveyor gets exactly those questions back."""

from __future__ import annotations

from typing import Any

from handlers.cards import house_card
from handlers.kit.buttons import Press
from handlers.kit.form import Choice, Filling, Form, Question, register
from handlers.kit.notes import note
from handlers.kit.texts import Texts, join
from handlers.registration.buttons import Fix
from handlers.registration.entries import to_answers
from handlers.registration.questions import QUESTIONS
from handlers.verification.decisions import back, decide, may
from storage import houses, photos
from storage.events import record
from storage.houses import HouseState
from storage.registering import entry_of

WRONG, SAID = "wrong", "said"
"""Kept with the answers: the fields that were ticked, and the note once it is written (None: sent without one)."""

_SEND = "send"
_NEVER = ("consent",)


def fields_of(filling: Filling) -> list[str]:
    """The questions of the form of a house that have an answer, in their order: keys."""
    session, subject = filling.request.session, filling.draft.subject_id
    entry = entry_of(session, houses.get(session, subject))
    known = set(to_answers(entry)) if entry is not None else set()
    if photos.count_of_house(session, subject):
        known.add("photos")
    return [one.key for one in QUESTIONS if one.key in known and one.key not in _NEVER]


def _choices(filling: Filling) -> list[Choice]:
    wrong = set(filling.answers.get(WRONG) or [])
    send = [Choice(filling.request.label("verify.return.send", count=len(wrong)), _SEND)] if wrong else []
    return [*send, *(Choice(_ticked(filling, key, key in wrong), key) for key in fields_of(filling))]


def _ticked(filling: Filling, key: str, wrong: bool) -> str:
    return ("✗ " if wrong else "▫️ ") + filling.request.label(f"form.house.{key}.label")


def _upon(filling: Filling, value: Any) -> bool:
    """A field is ticked or not any more; anything else was the note, or "send without one", and ends the form."""
    wrong = list(filling.answers.get(WRONG) or [])
    if value in fields_of(filling):
        filling.answers[WRONG] = [key for key in wrong if key != value] if value in wrong else [*wrong, value]
    else:
        filling.answers[SAID] = None if value == _SEND else value
    return False


def _values(filling: Filling) -> dict[str, Any]:
    """The whole card: whoever looks for what is wrong has it before their eyes."""
    house = houses.get(filling.request.session, filling.draft.subject_id)
    return {"card": house_card(filling.request, house, personal=True)}


def _finish(filling: Filling) -> None:
    wrong = [key for key in fields_of(filling) if key in set(filling.answers.get(WRONG) or [])]
    said, subject = filling.answers[SAID], filling.draft.subject_id

    def what(texts: Texts) -> Any:
        labels = ", ".join(texts.label(f"form.house.{key}.label") for key in wrong)
        return join([*([texts.t("verify.return.fields", fields=labels)] if wrong else []),
                     *([texts.t("verify.return.note", note=said)] if said else [])])

    done = decide(filling, HouseState.RETURNED, "verify.returned", "verify.news.returned",
                  lambda texts: Press(texts.label("house.button.fix"), Fix(subject)),
                  told={"what": what}, note=said, wrong_fields=wrong)
    if done and wrong:  # a correction empties the column; what was asked for stays in the history
        record(filling.request.session, "house.marked", filling.request.now, actor=filling.request.me.id, house=subject,
               fields=wrong)


# A tick is no answer of its own: it clears itself again, and the question stays until a note is there or not wanted.
RETURN = register(Form(
    "return",
    (Question("note", parse=note, choices=_choices, upon=_upon, clears=("note",), values=_values,
              when=lambda answers: SAID not in answers),),
    _finish, may, summary=False, after=back, personal=lambda draft: draft.subject_id,
))
