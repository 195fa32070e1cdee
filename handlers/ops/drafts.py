"""Forms left open: a reminder with a way back in, and an end for those that lay too long."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlmodel import Session

from handlers.kit.buttons import Press, Rows
from handlers.kit.form import FORMS, Cancel, Resume
from handlers.kit.request import send
from handlers.kit.runtime import Runtime
from handlers.kit.texts import Texts, texts
from handlers.ops.apart import apart
from storage import drafts, outbox
from storage.drafts import Draft
from storage.people import Person, roles_of

log = logging.getLogger("bedah.drafts")


def remind_drafts(session: Session, runtime: Runtime, now: datetime) -> int:
    """Remind of forms that lie untouched, each once; delete those that lay too long. How many of both.

    A deleted form takes what was typed in it along: it holds personal data, and no house came of it.
    """
    done = 0
    with apart(session, now, log, "draft") as row:
        for draft in drafts.expired(session, now):
            with row(draft.id, str(draft.id)):
                _tell(session, draft, now, "ops.draft.expired", days=drafts.LIVES_DAYS)
                drafts.discard(session, draft)
                done += 1
        for draft in drafts.to_remind(session, now):
            with row(draft.id, str(draft.id)):
                _tell(session, draft, now, "ops.draft.open", draft.id or 0, days=drafts.REMIND_DAYS)
                draft.reminded_at = now
                session.add(draft)
                session.flush()
                done += 1
    return done


def _tell(session: Session, draft: Draft, now: datetime, key: str, number: int = 0, *, days: int) -> None:
    """A word to the draft's owner, unless they cannot read it or may not fill forms any more."""
    person = session.get(Person, draft.person_id)
    if person is None or person.telegram_id is None or person.unreachable_at is not None \
            or draft.form not in FORMS or not roles_of(session, draft.person_id):
        return
    words = texts(person.locale)
    send(session, person.telegram_id, words.t(key, title=words.label(f"form.{draft.form}.title"), n=days, days=days),
         now, _ways(words, number) if number else None, priority=outbox.NEWS)


def _ways(words: Texts, number: int) -> Rows:
    return [[Press(words.label("form.button.resume"), Resume(number)),
             Press(words.label("form.button.discard"), Cancel(number, 0))]]
