"""One Bot API call and what came of it: sent, not sent, refused, or nobody knows (decision 3)."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import Any

import aiohttp
import httpx
import segno
from telegram import Bot, InputFile, InputMediaPhoto
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.charts import draw_chart
from bot.client import token_refused
from bot.documents import draw
from bot.files import BadPicture, FileStore, pdf_key, prepare
from bot.maps import draw_map
from bot.page import tidy
from bot.slow import Hung, NoTurn, OneByOne

log = logging.getLogger("bedah.calls")

# One of each kind at a time: each needs tens of megabytes for a moment. Apart, so that none hangs for another.
_DRAWINGS, _DOCUMENTS, _PHOTOS = OneByOne("drawing"), OneByOne("document"), OneByOne("photo")
# Seconds to wait for the turn of a chart or map, and the same for drawing it: behind it a text waits that says it all.
PATIENCE = 20.0
DOCUMENT_PATIENCE = DECODING_PATIENCE = 60.0


class Outcome(StrEnum):
    """What is known after a call."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    WAIT = "wait"
    UNKNOWN = "unknown"
    MIGRATED = "migrated"
    UNREACHABLE = "unreachable"
    NO_TARGET = "no_target"
    NO_TOPIC = "no_topic"
    REFUSED = "refused"


@dataclass(frozen=True)
class Result:
    """``answer``: Telegram's result; ``problem``: the kind of error; ``seconds`` to wait; ``new_chat`` after a move."""

    outcome: Outcome
    answer: dict[str, Any] = field(default_factory=dict)
    problem: str = ""
    seconds: float = 0.0
    new_chat: int = 0


class NotDrawn(Exception):
    """A chart, map or document that failed, or took too long; it names the kind of error only."""


# What Telegram says when it is pictures or files that a chat does not take from us: its texts still arrive.
_NO_MEDIA = ("rights to send photos", "rights to send documents", "chat_send_photos_forbidden",
             "chat_send_docs_forbidden", "chat_send_media_forbidden")
# What Telegram says when a chat cannot be written to any more.
_GONE = ("chat not found", "user is deactivated", "bot was kicked", "group chat was deactivated")
# The same, of a message; of another call, such as one that pins, it says nothing about messages.
_MUTE = ("not enough rights to send", "need administrator rights", "have no rights to send")
_NO_TARGET = ("message to edit not found", "message can't be edited", "message_id_invalid",
              "there is no text in the message to edit")
# A forum topic that was deleted, or closed by somebody.
_NO_TOPIC = ("message thread not found", "topic_closed", "topic_deleted")


async def call(bot: Bot, files: FileStore, method: str, params: dict[str, Any]) -> Result:
    """Make one call. What goes wrong is a result, not an exception.

    Raises:
        InvalidToken: the token was revoked.
    """
    try:
        ready = await _ready(params, files)
        if method == "getFile":
            return await _fetch(bot, files, ready)
        answer = await bot.do_api_request(method, _with_album(_as_sent(method, ready)))
    except RetryAfter as error:
        wait = error.retry_after
        return Result(Outcome.WAIT, problem="429",
                      seconds=wait.total_seconds() if isinstance(wait, timedelta) else float(wait))
    except ChatMigrated as error:
        return Result(Outcome.MIGRATED, problem="migrated", new_chat=error.new_chat_id)
    except Forbidden as error:
        return Result(Outcome.UNREACHABLE, problem=_kind(error))
    except BadRequest as error:
        return _bad_request(error, method)
    except TelegramError as error:
        if token_refused(error):
            raise InvalidToken("the token was revoked") from error
        if _surely_not_sent(error):
            return Result(Outcome.NOT_SENT, problem=type(error).__name__)
        return Result(Outcome.UNKNOWN, problem=type(error).__name__)
    except NotDrawn as error:  # nothing was sent, and trying again would only hold back what waits behind it
        return Result(Outcome.REFUSED, problem=f"not drawn: {error}")
    except FileNotFoundError:
        return Result(Outcome.REFUSED, problem="file missing")
    except Exception as error:
        log.exception("a call failed in an unforeseen way: %s", method)
        return Result(Outcome.UNKNOWN, problem=type(error).__name__)
    return Result(Outcome.SENT, answer=answer if isinstance(answer, dict) else {})


def _bad_request(error: BadRequest, method: str) -> Result:
    text, writes = error.message.lower(), method.startswith(("send", "edit"))
    if "message is not modified" in text:
        return Result(Outcome.SENT)
    if any(words in text for words in _NO_TOPIC):
        return Result(Outcome.NO_TOPIC, problem=_kind(error))
    if any(words in text for words in _NO_TARGET):
        return Result(Outcome.NO_TARGET, problem="no target")
    if any(words in text for words in _NO_MEDIA):
        return Result(Outcome.REFUSED, problem=_kind(error))
    if any(words in text for words in (_GONE + _MUTE if writes else _GONE)):
        return Result(Outcome.UNREACHABLE, problem=_kind(error))
    return Result(Outcome.REFUSED, problem=_kind(error))


def _kind(error: TelegramError) -> str:
    """Telegram's words without anything of ours in them, cut short."""
    return error.message[:120].replace("\0", "").encode("utf-8", "replace").decode()


def _surely_not_sent(error: TelegramError) -> bool:
    """Only when no connection came about.

    The transport's own names cannot be trusted for this: httpx-aiohttp calls a connection that broke after the
    request went out ``ConnectTimeout`` as well. So the cause below it decides.
    """
    cause = error.__cause__
    below = cause.__cause__ if cause is not None else None
    if isinstance(below, aiohttp.ClientError | TimeoutError):
        return isinstance(below, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    return isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)


def _with_album(params: dict[str, Any]) -> dict[str, Any]:
    """The client library uploads the files of an album only when its items are objects of its own."""
    media = params.get("media")
    if isinstance(media, dict):
        return params | {"media": _picture(media)}
    return params | {"media": [_picture(one) for one in media]} if isinstance(media, list) else params


def _picture(item: dict[str, Any]) -> InputMediaPhoto:
    return InputMediaPhoto(item["media"], caption=item.get("caption"), parse_mode=item.get("parse_mode"))


def _as_sent(method: str, params: dict[str, Any]) -> dict[str, Any]:
    """An edit whose message is gone says the same in a new one: a picture as a picture, protected as it was; a
    caption as a text."""
    if method == "sendPhoto" and isinstance(params.get("media"), dict):
        media = params["media"]
        told = {name: media[name] for name in ("caption", "parse_mode") if name in media}
        return {name: value for name, value in params.items() if name != "media"} | told | {
            "photo": media["media"], "protect_content": True}
    if method == "sendMessage" and "text" not in params and "caption" in params:
        return {("text" if name == "caption" else name): value for name, value in params.items()}
    return params


_PICTURES: dict[str, Callable[[dict[str, Any]], bytes]] = {"_chart": draw_chart, "_map": draw_map}
_REFERENCES = {"_file", "_qr", "_pdf", *_PICTURES}


def _refers(value: Any, names: Iterable[str] = _REFERENCES) -> bool:
    """Whether a file or a drawing is to be put in."""
    if isinstance(value, dict):
        return any(name in value for name in names) or any(_refers(one, names) for one in value.values())
    return isinstance(value, list) and any(_refers(one, names) for one in value)


async def _ready(params: dict[str, Any], files: FileStore) -> dict[str, Any]:
    """The call with its files.

    Raises:
        NotDrawn: what is to be drawn in it failed; it is not tried again.
    """
    if not _refers(params):
        return params
    drawing, work = _refers(params, _PICTURES), partial(_with_files, params, files)
    if not drawing and not _refers(params, ["_pdf"]):
        return await asyncio.to_thread(work)
    try:
        return await (_DRAWINGS.run(work, PATIENCE) if drawing else _DOCUMENTS.run(work, DOCUMENT_PATIENCE))
    except (Hung, NoTurn) as error:
        raise NotDrawn("TimeoutError") from error
    except Exception as error:  # whatever went wrong, the text behind the picture must not wait for it
        if drawing:
            raise NotDrawn(type(error).__name__) from error
        raise


def _with_files(params: dict[str, Any], files: FileStore) -> dict[str, Any]:
    """References become bytes: ``{"_file": key}`` a stored file (``filename``: its name, if it is no picture),
    ``{"_qr": text}`` a drawn code, ``{"_pdf": document, "filename": name}`` a drawn document; likewise ``_chart``,
    ``_map``."""
    return {name: _loaded(value, files) for name, value in params.items()}


def _loaded(value: Any, files: FileStore) -> Any:
    if isinstance(value, list):
        return [_loaded(one, files) for one in value]
    if not isinstance(value, dict):
        return value
    if "_file" in value:
        return InputFile(files.get(value["_file"]), filename=value.get("filename", "foto.jpg"), attach=True)
    if "_qr" in value:
        out = io.BytesIO()
        segno.make(value["_qr"], error="m").save(out, kind="png", scale=8, border=3)
        return InputFile(out.getvalue(), filename="undangan.png", attach=True)
    if "_pdf" in value:
        return InputFile(_document(value["_pdf"], files), filename=value["filename"], attach=True)
    for name, drawn in _PICTURES.items():
        if name in value:
            made = drawn(value[name])
            tidy()
            return InputFile(made, filename=value["filename"], attach=True)
    return {name: _loaded(one, files) for name, one in value.items()}


def _document(document: dict[str, Any], files: FileStore) -> bytes:
    try:
        return draw(document, files.get)
    except Exception as error:
        raise NotDrawn(type(error).__name__) from error


async def _fetch(bot: Bot, files: FileStore, params: dict[str, Any]) -> Result:
    """Download a photo, check it, keep the copy: its key and measures, or the problem, are the answer.

    ``_pdf_too``: it may be a PDF, which is kept as it is; its key is the answer then.
    """
    pdf_too = params.get("_pdf_too", False)
    try:
        found = await bot.do_api_request("getFile", {name: one for name, one in params.items() if name != "_pdf_too"})
    except BadRequest as error:
        too_big = "too big" in error.message.lower()
        return Result(Outcome.SENT, answer={"problem": "too_big" if too_big else "not_image"})
    try:
        data = await bot.request.retrieve(f"{bot.base_file_url}/{found['file_path']}", read_timeout=60)
    except InvalidToken:  # any 404 of the file server, says the client; the token was good a moment ago
        return Result(Outcome.SENT, answer={"problem": "unavailable"})

    try:
        if pdf_too and bytes(data[:5]) == b"%PDF-":
            key = pdf_key(bytes(data))
            await asyncio.to_thread(files.put, key, bytes(data))
            return Result(Outcome.SENT, answer={"key": key})
        picture = await _PHOTOS.run(partial(prepare, bytes(data)), DECODING_PATIENCE)
    except BadPicture as bad:
        return Result(Outcome.SENT, answer={"problem": bad.problem})
    except Hung:
        return Result(Outcome.SENT, answer={"problem": "not_image"})
    except NoTurn:
        return Result(Outcome.NOT_SENT, problem="no turn")
    await asyncio.to_thread(files.put, picture.key, picture.data)
    # Where it was taken is compared with the pin by whoever asked for it, and kept nowhere on the way.
    return Result(Outcome.SENT, answer={
        "key": picture.key, "width": picture.width, "height": picture.height, "likeness": picture.likeness,
        "place": picture.place})
