"""Delivery against the sandbox, over real HTTP: what is sent once, what is sent again, what the admins are asked."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pydantic import SecretStr

from bot.calls import Outcome, call
from bot.client import build_bot, close_bot
from bot.deliver import Deliverer
from bot.errors import MustStop
from bot.files import FileStore
from bot.limits import Limits
from bot.sandbox import SandboxThread
from bot.settings import Settings
from handlers.kit.then import THEN, Sent
from storage import outbox
from storage.outbox import Delivery, OutboxState
from storage.store import Store
from tests.bot.delivery_rig import Rig, now
from tests.bot.sandbox_rig import kept_free
from tests.bot.waiting import PATIENCE


@pytest.fixture
def rig(database: Store, tmp_path: Path) -> Iterator[Rig]:
    with SandboxThread() as box:
        yield Rig(database, box, tmp_path)


def test_a_chat_reads_in_the_order_of_writing(rig: Rig) -> None:
    rows = [rig.write(rig.sari.id, f"nomor {number}") for number in range(12)]
    rig.deliver(rig.sent(*rows))
    assert rig.texts(rig.sari) == [f"nomor {number}" for number in range(12)]


def test_a_retry_holds_back_its_own_chat_only(rig: Rig) -> None:
    rig.sandbox.fault("sendMessage", "429", chat=rig.sari.id, retry_after=3600)
    first, second = rig.write(rig.sari.id, "satu"), rig.write(rig.sari.id, "dua")
    other = rig.write(rig.vera.id, "untuk Vera")
    rig.deliver(rig.sent(other))
    assert rig.texts(rig.sari) == []
    rig.ahead = timedelta(hours=1)
    rig.deliver(rig.sent(first, second))
    assert rig.texts(rig.sari) == ["satu", "dua"]


@pytest.mark.parametrize("seconds", [2 * 86_400, 10**12])
def test_a_wait_of_days_is_neither_cut_to_nothing_nor_the_end(rig: Rig, seconds: int) -> None:
    rig.sandbox.fault("sendMessage", "429", chat=rig.sari.id, retry_after=seconds)
    waits = rig.write(rig.sari.id, "satu")
    rig.deliver(lambda: rig.row(waits).problem == "429" and rig.state(waits) == OutboxState.PENDING)
    other = rig.write(rig.vera.id, "untuk Vera")
    rig.deliver(rig.sent(other))
    assert rig.row(waits).attempts == 1
    assert timedelta(hours=19) < rig.row(waits).due_at - now() < timedelta(days=1)


@pytest.mark.parametrize("kind", ["drop_after", "500", "bad_json"])
def test_an_answer_that_may_be_lost_is_sent_again(rig: Rig, kind: str) -> None:
    rig.sandbox.fault("sendMessage", kind)
    row = rig.write(rig.sari.id, "jawaban")
    rig.deliver(rig.sent(row))
    assert rig.state(row) == OutboxState.SENT
    assert set(rig.texts(rig.sari)) == {"jawaban"}
    assert rig.row(row).attempts == 2


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "500", "bad_json"])
def test_a_group_post_of_unknown_fate_is_never_doubled_and_the_admins_are_asked(rig: Rig, kind: str) -> None:
    rig.sandbox.fault("sendMessage", kind)
    row = rig.write(rig.group.id, "rekap", delivery=Delivery.AT_MOST_ONCE)
    after = rig.write(rig.group.id, "berikutnya", delivery=Delivery.AT_MOST_ONCE)
    rig.deliver(rig.sent(row, after))
    assert rig.state(row) == OutboxState.UNKNOWN
    assert rig.unknown == [row]
    assert rig.texts(rig.group).count("rekap") == (1 if kind in ("drop_after", "bad_json") else 0)
    assert rig.texts(rig.group)[-1] == "berikutnya"
    assert rig.store.run(lambda session: outbox.resend(session, row, now()))
    rig.deliver(rig.sent(row))
    assert rig.state(row) == OutboxState.SENT


def test_what_no_connection_could_carry_is_sent_again_also_to_a_group(rig: Rig) -> None:
    row = rig.write(rig.group.id, "rekap", delivery=Delivery.AT_MOST_ONCE)
    port = rig.sandbox.port
    rig.box.run(rig.sandbox.stop())

    async def away() -> None:
        settings = Settings(token=SecretStr(rig.sandbox.token), data=rig.folder, api_url=f"http://127.0.0.1:{port}")
        bot = build_bot(settings)
        await bot.request.initialize()
        result = await call(bot, FileStore(settings.files_url), "sendMessage", {"chat_id": 1, "text": "x"})
        assert result.outcome == Outcome.NOT_SENT
        await bot.request.shutdown()

    with kept_free(port):
        asyncio.run(away())
        rig.box.run(rig.sandbox.start(port))
    rig.deliver(rig.sent(row))
    assert rig.texts(rig.group) == ["rekap"]
    assert not rig.unknown


def test_what_a_dead_process_had_in_hand(rig: Rig) -> None:
    answer = rig.write(rig.sari.id, "jawaban")
    post = rig.write(rig.group.id, "rekap", delivery=Delivery.AT_MOST_ONCE)
    rig.store.run(lambda session: outbox.mark_sending(session, [answer, post]))
    rig.deliver(rig.sent(answer, post))
    assert (rig.state(answer), rig.state(post)) == (OutboxState.SENT, OutboxState.UNKNOWN)
    assert rig.texts(rig.sari) == ["jawaban"]
    assert rig.texts(rig.group) == []
    assert rig.unknown == [post]


def test_a_person_who_blocked_the_bot_gets_nothing_more(rig: Rig) -> None:
    rig.sari.blocks_bot()
    rows = [rig.write(rig.sari.id, "satu"), rig.write(rig.sari.id, "dua")]
    rig.deliver(rig.sent(*rows))
    assert [rig.state(row) for row in rows] == [OutboxState.DEAD, OutboxState.DEAD]
    assert len(rig.dead) == 1
    assert "blocked" in rig.dead[0]


def test_a_refused_call_is_reported_and_the_next_one_goes(rig: Rig) -> None:
    bad, good = rig.write(rig.sari.id, "<b>tidak ditutup"), rig.write(rig.sari.id, "baik")
    rig.deliver(rig.sent(bad, good))
    assert (rig.state(bad), rig.state(good)) == (OutboxState.DEAD, OutboxState.SENT)
    assert rig.texts(rig.sari) == ["baik"]
    assert (len(rig.refused), rig.dead) == (1, [])


def test_a_group_that_became_a_supergroup_is_followed(rig: Rig) -> None:
    plain = rig.sandbox.add_group("Kelurahan", [rig.sari], supergroup=False)
    rig.sari.adds_bot_to(plain)
    old = plain.id
    plain.migrate()
    rows = [rig.write(old, "satu"), rig.write(old, "dua")]
    rig.deliver(rig.sent(*rows))
    assert rig.texts(plain) == ["satu", "dua"]
    assert rig.migrated == [(old, plain.id)]
    assert rig.row(rows[1]).chat_id == plain.id


def test_an_edit_finds_the_message_of_an_earlier_row_or_becomes_a_new_one(rig: Rig) -> None:
    first = rig.write(rig.sari.id, "lama")
    edit = rig.write(rig.sari.id, "baru", method="editMessageText", target_row=first)
    rig.deliver(rig.sent(first, edit))
    assert rig.texts(rig.sari) == ["baru"]
    same = rig.write(rig.sari.id, "baru", method="editMessageText", target_row=first)
    rig.deliver(rig.sent(same))
    assert rig.state(same) == OutboxState.SENT  # "message is not modified" is success
    lost = rig.write(rig.sari.id, "<b>tidak ditutup")
    orphan = rig.write(rig.sari.id, "tanpa sasaran", method="editMessageText", target_row=lost)
    gone = rig.write(rig.sari.id, "sasaran hilang", method="editMessageText", target_message=999_999)
    rig.deliver(rig.sent(lost, orphan, gone))
    assert rig.texts(rig.sari) == ["baru", "tanpa sasaran", "sasaran hilang"]


def test_thirty_prompts_while_the_chat_is_still_being_read_become_one(rig: Rig) -> None:
    rig.waiting = lambda chat: 1
    rows = [rig.write(rig.sari.id, f"foto {number}", slot="prompt") for number in range(30)]
    rig.deliver(rig.sent(rows[-1]))
    assert rig.texts(rig.sari) == ["foto 29"]
    assert [rig.state(row) for row in rows[:29]] == [OutboxState.REPLACED] * 29


def test_telegrams_limits_are_kept_before_a_call_is_made(database: Store, tmp_path: Path) -> None:
    with SandboxThread(strict_limits=True) as box:
        rig = Rig(database, box, tmp_path)
        rows = [rig.write(rig.sari.id, f"nomor {number}") for number in range(8)]
        rig.deliver(rig.sent(*rows), limits=True)
        assert rig.texts(rig.sari) == [f"nomor {number}" for number in range(8)]
        refused = [call for call in rig.sandbox.calls
                   if isinstance(call.result, dict) and call.result.get("error_code") == 429]
        assert refused == []


def _heic() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((320, 240), 90).convert("RGB").save(out, "HEIF")
    return out.getvalue()


@pytest.mark.parametrize(("name", "data", "expected"), [
    ("rumah.heic", _heic(), "stored"), ("rumah.jpg", b"this is no picture at all", "not_image"),
    ("kecil.png", b"", "too_small"),
])
def test_a_photo_is_fetched_checked_and_kept_without_metadata(
    rig: Rig, name: str, data: bytes, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if expected == "too_small":
        out = io.BytesIO()
        Image.new("RGB", (8, 8)).save(out, "PNG")
        data = out.getvalue()
    results: list[dict[str, Any]] = []

    def keep(sent: Sent) -> None:
        results.append(sent.result)

    monkeypatch.setitem(THEN, "photo_fetched", keep)
    sent = rig.sari.document(data, name, "image/jpeg", "")
    file_id = sent.content["document"]["file_id"]
    row = rig.store.run(lambda session: outbox.fetch_file(session, 7, file_id, now()))
    rig.deliver(rig.sent(row.id or 0))
    assert rig.state(row.id or 0) == OutboxState.SENT
    if expected != "stored":
        assert results == [{"problem": expected}]
        return
    assert (results[0]["width"], results[0]["height"]) == (320, 240)
    kept = FileStore(str(rig.folder / "files")).get(results[0]["key"])
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.format == "JPEG"
        assert not picture.getexif()


def test_a_file_server_without_the_file_costs_one_photo_not_the_bot(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    results: list[dict[str, Any]] = []
    monkeypatch.setitem(THEN, "photo_fetched", lambda sent: results.append(sent.result))
    file_id = rig.sari.document(_heic(), "rumah.heic", "image/heic", "").content["document"]["file_id"]
    rig.sandbox.world.files.by_path.clear()
    row = rig.store.run(lambda session: outbox.fetch_file(session, 7, file_id, now()))
    answer = rig.write(rig.sari.id, "jawaban")
    rig.deliver(rig.sent(row.id or 0, answer))
    assert results == [{"problem": "unavailable"}]
    assert rig.texts(rig.sari) == ["jawaban"]


def test_a_revoked_token_ends_the_program_and_loses_no_answer(rig: Rig) -> None:
    row = rig.write(rig.sari.id, "jawaban")
    token = rig.sandbox.world.token
    settings = Settings(token=SecretStr(token), data=rig.folder, api_url=rig.sandbox.base_url.removesuffix("/bot"))

    async def revoked() -> None:
        bot = build_bot(settings)
        deliverer = Deliverer(bot, rig.store, FileStore(settings.files_url), now, lambda session: None, rig.reports(),
                              Limits(time.monotonic), lambda chat: 0)
        await bot.initialize()
        rig.sandbox.world.token = "1000001:another-token-for-tests-only-00000"
        try:
            with pytest.raises(MustStop):
                await asyncio.wait_for(deliverer.run(), PATIENCE)
        finally:
            rig.sandbox.world.token = token
            await close_bot(bot)

    asyncio.run(revoked())
    rig.deliver(rig.sent(row))
    assert rig.texts(rig.sari) == ["jawaban"]


def test_a_call_replaced_since_the_look_is_not_sent(rig: Rig) -> None:
    old = rig.write(rig.sari.id, "lama", slot="prompt")
    new = rig.write(rig.sari.id, "baru", slot="prompt")
    assert rig.store.run(lambda session: outbox.mark_sending(session, [old, new])) == {new}
    assert rig.state(old) == OutboxState.REPLACED


def test_a_follow_up_that_fails_keeps_what_is_known(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(sent: Sent) -> None:
        raise KeyError("3674060101800001")

    monkeypatch.setitem(THEN, "broken", broken)
    rows = [rig.write(rig.sari.id, "satu", then="broken"), rig.write(rig.sari.id, "dua")]
    rig.deliver(rig.sent(*rows))
    assert [rig.state(row) for row in rows] == [OutboxState.SENT, OutboxState.SENT]
    assert rig.texts(rig.sari) == ["satu", "dua"]
