"""Buttons of /data. That which changes something carries the version of the house that was shown."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit.buttons import Button


@dataclass(frozen=True)
class Held(Button):
    """What is held about a household."""

    code = "dta"
    house_id: int


@dataclass(frozen=True)
class Pdf(Button):
    """The same as a document."""

    code = "dtp"
    house_id: int


@dataclass(frozen=True)
class FullPdf(Button):
    """The document with the whole numbers, after a reason."""

    code = "dtf"
    house_id: int


@dataclass(frozen=True)
class Erase(Button):
    """Erase it, after two questions."""

    code = "dte"
    house_id: int


@dataclass(frozen=True)
class HoldOff(Button):
    """An announced erasure waits a year more."""

    code = "dth"
    house_id: int
    version: int
