"""What a person can do in a Telegram client. Every method may be called from any thread."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from bot.sandbox.entities import utf16_len, with_found
from bot.sandbox.errors import SandboxError
from bot.sandbox.media import house_photo, voice_note
from bot.sandbox.methods_bot import commands_for
from bot.sandbox.methods_chat import change_bot_status
from bot.sandbox.model import Chat, Json, Message, User
from bot.sandbox.pressing import Press, press
from bot.sandbox.sending import formatted
from bot.sandbox.world import World

if TYPE_CHECKING:
    from bot.sandbox.group import Group

CLIENT_CUT = 4096  # a client splits a longer text into several messages


class Person:
    """Someone with a Telegram account. `chat` is the private chat with the bot."""

    def __init__(self, world: World, user: User, chat: Chat) -> None:
        self.world, self.user, self.chat = world, user, chat
        self.presses_made: list[Press] = []

    def __repr__(self) -> str:
        return f"<Person {self.name} {self.id}>"

    @property
    def id(self) -> int:
        """User id, also the id of the private chat."""
        return self.user.id

    @property
    def name(self) -> str:
        """First name as shown."""
        return self.user.first_name

    @property
    def messages(self) -> list[Message]:
        """The private chat as it is now, without deleted messages."""
        with self.world.lock:
            return self.chat.visible

    @property
    def last(self) -> Message | None:
        """Newest visible message of the private chat."""
        return self.chat.last

    @property
    def toasts(self) -> list[str]:
        """Texts that the bot's answers to this person's button presses showed, oldest first."""
        return [press.text for press in self.presses_made if press.text]

    @property
    def menu(self) -> list[Json]:
        """The command menu of the private chat: `command` and `description`."""
        return commands_for(self.world, self.chat, self.id, self.user.language_code)

    # -- writing --------------------------------------------------------------------------------------------

    def _place(self, chat: Chat | None) -> Chat:
        chat = chat or self.chat
        if chat.private and chat is not self.chat:
            raise SandboxError(f"{self.name} cannot write in the chat of {chat.title}")
        if not chat.private and self.id not in chat.members:
            raise SandboxError(f"{self.name} is not a member of {chat.title}")
        if chat is self.chat and self.user.blocked:
            raise SandboxError(f"{self.name} has blocked the bot: unblock it first")
        return chat

    def _bot_sees(self, chat: Chat, message: Message) -> bool:
        """Telegram's privacy mode: in groups an ordinary bot gets commands, mentions and replies to it."""
        if chat.private:
            return True
        if chat.bot_status not in ("member", "administrator"):
            return False
        own = f"@{(self.world.bot.username or '').lower()}"
        words = message.text.lower()
        command = words.split(maxsplit=1)[0] if words.startswith("/") else ""
        if command and "@" in command and not command.endswith(own):
            return chat.bot_status == "administrator" or not self.world.privacy_mode
        if chat.bot_status == "administrator" or not self.world.privacy_mode or message.service:
            return True
        replied = message.reply_to is not None and message.reply_to.sender is self.world.bot
        return bool(command) or replied or own in words

    def _send(
        self, content: Json, chat: Chat | None, reply_to: Message | None = None, album: str | None = None,
        topic: int | None = None,
    ) -> Message:  # fmt: skip
        with self.world.lock:
            place = self._place(chat)
            thread = topic or (reply_to.thread if reply_to else None)
            place_in = place.topic(thread)
            if thread is not None and (place_in is None or (place_in["closed"] and place.members[self.id] == "member")):
                raise SandboxError(f"{self.name} cannot write in topic {thread} of {place.title}")
            message = self.world.post(place, self.user, content, reply_to=reply_to, media_group_id=album, thread=thread)
            if place is self.chat:
                self.user.started = True
            if self._bot_sees(place, message):
                self.world.tell("message", message.to_api())
            return message

    def says(
        self, text: str, chat: Chat | None = None, reply_to: Message | None = None, topic: int | None = None
    ) -> Message:
        """Types a text, in a forum in a `topic`; a client splits what is over 4096 characters. The (last) message.

        Raises SandboxError for an empty text, which no client sends.
        """
        parts = split_text(text.strip())
        if not parts:
            raise SandboxError("a client sends no empty message")
        with self.world.lock:
            for part in parts:
                entities = with_found(part, [])
                message = self._send({"text": part, **({"entities": entities} if entities else {})}, chat, reply_to,
                                     topic=topic)  # fmt: skip
        return message

    def photo(self, data: bytes | None = None, caption: str | None = None, chat: Chat | None = None) -> Message:
        """Sends a photo; without `data` one of a drawn house, another each time."""
        return self._send(self._photo(data, caption), chat)

    def _photo(self, data: bytes | None, caption: str | None) -> Json:
        data = house_photo(len(self.world.by_id)) if data is None else data
        return {"photo": self.world.files.photo(data), **_caption(caption)}

    def album(self, photos: list[bytes | None], caption: str | None = None, chat: Chat | None = None) -> list[Message]:
        """Sends 2 to 10 photos at once; the caption belongs to the first. None is a drawn house."""
        if not 2 <= len(photos) <= 10:
            raise SandboxError("an album has 2 to 10 photos")
        with self.world.lock:
            group = self.world.new_id()
            return [self._send(self._photo(data, None if n else caption), chat, album=group)
                    for n, data in enumerate(photos)]  # fmt: skip

    def document(
        self, data: bytes, filename: str = "berkas.pdf", mime: str = "application/pdf", caption: str | None = None,
        chat: Chat | None = None,
    ) -> Message:  # fmt: skip
        """Sends a file as it is."""
        file = self.world.files.add(data, "document", mime, filename)
        return self._send(
            {"document": {**file.describe(), "file_name": filename, "mime_type": mime}, **_caption(caption)}, chat
        )

    def pin(self, lat: float, lon: float, chat: Chat | None = None) -> Message:
        """Sends a location, degrees."""
        return self._send({"location": {"latitude": lat, "longitude": lon}}, chat)

    def live_pin(self, lat: float, lon: float, period: int = 900, chat: Chat | None = None) -> Message:
        """Shares a live location for `period` seconds."""
        place = {"latitude": lat, "longitude": lon, "live_period": period, "horizontal_accuracy": 12.0}
        return self._send({"location": place}, chat)

    def moves_pin(self, message: Message, lat: float, lon: float) -> None:
        """A live location moves: the bot gets an edited_message."""
        self._edit(message, {"location": {**message.content["location"], "latitude": lat, "longitude": lon}})

    def voice(self, seconds: int = 3, chat: Chat | None = None) -> Message:
        """Sends a voice note."""
        file = self.world.files.add(voice_note(), "voice", "audio/ogg")
        return self._send({"voice": {**file.describe(), "duration": seconds, "mime_type": "audio/ogg"}}, chat)

    def sticker(self, emoji: str = "👍", chat: Chat | None = None) -> Message:
        """Sends a sticker."""
        file = self.world.files.add(emoji.encode(), "sticker", "image/webp", width=512, height=512)
        kind = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False, "emoji": emoji}
        return self._send({"sticker": {**file.describe(), **kind}}, chat)

    def contact(self, phone: str = "+6281200000000", name: str | None = None, chat: Chat | None = None) -> Message:
        """Shares a contact: the own one unless another name is given."""
        card: Json = {"phone_number": phone, "first_name": name or self.name}
        return self._send({"contact": card | ({} if name else {"user_id": self.id})}, chat)

    def presses(self, label_or_data: str, message: Message | None = None, chat: Chat | None = None) -> Press | Message:
        """Presses a button by its text or callback data, see `pressing.press`."""
        return press(self, label_or_data, message, chat)

    def asks_inline(self, text: str) -> str:
        """Types "@bot text" in some chat: the id of the inline query."""
        with self.world.lock:
            query = self.world.new_id()
            self.world.inline_answers[query] = None
            asked = {"id": query, "from": self.user.to_api(), "query": text, "offset": "", "chat_type": "sender"}
            self.world.tell("inline_query", asked)
            return query

    def picks_inline(self, query: str, place: int) -> Message:
        """Sends the result at `place` (from 0) of an answered inline query; SandboxError while there is none."""
        with self.world.lock:
            results = (self.world.inline_answers.get(query) or {}).get("results", [])
            if not 0 <= place < len(results):
                raise SandboxError(f"there are {len(results)} results")
            given = results[place].get("input_message_content", {})
            text, entities = formatted(given.get("message_text"), given.get("parse_mode"), given.get("entities"))
            return self._send({"text": text, "entities": entities, "via_bot": self.world.bot.to_api()}, None)

    # -- changing -------------------------------------------------------------------------------------------

    def edits(self, message: Message, text: str) -> None:
        """Changes the text or caption of an own message."""
        field = "caption" if "text" not in message.content else "text"
        entities = with_found(text, [])
        key = "caption_entities" if field == "caption" else "entities"
        rest = {name: value for name, value in message.content.items() if name not in (field, key)}
        self._edit(message, {**rest, field: text, **({key: entities} if entities else {})})

    def _edit(self, message: Message, content: Json) -> None:
        with self.world.lock:
            if message.sender is not self.user or message.deleted:
                raise SandboxError(f"{self.name} cannot edit this message")
            message.content, message.edit_date = content, int(self.world.clock())
            if self._bot_sees(message.chat, message):
                self.world.tell("edited_message", message.to_api())
            self.world.changed(message.chat)

    def deletes(self, message: Message) -> None:
        """Deletes a message; Telegram does not tell the bot."""
        self.world.forget(message)

    def blocks_bot(self) -> None:
        """Blocks the bot: it can no longer write here."""
        change_bot_status(self.world, self.chat, self.user, "kicked")

    def unblocks_bot(self) -> None:
        """Lets the bot write again."""
        change_bot_status(self.world, self.chat, self.user, "member")

    def adds_bot_to(self, group: Group, status: str = "member") -> None:
        """Adds the bot to a group."""
        group.add_bot(self, status)

    def removes_bot_from(self, group: Group) -> None:
        """Throws the bot out of a group."""
        group.remove_bot(self)

    def deletes_account(self) -> None:
        """Leaves Telegram: sending to this person fails with "user is deactivated"."""
        with self.world.lock:
            self.user.deactivated = True
            self.world.changed(self.chat)

    def follows(self, url: str) -> Message:
        """Opens a t.me link to the bot and taps Start: sends "/start TOKEN". Raises SandboxError for other links."""
        parts = urlsplit(url if "://" in url else f"https://{url}")
        own = (self.world.bot.username or "").lower()
        if parts.hostname not in ("t.me", "telegram.me") or parts.path.strip("/").lower() != own:
            raise SandboxError(f"{url} does not lead to the bot")
        token = parse_qs(parts.query).get("start", [""])[0]
        if self.user.blocked:
            self.unblocks_bot()
        return self.says(f"/start {token}".strip())


def _caption(caption: str | None) -> Json:
    if not caption:
        return {}
    if utf16_len(caption) > 1024:
        raise SandboxError("a client takes no caption over 1024 characters")
    entities = with_found(caption, [])
    return {"caption": caption, **({"caption_entities": entities} if entities else {})}


def split_text(text: str) -> list[str]:
    """Parts of at most 4096 UTF-16 units, [] for white space only."""
    parts: list[str] = []
    while text:
        end = CLIENT_CUT
        while utf16_len(text[:end]) > CLIENT_CUT:
            end -= utf16_len(text[:end]) - CLIENT_CUT
        parts.append(text[:end])
        text = text[end:].strip()
    return parts
