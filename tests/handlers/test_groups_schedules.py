"""The card of each digest of a group: what a press sets, what it says, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlmodel import Session, col, select

from handlers.digest.sections import SECTIONS
from handlers.groups.buttons import AddSchedule, DropSchedule, OpenSchedule, Part, SetSchedule, Setting
from handlers.groups.card import MOST
from handlers.groups.words import schedule_in_words
from handlers.kit.texts import languages, texts
from storage import digests, groups
from storage.groups import Rhythm, Schedule
from storage.people import RoleName
from storage.store import Store
from tests.builders import PAMULANG, all_groups
from tests.handlers.group_steps import GROUP, changes
from tests.world import Actor, World


@pytest.fixture
def world(database: Store) -> Iterator[World]:
    made = World(database)
    made.groups |= {GROUP: "Forum CSR", GROUP - 1: "Forum Baznas"}
    yield made
    made.close()


@pytest.fixture
def on(world: World, admin: Actor) -> Actor:
    """The admin, before the card of a digest that is on."""
    changes(admin, "left", "member")
    admin.presses("Aktifkan")
    return admin


def rows(world: World) -> list[Schedule]:
    return world.store.run(lambda session: list(session.exec(select(Schedule).order_by(col(Schedule.id)))))


def group_id(world: World, place: int = 0) -> int:
    return world.store.run(lambda session: all_groups(session)[place].id or 0)


def walk(admin: Actor, *labels: str) -> str:
    """Press one after the other on the newest card; what it says then."""
    for label in labels:
        admin.presses(label, admin.last)
    return admin.last.text


def test_a_group_reads_several_digests(world: World, on: Actor) -> None:
    card = on.last
    walk(on, "Rekap di grup ini")
    add = card.data("Tambah rekap")
    walk(on, "Tambah rekap", "Jadwal", "Bulanan", "25", "Kembali", "Wilayah", "Pamulang", "Kembali", "Aktifkan")
    assert "Rekap aktif, setiap tanggal 25 pukul 08.00 WIB.\nTanggal berikutnya:\n• Rabu, 25 Maret 2026" in on.last.text
    on.presses_data(add, card)  # the second tap of a double tap
    assert on.last.text.endswith(
        "Rekap di grup ini. Pilih satu untuk mengaturnya.\n1. ✅ Setiap Senin pukul 08.00 WIB\n"
        "2. ✅ Setiap tanggal 25 pukul 08.00 WIB · Pamulang\nBahasa grup ini: Indonesia.")
    assert on.last.buttons[:3] == ["1. Mingguan · 08.00", "2. Bulanan · 08.00 · Pamulang", "➕ Tambah rekap"]
    first, second = rows(world)
    assert (first.rhythm, first.month_day, first.kecamatan_code) == (Rhythm.WEEKLY, 1, None)
    assert (second.rhythm, second.month_day, second.kecamatan_code) == (Rhythm.MONTHLY, 25, PAMULANG)


def test_there_is_an_end_of_adding(world: World, on: Actor) -> None:
    for number in range(1, MOST):
        on.presses_data(AddSchedule(group_id(world), number).pack(), on.last)
    walk(on, "Rekap di grup ini")
    assert not any("Tambah" in one for one in on.last.buttons)
    on.presses_data(AddSchedule(group_id(world), MOST).pack(), on.last)
    assert on.toast == "Tombol ini sudah tidak berlaku."
    assert len(rows(world)) == MOST


def test_deleting_asks_first_and_old_buttons_say_what_there_is(world: World, on: Actor) -> None:
    card = on.last
    stale = [card.data("Matikan"), card.data("Jam")]
    assert "Rekap yang sudah terkirim tetap ada." in walk(on, "Hapus")
    assert len(rows(world)) == 1
    assert "Belum ada rekap di grup ini." in walk(on, "Ya, hapus")
    assert rows(world) == []
    number = group_id(world)
    for data in (*stale, DropSchedule(number, 1).pack()):
        on.presses_data(data, card)
        assert on.toast == "Rekap itu sudah dihapus."
        assert "Belum ada rekap di grup ini." in on.last.text
    walk(on, "Tambah rekap")
    assert [one.id for one in rows(world)] == [2], "an id never comes again"


def test_what_another_admin_changed_meanwhile_is_not_deleted_unseen(world: World, on: Actor) -> None:
    """Whatever was changed; also by a press on a card of before such cards carried what they show."""
    walk(on, "Hapus")
    card, other = on.last, world.actor("Ratna", 2**33 + 8, RoleName.ADMIN)
    yes = card.data("Ya, hapus")
    for way in (("Jam", "09.00"), ("Isi", "Perubahan"), ("Matikan",)):
        other.says("/grup")
        walk(other, "Forum CSR", "1. Mingguan", *way)
        on.presses_data(yes, card)
        assert on.toast.startswith("Rekap ini diubah sejak kartu ini dibuka, jadi belum dihapus."), way
        assert len(rows(world)) == 1
        yes = on.last.data("Ya, hapus")
    assert "Rekap belum aktif. Bila diaktifkan: setiap Senin pukul 09.00 WIB." in on.last.text
    assert "Bagian yang tidak ditampilkan: Perubahan." in on.last.text
    on.presses_data(DropSchedule(group_id(world), 1).pack(), on.last)
    assert len(rows(world)) == 1
    walk(on, "Ya, hapus")
    assert rows(world) == []


def test_a_digest_is_set_from_its_own_group_only(world: World, on: Actor) -> None:
    changes(on, "left", "member", GROUP - 1)
    other = group_id(world, 1)
    on.presses_data(SetSchedule(other, 1, Setting.ACTIVE, "0").pack(), on.last)
    assert on.last.text.startswith("👥 Forum Baznas\nRekap di grup ini.")
    assert rows(world)[0].active


@pytest.mark.parametrize(("values", "indonesian", "english"), [
    ({"rhythm": Rhythm.DAILY}, "setiap hari pukul 08.00 WIB", "every day at 08:00 WIB"),
    ({"weekdays": 9}, "setiap Senin dan Kamis pukul 08.00 WIB", "every Monday and Thursday at 08:00 WIB"),
    ({"rhythm": Rhythm.MONTHLY}, "setiap tanggal 1 pukul 08.00 WIB", "on day 1 of every month at 08:00 WIB"),
    ({"rhythm": Rhythm.MONTHLY, "month_day": 31}, "setiap hari terakhir bulan pukul 08.00 WIB",
     "on the last day of every month at 08:00 WIB"),
    ({"rhythm": Rhythm.QUARTERLY, "month_day": 5},
     "setiap triwulan, tanggal 5 Januari, April, Juli, dan Oktober, pukul 08.00 WIB",
     "every quarter, on day 5 of January, April, July, and October, at 08:00 WIB"),
])
def test_each_rhythm_in_plain_words(
    world: World, values: dict[str, object], indonesian: str, english: str
) -> None:
    schedule = Schedule(group_id=1, since=world.now, **values)
    assert schedule_in_words(schedule, world.runtime, texts("id")) == indonesian
    assert schedule_in_words(schedule, world.runtime, texts("en")) == english


def test_several_days_and_quiet_days_but_never_none_nor_all(world: World, on: Actor) -> None:
    assert "setiap Senin dan Kamis pukul" in walk(on, "Jadwal", "Kamis")
    walk(on, "✓ Senin", "✓ Kamis")
    assert on.toast == "Paling sedikit satu hari. Pilih dulu hari lain, baru hapus yang ini."
    assert rows(world)[0].weekdays == 8
    walk(on, "Kembali", "Hari tenang", "Kamis")
    assert "Hari tenang: Kamis. Rekap yang jatuh pada hari itu dikirim pada hari berikutnya." in on.last.text
    assert "• Jumat, 6 Maret 2026, 08.00 WIB" in on.last.text
    walk(on, "Senin", "Selasa", "Rabu", "Jumat", "Sabtu", "Minggu")
    assert on.toast.startswith("Tidak semua hari bisa menjadi hari tenang.")
    assert rows(world)[0].quiet == 63


def test_a_pause_ends_by_itself_or_at_once(world: World, on: Actor) -> None:
    card = walk(on, "Jeda") and on.last
    assert card.buttons[:2] == ["1 minggu, lanjut Senin, 9 Maret 2026", "2 minggu, lanjut Senin, 16 Maret 2026"]
    old = card.data("1 minggu")
    assert "Rekap dijeda dan dilanjutkan mulai Senin, 16 Maret 2026." in walk(on, "2 minggu")
    assert "• Senin, 16 Maret 2026, 08.00 WIB\n• Senin, 23 Maret 2026" in on.last.text
    assert "⏸ Setiap Senin pukul 08.00 WIB (dijeda)" in walk(on, "Kembali", "Rekap di grup ini")
    assert "Rekap aktif" in walk(on, "1. Mingguan", "Jeda", "Lanjutkan sekarang")
    assert rows(world)[0].paused_until is None
    world.passes(days=3)
    on.presses_data(old, card)  # it says which day, and that day is still to come
    assert rows(world)[0].paused_until == date(2026, 3, 9)
    world.passes(days=4)
    walk(on, "Kembali")
    assert "Rekap aktif, setiap Senin" in on.last.text
    on.presses_data(old, card)
    assert on.toast == "Tombol ini sudah tidak berlaku."


def test_contents_do_not_move_what_is_due(world: World, on: Actor) -> None:
    since = rows(world)[0].since
    world.passes(hours=1)
    walk(on, "Isi", "Tahun sebelumnya", "Grafik", "Perubahan", "Kembali", "Bahasa", "English", "Kembali", "Wilayah",
         "Setu")
    row = rows(world)[0]
    assert (row.off, row.picture, row.locale, row.kecamatan_code) == (["carried", "changes"], False, "en", "36.74.07")
    assert row.since == since
    assert "Isi: Setu, bahasa Inggris, tanpa grafik.\nBagian yang tidak ditampilkan: Perubahan, Tahun sebelumnya." \
        in on.last.text
    walk(on, "Seluruh kota", "Kembali", "Bahasa", "Sama dengan grup", "Kembali", "Isi", "Perubahan", "Tahun sebelumnya",
         "Grafik")
    row = rows(world)[0]
    assert (row.off, row.picture, row.locale, row.kecamatan_code) == ([], True, None, None)
    walk(on, "Kembali", "Jam", "09.00")
    assert rows(world)[0].since > since


def test_a_date_that_has_had_its_digest_is_not_among_the_next_three(world: World, on: Actor) -> None:
    def post(session: Session) -> None:
        due = world.now.replace(day=9)
        digests.start_run(session, 1, "s1", due.date(), due, due, {})
        digests.start_run(session, 1, "s2", due.date(), due, due, {})

    world.store.run(post)
    number = group_id(world)
    on.presses_data(OpenSchedule(number, 1, Part.MAIN).pack(), on.last)
    assert "berikutnya:\n• Senin, 16 Maret 2026, 08.00 WIB\n• Senin, 23 Maret 2026" in on.last.text


def test_another_admin_sees_an_active_digest_wherever_it_stands(world: World, on: Actor) -> None:
    """The first may be off: a group is open as long as any is on."""
    walk(on, "Rekap di grup ini", "Tambah rekap", "Aktifkan", "Rekap di grup ini", "1. Mingguan", "Matikan")
    assert [one.active for one in rows(world)] == [False, True]
    number = group_id(world)
    assert world.store.run(lambda session: groups.has_active(session, number))
    changes(on, "member", "left")
    changes(world.actor("Iseng", 2**33 + 9), "left", "member")
    assert [one.active for one in rows(world)] == [False, False], "somebody else's group is quiet"


def test_every_section_has_a_name_in_each_language() -> None:
    for words in languages().values():
        assert all(words.has(f"digest.section.{section.__name__}") for section in SECTIONS)


def test_a_card_of_an_earlier_version_sets_nothing_and_opens_what_there_is(world: World, admin: Actor) -> None:
    """It knew one digest a group; today it may be another one's."""
    changes(admin, "left", "member")
    for data in ("dg:1:active:1", "dg:1:weekday:3", "dg:1:locale:en"):
        admin.presses_data(data, admin.last)
        assert admin.toasts.pop() == "Kartu lama: belum ada yang diubah. Pilih rekapnya di sini."
        assert "Rekap di grup ini. Pilih satu untuk mengaturnya." in admin.last.text
    assert (rows(world)[0].active, rows(world)[0].weekdays) == (False, 1)
