"""/formulir: the questions about a house as one text, to be filled in without a signal and sent back whole."""

from __future__ import annotations

from functools import cache

from markupsafe import Markup

from handlers.cards import condition
from handlers.kit.lines import Lines, labelled, plain_label
from handlers.kit.request import Request
from handlers.kit.texts import Texts, join, languages
from handlers.registration.questions import SHORT_KEYS
from handlers.registration.section_questions import OPTIONS, SECTIONS
from storage import regions
from storage.assessments import HEALTH, MATERIALS, STRUCTURE
from storage.people import RoleName

ENOUGH = 4
"""So many labelled lines are a form, also without its heading."""

_RANKED = (*MATERIALS, *STRUCTURE, *HEALTH)
_SHORT = ("consent", *(key for key in SHORT_KEYS if key != "photos"))
_LATER = tuple(key for keys in SECTIONS.values() for key in keys)
_PERSON = frozenset({"consent", "head_name", "nik"})


def on_sheet(request: Request) -> None:
    """The command: the empty form, to be copied with one tap."""
    theirs = request.texts
    given = _only_kecamatan(request)
    lines = [
        theirs.label("sheet.head"),
        *(_line(theirs, key, given if key == "kecamatan" else "") for key in _SHORT),
        "", _legend(theirs), "", theirs.label("sheet.optional"),
        *(_line(theirs, key) for key in _LATER),
    ]
    request.say(join([request.t("sheet.how"), Markup("<pre>{}</pre>").format("\n".join(lines))], "\n\n"))


def _only_kecamatan(request: Request) -> str:
    """The name of the one kecamatan in which this person may register; empty where there are several."""
    me = request.me
    limit = None if me.has(RoleName.ADMIN) else me.kecamatan(RoleName.SURVEYOR)
    reach = [one.name for one in regions.all_kecamatan(request.session) if limit is None or one.code in limit]
    return reach[0] if len(reach) == 1 else ""


def _line(theirs: Texts, key: str, value: str = "") -> str:
    label, hint = theirs.label(f"form.house.{key}.label"), _hint(theirs, key)
    return f"{label} ({hint}): {value}" if hint else f"{label}: {value}"


def _hint(theirs: Texts, key: str) -> str:
    """How an answer is written, where that is not obvious. No hint holds a sign that ends a label."""
    if key in _RANKED:
        return "1-5"
    if key in OPTIONS:
        return ", ".join(theirs.label(f"{key}.{one}") for one in OPTIONS[key])
    return theirs.label(f"sheet.hint.{key}") if theirs.has(f"sheet.hint.{key}") else ""


def _legend(theirs: Texts) -> str:
    return theirs.label("sheet.legend", conditions=", ".join(condition(theirs, rank) for rank in range(1, 6)))


@cache
def known_labels() -> dict[str, str]:
    """Every way in which a line may be called, in every language → its question."""
    found = {}
    for theirs in languages().values():
        for key in (*_SHORT, *_LATER):
            words = theirs.label(f"sheet.words.{key}").split(",") if theirs.has(f"sheet.words.{key}") else []
            for word in (theirs.label(f"form.house.{key}.label"), *words):
                found[plain_label(word)] = key
    return found


@cache
def _heads() -> tuple[str, ...]:
    return tuple(theirs.label("sheet.head") for theirs in languages().values())


@cache
def _fixed() -> tuple[str, ...]:
    """Lines of the message that ask for nothing, as they look when all of it is copied."""
    return tuple(line for theirs in languages().values()
                 for line in (_legend(theirs), theirs.label("sheet.optional"), *theirs.label("sheet.how").splitlines()))


def read(text: str) -> Lines:
    """The lines of a form that was sent back."""
    return labelled(text, known_labels(), _heads(), _fixed())


def is_sheet(found: Lines) -> bool:
    """Whether a text is a form that was sent back."""
    return found.headed or len(found.values) >= ENOUGH


def about_a_family(found: Lines) -> bool:
    """Whether it says who: other forms may be answered with a list of parts, too (a verifier's note)."""
    return found.headed or not _PERSON.isdisjoint(found.values)
