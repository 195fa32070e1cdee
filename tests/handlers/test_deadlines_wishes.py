"""Wishes for a new date that nobody answers: the admins are reminded each day, and the houses stay meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from handlers.deadlines import clock
from storage import deadlines
from storage.people import RoleName
from tests.builders import CITRA, JUTA, at_once
from tests.handlers.stage import Stage
from tests.handlers.test_deadlines_clock import DUE, on, told
from tests.handlers.transfer_steps import ask_for, tick

WAITS = "belum dijawab admin"


def wish(stage: Stage, code: str, at: datetime, days: int = 40) -> int:
    """The partner of a house asks for a later day; the request's id."""
    number = stage.held(code).id or 0
    return stage.store.run(lambda session: deadlines.ask(
        session, number, at + timedelta(days=days), "Hujan", at, by=1).id or 0)


def test_reminded_once_a_day_until_it_is_answered(stage: Stage, code: str) -> None:
    on(stage, DUE + timedelta(days=1))
    tick(stage)
    on(stage, DUE + timedelta(days=2), 14)
    wish(stage, code, stage.world.now)
    counts = []
    for day, hour, minute in ((5, 13, 59), (5, 14, 0), (5, 19, 0), (6, 6, 0), (6, 7, 0), (6, 19, 59), (6, 20, 0)):
        on(stage, DUE + timedelta(days=day), hour, minute)
        tick(stage)
        counts.append(len(told(stage.admin, WAITS)))
    assert counts == [0, 1, 1, 1, 2, 2, 2], "72 hours later, then each morning, never at night"
    assert told(stage.admin, WAITS)[0] == (
        "⏳ 1 permintaan tenggat baru belum dijawab admin sejak 3 hari atau lebih. Selama belum dijawab, rumahnya "
        f"tidak kembali ke daftar tunggu. Mohon diputuskan:\n🗓 {code} · Baznas minta tenggat 13 Mei 2026")
    assert told(stage.budi, WAITS) == told(stage.vera, WAITS) == []
    on(stage, DUE + timedelta(days=90))
    tick(stage)
    assert (stage.state(code), len(told(stage.admin, WAITS))) == ("claimed", 3), "nobody's silence costs the house"
    assert stage.admin.last.buttons == [f"🗓 {code}", "📨 Permintaan menunggu"]
    stage.admin.presses(f"🗓 {code}")
    stage.admin.presses("Tolak")
    stage.admin.says("Sudah cukup lama")
    on(stage, DUE + timedelta(days=91))
    before = len(told(stage.admin, WAITS))
    assert tick(stage) == 0
    assert len(told(stage.admin, WAITS)) == before


def test_many_are_one_message_and_two_processes_send_it_once(stage: Stage) -> None:
    stage.grant(CITRA, RoleName.ADMIN)
    quota = stage.quota("Baznas", units=20, ceiling=5_000 * JUTA)
    codes = stage.houses(7)
    for code in codes:
        stage.claimed(code, quota)
        wish(stage, code, stage.world.now)
    young = stage.houses(1)[0]
    stage.claimed(young, quota)
    stage.world.passes(days=2)
    wish(stage, young, stage.world.now)
    stage.world.passes(days=2)
    now = stage.world.now

    def look(session: Session) -> int:
        return clock.remind_wishes(session, stage.world.runtime, now)

    assert sorted(at_once(stage.store, look, look)) == [0, 7]
    stage.world.deliver()
    for admin, words in ((stage.admin, WAITS), (stage.citra, "have had no answer from an admin")):
        (text,) = told(admin, words)
        assert [code in text for code in codes] == [True] * 5 + [False] * 2
        assert "2" in text.splitlines()[-1]
        assert len(admin.last.buttons) == 6
    stage.admin.presses("Permintaan menunggu")
    assert young in stage.admin.last.text or "Berikutnya" in str(stage.admin.last.buttons)
    stage.world.passes(days=1)
    assert [tick(stage, "remind_wishes"), tick(stage, "remind_wishes")] == [8, 0], "the young one, too"


def test_a_house_that_nobody_gives_or_keeps_is_brought_up_each_day_too(stage: Stage, code: str) -> None:
    stage.quota("DPKPP")
    ask_for(stage.dani, code)
    wish(stage, code, stage.world.now)
    both, counts = (WAITS, "belum dijawab mitra maupun admin"), []
    for hours in (72, 11, 13, 11):
        stage.world.passes(hours=hours)
        tick(stage)
        counts.append([len(told(stage.admin, words)) for words in both])
    assert counts == [[1, 0], [1, 0], [2, 1], [2, 1]], "the day it came to them, they were told"
    (text,) = told(stage.admin, both[1])
    assert text == ("⏳ 1 permintaan alih rumah belum dijawab mitra maupun admin. Mohon diputuskan:\n"
                    f"⇄ {code} · Baznas → DPKPP · menunggu jawaban Bapak/Ibu")
    assert stage.admin.last.buttons == [f"⇄ {code}", "📨 Permintaan menunggu"]
    stage.admin.presses(code)
    stage.admin.presses("Tolak")
    stage.admin.says("Sudah mulai dikerjakan")
    stage.world.passes(days=1)
    tick(stage)
    assert [len(told(stage.admin, words)) for words in both] == [3, 0], "answered, and not told again"
