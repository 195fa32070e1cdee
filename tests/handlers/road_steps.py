"""Steps with visits: groups that read digests, a visit planned without the chat, the clock's look."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, col, select

from handlers.roadshow.clock import remind_visits
from storage import groups, visits
from storage.visits import Visit
from tests.builders import ADMIN, PAMULANG, person
from tests.handlers.stage import Stage
from tests.world import Seen

FORUM, CSR, SETU_ONLY, ASLEEP = (-1_002_000_000_000 - number for number in range(1, 5))
HALL = "Aula Kecamatan, pukul 09.00"


def reads(stage: Stage, chat: int, area: str | None = None, *, locale: str = "id", **values: Any) -> None:
    """A group with one more digest that is on (or not: ``active``)."""
    def make(session: Session) -> None:
        group = groups.joined(session, chat, "Forum", stage.world.now, by=None)
        group.locale = locale
        session.add(group)
        groups.set_schedule(session, groups.add_schedule(session, group.id or 0, stage.world.now), stage.world.now,
                            by=None, **({"active": True, "kecamatan_code": area} | values))

    stage.store.run(make)


def planned(stage: Stage, day: date, area: str = PAMULANG, place: str = HALL) -> int:
    """A visit made without the chat; its id."""
    def make(session: Session) -> int:
        return visits.plan(session, area, day, place, stage.world.now, today(stage),
                           by=person(session, ADMIN).id or 0).id or 0

    return stage.store.run(make)


def today(stage: Stage) -> date:
    return stage.world.now.astimezone(stage.world.runtime.zone).date()


def in_days(stage: Stage, number: int) -> date:
    return today(stage) + timedelta(days=number)


def all_visits(stage: Stage) -> list[Visit]:
    return stage.store.run(lambda session: list(session.exec(select(Visit).order_by(col(Visit.id)))))


def tick(stage: Stage, times: int = 1) -> int:
    """The clock looks; how many visits it reminded of."""
    made = 0
    for _ in range(times):
        made += stage.store.run(lambda session: remind_visits(session, stage.world.runtime, stage.world.now),
                                snapshot=True)
        stage.world.deliver()
    return made


def posts(stage: Stage, chat: int) -> list[Seen]:
    return stage.world.chat(chat)


def documents(stage: Stage, chat: int) -> list[dict[str, Any]]:
    """The PDFs sent to a chat, as they are to be drawn."""
    return [one.params["document"]["_pdf"] for one in posts(stage, chat) if one.method == "sendDocument"]
