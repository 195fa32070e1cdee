"""What the sandbox's world is made of: users, chats, messages, files. Plain records and their Bot API JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.entities import to_html

Json = dict[str, Any]


@dataclass(eq=False)
class User:
    """A person or the bot itself, as Telegram knows them."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False
    started: bool = False  # has ever written to the bot in private
    blocked: bool = False  # has blocked the bot
    deactivated: bool = False  # has deleted the account

    def to_api(self) -> Json:
        """The Bot API `User` object."""
        user: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            user["username"] = self.username
        if self.language_code and not self.is_bot:
            user["language_code"] = self.language_code
        return user


@dataclass(eq=False)
class StoredFile:
    """A file on the sandbox's disk (in memory), named by a file_id that any bot call may reuse."""

    file_id: str
    unique_id: str
    data: bytes
    path: str  # what getFile answers as file_path
    kind: str  # photo, document, voice, sticker
    mime: str
    name: str | None = None
    width: int = 0
    height: int = 0

    def describe(self) -> Json:
        """The fields that every file object of the Bot API has."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": len(self.data)}


@dataclass(eq=False)
class Button:
    """One button under a message or under the input field, as a person sees it."""

    text: str
    data: str | None = None  # callback_data
    url: str | None = None
    raw: Json = field(default_factory=dict, repr=False)

    @classmethod
    def read(cls, raw: Json) -> Button:
        """From a Bot API keyboard button."""
        return cls(raw["text"], raw.get("callback_data"), raw.get("url"), raw)


@dataclass(eq=False)
class Message:
    """One message of a chat. `content` holds the Bot API fields that say what it is (text, photo, …)."""

    chat: Chat
    chat_id: int  # the id the chat had when it was sent: a group's changes when it migrates
    id: int
    sender: User
    date: int
    content: Json
    reply_markup: Json | None = None
    reply_to: Message | None = None
    media_group_id: str | None = None
    protect_content: bool = False
    edit_date: int | None = None
    deleted: bool = False
    pinned: bool = False
    service: bool = False
    thread: int | None = None  # the forum topic it stands in; None for the general one

    @property
    def text(self) -> str:
        """Text or caption, without formatting; "" when there is none."""
        return str(self.content.get("text") or self.content.get("caption") or "")

    @property
    def entities(self) -> list[Json]:
        """Formatting of `text`; offsets in UTF-16 units."""
        found: list[Json] = self.content.get("entities") or self.content.get("caption_entities") or []
        return found

    @property
    def html(self) -> str:
        """`text` as Telegram HTML."""
        return to_html(self.text, self.entities)

    @property
    def edited(self) -> bool:
        """Whether it shows the word "edited" (Telegram shows none when only buttons changed)."""
        return self.edit_date is not None

    @property
    def buttons(self) -> list[list[Button]]:
        """The inline buttons, row by row."""
        rows = (self.reply_markup or {}).get("inline_keyboard", [])
        return [[Button.read(raw) for raw in row] for row in rows]

    @property
    def labels(self) -> list[str]:
        """The texts of all inline buttons, in reading order."""
        return [button.text for row in self.buttons for button in row]

    @property
    def photo(self) -> str | None:
        """file_id of the largest size of the photo."""
        sizes = self.content.get("photo")
        return str(sizes[-1]["file_id"]) if sizes else None

    @property
    def document(self) -> Json | None:
        """The Bot API `Document`, if it is one."""
        return self.content.get("document")

    @property
    def pin(self) -> tuple[float, float] | None:
        """(latitude, longitude) in degrees of a location."""
        place = self.content.get("location")
        return (place["latitude"], place["longitude"]) if place else None

    def to_api(self, *, nested: bool = False) -> Json:
        """The Bot API `Message` object; replies go one level deep, as Telegram sends them."""
        message: Json = {
            "message_id": self.id,
            "from": self.sender.to_api(),
            "chat": {**self.chat.to_api(), "id": self.chat_id},
            "date": self.date,
            **self.content,
        }
        if self.chat_id != self.chat.id:
            message["chat"]["type"] = "group"  # written before the group became a supergroup
        if self.edit_date is not None:
            message["edit_date"] = self.edit_date
        if self.media_group_id:
            message["media_group_id"] = self.media_group_id
        if self.protect_content:
            message["has_protected_content"] = True
        if self.thread is not None:
            message |= {"message_thread_id": self.thread, "is_topic_message": True}
        reply = None if nested else self.reply_to or self.chat.topic_start(self.thread)
        if reply is not None and reply is not self and not reply.deleted:
            message["reply_to_message"] = reply.to_api(nested=True)
        if self.reply_markup and "inline_keyboard" in self.reply_markup:
            message["reply_markup"] = self.reply_markup
        return message


@dataclass(eq=False)
class Chat:
    """A private chat with the bot (its id is the person's) or a group."""

    id: int
    type: str  # private, group, supergroup
    key: str  # slug, the page's name for it
    title: str
    note: str = ""
    user: User | None = None  # the person of a private chat
    members: dict[int, str] = field(default_factory=dict)  # user id to creator, administrator, member
    bot_status: str = "member"  # left, member, administrator, kicked, or unknown: the bot never was in it
    messages: list[Message] = field(default_factory=list)
    keyboard: Json | None = None  # the reply keyboard or forced reply in force
    action: str | None = None  # what sendChatAction announced
    action_until: float = 0.0  # seconds since the epoch
    menu_button: Json | None = None
    notices: list[Json] = field(default_factory=list)  # answers to button presses, oldest first
    revision: int = 0
    is_forum: bool = False
    topics: list[Json] = field(default_factory=list)  # id (of the message that began it), name, closed
    general_closed: bool = False

    @property
    def private(self) -> bool:
        """Whether it is one person's chat with the bot."""
        return self.user is not None

    @property
    def visible(self) -> list[Message]:
        """Messages that are not deleted, oldest first."""
        return [message for message in self.messages if not message.deleted]

    @property
    def last(self) -> Message | None:
        """The newest visible message."""
        return next((message for message in reversed(self.messages) if not message.deleted), None)

    def topic(self, number: int | None) -> Json | None:
        """A forum topic that is there."""
        return next((topic for topic in self.topics if topic["id"] == number), None)

    def topic_start(self, number: int | None) -> Message | None:
        """The service message with which a topic began: what is no reply in it carries that as its reply."""
        if self.topic(number) is None:
            return None
        return next((message for message in self.messages if message.id == number), None)

    @property
    def pinned(self) -> list[Message]:
        """Pinned messages that are still there, newest last."""
        return [message for message in self.messages if message.pinned and not message.deleted]

    def to_api(self) -> Json:
        """The Bot API `Chat` object."""
        chat: Json = {"id": self.id, "type": self.type}
        if self.user is None:
            return {**chat, "title": self.title} | ({"is_forum": True} if self.is_forum else {})
        chat["first_name"] = self.user.first_name
        if self.user.username:
            chat["username"] = self.user.username
        return chat
