"""Pictures with buttons through the real delivery: one takes the place of another, and what is gone comes anew."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot import calls
from bot.files import FileStore, prepare
from bot.sandbox import SandboxThread
from bot.sandbox.media import house_photo
from bot.sandbox.model import Message
from handlers.kit.then import THEN
from storage import outbox
from storage.outbox import OutboxState
from storage.store import Store
from tests.bot.delivery_rig import Rig, now


@pytest.fixture
def rig(database: Store, tmp_path: Path) -> Iterator[Rig]:
    with SandboxThread() as box:
        yield Rig(database, box, tmp_path)


def kept(rig: Rig, seed: int) -> str:
    """The key of a stored picture."""
    picture = prepare(house_photo(seed))
    FileStore(str(rig.folder / "files")).put(picture.key, picture.data)
    return picture.key


def send(rig: Rig, method: str, target_row: int | None = None, target_message: int | None = None,
         **params: Any) -> int:
    row = rig.store.run(lambda session: outbox.enqueue(
        session, rig.sari.id, method, {"chat_id": rig.sari.id, **params}, now(), target_row=target_row,
        target_message=target_message))
    return row.id or 0


def pictures(rig: Rig) -> list[Message]:
    me = rig.sandbox.world.bot.id
    return [one for one in rig.sari.messages if one.sender.id == me and "photo" in one.content]


def test_a_picture_takes_the_place_of_another_and_ends_with_a_word(rig: Rig) -> None:
    first, second = kept(rig, 1), kept(rig, 2)
    row = send(rig, "sendPhoto", photo={"_file": first}, caption="satu", parse_mode="HTML", protect_content=True)
    edit = send(rig, "editMessageMedia", row, media={"type": "photo", "media": {"_file": second},
                                                     "caption": "<b>dua</b>", "parse_mode": "HTML"})
    rig.deliver(rig.sent(row, edit))
    (shown,) = pictures(rig)
    assert shown.content["caption"] == "dua"
    assert shown.protect_content
    end = send(rig, "editMessageCaption", row, caption="selesai", parse_mode="HTML")
    rig.deliver(rig.sent(end))
    (shown,) = pictures(rig)
    assert shown.content["caption"] == "selesai"
    assert rig.state(end) == OutboxState.SENT


def test_where_the_message_is_gone_the_picture_comes_anew_and_the_word_as_a_text(rig: Rig) -> None:
    media = {"type": "photo", "media": {"_file": kept(rig, 3)}, "caption": "<b>atap</b>", "parse_mode": "HTML"}
    edit = send(rig, "editMessageMedia", target_message=987_654, media=media)
    end = send(rig, "editMessageCaption", target_message=987_654, caption="<b>selesai</b>", parse_mode="HTML")
    rig.deliver(rig.sent(edit, end))
    assert [rig.state(row) for row in (edit, end)] == [OutboxState.SENT] * 2
    (shown,) = pictures(rig)
    assert shown.content["caption"] == "atap"
    assert shown.protect_content
    assert rig.texts(rig.sari)[-1] == "selesai"


def test_the_place_in_a_heic_file_reaches_whoever_asked_and_no_row(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    exif = Image.Exif()
    exif[0x8825] = {1: "S", 2: (6.0, 20.0, 34.0), 3: "E", 4: (106.0, 44.0, 17.5)}
    out = io.BytesIO()
    Image.effect_noise((320, 240), 90).convert("RGB").save(out, "HEIF", exif=exif)
    results: list[dict[str, Any]] = []
    monkeypatch.setitem(THEN, "photo_fetched", lambda sent: results.append(sent.result))
    sent = rig.sari.document(out.getvalue(), "IMG_1.HEIC", "application/octet-stream", "")
    file_id = sent.content["document"]["file_id"]
    row = rig.store.run(lambda session: outbox.fetch_file(session, 7, file_id, now()))
    rig.deliver(rig.sent(row.id or 0))
    assert results[0]["place"] == (-6.342778, 106.738194)
    after = rig.row(row.id or 0)
    assert "6.34" not in str(after.model_dump())
    assert "6.34" not in str(rig.store.run(lambda session: outbox.params_of(session, after)))


def test_a_document_that_cannot_be_drawn_holds_back_nothing(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given up at once, and reported: trying again would keep the chat waiting for minutes."""
    def broken(*_document: Any) -> bytes:
        raise ValueError("no such page")

    monkeypatch.setattr(calls, "draw", broken)
    for chat in (rig.sari.id, rig.group.chat.id):
        page = rig.store.run(lambda session, chat=chat: outbox.enqueue(
            session, chat, "sendDocument", {"chat_id": chat, "document": {"_pdf": {}, "filename": "a.pdf"}}, now())).id
        after = rig.write(chat, "sesudahnya")
        rig.deliver(rig.sent(page or 0, after))
        assert (rig.state(page or 0), rig.state(after)) == (OutboxState.DEAD, OutboxState.SENT)
    assert rig.refused == ["not drawn: ValueError"] * 2
    assert rig.unknown == []
