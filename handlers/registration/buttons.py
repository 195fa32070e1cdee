"""Buttons of registering and correcting a house."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit.buttons import Button


@dataclass(frozen=True)
class Another(Button):
    """Register one more house."""

    code = "ra"


@dataclass(frozen=True)
class Fix(Button):
    """Correct a returned house."""

    code = "rf"
    house_id: int


@dataclass(frozen=True)
class MorePhotos(Button):
    """Send another photo of a registered house."""

    code = "rp"
    house_id: int


@dataclass(frozen=True)
class Mine(Button):
    """Open a house that one registered."""

    code = "ro"
    house_id: int
