"""The switch on a group's card."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit.buttons import Button, Link, Press
from handlers.kit.texts import Texts
from storage.groups import ChatGroup
from storage.scoreboard import Scoreboard


@dataclass(frozen=True)
class SetBoard(Button):
    """Turn a group's scoreboard on (1) or off (0); pressed twice it is the same."""

    code = "sb"
    group_id: int
    wanted: int


def row(words: Texts, board: Scoreboard, group: ChatGroup) -> list[Press | Link]:
    """The switch, in an admin's language."""
    key = "scoreboard.button.off" if board.active else "scoreboard.button.on"
    return [Press(words.label(key), SetBoard(group.id or 0, int(not board.active)))]
