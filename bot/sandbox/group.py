"""Groups: who is in them, what the bot is there, and the upgrade to a supergroup."""

from __future__ import annotations

from bot.sandbox.errors import SandboxError
from bot.sandbox.methods_chat import change_bot_status
from bot.sandbox.model import Chat, Json, Message
from bot.sandbox.person import Person
from bot.sandbox.world import World


class Group:
    """A group chat. The first member owns it."""

    def __init__(self, world: World, chat: Chat) -> None:
        self.world, self.chat = world, chat
        self.people: dict[int, Person] = {}

    def __repr__(self) -> str:
        return f"<Group {self.title} {self.id}>"

    @property
    def id(self) -> int:
        """Chat id now: another one after `migrate`."""
        return self.chat.id

    @property
    def title(self) -> str:
        """As shown."""
        return self.chat.title

    @property
    def messages(self) -> list[Message]:
        """What the members see, without deleted messages."""
        with self.world.lock:
            return self.chat.visible

    @property
    def last(self) -> Message | None:
        """Newest visible message."""
        return self.chat.last

    def service(self, by: Person, content: Json, *, told: bool | None = None) -> Message:
        """Posts a service message; the bot gets it while it is in the group, unless `told` says otherwise."""
        with self.world.lock:
            message = self.world.post(self.chat, by.user, content, service=True)
            if self.chat.bot_status in ("member", "administrator") if told is None else told:
                self.world.tell("message", message.to_api())
            return message

    def owner(self) -> Person:
        """The creator. Raises SandboxError in a group without members."""
        for user_id, status in self.chat.members.items():
            if status == "creator":
                return self.people[user_id]
        raise SandboxError(f"{self.title} has no members")

    def add(self, person: Person, status: str = "member") -> None:
        """A person joins; `status` member or administrator (the first one becomes the owner)."""
        with self.world.lock:
            first = not self.people
            self.people[person.id] = person
            self.chat.members[person.id] = "creator" if first else status
            if not first:
                self.service(person, {"new_chat_members": [person.user.to_api()]})
            self.world.changed(self.chat)

    def remove(self, person: Person) -> None:
        """A person leaves."""
        with self.world.lock:
            self.chat.members.pop(person.id, None)
            self.people.pop(person.id, None)
            self.service(person, {"left_chat_member": person.user.to_api()})

    def set_status(self, person: Person, status: str) -> None:
        """Makes a member an administrator or an ordinary member again."""
        with self.world.lock:
            self.chat.members[person.id] = status
            self.world.changed(self.chat)

    def add_bot(self, by: Person, status: str = "member") -> None:
        """`by` adds the bot: my_chat_member, then the service message, as Telegram sends them."""
        with self.world.lock:
            if by.id not in self.chat.members:
                raise SandboxError(f"{by.name} is not a member of {self.title}")
            change_bot_status(self.world, self.chat, by.user, status)
            self.service(by, {"new_chat_members": [self.world.bot.to_api()]})

    def promote_bot(self, by: Person | None = None) -> None:
        """The bot becomes an administrator: it may pin, and sees every message."""
        change_bot_status(self.world, self.chat, (by or self.owner()).user, "administrator")

    def remove_bot(self, by: Person) -> None:
        """`by` removes the bot: my_chat_member with status kicked."""
        with self.world.lock:
            change_bot_status(self.world, self.chat, by.user, "kicked")
            self.service(by, {"left_chat_member": self.world.bot.to_api()}, told=self.chat.type == "group")

    def add_topic(self, name: str, by: Person | None = None) -> int:
        """A forum topic: its id, which is that of the message with which it begins. Raises SandboxError elsewhere."""
        with self.world.lock:
            if not self.chat.is_forum:
                raise SandboxError(f"{self.title} is no forum")
            start = self.service(by or self.owner(), {"forum_topic_created": {"name": name, "icon_color": 7322096}},
                                 told=False)
            start.thread = start.id
            self.chat.topics.append({"id": start.id, "name": name, "closed": False})
            self._tell(start)
            return start.id

    def rename_topic(self, topic: int, name: str, by: Person | None = None) -> None:
        """Another name for a topic, with its service message."""
        with self.world.lock:
            self._topic(topic)["name"] = name
            self._tell(self.service(by or self.owner(), {"forum_topic_edited": {"name": name}}, told=False), topic)

    def close_topic(self, topic: int | None, by: Person | None = None) -> None:
        """Only administrators may write in it from now on; None: the general one."""
        with self.world.lock:
            if topic is None:
                self.chat.general_closed = True
                return
            self._topic(topic)["closed"] = True
            self._tell(self.service(by or self.owner(), {"forum_topic_closed": {}}, told=False), topic)

    def delete_topic(self, topic: int) -> None:
        """A topic goes with all that was written in it; Telegram does not tell the bot."""
        with self.world.lock:
            self.chat.topics.remove(self._topic(topic))
            for message in self.chat.messages:
                if message.thread == topic:
                    self.world.forget(message)

    def _topic(self, number: int) -> Json:
        topic = self.chat.topic(number)
        if topic is None:
            raise SandboxError(f"{self.title} has no topic {number}")
        return topic

    def _tell(self, message: Message, thread: int | None = None) -> None:
        message.thread = thread or message.thread
        if self.chat.bot_status in ("member", "administrator"):
            self.world.tell("message", message.to_api())

    def rename(self, title: str, by: Person | None = None) -> None:
        """Another title, with its service message."""
        with self.world.lock:
            self.chat.title = title
            self.service(by or self.owner(), {"new_chat_title": title})

    def migrate(self) -> int:
        """Upgrades a basic group: the new chat id. Calls with the old one are refused with migrate_to_chat_id.

        Message ids start again at 1; older messages can no longer be edited, and are pinned no more. Raises
        SandboxError for a supergroup.
        """
        with self.world.lock:
            chat, old = self.chat, self.chat.id
            if chat.type != "group":
                raise SandboxError(f"{self.title} is a supergroup already")
            new = self.world.next_group_id(supergroup=True)
            by = self.owner()
            self.service(by, {"migrate_to_chat_id": new})
            del self.world.chats[old]
            chat.id, chat.type = new, "supergroup"
            self.world.chats[new] = chat
            self.world.migrated[old] = new
            self.world.group_message_ids[new] = 0
            for message in chat.pinned:
                message.pinned = False
            self.service(by, {"migrate_from_chat_id": old})
            return new
