"""What Telegram tells of groups."""

from __future__ import annotations

from typing import Any

from tests.world import Actor

GROUP = -1_002_000_000_001
BOT = {"id": 1000001, "is_bot": True, "first_name": "Bedah", "username": "bedah_sample_bot"}


def changes(actor: Actor, old: str, new: str, chat: int = GROUP, **more: Any) -> None:
    """Telegram tells what the bot is in a chat now."""
    world = actor.world
    where = {"id": chat, "type": "private", "first_name": actor.name} if chat > 0 else \
        {"id": chat, "type": "supergroup", "title": world.groups.get(chat, "Grup")}
    world.run({"my_chat_member": {
        "chat": where | more, "from": actor._user(), "date": int(world.now.timestamp()),
        "old_chat_member": status(old), "new_chat_member": status(new),
    }}, chat)


def status(name: str) -> dict[str, Any]:
    """A chat member of ours with this status."""
    base = {"user": BOT, "status": name}
    if name == "kicked":
        return base | {"until_date": 0}
    if name == "administrator":
        return base | dict.fromkeys(
            ("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
             "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users",
             "can_post_stories", "can_edit_stories", "can_delete_stories"), True)
    if name == "restricted":
        return base | {"is_member": True, "until_date": 0} | dict.fromkeys(
            ("can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics", "can_send_messages",
             "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos", "can_send_video_notes",
             "can_send_voice_notes", "can_send_polls", "can_send_other_messages", "can_add_web_page_previews",
             "can_edit_tag", "can_react_to_messages"), False)
    return base
