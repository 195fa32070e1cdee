"""The buttons of transfers and referrals."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit.buttons import Button


@dataclass(frozen=True)
class AskFor(Button):
    """Ask for a house that another partner holds."""

    code = "xta"
    claim_id: int


@dataclass(frozen=True)
class Refer(Button):
    """Offer an own house, as it was shown, to another partner."""

    code = "xtr"
    claim_id: int
    version: int


@dataclass(frozen=True)
class TransferCard(Button):
    """One request, as it stands now."""

    code = "xtc"
    transfer_id: int


@dataclass(frozen=True)
class Accept(Button):
    """Look at what accepting would mean, and with which quota."""

    code = "xty"
    transfer_id: int


@dataclass(frozen=True)
class AcceptWith(Button):
    """Accept; the house counts under this quota from now on."""

    code = "xtw"
    transfer_id: int
    quota_id: int


@dataclass(frozen=True)
class DeclineTransfer(Button):
    """Say no; a note follows."""

    code = "xtn"
    transfer_id: int


@dataclass(frozen=True)
class Withdraw(Button):
    """Take an own request back."""

    code = "xtx"
    transfer_id: int


@dataclass(frozen=True)
class Transfers(Button):
    """Open requests of the own partners, behind the request ``after`` (0: from the start)."""

    code = "xtl"
    after: int
