"""Bot API methods about chats, members, files and answers to queries."""

from bot.sandbox.errors import bad_request
from bot.sandbox.media import MAX_DOWNLOAD
from bot.sandbox.model import Chat, Json, User
from bot.sandbox.params import Params, method
from bot.sandbox.sending import chat_of, formatted
from bot.sandbox.world import World

QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@method("getChat")
def get_chat(world: World, params: Params) -> Json:
    """The Bot API `ChatFullInfo`."""
    chat = chat_of(world, params)
    if chat.user is not None and not chat.user.started:
        raise bad_request("chat not found")
    full: Json = {
        **chat.to_api(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False, "limited_gifts": False, "unique_gifts": False, "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }  # fmt: skip
    if not chat.private:
        full["permissions"] = {"can_send_messages": True}
    if chat.pinned:
        full["pinned_message"] = chat.pinned[-1].to_api(nested=True)
    return full


def member_json(chat: Chat, user: User) -> Json:
    """The Bot API `ChatMember` of a user who may or may not be there."""
    status = chat.bot_status if user.is_bot else chat.members.get(user.id, "left")
    member: Json = {"status": "left" if status == "unknown" else status, "user": user.to_api()}
    if status == "creator":
        member["is_anonymous"] = False
    if status == "kicked":
        member["until_date"] = 0
    if status == "administrator":
        rights = (
            "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
            "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
            "can_delete_stories", "can_pin_messages",
        )  # fmt: skip
        member |= {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(rights, True)
    return member


@method("getChatMember")
def get_chat_member(world: World, params: Params) -> Json:
    """One member; status "left" for a person who is not in the group."""
    chat = chat_of(world, params)
    user_id = params.integer("user_id")
    user = world.bot if user_id == world.bot.id else world.users.get(user_id)
    if user is None or (chat.private and user not in (chat.user, world.bot)):
        raise bad_request("member not found" if user else "PARTICIPANT_ID_INVALID")
    if chat.private:
        return {"status": "member", "user": user.to_api()}
    return member_json(chat, user)


@method("getChatAdministrators")
def get_chat_administrators(world: World, params: Params) -> list[Json]:
    """Owner and administrators, without other bots."""
    chat = chat_of(world, params)
    if chat.private:
        raise bad_request("there are no administrators in the private chat")
    ids = [user_id for user_id, status in chat.members.items() if status in ("creator", "administrator")]
    members = [member_json(chat, world.users[user_id]) for user_id in ids]
    return members + ([member_json(chat, world.bot)] if chat.bot_status == "administrator" else [])


@method("getChatMemberCount")
def get_chat_member_count(world: World, params: Params) -> int:
    """People and the bot."""
    chat = chat_of(world, params)
    return 2 if chat.private else len(chat.members) + 1


@method("leaveChat")
def leave_chat(world: World, params: Params) -> bool:
    """The bot leaves a group; Telegram tells it so with my_chat_member."""
    chat = chat_of(world, params)
    if chat.private:
        raise bad_request("chat can't be left")
    change_bot_status(world, chat, world.bot, "left")
    return True


def change_bot_status(world: World, chat: Chat, by: User, status: str) -> None:
    """Changes what the bot is in a chat and tells it with `my_chat_member`."""
    with world.lock:
        before = member_json(chat, world.bot)
        if chat.user is not None:
            before = {**before, "status": "kicked" if chat.user.blocked else "member"}
            chat.user.blocked = status == "kicked"
            after: Json = {"status": status, "user": world.bot.to_api()}
        else:
            chat.bot_status = status
            after = member_json(chat, world.bot)
        for side in (before, after):
            if side["status"] == "kicked":
                side.setdefault("until_date", 0)
        world.tell(
            "my_chat_member",
            {
                "chat": chat.to_api(), "from": by.to_api(), "date": int(world.clock()),
                "old_chat_member": before, "new_chat_member": after,
            },
        )  # fmt: skip
        world.changed(chat)


@method("getFile")
def get_file(world: World, params: Params) -> Json:
    """Where to download a file of up to 20 MB."""
    file = world.files.by_id.get(params.text("file_id"))
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.data) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return {**file.describe(), "file_path": file.path}


@method("answerCallbackQuery")
def answer_callback_query(world: World, params: Params) -> bool:
    """Ends a button's waiting, with a toast or an alert of up to 200 characters. Once, and soon."""
    press = world.callbacks.get(params.text("callback_query_id"))
    if press is None or not press.open(world.clock()):
        raise bad_request(QUERY_TOO_OLD)
    text = params.text("text")
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    press.answer(text, alert=params.flag("show_alert"), url=params.text("url") or None)
    world.changed(press.chat)
    return True


@method("answerInlineQuery")
def answer_inline_query(world: World, params: Params) -> bool:
    """Up to 50 results with different ids of 1 to 64 bytes."""
    query_id = params.text("inline_query_id")
    if query_id not in world.inline_answers or world.inline_answers[query_id] is not None:
        raise bad_request(QUERY_TOO_OLD)
    results = params.json("results")
    if not isinstance(results, list):
        raise bad_request("can't parse inline query results: expected an Array")
    if len(results) > 50:
        raise bad_request("RESULTS_TOO_MUCH")
    ids = [str(result.get("id", "")) for result in results]
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    if not all(1 <= len(result_id.encode()) <= 64 for result_id in ids):
        raise bad_request("RESULT_ID_INVALID")
    for content in (result.get("input_message_content", {}) for result in results):
        if "message_text" in content:
            formatted(content["message_text"], content.get("parse_mode"), content.get("entities"))
    world.inline_answers[query_id] = {"results": results, "button": params.json("button")}
    world.changed()
    return True
