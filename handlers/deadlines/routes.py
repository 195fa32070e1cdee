"""The routes of this room: each with its policy."""

from __future__ import annotations

from typing import Any

from telegram.ext import BaseHandler

from handlers.deadlines import answer, ask, buttons, waiting
from handlers.kit.endpoint import press
from handlers.kit.policy import only
from storage.people import RoleName

_ADMIN = only(RoleName.ADMIN)

ROUTES: list[BaseHandler[Any, Any, Any]] = [
    press(buttons.AskTime, ask.on_ask, allow=only(RoleName.PARTNER)),
    press(buttons.ExtensionCard, answer.on_card, allow=_ADMIN),
    press(buttons.Grant, answer.on_grant, allow=_ADMIN),
    press(buttons.DeclineTime, answer.on_decline, allow=_ADMIN),
    press(buttons.Waiting, waiting.on_waiting, allow=_ADMIN),
]
