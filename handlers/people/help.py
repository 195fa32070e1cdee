"""What one can do here (/bantuan), and the way out of a half-filled form (/batal)."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from telegram.ext import BaseHandler

from handlers.kit.endpoint import command
from handlers.kit.filling import ask_cancel
from handlers.kit.form import FORMS
from handlers.kit.policy import Where, anyone, members
from handlers.kit.request import Request
from handlers.kit.texts import join
from handlers.people.menus import COMMANDS, Entry
from handlers.people.roles import posts
from storage import drafts, people
from storage.people import RoleName

ORDER = (RoleName.SURVEYOR, RoleName.VERIFIER, RoleName.PARTNER, RoleName.ADMIN)
"""A command of several roles stands under the first of these that a person holds."""


def overview(request: Request, person_id: int) -> Markup:
    """The commands of a person under each of their roles, one line each."""
    roles = people.roles_of(request.session, person_id)
    named = posts(request.session, roles)
    parts: list[Markup] = []
    said: set[str] = set()
    for name in ORDER:
        mine = [one for one in named if one.name == name]
        lines = [_line(request, entry) for entry in COMMANDS
                 if entry.roles is not None and name in entry.roles and entry.name not in said]
        if mine:
            said |= {entry.name for entry in COMMANDS if entry.roles is not None and name in entry.roles}
            heads = [request.t("help.role", role=one.shown(request.texts)) for one in mine]
            parts.append(join([*heads, *lines]))
    everybody = [_line(request, entry) for entry in COMMANDS if entry.roles is None]
    parts.append(join([request.t("help.everybody"), *everybody]))
    return join([*parts, request.t("help.code")], "\n\n")


def _line(request: Request, entry: Entry) -> Markup:
    return request.t("help.line", name=entry.shown(request.locale), what=request.label(f"command.{entry.name}"))


def on_help(request: Request) -> None:
    """The commands of whoever asks. In a group only what a group may ask for; strangers learn nothing."""
    if not request.private:
        request.say(request.t("help.group"), reply=True)
    elif request.member is None:
        request.turn_away()
    else:
        request.say(overview(request, request.me.id))


def on_cancel(request: Request) -> None:
    """Throw the open form away, after one question."""
    for draft in drafts.of_person(request.session, request.me.id):
        if draft.form in FORMS:
            ask_cancel(request, draft)
            return
        # A form that this version no longer has: nobody could go on with it.
        drafts.discard(request.session, draft)
    request.say(request.t("cancel.nothing"))


ROUTES: list[BaseHandler[Any, Any, Any]] = [
    command(["bantuan", "help"], on_help, allow=anyone(Where.ANYWHERE)),
    command(["batal", "cancel"], on_cancel, allow=members()),
]
