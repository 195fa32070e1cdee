"""python-telegram-bot's client, as we use it: aiohttp below, our own addresses, and only Telegram's own answers."""

from __future__ import annotations

import json
import warnings
from typing import Any

from httpx_aiohttp import AiohttpTransport
from telegram import User
from telegram.error import EndPointNotFound, InvalidToken, NetworkError, TelegramError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.settings import Settings

# do_api_request sends a stored call as it is; it would rather be called by the method's own name each time.
warnings.filterwarnings("ignore", message="Please use 'Bot", category=UserWarning)


class NotTelegram(NetworkError):
    """Something else answered, such as a proxy with a page of its own: nobody knows what became of the call. The answer
    is not told: half of one of Telegram's may hold what a person wrote."""


class _Request(HTTPXRequest):
    async def do_request(self, url: str, method: str, *args: Any, **more: Any) -> tuple[int, bytes]:
        """The library takes a proxy's page for Telegram's own word ("403": blocked by the person, "401": the token),
        and writes an answer that it cannot read into the log."""
        code, payload = await super().do_request(url, method, *args, **more)
        if method == "POST" and not _of_telegram(code, payload):  # files are fetched by GET
            raise NotTelegram(f"HTTP {code}, which is no answer of the Bot API")
        return code, payload


def _of_telegram(code: int, payload: bytes) -> bool:
    try:
        answer = json.loads(payload.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return False
    return isinstance(answer, dict) and ("result" if 200 <= code <= 299 else "description") in answer


class _Bot(ExtBot[Any]):
    async def get_me(self, *args: Any, **more: Any) -> User:
        """Who we are.

        Raises:
            NotTelegram: what was answered is no bot.
        """
        try:
            me = await super().get_me(*args, **more)
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            raise NotTelegram("getMe answers no bot") from error
        if not isinstance(me.id, int) or not isinstance(me.username, str):
            raise NotTelegram("getMe answers no bot")
        return me


def _request(read_timeout: float) -> HTTPXRequest:
    return _Request(
        connection_pool_size=64, read_timeout=read_timeout, connect_timeout=10, write_timeout=20, pool_timeout=5,
        httpx_kwargs={"transport": AiohttpTransport()},
    )


def build_bot(settings: Settings) -> ExtBot[Any]:
    """A client for the settings' token and address; getUpdates has connections of its own.

    Raises:
        InvalidToken: the token has not even the shape of one.
    """
    return _Bot(
        settings.token.get_secret_value(), base_url=f"{settings.api_url}/bot",
        base_file_url=f"{settings.api_url}/file/bot", request=_request(20), get_updates_request=_request(40),
    )


def away(settings: Settings, error: TelegramError) -> str:
    """Why we cannot begin, in one line."""
    if isinstance(error, NotTelegram):
        return f"What answers at {settings.api_url} is not Telegram's Bot API; see BEDAH_API_URL."
    return f"Telegram cannot be reached at {settings.api_url}."


def token_refused(error: TelegramError) -> bool:
    """Whether Telegram does not accept the token: once initialised, the client calls that "endpoint not found"."""
    cause = error.__cause__ if isinstance(error, EndPointNotFound) else error
    return isinstance(cause, InvalidToken) and "unauthorized" in cause.message.lower()


async def close_bot(bot: ExtBot[Any]) -> None:
    """Let go of all connections, also of a client that never came to be initialised (its own shutdown does not)."""
    await bot.shutdown()
    for request in bot._request:
        await request.shutdown()
