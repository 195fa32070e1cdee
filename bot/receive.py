"""Receiving by long polling: each batch is stored before the next call confirms it (decision 2)."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.exc import DBAPIError
from telegram import Bot
from telegram.error import Conflict, RetryAfter, TelegramError

from bot.client import NotTelegram, token_refused
from bot.errors import MustStop
from bot.logs import place
from storage import inbox
from storage.errors import CommitUnknown
from storage.store import Store, why

log = logging.getLogger("bedah.receive")

# What we ask for; the rest is never sent.
ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]
POLL_SECONDS = 25
SILENCE_SECONDS = 90
_LONGEST_PAUSE, _LONGEST_WAIT = 15.0, 600.0


class Poller:
    """Our own small loop instead of PTB's ``Updater``, which confirms what it only holds in memory."""

    def __init__(self, bot: Bot, store: Store, bot_id: int, now: Callable[[], datetime], wake: Callable[[], None],
                 *, silence: float = SILENCE_SECONDS) -> None:
        self._bot, self._store, self._bot_id, self._now, self._wake = bot, store, bot_id, now, wake
        self._silence = silence
        self._offset: int | None = None

    async def run(self) -> None:
        """Receive until cancelled. Cancelling loses nothing: what was not stored was not confirmed.

        Raises:
            MustStop: nothing could be received for 90 s, or the token is not accepted any more.
        """
        heard, pause = time.monotonic(), 0.5
        while True:
            try:
                updates = await self._get()
                heard = time.monotonic()
                await self._keep(updates)
                pause = 0.5
                continue
            except RetryAfter as error:
                wait = error.retry_after if isinstance(error.retry_after, int) else error.retry_after.total_seconds()
                log.warning("getUpdates must wait %s s", wait)
                await asyncio.sleep(min(float(wait), _LONGEST_WAIT))
                continue
            except Conflict:
                log.warning("another program receives for this token, or a webhook is set; trying again")
            except TelegramError as error:
                if token_refused(error):
                    raise MustStop("Telegram does not accept the token any more") from error
                log.warning("getUpdates failed: %s", type(error).__name__)
            except (DBAPIError, CommitUnknown) as error:
                # The database failed: neither confirmed nor given up; the same batch comes again.
                log.error("updates could not be stored: %s", why(error))
                heard = time.monotonic()
            except Exception as error:
                # Whatever else: the loop goes on, and ends with a reason if it never gets better.
                log.error("updates could not be received: %s", type(error).__name__, exc_info=place(error))
            if time.monotonic() - heard > self._silence:
                raise MustStop(f"nothing received from Telegram for {self._silence:.0f} s")
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _get(self) -> list[dict[str, Any]]:
        params: dict[str, Any] = {"timeout": POLL_SECONDS, "limit": 100, "allowed_updates": ALLOWED}
        if self._offset is not None:
            params["offset"] = self._offset
        found = await self._bot.do_api_request("getUpdates", params, read_timeout=POLL_SECONDS + 10)
        if not isinstance(found, list):
            raise NotTelegram("getUpdates answers no list")
        updates = [one for one in found if isinstance(one, dict) and isinstance(one.get("update_id"), int)]
        if found and not updates:  # asked for again at once, they would come again at once
            raise NotTelegram("getUpdates answers no updates")
        return updates

    async def _keep(self, updates: list[dict[str, Any]]) -> None:
        if not updates:
            return
        now, fit = self._now(), [one for one in updates if inbox.fits(one)]
        if len(fit) < len(updates):  # no try would store them: they keep nobody else's waiting
            log.error("%s updates with a number that is none of Telegram's were passed over", len(updates) - len(fit))
        await self._store.do(lambda session: inbox.receive(session, self._bot_id, fit, now), repeatable=True)
        self._offset = max(one["update_id"] for one in updates) + 1
        self._wake()
