"""The sandbox's page, driven in a real browser."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.bot.browser import opened, started
from tests.bot.sandbox_rig import EVIL, Town, inline, kept_free, result
from tests.bot.waiting import PATIENCE


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for all tests; each has a page of its own."""
    with started() as browser:
        yield browser


@pytest.fixture
def page(town: Town, browser: Browser) -> Iterator[Page]:
    with opened(browser, town.sandbox.page_url, height=800) as page:
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
    clock, stopped = town.sandbox.world.clock, time.time()
    town.sandbox.world.clock = lambda: stopped
    result(town.box, "sendChatAction", chat_id=town.sari.id, action="typing")
    expect(sari.locator(".note")).to_have_text("sedang mengetik…")
    town.sandbox.world.clock = clock
    expect(sari.locator(".note")).to_have_text("petugas survei")


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
    change = own.get_by_role("button", name="Ubah")
    change.focus()  # it stays there when the column moves on under the mouse
    change.click()
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


def test_nothing_moves_under_a_finger(town: Town, page: Page) -> None:
    """What comes in between press and release waits for the release."""
    sari, token = page.locator("[data-chat=sari]"), "a" * 43
    town.sari.says("/start")
    expect(sari.get_by_text("Anda menulis /start")).to_be_visible()
    town.say(town.sari.id, f"<a href='https://t.me/bedah_coba_bot?start={token}'>undangan</a>", parse_mode="HTML")
    sari.get_by_role("link", name="undangan").hover()
    page.mouse.down()
    town.say(town.sari.id, "\n".join(["panjang"] * 60))
    page.wait_for_timeout(300)
    page.mouse.up()
    expect(page.locator("#opener")).to_be_visible()
    expect(sari.get_by_text("panjang")).to_be_visible()


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
    expect(page.locator("#guide")).to_be_visible()
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
    town.bot.join(PATIENCE)
    town.box.run(town.sandbox.stop())
    with kept_free(port):
        expect(page.locator("#offline")).to_be_visible()
        town.box.run(town.sandbox.start(port))
    town.sari.says("kembali")
    expect(page.locator("[data-chat=sari] .message.own")).to_contain_text("kembali")
    expect(page.locator("#offline")).to_be_hidden()
    page.reload()
    expect(page.locator("[data-chat=sari] .message.own")).to_contain_text("kembali")
