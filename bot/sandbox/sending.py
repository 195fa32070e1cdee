"""What all sending methods share: whom a call may reach, texts and captions within the limits, the posting."""

from typing import Any

from bot.sandbox.entities import Entity, trimmed, utf16_len, with_found
from bot.sandbox.errors import ApiError, bad_request, forbidden
from bot.sandbox.html import parse_html
from bot.sandbox.markup import read_markup
from bot.sandbox.model import Chat, Json, Message
from bot.sandbox.params import Params
from bot.sandbox.world import World

MAX_TEXT = 4096  # UTF-16 units after entities parsing
MAX_CAPTION = 1024


def chat_of(world: World, params: Params) -> Chat:
    """The chat a call names, whether or not the bot may write there. Raises ApiError as Telegram does."""
    name = params.text("chat_id").strip()
    if not name:
        raise bad_request("chat_id is empty")
    try:
        chat_id = int(name)
    except ValueError:
        raise bad_request("chat not found") from None
    if chat_id in world.migrated:
        parameters = {"migrate_to_chat_id": world.migrated[chat_id]}
        raise ApiError(400, "Bad Request: group chat was upgraded to a supergroup chat", parameters)
    chat = world.chats.get(chat_id)
    if chat is None or chat.bot_status == "unknown":
        raise bad_request("chat not found")
    if not chat.private:
        kind = "supergroup chat" if chat.type == "supergroup" else "group chat"
        if chat.bot_status == "kicked":
            raise forbidden(f"bot was kicked from the {kind}")
        if chat.bot_status == "left":
            raise forbidden(f"bot is not a member of the {kind}")
    return chat


def writable(world: World, params: Params, cost: int = 1) -> Chat:
    """The chat a call may write to; counts `cost` messages against the rate limits (0: none)."""
    chat = chat_of(world, params)
    if chat.user is not None:
        if chat.user.deactivated:
            raise forbidden("user is deactivated")
        if chat.user.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.user.started:
            raise forbidden("bot can't initiate conversation with a user")
    if cost:
        world.limits.spend(chat.id, group=not chat.private, cost=cost)
    return chat


def formatted(source: Any, parse_mode: Any, given: Any) -> tuple[str, list[Entity]]:
    """Text and entities of what the bot wrote, as Telegram stores it. Raises ApiError 400 "can't parse entities"."""
    if not isinstance(source, str):
        raise bad_request("strings must be encoded in UTF-8")
    mode = str(parse_mode or "").lower()
    if mode == "html":
        text, entities = parse_html(source)
    elif mode:
        raise bad_request("unsupported parse_mode (the sandbox knows HTML only)")
    else:
        text, entities = source, [e for e in given or [] if isinstance(e, dict) and e.get("length", 0) > 0]
    text, entities = trimmed(text, entities)
    return text, with_found(text, entities)


def read_text(params: Params) -> Json:
    """`text` and `entities` of a text message. Raises ApiError 400 for empty and too long."""
    if not params.text("text"):
        raise bad_request("message text is empty")
    text, entities = formatted(params.text("text"), params.text("parse_mode"), params.json("entities"))
    if not text:
        raise bad_request("text must be non-empty")
    if utf16_len(text) > MAX_TEXT:
        raise bad_request("message is too long")
    return {"text": text, "entities": entities} if entities else {"text": text}


def read_caption(source: Any, parse_mode: Any, given: Any) -> Json:
    """`caption` and `caption_entities`, {} without. Raises ApiError 400 over 1024 characters."""
    if not source:
        return {}
    text, entities = formatted(source, parse_mode, given)
    if utf16_len(text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text, "caption_entities": entities} if entities else {"caption": text}


def caption_of(params: Params) -> Json:
    """The caption of a call with top-level caption parameters."""
    return read_caption(params.text("caption"), params.text("parse_mode"), params.json("caption_entities"))


def reply_target(world: World, chat: Chat, params: Params) -> Message | None:
    """The message replied to. Raises ApiError 400 when it is gone and the reply insists on it."""
    reply = params.json("reply_parameters") or {}
    message_id = reply.get("message_id") or params.integer("reply_to_message_id")
    if not message_id:
        return None
    message = world.message(chat.id, int(message_id))
    if message is None and not (reply.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply")):
        raise bad_request("message to be replied not found")
    return message


def thread_of(chat: Chat, params: Params, reply_to: Message | None) -> int | None:
    """The forum topic a call goes to; None for the general one. Raises ApiError 400 when it is gone or closed."""
    number = params.integer("message_thread_id") or (reply_to.thread if reply_to else None)
    topic = chat.topic(number)
    if number and topic is None:
        raise bad_request("message thread not found")
    if chat.bot_status != "administrator" and (topic["closed"] if topic else chat.general_closed):
        raise bad_request("TOPIC_CLOSED")
    return number or None


def send(world: World, chat: Chat, params: Params, content: Json, **fields: Any) -> Message:
    """Posts as the bot, with the call's keyboard, reply and protection."""
    markup, reply_to = read_markup(params), reply_target(world, chat, params)
    message = world.post(
        chat, world.bot, content, reply_markup=markup, reply_to=reply_to, thread=thread_of(chat, params, reply_to),
        protect_content=params.flag("protect_content"), **fields,
    )  # fmt: skip
    if markup and "inline_keyboard" not in markup:
        chat.keyboard = None if markup.get("remove_keyboard") else markup
        world.changed(chat)
    return message
