"""The buttons of deadlines, and of what waits for the admins."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit.buttons import Button


@dataclass(frozen=True)
class AskTime(Button):
    """Ask for a later deadline of an own claim, as it was shown."""

    code = "xda"
    claim_id: int
    version: int


@dataclass(frozen=True)
class ExtensionCard(Button):
    """One request for a later deadline, as it stands now."""

    code = "xdc"
    extension_id: int


@dataclass(frozen=True)
class Grant(Button):
    """An admin grants the new date."""

    code = "xdy"
    extension_id: int


@dataclass(frozen=True)
class DeclineTime(Button):
    """An admin says no; a note follows."""

    code = "xdn"
    extension_id: int


@dataclass(frozen=True)
class Waiting(Button):
    """What waits for the admins, behind these requests (0: from the start): transfers and new dates."""

    code = "xdw"
    transfer: int
    extension: int
