"""Keeps a sandbox in a folder, so that chats are still there when it is started again.

`chats.json` holds everything but the files' bytes, which lie beside it, one file each, written once.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.sandbox.group import Group
from bot.sandbox.model import Chat, Json, Message, StoredFile, User
from bot.sandbox.person import Person
from bot.sandbox.world import World

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

FORMAT = 1
PLAIN_CHAT = [f.name for f in fields(Chat) if f.name not in ("user", "members", "messages", "notices")]
PLAIN_MESSAGE = [f.name for f in fields(Message) if f.name not in ("chat", "sender", "reply_to")]
COUNTERS = ("last_update_id", "last_message_id", "confirmed")
SETTINGS = ("allowed_updates", "default_menu_button")
UNSAVED = 100  # messages a supergroup may have had after the last save


class Keeper:
    """Saves a sandbox to its folder when something changed, and loads it from there."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox, self.folder = sandbox, folder
        self.saved = -1  # the world's revision that is on disk
        self.written: set[str] = set()

    def load(self) -> None:
        """Puts the kept people, groups, messages and waiting updates into an empty sandbox.

        Nothing kept yet: nothing done. Raises ValueError for a folder of another bot or format.
        """
        path = self.folder / "chats.json"
        if not path.exists():
            return
        state = json.loads(path.read_text("utf-8"))
        if (state.get("format"), state.get("bot")) != (FORMAT, self.sandbox.world.bot.id):
            raise ValueError(f"{path} belongs to another bot or version")
        with self.sandbox.world.lock:
            self._files(state["files"])
            _people(self.sandbox, state)
            self.saved = self.sandbox.world.revision

    def _files(self, kept: list[Json]) -> None:
        library = self.sandbox.world.files
        for one in kept:
            data = (self.folder / "files" / one["file_id"]).read_bytes()
            file = StoredFile(data=data, **one)
            library.by_id[file.file_id] = library.by_path[file.path] = file
            self.written.add(file.file_id)

    def save(self) -> None:
        """Writes what changed since the last save; the folder is made when missing. May run in any thread."""
        world = self.sandbox.world
        with world.lock:
            if self.saved == world.revision:
                return
            revision = world.revision
            state = _state(world)
            new = [file for name, file in world.files.by_id.items() if name not in self.written]
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.folder / "files").mkdir(mode=0o700, exist_ok=True)
        for file in new:  # before the state that names them
            (self.folder / "files" / file.file_id).write_bytes(file.data)
            self.written.add(file.file_id)
        half = self.folder / "chats.json.new"
        half.write_text(json.dumps(state, ensure_ascii=False), "utf-8")
        half.replace(self.folder / "chats.json")
        self.saved = revision


def _state(world: World) -> Json:
    state: Json = {name: getattr(world, name) for name in COUNTERS + SETTINGS}
    return state | {
        "format": FORMAT,
        "bot": world.bot.id,
        "users": [asdict(user) for user in world.users.values()],
        "chats": [_chat(chat) for chat in world.chats.values()],
        "files": [_without(file, "data") for file in world.files.by_id.values()],
        "updates": list(world.updates),
        "migrated": list(world.migrated.items()),
        "group_message_ids": list(world.group_message_ids.items()),
        "commands": [[*key, commands] for key, commands in world.commands.items()],
        "texts": [[*key, text] for key, text in world.texts.items()],
    }


def _without(file: StoredFile, left_out: str) -> Json:
    return {f.name: getattr(file, f.name) for f in fields(file) if f.name != left_out}


def _chat(chat: Chat) -> Json:
    kept: Json = {name: getattr(chat, name) for name in PLAIN_CHAT}
    kept["private"] = chat.private
    kept["members"] = list(chat.members.items())
    kept["messages"] = [_message(message) for message in chat.messages]
    return kept


def _message(message: Message) -> Json:
    kept: Json = {name: getattr(message, name) for name in PLAIN_MESSAGE}
    reply = message.reply_to
    return kept | {"sender": message.sender.id, "reply_to": reply and [reply.chat_id, reply.id]}


def _people(sandbox: Sandbox, state: Json) -> None:
    world = sandbox.world
    for name in SETTINGS:
        setattr(world, name, state[name])
    for name in COUNTERS:  # never lower than they began: a killed sandbox has not saved its last numbers
        setattr(world, name, max(getattr(world, name), state[name]))
    world.updates.extend(state["updates"])
    world.migrated = dict(state["migrated"])
    world.group_message_ids = {chat: last + UNSAVED for chat, last in state["group_message_ids"]}
    world.commands = {(scope, language): commands for scope, language, commands in state["commands"]}
    world.texts = {(name, language): text for name, language, text in state["texts"]}
    world.users = {one["id"]: User(**one) for one in state["users"]}
    replies: list[tuple[Message, Any]] = []
    for kept in state["chats"]:
        user = world.users[kept["id"]] if kept["private"] else None
        plain = {name: kept[name] for name in PLAIN_CHAT if name in kept}  # a folder of before knew fewer
        chat = Chat(user=user, members=dict(kept["members"]), **plain)
        world.chats[chat.id] = chat
        for one in kept["messages"]:
            sender = world.users.get(one["sender"], world.bot)
            plain = {name: one[name] for name in PLAIN_MESSAGE if name in one}
            message = Message(chat=chat, sender=sender, **plain)
            chat.messages.append(message)
            world.by_id[message.chat_id, message.id] = message
            replies.append((message, one["reply_to"]))
        if user is not None:
            sandbox.people[chat.key] = Person(world, user, chat)
    for message, target in replies:
        message.reply_to = world.by_id.get(tuple(target)) if target else None
    by_id = {person.id: person for person in sandbox.people.values()}
    for chat in world.chats.values():
        if not chat.private:
            group = sandbox.groups[chat.key] = Group(world, chat)
            group.people = {user_id: by_id[user_id] for user_id in chat.members}
