"""The sandbox's Bot API: it takes what Telegram takes and refuses what Telegram refuses, in the same words."""

import io
from collections.abc import Iterator

import httpx
import pytest
from PIL import Image
from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat, InputMediaPhoto
from telegram import Message as ApiMessage
from telegram.error import BadRequest, Forbidden, InvalidToken

from bot.sandbox import Person, SandboxThread
from bot.sandbox.limits import Limits
from bot.sandbox.media import house_photo
from tests.bot.sandbox_rig import as_bot, call, inline, refusal, result, running


@pytest.fixture
def box() -> Iterator[SandboxThread]:
    with running() as box:
        yield box


@pytest.fixture
def sari(box: SandboxThread) -> Person:
    person = box.sandbox.add_person("Sari", "sari_s")
    person.says("/start")
    return person


def test_a_message_arrives_with_formatting_and_buttons(box: SandboxThread, sari: Person) -> None:
    async def work(bot: Bot) -> ApiMessage:
        return await bot.send_message(
            sari.id,
            "<b>Halo</b> Sari",
            parse_mode="HTML",
            reply_markup=inline({"Ya": "y:1", "Tidak": "n:1"}, {"Batal": "c"}),
        )

    sent = as_bot(box, work)
    assert sari.last is not None
    assert (sent.message_id, sent.text, sent.chat.id) == (sari.last.id, "Halo Sari", sari.id)
    assert sari.last.html == "<b>Halo</b> Sari"
    assert [[button.text for button in row] for row in sari.last.buttons] == [["Ya", "Tidak"], ["Batal"]]
    assert sari.last.buttons[0][0].data == "y:1"


def test_photos_albums_documents_and_pins_arrive(box: SandboxThread, sari: Person) -> None:
    async def work(bot: Bot) -> None:
        first = await bot.send_photo(sari.id, house_photo(1), caption="<i>depan</i>", parse_mode="HTML")
        album = [InputMediaPhoto(first.photo[-1].file_id, caption="a"), InputMediaPhoto(house_photo(2))]
        sent = await bot.send_media_group(sari.id, album)
        assert len({message.media_group_id for message in sent}) == 1
        await bot.send_document(sari.id, b"isi", filename="rekap.csv", caption="rekap")
        await bot.send_location(sari.id, -6.3, 106.7)
        await bot.edit_message_media(InputMediaPhoto(house_photo(3), caption="baru"), sari.id, first.message_id)

    as_bot(box, work)
    photo, one, two, document, pin = sari.messages[-5:]
    assert (photo.html, photo.edited) == ("baru", True)
    assert one.photo
    assert two.photo
    assert document.document is not None
    assert document.document["file_name"] == "rekap.csv"
    assert pin.pin == (-6.3, 106.7)


def test_a_photo_that_a_person_sends_can_be_fetched(box: SandboxThread, sari: Person) -> None:
    sent = sari.photo(caption="rumah")

    async def work(bot: Bot) -> bytes:
        updates = await bot.get_updates()
        sizes = updates[-1].message.photo  # type: ignore[union-attr]
        assert [size.width for size in sizes] == [90, 320, 800, 960]
        assert sizes[-1].file_id == sent.photo
        return bytes(await (await sizes[-1].get_file()).download_as_bytearray())

    data = as_bot(box, work)
    assert Image.open(io.BytesIO(data)).size == (960, 720)


LONG = "x" * 4097


@pytest.mark.parametrize(
    ("method", "params", "reason"),
    [
        ("sendMessage", {"text": ""}, "message text is empty"),
        ("sendMessage", {"text": "<b> </b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ("sendMessage", {"text": LONG}, "message is too long"),
        ("sendMessage", {"text": "🏠" * 2049}, "message is too long"),
        ("sendMessage", {"text": "<b>x", "parse_mode": "HTML"},
         'can\'t parse entities: Can\'t find end tag corresponding to start tag "b"'),
        ("sendMessage", {"text": "x", "reply_parameters": {"message_id": 5}}, "message to be replied not found"),
        ("sendMessage", {"text": "x", "chat_id": 77}, "chat not found"),
        ("sendMessage", {"text": "x", "chat_id": ""}, "chat_id is empty"),
        ("sendPhoto", {"photo": "nonsense"}, "wrong file identifier/HTTP URL specified"),
        ("sendPhoto", {"photo": "nonsense", "caption": "y" * 1025}, "message caption is too long"),
        ("sendLocation", {"latitude": 91, "longitude": 0},
         "can't parse location: wrong latitude or longitude specified"),
        ("editMessageText", {"text": "x", "message_id": 5}, "message to edit not found"),
        ("deleteMessage", {"message_id": 5}, "message to delete not found"),
        ("getFile", {"file_id": "x"}, "invalid file_id"),
        ("answerCallbackQuery", {"callback_query_id": "1"},
         "query is too old and response timeout expired or query ID is invalid"),
        ("setMyCommands", {"commands": [{"command": "Daftar", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ],
)  # fmt: skip
def test_refusals(box: SandboxThread, sari: Person, method: str, params: dict[str, object], reason: str) -> None:
    assert refusal(box, method, **{"chat_id": sari.id, **params}) == f"Bad Request: {reason}"


def test_length_counts_after_parsing(box: SandboxThread, sari: Person) -> None:
    result(box, "sendMessage", chat_id=sari.id, text=f"<b>{'&lt;' * 4096}</b>", parse_mode="HTML")
    assert sari.last is not None
    assert len(sari.last.text) == 4096


@pytest.mark.parametrize(
    ("data", "taken"), [("", False), ("x" * 64, True), ("x" * 65, False), ("é" * 32, True), ("é" * 33, False)]
)
def test_callback_data_is_1_to_64_bytes(box: SandboxThread, sari: Person, data: str, taken: bool) -> None:
    markup = {"inline_keyboard": [[{"text": "Ya", "callback_data": data}]]}
    answer = call(box, "sendMessage", chat_id=sari.id, text="x", reply_markup=markup)
    assert answer["ok"] is taken
    assert taken or answer["description"] == "Bad Request: BUTTON_DATA_INVALID"


def test_edits(box: SandboxThread, sari: Person) -> None:
    markup = {"inline_keyboard": [[{"text": "Ya", "callback_data": "y"}]]}
    first = result(box, "sendMessage", chat_id=sari.id, text="satu", reply_markup=markup)
    where = {"chat_id": sari.id, "message_id": first["message_id"]}
    not_modified = (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly "
        "the same as a current content and reply markup of the message"
    )
    assert refusal(box, "editMessageText", **where, text="satu", reply_markup=markup) == not_modified
    result(box, "editMessageText", **where, text="<b>dua</b>", parse_mode="HTML")
    assert sari.last is not None
    assert (sari.last.html, sari.last.labels, sari.last.edited) == ("<b>dua</b>", [], True)
    result(box, "editMessageReplyMarkup", **where, reply_markup=markup)
    assert sari.last.labels == ["Ya"]
    assert (
        refusal(box, "editMessageCaption", **where, caption="x")
        == "Bad Request: there is no caption in the message to edit"
    )
    own = sari.says("punya saya")
    assert (
        refusal(box, "editMessageText", chat_id=sari.id, message_id=own.id, text="x")
        == "Bad Request: message can't be edited"
    )
    keyboard = result(box, "sendMessage", chat_id=sari.id, text="x", reply_markup={"keyboard": [["A"]]})
    where["message_id"] = keyboard["message_id"]
    assert refusal(box, "editMessageText", **where, text="y") == "Bad Request: message can't be edited"
    result(box, "deleteMessage", **where)
    assert sari.last is own


def test_who_cannot_be_written_to(box: SandboxThread, sari: Person) -> None:
    vera = box.sandbox.add_person("Vera")

    async def work(bot: Bot) -> None:
        with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
            await bot.send_message(vera.id, "x")
        sari.blocks_bot()
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await bot.send_message(sari.id, "x")
        sari.unblocks_bot()
        await bot.send_message(sari.id, "x")
        states = [(u.my_chat_member.old_chat_member.status, u.my_chat_member.new_chat_member.status)
                  for u in await bot.get_updates() if u.my_chat_member]  # fmt: skip
        assert states == [("member", "kicked"), ("kicked", "member")]
        sari.deletes_account()
        with pytest.raises(Forbidden, match="user is deactivated"):
            await bot.send_message(sari.id, "x")
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.get_chat(vera.id)

    as_bot(box, work)


def test_wrong_token_and_unknown_method(box: SandboxThread) -> None:
    async def work(_bot: Bot) -> None:
        with pytest.raises(InvalidToken):
            await Bot("1000001:wrong", box.sandbox.base_url).get_me()

    as_bot(box, work)
    answer = httpx.get(f"{box.sandbox.base_url}1:nope/getMe", trust_env=False)
    assert (answer.status_code, answer.json()["description"]) == (401, "Unauthorized")
    assert call(box, "noSuchMethod")["error_code"] == 404
    assert httpx.get(box.sandbox.base_url.removesuffix("/bot") + "/else", trust_env=False).status_code == 404


def test_menus_by_scope_and_language(box: SandboxThread, sari: Person) -> None:
    john = box.sandbox.add_person("John", language_code="en")
    john.says("/start")

    async def work(bot: Bot) -> None:
        private = BotCommandScopeAllPrivateChats()
        await bot.set_my_commands([BotCommand("bantuan", "Bantuan")], private)
        await bot.set_my_commands([BotCommand("help", "Help")], private, language_code="en")
        await bot.set_my_commands([BotCommand("daftar", "Daftar rumah")], BotCommandScopeChat(sari.id))
        assert [c.command for c in await bot.get_my_commands(private, "en")] == ["help"]

    as_bot(box, work)
    assert [entry["command"] for entry in sari.menu] == ["daftar"]
    assert [entry["command"] for entry in john.menu] == ["help"]
    result(box, "deleteMyCommands", scope={"type": "chat", "chat_id": sari.id})
    assert [entry["command"] for entry in sari.menu] == ["bantuan"]


def test_strict_limits() -> None:
    with running(strict_limits=True) as box:
        box.sandbox.world.limits = Limits(strict=True, clock=lambda: 0.0)  # seven calls at one moment
        sari = box.sandbox.add_person("Sari")
        sari.says("/start")
        answers = [call(box, "sendMessage", chat_id=sari.id, text=str(n)) for n in range(7)]
        assert [answer["ok"] for answer in answers[:5]] == [True] * 5
        assert answers[-1]["error_code"] == 429
        assert answers[-1]["parameters"] == {"retry_after": 1}
        assert answers[-1]["description"] == "Too Many Requests: retry after 1"
