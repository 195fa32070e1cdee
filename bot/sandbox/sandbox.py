"""The sandbox: a Telegram of one's own on loopback, with invented people."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self, TypeVar

from bot.sandbox.faults import Fault, Kind
from bot.sandbox.group import Group
from bot.sandbox.keeping import Keeper
from bot.sandbox.model import Chat, Json, User
from bot.sandbox.person import Person
from bot.sandbox.server import Server
from bot.sandbox.world import FIRST_PERSON, Call, World

T = TypeVar("T")
SAVE_EVERY = 3  # seconds


class Sandbox:
    """A local Bot API server with people, groups and a chat page.

    `token`: invented when not given. `guide`: HTML, or steps of HTML, shown beside the chats (trusted: not from
    people). `strict_limits`: enforce Telegram's rate limits. `privacy_mode`: in groups the bot gets only what is
    meant for it. `latency`: seconds before each call is handled. `keep_calls`: length of `calls`.
    `sample_pin`: degrees near which the page drops its pins. `folder`: where chats are kept between runs: look into
    `people` before adding someone again, and give the same `token`.
    """

    def __init__(
        self, token: str | None = None, *, bot_name: str = "Bedah Rumah", bot_username: str = "bedah_coba_bot",
        guide: str | Sequence[str] = "", strict_limits: bool = False, privacy_mode: bool = True, latency: float = 0.0,
        keep_calls: int = 20_000, sample_pin: tuple[float, float] = (-6.3432, 106.7381), folder: Path | None = None,
    ) -> None:  # fmt: skip
        self.token = token or f"1000001:AA{secrets.token_urlsafe(25)}"
        self.world = World(
            self.token, bot_name=bot_name, bot_username=bot_username, privacy_mode=privacy_mode,
            strict_limits=strict_limits, keep_calls=keep_calls,
        )  # fmt: skip
        self.guide = guide
        self.latency = latency
        self.sample_pin = sample_pin
        self.people: dict[str, Person] = {}  # by key, in the order added
        self.groups: dict[str, Group] = {}
        self.server = Server(self)
        self._saving: asyncio.Task[None] | None = None
        self.keeper = Keeper(self, folder) if folder else None
        if self.keeper:
            self.keeper.load()

    # -- running --------------------------------------------------------------------------------------------

    async def start(self, port: int = 0) -> None:
        """Listens on 127.0.0.1 in this event loop; 0 takes a free port. Raises OSError when it is taken."""
        await self.server.start(port)
        if self.keeper:
            self._saving = asyncio.create_task(self._save_now_and_then())

    async def stop(self) -> None:
        """Closes all connections. People and messages stay, for another `start`."""
        await self.server.stop()
        if self._saving:
            self._saving.cancel()
        if self.keeper:
            await asyncio.to_thread(self.keeper.save)

    async def _save_now_and_then(self) -> None:
        while self.keeper:
            await asyncio.sleep(SAVE_EVERY)
            await asyncio.to_thread(self.keeper.save)

    @property
    def port(self) -> int:
        """The port it listens on, 0 before `start`."""
        return self.server.port

    @property
    def base_url(self) -> str:
        """For python-telegram-bot's `base_url`."""
        return f"http://127.0.0.1:{self.port}/bot"

    @property
    def file_url(self) -> str:
        """For python-telegram-bot's `base_file_url`."""
        return f"http://127.0.0.1:{self.port}/file/bot"

    @property
    def page_url(self) -> str:
        """The chat page."""
        return f"http://127.0.0.1:{self.port}/"

    # -- people ---------------------------------------------------------------------------------------------

    def add_person(
        self, name: str, username: str | None = None, language_code: str | None = "id", note: str = ""
    ) -> Person:
        """Someone with a Telegram account who has never written to the bot. `note` stands by the name on the page."""
        with self.world.lock:
            user = User(FIRST_PERSON + len(self.world.users), name, username, language_code)
            self.world.users[user.id] = user
            chat = Chat(user.id, "private", self.world.key_for(name), name, note, user)
            person = Person(self.world, user, self.world.new_chat(chat))
            self.people[chat.key] = person
            return person

    def add_group(
        self, title: str, members: Sequence[Person] = (), *, supergroup: bool = True, note: str = "",
        forum: bool = False,
    ) -> Group:  # fmt: skip
        """A group without the bot; the first member owns it. `forum`: a supergroup with topics."""
        with self.world.lock:
            kind = "supergroup" if supergroup else "group"
            key = self.world.key_for(title)
            chat = Chat(self.world.next_group_id(supergroup=supergroup), kind, key, title, note, bot_status="unknown",
                        is_forum=forum and supergroup)  # fmt: skip
            group = Group(self.world, self.world.new_chat(chat))
            self.groups[key] = group
            for person in members:
                group.add(person)
            return group

    # -- looking --------------------------------------------------------------------------------------------

    @property
    def calls(self) -> list[Call]:
        """Answered Bot API calls, oldest first; empty getUpdates are left out."""
        with self.world.lock:
            return list(self.world.calls)

    @property
    def pending_updates(self) -> list[Json]:
        """Updates that the bot has not confirmed."""
        with self.world.lock:
            return list(self.world.updates)

    @property
    def polling(self) -> bool:
        """Whether a long poll is waiting: the bot is up, and has taken what there was."""
        return self.server.updates.waiting

    @property
    def confirmed(self) -> int:
        """The highest offset that getUpdates has confirmed."""
        return self.world.confirmed

    def wait(self, predicate: Callable[[], T], timeout: float = 120) -> T:
        """Blocks this thread until `predicate()` is true; its value. Raises TimeoutError, showing the chats."""
        value: T = self.world.wait(predicate, timeout)
        return value

    async def wait_for(self, predicate: Callable[[], T], timeout: float = 120) -> T:  # noqa: ASYNC109 - as `wait`
        """Like `wait`, in an event loop."""
        loop, changed = asyncio.get_running_loop(), asyncio.Event()

        def listener() -> None:
            loop.call_soon_threadsafe(changed.set)

        self.world.listeners.append(listener)
        try:
            deadline = loop.time() + timeout
            while True:
                changed.clear()
                with self.world.lock:
                    if value := predicate():
                        return value
                try:
                    await asyncio.wait_for(changed.wait(), deadline - loop.time())
                except TimeoutError:
                    raise TimeoutError(self.world.picture()) from None
        finally:
            self.world.listeners.remove(listener)

    # -- trouble --------------------------------------------------------------------------------------------

    def fault(
        self, method: str | None = None, kind: Kind = "500", times: int | None = 1, chat: int | None = None,
        retry_after: int = 1,
    ) -> Fault:  # fmt: skip
        """Spoils the next `times` calls (None: all) of a method (None: any but getUpdates), see `Fault`."""
        with self.world.lock:
            return self.world.faults.add(kind, method, times, chat, retry_after)

    def clear_faults(self) -> None:
        """Removes all faults, and lets calls held by "timeout" go on unanswered."""
        with self.world.lock:
            self.world.faults.clear()


class SandboxThread:
    """A sandbox whose server runs in a thread of its own: `with SandboxThread() as box: box.sandbox…`."""

    def __init__(self, token: str | None = None, port: int = 0, **options: Any) -> None:
        self.sandbox = Sandbox(token, **options)
        self.loop = asyncio.new_event_loop()
        self._first_port = port
        self._thread = Thread(target=self._serve, name="sandbox", daemon=True)

    def _serve(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()
        self.loop.close()

    def __enter__(self) -> Self:
        self._thread.start()
        self.run(self.sandbox.start(self._first_port))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.run(self.sandbox.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)

    def run(self, work: Coroutine[Any, Any, T], timeout: float = 60) -> T:
        """Runs a coroutine in the server's loop and waits for its result."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout)

    def call(self, function: Callable[..., T], *arguments: Any) -> T:
        """Runs a function in the server's loop. The people's methods need no such care."""

        async def called() -> T:
            return function(*arguments)

        return self.run(called())

    def wait_for(self, predicate: Callable[[], T], timeout: float = 120) -> T:
        """`Sandbox.wait`."""
        return self.sandbox.wait(predicate, timeout)
