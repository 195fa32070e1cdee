"""Everything the bot answers to, in order: the first route that matches takes the update."""

from __future__ import annotations

from typing import Any

from telegram.ext import BaseHandler

from handlers import rest
from handlers.digest import rekap
from handlers.groups import manage, membership
from handlers.kit import form_routes
from handlers.ops import reports
from handlers.people import routes as people_routes

ROUTES: list[BaseHandler[Any, Any, Any]] = [
    *people_routes.ROUTES,
    *membership.ROUTES,
    *manage.ROUTES,
    *rekap.ROUTES,
    *reports.ROUTES,
    *form_routes.PRESSES,
    *form_routes.MESSAGES,
    # The last room takes whatever is left, so that nobody ever meets silence.
    *rest.ROUTES,
]
