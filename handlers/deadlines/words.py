"""A claim's next deadline in words: on its card, and short for a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from markupsafe import Markup

from handlers.kit import format as fmt
from handlers.kit.texts import Texts
from storage import deadlines
from storage.claims import Claim
from storage.deadlines import Stage

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Due:
    """``left``: days until the deadline's day, below zero when it is missed. ``back``: when the house goes back."""

    stage: Stage
    day: date
    left: int
    back: date | None


def midnight(now: datetime, zone: tzinfo) -> datetime:
    """When today began in the city, as a moment in UTC."""
    return datetime.combine(now.astimezone(zone).date(), time(0), zone).astimezone(UTC)


def due_of(claim: Claim, now: datetime, zone: tzinfo, *, asked: bool = False) -> Due | None:
    """The next deadline of a claim; None while its partner has none. ``asked``: a later one is asked for; while that
    waits for an answer, the house does not go back."""
    stage = deadlines.stage_of(claim.turn, claim.physical)
    if stage is None or claim.due_at is None:
        return None
    day = claim.due_at.astimezone(zone).date()
    back = claim.expires_at.astimezone(zone).date() + _DAY if claim.expires_at is not None and not asked else None
    return Due(stage, day, (day - now.astimezone(zone).date()).days, back)


def in_full(words: Texts, due: Due) -> Markup:
    """``Mulai paling lambat 1 April 2026 (27 hari lagi)``."""
    if due.left >= 0:
        left = words.label("tenggat.left", n=due.left) if due.left else words.label("tenggat.today")
        return words.t("tenggat.line", stage=words.label(f"tenggat.stage.{due.stage.value}"),
                       date=fmt.date(due.day, words.locale), left=left)
    if due.back is None:
        return words.t("tenggat.late", n=-due.left)
    return words.t("tenggat.late.back", n=-due.left, back=fmt.date(due.back, words.locale))


def in_short(words: Texts, due: Due) -> str:
    """``mulai s.d. 1 Apr``."""
    if due.left < 0:
        return words.label("tenggat.short.late", n=-due.left)
    return words.label("tenggat.short.line", stage=words.label(f"tenggat.short.{due.stage.value}"),
                       day=fmt.day_short(due.day, words.locale))
