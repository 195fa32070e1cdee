"""The privacy notice of UU 27/2022, short enough to be read."""

from __future__ import annotations

from typing import Any

from telegram.ext import BaseHandler

from handlers.kit import format as fmt
from handlers.kit.endpoint import command
from handlers.kit.policy import members
from handlers.kit.request import Request
from storage import meta
from storage.drafts import LIVES_DAYS

NOTICE_VERSION = "2026-12b"
"""Recorded with each household's consent: raise it whenever the message ``privacy.notice`` changes its meaning."""


def on_privacy(request: Request) -> None:
    """What is stored, why, who sees it, for how long, and which rights people have."""
    city = meta.get(request.session, "city_name") or ""
    rules = request.runtime.rules
    request.say(request.t("privacy.notice", city=city, days=LIVES_DAYS, version=NOTICE_VERSION,
                          refused=fmt.span(rules.keep_refused, request.locale),
                          done=fmt.span(rules.keep_done, request.locale),
                          aid=fmt.span(rules.aid, request.locale)))


ROUTES: list[BaseHandler[Any, Any, Any]] = [command(["privasi", "privacy"], on_privacy, allow=members())]
