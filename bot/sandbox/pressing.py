"""Pressing buttons: those under a message and those under the input field."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.sandbox.errors import SandboxError
from bot.sandbox.model import Button, Chat, Message

if TYPE_CHECKING:
    from bot.sandbox.person import Person

QUERY_LIFETIME = 60.0  # seconds within which a button press may be answered


@dataclass(eq=False)
class Press:
    """One press of an inline button, and the bot's answer to it once it comes."""

    id: str
    chat: Chat
    at: float
    button: Button
    answered: bool = False
    text: str = ""  # the toast or alert; "" for a silent answer
    alert: bool = False
    url: str | None = None

    def open(self, now: float) -> bool:
        """Whether it can still be answered."""
        return not self.answered and now - self.at <= QUERY_LIFETIME

    def answer(self, text: str, *, alert: bool, url: str | None) -> None:
        """Records the bot's answer."""
        self.answered, self.text, self.alert, self.url = True, text, alert, url
        self.chat.notices.append({"id": self.id, "text": text, "alert": alert, "url": url})


def press(
    person: Person, label_or_data: str, message: Message | None = None, chat: Chat | None = None
) -> Press | Message:
    """Presses the button with this text or callback data, newest message first; then one containing the text.

    An inline button gives a `Press`; a link to the bot, or a reply-keyboard button, gives the message it sends.
    Raises SandboxError when the person sees no such button.
    """
    with person.world.lock:
        place = message.chat if message is not None else chat or person.chat
        wanted = label_or_data.strip()
        tests: list[Callable[[Button], bool]] = [
            lambda button: wanted in (button.text, button.data),
            lambda button: wanted.lower() in button.text.lower(),
        ]
        for matches in tests:
            for owner, button in _inline(place, message):
                if matches(button):
                    return press_inline(person, owner, button)
            if message is None:
                for button in keyboard_of(place):
                    if matches(button):
                        return _press_plain(person, place, button)
        shown = [button.text for _, button in _inline(place, message)][:40]
        raise SandboxError(f"{person.name} sees no button {label_or_data!r}; there are {shown}")


def _inline(chat: Chat, message: Message | None) -> Iterator[tuple[Message, Button]]:
    for owner in [message] if message is not None else reversed(chat.messages):
        if not owner.deleted:
            for row in owner.buttons:
                for button in row:
                    yield owner, button


def keyboard_of(chat: Chat) -> list[Button]:
    """Buttons of the reply keyboard in force."""
    rows = (chat.keyboard or {}).get("keyboard", [])
    return [Button.read(raw) for row in rows for raw in row]


def press_inline(person: Person, message: Message, button: Button) -> Press | Message:
    """Presses an inline button of a message that may meanwhile have other buttons: a client's delay."""
    world = person.world
    if not message.chat.private and person.id not in message.chat.members:
        raise SandboxError(f"{person.name} is not a member of {message.chat.title}")
    if button.data is None:
        if button.url:
            return person.follows(button.url)
        raise SandboxError(f"the sandbox cannot press {button.raw}")
    with world.lock:
        made = Press(world.new_id(), message.chat, world.clock(), button)
        world.callbacks[made.id] = made
        person.presses_made.append(made)
        world.tell(
            "callback_query",
            {
                "id": made.id, "from": person.user.to_api(), "message": message.to_api(),
                "chat_instance": str(abs(message.chat_id) * 7919), "data": button.data,
            },
        )  # fmt: skip
        return made


def _press_plain(person: Person, chat: Chat, button: Button) -> Message:
    if chat.keyboard and chat.keyboard.get("one_time_keyboard"):
        chat.keyboard = None
    if button.raw.get("request_contact"):
        return person.contact(chat=chat)
    if button.raw.get("request_location"):
        return person.pin(-6.3005, 106.6905, chat=chat)
    return person.says(button.text, chat=chat)
