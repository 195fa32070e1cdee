"""Buttons of verifying. Those that decide carry the version of the house that was shown."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit.buttons import Button


@dataclass(frozen=True)
class Menu(Button):
    """What waits for a verifier."""

    code = "vm"


@dataclass(frozen=True)
class Next(Button):
    """The first registered house behind the id ``after`` (0: the oldest)."""

    code = "vn"
    after: int


@dataclass(frozen=True)
class Skip(Button):
    """Leave a house for later and show the one behind it."""

    code = "vs"
    house_id: int


@dataclass(frozen=True)
class Open(Button):
    """The card of one house."""

    code = "vo"
    house_id: int


@dataclass(frozen=True)
class Approve(Button):
    """The house is eligible."""

    code = "va"
    house_id: int
    version: int


@dataclass(frozen=True)
class Return(Button):
    """Back to the surveyor, to be corrected."""

    code = "vr"
    house_id: int
    version: int


@dataclass(frozen=True)
class Refuse(Button):
    """The house is not eligible."""

    code = "vx"
    house_id: int
    version: int
