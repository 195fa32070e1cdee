"""The HTTP side: Bot API calls, file downloads and the page, on 127.0.0.1 only."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler, StaticFileHandler

from bot.sandbox import methods_bot, methods_chat, methods_edit, methods_send
from bot.sandbox.errors import ApiError
from bot.sandbox.pageapi import ActionHandler, FileHandler, SampleHandler, SocketHandler, StateHandler, Watchers
from bot.sandbox.params import METHODS, Params, Upload
from bot.sandbox.security import LocalOnly
from bot.sandbox.updates import Updates
from bot.sandbox.world import Call

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

PAGE = Path(__file__).with_name("page")
HOLD = 300  # seconds after which a call held by a "timeout" fault is closed
KNOWN = (methods_bot, methods_chat, methods_edit, methods_send)  # importing them registers their methods


class Server:
    """Listens for the bot and for the page; lives in the loop that started it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.world = sandbox.world
        self.updates = Updates(self.world)
        self.watchers = Watchers(sandbox)
        self.port = 0
        self.http: HTTPServer | None = None
        self.loop: asyncio.AbstractEventLoop | None = None

    async def start(self, port: int) -> None:
        """Binds and listens."""
        common: dict[str, Any] = {"server": self}
        app = Application(
            [
                (r"/bot([^/]+)/(\w+)", BotHandler, common),
                (r"/file/bot([^/]+)/(.+)", DownloadHandler, common),
                (r"/sandbox/state", StateHandler, common),
                (r"/sandbox/ws", SocketHandler, common),
                (r"/sandbox/file/([\w-]+)", FileHandler, common),
                (r"/sandbox/sample/(\d{1,6})\.jpg", SampleHandler, common),
                (r"/sandbox/(\w+)", ActionHandler, common),
                (r"/()", PageHandler, {"path": str(PAGE), "default_filename": "index.html"}),
                (r"/([a-z]+\.(?:js|css))", PageHandler, {"path": str(PAGE)}),
            ],
            default_handler_class=NotFoundHandler,
            log_function=lambda handler: None,
            websocket_ping_interval=20,
        )
        sockets = bind_sockets(port, "127.0.0.1")
        self.loop = asyncio.get_running_loop()
        self.http = HTTPServer(app, max_buffer_size=64 * 1024 * 1024, max_body_size=64 * 1024 * 1024)
        self.http.add_sockets(sockets)
        self.port = sockets[0].getsockname()[1]
        self.world.listeners.append(self._changed)
        self.updates.webhook_set()

    async def stop(self) -> None:
        """Stops listening and closes what is open."""
        if self.http is None:
            return
        self.world.listeners.remove(self._changed)
        self.updates.stop()
        self.watchers.close()
        self.http.stop()
        await self.http.close_all_connections()
        self.http = None

    def _changed(self) -> None:
        """A listener of the world, called in any thread."""
        if self.loop is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        self.updates.changed()
        self.watchers.changed()


class NotFoundHandler(LocalOnly):
    """What Telegram says about any other address."""

    def prepare(self) -> None:
        """Answers 404 whatever the verb."""
        super().prepare()
        if not self._finished:
            self.set_status(404)
            self.finish(ApiError(404, "Not Found").to_api())


class BotHandler(LocalOnly):
    """One Bot API call."""

    def initialize(self, server: Server) -> None:
        """Tornado's constructor."""
        self.server = server
        self.world = server.world
        self.gone = asyncio.Event()

    def on_connection_close(self) -> None:
        """The client went away."""
        self.gone.set()

    async def get(self, token: str, name: str) -> None:
        """Calls may be GET."""
        await self.call(token, name)

    async def post(self, token: str, name: str) -> None:
        """Or POST."""
        await self.call(token, name)

    async def call(self, token: str, name: str) -> None:
        """Handles faults, does the call, answers and remembers it."""
        try:
            if token != self.world.token:
                raise (
                    ApiError(401, "Unauthorized") if re.fullmatch(r"\d+:[\w-]+", token) else ApiError(404, "Not Found")
                )
            params = read_params(self)
        except ApiError as refusal:
            self.answer(refusal)
            return
        if self.server.sandbox.latency:
            await asyncio.sleep(self.server.sandbox.latency)
        fault = self.world.faults.take(name, params.text("chat_id"))
        if fault and (refusal_instead := fault.refusal()):
            self.remember(name, params, refusal_instead.to_api())
            self.answer(refusal_instead)
            return
        if fault and fault.kind in ("timeout", "drop_before"):
            if fault.kind == "timeout":
                await asyncio.wait([asyncio.ensure_future(self.gone.wait())], timeout=HOLD)
            self.hang_up()
            return
        try:
            result = await self.do(name, params)
        except ApiError as refusal:
            self.remember(name, params, refusal.to_api())
            if fault is None:
                self.answer(refusal)
                return
        else:
            self.remember(name, params, result)
        if fault and fault.kind == "drop_after":
            self.hang_up()
        elif fault:
            self.set_status(200)
            await self.finish("<html><body>Bad Gateway</body></html>")
        elif not self.gone.is_set():
            self.set_header("Content-Type", "application/json")
            await self.finish(json.dumps({"ok": True, "result": result}, ensure_ascii=False))

    async def do(self, name: str, params: Params) -> Any:
        """The method's result. Raises ApiError."""
        lower = name.lower()
        if lower == "getupdates":
            return await self.server.updates.get(params, self.gone)
        function = METHODS.get(lower)
        if function is None:
            raise ApiError(404, "Not Found: method not found")
        with self.world.lock:
            result = function(self.world, params)
        if lower in ("setwebhook", "deletewebhook"):
            self.server.updates.webhook_set()
        return result

    def remember(self, name: str, params: Params, result: Any) -> None:
        """Adds to the list of calls, except a getUpdates that brought nothing."""
        if result != [] or name.lower() != "getupdates":
            with self.world.lock:
                self.world.calls.append(Call(name, params.described(), result))
                self.world.changed()

    def answer(self, refusal: ApiError) -> None:
        """Sends a refusal."""
        self.set_status(refusal.code)
        if refusal.parameters and "retry_after" in refusal.parameters:
            self.set_header("Retry-After", str(refusal.parameters["retry_after"]))
        self.finish(refusal.to_api())

    def hang_up(self) -> None:
        """Closes the connection without an answer."""
        stream = getattr(self.request.connection, "stream", None) or self.detach()
        stream.close()


def read_params(handler: RequestHandler) -> Params:
    """Parameters of a request in any of the ways the Bot API takes them. Raises ApiError 400."""
    values: dict[str, Any] = {name: handler.get_argument(name, strip=False) for name in handler.request.arguments}
    if handler.request.headers.get("Content-Type", "").startswith("application/json") and handler.request.body:
        try:
            body = json.loads(handler.request.body)
        except ValueError:
            raise ApiError(400, "Bad Request: can't parse JSON object") from None
        values |= body if isinstance(body, dict) else {}
    uploads = {
        name: Upload(parts[0]["body"], parts[0]["filename"], parts[0]["content_type"])
        for name, parts in handler.request.files.items()
    }
    return Params(values, uploads)


class DownloadHandler(LocalOnly):
    """Downloads of what getFile named."""

    def initialize(self, server: Server) -> None:
        """Tornado's constructor."""
        self.server = server

    def get(self, token: str, path: str) -> None:
        """The bytes, or 404 without a word about why."""
        file = self.server.world.files.by_path.get(path)
        if token != self.server.world.token or file is None:
            raise HTTPError(404)
        self.set_header("Content-Type", "application/octet-stream")
        self.finish(file.data)


class PageHandler(LocalOnly, StaticFileHandler):
    """The page's own files."""

    def set_extra_headers(self, path: str) -> None:
        """Nothing from elsewhere, nothing framed, always the newest."""
        self.set_header("Cache-Control", "no-cache")
        self.set_header("X-Frame-Options", "DENY")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        )
