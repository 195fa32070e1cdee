"""The buttons of personal digests."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit.buttons import Button
from storage.personal import PersonalKind


@dataclass(frozen=True)
class SetDigest(Button):
    """Have a digest sent (1) or not (0); pressed twice it is the same. ``listed``: pressed on the list of them (1), or
    under a digest (0)."""

    code = "kbs"
    kind: PersonalKind
    wanted: int
    listed: int


@dataclass(frozen=True)
class SeeDigest(Button):
    """What a digest would say now."""

    code = "kbl"
    kind: PersonalKind
