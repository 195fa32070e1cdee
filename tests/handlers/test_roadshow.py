"""/roadshow: admins plan visits; what cannot be is refused with an example; old buttons answer with what is true."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from handlers.roadshow.buttons import CancelVisit, ChangeDay, VisitCard, VisitList
from storage.people import RoleName
from tests.builders import JUTA, PAMULANG, SETU
from tests.handlers.road_steps import FORUM, HALL, all_visits, in_days, planned, posts, reads
from tests.handlers.stage import Stage
from tests.world import Actor


@pytest.fixture
def rina(stage: Stage) -> Actor:
    """Another admin, who reads English."""
    return stage.world.actor("Rina", 7_100_000_070, RoleName.ADMIN, language="en")


def begin(admin: Actor, area: str = "Pamulang") -> None:
    """As far as the question for the day."""
    admin.says("/roadshow")
    admin.presses("Rencanakan kunjungan")
    admin.says(area)


def test_an_admin_plans_a_visit(stage: Stage, rina: Actor) -> None:
    admin = stage.admin
    reads(stage, FORUM)
    code, = stage.houses(1, estimate=50 * JUTA)
    stage.claimed(code, stage.quota())
    stage.houses(2, estimate=30 * JUTA)
    admin.says("/roadshow")
    assert "Belum ada kunjungan" in admin.last.text
    admin.presses("Rencanakan kunjungan")
    admin.presses("Pamulang")
    assert admin.last.buttons[:7] == ["Besok (Sel, 3 Mar)", "Sabtu ini (7 Mar)", "Sen, 9 Mar", "Sel, 10 Mar",
                                      "Rab, 11 Mar", "Kam, 12 Mar", "Jum, 13 Mar"]
    admin.presses("Sabtu ini")
    assert "bukan alamat rumah keluarga dan bukan nama keluarga: tempat ini dibaca di grup" in admin.last.text
    admin.says("Aula <Barat>, pukul 09.00")
    assert "Tanggal: Sabtu ini (7 Mar)" in admin.last.text
    assert all_visits(stage) == []
    admin.presses("Simpan")
    card = admin.last
    for words in ("tersimpan", "Kecamatan Pamulang", "Sabtu, 7 Maret 2026", "Aula <Barat>, pukul 09.00",
                  "3 butuh bedah = 1 sudah ada mitra + 2 belum", "diklaim 1 · dikerjakan 0",
                  "belum ada mitra: Rp60.000.000",
                  "Pengingat untuk grup dan admin: Jumat, 6 Maret 2026, 08.00 WIB"):
        assert words in card.text
    visit, = all_visits(stage)
    assert (visit.kecamatan_code, visit.day, visit.version) == (PAMULANG, date(2026, 3, 7), 1)
    assert "Asih has planned a visit to Kecamatan Pamulang: Saturday, 7 March 2026, Aula" in rina.last.text
    rina.presses("Open the visit")
    assert "3 to renovate = 1 with a partner + 2 without" in rina.last.text
    assert posts(stage, FORUM) == [], "groups hear the reminder only"
    admin.presses("Daftar kunjungan")
    assert "• Sabtu, 7 Maret 2026: Pamulang, Aula <Barat>, pukul 09.00" in admin.last.text
    assert "7 Mar · Pamulang" in admin.last.buttons


@pytest.mark.parametrize(("typed", "read"), [
    ("besok", date(2026, 3, 3)), ("Sabtu", date(2026, 3, 7)), ("sabtu depan", date(2026, 3, 14)),
    ("15/4/2026", date(2026, 4, 15)), ("2 minggu lagi", date(2026, 3, 16)), ("rabu 11 maret", date(2026, 3, 11)),
    # A button says "Jum, 13 Mar": the third is no piece of that.
    ("3 mar", date(2026, 3, 3)),
])
def test_days_are_read_as_people_write_them(stage: Stage, typed: str, read: date) -> None:
    begin(stage.admin)
    stage.admin.says(typed)
    stage.admin.says(HALL)
    stage.admin.presses("Simpan")
    assert [visit.day for visit in all_visits(stage)] == [read]


def test_a_day_that_cannot_be_is_refused_with_an_example(stage: Stage) -> None:
    admin = stage.admin
    planned(stage, in_days(stage, 5), place="Balai Lama")
    begin(admin)
    assert "Sabtu ini (7 Mar)" not in admin.last.buttons, "taken"
    for typed, why in (("hari ini", "paling cepat untuk besok"), ("2 Maret 2025", "paling cepat untuk besok"),
                       ("2 Maret 2028", "paling lambat 3 Maret 2027"), ("31 April", "tidak ada di kalender"),
                       ("nanti", "belum terbaca"), ("x" * 4000, "belum terbaca"),
                       ("7 Maret", "sudah ada kunjungan ke Kecamatan Pamulang (Balai Lama)")):
        admin.says(typed)
        assert why in admin.last.text, typed
        assert "Contoh: " in admin.last.text or "misalnya 16 Maret 2026" in admin.last.text
        assert "Kapan kunjungan ke Pamulang?" in admin.last.text, "what was chosen before stays"
    admin.says("16 Maret")
    assert "Senin, 16 Maret 2026" in admin.last.text


def test_a_figure_is_no_piece_of_another(stage: Stage) -> None:
    """The button of the 17th is there; whoever writes the 7th means the 7th."""
    stage.world.now = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
    begin(stage.admin)
    assert "Sel, 17 Mar" in stage.admin.last.buttons
    stage.admin.says("7 mar")
    assert "Minggu, 7 Maret 2027" in stage.admin.last.text


def test_a_place_is_words_and_short(stage: Stage) -> None:
    admin = stage.admin
    begin(admin)
    admin.presses("Besok")
    for typed, why in (("y" * 4000, "yang terbaca 4000 karakter"), ("12", "3 sampai 120 karakter"),
                       ("Rumah Pak RT 0812 3456 7890", "nomor HP")):
        admin.says(typed)
        assert why in admin.last.text
        assert "Di mana orang berkumpul" in admin.last.text
    admin.says("Balai RW 04, pukul 09.00")
    admin.presses("Simpan")
    assert [visit.place for visit in all_visits(stage)] == ["Balai RW 04, pukul 09.00"]


def test_what_became_impossible_meanwhile_is_not_saved(stage: Stage) -> None:
    admin = stage.admin
    begin(admin)
    admin.presses("Besok")
    admin.says(HALL)
    planned(stage, in_days(stage, 1))
    admin.presses("Simpan")
    assert "baru saja mendapat kunjungan" in admin.toast
    stage.world.passes(days=1)
    admin.presses("Simpan")
    assert "sudah lewat: paling cepat besok" in admin.toast
    assert len(all_visits(stage)) == 1
    admin.presses("Ubah")
    admin.presses("Tanggal")
    admin.presses("Sabtu ini")
    admin.presses("Simpan")
    assert [visit.day for visit in all_visits(stage)] == [date(2026, 3, 3), date(2026, 3, 7)]


def test_verifiers_and_partners_read_others_do_not(stage: Stage) -> None:
    number = planned(stage, in_days(stage, 3))
    for actor, hall in ((stage.vera, "Kecamatan Pamulang"), (stage.citra, "Kecamatan Pamulang")):
        actor.says("/roadshow")
        assert not any("➕" in label for label in actor.last.buttons)
        actor.presses("Pamulang")
        assert hall in actor.last.text
        assert len(actor.last.buttons) == 2, "the page to print, and back"
        actor.presses("PDF")
        assert actor.last.params["document"]["filename"] == "kunjungan-Pamulang-2026-03-05.pdf"
        for forged in (ChangeDay(number, 1), CancelVisit(number, 1, 1)):
            actor.presses_data(forged.pack(), actor.card)
            assert actor.toast
    stage.sari.says("/roadshow")
    assert "Kecamatan" not in stage.sari.last.text
    stage.sari.presses_data(VisitCard(number).pack(), stage.sari.last)
    assert "Kecamatan" not in stage.sari.last.text
    assert all_visits(stage)[0].version == 1


def test_changes_are_told_and_old_buttons_answer_with_what_is_true(stage: Stage, rina: Actor) -> None:
    admin = stage.admin
    number = planned(stage, in_days(stage, 10))
    admin.says("/roadshow")
    admin.presses("Pamulang")
    old = admin.last
    rows = [[dict(button) for button in row] for row in old.rows]
    rina.presses_data(VisitCard(number).pack(), rina.says("/roadshow"))  # type: ignore[arg-type]
    rina.presses("Change the place")
    rina.says("Pendopo, 10.00")
    assert "saved" in rina.last.text
    assert "Pendopo, 10.00 (tadinya Aula Kecamatan, pukul 09.00)" in admin.last.text
    old.rows = rows
    admin.presses("Ubah tanggal", old)
    assert "baru saja diubah" in old.text
    assert "📍 Pendopo, 10.00" in old.text
    admin.presses("Ubah tanggal", old)
    assert "sekarang Kamis, 12 Maret 2026" in old.text
    rina.presses("Change the date")
    rina.says("14 March")
    admin.says("15 Maret")
    assert "baru saja diubah" in admin.last.text
    assert "Sabtu, 14 Maret 2026" in admin.last.text
    admin.presses("Ubah tanggal")
    admin.says("14 Maret")
    assert "Tidak ada yang berubah" in admin.last.text
    assert (all_visits(stage)[0].day, all_visits(stage)[0].version) == (date(2026, 3, 14), 3)


def test_a_visit_is_called_off_after_a_question(stage: Stage, rina: Actor) -> None:
    admin = stage.admin
    number = planned(stage, in_days(stage, 10))
    admin.says("/roadshow")
    admin.presses("Pamulang")
    admin.presses("Batalkan kunjungan")
    assert "Batalkan kunjungan ke Kecamatan Pamulang?" in admin.last.text
    admin.presses("Tidak, tetap jadi")
    admin.presses("Batalkan kunjungan")
    admin.presses("Ya, batalkan")
    assert "Kunjungan dibatalkan" in admin.last.text
    assert admin.last.buttons == ["‹ Daftar kunjungan"]
    assert "Asih has called off the visit" in rina.last.text
    for late in (CancelVisit(number, 1, 1), ChangeDay(number, 2)):
        admin.presses_data(late.pack(), admin.last)
        assert "sudah dibatalkan" in admin.last.text
    admin.presses("Daftar kunjungan")
    assert "Belum ada kunjungan" in admin.last.text
    assert planned(stage, in_days(stage, 10)) != number, "the day is free again"


def test_a_visit_that_is_over_stays_as_it_was(stage: Stage) -> None:
    number = planned(stage, in_days(stage, 1))
    stage.world.passes(days=2)
    stage.admin.says("/roadshow")
    stage.admin.presses_data(CancelVisit(number, 1, 1).pack(), stage.admin.last)
    assert "sudah lewat" in stage.admin.last.text
    assert all_visits(stage)[0].cancelled_at is None


def test_the_list_goes_by_key(stage: Stage) -> None:
    for number in range(20):
        planned(stage, in_days(stage, 1 + number // 2), (PAMULANG, SETU)[number % 2], f"Balai {number}")
    admin, seen = stage.admin, list[str]()
    admin.says("/roadshow")
    while True:
        seen += [line.rsplit(" ", 1)[1] for line in admin.last.text.splitlines() if line.startswith("•")]
        if "Berikutnya ›" not in admin.last.buttons:
            break
        admin.presses("Berikutnya")
    assert seen == [str(number) for number in range(20)]
    for made_up in (VisitList(-1, 5), VisitList(2**62, 2**62), VisitList(1, 1)):
        admin.presses_data(made_up.pack(), admin.last)
        assert "Balai 0" in admin.last.text
    admin.presses_data(VisitList((in_days(stage, 0) + timedelta(days=99)).toordinal(), 1).pack(), admin.last)
    assert "‹ Ke awal" in admin.last.buttons


def test_nobody_needs_anything(stage: Stage) -> None:
    planned(stage, in_days(stage, 10), SETU)
    stage.admin.says("/roadshow")
    stage.admin.presses("Setu")
    assert "belum ada rumah yang dinyatakan memenuhi syarat" in stage.admin.last.text


def test_of_two_admins_the_second_loses_nothing_typed(stage: Stage, rina: Actor) -> None:
    planned(stage, in_days(stage, 5))
    for one, label in ((stage.admin, "Ubah tempat"), (rina, "Change the place")):
        one.says("/roadshow")
        one.presses("Pamulang")
        one.presses(label)
    stage.admin.says("Aula Satu, pukul 09.00")
    rina.says("Hall <Two>, 10:00")
    assert "just been changed" in rina.last.text
    assert "Aula Satu, pukul 09.00" in rina.last.text
    assert "What you wrote is not saved yet: Hall <Two>, 10:00" in rina.last.text
    rina.presses("Change the date", rina.last)
    stage.admin.presses("Ubah tempat")
    stage.admin.says("Aula Dua, pukul 09.00")
    rina.says("16 March 2026")
    assert "not saved yet: 16 March 2026" in rina.last.text
    assert all_visits(stage)[0].place == "Aula Dua, pukul 09.00"


def test_yesterdays_tomorrow_is_offered_no_more(stage: Stage) -> None:
    planned(stage, in_days(stage, 5))
    stage.admin.says("/roadshow")
    stage.admin.presses("Pamulang")
    stage.admin.presses("Ubah tanggal")
    stage.world.passes(days=1)
    stage.admin.presses("Besok (Sel, 3 Mar)")
    assert stage.admin.toast == "Pilihan itu tidak ada lagi. Silakan pilih yang lain."
    assert stage.admin.last.buttons[0] == "Besok (Rab, 4 Mar)"
