"""The buttons of /klaim and /lepas."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit.buttons import Button

ALL = "-"
"""In place of a kecamatan code: the whole city."""


@dataclass(frozen=True)
class Overview(Button):
    """A partner's means and what waits in each kecamatan."""

    code = "co"
    partner_id: int


@dataclass(frozen=True)
class Wish(Button):
    """A rep of several partners picks one for what was typed: ``count`` houses (0: none typed) of an area."""

    code = "cp"
    partner_id: int
    count: int
    area: str


@dataclass(frozen=True)
class Area(Button):
    """The waiting list of a kecamatan, behind the house ``last`` (0: from the start)."""

    code = "ca"
    partner_id: int
    kecamatan: str
    last: int


@dataclass(frozen=True)
class HouseCard(Button):
    """One house of the waiting list."""

    code = "cc"
    partner_id: int
    house_id: int


@dataclass(frozen=True)
class ClaimHouse(Button):
    """Claim the house as it was shown; where the partner has several quotas, ask which."""

    code = "ck"
    partner_id: int
    house_id: int
    version: int


@dataclass(frozen=True)
class ClaimWith(Button):
    """Claim the house as it was shown with this quota."""

    code = "cw"
    quota_id: int
    house_id: int
    version: int


@dataclass(frozen=True)
class Several(Button):
    """Start the form "several at once"."""

    code = "cm"
    partner_id: int
    area: str


@dataclass(frozen=True)
class Preview(Button):
    """Preview ``count`` houses of an area against a quota."""

    code = "cf"
    quota_id: int
    area: str
    count: int


@dataclass(frozen=True)
class TakeBasket(Button):
    """Claim all houses of a preview."""

    code = "cb"
    basket_id: int


@dataclass(frozen=True)
class DropBasket(Button):
    """Forget a preview."""

    code = "cx"
    basket_id: int


@dataclass(frozen=True)
class Family(Button):
    """Show the family's data of a claimed house."""

    code = "ch"
    claim_id: int


@dataclass(frozen=True)
class Release(Button):
    """Start releasing a claim as it was shown."""

    code = "cr"
    claim_id: int
    version: int


@dataclass(frozen=True)
class ReleaseList(Button):
    """Claims that can be released, behind this turn and claim (-1: from the start)."""

    code = "cl"
    turn: int
    last: int
