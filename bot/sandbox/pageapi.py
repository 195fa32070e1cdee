"""What the page talks to: the state, a websocket of changes, actions, pictures."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from tornado.web import HTTPError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from bot.sandbox.actions import ACTIONS, act
from bot.sandbox.errors import ApiError, SandboxError
from bot.sandbox.media import house_photo
from bot.sandbox.security import LocalOnly, same_origin
from bot.sandbox.view import chat_view, chats, state

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox
    from bot.sandbox.server import Server

GATHER = 0.03  # seconds of changes sent at once
INLINE_IMAGES = {"image/jpeg", "image/png", "image/webp"}


class Watchers:
    """The open pages: each is sent the chats that changed."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.sockets: set[SocketHandler] = set()
        self.sent: dict[str, str] = {}
        self.timer: asyncio.TimerHandle | None = None

    def changed(self) -> None:
        """Something did. Call it in the loop."""
        if self.sockets and self.timer is None:
            self.timer = asyncio.get_running_loop().call_later(GATHER, self._send)

    def _send(self) -> None:
        self.timer = None
        changed = []
        with self.sandbox.world.lock:
            for chat in chats(self.sandbox):
                text = json.dumps(chat_view(self.sandbox, chat))
                if self.sent.get(chat.key) != text:
                    self.sent[chat.key] = text
                    changed.append(text)
            until = [chat.action_until for chat in chats(self.sandbox) if chat.action]
            now = self.sandbox.world.clock()
        if changed:
            message = '{"chats":[' + ",".join(changed) + "]}"
            for socket in list(self.sockets):
                socket.push(message)
        if ends := [end - now for end in until if end > now]:  # the typing mark goes out by itself
            asyncio.get_running_loop().call_later(min(ends) + 0.1, self.changed)

    def close(self) -> None:
        """Closes every page's socket."""
        for socket in list(self.sockets):
            socket.close(1001)


class PageRequest(LocalOnly):
    """A request of the page."""

    def initialize(self, server: Server) -> None:
        """Tornado's constructor."""
        self.server = server
        self.sandbox = server.sandbox

    def set_default_headers(self) -> None:
        """Never kept, never guessed at."""
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")


class StateHandler(PageRequest):
    """GET /sandbox/state."""

    def get(self) -> None:
        """All chats, the bot and the guide."""
        self.finish(state(self.sandbox))


class ActionHandler(PageRequest):
    """POST /sandbox/<action> with a JSON body; the content type keeps other sites' forms out."""

    def post(self, name: str) -> None:
        """200 {"ok": true, …}, or 400 {"ok": false, "reason": …}."""
        if not self.request.headers.get("Content-Type", "").startswith("application/json"):
            raise HTTPError(415)
        if name not in ACTIONS:
            raise HTTPError(404)
        try:
            body = json.loads(self.request.body or b"{}")
            if not isinstance(body, dict):
                raise SandboxError("the body must be an object")
            self.finish({"ok": True, "result": act(self.sandbox, name, body)})
        except (SandboxError, ApiError, ValueError) as problem:
            self.set_status(400)
            self.finish({"ok": False, "reason": getattr(problem, "description", str(problem))})


class FileHandler(PageRequest):
    """GET /sandbox/file/<file_id>: a picture to look at, anything else to save."""

    def get(self, file_id: str) -> None:
        """The bytes."""
        file = self.sandbox.world.files.by_id.get(file_id)
        if file is None:
            raise HTTPError(404)
        shown = file.mime in INLINE_IMAGES
        self.set_header("Content-Type", file.mime if shown else "application/octet-stream")
        if not shown:
            self.set_header("Content-Disposition", "attachment")
        self.set_header("Cache-Control", "private, max-age=86400, immutable")
        self.finish(file.data)


class SampleHandler(PageRequest):
    """GET /sandbox/sample/<n>.jpg: a drawn house."""

    def get(self, seed: str) -> None:
        """A JPEG."""
        self.set_header("Content-Type", "image/jpeg")
        self.finish(house_photo(int(seed)))


class SocketHandler(PageRequest, WebSocketHandler):
    """The page's websocket: first everything, then each chat that changes."""

    def check_origin(self, origin: str) -> bool:
        """Only the sandbox's own page."""
        return same_origin(origin, self.request.host)

    def open(self, *_args: Any, **_kwargs: Any) -> None:
        """Sends the state as it is now."""
        self.server.watchers.sockets.add(self)
        self.push(json.dumps(state(self.sandbox)))

    def on_message(self, message: str | bytes) -> None:
        """The page says nothing here: actions are POSTs."""

    def on_close(self) -> None:
        """The page went away."""
        self.server.watchers.sockets.discard(self)

    def push(self, message: str) -> None:
        """Sends, unless the page is gone."""
        try:
            self.write_message(message)
        except WebSocketClosedError:
            self.server.watchers.sockets.discard(self)
