"""Every route says who may use it; every button and every command leads somewhere, and only there."""

from __future__ import annotations

import dataclasses
from collections import Counter
from enum import StrEnum
from typing import Any, get_type_hints

import pytest
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler

from handlers import rest
from handlers.kit.buttons import BUTTONS, LIMIT, Button
from handlers.kit.form import FORMS
from handlers.kit.policy import Policy
from handlers.kit.texts import languages
from handlers.people.menus import COMMANDS
from handlers.routes import ROUTES

LARGEST = 2**63 - 1
# Whole numbers that are no ids, versions or sums: flags, what a kecamatan or a year can hold at most, Telegram's
# message ids (32 bits), how many houses of a list were shown.
SMALL = {"sure": 1, "done": 1, "listed": 1, "under": 2**31 - 1, "seen": 1_600_000}
# Words that travel in buttons, at their longest: questions of forms, region codes (DOMAIN.md: Kemendagri).
WORDS = {"key": 24, "value": 13, "kecamatan": 8, "kelurahan": 13, "locale": 8, "source": 6}

PRESSES = [route for route in ROUTES if isinstance(route, CallbackQueryHandler) and route.pattern is not None]
TYPED = [route for route in ROUTES if isinstance(route, CommandHandler)]


def largest(kind: type[Button]) -> Button:
    """The button with the longest values that it may ever carry."""
    hints = get_type_hints(kind)
    return kind(**{field.name: _largest(field.name, hints[field.name]) for field in dataclasses.fields(kind)})


def _largest(name: str, kind: Any) -> Any:
    if kind is int:
        return SMALL.get(name, LARGEST)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return max(kind, key=lambda member: len(member.value))
    return "x" * WORDS.get(name, 13)


def matches(route: CallbackQueryHandler[Any, Any], data: str) -> bool:
    assert hasattr(route.pattern, "match")
    return route.pattern.match(data) is not None


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: getattr(route.callback, "handler", route).__name__)
def test_route_declares_who_may_use_it(route: BaseHandler[Any, Any, Any]) -> None:
    assert isinstance(getattr(route.callback, "policy", None), Policy)


@pytest.mark.parametrize("kind", BUTTONS.values(), ids=lambda kind: kind.__name__)
def test_button_has_one_route_and_fits(kind: type[Button]) -> None:
    button = largest(kind)
    packed = button.pack()
    assert len(packed.encode()) <= LIMIT
    assert kind.unpack(packed) == button
    taking = [route for route in PRESSES if matches(route, packed)]
    assert len(taking) == 1, f"{kind.__name__} has {len(taking)} routes"
    assert taking[0].callback.button is kind


def test_each_press_route_is_for_a_button() -> None:
    assert {route.callback.button for route in PRESSES} == set(BUTTONS.values())


def test_no_two_routes_take_the_same_command() -> None:
    names = Counter(name for route in TYPED for name in route.commands)
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_each_command_of_the_menu_has_a_route_that_admits_its_roles(entry: Any) -> None:
    for locale in languages():
        found = [route for route in TYPED if entry.shown(locale) in route.commands]
        assert found, f"/{entry.shown(locale)} leads nowhere"
        policy = found[0].callback.policy
        if entry.roles is not None:
            assert policy.roles == entry.roles, f"/{entry.name}: menu {entry.roles}, route {policy.roles}"


def test_each_command_of_a_route_is_in_the_menu() -> None:
    known = {name for entry in COMMANDS for name in (entry.name, entry.english)} | {"start"}
    assert {name for route in TYPED for name in route.commands} - known == set()


def test_question_keys_fit_where_they_are_kept() -> None:
    for form in FORMS.values():
        assert len(form.name) <= 24
        for question in form.questions:
            assert len(question.key) <= WORDS["key"]
            assert ":" not in question.key


def test_what_nobody_takes_is_taken_last() -> None:
    assert list(ROUTES[-len(rest.ROUTES):]) == rest.ROUTES
