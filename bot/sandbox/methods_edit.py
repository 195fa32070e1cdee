"""Bot API methods that change, pin and delete messages."""

from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.markup import read_markup
from bot.sandbox.methods_send import media_content
from bot.sandbox.model import Chat, Json, Message
from bot.sandbox.params import Params, method
from bot.sandbox.sending import caption_of, chat_of, read_text, writable
from bot.sandbox.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
MEDIA = {"photo", "document", "voice", "sticker"}
DELETABLE_SECONDS = 48 * 3600


def _own_message(world: World, params: Params) -> Message:
    """The bot's message that a call wants to edit. Raises ApiError 400."""
    chat = writable(world, params, cost=0)
    if not params.integer("message_id"):
        raise bad_request("message identifier is not specified")
    message = world.message(chat.id, params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    keyboard = message.reply_markup
    if message.sender is not world.bot or (keyboard and "inline_keyboard" not in keyboard):
        raise bad_request("message can't be edited")
    if not chat.private:
        world.limits.spend(chat.id, group=True)
    return message


def _change(world: World, params: Params, message: Message, content: Json) -> Json:
    """Stores new content and keyboard; leaving reply_markup out removes the buttons, as in Telegram."""
    markup = read_markup(params, inline_only=True)
    with world.lock:
        if content == message.content and markup == message.reply_markup:
            raise bad_request(NOT_MODIFIED)
        if content != message.content:
            message.edit_date = int(world.clock())
        message.content, message.reply_markup = content, markup
        world.changed(message.chat)
        return message.to_api()


@method("editMessageText")
def edit_message_text(world: World, params: Params) -> Json:
    """Replaces text and buttons of the bot's own text message."""
    content = read_text(params)
    message = _own_message(world, params)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    return _change(world, params, message, content)


@method("editMessageCaption")
def edit_message_caption(world: World, params: Params) -> Json:
    """Replaces caption and buttons of the bot's own media message."""
    caption = caption_of(params)
    message = _own_message(world, params)
    if not MEDIA & set(message.content):
        raise bad_request("there is no caption in the message to edit")
    rest = {key: value for key, value in message.content.items() if not key.startswith("caption")}
    return _change(world, params, message, rest | caption)


@method("editMessageMedia")
def edit_message_media(world: World, params: Params) -> Json:
    """Replaces the photo or document, with its caption and buttons."""
    item = params.json("media")
    if not isinstance(item, dict):
        raise bad_request("can't parse input media")
    message = _own_message(world, params)
    if message.media_group_id and item.get("type") not in message.content:
        raise bad_request("the message can't be edited to another type within an album")
    return _change(world, params, message, media_content(world, params, item))


@method("editMessageReplyMarkup")
def edit_message_reply_markup(world: World, params: Params) -> Json:
    """Replaces the buttons only."""
    message = _own_message(world, params)
    return _change(world, params, message, message.content)


def _may_delete(world: World, chat: Chat, message: Message) -> bool:
    if world.clock() - message.date > DELETABLE_SECONDS:
        return False
    return chat.private or message.sender is world.bot or chat.bot_status == "administrator"


@method("deleteMessage")
def delete_message(world: World, params: Params) -> bool:
    """Deletes a message younger than 48 hours: any in private, its own in a group, others' as an administrator."""
    chat = chat_of(world, params)
    message = world.message(chat.id, params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if not _may_delete(world, chat, message):
        raise bad_request("message can't be deleted")
    world.forget(message)
    return True


@method("deleteMessages")
def delete_messages(world: World, params: Params) -> bool:
    """Deletes up to 100 messages; those that are gone already are skipped."""
    chat = chat_of(world, params)
    ids: Any = params.json("message_ids")
    if not isinstance(ids, list) or not 1 <= len(ids) <= 100:
        raise bad_request("message identifiers are not specified")
    for message_id in ids:
        message = world.message(chat.id, int(message_id))
        if message is not None and _may_delete(world, chat, message):
            world.forget(message)
    return True


def _pinnable_chat(world: World, params: Params) -> Chat:
    chat = writable(world, params, cost=0)
    if not chat.private and chat.bot_status != "administrator":
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


@method("pinChatMessage")
def pin_chat_message(world: World, params: Params) -> bool:
    """Pins a message; in a group only as an administrator."""
    chat = _pinnable_chat(world, params)
    message = world.message(chat.id, params.integer("message_id"))
    if message is None:
        raise bad_request("message to pin not found")
    message.pinned = True
    world.changed(chat)
    return True


@method("unpinChatMessage")
def unpin_chat_message(world: World, params: Params) -> bool:
    """Unpins the message, or the newest pinned one when none is named."""
    chat = _pinnable_chat(world, params)
    if "message_id" in params:
        message = world.message(chat.id, params.integer("message_id"))
    else:
        message = chat.pinned[-1] if chat.pinned else None
    if message is None or not message.pinned:
        raise bad_request("message to unpin not found")
    message.pinned = False
    world.changed(chat)
    return True


@method("unpinAllChatMessages")
def unpin_all_chat_messages(world: World, params: Params) -> bool:
    """Unpins everything."""
    chat = _pinnable_chat(world, params)
    for message in chat.pinned:
        message.pinned = False
    world.changed(chat)
    return True
