"""The reminder of a visit: who gets it, what it says, and how often, whatever happens to clocks and processes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import insert
from sqlmodel import Session, col, select

from bot.documents import draw
from handlers.roadshow.clock import remind_visits
from storage import groups
from storage.houses import House
from storage.outbox import Delivery, Outbox
from storage.people import RoleName
from storage.store import Store
from tests.bot.test_documents import pages, text
from tests.builders import ADMIN, JUTA, PAMULANG, SETU, at_once, eligible
from tests.handlers.road_steps import (
    ASLEEP,
    CSR,
    FORUM,
    HALL,
    SETU_ONLY,
    all_visits,
    documents,
    in_days,
    planned,
    posts,
    reads,
    tick,
)
from tests.handlers.stage import Stage
from tests.handlers.test_screen_cost import asked
from tests.world import Actor


def read(stage: Stage, chat: int) -> list[str]:
    """The first line of each text in a chat."""
    return [one.text.splitlines()[0] for one in posts(stage, chat) if one.method == "sendMessage"]


def change(actor: Actor, *steps: str) -> None:
    """An admin opens the first visit and goes on: a button, then words or another button."""
    actor.says("/roadshow")
    actor.presses(" · ", actor.last)
    actor.presses(steps[0])
    for step in steps[1:]:
        (actor.presses if step == "Ya, batalkan" else actor.says)(step)


REMIND = "📣 Besok: kunjungan ke Kecamatan Pamulang"


def test_who_is_reminded_and_when(stage: Stage) -> None:
    reads(stage, FORUM)
    reads(stage, CSR, PAMULANG, locale="en")
    reads(stage, SETU_ONLY, SETU)
    reads(stage, ASLEEP, active=False)
    planned(stage, in_days(stage, 2))
    stage.world.passes(days=1, minutes=-1)  # 07.59 of the day before
    assert tick(stage) == 0
    stage.world.passes(minutes=1)
    assert tick(stage, 3) == 1
    assert read(stage, FORUM) == [REMIND]
    assert read(stage, CSR) == ["📣 Tomorrow: visit to Kecamatan Pamulang"]
    assert read(stage, SETU_ONLY) == read(stage, ASLEEP) == []
    assert read(stage, ADMIN.telegram_id) == [REMIND]
    assert stage.vera.seen == []
    for chat in (FORUM, CSR, ADMIN.telegram_id):
        assert [one.method for one in posts(stage, chat)] == ["sendMessage", "sendDocument"], "the text goes first"
    stage.admin.presses("Buka kunjungan")
    assert "✓ Pengingat dikirim Selasa, 3 Maret 2026, 08.00 WIB" in posts(stage, stage.admin.id)[0].text
    for row in stage.rows(Outbox):
        assert row.delivery == (Delivery.AT_MOST_ONCE if row.chat_id < 0 else Delivery.AT_LEAST_ONCE)


def test_what_it_says(stage: Stage) -> None:
    reads(stage, FORUM)
    held, = stage.houses(1)
    stage.claimed(held, stage.quota())
    near = stage.houses(3, estimate=20 * JUTA, roof=5, floor=5, head_name="Rahasia", address="Gg. Rahasia")
    stage.houses(1, SETU)
    planned(stage, in_days(stage, 1))
    tick(stage)
    told = posts(stage, FORUM)[0].text
    for words in ("Selasa, 3 Maret 2026", HALL, "4 butuh bedah = 1 sudah ada mitra + 3 belum",
                  "diklaim 1 · dikerjakan 0 · selesai 0 · serah terima 0",
                  "belum ada mitra: Rp60.000.000", "  ".join(near), "Angka per Senin, 2 Maret 2026, 08.00 WIB"):
        assert words in told
    assert held not in told
    assert "lagi" not in told
    sheet, = documents(stage, FORUM)
    pdf = draw(sheet)
    words = text(pdf)
    assert pages(pdf) == 1
    for part in (*near, "Kunjungan ke Kecamatan Pamulang", "Selasa, 3 Maret 2026", "Bambu Apus", "Rp20.000.000",
                 "Total 3 rumah", "Rp60.000.000", "per Senin, 2 Maret 2026", "Halaman 1 dari 1"):
        assert part in words, part
    stages = sheet["sections"][1]["table"]["rows"]
    assert stages[-3:] == [["Ada mitra", "1", "0", "0", "0", "1"], ["Belum ada mitra", "–", "–", "–", "–", "3"],
                           ["Total", "", "", "", "", "4"]]
    assert sheet == documents(stage, ADMIN.telegram_id)[0]
    for secret in ("Rahasia", "Contoh", "3674", held):
        assert secret not in str(sheet) + told


def test_three_thousand_houses_fit_a_message_and_a_page(stage: Stage) -> None:
    reads(stage, FORUM)

    def many(session: Session) -> None:
        one = eligible(session, estimate=75 * JUTA).model_dump(exclude={"id", "code"})
        session.execute(insert(House), [one | {"code": f"PML-{number:04d}"} for number in range(2, 3001)])

    planned(stage, in_days(stage, 1), place="Aula Kantor Kecamatan Pamulang, pk 09.00")
    with asked(stage.store) as few:
        stage.store.run(lambda session: remind_visits(session, stage.world.runtime, stage.world.now), snapshot=True)
    stage.world.passes(days=2)
    stage.store.run(many)
    planned(stage, in_days(stage, 1), place="W" * 40)
    with asked(stage.store) as statements:
        assert tick(stage) == 1
    assert len([one for one in statements if "FROM house" in one]) == len([one for one in few if "FROM house" in one])
    told = posts(stage, FORUM)[-2].text
    assert "3.000 butuh bedah = 0 sudah ada mitra + 3.000 belum" in told
    assert "belum ada mitra: Rp225.000.000.000" in told
    assert "PML-0020\ndan 2.980 rumah lagi" in told
    sheet = documents(stage, FORUM)[-1]
    pdf = draw(sheet)
    assert pages(pdf) == 1
    assert "2.970 rumah lagi" in text(pdf)
    assert "Rp222.750.000.000" in text(pdf)
    assert "Total 3.000 rumah" in text(pdf)
    assert pages(draw(sheet | {"sections": sheet["sections"] * 3})) == 1, "it is made smaller until it fits"


def test_nobody_needs_anything(stage: Stage) -> None:
    reads(stage, FORUM)
    planned(stage, in_days(stage, 1), SETU)
    tick(stage)
    assert "belum ada rumah yang dinyatakan memenuhi syarat" in posts(stage, FORUM)[0].text
    pdf = draw(documents(stage, FORUM)[0])
    assert pages(pdf) == 1
    assert "memenuhi syarat" in text(pdf)


def test_a_group_of_several_digests_is_reminded_once_where_it_reads_of_the_kecamatan(stage: Stage) -> None:
    reads(stage, FORUM, topic_id=3)
    reads(stage, FORUM, PAMULANG, topic_id=7)
    reads(stage, FORUM)
    planned(stage, in_days(stage, 1))
    tick(stage)
    assert [one.params["message_thread_id"] for one in posts(stage, FORUM)] == [7, 7]


@pytest.mark.parametrize(("hours", "made"), [(14, 1), (15.9, 1), (16, 0), (24, 0)])
def test_an_outage_is_made_up_until_the_day_begins(stage: Stage, hours: float, made: int) -> None:
    """It is 08.00: in 16 hours the day of the visit begins, and nobody is told of "tomorrow" any more."""
    reads(stage, FORUM)
    planned(stage, in_days(stage, 1))
    stage.world.passes(hours=hours)
    assert tick(stage, 2) == made
    assert len(posts(stage, FORUM)) == made * 2


def test_a_clock_set_back_and_a_restart_remind_nobody_again(stage: Stage) -> None:
    reads(stage, FORUM)
    planned(stage, in_days(stage, 1))
    assert tick(stage) == 1
    for days in (-3, 2, 1, 1):
        stage.world.passes(days=days)
        assert tick(stage, 2) == 0
    again = Store(stage.store.url, stage.store.vault)
    assert again.run(lambda session: remind_visits(session, stage.world.runtime, stage.world.now)) == 0
    again.close()
    assert len(posts(stage, FORUM)) == 2


def test_a_clock_that_was_far_ahead_uses_up_no_reminder(stage: Stage) -> None:
    reads(stage, FORUM)
    planned(stage, in_days(stage, 60))
    right = stage.world.now
    stage.world.passes(days=59)
    assert tick(stage) == 1
    stage.world.now = right
    assert tick(stage, 2) == 0
    stage.world.passes(days=59)
    assert tick(stage, 2) == 1
    assert read(stage, FORUM) == [REMIND] * 2


def test_two_processes_remind_once(stage: Stage) -> None:
    reads(stage, FORUM)
    for area in (PAMULANG, SETU):
        planned(stage, in_days(stage, 1), area)
    made = at_once(stage.store, *[lambda session: remind_visits(session, stage.world.runtime, stage.world.now)] * 3)
    assert sorted(made) == [0, 0, 2]
    stage.world.deliver()
    assert len(posts(stage, FORUM)) == 4


def test_groups_hear_what_undoes_a_reminder_and_nothing_else(stage: Stage) -> None:
    reads(stage, FORUM)
    reads(stage, CSR, SETU)
    planned(stage, in_days(stage, 2))
    change(stage.admin, "Ubah tempat", "Pendopo")
    stage.world.passes(days=1)
    tick(stage)
    assert read(stage, FORUM) == [REMIND], "not the change before it"
    change(stage.admin, "Ubah tempat", "Aula Timur")
    assert "1 grup yang sudah membaca" in stage.admin.last.text
    assert "📍 Aula Timur (tadinya Pendopo)" in posts(stage, FORUM)[-1].text

    def off(session: Session) -> None:
        for schedule, _group in groups.active_schedules(session):
            groups.set_schedule(session, schedule, stage.world.now, by=None, active=False)

    stage.store.run(off)
    change(stage.admin, "Ubah tanggal", "10 Maret")
    assert "🗓 Selasa, 10 Maret 2026 (tadinya Rabu, 4 Maret 2026)" in posts(stage, FORUM)[-1].text
    assert tick(stage) == 0
    reads(stage, FORUM)
    stage.world.passes(days=6)
    assert tick(stage, 2) == 1
    assert read(stage, FORUM)[-1] == REMIND, "the new date has a reminder of its own"
    stage.world.passes(hours=20)  # the day itself has begun
    change(stage.admin, "Batalkan kunjungan", "Ya, batalkan")
    assert "✖ Kunjungan ke Kecamatan Pamulang dibatalkan" in posts(stage, FORUM)[-1].text
    assert len(read(stage, FORUM)) == 5
    assert posts(stage, CSR) == []


def test_a_visit_called_off_has_no_reminder(stage: Stage) -> None:
    reads(stage, FORUM)
    planned(stage, in_days(stage, 1))
    change(stage.admin, "Batalkan kunjungan", "Ya, batalkan")
    assert tick(stage) == 0
    assert posts(stage, FORUM) == []
    assert all_visits(stage)[0].reminded_at is None


def test_a_group_that_put_the_bot_out_hears_nothing(stage: Stage) -> None:
    reads(stage, FORUM)
    planned(stage, in_days(stage, 1))
    tick(stage)
    stage.store.run(lambda session: groups.left(session, FORUM, stage.world.now))
    change(stage.admin, "Batalkan kunjungan", "Ya, batalkan")
    assert len(posts(stage, FORUM)) == 2


def test_the_trouble_of_one_visit_keeps_no_other_waiting(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    reads(stage, FORUM)
    first, _second = (planned(stage, in_days(stage, 1), area) for area in (PAMULANG, SETU))
    from handlers.roadshow import clock

    def broken(session: Session, runtime: object, visit: object, now: object) -> object:
        if getattr(visit, "id", 0) == first:
            raise LookupError("broken")
        return whole(session, runtime, visit, now)  # type: ignore[arg-type]

    whole = clock.facts
    with monkeypatch.context() as patch:
        patch.setattr(clock, "facts", broken)
        assert tick(stage, 2) == 1
    assert read(stage, FORUM) == ["📣 Besok: kunjungan ke Kecamatan Setu"]
    assert tick(stage, 2) == 1
    assert read(stage, FORUM)[1:] == [REMIND]


def test_every_admin_and_only_reachable_ones(stage: Stage) -> None:
    rina = stage.world.actor("Rina", 7_100_000_070, RoleName.ADMIN, language="en")
    reads(stage, FORUM)
    planned(stage, date(2026, 3, 3))
    stage.world.away.add(ADMIN.telegram_id)
    tick(stage)
    assert read(stage, rina.id) == ["📣 Tomorrow: visit to Kecamatan Pamulang"]
    stage.world.away.clear()
    planned(stage, date(2026, 3, 3) + timedelta(days=1))
    stage.world.passes(days=1)
    tick(stage)
    waiting = stage.store.run(lambda session: session.exec(
        select(Outbox).where(col(Outbox.chat_id) == ADMIN.telegram_id)).all())
    assert len(waiting) == 2, "what went nowhere the first time; nothing more is written to somebody unreachable"
