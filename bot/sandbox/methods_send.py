"""Bot API methods that send."""

from typing import Any

from bot.sandbox.errors import bad_request
from bot.sandbox.media import MAX_UPLOAD
from bot.sandbox.model import Json, Message
from bot.sandbox.params import Params, Upload, method
from bot.sandbox.sending import caption_of, read_caption, read_text, send, writable
from bot.sandbox.world import World

ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip
TYPING_SECONDS = 5


@method("sendMessage")
def send_message(world: World, params: Params) -> Json:
    """Text of 1 to 4096 characters."""
    content = read_text(params)
    return send(world, writable(world, params), params, content).to_api()


def photo_content(world: World, params: Params, value: Any, name: str = "photo") -> Json:
    """`photo` sizes from an upload or a file_id. Raises ApiError 400."""
    source = params.file(value, name)
    if isinstance(source, Upload):
        return {"photo": world.files.photo(source.data)}
    file = world.files.get(source)
    if file.kind != "photo":
        raise bad_request(f"can't use file of type {file.kind.capitalize()} as Photo")
    return {"photo": [{**file.describe(), "width": file.width, "height": file.height}]}


def document_content(world: World, params: Params, value: Any, name: str = "document") -> Json:
    """`document` from an upload or a file_id. Raises ApiError 400."""
    source = params.file(value, name)
    if isinstance(source, Upload):
        if not source.data:
            raise bad_request("file must be non-empty")
        if len(source.data) > MAX_UPLOAD:
            raise bad_request("file is too big")
        file = world.files.add(source.data, "document", source.mime, source.name)
    else:
        file = world.files.get(source)
    document = {**file.describe(), "mime_type": file.mime}
    return {"document": document | ({"file_name": file.name} if file.name else {})}


@method("sendPhoto")
def send_photo(world: World, params: Params) -> Json:
    """A photo up to 10 MB with a caption up to 1024 characters."""
    caption = caption_of(params)
    chat = writable(world, params)
    return send(world, chat, params, photo_content(world, params, params.values.get("photo")) | caption).to_api()


@method("sendDocument")
def send_document(world: World, params: Params) -> Json:
    """A file up to 50 MB with a caption up to 1024 characters."""
    caption = caption_of(params)
    chat = writable(world, params)
    content = document_content(world, params, params.values.get("document"))
    return send(world, chat, params, content | caption).to_api()


@method("sendMediaGroup")
def send_media_group(world: World, params: Params) -> list[Json]:
    """2 to 10 photos or documents as one album; all or none."""
    media = params.json("media")
    if not isinstance(media, list) or not all(isinstance(item, dict) for item in media):
        raise bad_request("can't parse media JSON object")
    if not 2 <= len(media) <= 10:
        raise bad_request("media must include 2-10 items" if media else "media is empty")
    chat = writable(world, params, cost=len(media))
    contents = [media_content(world, params, item) for item in media]
    if len({item["type"] for item in media}) > 1:
        raise bad_request("document can't be mixed with other media types")
    group = world.new_id()
    with world.lock:
        sent: list[Message] = [send(world, chat, params, content, media_group_id=group) for content in contents]
    return [message.to_api() for message in sent]


def media_content(world: World, params: Params, item: Json) -> Json:
    """Message content of an InputMediaPhoto or InputMediaDocument. Raises ApiError 400 for other kinds."""
    caption = read_caption(item.get("caption"), item.get("parse_mode"), item.get("caption_entities"))
    if item.get("type") == "photo":
        return photo_content(world, params, item.get("media"), "media") | caption
    if item.get("type") == "document":
        return document_content(world, params, item.get("media"), "media") | caption
    raise bad_request(f"type {item.get('type')!r} is not known to the sandbox")


@method("sendLocation")
def send_location(world: World, params: Params) -> Json:
    """A pin: latitude -90 to 90, longitude -180 to 180 degrees."""
    latitude, longitude = params.number("latitude"), params.number("longitude")
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        raise bad_request("can't parse location: wrong latitude or longitude specified")
    return send(
        world, writable(world, params), params, {"location": {"latitude": latitude, "longitude": longitude}}
    ).to_api()


@method("sendChatAction")
def send_chat_action(world: World, params: Params) -> bool:
    """Shows "typing…" for five seconds or until the bot's next message."""
    action = params.text("action")
    chat = writable(world, params, cost=0)
    if action.lower() not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.action, chat.action_until = action.lower(), world.clock() + TYPING_SECONDS
    world.changed(chat)
    return True
