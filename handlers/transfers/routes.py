"""The routes of this room: each with its policy."""

from __future__ import annotations

from typing import Any

from telegram.ext import BaseHandler

from handlers.kit.endpoint import press
from handlers.kit.policy import only
from handlers.transfers import answer, ask, buttons, lists, refer
from storage.people import RoleName

_REP = only(RoleName.PARTNER)
_REP_OR_ADMIN = only(RoleName.PARTNER, RoleName.ADMIN)

ROUTES: list[BaseHandler[Any, Any, Any]] = [
    press(buttons.AskFor, ask.on_ask, allow=_REP),
    press(buttons.Refer, refer.on_refer, allow=_REP),
    press(buttons.TransferCard, answer.on_card, allow=_REP_OR_ADMIN),
    press(buttons.Accept, answer.on_accept, allow=_REP_OR_ADMIN),
    press(buttons.AcceptWith, answer.on_accept_with, allow=_REP_OR_ADMIN),
    press(buttons.DeclineTransfer, answer.on_decline, allow=_REP_OR_ADMIN),
    press(buttons.Withdraw, answer.on_withdraw, allow=_REP),
    press(buttons.Transfers, lists.on_list, allow=_REP),
]
