"""What may be asked later: the sections of the form beyond the short path, one question a line (DOMAIN.md)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from markupsafe import Markup

from handlers.cards import condition
from handlers.kit import format as fmt
from handlers.kit import parse
from handlers.kit.form import AGAIN, Answers, Choice, Filling, Question, Takes
from storage.assessments import HEALTH, STRUCTURE, FloorMaterial, RoofMaterial, WallMaterial
from storage.households import LandProof

SCOPE = "scope"
"""A note in the answers: the questions that this filling is about; without it, the short path."""

_RANKS = range(1, 6)
_MOST_FAMILIES, _MOST_PEOPLE = 20, 50

SECTIONS: dict[str, tuple[str, ...]] = {
    "identity": ("family_card", "phone", "families"),
    "family": ("elderly", "disabled"),
    "land": ("land_proof", "land_m2", "prior_aid"),
    "structure": STRUCTURE,
    "health": (*HEALTH, "septic_m"),
    "materials": ("roof_material", "floor_material", "wall_material"),
}

OPTIONS: dict[str, type[StrEnum]] = {
    "land_proof": LandProof, "roof_material": RoofMaterial, "floor_material": FloorMaterial,
    "wall_material": WallMaterial,
}
"""Questions with words to choose from; each word's label is the message ``<question>.<word>``."""


def conditions(filling: Filling) -> list[Choice]:
    """1 Baik … 5 Tidak ada."""
    return [Choice(condition(filling.request.texts, rank), str(rank)) for rank in _RANKS]


def _applies(key: str, answers: Answers) -> bool:
    """Of a new house only what was answered without being asked (a template sent back), or wrongly there."""
    if SCOPE in answers:
        return key in answers[SCOPE]
    return key in answers or key in answers.get(AGAIN, ())


def _scoped(key: str, takes: Takes = Takes.TEXT, **more: Any) -> Question:
    return Question(key, takes, optional=True, when=lambda answers: _applies(key, answers), **more)


def _options(key: str) -> Question:
    def choices(filling: Filling) -> list[Choice]:
        return [Choice(filling.request.label(f"{key}.{one}"), one) for one in OPTIONS[key]]

    return _scoped(key, Takes.CHOICE, choices=choices)


def _count(key: str, most: int, low: int = 0) -> Question:
    if low:
        return _scoped(key, parse=lambda _filling, text: parse.whole(text, low, most))
    return _scoped(key, parse=lambda _filling, text: parse.count(text, most=most))


def _warn_card(filling: Filling, value: Any) -> list[Markup]:
    request = filling.request
    return [request.t("house.warn", text=request.t(key))
            for key in parse.family_card_warnings(value, filling.answers.get("nik", ""))]


def _year(filling: Filling, text: str) -> int:
    return parse.year(text, filling.request.today)


def _show_year(filling: Filling, value: Any) -> str:
    return str(value) if value else filling.request.label("prior_aid.never")


def _never(filling: Filling) -> list[Choice]:
    return [Choice(filling.request.label("prior_aid.never"), "0")]


def _show_metres(filling: Filling, value: Any) -> str:
    return f"{fmt.number(float(value), filling.request.locale)} m"


def _show_plot(filling: Filling, value: Any) -> str:
    return fmt.area(float(value), filling.request.locale)


SECTION_QUESTIONS = (
    _scoped("family_card", parse=lambda _filling, text: parse.family_card(text), warn=_warn_card, looks="nik_or_card",
            show=lambda _filling, value: fmt.mask_nik(value)),
    _scoped("phone", parse=lambda _filling, text: parse.phone(text), looks="phone"),
    _count("families", _MOST_FAMILIES, low=1),
    _count("elderly", _MOST_PEOPLE),
    _count("disabled", _MOST_PEOPLE),
    _options("land_proof"),
    _scoped("land_m2", parse=lambda _filling, text: str(parse.area(text)), show=_show_plot),
    _scoped("prior_aid", parse=_year, choices=_never, show=_show_year),
    *(_scoped(name, Takes.CHOICE, choices=conditions) for name in (*STRUCTURE, *HEALTH)),
    _scoped("septic_m", parse=lambda _filling, text: str(parse.metres(text)), show=_show_metres),
    _options("roof_material"),
    _options("floor_material"),
    _options("wall_material"),
)


def missing(answers: Answers) -> dict[str, int]:
    """Section → how many of its questions have no answer; only sections with some."""
    open_ = {name: sum(key not in answers for key in keys) for name, keys in SECTIONS.items()}
    return {name: count for name, count in open_.items() if count}
