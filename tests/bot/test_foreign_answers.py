"""What answers at the address of the Bot API is something else: a page of a proxy, other JSON, numbers too large."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import Session, select

from bot.calls import Outcome, call
from bot.cli import _username
from bot.client import NotTelegram, build_bot, close_bot
from bot.errors import CannotStart
from bot.files import FileStore
from bot.receive import Poller
from bot.settings import Settings
from storage.inbox import Inbox
from storage.store import Store
from tests.bot.rig import bedah
from tests.builders import NOW

TOKEN = "123456789:" + "A" * 35
SAID = "Ibu Contoh, Gg. Contoh No. 7"


class _Answers(ThreadingHTTPServer):
    """Gives the same answer to every call."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.body, self.api = 200, b"", f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: _Answers

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", f"{self.server.api}/login")
        self.send_header("content-length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    do_GET = do_POST

    def log_message(self, format: str, *args: Any) -> None:
        """The test's output stays clean."""


@pytest.fixture
def answers() -> Iterator[_Answers]:
    server = _Answers()
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_another_program_is_named_in_one_line(tmp_path: Path, answers: _Answers) -> None:
    line = f"What answers at {answers.api} is not Telegram's Bot API; see BEDAH_API_URL."
    answers.body = b"[1, 2]"
    assert bedah("admin-link", folder=tmp_path, token=TOKEN, api_url=answers.api).stderr == f"bedah: {line}\n"
    settings = Settings(token=SecretStr(TOKEN), api_url=answers.api)
    for body in ('{"ok": true, "result": true}', '{"ok": true, "result": {"id": 1, "is_bot": true, "first_name": "x"}}',
                 "<html>Masuk</html>"):
        answers.body = body.encode()
        with pytest.raises(CannotStart, match="is not Telegram's"):
            asyncio.run(_username(settings))


@pytest.mark.parametrize(("status", "body"), [
    (403, f"<html>{SAID}</html>"), (401, "<html>Unauthorized</html>"), (404, "[]"), (400, "chat not found"),
    (302, ""), (200, f'{{"ok": true, "result": {{"text": "{SAID}'), (200, "[1]"), (200, '{"ok": true}')])
def test_a_page_is_no_word_of_telegrams(
    tmp_path: Path, answers: _Answers, caplog: pytest.LogCaptureFixture, status: int, body: str
) -> None:
    """Nobody is taken for gone, and the token for refused, because of a proxy; what was said is not in the log."""
    answers.status, answers.body = status, body.encode()

    async def send(bot: Any) -> Any:
        return await call(bot, FileStore(tmp_path.as_uri()), "sendMessage", {"chat_id": 5, "text": SAID})

    with caplog.at_level(logging.INFO):
        result = _with_bot(answers, send)
    assert (result.outcome, result.problem) == (Outcome.UNKNOWN, "NotTelegram")
    assert SAID not in caplog.text
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]


def _with_bot(answers: _Answers, work: Callable[[Any], Any]) -> Any:
    async def go() -> Any:
        bot = build_bot(Settings(token=SecretStr(TOKEN), api_url=answers.api))
        try:
            return await work(bot)
        finally:
            await close_bot(bot)

    return asyncio.run(go())


def test_an_update_that_cannot_be_stored_holds_back_nobody_elses(database: Store, answers: _Answers) -> None:
    """A number beyond 64 bits: the others of the batch are kept, and it does not come again."""
    numbers = (7, 2**63, 8)
    answers.body = json.dumps({"ok": True, "result": [
        {"update_id": number, "message": {"chat": {"id": 2**70 + number}}} for number in numbers]}).encode()

    async def receive(bot: Any) -> int | None:
        poller = Poller(bot, database, 1, lambda: NOW, lambda: None)
        await poller._keep(await poller._get())
        offset = poller._offset
        for body in ({}, "", True, [1, 2], [{"update_id": "x"}]):
            answers.body = json.dumps({"ok": True, "result": body}).encode()
            with pytest.raises(NotTelegram):  # and so a pause before the next look
                await poller._get()
        return offset

    assert _with_bot(answers, receive) == 2**63 + 1
    assert database.run(_stored) == [(7, 0), (8, 0)]


def _stored(session: Session) -> list[tuple[int, int]]:
    return list(session.exec(select(Inbox.update_id, Inbox.chat_key).order_by(Inbox.update_id)))  # type: ignore[arg-type]
