"""Everything that exists on the sandbox's side: people, groups, messages, files and the update queue.

One lock guards all of it, so that a test may act from any thread while the server answers in another.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from bot.sandbox.errors import bad_request
from bot.sandbox.faults import Faults
from bot.sandbox.limits import Limits
from bot.sandbox.media import Library
from bot.sandbox.model import Chat, Json, Message, User

FIRST_PERSON = 5_000_000_001  # beyond 32 bits, as real new accounts are
FIRST_GROUP = -4_200_000_001
FIRST_SUPERGROUP = -1_002_000_000_001
EPOCH = 1_704_067_200  # 2024-01-01: ids grow with time, so that a restarted sandbox never reuses one
NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}


class Call(NamedTuple):
    """A Bot API call that was answered: parameters as sent (files described), result as answered."""

    method: str
    params: Json
    result: Any


class World:
    """The state. Use `lock` around compound reads; `changed()` wakes whoever waits."""

    def __init__(
        self, token: str, *, bot_name: str, bot_username: str, privacy_mode: bool, strict_limits: bool, keep_calls: int
    ) -> None:
        self.lock = threading.RLock()
        self.condition = threading.Condition(self.lock)
        self.listeners: list[Callable[[], None]] = []
        self.clock: Callable[[], float] = time.time
        self.token = token
        self.bot = User(int(token.split(":", 1)[0]), bot_name, bot_username, is_bot=True)
        self.privacy_mode = privacy_mode
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.migrated: dict[int, int] = {}  # basic group id to supergroup id
        self.by_id: dict[tuple[int, int], Message] = {}
        self.files = Library()
        self.updates: deque[Json] = deque()
        self.confirmed = 0  # the highest offset that the bot has confirmed
        self.allowed_updates: list[str] = []
        self.webhook: Json = {}
        self.callbacks: dict[str, Any] = {}  # query id to person.Press
        self.inline_answers: dict[str, Json | None] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}  # (scope, language) to the list
        self.texts: dict[tuple[str, str], str] = {}  # (description | short_description | name, language)
        self.default_menu_button: Json = {"type": "commands"}
        self.calls: deque[Call] = deque(maxlen=keep_calls)
        self.faults = Faults()
        self.limits = Limits(strict_limits)
        self.revision = 0
        started = int(time.time()) - EPOCH
        self.last_update_id = started * 8
        self.last_message_id = started * 4
        self.group_message_ids: dict[int, int] = {}  # supergroup to its last message id

    # -- change ---------------------------------------------------------------------------------------------

    def changed(self, chat: Chat | None = None) -> None:
        """Says that something a person or a test may wait for is different now."""
        with self.lock:
            self.revision += 1
            if chat is not None:
                chat.revision = self.revision
            self.condition.notify_all()
            for listener in self.listeners:
                listener()

    def wait(self, predicate: Callable[[], Any], timeout: float) -> Any:
        """Blocks this thread until `predicate()` is true; its value. Raises TimeoutError after `timeout` seconds."""
        with self.condition:
            if not self.condition.wait_for(predicate, timeout):
                raise TimeoutError(self.picture())
            return predicate()

    def picture(self) -> str:
        """The last messages of each chat, for the text of a failed wait."""
        lines = ["what was waited for did not happen; the chats show:"]
        for chat in self.chats.values():
            lines.append(f"[{chat.key}]")
            lines += [f"  {m.sender.first_name}: {m.text[:200]!r} {m.labels}" for m in chat.visible[-4:]]
        lines.append(f"last calls: {[(call.method, call.result) for call in list(self.calls)[-3:]]}")
        return "\n".join(lines)

    # -- people and chats -----------------------------------------------------------------------------------

    def new_chat(self, chat: Chat) -> Chat:
        """Registers a chat under its id."""
        with self.lock:
            self.chats[chat.id] = chat
            self.changed(chat)
            return chat

    def next_group_id(self, *, supergroup: bool) -> int:
        """A chat id that is still free, in Telegram's range for such groups."""
        first = FIRST_SUPERGROUP if supergroup else FIRST_GROUP
        taken = set(self.chats) | set(self.migrated)
        return next(first - n for n in range(len(taken) + 1) if first - n not in taken)

    def key_for(self, name: str) -> str:
        """A slug of `name` that no other chat has."""
        words = "".join(char if char.isalnum() and char.isascii() else " " for char in name.lower()).split()
        base = "-".join(words) or "chat"
        taken = {chat.key for chat in self.chats.values()}
        return next(key for n in range(1, len(taken) + 2) if (key := base if n == 1 else f"{base}-{n}") not in taken)

    # -- messages -------------------------------------------------------------------------------------------

    def next_message_id(self, chat: Chat) -> int:
        """Private chats and basic groups share one counter; each supergroup has its own."""
        if chat.type == "supergroup":
            self.group_message_ids[chat.id] = self.group_message_ids.get(chat.id, self.last_message_id) + 1
            return self.group_message_ids[chat.id]
        self.last_message_id += 1
        return self.last_message_id

    def post(self, chat: Chat, sender: User, content: Json, **fields: Any) -> Message:
        """Adds a message to a chat; `fields` as in `Message`. The bot is told by `tell`, not here."""
        with self.lock:
            message = Message(chat, chat.id, self.next_message_id(chat), sender, int(self.clock()), content, **fields)
            chat.messages.append(message)
            self.by_id[chat.id, message.id] = message
            if sender.is_bot:
                chat.action = None
            self.changed(chat)
            return message

    def message(self, chat_id: int, message_id: int) -> Message | None:
        """A message that is still there."""
        message = self.by_id.get((chat_id, message_id))
        return None if message is None or message.deleted else message

    def forget(self, message: Message) -> None:
        """Deletes a message for everyone."""
        with self.lock:
            message.deleted = True
            self.changed(message.chat)

    # -- updates --------------------------------------------------------------------------------------------

    def tell(self, kind: str, payload: Json) -> None:
        """Queues an update for the bot, unless it did not ask for that kind."""
        with self.lock:
            wanted = kind in self.allowed_updates if self.allowed_updates else kind not in NOT_BY_DEFAULT
            if not wanted:
                return
            self.last_update_id += 1
            self.updates.append({"update_id": self.last_update_id, kind: payload})
            self.changed()

    def confirm(self, offset: int) -> None:
        """Forgets updates below `offset`."""
        while self.updates and self.updates[0]["update_id"] < offset:
            self.updates.popleft()
            self.changed()
        self.confirmed = max(self.confirmed, offset)

    def allow(self, kinds: Any) -> None:
        """Remembers `allowed_updates`; an empty list means the default kinds, None leaves the setting alone."""
        if kinds is None:
            return
        if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
            raise bad_request("can't parse allowed_updates: Expected an Array of String")
        self.allowed_updates = kinds

    def new_id(self) -> str:
        """A random id of digits, as queries and media groups have."""
        return str(secrets.randbelow(9 * 10**17) + 10**17)
