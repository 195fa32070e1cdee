"""The sandbox's page, driven in a real browser, and who may reach it at all."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from bot.sandbox import Group, Person, SandboxThread
from tests.bot.browser import browsing
from tests.bot.sandbox_rig import inline, result, running

EVIL = "<img src=x onerror=document.title='hacked'>"


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


@pytest.fixture
def town() -> Iterator[Town]:
    with running(guide=["Mulai sebagai <b>Sari</b>.", "Lalu lihat grup."]) as box:
        town = Town(box)
        yield town
        town.over.set()
        town.bot.join(5)


@pytest.fixture
def page(town: Town) -> Iterator[Page]:
    with browsing(town.sandbox.page_url, height=800) as page:
        yield page


def test_a_conversation(town: Town, page: Page) -> None:
    sari = page.locator("[data-chat=sari]")
    sari.locator("[data-action=start]").click()
    expect(sari.get_by_text("Anda menulis /start")).to_be_visible()
    expect(sari.locator("[data-action=start]")).to_be_hidden()
    sari.locator("textarea[name=text]").fill("Rumah Ibu Aminah")
    sari.locator("button[data-action=send]").click()
    expect(sari.get_by_text("Anda menulis Rumah Ibu Aminah")).to_be_visible()
    sari.locator("textarea[name=text]").fill("dengan Enter")
    sari.locator("textarea[name=text]").press("Enter")
    expect(sari.get_by_text("Anda menulis dengan Enter")).to_be_visible()
    sari.locator("[data-action=photo-sample]").click()
    expect(sari.locator(".message.own img")).to_be_visible()
    sari.locator("[data-action=pin]").click()
    expect(sari.locator(".message.own .pin")).to_contain_text("106.7")
    sari.locator("[data-action=voice]").click()
    town.box.wait_for(lambda: town.sari.last is not None and "voice" in town.sari.last.content)


def test_formatting_buttons_toasts_and_edits(town: Town, page: Page) -> None:
    town.sari.says("/start")
    markup = inline({"Simpan": "save", "Hapus": "alert"}).to_json()
    sent = town.say(
        town.sari.id, "<b>Tebal</b> &lt;i&gt; <code>PML-0042</code>", parse_mode="HTML", reply_markup=markup
    )
    sari = page.locator("[data-chat=sari]")
    message = sari.locator(f".message[data-id='{sent['message_id']}']")
    expect(message.locator("b")).to_have_text("Tebal")
    expect(message.locator(".text")).to_have_text("Tebal <i> PML-0042")
    message.get_by_role("button", name="Simpan").click()
    expect(sari.locator(".toast")).to_have_text("Tercatat")
    message.get_by_role("button", name="Hapus").click()
    expect(page.locator("#alert")).to_contain_text("Tercatat")
    page.locator("#alert button").click()
    where = {"chat_id": town.sari.id, "message_id": sent["message_id"]}
    result(town.box, "editMessageText", **where, text="Selesai")
    expect(message.locator(".text")).to_have_text("Selesai")
    expect(message.locator(".edited")).to_be_visible()
    expect(message.locator(".inline")).to_have_count(0)
    result(town.box, "pinChatMessage", **where)
    expect(sari.locator(".pinned")).to_have_text("Selesai")
    result(town.box, "deleteMessage", **where)
    expect(message).to_have_count(0)
    result(town.box, "sendChatAction", chat_id=town.sari.id, action="typing")
    expect(sari.locator(".note")).to_have_text("sedang mengetik…")
    expect(sari.locator(".note")).to_have_text("petugas survei", timeout=9000)


def test_commands_links_keyboards_and_corrections(town: Town, page: Page) -> None:
    town.sari.says("/start")
    result(town.box, "setMyCommands", commands=[{"command": "daftar", "description": "Daftarkan rumah"}])
    sari = page.locator("[data-chat=sari]")
    sari.locator("[data-action=menu]").click()
    sari.get_by_role("menuitem", name="/daftar").click()
    expect(sari.get_by_text("Anda menulis /daftar")).to_be_visible()
    keyboard = {"keyboard": [["Lewati"]], "one_time_keyboard": True}
    link = "<a href='https://t.me/bedah_coba_bot?start=inv_9'>undangan</a>"
    town.say(town.sari.id, link, parse_mode="HTML", reply_markup=keyboard)
    sari.get_by_role("link", name="undangan").click()
    expect(sari.get_by_text("Anda menulis /start inv_9")).to_be_visible()
    sari.locator(".keyboard").get_by_role("button", name="Lewati").click()
    expect(sari.get_by_text("Anda menulis Lewati")).to_be_visible()
    expect(sari.locator(".keyboard")).to_be_hidden()
    own = sari.locator(".message.own", has_text="Lewati")
    own.hover()
    own.get_by_role("button", name="Ubah").click()
    sari.locator("textarea[name=text]").fill("Jadi ini")
    sari.locator("button[data-action=send]").click()
    expect(sari.locator(".message.own .edited")).to_be_visible()
    assert any(message.text == "Jadi ini" for message in town.sari.messages)


def test_an_invitation_is_opened_by_whoever_it_is_passed_on_to(town: Town, page: Page) -> None:
    town.sari.says("/start")
    token = "a" * 43
    link = f"<a href='https://t.me/bedah_coba_bot?start={token}'>undangan</a>"
    town.say(town.sari.id, link, parse_mode="HTML")
    undangan = page.locator("[data-chat=sari]").get_by_role("link", name="undangan")
    undangan.click()
    page.locator("#opener").get_by_role("button", name="Sari").click()
    expect(page.locator("[data-chat=sari]").get_by_text(f"Anda menulis /start {token}")).to_be_visible()
    undangan.click()
    page.keyboard.press("Escape")
    expect(page.locator("#opener")).to_be_hidden()
    undangan.click()
    page.locator("#opener input").fill(EVIL)
    page.locator("#opener").get_by_role("button", name="Buka").click()
    assert town.box.wait_for(lambda: len(town.sandbox.people) == 3)
    newcomer = list(town.sandbox.people)[-1]
    expect(page.locator(f"[data-chat={newcomer}]").get_by_text(f"Anda menulis /start {token}")).to_be_visible()
    expect(page.locator(f"[data-chat={newcomer}] h2")).to_have_text(EVIL)


def test_the_group_column(town: Town, page: Page) -> None:
    group = page.locator("[data-chat=tim-bedah]")
    group.locator("summary[aria-label=Lainnya]").click()
    group.locator("[data-action=add-bot]").click()
    expect(group.locator(".note")).to_have_text("2 anggota dan bot")
    group.locator("select[name=speaker]").select_option("sari")
    group.locator("textarea[name=text]").fill("/rekap")
    group.locator("button[data-action=send]").click()
    expect(group.get_by_text("Anda menulis /rekap")).to_be_visible()
    assert town.group.messages[-2].sender is town.sari.user
    group.locator("summary[aria-label=Lainnya]").click()
    group.locator("[data-action=remove-bot]").click()
    expect(group.locator(".note")).to_have_text("2 anggota, bot belum di sini")


def test_markup_in_names_and_texts_stays_text(town: Town, page: Page) -> None:
    town.evil.says(EVIL)
    town.say(town.evil.id, EVIL, reply_markup=inline({EVIL: EVIL}).to_json())
    column = page.locator(f"[data-chat={town.evil.chat.key}]")
    expect(column.locator("h2")).to_have_text(EVIL)
    expect(column.locator(".inline")).to_have_text(EVIL)
    expect(column.locator("img")).to_have_count(0)
    assert "hacked" not in page.title()


def test_a_narrow_screen_shows_one_chat(town: Town, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    page.locator("#guide-toggle").click()
    expect(page.locator("[data-chat=sari]")).to_be_visible()
    expect(page.locator("[data-chat=tim-bedah]")).to_be_hidden()
    page.locator("[data-chip=tim-bedah]").click()
    expect(page.locator("[data-chat=tim-bedah]")).to_be_visible()
    expect(page.locator("[data-chat=sari]")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    town.sari.says("/start")
    expect(page.locator("[data-chip=sari] .count")).to_have_text("1")


def test_the_page_comes_back_after_a_break(town: Town, page: Page) -> None:
    port = town.sandbox.port
    expect(page.locator("[data-chat=sari]")).to_be_visible()
    town.over.set()
    town.bot.join(5)
    town.box.run(town.sandbox.stop())
    expect(page.locator("#offline")).to_be_visible()
    town.box.run(town.sandbox.start(port))
    town.sari.says("kembali")
    expect(page.locator("[data-chat=sari] .message.own")).to_contain_text("kembali")
    expect(page.locator("#offline")).to_be_hidden()
    page.reload()
    expect(page.locator("[data-chat=sari] .message.own")).to_contain_text("kembali")


def post(town: Town, action: str, body: Any, **headers: str) -> httpx.Response:
    address = f"{town.sandbox.page_url}sandbox/{action}"
    return httpx.post(address, json=body, headers=headers, timeout=10, trust_env=False)


def test_actions_over_http(town: Town) -> None:
    assert post(town, "says", {"as": "sari", "text": "/start"}).json()["ok"]
    assert town.sari.messages[0].text == "/start"
    for action, body, reason in (
        ("says", {"as": "nobody", "text": "x"}, "nobody is called nobody"),
        ("says", {"as": "sari"}, "text is missing"),
        ("photo", {"as": "sari", "data": "AAAA"}, "Bad Request: IMAGE_PROCESS_FAILED"),
        ("photo", {"as": "sari", "data": "?"}, "data must be base64"),
        ("pin", {"as": "sari", "lat": 95, "lon": 0}, "latitude -90 to 90, longitude -180 to 180"),
        ("presses", {"as": "sari", "button": "Ya"}, "Sari sees no button 'Ya'; there are []"),
    ):
        answer = post(town, action, body)
        assert (answer.status_code, answer.json()["reason"]) == (400, reason)
    assert post(town, "nonsense", {}).status_code == 404
    state = httpx.get(f"{town.sandbox.page_url}sandbox/state", trust_env=False).json()
    assert [chat["key"] for chat in state["chats"]] == ["sari", town.evil.chat.key, "tim-bedah"]


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Host": "evil.example:80"}, {"Origin": "http://evil.example"}, {"Origin": "null"},
     {"Origin": "http://127.0.0.1:1"}],
)  # fmt: skip
def test_other_sites_are_kept_out(town: Town, headers: dict[str, str]) -> None:
    assert post(town, "says", {"as": "sari", "text": "x"}, **headers).status_code == 403
    for path in ("", "sandbox/state", "app.js"):
        assert httpx.get(town.sandbox.page_url + path, headers=headers, trust_env=False).status_code == 403
    address = town.sandbox.page_url.replace("http", "ws") + "sandbox/ws"

    async def connect() -> None:
        await websocket_connect(HTTPRequest(address, headers=headers))

    with pytest.raises(HTTPClientError, match="403"):
        asyncio.run(connect())
    assert town.sari.messages == []


def test_a_form_of_another_site_does_nothing(town: Town) -> None:
    address = f"{town.sandbox.page_url}sandbox/says"
    body = b'{"as": "sari", "text": "x"}'
    assert httpx.post(address, content=body, headers={"Content-Type": "text/plain"}, trust_env=False).status_code == 415
    assert town.sari.messages == []


def test_the_page_loads_nothing_from_elsewhere(town: Town) -> None:
    answer = httpx.get(town.sandbox.page_url, trust_env=False)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "//" not in answer.text.replace("http://www.w3.org/2000/svg", "")
