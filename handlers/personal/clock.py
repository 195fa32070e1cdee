"""What the clock does about personal digests: each once a person and date, in the morning, some people at a time."""

from __future__ import annotations

import logging
from datetime import date, datetime

from sqlmodel import Session

from handlers.kit.policy import Member
from handlers.kit.request import send
from handlers.kit.runtime import Runtime
from handlers.kit.texts import texts
from handlers.ops.apart import apart
from handlers.personal.content import CONTENT, WEEKDAYS, Look
from handlers.personal.screen import below
from storage import outbox, people, personal
from storage.people import Person
from storage.personal import PersonalKind

log = logging.getLogger("bedah.personal")

BATCH = 50
"""People in one transaction, so that nobody waits for long meanwhile."""
_FROM, _UNTIL = 7, 12
"""Hours of the city: what could not be sent until noon is no morning's digest any more."""


def personal_digests(session: Session, runtime: Runtime, now: datetime) -> int:
    """Send what is due at ``now`` (aware) to the next people; how many messages that was.

    Who has nothing to read gets nothing that day. Any number of ticks and processes makes one (decision 8).
    """
    local = now.astimezone(runtime.zone)
    if not _FROM <= local.hour < _UNTIL:
        return 0
    sent = 0
    for kind, weekdays in WEEKDAYS.items():
        if local.weekday() in weekdays:
            sent += _next(session, runtime, now, kind, local.date())
    return sent


def _next(session: Session, runtime: Runtime, now: datetime, kind: PersonalKind, day: date) -> int:
    found, sent = personal.expecting(session, kind, day, BATCH), 0
    numbers = [person.id or 0 for person in found]
    roles = people.roles_of_all(session, numbers)
    areas = people.areas_of(session, [role.id or 0 for held in roles.values() for role in held])
    look = Look(session, runtime, now, numbers)
    with apart(session, now, log, "personal") as row:
        for person in found:
            with row(person.id, person.name):
                member = Member(person, tuple(roles[person.id or 0]), areas)
                sent += _send(look, kind, day, person, member)
    return sent


def _send(look: Look, kind: PersonalKind, day: date, person: Person, member: Member) -> int:
    if not personal.start(look.session, member.id, kind, day, look.now):
        return 0
    words = texts(person.locale)
    said = CONTENT[kind](look, member, words)
    if said is None or person.telegram_id is None:
        return 0
    send(look.session, person.telegram_id, said[0], look.now, [*said[1], below(words, kind)], priority=outbox.NEWS)
    return 1
