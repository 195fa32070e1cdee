"""The routes of this room: each with its policy."""

from __future__ import annotations

from typing import Any

from telegram.ext import BaseHandler

from handlers.kit.endpoint import command, press
from handlers.kit.policy import only
from handlers.roadshow import buttons, changes, screens
from storage.people import RoleName

# Verifiers and partners come along: they read when and where, and print the sheet; it holds nothing about families.
_READ = only(RoleName.ADMIN, RoleName.VERIFIER, RoleName.PARTNER)
_PLAN = only(RoleName.ADMIN)

ROUTES: list[BaseHandler[Any, Any, Any]] = [
    command("roadshow", screens.on_roadshow, allow=_READ),
    press(buttons.VisitList, screens.on_list, allow=_READ),
    press(buttons.VisitCard, screens.on_card, allow=_READ),
    press(buttons.VisitSheet, screens.on_sheet, allow=_READ),
    press(buttons.PlanVisit, changes.on_plan, allow=_PLAN),
    press(buttons.ChangeDay, changes.on_day, allow=_PLAN),
    press(buttons.ChangePlace, changes.on_place, allow=_PLAN),
    press(buttons.CancelVisit, changes.on_cancel, allow=_PLAN),
]
