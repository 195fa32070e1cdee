"""A sandbox kept in a folder goes on where it was."""

from pathlib import Path

import pytest

from tests.bot.sandbox_rig import refusal, result, running

TOKEN = "1000001:AAkept-between-runs"


def test_everything_is_there_again(tmp_path: Path) -> None:
    with running(token=TOKEN, folder=tmp_path / "chats") as box:
        sari = box.sandbox.add_person("Sari", "sari_s", note="petugas survei")
        group = box.sandbox.add_group("Tim", [sari], supergroup=False)
        sari.says("/start")
        photo = sari.photo()
        sari.adds_bot_to(group)
        old = group.id
        new = group.migrate()
        markup = {"inline_keyboard": [[{"text": "Ya", "callback_data": "y"}]]}
        answer = {"chat_id": sari.id, "text": "<b>Halo</b>", "parse_mode": "HTML", "reply_markup": markup}
        sent = result(box, "sendMessage", **answer, reply_parameters={"message_id": photo.id})
        result(box, "setMyCommands", commands=[{"command": "daftar", "description": "Daftarkan"}])
        taken = result(box, "getUpdates")
        result(box, "getUpdates", offset=taken[0]["update_id"] + 1)
    with running(token=TOKEN, folder=tmp_path / "chats") as box:
        again = box.sandbox.people["sari"]
        assert (again.id, again.user.username, again.chat.note) == (sari.id, "sari_s", "petugas survei")
        assert [message.html for message in again.messages] == [message.html for message in sari.messages]
        assert again.last is not None
        assert again.last.labels == ["Ya"]
        assert again.last.reply_to is again.messages[1]
        assert box.sandbox.world.files.get(photo.photo or "").data == sari.world.files.get(photo.photo or "").data
        assert [entry["command"] for entry in again.menu] == ["daftar"]
        waiting = result(box, "getUpdates")
        assert [update["update_id"] for update in waiting] == [update["update_id"] for update in taken[1:]]
        assert refusal(box, "sendMessage", chat_id=old, text="x").endswith("upgraded to a supergroup chat")
        result(box, "sendMessage", chat_id=new, text="lanjut")
        assert box.sandbox.groups["tim"].messages[-1].text == "lanjut"
        edited = result(box, "editMessageText", chat_id=sari.id, message_id=sent["message_id"], text="Diubah")
        assert edited["text"] == "Diubah"
        assert again.says("lagi").id > sent["message_id"]
        assert box.sandbox.pending_updates[-1]["update_id"] > taken[-1]["update_id"]


def test_a_folder_belongs_to_one_bot(tmp_path: Path) -> None:
    with running(token=TOKEN, folder=tmp_path) as box:
        box.sandbox.add_person("Sari")
    with pytest.raises(ValueError, match="another bot"), running(token="2:other", folder=tmp_path):
        raise AssertionError("it started")
