"""The buttons of visits."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit.buttons import Button


@dataclass(frozen=True)
class VisitList(Button):
    """Coming visits behind one of them: its day (as an ordinal) and id, as it was shown; 0 for the beginning."""

    code = "rvl"
    day: int
    after: int


@dataclass(frozen=True)
class PlanVisit(Button):
    """An admin plans a visit."""

    code = "rvn"


@dataclass(frozen=True)
class VisitCard(Button):
    """One visit, as it stands now."""

    code = "rvc"
    visit_id: int


@dataclass(frozen=True)
class VisitSheet(Button):
    """The page to print, with the figures of now."""

    code = "rvp"
    visit_id: int


@dataclass(frozen=True)
class ChangeDay(Button):
    """An admin moves a visit to another day, as it was shown."""

    code = "rvd"
    visit_id: int
    version: int


@dataclass(frozen=True)
class ChangePlace(Button):
    """An admin names another place, of a visit as it was shown."""

    code = "rvw"
    visit_id: int
    version: int


@dataclass(frozen=True)
class CancelVisit(Button):
    """An admin calls a visit off, as it was shown; ``sure`` 0 asks first."""

    code = "rvx"
    visit_id: int
    version: int
    sure: int
