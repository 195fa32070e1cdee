"""The buttons of groups and their digests. Each says exactly what it sets: pressed twice it is the same."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from handlers.kit.buttons import Button

# What a button says where it takes a value away: the city instead of one kecamatan, no pause, no topic.
NONE = "-"


class Part(StrEnum):
    """The parts of a digest's card; each has its own keyboard."""

    MAIN = "main"
    DAYS = "days"
    HOUR = "hour"
    QUIET = "quiet"
    PAUSE = "pause"
    CONTENT = "content"
    AREA = "area"
    LOCALE = "locale"
    DROP = "drop"


class Setting(StrEnum):
    """What a press on a digest's card sets."""

    ACTIVE = "active"
    RHYTHM = "rhythm"
    WEEKDAY = "weekday"
    MONTH_DAY = "month_day"
    HOUR = "hour"
    QUIET = "quiet"
    PAUSE = "pause"
    AREA = "area"
    LOCALE = "locale"
    SECTION = "section"
    PICTURE = "picture"
    TOPIC = "topic"


@dataclass(frozen=True)
class ListGroups(Button):
    """The list of groups behind one of them; 0 for its beginning."""

    code = "dl"
    after: int


@dataclass(frozen=True)
class OpenGroup(Button):
    """A group's card."""

    code = "do"
    group_id: int


@dataclass(frozen=True)
class SetGroup(Button):
    """On cards of earlier versions, which knew one digest a group: it sets nothing any more, the group's card opens."""

    code = "dg"
    group_id: int
    what: str
    value: str


@dataclass(frozen=True)
class SpeakGroup(Button):
    """The language in which a group is spoken to."""

    code = "dk"
    group_id: int
    locale: str


@dataclass(frozen=True)
class AddSchedule(Button):
    """One more digest for a group that has ``shown`` so far: of two presses the second adds nothing."""

    code = "da"
    group_id: int
    shown: int


@dataclass(frozen=True)
class OpenSchedule(Button):
    """A part of a digest's card."""

    code = "ds"
    group_id: int
    schedule_id: int
    part: Part


@dataclass(frozen=True)
class SetSchedule(Button):
    """Set one thing of a digest to a value. One of several (a weekday, a section): ``<which>.<1 or 0>``."""

    code = "dv"
    group_id: int
    schedule_id: int
    what: Setting
    value: str


@dataclass(frozen=True)
class DropSchedule(Button):
    """Delete a digest; asked for on its card. ``stamp``: of what was shown; one that was changed meanwhile stays."""

    code = "dx"
    group_id: int
    schedule_id: int
    stamp: int = 0


@dataclass(frozen=True)
class ToTopic(Button):
    """A digest goes to a forum topic; ``topic`` 0: to the general one."""

    code = "dz"
    group_id: int
    schedule_id: int
    topic: int
