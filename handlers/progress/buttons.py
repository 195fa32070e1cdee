"""The buttons of /progres, of the verifier's second queue, and of the handover."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit.buttons import Button


@dataclass(frozen=True)
class ClaimList(Button):
    """Claims of a partner (0: of all own partners), behind this turn and claim (-1: from the start)."""

    code = "gl"
    partner_id: int
    turn: int
    last: int


@dataclass(frozen=True)
class PickPartner(Button):
    """An admin picks whose claims to see, behind the partner ``after``."""

    code = "gk"
    after: int


@dataclass(frozen=True)
class ClaimCard(Button):
    """One claim."""

    code = "gc"
    claim_id: int


@dataclass(frozen=True)
class Report(Button):
    """Start a progress report on the claim as it was shown."""

    code = "gr"
    claim_id: int
    version: int


@dataclass(frozen=True)
class Fix(Button):
    """Put right what was reported wrong, of the claim as it was shown."""

    code = "gx"
    claim_id: int
    version: int


@dataclass(frozen=True)
class Finish(Button):
    """Say that the work is done. ``sure``: once 1 on a question that is asked no more."""

    code = "gf"
    claim_id: int
    version: int
    sure: int


@dataclass(frozen=True)
class Photos(Button):
    """The newest photos of a claim's work."""

    code = "gp"
    claim_id: int


@dataclass(frozen=True)
class HandOver(Button):
    """Draw up the handover record (BAST) of the claim as it was shown."""

    code = "gh"
    claim_id: int
    version: int


@dataclass(frozen=True)
class SendBast(Button):
    """Send the signed pages of the handover record."""

    code = "gb"
    claim_id: int


@dataclass(frozen=True)
class ShowBast(Button):
    """The signed pages of a handover record."""

    code = "gs"
    claim_id: int


@dataclass(frozen=True)
class Queue(Button):
    """The verifier's next finished work, behind the claim ``after``."""

    code = "gq"
    after: int


@dataclass(frozen=True)
class Inspect(Button):
    """One finished work, for the verifier."""

    code = "gv"
    claim_id: int


@dataclass(frozen=True)
class Confirm(Button):
    """The work is done indeed."""

    code = "gy"
    claim_id: int
    version: int


@dataclass(frozen=True)
class NotYet(Button):
    """The work is not done; a note follows."""

    code = "gn"
    claim_id: int
    version: int
