"""What people do: the updates that the bot gets for it, in private and in groups."""

from collections.abc import Iterator
from typing import Any

import pytest
from telegram import Bot, Update
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.sandbox import Group, Person, SandboxError, SandboxThread
from tests.bot.sandbox_rig import as_bot, inline, refusal, result, running


@pytest.fixture
def box() -> Iterator[SandboxThread]:
    with running() as box:
        yield box


@pytest.fixture
def sari(box: SandboxThread) -> Person:
    return box.sandbox.add_person("Sari", "sari_s")


@pytest.fixture
def vera(box: SandboxThread) -> Person:
    return box.sandbox.add_person("Vera")


@pytest.fixture
def group(box: SandboxThread, sari: Person, vera: Person) -> Group:
    return box.sandbox.add_group("Tim Bedah Rumah", [sari, vera])


def taken(box: SandboxThread) -> list[Update]:
    """The waiting updates as python-telegram-bot reads them, confirmed."""

    async def work(bot: Bot) -> list[Update]:
        updates = list(await bot.get_updates())
        if updates:
            await bot.get_updates(offset=updates[-1].update_id + 1)
        return updates

    return as_bot(box, work)


def test_everything_a_person_can_send(box: SandboxThread, sari: Person) -> None:
    sari.says("/start inv_1")
    text = sari.says("rumah 🏠 /daftar")
    sari.photo(caption="depan")
    sari.album([None, None, None], caption="tiga")
    sari.document(b"%PDF", "surat.pdf")
    sari.pin(-6.3, 106.7)
    live = sari.live_pin(-6.3, 106.7)
    sari.voice()
    sari.sticker()
    sari.contact()
    sari.edits(text, "rumah /rekap")
    sari.moves_pin(live, -6.31, 106.71)
    start, said, photo, *album, document, pin, live_pin, voice, sticker, contact, edited, moved = taken(box)
    assert start.message
    assert start.message.parse_entities(["bot_command"]) == {start.message.entities[0]: "/start"}
    assert said.message
    assert list(said.message.parse_entities(["bot_command"]).values()) == ["/daftar"]
    assert photo.message
    assert (photo.message.caption, len({size.file_unique_id for size in photo.message.photo})) == ("depan", 4)
    messages = [update.message for update in album]
    assert [message.caption for message in messages if message] == ["tiga", None, None]
    assert len({message.media_group_id for message in messages if message}) == 1
    assert document.message
    assert document.message.document
    assert document.message.document.file_name == "surat.pdf"
    assert pin.message
    assert pin.message.location
    assert pin.message.location.latitude == -6.3
    assert live_pin.message
    assert live_pin.message.location
    assert live_pin.message.location.live_period
    assert voice.message
    assert voice.message.voice
    assert sticker.message
    assert sticker.message.sticker
    assert contact.message
    assert contact.message.contact
    assert contact.message.contact.user_id == sari.id
    assert edited.edited_message
    assert edited.edited_message.text == "rumah /rekap"
    assert moved.edited_message
    assert moved.edited_message.location
    assert moved.edited_message.location.longitude == 106.71
    assert start.effective_user
    assert (start.effective_user.id, start.effective_user.language_code) == (sari.id, "id")
    assert sari.id > 2**32


def test_a_long_text_is_split_and_an_empty_one_cannot_be_sent(box: SandboxThread, sari: Person) -> None:
    sari.says("x" * 5000)
    assert [len(update.message.text or "") for update in taken(box) if update.message] == [4096, 904]
    with pytest.raises(SandboxError, match="empty"):
        sari.says("  \n ")


def test_buttons_are_found_by_label_or_data_on_the_newest_message(box: SandboxThread, sari: Person) -> None:
    sari.says("/start")

    async def work(bot: Bot) -> None:
        await bot.send_message(sari.id, "lama", reply_markup=inline({"✅ Ya": "old"}))
        await bot.send_message(sari.id, "baru", reply_markup=inline({"✅ Ya": "new", "Batal": "stop"}))

    as_bot(box, work)
    old = sari.messages[-2]
    for press in (("✅ Ya",), ("ya",), ("stop",), ("old",), ("ya", old)):
        sari.presses(*press)
    data = [update.callback_query.data for update in taken(box) if update.callback_query]
    assert data == ["new", "new", "stop", "old", "old"]
    with pytest.raises(SandboxError, match="no button 'Hapus'"):
        sari.presses("Hapus")
    result(box, "deleteMessage", chat_id=sari.id, message_id=old.id)
    with pytest.raises(SandboxError):
        sari.presses("old")


def test_reply_keyboard(box: SandboxThread, sari: Person) -> None:
    sari.says("/start")
    rows: list[list[Any]] = [[{"text": "Kirim lokasi", "request_location": True}], ["Lewati"]]
    result(box, "sendMessage", chat_id=sari.id, text="?", reply_markup={"keyboard": rows, "one_time_keyboard": True})
    sari.presses("Lewati")
    with pytest.raises(SandboxError):
        sari.presses("Kirim lokasi")
    result(box, "sendMessage", chat_id=sari.id, text="?", reply_markup={"keyboard": rows})
    sari.presses("Kirim lokasi")
    result(box, "sendMessage", chat_id=sari.id, text="ok", reply_markup={"remove_keyboard": True})
    assert sari.chat.keyboard is None
    _start, skipped, place = taken(box)
    assert skipped.message
    assert skipped.message.text == "Lewati"
    assert place.message
    assert place.message.location


def test_deep_link(box: SandboxThread, sari: Person) -> None:
    sari.follows("https://t.me/bedah_coba_bot?start=inv_abc-1")
    assert sari.messages[-1].text == "/start inv_abc-1"
    with pytest.raises(SandboxError):
        sari.follows("https://t.me/other_bot?start=x")


def test_blocking(box: SandboxThread, sari: Person) -> None:
    sari.says("/start")
    sari.blocks_bot()
    with pytest.raises(SandboxError, match="blocked"):
        sari.says("halo")
    sari.follows("t.me/bedah_coba_bot")
    kinds = ["member" if update.my_chat_member else "message" for update in taken(box)]
    assert kinds == ["message", "member", "member", "message"]


def test_a_group_before_during_and_after_the_bot(box: SandboxThread, sari: Person, group: Group) -> None:
    assert refusal(box, "sendMessage", chat_id=group.id, text="x") == "Bad Request: chat not found"
    sari.says("/rekap", chat=group.chat)
    assert box.sandbox.pending_updates == []
    sari.adds_bot_to(group)
    member, joined = taken(box)
    assert member.my_chat_member
    assert member.my_chat_member.new_chat_member.status == "member"
    assert member.my_chat_member.chat.id == group.id
    assert joined.message
    assert joined.message.new_chat_members[0].is_bot

    async def work(bot: Bot) -> None:
        sent = await bot.send_message(group.id, "<b>Rekap</b>", parse_mode="HTML")
        with pytest.raises(BadRequest, match="(?i)not enough rights"):
            await bot.pin_chat_message(group.id, sent.message_id)
        group.promote_bot()
        await bot.pin_chat_message(group.id, sent.message_id)
        assert group.chat.pinned[-1].id == sent.message_id
        await bot.unpin_chat_message(group.id)
        assert group.chat.pinned == []
        owners = await bot.get_chat_administrators(group.id)
        assert [(one.user.id, one.status) for one in owners] == [(sari.id, "creator"), (bot.id, "administrator")]
        assert (await bot.get_chat_member(group.id, sari.id)).status == "creator"
        assert (await bot.get_chat(group.id)).title == "Tim Bedah Rumah"
        sari.removes_bot_from(group)
        with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
            await bot.send_message(group.id, "x")

    as_bot(box, work)
    assert [u.my_chat_member.new_chat_member.status for u in taken(box) if u.my_chat_member] == [
        "administrator",
        "kicked",
    ]


def test_the_bot_leaves(box: SandboxThread, sari: Person, group: Group) -> None:
    sari.adds_bot_to(group)
    result(box, "leaveChat", chat_id=group.id)
    text = refusal(box, "sendMessage", chat_id=group.id, text="x")
    assert text == "Forbidden: bot is not a member of the supergroup chat"


def test_privacy_mode(box: SandboxThread, sari: Person, vera: Person, group: Group) -> None:
    sari.adds_bot_to(group)
    taken(box)
    own = result(box, "sendMessage", chat_id=group.id, text="Rekap")
    recap = group.messages[-1]
    assert recap.id == own["message_id"]
    sari.says("obrolan biasa", chat=group.chat)
    sari.says("/rekap@bot_lain", chat=group.chat)
    sari.says("/rekap@bedah_coba_bot", chat=group.chat)
    vera.says("/rekap", chat=group.chat)
    vera.says("terima kasih", chat=group.chat, reply_to=recap)
    seen = [update.message.text for update in taken(box) if update.message]
    assert seen == ["/rekap@bedah_coba_bot", "/rekap", "terima kasih"]
    group.promote_bot()
    sari.says("obrolan lagi", chat=group.chat)
    assert [update.message.text for update in taken(box) if update.message] == ["obrolan lagi"]


def test_a_stranger_neither_speaks_nor_presses_in_a_group(box: SandboxThread, sari: Person, group: Group) -> None:
    dani = box.sandbox.add_person("Dani")
    sari.adds_bot_to(group)
    markup = {"inline_keyboard": [[{"text": "Rinci", "callback_data": "d"}]]}
    result(box, "sendMessage", chat_id=group.id, text="x", reply_markup=markup)
    with pytest.raises(SandboxError):
        dani.says("halo", chat=group.chat)
    with pytest.raises(SandboxError):
        dani.presses("Rinci", chat=group.chat)
    group.add(dani)
    dani.presses("Rinci", chat=group.chat)
    pressed = taken(box)[-1].callback_query
    assert pressed
    assert pressed.message
    assert (pressed.from_user.id, pressed.message.chat.id) == (dani.id, group.id)


def test_migration(box: SandboxThread, sari: Person) -> None:
    group = box.sandbox.add_group("Grup Lama", [sari], supergroup=False)
    sari.adds_bot_to(group)
    sent = result(box, "sendMessage", chat_id=group.id, text="rekap")
    taken(box)
    old = group.id
    new = group.migrate()
    to, since = taken(box)
    assert to.message
    assert (to.message.chat.id, to.message.migrate_to_chat_id) == (old, new)
    assert since.message
    assert (since.message.chat.id, since.message.migrate_from_chat_id, since.message.chat.type) == (
        new,
        old,
        "supergroup",
    )

    async def work(bot: Bot) -> None:
        with pytest.raises(ChatMigrated) as moved:
            await bot.send_message(old, "x")
        assert moved.value.new_chat_id == new
        with pytest.raises(BadRequest, match="to edit not found"):
            await bot.edit_message_text("y", new, sent["message_id"])
        await bot.send_message(new, "lanjut")

    as_bot(box, work)
    assert group.messages[-1].text == "lanjut"


def test_names_become_keys(box: SandboxThread, sari: Person) -> None:
    again = box.sandbox.add_person("Sari")
    strange = box.sandbox.add_person("<b>Ü</b>")
    assert (sari.chat.key, again.chat.key, strange.chat.key) == ("sari", "sari-2", "b-b")


def test_inline_query(box: SandboxThread, sari: Person) -> None:
    query = sari.asks_inline("PML")
    update = taken(box)[-1]
    assert update.inline_query
    assert (update.inline_query.id, update.inline_query.query) == (query, "PML")
    rumah = {
        "type": "article",
        "id": "1",
        "title": "PML-0042",
        "input_message_content": {"message_text": "Rumah PML-0042"},
    }
    result(box, "answerInlineQuery", inline_query_id=query, results=[rumah])
    assert refusal(box, "answerInlineQuery", inline_query_id=query, results=[]).startswith(
        "Bad Request: query is too old"
    )
    assert sari.picks_inline(query, 0).text == "Rumah PML-0042"
