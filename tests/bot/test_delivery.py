"""Delivery against the sandbox, over real HTTP: what is sent once, what is sent again, what the admins are asked."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pydantic import SecretStr

from bot.calls import Outcome, call
from bot.client import build_bot
from bot.deliver import Deliverer, Reports
from bot.files import FileStore
from bot.limits import Limits
from bot.sandbox import Group, Person, Sandbox, SandboxThread
from bot.settings import Settings
from handlers.kit.then import THEN, Sent
from storage import outbox
from storage.outbox import Delivery, Outbox, OutboxState
from storage.store import Store


def _now() -> datetime:
    return datetime.now(UTC)


def _wait(until: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


class Rig:
    """A store, a sandbox with a person and a group, and a delivery that runs until the outbox is quiet."""

    def __init__(self, store: Store, box: SandboxThread, folder: Path) -> None:
        self.store, self.box, self.folder = store, box, folder
        self.sandbox: Sandbox = box.sandbox
        self.sari: Person = self.sandbox.add_person("Sari")
        self.vera: Person = self.sandbox.add_person("Vera")
        self.group: Group = self.sandbox.add_group("Forum", [self.sari])
        self.sari.adds_bot_to(self.group)
        for person in (self.sari, self.vera):
            person.says("/start")
        self.unknown: list[int] = []
        self.dead: list[str] = []
        self.refused: list[str] = []
        self.migrated: list[tuple[int, int]] = []
        self.waiting: Callable[[int], int] = lambda chat: 0

    def write(self, chat: int, text: str, method: str = "sendMessage", **kind: Any) -> int:
        """One call into the outbox; its row id."""
        params = {"chat_id": chat, "text": text, "parse_mode": "HTML"}
        row = self.store.run(lambda session: outbox.enqueue(session, chat, method, params, _now(), **kind))
        return row.id or 0

    def state(self, row: int) -> OutboxState:
        """What became of a row."""
        return self.row(row).state

    def row(self, row: int) -> Outbox:
        """The row."""
        found = self.store.run(lambda session: session.get(Outbox, row))
        assert found is not None
        return found

    def deliver(self, until: Callable[[], bool], *, limits: bool = False, timeout: float = 15) -> None:
        """Run delivery until something holds, then stop it as SIGTERM would."""
        asyncio.run(self._deliver(until, limits, timeout))

    async def _deliver(self, until: Callable[[], bool], limits: bool, seconds: float) -> None:
        settings = Settings(token=SecretStr(self.sandbox.token), data=self.folder,
                            api_url=self.sandbox.base_url.removesuffix("/bot"))
        bot = build_bot(settings)
        reports = Reports(
            unknown=lambda session, row: self.unknown.append(row.id or 0),
            dead=lambda session, row, problem: self.dead.append(problem),
            refused=lambda session, row, problem: self.refused.append(problem),
            migrated=lambda session, old, new: self.migrated.append((old, new)),
        )
        deliverer = Deliverer(bot, self.store, FileStore(settings.files_url), _now, lambda session: None,
                              reports, Limits(time.monotonic, enabled=limits), lambda chat: self.waiting(chat))
        async with bot:
            await deliverer.recover()
            running = asyncio.create_task(deliverer.run())
            try:
                await asyncio.to_thread(_wait, until, seconds)
            finally:
                deliverer.stop()
                await running

    def sent(self, *rows: int) -> Callable[[], bool]:
        """All these are settled for good."""
        return lambda: all(self.state(row) not in (OutboxState.PENDING, OutboxState.SENDING) for row in rows)

    def texts(self, chat: Person | Group) -> list[str]:
        """What the bot wrote there."""
        me = self.sandbox.world.bot.id
        return [one.text for one in chat.messages if one.sender.id == me and not one.service]


@pytest.fixture
def rig(database: Store, tmp_path: Path) -> Iterator[Rig]:
    with SandboxThread() as box:
        yield Rig(database, box, tmp_path)


def test_a_chat_reads_in_the_order_of_writing(rig: Rig) -> None:
    rows = [rig.write(rig.sari.id, f"nomor {number}") for number in range(12)]
    rig.deliver(rig.sent(*rows))
    assert rig.texts(rig.sari) == [f"nomor {number}" for number in range(12)]


def test_a_retry_holds_back_its_own_chat_only(rig: Rig) -> None:
    rig.sandbox.fault("sendMessage", "429", chat=rig.sari.id, retry_after=1)
    first, second = rig.write(rig.sari.id, "satu"), rig.write(rig.sari.id, "dua")
    other = rig.write(rig.vera.id, "untuk Vera")
    began = time.monotonic()
    rig.deliver(rig.sent(other))
    assert time.monotonic() - began < 0.9
    assert rig.texts(rig.sari) == []
    rig.deliver(rig.sent(first, second))
    assert rig.texts(rig.sari) == ["satu", "dua"]


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
    assert rig.store.run(lambda session: outbox.resend(session, row, _now()))
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
        refused = [call for call in rig.sandbox.calls if isinstance(call.result, dict) and "429" in str(call.result)]
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
    row = rig.store.run(lambda session: outbox.fetch_file(session, 7, file_id, _now()))
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
