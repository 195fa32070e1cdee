"""One Bot API call and what came of it: sent, not sent, refused, or nobody knows (decision 3)."""

from __future__ import annotations

import asyncio
import io
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

import aiohttp
import httpx
import segno
from telegram import Bot, InputFile, InputMediaPhoto
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.client import token_refused
from bot.documents import draw
from bot.files import BadPicture, FileStore, prepare

log = logging.getLogger("bedah.calls")

# One picture at a time: decoded, each needs tens of megabytes for a moment.
_ONE_PICTURE = ThreadPoolExecutor(1, thread_name_prefix="picture")


class Outcome(StrEnum):
    """What is known after a call."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    WAIT = "wait"
    UNKNOWN = "unknown"
    MIGRATED = "migrated"
    UNREACHABLE = "unreachable"
    NO_TARGET = "no_target"
    REFUSED = "refused"


@dataclass(frozen=True)
class Result:
    """``answer``: Telegram's result; ``problem``: the kind of error; ``seconds`` to wait; ``new_chat`` after a move."""

    outcome: Outcome
    answer: dict[str, Any] = field(default_factory=dict)
    problem: str = ""
    seconds: float = 0.0
    new_chat: int = 0


# What Telegram says when a chat cannot be written to any more.
_GONE = ("chat not found", "user is deactivated", "bot was kicked", "group chat was deactivated",
         "not enough rights to send", "need administrator rights", "have no rights to send")
_NO_TARGET = ("message to edit not found", "message can't be edited", "message_id_invalid",
              "there is no text in the message to edit")


async def call(bot: Bot, files: FileStore, method: str, params: dict[str, Any]) -> Result:
    """Make one call. What goes wrong is a result, not an exception.

    Raises:
        InvalidToken: the token was revoked.
    """
    try:
        ready = await asyncio.to_thread(_with_files, params, files) if _refers(params) else params
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
        return _bad_request(error)
    except TelegramError as error:
        if token_refused(error):
            raise InvalidToken("the token was revoked") from error
        if _surely_not_sent(error):
            return Result(Outcome.NOT_SENT, problem=type(error).__name__)
        return Result(Outcome.UNKNOWN, problem=type(error).__name__)
    except FileNotFoundError:
        return Result(Outcome.REFUSED, problem="file missing")
    except Exception as error:
        log.exception("a call failed in an unforeseen way: %s", method)
        return Result(Outcome.UNKNOWN, problem=type(error).__name__)
    return Result(Outcome.SENT, answer=answer if isinstance(answer, dict) else {})


def _bad_request(error: BadRequest) -> Result:
    text = error.message.lower()
    if "message is not modified" in text:
        return Result(Outcome.SENT)
    if any(words in text for words in _NO_TARGET):
        return Result(Outcome.NO_TARGET, problem="no target")
    if any(words in text for words in _GONE):
        return Result(Outcome.UNREACHABLE, problem=_kind(error))
    return Result(Outcome.REFUSED, problem=_kind(error))


def _kind(error: TelegramError) -> str:
    """Telegram's words without anything of ours in them, cut short."""
    return error.message[:120]


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


_DRAWN = {"_file", "_qr", "_pdf"}


def _refers(value: Any) -> bool:
    """Whether a file or a drawing is to be put in."""
    if isinstance(value, dict):
        return not _DRAWN.isdisjoint(value) or any(map(_refers, value.values()))
    return isinstance(value, list) and any(map(_refers, value))


def _with_files(params: dict[str, Any], files: FileStore) -> dict[str, Any]:
    """References become bytes: ``{"_file": key}`` a stored picture, ``{"_qr": text}`` a drawn code,
    ``{"_pdf": document, "filename": name}`` a drawn document."""
    return {name: _loaded(value, files) for name, value in params.items()}


def _loaded(value: Any, files: FileStore) -> Any:
    if isinstance(value, list):
        return [_loaded(one, files) for one in value]
    if not isinstance(value, dict):
        return value
    if "_file" in value:
        return InputFile(files.get(value["_file"]), filename="foto.jpg", attach=True)
    if "_qr" in value:
        out = io.BytesIO()
        segno.make(value["_qr"], error="m").save(out, kind="png", scale=8, border=3)
        return InputFile(out.getvalue(), filename="undangan.png", attach=True)
    if "_pdf" in value:
        return InputFile(draw(value["_pdf"]), filename=value["filename"], attach=True)
    return {name: _loaded(one, files) for name, one in value.items()}


async def _fetch(bot: Bot, files: FileStore, params: dict[str, Any]) -> Result:
    """Download a photo, check it, keep the copy: its key and measures, or the problem, are the answer."""
    try:
        found = await bot.do_api_request("getFile", params)
    except BadRequest as error:
        too_big = "too big" in error.message.lower()
        return Result(Outcome.SENT, answer={"problem": "too_big" if too_big else "not_image"})
    try:
        data = await bot.request.retrieve(f"{bot.base_file_url}/{found['file_path']}", read_timeout=60)
    except InvalidToken:  # any 404 of the file server, says the client; the token was good a moment ago
        return Result(Outcome.SENT, answer={"problem": "unavailable"})

    def keep() -> dict[str, Any]:
        try:
            picture = prepare(bytes(data))
        except BadPicture as bad:
            return {"problem": bad.problem}
        files.put(picture.key, picture.data)
        # Where it was taken is compared with the pin by whoever asked for it, and kept nowhere on the way.
        return {"key": picture.key, "width": picture.width, "height": picture.height, "likeness": picture.likeness,
                "place": picture.place}

    return Result(Outcome.SENT, answer=await asyncio.get_running_loop().run_in_executor(_ONE_PICTURE, keep))
