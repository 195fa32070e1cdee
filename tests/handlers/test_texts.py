"""Every message exists in every language, says the same, is used, and is something Telegram takes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

import handlers.routes
from bot.sandbox.html import parse_html
from handlers.digest.sections import SECTIONS
from handlers.kit.form import FORMS
from handlers.kit.texts import languages
from handlers.people.menus import COMMANDS
from storage.assessments import FloorMaterial, RoofMaterial, WallMaterial
from storage.contributions import FundedPart
from storage.deadlines import Stage
from storage.fitting import Misfit
from storage.households import LandProof
from storage.houses import HouseState
from storage.partners import FundSource, Scheme
from storage.people import RoleName
from storage.photos import PhotoKind
from storage.progress import Obstacle
from storage.requests import Answer, TransferKind

assert handlers.routes.ROUTES  # imports every module, so that FORMS is complete

ROOT = Path(__file__).parents[2]
CODE = [path for room in ("bot", "handlers", "storage") for path in sorted((ROOT / room).rglob("*.py"))
        if not {"sandbox", "migrations"} & set(path.parts)]
ALL = languages()
KEYS = sorted(set().union(*(texts.keys() for texts in ALL.values())))
TELEGRAM = 4096
ONE_MESSAGE = 1600
"""No walls of text: the longest of ours (the privacy notice) stays below this before its values are filled in."""
BUTTON = 60
"""Characters of a button's label that the kit keeps."""

# Keys put together of a beginning and a word that the store knows: each word needs its message.
FAMILIES: dict[str, Iterable[str]] = {
    "role.": RoleName, "state.": HouseState, "source.": FundSource, "scheme.": Scheme, "condition.": "12345",
    "land_proof.": LandProof, "roof_material.": RoofMaterial, "floor_material.": FloorMaterial,
    "wall_material.": WallMaterial, "photo.kind.": PhotoKind, "misfit.": Misfit, "funded_part.": FundedPart,
    "alih.": TransferKind, "alih.state.": Answer, "tenggat.state.": Answer, "tenggat.stage.": Stage,
    "tenggat.short.": Stage, "obstacle.": Obstacle, "digest.section.": [one.__name__ for one in SECTIONS],
}
WHERE = ("t", "label", "Refusal", "tell", "tell_all", "tell_surveyor", "tell_surveyors")
"""Functions that take a message key."""
A_KEY = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")


@cache
def trees() -> list[tuple[Path, ast.Module]]:
    return [(path.relative_to(ROOT), ast.parse(path.read_text())) for path in CODE]


def named(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def constants(node: ast.AST) -> Iterator[str]:
    """Text constants that an expression may come to: itself, or either side of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from constants(node.body)
        yield from constants(node.orelse)


@cache
def asked_for() -> dict[str, str]:
    """Keys that code asks for in so many words → where."""
    return {key: f"{path}:{call.lineno}" for path, tree in trees() for call in ast.walk(tree)
            if isinstance(call, ast.Call) and named(call) in WHERE
            for argument in call.args[:3] for key in constants(argument) if A_KEY.fullmatch(key)}


@cache
def written() -> set[str]:
    """Every text constant in the code, for a key may travel through a table or a variable; and enum members' names."""
    texts = {node.value for _, tree in trees() for node in ast.walk(tree)
             if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    classes = [node for _, tree in trees() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return texts | {to.id.lower() for one in classes for line in one.body if isinstance(line, ast.Assign)
                    for to in line.targets if isinstance(to, ast.Name)}


@cache
def beginnings() -> set[str]:
    """How keys begin that are put together at run time: ``state.`` of ``f"state.{house.state}"``."""
    found = (node.values[0] for _, tree in trees() for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
             and node.values)
    return {one.value for one in found if isinstance(one, ast.Constant)
            and re.fullmatch(r"([a-z_]+\.)+", str(one.value))} - {"form.", "command.", "rule."}


def put_together(key: str) -> bool:
    """Whether some code can put this key together: its beginning, then a word that stands in the code."""
    return any(key.startswith(one) and (key[len(one):].split(".")[0] in written() or key[len(one):].isdecimal())
               for one in beginnings())


@cache
def refused() -> dict[str, str]:
    """Codes that the store refuses with → where. A code may be chosen in a variable before."""
    found: dict[str, str] = {"stale": "storage/errors.py"}
    for path, tree in trees():
        for scope in ast.walk(tree):
            if not isinstance(scope, ast.FunctionDef):
                continue
            for call in ast.walk(scope):
                if isinstance(call, ast.Call) and named(call) in ("Refused", "__init__") and call.args:
                    codes = constants(call.args[0])
                    if isinstance(call.args[0], ast.Name):
                        codes = chosen(scope, call.args[0].id)
                    found |= dict.fromkeys(codes, f"{path}:{call.lineno}")
    return found


def chosen(scope: ast.FunctionDef, variable: str) -> Iterator[str]:
    """Text constants that a variable gets in a function."""
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign) and any(getattr(to, "id", "") == variable for to in node.targets):
            yield from constants(node.value)


def placeholders(form: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(form) if name is not None}


def form_keys() -> dict[str, str]:
    """Keys that the form engine asks for."""
    needed = {}
    for form in FORMS.values():
        needed[f"form.{form.name}.title"] = form.name
        for question in form.questions:
            needed |= {f"form.{form.name}.{question.key}": form.name,
                       f"form.{form.name}.{question.key}.label": form.name}
    return needed


def missing(needed: dict[str, str]) -> list[str]:
    return [f"{key} ({where}) in {locale}" for key, where in needed.items() for locale, texts in ALL.items()
            if not texts.has(key)]


def test_languages_have_the_same_messages() -> None:
    for locale, texts in ALL.items():
        assert set(KEYS) - texts.keys() == set(), f"missing in {locale}"


@pytest.mark.parametrize("locale", ALL)
def test_catalog_says_nothing_twice(locale: str) -> None:
    ids = re.findall(r'^msgid "(.+)"$', (ROOT / "handlers" / "locale" / f"{locale}.po").read_text(), re.M)
    assert sorted({key for key in ids if ids.count(key) > 1}) == []


def test_languages_have_the_same_placeholders() -> None:
    different = [key for key in KEYS
                 if len({frozenset().union(*map(placeholders, texts.forms(key))) for texts in ALL.values()
                         if texts.has(key)}) > 1]
    assert different == []


def test_placeholders_are_plain_names() -> None:
    odd = [(key, name) for key in KEYS for texts in ALL.values() if texts.has(key) for form in texts.forms(key)
           for name in placeholders(form) if not re.fullmatch(r"[a-z][a-z0-9_]*", name)]
    assert odd == []


def test_messages_are_html_that_telegram_takes() -> None:
    """With hostile values in them, and within the limits."""
    for locale, texts in ALL.items():
        for key in sorted(texts.keys()):
            for form in texts.forms(key):
                assert form.strip(), f"{key} is empty in {locale}"
                assert len(form) <= ONE_MESSAGE, f"{key} is a wall of text in {locale}"
            for n in (0, 1, 5):
                values: dict[str, Any] = dict.fromkeys(
                    set().union(*map(placeholders, texts.forms(key))), "<b>&amp;\"'</i> {x}")
                shown = texts.t(key, **(values | ({"n": n} if "n" in values else {})))
                plain, _ = parse_html(str(shown))
                assert 0 < len(plain) <= TELEGRAM, f"{key} in {locale}"


def test_keys_in_code_exist() -> None:
    assert missing(asked_for()) == []


def test_forms_have_all_their_texts() -> None:
    assert missing(form_keys()) == []


def test_commands_have_their_texts() -> None:
    assert missing({f"command.{entry.name}": "menus" for entry in COMMANDS}) == []


def test_each_refusal_of_the_store_is_explained() -> None:
    assert missing({f"rule.{code}": where for code, where in refused().items()}) == []


def test_words_of_the_store_have_their_texts() -> None:
    assert missing({f"{start}{word}": start for start, words in FAMILIES.items() for word in words}) == []


def test_no_message_is_left_over() -> None:
    known = written() | form_keys().keys() | {f"rule.{code}" for code in refused()} \
        | {f"command.{entry.name}" for entry in COMMANDS} | {f"digest.section.{one.__name__}" for one in SECTIONS}
    assert [key for key in KEYS if key not in known and not put_together(key)] == []


def test_labels_of_buttons_are_not_cut() -> None:
    long = []
    for path, tree in trees():
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and named(call) in ("Press", "Link") and call.args:
                inner = call.args[0]
                if isinstance(inner, ast.Call) and named(inner) == "label" and inner.args:
                    long += [f"{key} in {locale} ({path}:{call.lineno})" for key in constants(inner.args[0])
                             for locale, texts in ALL.items() if texts.has(key)
                             for form in texts.forms(key) if len(re.sub(r"\{\w+\}", "", form)) > BUTTON
                             or "<" in form]
    assert long == []
