"""What each personal digest says: codes and counts, never a family's data. A new kind is a function in ``CONTENT``."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from markupsafe import Markup
from sqlmodel import Session

from handlers.claims.told import SHOWN_CODES
from handlers.deadlines.words import due_of, in_short, midnight
from handlers.kit import format as fmt
from handlers.kit.buttons import Press, Rows
from handlers.kit.policy import Member
from handlers.kit.runtime import Runtime
from handlers.kit.texts import Texts, join
from handlers.progress.buttons import ClaimList
from handlers.registration.buttons import MyHouses
from handlers.verification.buttons import Menu
from storage import deadlines, houses, mine, partners, personal, progress, rechecking, worklist
from storage.claims import Turn
from storage.houses import HouseState
from storage.people import RoleName
from storage.personal import PersonalKind

AHEAD = timedelta(days=14)
"""Deadlines so near are named."""
WEEK = timedelta(days=7)
_SHOWN = 10
"""Houses named in one message."""

Said = tuple[Markup, Rows]


@dataclass
class Look:
    """What the database says at a moment, for some people: asked once for all of them where it is the same."""

    session: Session
    runtime: Runtime
    now: datetime
    person_ids: Collection[int]
    queues: dict[tuple[str, ...] | None, tuple[int, datetime | None, int]] = field(default_factory=dict)

    @property
    def since(self) -> datetime:
        """When the week that is told of began."""
        return midnight(self.now, self.runtime.zone) - WEEK

    @cached_property
    def news(self) -> dict[int, dict[str, int]]:
        """Of the houses that these people registered."""
        return personal.news(self.session, self.person_ids, self.since)

    def queue(self, areas: list[str] | None) -> tuple[int, datetime | None, int]:
        """New houses that wait for a verifier of some kecamatan, since when the first does, and corrected houses."""
        key = None if areas is None else tuple(areas)
        if key not in self.queues:
            found = sum(houses.count_by_kecamatan(self.session, HouseState.REGISTERED, areas).values())
            first = personal.longest_waiting(self.session, areas) if found else None
            self.queues[key] = (found, first, rechecking.count(self.session, areas))
        return self.queues[key]


def of_rep(look: Look, member: Member, words: Texts) -> Said | None:
    """The claims of the own partners by whose turn it is, and what is overdue or due soon; nothing without claims that
    go on."""
    counted = worklist.count(look.session, member.partners)
    lines = [words.t(f"progres.turn.{turn.name.lower()}", n=counted[turn])
             for turn in Turn if turn < Turn.DONE and counted.get(turn)]
    if not lines:
        return None
    names = partners.names_of(look.session, set(member.partners))
    title = words.t("personal.rep.title", name=", ".join(names[number] for number in sorted(names)))
    rows: Rows = [[Press(words.label("klaim.button.mine"), ClaimList(0, -1, 0))]]
    return join([title, *lines, *_due(look, member, words)]), rows


def _due(look: Look, member: Member, words: Texts) -> list[Markup]:
    """What is overdue, then what is due soon; the nearest first."""
    found = deadlines.due_next(look.session, member.partners, _SHOWN + 1)
    of = worklist.some(look.session, [claim.id or 0 for claim in found])
    zone, lines = look.runtime.zone, list[Markup]()
    for late in (True, False):
        named = [words.t("tenggat.item", code=of[claim.id or 0][1].code, due=in_short(words, due))
                 for claim in found[:_SHOWN]
                 if (due := due_of(claim, look.now, zone)) and due.left <= AHEAD.days and (due.left < 0) == late]
        if named:
            lines += [words.t("personal.rep.late" if late else "personal.rep.soon"), *named]
    if len(found) > _SHOWN and (due := due_of(found[-1], look.now, zone)) and due.left <= AHEAD.days:
        lines.append(words.t("personal.rep.more"))
    return lines or [words.t("personal.rep.none_due")]


def of_surveyor(look: Look, member: Member, words: Texts) -> Said | None:
    """What became of the own houses within the last week, and which are to be corrected; nothing without either."""
    news, fix = look.news.get(member.id, {}), mine.counts(look.session, member.id).get(mine.FIRST, 0)
    if not news and not fix:
        return None
    lines = [words.t(f"personal.surveyor.{step}", n=news[step]) for step in personal.NEWS.values() if step in news]
    if lines:
        day = fmt.day_short(look.since.astimezone(look.runtime.zone).date(), words.locale)
        lines.insert(0, words.t("personal.surveyor.since", day=day))
    if fix:
        first = mine.in_state(look.session, member.id, mine.FIRST, limit=SHOWN_CODES)
        codes = ", ".join(house.code for house, _ in first) + (", …" if fix > len(first) else "")
        lines.append(words.t("personal.surveyor.fix", n=fix, codes=codes))
    rows: Rows = [[Press(words.label("rumahku.button.list"), MyHouses(mine.FIRST.value if fix else "-", 0, 0))]]
    return join([words.t("personal.surveyor.title"), *lines]), rows


def of_verifier(look: Look, member: Member, words: Texts) -> Said | None:
    """What waits in the own kecamatan, and how long it has; nothing where nothing does."""
    areas = member.kecamatan(RoleName.VERIFIER)
    new, first, corrected = look.queue(areas)
    finished = progress.count_waiting(look.session, areas, but=member.partners)
    if not new + finished + corrected:
        return None
    reported = [claim.finish_reported_at for claim, _ in progress.waiting_for_confirmation(
        look.session, areas, limit=1, but=member.partners)] if finished else []
    lines = [
        _waits(look, words, key, n, since)
        for key, n, since in (("new", new, first), ("finished", finished, next(iter(reported), None)),
                              ("corrected", corrected, None)) if n
    ]
    return join([words.t("personal.verifier.title", n=new + finished + corrected), *lines]), \
        [[Press(words.label("verify.button.menu"), Menu())]]


def _waits(look: Look, words: Texts, key: str, number: int, since: datetime | None) -> Markup:
    line = words.t(f"personal.verifier.{key}", n=number)
    if since is None:
        return line
    return line + words.t("personal.verifier.longest", span=fmt.span(max(look.now - since, timedelta()), words.locale))


CONTENT: dict[PersonalKind, Callable[[Look, Member, Texts], Said | None]] = {
    PersonalKind.REP: of_rep, PersonalKind.SURVEYOR: of_surveyor, PersonalKind.VERIFIER: of_verifier,
}
WEEKDAYS = {PersonalKind.REP: (0,), PersonalKind.SURVEYOR: (0,), PersonalKind.VERIFIER: range(5)}
"""0 is Monday."""
