"""The world as the page shows it: one JSON object per chat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.methods_bot import commands_for
from bot.sandbox.model import Chat, Json, Message

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

SHOWN = 150  # newest messages of a chat that the page gets
NOTICES = 5


def state(sandbox: Sandbox) -> Json:
    """All of it."""
    with sandbox.world.lock:
        bot = sandbox.world.bot
        return {
            "bot": {"name": bot.first_name, "username": bot.username},
            "guide": guide(sandbox),
            "chats": [chat_view(sandbox, chat) for chat in chats(sandbox)],
        }


def chats(sandbox: Sandbox) -> list[Chat]:
    """In the order the page shows them: people as added, then groups."""
    return [person.chat for person in sandbox.people.values()] + [group.chat for group in sandbox.groups.values()]


def guide(sandbox: Sandbox) -> list[str]:
    """Steps of HTML; one when the guide is a single text, [] without."""
    if isinstance(sandbox.guide, str):
        return [sandbox.guide] if sandbox.guide else []
    return list(sandbox.guide)


def chat_view(sandbox: Sandbox, chat: Chat) -> Json:
    """A column of the page. Texts are raw: the page escapes by never using them as HTML."""
    world = sandbox.world
    view: Json = {
        "key": chat.key, "type": chat.type, "title": chat.title, "note": chat.note,
        "messages": [message_view(sandbox, message) for message in chat.visible[-SHOWN:]],
        "pinned": [{"id": message.id, "text": message.text[:120]} for message in chat.pinned[-1:]],
        "typing": chat.action if chat.action and chat.action_until > world.clock() else None,
        "keyboard": chat.keyboard,
        "notices": chat.notices[-NOTICES:],
    }  # fmt: skip
    if chat.user is not None:
        view |= {
            "started": chat.user.started,
            "blocked": chat.user.blocked,
            "language": chat.user.language_code or "",
            "commands": commands_for(world, chat, chat.user.id, chat.user.language_code),
            "description": world.texts.get(("description", chat.user.language_code or ""))
            or world.texts.get(("description", ""), ""),
            "pending": _pending(world.updates, chat.id),
        }
        return view
    people = sandbox.groups[chat.key].people.values()
    view |= {
        "bot_status": chat.bot_status,
        "members": [
            {"key": person.chat.key, "name": person.name, "status": chat.members[person.id],
             "commands": commands_for(world, chat, person.id, person.user.language_code)}
            for person in people
        ],
        "pending": _pending(world.updates, chat.id),
    }  # fmt: skip
    return view


def _pending(updates: Any, chat_id: int) -> bool:
    """Whether the bot has not yet taken an update of this chat."""
    for number, update in enumerate(updates):
        if number > 50:
            return False
        for body in update.values():
            if isinstance(body, dict):
                chat = body.get("chat") or body.get("message", {}).get("chat", {})
                if chat.get("id") == chat_id:
                    return True
    return False


def message_view(sandbox: Sandbox, message: Message) -> Json:
    """One message: what it says, and as what it is shown."""
    content = message.content
    sender = message.sender
    view: Json = {
        "id": message.id,
        "uid": f"{message.chat_id}/{message.id}",
        "bot": sender is sandbox.world.bot,
        "sender": sender.first_name,
        "time": message.date,
        "edited": message.edited,
        "text": message.text,
        "entities": message.entities,
        "buttons": [[{"text": b.text, "data": b.data, "url": b.url} for b in row] for row in message.buttons],
        "protected": message.protect_content,
        "album": message.media_group_id,
    }
    if message.reply_to is not None:
        view["reply"] = {"sender": message.reply_to.sender.first_name, "text": message.reply_to.text[:100] or "…"}
    if topic := message.chat.topic(message.thread):
        view["topic"] = topic["name"]
    if message.service:
        view["service"] = service_text(message)
    if sizes := content.get("photo"):
        view["photo"] = {"id": sizes[-1]["file_id"], "width": sizes[-1]["width"], "height": sizes[-1]["height"]}
    if message.pin:
        view["pin"] = {"lat": message.pin[0], "lon": message.pin[1], "live": "live_period" in content["location"]}
    if document := message.document:
        name = document.get("file_name") or "berkas"
        view["document"] = {"id": document["file_id"], "name": name, "size": document["file_size"]}
    if voice := content.get("voice"):
        view["voice"] = voice["duration"]
    if sticker := content.get("sticker"):
        view["sticker"] = sticker.get("emoji", "")
    if contact := content.get("contact"):
        view["contact"] = {"name": contact["first_name"], "phone": contact["phone_number"]}
    return view


def service_text(message: Message) -> str:
    """A service message in words."""
    content, who = message.content, message.sender.first_name
    if joined := content.get("new_chat_members"):
        return f"{joined[0]['first_name']} bergabung" + ("" if joined[0]["first_name"] == who else f" (oleh {who})")
    if left := content.get("left_chat_member"):
        return f"{left['first_name']} keluar" + ("" if left["first_name"] == who else f" (oleh {who})")
    if title := content.get("new_chat_title"):
        return f"Nama grup menjadi “{title}”"
    if topic := content.get("forum_topic_created") or content.get("forum_topic_edited"):
        return f"Topik “{topic['name']}”"
    if "forum_topic_closed" in content:
        return "Topik ditutup"
    if "migrate_to_chat_id" in content:
        return "Grup ini menjadi supergrup"
    return "Supergrup dimulai" if "migrate_from_chat_id" in content else ""
