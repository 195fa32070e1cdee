"""What differs between cities: thresholds, times and what is required (DOMAIN.md), with its defaults."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from storage.photos import PhotoKind


@dataclass(frozen=True)
class Rules:
    """The rules of one installation, set by ``BEDAH_…`` and handed to whoever needs them.

    ``area_per_person``: least floor area for one occupant, m² (9; 7.2 and 8 are also in use).
    ``land_most``: largest plot, m² (Tangsel: 120). ``photo_kinds``: kinds that a registration must have.
    ``hold``: how long a verifier keeps a house that was opened; ``hold_returned``: how long a corrected one waits for
    whoever returned it. ``undo``: how long a decision can be taken back. ``keep_refused``, ``keep_done``: how long
    personal data stays after the house was refused (or withdrawn), and after its handover: ten years, because the
    rule "no housing aid in the last ten years" is checked against it. ``notice``: how long before its erasure the
    admins are told.

    Of a claim, each counted from the day it was made: ``begin``, ``half``, ``done``: when the work must have begun, be
    half done, be done (45 to 60 days of work a house are usual). ``remind``: so long before a deadline the partner is
    reminded. ``grace``: so long after a missed deadline the house returns to the waiting list, unless a new date was
    granted or asked for, or the work went on. ``answer``: how long a partner has to answer another's request before the
    admins are asked, and the admins to answer a wish for a new date before they are reminded of it. ``aid``: whoever
    was helped within this time is not helped again. ``milestones``: percent of the work at which photos are asked for.
    """

    area_per_person: float = 9.0
    land_most: float = 120.0
    photo_kinds: tuple[PhotoKind, ...] = (PhotoKind.FRONT,)
    hold: timedelta = timedelta(minutes=15)
    hold_returned: timedelta = timedelta(hours=24)
    undo: timedelta = timedelta(minutes=10)
    keep_refused: timedelta = timedelta(days=365)
    keep_done: timedelta = timedelta(days=3653)
    notice: timedelta = timedelta(days=7)
    begin: timedelta = timedelta(days=30)
    half: timedelta = timedelta(days=60)
    done: timedelta = timedelta(days=120)
    remind: tuple[timedelta, ...] = (timedelta(days=7), timedelta(days=1))
    grace: timedelta = timedelta(days=14)
    answer: timedelta = timedelta(hours=72)
    aid: timedelta = timedelta(days=3653)
    milestones: tuple[int, ...] = (0, 30, 70, 100)


DEFAULTS = Rules()
