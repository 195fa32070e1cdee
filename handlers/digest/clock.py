"""What the clock does at each tick: post the digests that are due, exactly one for a group and date."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from sqlmodel import Session

from handlers.digest import pictures
from handlers.digest.detail import buttons
from handlers.digest.posted import sheet_of
from handlers.digest.render import render
from handlers.digest.when import latest_due
from handlers.kit.request import in_topic, send
from handlers.kit.runtime import Runtime
from handlers.kit.texts import texts
from handlers.ops.apart import apart
from storage import digests, groups, outbox
from storage.digests import DigestRun
from storage.groups import ChatGroup, Schedule
from storage.outbox import Delivery

log = logging.getLogger("bedah.digest")


def due_digests(session: Session, runtime: Runtime, now: datetime) -> int:
    """Post what is due at ``now`` (aware); how many digests that was.

    Of the moments missed in an outage only the latest is made up. Any number of ticks and processes makes one
    (decision 8). Run it with ``Store.run(…, snapshot=True)``, so that all figures are of one moment.
    """
    posted, counted = 0, dict[str | None, dict[str, Any]]()
    with apart(session, now, log, "digest") as row:
        for schedule, group in groups.active_schedules(session):
            with row(schedule.id, group.title):
                posted += _if_due(session, runtime, group, schedule, now, counted)
    return posted


def _if_due(
    session: Session, runtime: Runtime, group: ChatGroup, schedule: Schedule, now: datetime,
    counted: dict[str | None, dict[str, Any]],
) -> bool:
    """``counted``: the numbers of this moment, of the whole city and of kecamatan, so that each is counted once."""
    if schedule.since > now + digests.BELIEVABLE:
        groups.begin_now(session, schedule, now)
    number, due = group.id or 0, latest_due(schedule, now, runtime.zone)
    if due is None or due <= schedule.since:
        return False
    day = due.astimezone(runtime.zone).date()
    if digests.made_for(session, number, schedule.kind, day, due, now):
        return False
    area = schedule.kecamatan_code
    if area not in counted:
        counted[area] = digests.count(session, now.astimezone(runtime.zone).year, area)
    frozen = counted[area] | {"number": digests.how_many(session, number, schedule.kind) + 1,
                              "rhythm": schedule.rhythm.value, "off": schedule.off}
    run = digests.start_run(session, number, schedule.kind, day, due, now, frozen)
    if run is None:
        return False
    _post(session, runtime, group, schedule, run)
    return True


def _post(session: Session, runtime: Runtime, group: ChatGroup, schedule: Schedule, run: DigestRun) -> None:
    words, topic = texts(schedule.locale or group.locale), in_topic(schedule.topic_id)
    sheet = sheet_of(session, runtime, words, run)
    if schedule.picture:
        pictures.before(session, runtime, group.chat_id, sheet, run, topic)
    send(session, group.chat_id, render(sheet), run.made_at, buttons(words, run.numbers, run.id or 0),
         priority=outbox.NEWS, delivery=Delivery.AT_MOST_ONCE, extra=topic)
