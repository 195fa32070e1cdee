"""Retention: the time to keep a family's data is over; the admins hear of it before, and when it is done.

What is left of families that were helped goes as soon as they may be helped again.
"""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial

from markupsafe import Markup
from sqlmodel import Session

from handlers.data.erase import forget_everywhere, forget_words
from handlers.kit import format as fmt
from handlers.kit.runtime import Runtime
from handlers.kit.texts import Texts
from handlers.ops.apart import apart
from handlers.ops.reports import tell_admins
from storage import erasing, helped, meta, mine
from storage.erasing import Reason
from storage.houses import House

log = logging.getLogger("bedah.data")

BATCH = 100
"""Houses in one transaction, so that nobody waits for long meanwhile."""
NAMED = 20
"""Codes in one message."""
_ERASED = "retention_erased"
"""How many were erased since the admins were told last."""


def retention(session: Session, runtime: Runtime, now: datetime) -> int:
    """Announce what will be erased, and erase what was announced and is due; how many of both, and of the fingerprints
    that went."""
    codes = erasing.announce(session, now, runtime.rules)
    if codes:
        day = (now + runtime.rules.notice).astimezone(runtime.zone).date()
        tell_admins(session, now, "data.retention.soon", n=len(codes), codes=", ".join(codes[:NAMED]),
                    example=codes[0], stays=partial(_stays, runtime), date=lambda words: fmt.date(day, words.locale),
                    more=lambda words: words.t("data.retention.more", n=len(codes) - NAMED)
                    if len(codes) > NAMED else "")
    # Held off, appealed or erased by an admin a moment ago: that one is left, and the others are erased all the same.
    found, ended = erasing.due(session, now, BATCH), list[House]()
    named = mine.codes_of_houses(session, found)
    with apart(session, now, log, "erase") as row:
        for number in found:
            with row(number, named[number]):
                if erasing.is_due(session, number, now):
                    ended.append(forget_everywhere(session, number, now, by=None, reason=Reason.RETENTION,
                                                   rules=runtime.rules))
    if ended:
        forget_words(session, ended, now, None)
        total = int(meta.get(session, _ERASED) or 0) + len(ended)
        done = not set(erasing.due(session, now, BATCH)) - set(found)
        meta.put(session, _ERASED, "0" if done else str(total))
        if done:
            tell_admins(session, now, "data.retention.done", n=total, stays=partial(_stays, runtime))
    return len(codes) + len(ended) + helped.forget(session, now, runtime.rules)


def _stays(runtime: Runtime, words: Texts) -> Markup:
    """Where data goes sooner than a family may be helped again: what stays until then."""
    rules = runtime.rules
    if rules.keep_done >= rules.aid:
        return Markup()
    return words.t("data.retention.helped", time=fmt.span(rules.aid, words.locale))
