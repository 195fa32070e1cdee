"""The chart before a digest through the real delivery: it goes first, and whatever happens to it the text follows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, select

from bot import calls, deliver
from bot.sandbox import Group, SandboxThread
from bot.sandbox.media import house_photo
from bot.sandbox.model import Message
from handlers.digest.clock import due_digests
from handlers.kit.runtime import Runtime
from handlers.kit.then import THEN
from storage import groups, outbox
from storage.groups import Rhythm
from storage.outbox import Outbox, OutboxState
from storage.store import Store
from tests.bot.delivery_rig import Rig, now
from tests.bot.waiting import PATIENCE
from tests.builders import PAMULANG, SETU, claim, eligible, make_quota

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

SENT, DEAD, UNKNOWN = OutboxState.SENT, OutboxState.DEAD, OutboxState.UNKNOWN
# What goes wrong with the chart → what becomes of it and of the text, and which pictures arrive.
FATES: dict[str, tuple[OutboxState, OutboxState, int]] = {
    "": (SENT, SENT, 1), "no_photos": (DEAD, SENT, 0), "429": (SENT, SENT, 1), "drop_before": (UNKNOWN, SENT, 0),
    "drop_after": (UNKNOWN, SENT, 1), "500": (UNKNOWN, SENT, 0), "bad_json": (UNKNOWN, SENT, 1),
    "forbidden": (DEAD, DEAD, 0),
}

CHART: dict[str, Any] = {
    "title": "Tahap", "message": "1 rumah", "sums": "1 = 1 + 0", "source": "Contoh", "legend": [["open", "Terbuka"]],
    "rows": [{"name": "Setu", "note": "1", "parts": [[1, "1"]]}],
}


@pytest.fixture
def rig(database: Store, tmp_path: Path) -> Iterator[Rig]:
    with SandboxThread() as box:
        yield Rig(database, box, tmp_path)


def digest(rig: Rig, *read_by: Group) -> dict[int, list[int]]:
    """The clock ticks: chat → the rows that it wrote."""
    runtime = Runtime(
        store=rig.store, now=now, zone=ZoneInfo("Asia/Jakarta"), zone_label="WIB", city="36.74", bot_id=1,
        bot_username="bedah_bot", guard=lambda session: None, wake=lambda: None, instant=lambda method, params: None)

    def unit(session: Session) -> dict[int, list[int]]:
        for area in (PAMULANG, PAMULANG, SETU):
            eligible(session, area)
        claim(session, eligible(session, SETU), make_quota(session))
        yesterday = now() - timedelta(days=1)
        for one in read_by:
            group = groups.joined(session, one.id, "Forum", yesterday, by=None)
            schedule = groups.schedule_of(session, group.id or 0, yesterday)
            groups.set_schedule(session, schedule, yesterday, by=None, rhythm=Rhythm.DAILY, active=True)
        assert due_digests(session, runtime, now()) == len(read_by)
        query = select(Outbox).order_by(col(Outbox.id))
        return {one.id: [row.id or 0 for row in session.exec(query.where(Outbox.chat_id == one.id))]
                for one in read_by}

    return rig.store.run(unit)


def seen(rig: Rig, group: Group) -> list[Message]:
    me = rig.sandbox.world.bot.id
    return [one for one in group.messages if one.sender.id == me and not one.service]


def test_the_chart_goes_first_and_whatever_becomes_of_it_the_text_follows_once(rig: Rig) -> None:
    read_by = {fate: rig.sandbox.add_group(f"Forum {fate}", [rig.sari]) for fate in FATES}
    for fate, group in read_by.items():
        rig.sari.adds_bot_to(group)
        if fate:
            rig.sandbox.fault("sendPhoto", fate, chat=group.id)  # type: ignore[arg-type]
    rows = digest(rig, *read_by.values())
    for _started_again in range(2):
        rig.deliver(rig.sent(*(row for pair in rows.values() for row in pair)))
        for fate, (chart, text, arrived) in FATES.items():
            assert [rig.state(row) for row in rows[read_by[fate].id]] == [chart, text], fate
            there = seen(rig, read_by[fate])
            assert ["photo" in one.content for one in there] == [True] * arrived + [False] * (text == SENT), fate
            if text == SENT:
                assert "4 butuh bedah = 1 sudah ada mitra + 3 belum" in there[-1].text
                assert "🗺 Peta" in there[-1].labels
            if arrived:
                assert there[0].content["photo"][-1]["width"] >= 900
                assert there[-1].text.startswith(there[0].text)
                assert there[0].labels == []
    assert len(rig.dead) == 1, "of the group that is gone alone"


def _broken(_spec: dict[str, Any]) -> bytes:
    raise ValueError("3674060101800001")


def _slow(until: threading.Event) -> Callable[[dict[str, Any]], bytes]:
    def draw(_spec: dict[str, Any]) -> bytes:
        until.wait(PATIENCE)
        return b""

    return draw


@pytest.mark.parametrize("problem", ["ValueError", "TimeoutError"])
def test_a_chart_that_cannot_be_drawn_is_given_up_at_once(
    rig: Rig, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = threading.Event()
    monkeypatch.setitem(calls._PICTURES, "_chart", _broken if problem == "ValueError" else _slow(done))
    if problem == "TimeoutError":
        monkeypatch.setattr(calls, "PATIENCE", 0.1)
    rows = digest(rig, rig.group)[rig.group.id]
    rig.deliver(rig.sent(*rows))
    done.set()
    assert [rig.state(row) for row in rows] == [DEAD, SENT]
    assert (rig.row(rows[0]).problem, rig.row(rows[0]).attempts) == (f"not drawn: {problem}", 1)
    (text,) = seen(rig, rig.group)
    assert "3 rumah belum ada mitra" in text.text


def test_pictures_that_are_slow_to_draw_keep_no_answer_waiting(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty groups read at eight. However many calls may be in hand at once, not all are pictures."""
    begun, done = threading.Event(), threading.Event()
    monkeypatch.setitem(calls._PICTURES, "_chart", lambda spec: (begun.set(), _slow(done)(spec))[1])
    monkeypatch.setattr(deliver, "AT_ONCE", 6)
    groups_ = [rig.sandbox.add_group(f"Forum {number}", [rig.sari]) for number in range(8)]
    for one in groups_:
        rig.sari.adds_bot_to(one)
    rows = digest(rig, *groups_)
    answer: list[int] = []

    def answered() -> bool:
        if begun.is_set() and not answer:
            answer.append(rig.write(rig.vera.id, "jawaban"))
        if answer and rig.state(answer[0]) == SENT:
            done.set()
        return done.is_set()

    rig.deliver(answered)
    assert rig.texts(rig.vera)[-1:] == ["jawaban"]
    rig.deliver(rig.sent(*(row for pair in rows.values() for row in pair)))
    assert [rig.state(text) for _, text in rows.values()] == [SENT] * 8


def test_drawings_that_hang_stop_neither_photos_nor_texts_nor_the_end(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Three hang at most; then pictures are given up at once, until one comes back."""
    hangs, begun, fetched = threading.Event(), list[threading.Thread](), list[dict[str, Any]]()

    def hang(_spec: dict[str, Any]) -> bytes:
        begun.append(threading.current_thread())
        hangs.wait(PATIENCE)
        return b""

    monkeypatch.setitem(THEN, "photo_fetched", lambda sent: fetched.append(sent.result))
    monkeypatch.setattr(calls, "PATIENCE", 0.2)
    monkeypatch.setattr(deliver, "PICTURES_AT_ONCE", 1)
    groups_ = [rig.sandbox.add_group(f"Forum {number}", [rig.sari]) for number in range(5)]
    for one in groups_:
        rig.sari.adds_bot_to(one)
    with monkeypatch.context() as patch:
        patch.setitem(calls._PICTURES, "_chart", hang)
        rows = digest(rig, *groups_)
        sent = rig.sari.document(house_photo(1), "rumah.jpg", "image/jpeg", "").content["document"]["file_id"]
        photo = rig.store.run(lambda session: outbox.fetch_file(session, 7, sent, now())).id or 0
        rig.deliver(rig.sent(photo, *(row for pair in rows.values() for row in pair)))
        assert [[rig.state(row) for row in pair] for pair in rows.values()] == [[DEAD, SENT]] * 5
        assert fetched[0]["key"]
        assert len(begun) == 3
        assert caplog.text.count("a drawing takes longer than") == 3
        assert all(one.daemon for one in begun), "they must not keep the program from ending"
        hangs.set()
        for one in begun[1:]:
            one.join(PATIENCE)
    monkeypatch.setattr(calls, "PATIENCE", PATIENCE)
    again = rig.store.run(lambda session: outbox.enqueue(
        session, rig.vera.id, "sendPhoto", {"chat_id": rig.vera.id, "photo": {"_chart": CHART, "filename": "a.png"}},
        now())).id or 0
    rig.deliver(rig.sent(again))
    assert rig.state(again) == SENT


def test_a_photo_that_takes_for_ever_is_no_picture_and_a_document_is_given_up(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs, fetched = threading.Event(), list[dict[str, Any]]()
    monkeypatch.setitem(THEN, "photo_fetched", lambda sent: fetched.append(sent.result))
    monkeypatch.setattr(calls, "DECODING_PATIENCE", 0.2)
    monkeypatch.setattr(calls, "DOCUMENT_PATIENCE", 0.2)
    prepare = calls.prepare
    monkeypatch.setattr(calls, "prepare", lambda data: prepare(data) if hangs.wait(1.5) else prepare(data))
    monkeypatch.setattr(calls, "draw", lambda *_more: hangs.wait(PATIENCE))
    page = rig.store.run(lambda session: outbox.enqueue(
        session, rig.vera.id, "sendDocument", {"chat_id": rig.vera.id, "document": {"_pdf": {}, "filename": "a.pdf"}},
        now())).id or 0
    after = rig.write(rig.vera.id, "sesudahnya")
    sent = rig.sari.document(house_photo(1), "rumah.jpg", "image/jpeg", "").content["document"]["file_id"]
    photo = rig.store.run(lambda session: outbox.fetch_file(session, 7, sent, now())).id or 0
    rig.deliver(rig.sent(photo, page, after))
    hangs.set()
    assert fetched == [{"problem": "not_image"}]
    assert [rig.state(one) for one in (page, after)] == [DEAD, SENT]
    assert rig.refused == ["not drawn: TimeoutError"]
