"""What the clock does at each tick: post the digests that are due, exactly one for a group and date."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from markupsafe import Markup
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from handlers.digest.rekap import buttons
from handlers.digest.render import render
from handlers.digest.sheet import Sheet
from handlers.digest.when import KIND, latest_due
from handlers.groups.words import day_in_words, moment_in_words
from handlers.kit.request import send
from handlers.kit.runtime import Runtime
from handlers.kit.texts import Texts, join, texts
from storage import digests, groups, outbox, regions
from storage.digests import DigestRun
from storage.groups import ChatGroup
from storage.outbox import Delivery

log = logging.getLogger("bedah.digest")

# Schedules count in hours: within its hour a digest is on time.
LATE = timedelta(hours=1)


def due_digests(session: Session, runtime: Runtime, now: datetime) -> int:
    """Post what is due at ``now`` (aware); how many digests that was.

    Of the moments missed in an outage only the latest is made up. Any number of ticks and processes makes one
    (decision 8). Run it with ``Store.run(…, snapshot=True)``, so that all figures are of one moment.
    """
    posted, numbers = 0, None
    for schedule, group in groups.active_schedules(session):
        number, due = group.id or 0, latest_due(schedule, now, runtime.zone)
        day = due.astimezone(runtime.zone).date()
        if due <= schedule.since or digests.made_for(session, number, KIND, day, due, now):
            continue
        if numbers is None:
            numbers = digests.count(session, now.astimezone(runtime.zone).year)
        previous = digests.last_run(session, number)
        frozen = numbers | {"number": digests.how_many(session, number) + 1}
        try:
            # One group's trouble must not keep the others waiting; its run is undone and tried at the next tick.
            with session.begin_nested():
                run = digests.start_run(session, number, KIND, day, due, now, frozen)
                if run is not None:
                    _post(session, runtime, group, run, previous)
                    posted += 1
        except DBAPIError:
            raise
        except Exception as error:
            log.error("the digest of group %s failed: %s", number, type(error).__name__)
    return posted


def _post(session: Session, runtime: Runtime, group: ChatGroup, run: DigestRun, previous: DigestRun | None) -> None:
    words = texts(group.locale)
    sheet = Sheet(
        numbers=run.numbers, texts=words, title=_title(words, runtime, run), compares=True,
        places={one.code: one for one in regions.all_kecamatan(session)},
        previous=previous.numbers if previous else None,
        previous_day=day_in_words(previous.local_date, words.locale) if previous else "",
    )
    send(session, group.chat_id, render(sheet), run.made_at, buttons(words, run.numbers), priority=outbox.NEWS,
         delivery=Delivery.AT_MOST_ONCE)


def _title(words: Texts, runtime: Runtime, run: DigestRun) -> Markup:
    made = moment_in_words(run.made_at, runtime, words.locale)
    title = words.t("digest.title", number=run.numbers["number"], moment=made)
    if run.made_at - run.due_at <= LATE:
        return title
    return join([title, words.t("digest.late", moment=moment_in_words(run.due_at, runtime, words.locale))])
