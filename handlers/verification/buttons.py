"""Buttons of verifying. Those that decide carry the version of the house that was shown.

``walk`` says through which queue its presser goes (:mod:`handlers.verification.walk`), so that the next house comes
from there: nothing else remembers it.
"""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit.buttons import Button
from storage.checklist import Item, Verdict


@dataclass(frozen=True)
class Menu(Button):
    """What waits for a verifier."""

    code = "vm"


@dataclass(frozen=True)
class Queues(Button):
    """The same, for the order of a walk."""

    code = "vq"
    walk: str


@dataclass(frozen=True)
class Area(Button):
    """What waits in the kecamatan of a walk."""

    code = "vw"
    walk: str


@dataclass(frozen=True)
class Next(Button):
    """The first free house of a walk behind a place in it (priority, id; 0 and 0: its top)."""

    code = "vn"
    walk: str
    rank: int
    last: int


@dataclass(frozen=True)
class Skip(Button):
    """Leave a house for later and show the one behind it."""

    code = "vs"
    house_id: int
    walk: str


@dataclass(frozen=True)
class Open(Button):
    """The card of one house, with its photos."""

    code = "vo"
    house_id: int


@dataclass(frozen=True)
class Look(Button):
    """The card again, in place of the screen that was pressed."""

    code = "vl"
    house_id: int
    walk: str


@dataclass(frozen=True)
class Approve(Button):
    """The house is eligible."""

    code = "va"
    house_id: int
    version: int
    walk: str


@dataclass(frozen=True)
class Return(Button):
    """Back to the surveyor, to be corrected."""

    code = "vr"
    house_id: int
    version: int
    walk: str


@dataclass(frozen=True)
class Refuse(Button):
    """The house is not eligible."""

    code = "vx"
    house_id: int
    version: int
    walk: str


@dataclass(frozen=True)
class Undo(Button):
    """Take a decision back. ``version``: of the house right after it."""

    code = "vu"
    house_id: int
    version: int
    walk: str


@dataclass(frozen=True)
class Checklist(Button):
    """The checklist of a house."""

    code = "vc"
    house_id: int
    walk: str


@dataclass(frozen=True)
class CheckItem(Button):
    """One item of it."""

    code = "vi"
    house_id: int
    walk: str
    item: Item


@dataclass(frozen=True)
class Mark(Button):
    """Answer an item."""

    code = "vk"
    house_id: int
    version: int
    walk: str
    item: Item
    verdict: Verdict


@dataclass(frozen=True)
class CheckNote(Button):
    """Write a note to an item."""

    code = "vt"
    house_id: int
    walk: str
    item: Item


@dataclass(frozen=True)
class History(Button):
    """What happened to a house, before the event ``before`` (0: from the newest)."""

    code = "vh"
    house_id: int
    walk: str
    before: int


@dataclass(frozen=True)
class Several(Button):
    """Houses of the walk's kecamatan that may be approved together."""

    code = "vb"
    walk: str


@dataclass(frozen=True)
class Tick(Button):
    """Tick a house of such a list, or take its tick away."""

    code = "vd"
    selection_id: int
    house_id: int


@dataclass(frozen=True)
class ApproveTicked(Button):
    """Approve the ticked houses of a list."""

    code = "ve"
    selection_id: int


@dataclass(frozen=True)
class UndoTicked(Button):
    """Take the approval of a list back."""

    code = "vf"
    selection_id: int


@dataclass(frozen=True)
class Rechecks(Button):
    """The first corrected house that a partner holds, behind the id ``after``."""

    code = "vg"
    after: int


@dataclass(frozen=True)
class Recheck(Button):
    """The correction of one house."""

    code = "vj"
    house_id: int


@dataclass(frozen=True)
class RecheckRight(Button):
    """The correction is right."""

    code = "vy"
    house_id: int
    version: int


@dataclass(frozen=True)
class RecheckUndo(Button):
    """Put back what the correction changed; ``sure`` 0 asks first."""

    code = "vz"
    house_id: int
    version: int
    sure: int
