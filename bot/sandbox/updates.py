"""getUpdates with long polling, and the webhook: how the bot learns what people do."""

import asyncio
import ipaddress
import json
import re
import socket
from urllib.parse import urlsplit

from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.model import Json
from bot.sandbox.params import METHODS, Params, method
from bot.sandbox.world import World

MAX_WAIT = 50  # seconds a long poll is held at most
MAX_BACKOFF = 5.0  # seconds between attempts at a webhook


def conflict(reason: str) -> ApiError:
    """409."""
    return ApiError(409, f"Conflict: {reason}")


class Updates:
    """Hands the world's update queue to whoever asks: one long poll, or the webhook. Lives in the server's loop."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.poll: asyncio.Future[None] | None = None
        self.waiting = False  # whether a long poll is being held
        self.wake = asyncio.Event()
        self.pusher: asyncio.Task[None] | None = None

    def changed(self) -> None:
        """There may be new updates. Call it in the loop."""
        self.wake.set()

    async def get(self, params: Params, gone: asyncio.Event) -> list[Json]:
        """getUpdates. Raises ApiError 409 when a webhook is set or another poll comes; `gone`: the client left."""
        world = self.world
        if world.webhook.get("url"):
            raise conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        if self.poll is not None and not self.poll.done():
            self.poll.set_exception(
                conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
            )
        self.poll = turn = asyncio.get_running_loop().create_future()
        turn.add_done_callback(lambda done: done.cancelled() or done.exception())
        limit = min(max(params.integer("limit", 100), 1), 100)
        offset = params.integer("offset")
        deadline = asyncio.get_running_loop().time() + min(params.integer("timeout"), MAX_WAIT)
        with world.lock:
            world.allow(params.json("allowed_updates"))
            if offset < 0 and world.updates:
                offset = max(world.updates[0]["update_id"], world.updates[-1]["update_id"] + 1 + offset)
            if offset > 0:
                world.confirm(offset)
        announced = False
        try:
            while True:
                self.wake.clear()
                if turn.done():
                    turn.result()
                with world.lock:
                    batch = [update for update, _ in zip(world.updates, range(limit), strict=False)]
                left = deadline - asyncio.get_running_loop().time()
                if batch or left <= 0 or gone.is_set():
                    return batch
                if not announced:  # once: each change wakes this loop too
                    self.waiting = announced = True
                    world.changed()
                waiting = [asyncio.ensure_future(self.wake.wait()), asyncio.ensure_future(gone.wait())]
                await asyncio.wait([*waiting, turn], timeout=left, return_when=asyncio.FIRST_COMPLETED)
                for task in waiting:
                    task.cancel()
        finally:
            if self.poll is turn:
                self.waiting = False

    def webhook_set(self) -> None:
        """Starts or stops pushing after setWebhook or deleteWebhook."""
        if self.poll is not None and not self.poll.done() and self.world.webhook.get("url"):
            self.poll.set_exception(conflict("terminated by setWebhook request"))
        self.stop()
        if self.world.webhook.get("url"):
            self.pusher = asyncio.get_running_loop().create_task(self._push())

    def stop(self) -> None:
        """Ends pushing; the webhook stays set."""
        if self.pusher is not None:
            self.pusher.cancel()
            self.pusher = None

    async def _push(self) -> None:
        """POSTs updates one after the other, each until it is answered with 2xx."""
        world, client, backoff = self.world, AsyncHTTPClient(force_instance=True), 0.1
        try:
            while True:
                self.wake.clear()
                update = world.updates[0] if world.updates else None
                if update is None:
                    await self.wake.wait()
                    continue
                headers = {"Content-Type": "application/json"}
                if world.webhook.get("secret_token"):
                    headers["X-Telegram-Bot-Api-Secret-Token"] = world.webhook["secret_token"]
                request = HTTPRequest(
                    world.webhook["url"],
                    "POST",
                    headers,
                    json.dumps(update),
                    request_timeout=60,
                    follow_redirects=False,
                )
                problem, body = await _attempt(client, request)
                if problem:
                    world.webhook |= {"last_error_date": int(world.clock()), "last_error_message": problem}
                    await asyncio.sleep(backoff)
                    backoff = min(backoff * 2, MAX_BACKOFF)
                    continue
                backoff = 0.1
                with world.lock:
                    world.confirm(update["update_id"] + 1)
                _answer_in_webhook(world, body)
        finally:
            client.close()


async def _attempt(client: AsyncHTTPClient, request: HTTPRequest) -> tuple[str, bytes]:
    """("", body) of a 2xx answer; otherwise what went wrong, in Telegram's words."""
    try:
        response = await client.fetch(request, raise_error=False)
    except OSError as problem:
        return f"Connection failed: {problem}", b""
    if response.code == 599:
        return f"Connection failed: {response.reason}", b""
    if not 200 <= response.code < 300:
        return f"Wrong response from the webhook: {response.code} {response.reason}", b""
    return "", response.body or b""


def _answer_in_webhook(world: World, body: bytes) -> None:
    """A webhook may answer with one method call; its outcome is told to nobody."""
    try:
        call = json.loads(body)
        function = METHODS[str(call.pop("method")).lower()]
        function(world, Params(call))
    except (ValueError, KeyError, AttributeError, ApiError):
        return


@method("setWebhook")
def set_webhook(world: World, params: Params) -> bool:
    """Where updates go. The sandbox pushes to loopback addresses only, with or without TLS."""
    url = params.text("url")
    secret = params.text("secret_token")
    if url:
        _check_webhook(url)
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    world.allow(params.json("allowed_updates"))
    if params.flag("drop_pending_updates"):
        world.updates.clear()
    connections = params.integer("max_connections", 40)
    world.webhook = {"url": url, "secret_token": secret, "max_connections": connections} if url else {}
    return True


def _check_webhook(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    try:
        address = ipaddress.ip_address(
            socket.gethostbyname(parts.hostname) if parts.hostname == "localhost" else parts.hostname
        )
    except (ValueError, OSError):
        raise bad_request("bad webhook: Failed to resolve host: the sandbox knows loopback only") from None
    if not address.is_loopback:
        raise bad_request(f"bad webhook: IP address {address} is not loopback, which is all the sandbox may reach")


@method("deleteWebhook")
def delete_webhook(world: World, params: Params) -> bool:
    """Back to getUpdates."""
    if params.flag("drop_pending_updates"):
        world.updates.clear()
    world.webhook = {}
    return True


@method("getWebhookInfo")
def get_webhook_info(world: World, _params: Params) -> Json:
    """The Bot API `WebhookInfo`."""
    info = {key: value for key, value in world.webhook.items() if key != "secret_token"}
    if world.allowed_updates:
        info["allowed_updates"] = world.allowed_updates
    return {"url": "", "has_custom_certificate": False, "pending_update_count": len(world.updates), **info}
