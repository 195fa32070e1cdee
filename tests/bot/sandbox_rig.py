"""What the sandbox's tests share: a running sandbox, and python-telegram-bot as its client."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.request import HTTPXRequest

from bot.sandbox import Group, Person, SandboxThread
from tests.bot.waiting import PATIENCE

T = TypeVar("T")
EVIL = "<img src=x onerror=document.title='hacked'>"


@contextmanager
def running(**options: Any) -> Iterator[SandboxThread]:
    with SandboxThread(**options) as box:
        yield box


@contextmanager
def kept_free(port: int = 0) -> Iterator[int]:
    """A port of ours, 0: any, that nobody is given meanwhile. Whoever asks for it by its number may listen there."""
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", port))
        yield int(held.getsockname()[1])


def as_bot(box: SandboxThread, work: Callable[[Bot], Awaitable[T]], read_timeout: float = PATIENCE) -> T:
    """Runs `work` with a real client, in an event loop of its own."""

    async def go() -> T:
        sandbox = box.sandbox
        request = HTTPXRequest(read_timeout=read_timeout, connect_timeout=PATIENCE, write_timeout=PATIENCE,
                               pool_timeout=PATIENCE, httpx_kwargs={"trust_env": False})
        bot = Bot(sandbox.token, sandbox.base_url, sandbox.file_url, request=request, get_updates_request=request)
        async with bot:
            return await work(bot)

    return asyncio.run(go())


def call(box: SandboxThread, method: str, **params: Any) -> dict[str, Any]:
    """One raw call with a JSON body: the whole answer."""
    address = f"{box.sandbox.base_url}{box.sandbox.token}/{method}"
    answer: dict[str, Any] = httpx.post(address, json=params, timeout=PATIENCE, trust_env=False).json()
    return answer


def result(box: SandboxThread, method: str, **params: Any) -> Any:
    """One raw call that must succeed: its result."""
    answer = call(box, method, **params)
    assert answer["ok"], answer
    return answer["result"]


def refusal(box: SandboxThread, method: str, **params: Any) -> str:
    """One raw call that must be refused: the description."""
    answer = call(box, method, **params)
    assert not answer["ok"], answer
    return str(answer["description"])


def inline(*rows: dict[str, str]) -> InlineKeyboardMarkup:
    """Rows of text: callback data."""
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(text, callback_data=data) for text, data in row.items()] for row in rows]
    )


class Town:
    """A sandbox with people, and a bot that answers everything."""

    def __init__(self, box: SandboxThread) -> None:
        self.box = box
        self.sandbox = box.sandbox
        self.sari: Person = self.sandbox.add_person("Sari", "sari_s", note="petugas survei")
        self.evil: Person = self.sandbox.add_person(EVIL)
        self.group: Group = self.sandbox.add_group("Tim Bedah", [self.sari, self.evil])
        self.over = threading.Event()
        self.bot = threading.Thread(target=self.answer, daemon=True)
        self.bot.start()

    def answer(self) -> None:
        offset = 0
        while not self.over.is_set():
            for update in result(self.box, "getUpdates", offset=offset, timeout=1):
                offset = update["update_id"] + 1
                if query := update.get("callback_query"):
                    alert = query["data"] == "alert"
                    result(
                        self.box,
                        "answerCallbackQuery",
                        callback_query_id=query["id"],
                        text="Tercatat",
                        show_alert=alert,
                    )
                elif text := update.get("message", {}).get("text"):
                    self.say(update["message"]["chat"]["id"], f"Anda menulis {text}")

    def say(self, chat: int, text: str, **more: Any) -> dict[str, Any]:
        sent: dict[str, Any] = result(self.box, "sendMessage", chat_id=chat, text=text, **more)
        return sent
