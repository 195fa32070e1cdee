"""What the store refuses, with the figures that a person needs to understand why."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A rule said no. Nothing of the running transaction may be kept.

    ``code`` names the rule; the conversation shows the message ``rule.<code>`` filled with ``figures``
    (plain values: rupiah as int, counts as int, codes as str; never personal data). A figure may be called
    ``code`` too: it is the house's.
    """

    def __init__(self, code: str, /, **figures: Any) -> None:
        super().__init__(code)
        self.code = code
        self.figures = figures


class Stale(Refused):
    """Somebody was faster: the row is no longer in the state that was shown."""

    def __init__(self, **figures: Any) -> None:
        super().__init__("stale", **figures)


class WrongKey(Exception):
    """The key does not open the data that is there."""


class LostLeadership(Exception):
    """Another process leads now; this one must not write."""


class CommitUnknown(Exception):
    """The connection broke while committing: the work may be kept or lost, and must be looked up, not repeated."""
