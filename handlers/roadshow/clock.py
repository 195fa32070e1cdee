"""The reminder of a visit, the day before: to the groups that read digests of that kecamatan or of the city, and to
all admins; exactly once, whatever happens to clocks and processes.

It goes out from eight in the morning. Whoever was not reached by then (the program was down, or the visit was planned
or moved later that day) is reminded as soon as may be, until the day of the visit begins: on that day itself nobody is
told of "tomorrow" any more.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup
from sqlmodel import Session

from handlers.kit.buttons import Press, Rows
from handlers.kit.request import in_topic, send, send_document
from handlers.kit.runtime import Runtime
from handlers.kit.texts import Texts, join, texts
from handlers.ops.apart import apart
from handlers.roadshow.buttons import VisitCard
from handlers.roadshow.facts import HOUR, Facts, codes, facts, figures, when_and_where
from handlers.roadshow.page import caption, filename, page
from storage import outbox, people, visits
from storage.people import RoleName

log = logging.getLogger("bedah.roadshow")


def remind_visits(session: Session, runtime: Runtime, now: datetime) -> int:
    """Remind of tomorrow's visits; how many. With ``Store.run(…, snapshot=True)`` all figures are of one moment."""
    visits.forget_wrong(session, now)
    local = now.astimezone(runtime.zone)
    if local.hour < HOUR:
        return 0
    tomorrow, reminded = local.date() + timedelta(days=1), 0
    with apart(session, now, log, "visit") as row:
        for number, kecamatan in visits.to_remind(session, tomorrow):
            with row(number, kecamatan):
                if visits.remind(session, number, tomorrow, now):
                    _remind(session, runtime, number, now)
                    reminded += 1
    return reminded


def _remind(session: Session, runtime: Runtime, visit_id: int, now: datetime) -> None:
    found = facts(session, runtime, visits.get(session, visit_id), now)
    groups = visits.readers(session, found.visit.kecamatan_code)
    for group, topic_id in groups:
        _send(session, runtime, found, group.chat_id, texts(group.locale), extra=in_topic(topic_id))
    visits.note_told(session, visit_id, groups)
    for admin in people.holders(session, RoleName.ADMIN):
        if admin.telegram_id is not None and admin.unreachable_at is None:
            words = texts(admin.locale)
            rows: Rows = [[Press(words.label("roadshow.button.card"), VisitCard(visit_id))]]
            _send(session, runtime, found, admin.telegram_id, words, rows)


def _send(
    session: Session, runtime: Runtime, found: Facts, chat: int, words: Texts, rows: Rows | None = None,
    extra: dict[str, Any] | None = None,
) -> None:
    """The text first: a document that cannot be drawn holds back nothing."""
    send(session, chat, reminder(words, runtime, found), found.moment, rows, priority=outbox.NEWS, extra=extra)
    send_document(session, chat, page(words, runtime, found), filename(found), found.moment, caption(words, found),
                  priority=outbox.NEWS, extra=extra)


def reminder(words: Texts, runtime: Runtime, found: Facts) -> Markup:
    """When, where, the figures, and which houses need a partner."""
    head = join([words.t("roadshow.remind", name=found.name), when_and_where(words, found.visit)])
    listed = codes(words, found)
    return join([head, figures(words, runtime, found), *([listed] if listed else [])], "\n\n")
