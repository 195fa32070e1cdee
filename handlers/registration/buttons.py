"""Buttons of registering and correcting a house."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from handlers.kit.buttons import Button
from storage.photos import PhotoKind


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


@dataclass(frozen=True)
class Sections(Button):
    """What is written down for a house and what is missing, by section."""

    code = "rs"
    house_id: int


@dataclass(frozen=True)
class FillSection(Button):
    """Fill in or change one section of a house."""

    code = "rn"
    house_id: int
    name: str


@dataclass(frozen=True)
class MyHouses(Button):
    """The houses that one registered: of one stage, or all (``-``). ``behind`` and ``after``: where a page begins."""

    code = "rl"
    state: str
    behind: int
    after: int


@dataclass(frozen=True)
class HouseNews(Button):
    """Hear what becomes of the houses that one registered, or not; the list stays where it is."""

    code = "rk"
    wanted: int
    state: str
    behind: int
    after: int


@dataclass(frozen=True)
class MyDrafts(Button):
    """Forms left open, behind the one that was touched at ``micros`` (since 1970; 0: from the newest)."""

    code = "rd"
    micros: int
    after: int


@dataclass(frozen=True)
class Story(Button):
    """What became of a house that one registered."""

    code = "rh"
    house_id: int


class PhotosOf(StrEnum):
    """Where photos stand that are to be named."""

    DRAFT = "d"
    HOUSE = "h"


class Round(StrEnum):
    """Which of them are shown: those of which nothing is said yet, or all."""

    UNNAMED = "u"
    ALL = "a"


@dataclass(frozen=True)
class NamePhotos(Button):
    """Say what photos show: those of a draft or house (``number``) behind the photo ``after``."""

    code = "rt"
    of: PhotosOf
    number: int
    after: int
    round: Round


@dataclass(frozen=True)
class NamePhoto(Button):
    """A photo shows this. ``was``: what was said of it before, when the button was made."""

    code = "ru"
    of: PhotosOf
    number: int
    photo_id: int
    kind: PhotoKind
    was: str
    round: Round
