"""Answers of the form as an entry of the store, and back."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from handlers.kit.form import Answers
from storage.assessments import HEALTH, MATERIALS, STRUCTURE
from storage.registering import Entry

# A note in a correction: the answers as they were when it began.
BEFORE = "before"
RANKS = (*MATERIALS, *STRUCTURE, *HEALTH)
_WHOLE = ("occupants", "families", "elderly", "disabled", "prior_aid", *RANKS)
_MEASURED = ("land_m2", "septic_m")
# Chosen by a button or kept with its decimals: text in the answers.
_AS_TEXT = (*RANKS, *_MEASURED)


def to_answers(entry: Entry) -> Answers:
    """The answers that would have made an entry; what was not asked yet is left out."""
    found: Answers = {name: str(value) if name in _AS_TEXT else value
                      for name, value in asdict(entry).items() if value is not None}
    found["rt_rw"] = [found.pop("rt"), found.pop("rw")]
    found["pin"] = [found.pop("lat"), found.pop("lon")]
    found["area"] = str(found.pop("area_m2"))
    return found


def new_entry(answers: Answers) -> Entry:
    """A new house. Needs every answer of the short path."""
    return Entry(**_fields({key: value for key, value in answers.items() if key in _KEYS}))


def corrected(entry: Entry, answers: Answers) -> Entry:
    """An entry with what was changed since the correction began: what somebody else changed meanwhile stays."""
    before = answers.get(BEFORE, {})
    return replace(entry, **_fields({key: value for key, value in answers.items()
                                     if key in _KEYS and value is not None and value != before.get(key)}))


def _fields(answers: Answers) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in answers.items():
        if key == "rt_rw":
            found |= {"rt": value[0], "rw": value[1]}
        elif key == "pin":
            found |= {"lat": float(value[0]), "lon": float(value[1])}
        elif key == "area":
            found["area_m2"] = float(value)
        elif value is not None and key in _WHOLE:
            found[key] = int(value)
        elif value is not None and key in _MEASURED:
            found[key] = float(value)
        else:
            found[key] = value
    return found


_KEYS = {"rt_rw", "pin", "area"} | set(Entry.__dataclass_fields__) - {"rt", "rw", "lat", "lon", "area_m2"}
