"""Each person's own language (/bahasa); a language is one file of messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from telegram.ext import BaseHandler

from handlers.kit.buttons import Button, Press, grid
from handlers.kit.endpoint import command, press
from handlers.kit.policy import members
from handlers.kit.request import Request
from handlers.kit.texts import languages, texts
from handlers.people.menus import update_menu
from storage import people


@dataclass(frozen=True)
class Speak(Button):
    """Go on in this language."""

    code = "pl"
    locale: str


def on_language(request: Request) -> None:
    """The languages to choose from, each in its own words."""
    presses = [Press(known.label("language.name"), Speak(locale)) for locale, known in languages().items()]
    request.say(request.t("language.ask"), grid(presses))


def on_speak(request: Request) -> None:
    """Keep the language; the menu follows."""
    button = request.button
    assert isinstance(button, Speak)
    if button.locale not in languages():
        request.toast(request.label("refuse.old_button"), alert=True)
        return
    person = request.me.person
    people.speak(request.session, person, button.locale, request.now)
    request.texts = texts(button.locale)
    request.edit(request.t("language.set"))
    update_menu(request.session, person, request.now)


ROUTES: list[BaseHandler[Any, Any, Any]] = [
    command(["bahasa", "language"], on_language, allow=members()),
    press(Speak, on_speak, allow=members()),
]
