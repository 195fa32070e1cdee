"""What matched nothing else: typed answers to open forms, and a kind word for everything that cannot be taken."""

from __future__ import annotations

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, MessageHandler, TypeHandler, filters

from handlers.kit.endpoint import endpoint
from handlers.kit.form_routes import typed, wrong_kind
from handlers.kit.policy import Where, anyone, members
from handlers.kit.request import Request
from handlers.people.guessing import meant
from handlers.people.opening import code_in, open_by_code
from handlers.registration.sent_back import taken


def on_text(request: Request) -> None:
    """A typed message: a whole form filled in, or an answer to the open one; without one a house code, or a command in
    other words."""
    if taken(request) or typed(request):
        return
    code = code_in(request.text)
    if code is not None:
        open_by_code(request, code)
    else:
        _suggest(request, "rest.text")


def on_unknown_command(request: Request) -> None:
    """A command that does not exist. In groups other bots' commands pass by."""
    if not request.private:
        return
    if request.member is None:
        request.turn_away()
    else:
        _suggest(request, "rest.command")


def _suggest(request: Request, otherwise: str) -> None:
    """Name the command that was probably meant, if it is one that this person may use."""
    entry = meant(request.text, {role.name for role in request.me.roles})
    if entry is None:
        request.say(request.t(otherwise))
    else:
        request.say(request.t("rest.meant", name=entry.shown(request.locale),
                              what=request.label(f"command.{entry.name}")))


def on_unknown_press(request: Request) -> None:
    """A button that no version of ours knows."""
    request.toast(request.label("refuse.old_button"), alert=True)


def on_anything(request: Request) -> None:
    """Voice notes, stickers, contacts, …: a clear answer in private, silence in groups."""
    if not request.private or request.update.message is None:
        return
    if request.member is None:
        request.turn_away()
    elif not wrong_kind(request):
        request.say(request.t("rest.kind"))


ROUTES: list[BaseHandler[Any, Any, Any]] = [
    MessageHandler(filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE & filters.TEXT & ~filters.COMMAND,
                   endpoint(on_text, allow=members())),
    MessageHandler(filters.UpdateType.MESSAGE & filters.COMMAND,
                   endpoint(on_unknown_command, allow=anyone(Where.ANYWHERE))),
    CallbackQueryHandler(endpoint(on_unknown_press, allow=anyone(Where.ANYWHERE))),
    TypeHandler(Update, endpoint(on_anything, allow=anyone(Where.ANYWHERE))),
]
