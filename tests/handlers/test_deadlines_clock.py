"""What the clock does about deadlines: reminders, overdue marks, houses that go back; each once, and by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, update

from handlers.deadlines import clock
from storage import claims, cofunding, deadlines, progress
from storage.claims import Claim, ClaimState
from storage.partners import Quota
from storage.people import RoleName
from storage.rules import DEFAULTS
from storage.shown import Shown
from tests.builders import BUDI, CITRA, DANI, JUTA, at_once
from tests.handlers.stage import Stage, report
from tests.handlers.transfer_steps import tick
from tests.world import Actor

JAKARTA = ZoneInfo("Asia/Jakarta")
DUE = date(2026, 4, 1)
"""When a claim of the stage's first day must have begun."""


def on(stage: Stage, day: date, hour: int = 9, minute: int = 0) -> None:
    """The city's clock shows this."""
    stage.world.now = datetime.combine(day, time(hour, minute), JAKARTA).astimezone(UTC)


def told(actor: Actor, words: str) -> list[str]:
    return [one.text for one in actor.seen if words in one.text]


def test_reminded_a_week_and_a_day_before(stage: Stage, code: str) -> None:
    for before, n in ((9, 0), (8, 0), (7, 1), (6, 1), (2, 1), (1, 2), (0, 2)):
        on(stage, DUE - timedelta(days=before))
        tick(stage)
        tick(stage)
        assert len(told(stage.budi, "mendekati tenggat")) == n, before
    assert told(stage.budi, "mendekati tenggat")[0] == f"⏰ 1 rumah mendekati tenggat:\n• {code}: mulai s.d. 1 Apr"
    stage.budi.presses("Klaim saya")
    assert "Klaim Baznas" in stage.budi.last.text
    assert stage.admin.seen == []


def test_a_burst_is_one_message(stage: Stage) -> None:
    stage.grant(CITRA, RoleName.PARTNER, "Baznas")
    quota = stage.quota("Baznas", units=200, ceiling=50_000 * JUTA)
    number = stage.held_by(quota, 158)
    on(stage, DUE - timedelta(days=7))
    assert tick(stage, "remind_deadlines") == number
    for rep, words in ((stage.budi, "158 rumah mendekati tenggat"), (stage.citra, "158 houses have a deadline soon")):
        (text,) = told(rep, words)
        assert text.count("•") == 10
        assert "148" in text.splitlines()[-1]
        assert len(rep.last.buttons) == 11
    on(stage, DUE + timedelta(days=1))
    assert tick(stage) == number
    assert len(told(stage.budi, "158 rumah melewati tenggat")) == 1
    assert told(stage.admin, "melewati tenggat")[0].endswith("• Baznas: 158 rumah")
    assert len(stage.admin.last.buttons) == 11
    assert stage.admin.last.buttons[-1] == "‹ Daftar mitra"


def test_overdue_asks_for_a_word(stage: Stage, code: str) -> None:
    on(stage, DUE, 19, 59)
    assert tick(stage, "mark_overdue") == 0, "its day is not over"
    on(stage, DUE + timedelta(days=1), 7)
    assert tick(stage, "mark_overdue") == 1
    assert stage.budi.last.text == ("⚠ 1 rumah melewati tenggat. Mohon laporkan progresnya, atau minta tanggal baru "
                                    f"dengan alasannya:\n• {code}: ⚠ lewat 1 hari")
    assert "1 klaim melewati tenggat" in stage.admin.last.text
    stage.admin.presses(code)
    assert code in stage.admin.last.text
    assert "Mitra: Baznas" in stage.admin.last.text
    stage.budi.presses(code)
    assert "Minta tanggal baru" in str(stage.budi.last.buttons)
    assert tick(stage) == 0


def test_nobody_is_woken(stage: Stage, code: str) -> None:
    for day in (DUE - timedelta(days=7), DUE + timedelta(days=1)):
        for hour, minute in ((0, 1), (6, 59), (20, 0), (23, 59)):
            on(stage, day, hour, minute)
            assert tick(stage) == 0
        on(stage, day, 7)
        assert clock.by_day(stage.world.runtime, stage.world.now + timedelta(hours=12, minutes=59))
        assert tick(stage) == 1
    assert stage.held(code).overdue_at == stage.world.now


def test_goes_back_and_everybody_hears_it_once(stage: Stage) -> None:
    quota, helper = stage.quota("Baznas", house_ceiling=30 * JUTA), stage.quota("PT Contoh Sejahtera")
    code, other = stage.houses(2)
    for one in (code, other):
        number = stage.claimed(one, quota).id or 0
        stage.store.run(lambda session, number=number: cofunding.join(session, number, helper, 20 * JUTA,
                                                                      stage.world.now, by=None))
    stage.budi.says(code)
    stage.budi.presses("Lihat data keluarga")
    family = stage.budi.last
    on(stage, DUE + timedelta(days=1))
    tick(stage)
    on(stage, DUE + timedelta(days=15), 23)
    assert tick(stage) == 0
    on(stage, DUE + timedelta(days=16))
    assert [tick(stage), tick(stage)] == [2, 0]
    assert [stage.state(one) for one in (code, other)] == ["eligible", "eligible"]
    assert [claim.state for claim in stage.rows(Claim)] == [ClaimState.EXPIRED, ClaimState.EXPIRED]
    assert family.text == "Data keluarga di pesan ini sudah ditarik."
    assert all(row.closed_at for row in stage.rows(Shown))
    assert stage.left(quota) == (10, 500 * JUTA)
    assert stage.left(helper) == (10, 500 * JUTA)
    for somebody, words in (
        (stage.budi, "2 rumah kembali ke daftar tunggu"), (stage.citra, "2 houses that you support"),
        (stage.admin, "2 klaim berakhir"), (stage.vera, "2 klaim berakhir"),
        (stage.sari, "2 rumah yang Bapak/Ibu data kembali"),
    ):
        assert len(told(somebody, words)) == 1, somebody.name
        assert f"{code}, {other}" in told(somebody, words)[0]
    assert stage.dani.seen == []
    for somebody in (stage.admin, stage.vera, stage.sari):
        assert somebody.last.buttons == [code, other], somebody.name
        somebody.presses(other)
        assert somebody.last.text.startswith(other), somebody.name


def test_who_is_several_of_them_hears_it_as_a_rep(stage: Stage, code: str) -> None:
    stage.grant(BUDI, RoleName.ADMIN)
    on(stage, DUE + timedelta(days=1))
    tick(stage)
    on(stage, DUE + timedelta(days=20))
    tick(stage)
    assert len(told(stage.budi, "kembali ke daftar tunggu")) == 1
    assert "Unit dan dananya kembali ke kuota" in told(stage.budi, "kembali ke daftar tunggu")[0]
    assert code in stage.budi.last.text


def test_a_report_stops_the_clock(stage: Stage, code: str) -> None:
    on(stage, DUE + timedelta(days=1))
    tick(stage)
    report(stage.budi, code)
    on(stage, DUE + timedelta(days=16))
    assert tick(stage, "mark_overdue", "expire_claims") == 0
    assert stage.state(code) == "in_progress"


def test_after_an_outage_nothing_is_lost_or_told_twice(stage: Stage, code: str) -> None:
    on(stage, DUE - timedelta(days=1))  # both reminders are due: one is given
    assert [tick(stage), tick(stage)] == [1, 0]
    on(stage, DUE + timedelta(days=40))
    assert [tick(stage, "mark_overdue", "expire_claims"), tick(stage)] == [1, 0], "overdue first; it has its days"
    on(stage, DUE + timedelta(days=55))
    assert tick(stage) == 1
    assert len(told(stage.budi, "mendekati")) == len(told(stage.budi, "melewati")) == 1
    assert stage.state(code) == "eligible"


def test_a_word_in_another_language_and_no_word_to_who_is_away(stage: Stage) -> None:
    code = stage.houses(1)[0]
    stage.claimed(code, stage.quota("PT Contoh Sejahtera"), CITRA)
    stage.world.away.add(stage.dani.id)
    on(stage, DUE - timedelta(days=1))
    tick(stage)
    assert stage.citra.last.text == f"⏰ 1 house has a deadline soon:\n• {code}: begin by 1 Apr"
    assert stage.dani.seen == []


@pytest.mark.parametrize("name", ["remind_deadlines", "mark_overdue", "expire_claims"])
def test_two_processes_tick_at_once(stage: Stage, code: str, name: str) -> None:
    days = {"remind_deadlines": -7, "mark_overdue": 1, "expire_claims": 1}[name]
    on(stage, DUE + timedelta(days=days))
    if name == "expire_claims":
        tick(stage)
        on(stage, DUE + timedelta(days=16))
    before = len(stage.budi.seen)

    def look(session: Session) -> int:
        return getattr(clock, name)(session, stage.world.runtime, stage.world.now)

    found = at_once(stage.store, look, look)
    assert sorted(found) == [0, 1], found
    stage.world.deliver()
    assert len(stage.budi.seen) == before + 1
    assert stage.claim(code) is None or name != "expire_claims"


def test_expiry_and_a_report_at_once(stage: Stage, code: str) -> None:
    on(stage, DUE + timedelta(days=1))
    tick(stage)
    on(stage, DUE + timedelta(days=16))
    number, now = stage.held(code).id or 0, stage.world.now

    def look(session: Session) -> int:
        return clock.expire_claims(session, stage.world.runtime, now)

    ended, reported = at_once(stage.store, look, lambda session: progress.report(session, number, 20, now, by=1))
    assert stage.state(code) == ("eligible" if ended == 1 else "in_progress")
    assert (ended == 1) == isinstance(reported, Exception), (ended, reported)
    claim = stage.store.run(lambda session: claims.get(session, number))
    assert claim.state == (ClaimState.EXPIRED if ended == 1 else ClaimState.ACTIVE)


def test_expiry_and_a_wish_for_time_at_once(stage: Stage, code: str) -> None:
    on(stage, DUE + timedelta(days=1))
    tick(stage)
    on(stage, DUE + timedelta(days=16))
    number, now = stage.held(code).id or 0, stage.world.now
    wanted = now + timedelta(days=20)
    ended, asked = at_once(
        stage.store, lambda session: clock.expire_claims(session, stage.world.runtime, now),
        lambda session: deadlines.ask(session, number, wanted, "Hujan", now, by=1))
    assert (ended == 1) == isinstance(asked, Exception), (ended, asked)
    assert stage.state(code) == ("eligible" if ended == 1 else "claimed")


def test_nothing_is_due(stage: Stage) -> None:
    assert tick(stage) == 0
    stage.grant(DANI, RoleName.ADMIN)
    stage.world.passes(days=400)
    assert tick(stage) == 0
    assert stage.admin.seen == stage.dani.seen == []
    assert DEFAULTS.grace == timedelta(days=14)


def test_a_row_that_cannot_end_holds_up_no_other(stage: Stage, code: str) -> None:
    """Somebody changed a quota by hand, so that it cannot get back what the first claim had reserved."""
    broken = stage.quota("DPKPP")
    first = stage.houses(1)[0]
    stage.claimed(first, broken)
    stage.store.run(lambda session: session.exec(
        update(Quota).where(col(Quota.id) == broken).values(units_reserved=0)) and None)
    on(stage, DUE + timedelta(days=1))
    tick(stage)
    on(stage, DUE + timedelta(days=16))
    assert [tick(stage), tick(stage)] == [1, 0]
    assert (stage.state(first), stage.state(code)) == ("claimed", "eligible")
    assert len(told(stage.budi, "kembali ke daftar tunggu")) == 1
    assert told(stage.dani, "kembali ke daftar tunggu") == []


def test_a_house_is_not_taken_away_from_work_that_goes_on(stage: Stage, code: str) -> None:
    """Past the last deadline the stage does not change any more; each report of more work leaves two weeks."""
    report(stage.budi, code, "60")
    done = date(2026, 6, 30)
    on(stage, done + timedelta(days=1))
    tick(stage)
    assert stage.held(code).overdue_at == stage.world.now
    on(stage, done + timedelta(days=14))
    report(stage.budi, code, "90")
    assert "kembali ke daftar tunggu 29 Juli 2026, kecuali pekerjaan berlanjut" in stage.budi.last.text
    on(stage, done + timedelta(days=28))
    assert (tick(stage), stage.state(code)) == (0, "in_progress")
    on(stage, done + timedelta(days=29))
    assert (tick(stage), stage.state(code)) == (1, "eligible")
