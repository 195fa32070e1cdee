"""A group with a scoreboard: the clock's ticks, the real delivery and the sandbox, with a clock that tests turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from bot.deliver import Reports
from bot.sandbox import Group, Message, SandboxThread
from handlers import ops
from handlers.kit.runtime import Runtime
from handlers.routes import ROUTES
from handlers.scoreboard.clock import scoreboards
from storage import groups, outbox, people, scoreboard
from storage.outbox import Outbox, OutboxState
from storage.people import RoleName
from storage.scoreboard import Scoreboard
from storage.store import Store
from tests.bot.delivery_rig import Rig

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""08.00 WIB."""


class BoardRig(Rig):
    """Sari is the programme's admin; the bot is an administrator of the group, whose weekly digest is on."""

    def __init__(self, store: Store, box: SandboxThread, folder: Path, *, may_pin: bool = True) -> None:
        super().__init__(store, box, folder)
        assert ROUTES, "what follows a call is registered with them"
        self.now = MONDAY
        self.runtime = Runtime(
            store=store, now=lambda: self.now, zone=ZoneInfo("Asia/Jakarta"), zone_label="WIB", city="36.74", bot_id=1,
            bot_username="bedah_sample_bot", guard=lambda session: None, wake=lambda: None,
            instant=lambda method, params: None,
        )
        if may_pin:
            self.group.promote_bot(self.sari)
        self.here(self.group)

        def admin(session: Session) -> None:
            person = people.add_person(session, self.sari.id, "Sari", "id", self.now)
            people.grant(session, person, RoleName.ADMIN, self.now, by=None)

        store.run(admin)
        self.sandbox.calls.clear()

    def here(self, group: Group) -> None:
        """The bot is in a group that reads digests."""
        def make(session: Session) -> None:
            number = groups.joined(session, group.id, group.title, self.now, by=None).id or 0
            groups.set_schedule(session, groups.schedule_of(session, number, self.now), self.now, by=None, active=True)

        self.store.run(make)

    def passes(self, **time: float) -> None:
        """Time goes by."""
        self.now += timedelta(**time)

    def clock(self) -> datetime:
        """Delivery goes by it, too."""
        return self.now

    def reports(self) -> Reports:
        """What the program does with what it is told."""
        return replace(
            super().reports(),
            unknown=lambda session, row: ops.ask_about_unknown(session, self.runtime, self.now, row),
            dead=lambda session, row, problem: ops.report_dead(session, self.runtime, self.now, row, problem),
            refused=lambda session, row, problem: ops.report_refused(session, self.runtime, self.now, row, problem),
            migrated=lambda session, old, new: groups.migrated(session, old, new, self.now),
        )

    def tick(self, times: int = 1) -> int:
        """The clock looks, and what it wrote is delivered; how many calls it wrote."""
        written = sum(self.store.run(lambda session: scoreboards(session, self.runtime, self.now), snapshot=True)
                      for _ in range(times))
        if not self.quiet():
            self.deliver(self.quiet)
        return written

    @property
    def board(self) -> Scoreboard:
        """What is known of it."""
        return self.store.run(lambda session: scoreboard.of_group(session, 1))

    def boards(self, group: Group | None = None) -> list[Message]:
        """Scoreboards that the members see."""
        return [one for one in (group or self.group).messages if "Papan angka" in one.text]

    def calls(self, method: str) -> int:
        """How often Telegram was asked for something."""
        return sum(one.method == method for one in self.sandbox.calls)

    def told(self, *words: str) -> int:
        """How many messages of the admin's have one of these words."""
        return sum(any(word in text for word in words) for text in self.texts(self.sari))

    def change(self, what: Any) -> None:
        """Something happens in the city."""
        self.store.run(what)

    def press_resend(self) -> None:
        """The admin has the post sent again whose fate is unknown."""
        def again(session: Session) -> None:
            row = session.exec(select(Outbox).where(col(Outbox.state) == OutboxState.UNKNOWN)).one()
            assert outbox.resend(session, row.id or 0, self.now)

        self.store.run(again)
        self.deliver(self.quiet)
