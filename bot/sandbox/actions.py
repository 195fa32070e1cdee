"""What the page, or another program, may do over HTTP: the same as the methods of Person and Group."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bot.sandbox.errors import SandboxError
from bot.sandbox.group import Group
from bot.sandbox.model import Chat, Json, Message
from bot.sandbox.person import Person
from bot.sandbox.pressing import Press, press_inline

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

PIN_STEP = 0.0011  # degrees between sample pins, about 120 m
Action = Callable[["Request"], Any]


class Request:
    """One action: `as` names a person's key, `chat` the chat's key (the person's own by default)."""

    def __init__(self, sandbox: Sandbox, body: Json) -> None:
        self.sandbox, self.body = sandbox, body

    def get(self, name: str, default: Any = None) -> Any:
        """A field of the body."""
        value = self.body.get(name)
        return default if value is None else value

    def text(self, name: str) -> str:
        """A required string."""
        value = self.body.get(name)
        if not isinstance(value, str):
            raise SandboxError(f"{name} is missing")
        return value

    def number(self, name: str, default: float | None = None) -> float:
        """A number. Raises SandboxError."""
        try:
            return float(self.get(name, default))
        except (TypeError, ValueError):
            raise SandboxError(f"{name} must be a number") from None

    def data(self, name: str = "data") -> bytes | None:
        """Bytes sent as base64; None when absent."""
        value = self.body.get(name)
        try:
            return None if value is None else base64.b64decode(str(value), validate=True)
        except binascii.Error:
            raise SandboxError(f"{name} must be base64") from None

    @property
    def person(self) -> Person:
        """Who acts."""
        person = self.sandbox.people.get(self.text("as"))
        if person is None:
            raise SandboxError(f"nobody is called {self.text('as')}")
        return person

    @property
    def chat(self) -> Chat | None:
        """Where; None for the private chat."""
        key = self.body.get("chat")
        if key is None or key == self.body.get("as"):
            return None
        return self.group.chat

    @property
    def group(self) -> Group:
        """The group named by `chat`."""
        group = self.sandbox.groups.get(self.text("chat"))
        if group is None:
            raise SandboxError(f"no group is called {self.text('chat')}")
        return group

    def message(self, name: str = "message") -> Message | None:
        """The visible message with this id in the chat; None when none is named."""
        if self.body.get(name) is None:
            return None
        chat = self.chat or self.person.chat
        wanted = self.body[name]
        for message in reversed(chat.messages):
            if not message.deleted and wanted in (message.id, f"{message.chat_id}/{message.id}"):
                return message
        raise SandboxError("that message is no longer there")

    def needed_message(self) -> Message:
        """The named message. Raises SandboxError without one."""
        message = self.message()
        if message is None:
            raise SandboxError("message is missing")
        return message


def _press(r: Request) -> Any:
    message = r.message()
    if message is not None and "row" in r.body:  # the page says which button, two may look alike
        rows = message.buttons
        row, column = int(r.number("row")), int(r.number("column"))
        if 0 <= row < len(rows) and 0 <= column < len(rows[row]) and rows[row][column].text == r.text("button"):
            return press_inline(r.person, message, rows[row][column])
        raise SandboxError("that button is no longer there")
    return r.person.presses(r.text("button"), message, r.chat)


def _pin(r: Request) -> Message:
    near_lat, near_lon = r.sandbox.sample_pin
    turn = len(r.sandbox.world.by_id)
    lat = r.number("lat", round(near_lat + (turn * 7 % 9 - 4) * PIN_STEP, 5))
    lon = r.number("lon", round(near_lon + (turn * 5 % 9 - 4) * PIN_STEP, 5))
    if abs(lat) > 90 or abs(lon) > 180:
        raise SandboxError("latitude -90 to 90, longitude -180 to 180")
    return r.person.live_pin(lat, lon, chat=r.chat) if r.get("live") else r.person.pin(lat, lon, r.chat)


def _document(r: Request) -> Message:
    name, mime = r.get("name", "berkas.bin"), r.get("mime", "application/octet-stream")
    return r.person.document(r.data() or b"", str(name), str(mime), r.get("caption"), r.chat)


def _add_group(r: Request) -> Json:
    members = [r.sandbox.people[key] for key in r.get("members", []) if key in r.sandbox.people]
    group = r.sandbox.add_group(r.text("title"), members, supergroup=bool(r.get("supergroup", True)),
                                forum=bool(r.get("forum", False)))  # fmt: skip
    return {"key": group.chat.key, "id": group.id}


def _add_person(r: Request) -> Json:
    person = r.sandbox.add_person(r.text("name"), r.get("username"), r.get("language_code", "id"), r.get("note", ""))
    return {"key": person.chat.key, "id": person.id}


def _fault(r: Request) -> None:
    try:
        r.sandbox.fault(
            r.get("method"), r.get("kind", "500"), r.get("times", 1), r.get("on"), int(r.get("retry_after", 1))
        )
    except ValueError as problem:
        raise SandboxError(str(problem)) from None


ACTIONS: dict[str, Action] = {
    "says": lambda r: r.person.says(r.text("text"), r.chat, r.message("reply_to"), r.get("topic")),
    "photo": lambda r: r.person.photo(r.data(), r.get("caption"), r.chat),
    "photo_sample": lambda r: r.person.photo(None, r.get("caption"), r.chat),
    "album": lambda r: r.person.album([None] * int(r.number("count", 3)), r.get("caption"), r.chat),
    "document": _document,
    "pin": _pin,
    "voice": lambda r: r.person.voice(chat=r.chat),
    "sticker": lambda r: r.person.sticker(chat=r.chat),
    "contact": lambda r: r.person.contact(chat=r.chat),
    "presses": _press,
    "follows": lambda r: r.person.follows(r.text("url")),
    "edits": lambda r: r.person.edits(r.needed_message(), r.text("text")),
    "deletes": lambda r: r.person.deletes(r.needed_message()),
    "blocks_bot": lambda r: r.person.blocks_bot(),
    "unblocks_bot": lambda r: r.person.unblocks_bot(),
    "adds_bot": lambda r: r.person.adds_bot_to(r.group),
    "removes_bot": lambda r: r.person.removes_bot_from(r.group),
    "promotes_bot": lambda r: r.group.promote_bot(r.person),
    "joins": lambda r: r.group.add(r.person),
    "leaves": lambda r: r.group.remove(r.person),
    "adds_topic": lambda r: {"topic": r.group.add_topic(r.text("name"))},
    "closes_topic": lambda r: r.group.close_topic(int(r.number("topic"))),
    "deletes_topic": lambda r: r.group.delete_topic(int(r.number("topic"))),
    "migrates": lambda r: r.group.migrate(),
    "add_person": _add_person,
    "add_group": _add_group,
    "fault": _fault,
    "clear_faults": lambda r: r.sandbox.clear_faults(),
}


def act(sandbox: Sandbox, name: str, body: Json) -> Any:
    """Does an action; what it made as JSON. Raises SandboxError, and KeyError for an unknown action."""
    made = ACTIONS[name](Request(sandbox, body))
    if isinstance(made, list):
        return {"messages": [message.id for message in made]}
    if isinstance(made, Message):
        return {"message": made.id}
    return {"press": made.id} if isinstance(made, Press) else made
