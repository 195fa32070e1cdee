"""A recording Telegram: people write and press, updates run through the real routes, answers are kept.

Rows of the outbox are carried out on a small model of chats, so that a test sees what a person would see.
The real delivery and the real HTTP are tested against the sandbox (tests/bot).
"""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import col, select
from telegram import Update, User

from handlers import ops
from handlers.kit.runtime import JOB, RUNTIME, Job, Runtime
from handlers.kit.then import THEN, Sent
from handlers.routes import ROUTES
from storage import inbox, outbox, people
from storage.outbox import Outbox, OutboxState
from storage.people import RoleName
from storage.store import Store
from tests.cheap import hurry, offline
from tests.seen import Seen

TOKEN = "1000001:sample-token-for-tests-only-00000000"
_NUMBER = text("SELECT id FROM inbox WHERE update_id = :update")
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, 08.00 WIB


@dataclass
class Actor:
    """A person with a phone."""

    world: World
    name: str
    id: int
    language: str = "id"
    toasts: list[str] = field(default_factory=list)

    @property
    def seen(self) -> list[Seen]:
        """Messages of the private chat, in order."""
        return self.world.chat(self.id)

    @property
    def last(self) -> Seen:
        """The newest message."""
        return self.seen[-1]

    @property
    def card(self) -> Seen:
        """The newest text; photos may lie below it."""
        return next(one for one in reversed(self.seen) if one.method == "sendMessage")

    @property
    def toast(self) -> str:
        """The newest answer to a press."""
        return self.toasts[-1] if self.toasts else ""

    def _user(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": self.language}

    def _message(self, chat: int | None = None, **content: Any) -> dict[str, Any]:
        where = {"id": self.id, "type": "private", "first_name": self.name} if chat is None else \
            {"id": chat, "type": "supergroup", "title": self.world.groups.get(chat, "Grup")}
        return {"message_id": next(self.world.ids), "date": int(self.world.now.timestamp()), "from": self._user(),
                "chat": where, **content}

    def says(self, text: str, chat: int | None = None) -> Seen | None:
        """Write a text or a command; the newest answer in that chat."""
        content: dict[str, Any] = {"text": text}
        found = re.match(r"/\w+(@\w+)?", text)
        if found:
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": len(found.group())}]
        return self.sends(chat, **content)

    def sends(self, chat: int | None = None, **content: Any) -> Seen | None:
        """Send any message by its raw Bot API fields."""
        message = self._message(chat, **content)
        self.world.sent[(chat or self.id, message["message_id"])] = message
        return self.world.run({"message": message}, chat or self.id)

    def photo(self, caption: str | None = None, unique: str | None = None) -> Seen | None:
        """Send a photo."""
        unique = unique or f"u{next(self.world.ids)}"
        sizes = [{"file_id": f"file-{unique}", "file_unique_id": unique, "width": 1280, "height": 960,
                  "file_size": 200_000}]
        return self.sends(photo=sizes, **({"caption": caption} if caption else {}))

    def pin(self, lat: float = -6.3427, lon: float = 106.7382) -> Seen | None:
        """Send a location."""
        return self.sends(location={"latitude": lat, "longitude": lon})

    def edits(self, message_id: int, text: str) -> Seen | None:
        """Edit an own message."""
        message = dict(self.world.sent[(self.id, message_id)], text=text, edit_date=int(self.world.now.timestamp()))
        return self.world.run({"edited_message": message}, self.id)

    @property
    def last_sent_id(self) -> int:
        """The id of the message sent last."""
        return max(number for chat, number in self.world.sent if chat == self.id)

    def presses(self, label: str, on: Seen | None = None, chat: int | None = None) -> Seen | None:
        """Press the newest button whose label contains ``label``."""
        if on is None:
            there = self.world.chat(chat or self.id)
            shown = [one for one in there if any(label.casefold() in other.casefold() for other in one.buttons)]
            assert shown, f"no button {label!r} in {[one.buttons for one in there][-3:]}"
            on = shown[-1]
        return self.presses_data(on.data(label), on)

    def presses_data(self, data: str, on: Seen) -> Seen | None:
        """Press a button by its raw data (an old or a forged one)."""
        where = {"id": on.chat, "type": "private" if on.chat > 0 else "supergroup", "first_name": self.name,
                 "title": "Grup"}
        message: dict[str, Any] = {"message_id": on.id, "date": int(self.world.now.timestamp()), "chat": where,
                                   "from": {"id": 1000001, "is_bot": True, "first_name": "Bedah"}}
        message |= {"text": on.text} if on.method == "sendMessage" else {"caption": on.text, "photo": [
            {"file_id": "f", "file_unique_id": "u", "width": 10, "height": 10}]}
        if on.params.get("protect_content"):
            message["has_protected_content"] = True
        query = {"id": str(next(self.world.ids)), "from": self._user(), "chat_instance": "1", "data": data,
                 "message": message}
        self.world.pressing = self
        return self.world.run({"callback_query": query}, on.chat)

    def all_text(self) -> str:
        """Everything in the private chat, for searching."""
        return "\n".join(one.text for one in self.seen)


class World:
    """A store, the routes and a recording Telegram."""

    def __init__(self, store: Store) -> None:
        self.store = store
        hurry(store)
        self.now = START
        self.ids = itertools.count(5000)
        self.update_ids = itertools.count(1)
        self.chats: dict[int, list[Seen]] = {}
        self.groups: dict[int, str] = {}
        self.sent: dict[tuple[int, int], dict[str, Any]] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.pressing: Actor | None = None
        # What is wrong with each file that is fetched from now on.
        self.file_problem: str | None = None
        # Where each of them was taken, as its camera wrote it down.
        self.file_place: tuple[float, float] | None = None
        # Chats that have blocked the bot.
        self.away: set[int] = set()
        self.in_gap = False
        self.arriving: list[Seen] = []
        self.runner = asyncio.Runner()
        self.app = offline(TOKEN)
        self.app.add_handlers(ROUTES)
        self.runtime = Runtime(
            store=store, now=lambda: self.now, zone=ZoneInfo("Asia/Jakarta"), zone_label="WIB", city="36.74",
            bot_id=1000001, bot_username="bedah_sample_bot", guard=lambda session: None, wake=lambda: None,
            instant=self._instant,
        )
        self.app.bot_data[RUNTIME] = self.runtime
        self.app._initialized = True
        # What getMe would have told: a command's route compares the bot's name.
        self.app.bot._bot_user = User(1000001, "Bedah", True, username="bedah_sample_bot")

    def close(self) -> None:
        """Let go of the loop."""
        self.runner.close()

    def actor(self, name: str, telegram_id: int, *roles: RoleName, partner_id: int | None = None,
              areas: list[str] | None = None, language: str = "id") -> Actor:
        """A person, with roles in the store where given."""
        if roles:
            def make(session: Any) -> None:
                person = people.by_telegram(session, telegram_id) or people.add_person(
                    session, telegram_id, name, language, self.now)
                for role in roles:
                    people.grant(session, person, role, self.now, by=None, areas=areas,
                                 partner_id=partner_id if role == RoleName.PARTNER else None)
            self.store.run(make)
        return Actor(self, name, telegram_id, language)

    def chat(self, chat_id: int) -> list[Seen]:
        """A chat's messages."""
        return self.chats.setdefault(chat_id, [])

    def passes(self, **time: float) -> None:
        """Time goes by."""
        self.now += timedelta(**time)

    def run(self, update: dict[str, Any], chat_id: int) -> Seen | None:
        """One update through inbox, routes and delivery; the newest message of that chat."""
        raw = {"update_id": next(self.update_ids), **update}

        def receive(session: Any) -> int:
            inbox.receive(session, 1000001, [raw], self.now)
            return int(session.execute(_NUMBER, {"update": raw["update_id"]}).scalar_one())

        job = Job(self.store.run(receive))

        async def process() -> None:
            JOB.set(job)
            made = Update.de_json(raw, self.app.bot)
            assert made is not None
            await self.app.process_update(made)

        self.runner.get_loop().run_until_complete(process())
        if job.error is not None:
            raise job.error
        assert job.finished, "no route took the update"
        if not self.in_gap:
            self.deliver()
        shown = self.chat(chat_id)
        return shown[-1] if shown else None

    @contextmanager
    def gap(self) -> Iterator[None]:
        """Everything sent inside arrives at once, after a gap in the signal: answers go out when all of it is read."""
        self.in_gap = True
        try:
            yield
        finally:
            self.in_gap = False
        self.deliver()

    def deliver(self) -> None:
        """Carry out what waits in the outbox, and what is said because of that."""
        self.arriving = []
        self.store.run(self._deliver)

    def _deliver(self, session: Any) -> None:
        for one in self.arriving:  # a deadlock undid it, and it comes again
            self.chat(one.chat).remove(one)
        self.arriving.clear()
        query = select(Outbox).where(text("state = 'pending'")).order_by(col(Outbox.id))
        while rows := session.exec(query).all():
            self._deliver_some(session, rows)

    def _deliver_some(self, session: Any, rows: list[Outbox]) -> None:
        for row in rows:
            params = outbox.params_of(session, row)
            self.calls.append((row.method, params))
            if not outbox.mark_sending(session, [row.id or 0]):
                continue
            if row.chat_id in self.away:
                outbox.settle(session, row.id or 0, OutboxState.DEAD, self.now, problem="Forbidden: blocked")
                ops.report_dead(session, self.runtime, self.now, row, "Forbidden: blocked")
                continue
            message_id = self._carry_out(session, row, params)
            outbox.settle(session, row.id or 0, OutboxState.SENT, self.now, message_id=message_id)
            if row.then is not None:
                result = {"message_id": message_id, "chat": {"id": row.chat_id}}
                if row.method == "getFile":
                    result = {"problem": self.file_problem} if self.file_problem else {
                        "key": f"{row.id:064x}", "width": 1280, "height": 960, "likeness": f"{row.id:016x}",
                        "place": self.file_place}
                THEN[row.then](Sent(session, self.now, row, result, self.runtime.rules))
        session.flush()

    def _carry_out(self, session: Any, row: Outbox, params: dict[str, Any]) -> int | None:
        shown = self.chat(row.chat_id)
        if row.method.startswith("edit"):
            target = outbox.of_target(session, row)
            for one in shown:
                if one.id == target:
                    told = params.get("media", params)
                    one.html = told.get("text", told.get("caption", one.html))
                    one.rows = params.get("reply_markup", {}).get("inline_keyboard", [])
                    one.edits += 1
                    assert len(one.text) <= 4096, "over Telegram's limit"
                    assert len(one.buttons) <= 100, "over Telegram's limit"
            return target
        if row.method.startswith("send"):
            seen = Seen(next(self.ids), row.chat_id, params.get("text", params.get("caption", "")),
                        params.get("reply_markup", {}).get("inline_keyboard", []), row.method, params)
            assert len(seen.text) <= (4096 if row.method == "sendMessage" else 1024), "over Telegram's limit"
            assert len(seen.buttons) <= 100, "over Telegram's limit"
            shown.append(seen)
            self.arriving.append(seen)
            return seen.id
        return None

    def _instant(self, method: str, params: dict[str, Any]) -> None:
        self.calls.append((method, params))
        if method == "answerCallbackQuery" and self.pressing is not None and params.get("text"):
            self.pressing.toasts.append(params["text"])
