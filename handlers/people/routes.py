"""The routes of everything about people, in the order of its menu."""

from __future__ import annotations

from typing import Any

from telegram.ext import BaseHandler

from handlers.people import changes, choosing, help, invites, language, members, opening, privacy, start

ROUTES: list[BaseHandler[Any, Any, Any]] = [
    *start.ROUTES,
    *invites.ROUTES,
    *choosing.ROUTES,
    *members.ROUTES,
    *changes.ROUTES,
    *language.ROUTES,
    *privacy.ROUTES,
    *help.ROUTES,
    *opening.ROUTES,
]
