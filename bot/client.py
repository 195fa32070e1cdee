"""python-telegram-bot's client, as we use it: aiohttp below, our own addresses."""

from __future__ import annotations

import warnings
from typing import Any

from httpx_aiohttp import AiohttpTransport
from telegram.error import EndPointNotFound, InvalidToken, TelegramError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.settings import Settings

# do_api_request sends a stored call as it is; it would rather be called by the method's own name each time.
warnings.filterwarnings("ignore", message="Please use 'Bot", category=UserWarning)


def _request(read_timeout: float) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=64, read_timeout=read_timeout, connect_timeout=10, write_timeout=20, pool_timeout=5,
        httpx_kwargs={"transport": AiohttpTransport()},
    )


def build_bot(settings: Settings) -> ExtBot[Any]:
    """A client for the settings' token and address; getUpdates has connections of its own.

    Raises:
        InvalidToken: the token has not even the shape of one.
    """
    return ExtBot(
        settings.token.get_secret_value(), base_url=f"{settings.api_url}/bot",
        base_file_url=f"{settings.api_url}/file/bot", request=_request(20), get_updates_request=_request(40),
    )


def token_refused(error: TelegramError) -> bool:
    """Whether Telegram does not accept the token: once initialised, the client calls that "endpoint not found"."""
    cause = error.__cause__ if isinstance(error, EndPointNotFound) else error
    return isinstance(cause, InvalidToken) and "unauthorized" in cause.message.lower()


async def close_bot(bot: ExtBot[Any]) -> None:
    """Let go of all connections, also of a client that never came to be initialised (its own shutdown does not)."""
    await bot.shutdown()
    for request in bot._request:
        await request.shutdown()
