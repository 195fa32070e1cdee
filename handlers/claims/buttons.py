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
    """Claim all houses of a preview as it was shown."""

    code = "cb"
    basket_id: int
    version: int


@dataclass(frozen=True)
class DropBasket(Button):
    """Forget a preview."""

    code = "cx"
    basket_id: int


@dataclass(frozen=True)
class BasketPage(Button):
    """Houses of a preview, from the one at ``place`` on."""

    code = "cbp"
    basket_id: int
    place: int


@dataclass(frozen=True)
class TakeOut(Button):
    """Take a house out of a preview."""

    code = "cbt"
    basket_id: int
    version: int
    house_id: int


@dataclass(frozen=True)
class Replace(Button):
    """Another house in place of one of a preview."""

    code = "cbr"
    basket_id: int
    version: int
    house_id: int


@dataclass(frozen=True)
class AddOne(Button):
    """One more house to a preview."""

    code = "cba"
    basket_id: int
    version: int


@dataclass(frozen=True)
class ReplaceLost(Button):
    """Other houses in place of those of a preview that were taken or do not fit any more."""

    code = "cbx"
    basket_id: int
    version: int


@dataclass(frozen=True)
class Fits(Button):
    """What fits a partner: ``money`` rupiah at most (0: none typed), in an area. With several quotas, ask which."""

    code = "cqp"
    partner_id: int
    money: int
    area: str


@dataclass(frozen=True)
class FitsQuota(Button):
    """What fits a quota: ``money`` rupiah at most (0: none typed), in an area."""

    code = "cqq"
    quota_id: int
    money: int
    area: str


@dataclass(frozen=True)
class Funding(Button):
    """Houses that lack money, behind the claim ``last`` (0: from the start)."""

    code = "cul"
    last: int


@dataclass(frozen=True)
class Supports(Button):
    """What the own partners add to other houses, behind the contribution ``last`` (0: from the start)."""

    code = "cus"
    last: int


@dataclass(frozen=True)
class FundingCard(Button):
    """A house that lacks money, or that an own partner adds to."""

    code = "cuc"
    claim_id: int


@dataclass(frozen=True)
class Fund(Button):
    """Start adding money to a claim as it was shown."""

    code = "cuf"
    claim_id: int
    version: int


@dataclass(frozen=True)
class LeaveFunding(Button):
    """Take an own contribution back."""

    code = "cuo"
    contribution_id: int


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
