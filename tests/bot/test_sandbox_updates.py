"""How the sandbox hands out updates, and the failures it can inject."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest
from telegram import Bot, Update
from telegram.error import Conflict, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.ext import Application, CallbackQueryHandler, ContextTypes, MessageHandler, filters

from bot.sandbox import Person, Press, SandboxThread
from tests.bot.sandbox_rig import as_bot, call, inline, kept_free, refusal, result, running
from tests.bot.waiting import PATIENCE

LONGEST = 50  # seconds for which a poll is held


@pytest.fixture
def box() -> Iterator[SandboxThread]:
    with running() as box:
        yield box


@pytest.fixture
def sari(box: SandboxThread) -> Person:
    return box.sandbox.add_person("Sari", "sari_s")


def ids(updates: list[dict[str, Any]]) -> list[int]:
    return [update["update_id"] for update in updates]


def test_only_an_offset_confirms(box: SandboxThread, sari: Person) -> None:
    for text in ("/start", "satu", "dua"):
        sari.says(text)
    first = ids(result(box, "getUpdates"))
    assert len(first) == 3
    assert ids(result(box, "getUpdates", limit=2)) == first[:2]
    assert box.sandbox.confirmed == 0
    assert ids(result(box, "getUpdates", offset=first[1])) == first[1:]
    assert box.sandbox.confirmed == first[1]
    assert ids(result(box, "getUpdates", offset=-1)) == first[2:]
    assert result(box, "getUpdates", offset=first[2] + 1) == []
    assert box.sandbox.pending_updates == []


def test_a_long_poll_ends_when_something_happens(box: SandboxThread, sari: Person) -> None:
    with ThreadPoolExecutor(1) as beside:
        poll = beside.submit(result, box, "getUpdates", timeout=LONGEST)
        box.wait_for(lambda: box.sandbox.polling)
        assert not poll.done()
        began = time.monotonic()
        sari.says("/start")
        assert len(poll.result(PATIENCE)) == 1
        assert time.monotonic() - began < LONGEST - 5


def test_a_second_long_poll_ends_the_first(box: SandboxThread) -> None:
    with ThreadPoolExecutor(1) as beside:
        first = beside.submit(call, box, "getUpdates", timeout=LONGEST)
        box.wait_for(lambda: box.sandbox.polling)
        assert result(box, "getUpdates", timeout=0) == []
        answer = first.result(PATIENCE)
    assert answer["error_code"] == 409
    assert answer["description"] == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )


def test_only_the_kinds_that_were_asked_for(box: SandboxThread, sari: Person) -> None:
    result(box, "getUpdates", allowed_updates=["callback_query"])
    sari.says("/start")
    assert box.sandbox.pending_updates == []
    result(box, "getUpdates", allowed_updates=[])
    sari.says("lagi")
    assert len(result(box, "getUpdates")) == 1


def test_a_whole_application_talks_to_people(box: SandboxThread, sari: Person) -> None:
    async def said(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        await update.message.reply_html("<b>Benar?</b>", reply_markup=inline({"Ya, benar": "yes"}))

    async def pressed(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.callback_query is not None
        await update.callback_query.answer("Tersimpan", show_alert=True)
        await update.callback_query.edit_message_text("Tersimpan.")

    async def go() -> None:
        sandbox = box.sandbox
        app = Application.builder().token(sandbox.token).base_url(sandbox.base_url).build()
        app.add_handler(MessageHandler(filters.TEXT, said))
        app.add_handler(CallbackQueryHandler(pressed))
        async with app:
            assert app.updater is not None
            await app.start()
            await app.updater.start_polling()
            sari.says("/start")
            await sandbox.wait_for(lambda: sari.last and sari.last.labels == ["Ya, benar"])
            press = sari.presses("benar")
            assert isinstance(press, Press)
            await sandbox.wait_for(lambda: sari.last and sari.last.html == "Tersimpan.")
            assert (press.text, press.alert, sari.toasts) == ("Tersimpan", True, ["Tersimpan"])
            await app.updater.stop()
            await app.stop()

    asyncio.run(go())


def test_a_query_is_answered_once_and_soon(box: SandboxThread, sari: Person) -> None:
    sari.says("/start")
    markup = {"inline_keyboard": [[{"text": "Ya", "callback_data": "y"}]]}
    result(box, "sendMessage", chat_id=sari.id, text="x", reply_markup=markup)
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    press = sari.presses("y")
    assert isinstance(press, Press)
    result(box, "answerCallbackQuery", callback_query_id=press.id)
    assert refusal(box, "answerCallbackQuery", callback_query_id=press.id) == too_old
    late = sari.presses("Ya")
    assert isinstance(late, Press)
    late.at -= 3600
    assert refusal(box, "answerCallbackQuery", callback_query_id=late.id) == too_old


class Receiver:
    """A webhook endpoint that fails its first requests."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.got: list[tuple[str | None, dict[str, Any]]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                receiver.got.append((self.headers["X-Telegram-Bot-Api-Secret-Token"], body))
                receiver.failures -= 1
                self.send_response(500 if receiver.failures >= 0 else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def __enter__(self) -> "Receiver":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_args: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def test_a_webhook_gets_each_update_until_it_takes_it(box: SandboxThread, sari: Person) -> None:
    with Receiver(failures=2) as receiver:
        result(box, "setWebhook", url=receiver.url, secret_token="s3cret", allowed_updates=["message"])
        assert refusal(box, "getUpdates").startswith("Conflict: can't use getUpdates method while webhook is active")
        sari.says("/start")
        sari.says("dua")
        box.wait_for(lambda: not box.sandbox.pending_updates)
        assert [secret for secret, _ in receiver.got] == ["s3cret"] * 4
        assert [body["message"]["text"] for _, body in receiver.got] == ["/start", "/start", "/start", "dua"]
        info = result(box, "getWebhookInfo")
        assert info["url"] == receiver.url
        assert "500" in info["last_error_message"]
        result(box, "deleteWebhook")
        sari.says("tiga")
        assert len(result(box, "getUpdates")) == 1


@pytest.mark.parametrize("url", ["https://example.org/hook", "http://10.0.0.1/hook", "ftp://127.0.0.1/"])
def test_a_webhook_leads_to_this_computer_only(box: SandboxThread, url: str) -> None:
    assert refusal(box, "setWebhook", url=url).startswith("Bad Request: bad webhook")


def test_faults_as_the_client_sees_them(box: SandboxThread, sari: Person) -> None:
    sari.says("/start")
    sandbox = box.sandbox

    async def expect(bot: Bot, problem: type[TelegramError], text: str, **more: Any) -> None:
        with pytest.raises(problem):
            await bot.send_message(sari.id, text, **more)

    async def work(bot: Bot) -> None:
        sandbox.fault("sendMessage", "429", retry_after=7)
        with pytest.raises(RetryAfter) as limited:
            await bot.send_message(sari.id, "429")
        assert limited.value.retry_after in (7, timedelta(seconds=7))
        sandbox.fault("sendMessage", "500")
        await expect(bot, NetworkError, "500")
        sandbox.fault("sendMessage", "blocked", chat=sari.id)
        await expect(bot, Forbidden, "blocked")
        sandbox.fault(kind="drop_before")
        await expect(bot, NetworkError, "drop_before")
        sandbox.fault("sendMessage", "drop_after")
        await expect(bot, NetworkError, "drop_after")
        sandbox.fault("sendMessage", "bad_json")
        await expect(bot, TelegramError, "bad_json")
        sandbox.fault("sendMessage", "timeout", times=2)
        await expect(bot, TimedOut, "timeout", read_timeout=1)
        sandbox.clear_faults()
        sandbox.fault("sendMessage", "500", chat=1)
        await bot.send_message(sari.id, "last")

    as_bot(box, work)
    assert [message.text for message in sari.messages[1:]] == ["drop_after", "bad_json", "last"]


def test_calls_are_remembered(box: SandboxThread, sari: Person) -> None:
    sari.says("/start")
    call(box, "sendMessage", chat_id=sari.id, text="x")
    call(box, "sendMessage", chat_id=1, text="y")
    done, refused = box.sandbox.calls
    assert (done.method, done.params, done.result["text"]) == ("sendMessage", {"chat_id": sari.id, "text": "x"}, "x")
    assert refused.result == {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}


def test_a_stopped_sandbox_starts_again_with_what_it_had(box: SandboxThread, sari: Person) -> None:
    sari.says("/start")
    port = box.sandbox.port
    box.run(box.sandbox.stop())
    with kept_free(port):
        with pytest.raises(httpx.ConnectError):
            call(box, "getMe")
        box.run(box.sandbox.start(port))
    assert len(result(box, "getUpdates")) == 1


def test_a_failed_wait_shows_the_chats(box: SandboxThread, sari: Person) -> None:
    sari.says("/start")
    with pytest.raises(TimeoutError, match="/start"):
        box.wait_for(lambda: False, timeout=0.05)
    with pytest.raises(TimeoutError, match="/start"):
        box.run(box.sandbox.wait_for(lambda: False, timeout=0.05))


def test_bad_parameters_are_refused(box: SandboxThread, sari: Person) -> None:
    sari.says("/start")
    reason = refusal(box, "sendMessage", chat_id=sari.id, text="x", reply_markup="{")
    assert reason == "Bad Request: can't parse reply_markup JSON object"

    async def work(bot: Bot) -> None:
        box.sandbox.world.webhook = {"url": "http://127.0.0.1:1/"}
        with pytest.raises(Conflict):
            await bot.get_updates()

    as_bot(box, work)
