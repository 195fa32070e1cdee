"""What is typed behind ``/rekap``: a time of which a digest is shown as it was posted, or two that are compared."""

from __future__ import annotations

import re
from datetime import date

from handlers.digest.access import QUIET, Admitted, once
from handlers.digest.snapshots import (
    OpenRun,
    choice,
    id_of,
    its_language,
    month_in_words,
    months_of,
    show_run,
    side_by_side,
)
from handlers.kit import format as fmt
from handlers.kit import parse
from handlers.kit.buttons import Press, Rows, grid
from handlers.kit.parse_past import Span
from handlers.kit.parse_text import fold
from handlers.kit.refusal import Refusal
from handlers.kit.request import Request, send
from handlers.kit.texts import Texts, join
from storage import outbox, snapshots
from storage.digests import DigestRun
from storage.groups import ChatGroup

_OFFERED, _COMPARED = "rekap.months", "rekap.compared"
_WITH = r" (?:dengan|dgn|vs\.?|versus|with) "
_COMPARE = re.compile(rf"(?:bandingkan|banding|compare) (?:dengan |with )?(.+?)(?:(?:{_WITH}| dan | and | to )(.+))?"
                      rf"|(.+?){_WITH}(.+)")
_NOW = {"sekarang", "kini", "saat ini", "keadaan saat ini", "now", "hari ini", "today"}


def show_asked(request: Request, admitted: Admitted, asked: str) -> None:
    """The last digest of a month, quarter, year or week, or on or before a day; two of them side by side."""
    words, group = admitted
    found = _COMPARE.fullmatch(fold(asked).lower().strip(" .,!?"))
    if found:
        _compare(request, words, group, found[1] or found[3], found[2] or found[4] or "now")
        return
    run = _stored(request, words, group, asked)
    if run is not None and not show_run(request, words, group, run):
        once(request, words, "digest.stored.shown")


def _compare(request: Request, words: Texts, group: ChatGroup | None, *asked: str) -> None:
    runs: list[DigestRun] = []
    for one in asked:
        if one not in _NOW:
            run = _stored(request, words, group, one)
            if run is None:
                return
            runs.append(run)
    if not runs or (len(runs) > 1 and runs[0] is runs[1]):
        once(request, words, "digest.compare.same", rows=_offers(request, words, group))
        return
    first, last = runs[0], runs[1] if len(runs) > 1 else None
    if group and outbox.recent(request.session, request.chat_id, _COMPARED, request.now - QUIET):
        once(request, words, "digest.stored.shown")
        return
    words = its_language(request, words, group, last or first)
    send(request.session, request.chat_id, side_by_side(request, words, first, last), request.now,
         choice(request, words, group, (last.id or 0) if last else 0, 0), slot=_COMPARED, extra=request.in_topic)


def _stored(request: Request, words: Texts, group: ChatGroup | None, asked: str) -> DigestRun | None:
    """The digest that is meant; None once it was answered which ones there are."""
    try:
        span = parse.past(asked, request.today)
    except Refusal as refusal:
        rows = _offers(request, words, group)
        if group is None:
            lines = [words.t(refusal.key, **refusal.values), *([words.t("digest.stored.are")] if rows else [])]
            request.say(join(lines, "\n\n"), rows)
        else:  # in its language, and nothing is repeated there: somebody may have typed a number of a family
            once(request, words, "digest.stored.form", rows=rows)
        return None
    run = snapshots.stored(request.session, *span, id_of(group))
    if run is None:
        _nothing(request, words, group, span)
    return run


def _nothing(request: Request, words: Texts, group: ChatGroup | None, span: Span) -> None:
    """Nothing is stored of that time: the nearest ones, and the last of each month."""
    if group and outbox.recent(request.session, request.chat_id, _OFFERED, request.now - QUIET):
        once(request, words, "digest.stored.offered")
        return
    near = snapshots.nearest(request.session, *span, request.today, id_of(group))
    if not near:
        once(request, words, "digest.stored.empty")
        return
    rows = _offers(request, words, group, near)
    meant = _span_in_words(words, *span)
    request.say(words.t("digest.stored.none", asked=meant), rows, slot=_OFFERED, reply=not request.private)


def _offers(
    request: Request, words: Texts, group: ChatGroup | None, near: list[tuple[int, date]] | None = None
) -> Rows:
    """Buttons to stored digests: some by their day, then the last one of each month."""
    days = [Press(fmt.date(day, words.locale), OpenRun(number)) for number, day in near or []]
    months = [Press(month_in_words(day, words), OpenRun(number)) for number, day in months_of(request, group)]
    return [*grid(days), *grid(months)]


def _span_in_words(words: Texts, first: date | None, last: date) -> str:
    if first is None:
        return words.label("digest.stored.until", day=fmt.date(last, words.locale))
    if (last - first).days > 31:
        return str(first.year) if first.month == 1 and last.month == 12 else \
            words.label("digest.stored.span", first=month_in_words(first, words), last=month_in_words(last, words))
    if first.day == 1 and last.day >= 28:
        return month_in_words(first, words)
    return words.label("digest.stored.span", first=fmt.date(first, words.locale), last=fmt.date(last, words.locale))
