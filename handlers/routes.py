"""Everything the bot answers to, in order: the first route that matches takes the update."""

from __future__ import annotations

from typing import Any

from telegram.ext import BaseHandler

from handlers import rest
from handlers.claims import routes as claims_routes
from handlers.data import routes as data_routes
from handlers.deadlines import routes as deadlines_routes
from handlers.digest import detail_lists, detail_tables, rekap, snapshots
from handlers.groups import manage, membership, topics
from handlers.kit import form_routes
from handlers.ops import reports
from handlers.partners import routes as partners_routes
from handlers.people import routes as people_routes
from handlers.personal import screen as personal_screen
from handlers.progress import routes as progress_routes
from handlers.registration import drafts_list, mine, story
from handlers.registration import routes as registration
from handlers.roadshow import routes as roadshow_routes
from handlers.scoreboard import routes as scoreboard_routes
from handlers.transfers import routes as transfers_routes
from handlers.verification import routes as verification

ROUTES: list[BaseHandler[Any, Any, Any]] = [
    *people_routes.ROUTES,
    *membership.ROUTES,
    *manage.ROUTES,
    *topics.ROUTES,
    *scoreboard_routes.ROUTES,
    *rekap.ROUTES,
    *snapshots.ROUTES,
    *roadshow_routes.ROUTES,
    *detail_tables.ROUTES,
    *detail_lists.ROUTES,
    *reports.ROUTES,
    *registration.ROUTES,
    *mine.ROUTES,
    *drafts_list.ROUTES,
    *story.ROUTES,
    *verification.ROUTES,
    *claims_routes.ROUTES,
    *transfers_routes.ROUTES,
    *deadlines_routes.ROUTES,
    *progress_routes.ROUTES,
    *partners_routes.ROUTES,
    *data_routes.ROUTES,
    *personal_screen.ROUTES,
    *form_routes.PRESSES,
    *form_routes.MESSAGES,
    # The last room takes whatever is left, so that nobody ever meets silence.
    *rest.ROUTES,
]
