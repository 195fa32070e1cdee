"""An admin turns a group's scoreboard on and off."""

from __future__ import annotations

from typing import Any

from telegram.ext import BaseHandler

from handlers.groups.buttons import OpenGroup
from handlers.groups.manage import group_of
from handlers.kit.buttons import Press
from handlers.kit.endpoint import press
from handlers.kit.policy import only
from handlers.kit.request import Request
from handlers.scoreboard import (
    face,
    sent,  # noqa: F401 (what follows its calls)
)
from handlers.scoreboard.switch import SetBoard, row
from storage import scoreboard
from storage.people import RoleName


def on_switch(request: Request) -> None:
    """Turned off it is unpinned at once; turned on it comes with the next tick."""
    button = request.button
    assert isinstance(button, SetBoard)
    group, wanted = group_of(request, button.group_id), button.wanted != 0
    if group is None:
        return
    board = scoreboard.of_group(request.session, button.group_id)
    changed = scoreboard.want(request.session, board, request.now, active=wanted, by=request.me.id)
    if changed and not wanted:
        face.take_down(request.session, board, group, request.now)
    text = request.t("scoreboard.on" if wanted else "scoreboard.off", title=group.title)
    request.edit(text, [row(request.texts, board, group),
                        [Press(request.label("scoreboard.button.group"), OpenGroup(button.group_id))]])


ROUTES: list[BaseHandler[Any, Any, Any]] = [
    press(SetBoard, on_switch, allow=only(RoleName.ADMIN)),
]
