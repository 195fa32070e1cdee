"""The routes of this room: each with its policy."""

from __future__ import annotations

from typing import Any

from telegram.ext import BaseHandler

from handlers.kit.endpoint import command, press
from handlers.kit.policy import only
from handlers.progress import buttons, confirm, finish, fix, handover, pages, report, screens, signed
from storage.people import RoleName

_REP = only(RoleName.PARTNER)
_REP_OR_ADMIN = only(RoleName.PARTNER, RoleName.ADMIN)
# Where a kecamatan has no verifier, the admins were told.
_VERIFIER = only(RoleName.VERIFIER, RoleName.ADMIN)

ROUTES: list[BaseHandler[Any, Any, Any]] = [
    command(["klaimsaya", "myclaims"], screens.on_my_claims, allow=_REP),
    command("progres", screens.on_progress, allow=_REP_OR_ADMIN),
    press(buttons.PickPartner, screens.on_pick, allow=only(RoleName.ADMIN)),
    press(buttons.ClaimList, screens.on_list, allow=_REP_OR_ADMIN),
    press(buttons.ClaimCard, screens.on_card, allow=_REP_OR_ADMIN),
    press(buttons.Photos, screens.on_photos, allow=_REP_OR_ADMIN),
    press(buttons.Report, report.on_report, allow=_REP),
    press(buttons.Fix, fix.on_fix, allow=_REP),
    press(buttons.Finish, finish.on_finish, allow=_REP),
    press(buttons.HandOver, handover.on_hand_over, allow=_REP_OR_ADMIN),
    press(buttons.SendBast, signed.on_send, allow=_REP_OR_ADMIN),
    press(buttons.ShowBast, pages.on_show, allow=only(RoleName.PARTNER, RoleName.ADMIN, RoleName.VERIFIER)),
    press(buttons.Queue, confirm.on_queue, allow=_VERIFIER),
    press(buttons.Inspect, confirm.on_inspect, allow=_VERIFIER),
    press(buttons.Confirm, confirm.on_confirm, allow=_VERIFIER),
    press(buttons.NotYet, confirm.on_not_yet, allow=_VERIFIER),
]
