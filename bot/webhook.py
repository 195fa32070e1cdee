"""Receiving by webhook: an update is stored before Telegram gets its 200 (decision 2)."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from storage import inbox
from storage.store import Store, why

log = logging.getLogger("bedah.webhook")

PATH = "/telegram"
_MAX_BYTES = 1_000_000
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (the name of a header)


class _Update(RequestHandler):
    def initialize(self, keep: Callable[[dict[str, Any]], Any], secret: str) -> None:
        self._keep, self._secret = keep, secret

    async def post(self) -> None:
        given = self.request.headers.get(_SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            self.send_error(403)
            return
        try:
            update = orjson.loads(self.request.body)
            if not inbox.fits(update):
                raise ValueError("no update_id")
        except (ValueError, AttributeError):
            self.send_error(400)
            return
        try:
            await self._keep(update)
        except Exception as error:
            # Not stored, so not accepted: Telegram sends it again.
            log.error("an update could not be stored: %s", why(error))
            self.send_error(503)
            return
        self.set_status(200)

    def write_error(self, status_code: int, **_kwargs: Any) -> None:
        self.finish()  # no page, no traceback


class Webhook:
    """A small HTTP server behind the city's TLS proxy. Any number of processes may run it."""

    def __init__(self, store: Store, bot_id: int, secret: str, now: Callable[[], datetime],
                 wake: Callable[[], None]) -> None:
        async def keep(update: dict[str, Any]) -> None:
            await store.do(lambda session: inbox.receive(session, bot_id, [update], now()), repeatable=True)
            wake()

        routes = [(PATH, _Update, {"keep": keep, "secret": secret})]
        self._server = HTTPServer(Application(routes), max_body_size=_MAX_BYTES, max_buffer_size=_MAX_BYTES)
        self.port = 0

    def listen(self, address: str, port: int) -> None:
        """Begin to receive; port 0 takes a free one.

        Raises:
            OSError: the port is taken.
        """
        self._server.listen(port, address)
        for sock in self._server._sockets.values():
            self.port = sock.getsockname()[1]

    async def stop(self) -> None:
        """Finish what is in hand, accept nothing new."""
        self._server.stop()
        await self._server.close_all_connections()
