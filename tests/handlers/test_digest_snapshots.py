"""/rekap with a month or a day: digests as they were posted, and two of them side by side."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import Session, col, select

from handlers.digest.clock import due_digests
from handlers.digest.snapshots import Compare, Compared, OpenRun
from storage import groups
from storage.digests import DigestRun
from storage.groups import ChatGroup, Rhythm
from storage.people import RoleName
from tests import builders
from tests.builders import PAMULANG, SETU
from tests.world import Actor, Seen, World

GROUP, OTHER, QUIET = -1_002_000_000_001, -1_002_000_000_002, -1_002_000_000_003


@pytest.fixture
def neighbour(world: World) -> Actor:
    """Somebody in the group without any account."""
    return world.actor("Tetangga", 2**33 + 77)


@pytest.fixture
def member(world: World) -> Actor:
    return world.actor("Sari", 2**33 + 5, RoleName.SURVEYOR)


def open_group(world: World, chat: int = GROUP, active: bool = True, **more: object) -> None:
    def make(session: Session) -> None:
        group = groups.joined(session, chat, "Forum", world.now, by=None)
        schedule = groups.schedule_of(session, group.id or 0, world.now)
        groups.set_schedule(session, schedule, world.now, by=None, active=active, rhythm=Rhythm.DAILY, hour=9,
                            picture=False, **more)

    world.store.run(make)


def post(world: World, month: int, day: int, year: int = 2026) -> None:
    """One more house waits; what is due on that day is posted."""
    world.now = datetime(year, month, day, 2, 30, tzinfo=UTC)
    world.store.run(lambda session: builders.eligible(session))
    world.store.run(lambda session: due_digests(session, world.runtime, world.now), snapshot=True)
    world.deliver()


def spring(world: World) -> None:
    """Digests on 2 and 15 March and on 20 April; today is 5 May, and much has happened since."""
    open_group(world)
    for month, day in ((3, 2), (3, 15), (4, 20)):
        post(world, month, day)
    world.now = datetime(2026, 5, 5, 2, 30, tzinfo=UTC)

    def more(session: Session) -> None:
        for _ in range(5):
            builders.claim(session, builders.eligible(session, SETU), builders.make_quota(session))
        builders.make_house(session)

    world.store.run(more)


def runs(world: World, *where: object) -> list[int]:
    return world.store.run(lambda session: [
        one or 0 for one in session.exec(select(DigestRun.id).where(*where).order_by(col(DigestRun.id)))])


def said(seen: Seen | None) -> str:
    assert seen is not None
    return seen.text


ASKED = {
    2: ("2026-03", "maret", "Maret 2026", "bulan 3/2026", "15-03-2026", "1 april", "triwulan lalu"), 1: ("14-3-2026",),
    3: ("2026", "April", "kemarin", "last month"),
}


def test_a_stored_digest_is_shown_as_it_was_posted(world: World, member: Actor) -> None:
    """However it is asked for."""
    spring(world)
    days = {1: "Senin, 2 Maret", 2: "Minggu, 15 Maret", 3: "Senin, 20 April"}
    for number, ways in ASKED.items():
        for asked in ways:
            world.passes(minutes=2)
            seen = member.says(f"/rekap {asked}")
            assert seen is not None
            posted = world.chat(GROUP)[number - 1].text
            assert seen.text.splitlines()[:2] == [f"🗂 Rekap harian ke-{number}, tersimpan",
                                                  f"{days[number]} 2026, 09.30 WIB"], asked
            assert seen.text.split("\n\n")[1:] == posted.split("\n\n")[1:]
            assert seen.buttons[-1] == "⚖ Bandingkan dengan…"
            assert seen.buttons[:-1] == world.chat(GROUP)[number - 1].buttons


def test_sections_that_were_off_stay_off_and_a_correction_changes_nothing_that_was_posted(
    world: World, member: Actor
) -> None:
    open_group(world, off=["needed", "verified"])
    post(world, 3, 2)
    assert "Yang masih" not in world.chat(GROUP)[0].text

    def wrong(session: Session) -> None:
        groups.set_schedule(session, groups.schedule_of(session, 1, world.now), world.now, by=None, off=[])
        session.connection().exec_driver_sql("UPDATE house SET state = 'withdrawn'")

    world.store.run(wrong)
    posted = world.chat(GROUP)[0]
    assert said(member.says("/rekap maret")).split("\n\n")[1:] == posted.text.split("\n\n")[1:]
    post(world, 3, 9)
    assert posted.edits == 0
    after = world.chat(GROUP)[1].text
    assert "✏️ Koreksi (rekap Senin, 2 Maret 2026 tidak diubah)\n1 rumah keluar dari hitungan" in after
    assert "Yang masih" in after


def test_the_digest_of_a_kecamatan_names_it_and_is_compared_with_its_own_kind(world: World, member: Actor) -> None:
    open_group(world, kecamatan_code=PAMULANG)
    post(world, 3, 2)
    world.store.run(lambda session: builders.eligible(session, SETU))
    post(world, 3, 9)
    first, second = (one.text for one in world.chat(GROUP))
    assert first.startswith(
        "📊 Rekap harian Kecamatan Pamulang ke-1\nSenin, 2 Maret 2026, 09.30 WIB\n\n🏠 1 rumah belum")
    assert "Per kelurahan" in second
    assert "memenuhi syarat" in second
    assert "2 butuh bedah = 0 sudah ada mitra + 2 belum" in second

    def change(session: Session) -> None:
        schedule = groups.schedule_of(session, 1, world.now)
        groups.set_schedule(session, schedule, world.now, by=None, kecamatan_code=SETU)

    world.store.run(change)
    post(world, 3, 16)
    third = world.chat(GROUP)[2].text
    assert third.startswith("📊 Rekap harian Kecamatan Setu ke-3\n")
    assert "Belum ada rekap pembanding" in third, "Pamulang's numbers are nothing to compare with"
    assert "Belum ada rekap seluruh kota yang tersimpan" in said(member.says("/rekap maret")), "the whole city's"


def test_a_group_sees_its_own_and_else_any(world: World, neighbour: Actor, member: Actor) -> None:
    spring(world)
    open_group(world, OTHER)
    world.now = datetime(2026, 3, 20, tzinfo=UTC)
    open_group(world, QUIET)
    world.now = datetime(2026, 5, 5, 2, 30, tzinfo=UTC)
    world.store.run(lambda session: due_digests(session, world.runtime, world.now), snapshot=True)
    world.deliver()
    assert "Senin, 20 April 2026" in said(neighbour.says("/rekap april", OTHER)), "of the first group"
    assert said(neighbour.says("/rekap mei", OTHER)).startswith("🗂 Rekap harian ke-1, tersimpan\n")
    assert said(neighbour.says("/rekap mei", GROUP)).startswith("🗂 Rekap harian ke-4, tersimpan\n")
    assert "Rekap itu baru saja ditampilkan di atas." in said(neighbour.says("/rekap mei", GROUP))


def test_where_nothing_is_stored_the_months_that_are_stand_below(world: World, member: Actor) -> None:
    assert "Belum ada rekap seluruh kota yang tersimpan" in said(member.says("/rekap april"))
    spring(world)
    seen = member.says("/rekap februari")
    assert said(seen) == "Tidak ada rekap tersimpan untuk Februari 2026. Yang terdekat, lalu yang terakhir tiap bulan:"
    assert seen is not None
    assert seen.buttons == ["2 Maret 2026", "April 2026", "Maret 2026"]
    assert "1 Maret 2026 atau sebelumnya" in said(member.says("/rekap 1-3-2026"))
    assert "untuk 23 Maret 2026 sampai 29 Maret 2026." in said(member.says("/rekap 6 minggu lalu"))
    assert member.last.buttons[:2] == ["15 Maret 2026", "20 April 2026"], "one on each side"
    assert "untuk Oktober 2025 sampai Desember 2025." in said(member.says("/rekap triwulan 4"))
    assert "untuk 1." in said(member.says("/rekap 0001")), "before that year the calendar has no day"
    assert "Rekap harian ke-3, tersimpan" in said(member.presses("April 2026"))
    member.presses("April 2026")
    assert member.toast == "Rekap itu baru saja ditampilkan di atas."


WRONG = {
    "kemarin dulu <b>": "kemarin dulu <b> bukan hari, bulan, atau triwulan. Contoh: /rekap kemarin, ",
    "2026-13": "Tidak ada tanggal 2026-13 di kalender", "31-02-2026": "Tidak ada tanggal 31-02-2026",
    "juni 2026": "juni 2026 belum tiba", "2026-05-06": "2026-05-06 belum tiba", "maret 26 x": "bukan hari",
}


def test_what_cannot_be_read_is_answered_with_an_example(world: World, member: Actor, neighbour: Actor) -> None:
    spring(world)
    before = len(world.chat(GROUP))
    for asked, words in WRONG.items():
        assert words in said(member.says(f"/rekap {asked}"))
        assert "/rekap" in member.last.text
        assert member.last.buttons == ["April 2026", "Maret 2026"], "no dead end"
        neighbour.says(f"/rekap {asked}", GROUP)
    assert len(world.chat(GROUP)) == before + 1, "a group is told once"
    assert world.chat(GROUP)[-1].buttons == ["April 2026", "Maret 2026"]


def test_then_and_now_stand_side_by_side_and_add_up(world: World, neighbour: Actor, member: Actor) -> None:
    spring(world)
    neighbour.says("/rekap", GROUP)
    rekap = world.chat(GROUP)[-1]
    neighbour.presses("Bandingkan", rekap)
    chooser = world.chat(GROUP)[-1]
    assert chooser.buttons == ["April 2026", "Maret 2026"]
    assert chooser.params["reply_parameters"]["message_id"] == rekap.id
    neighbour.presses("Bandingkan", rekap)
    assert neighbour.toast == "Pilihan bulannya baru saja ditampilkan di bawah."
    neighbour.presses("Maret 2026", chooser)
    assert (chooser.edits, rekap.edits) == (1, 0)
    assert "Minggu, 15 Maret 2026 dengan keadaan saat ini" in chooser.text
    rows = {" ".join(line.split()[:-3]): [int(one.replace("−", "-")) for one in line.split()[-3:]]
            for line in chooser.text.split("\n\n")[1].splitlines()[1:]}
    assert rows["Butuh bedah"] == [2, 8, 6]
    assert rows["Belum ada"] == [2, 3, 1]
    assert rows["Ada mitra"] == rows["Diklaim"] == [0, 5, 5]
    assert rows["Menunggu"] == [0, 1, 1]
    assert all(now - then == change for then, now, change in rows.values())
    assert [sum(column) for column in zip(rows["Ada mitra"], rows["Belum ada"], strict=True)] == rows["Butuh bedah"]
    assert all(len(line) <= 34 for line in chooser.text.split("\n\n")[1].splitlines())
    # Two stored ones: the older one comes first, whichever was opened.
    member.says("/rekap maret")
    member.presses("Bandingkan")
    assert member.last.buttons == ["April 2026"], "not with itself"
    member.presses("April 2026")
    assert "Minggu, 15 Maret 2026 dengan Senin, 20 April 2026" in member.last.text
    assert "15 Mar 20 Apr Selisih" in member.last.text
    assert "Butuh bedah      2      3      +1" in member.last.text


def test_two_times_that_are_typed_are_compared(world: World, neighbour: Actor, member: Actor) -> None:
    """With words, with figures, with now; what is not stored is answered as everywhere."""
    spring(world)
    for asked, days in (
        ("bandingkan bulan lalu", "Senin, 20 April 2026 dengan keadaan saat ini"),
        ("16 maret dengan april", "Minggu, 15 Maret 2026 dengan Senin, 20 April 2026"),
        ("compare last month with 2 march", "Senin, 2 Maret 2026 dengan Senin, 20 April 2026"),
        ("sekarang vs kemarin", "Senin, 20 April 2026 dengan keadaan saat ini"),
    ):
        assert days in said(member.says(f"/rekap {asked}")), asked
    member.presses("Maret 2026")
    assert "Minggu, 15 Maret 2026 dengan keadaan saat ini" in member.last.text
    assert "Tidak ada rekap tersimpan untuk Februari 2026." in said(member.says("/rekap februari dengan april"))
    for same in ("bandingkan april dengan kemarin", "bandingkan sekarang"):
        assert "dua waktu yang rekapnya berbeda" in said(member.says(f"/rekap {same}"))
        assert member.last.buttons == ["April 2026", "Maret 2026"]
    assert "ayam bukan hari" in said(member.says("/rekap bandingkan ayam dengan april"))
    assert said(neighbour.says("/rekap bandingkan bulan lalu", GROUP)).startswith("⚖ Perbandingan\n")
    assert said(neighbour.says("/rekap bandingkan bulan lalu", GROUP)) == "Rekap itu baru saja ditampilkan di atas."


def test_with_nothing_to_compare_it_says_so(world: World, member: Actor) -> None:
    member.says("/rekap")
    member.presses("Bandingkan")
    assert "Belum ada rekap lain" in member.toast


def test_nobody_presses_their_way_to_what_they_may_not_see(world: World, neighbour: Actor, member: Actor) -> None:
    """A stranger in private, a group that no admin let in, a digest of one kecamatan, ids that are none."""
    spring(world)
    open_group(world, QUIET, active=False)
    member.says("/rekap april")
    number = runs(world)[0]
    forged = [OpenRun(number), Compare(0), Compare(number), Compared(0, number, 0),
              Compared(number, number, 0)]
    for chat in (neighbour.id, QUIET):
        for button in forged:
            neighbour.presses_data(button.pack(), Seen(1, chat, "x"))
            assert "hanya untuk petugas" in neighbour.toasts.pop()
    neighbour.says("/rekap april", QUIET)
    assert [one.text for one in world.chat(QUIET)] == ["Rekap di grup ini menunggu persetujuan admin Dinas Sosial."]
    assert "hanya untuk petugas" in said(neighbour.says("/rekap april"))

    def limit(session: Session) -> None:
        run = session.get_one(DigestRun, number)
        run.kecamatan_code = PAMULANG
        session.add(run)
        group = session.exec(select(ChatGroup).where(col(ChatGroup.chat_id) == QUIET)).one()
        groups.left(session, group.chat_id, world.now)

    world.store.run(limit)
    seen = len(member.seen)
    for button in (OpenRun(number), Compare(number), Compared(0, number, 0), Compared(number, 2, 0), OpenRun(2**62)):
        member.presses_data(button.pack(), member.last)
        assert member.toasts.pop().startswith("Tombol ini")
    assert len(member.seen) == seen
    assert "Rekap harian ke-2, tersimpan" in said(member.says("/rekap maret")), "the whole city's"


def test_a_digest_in_another_language_than_its_group_stays_in_it(world: World, neighbour: Actor) -> None:
    """Its text, its buttons and what they open."""
    open_group(world, locale="en")
    post(world, 3, 2)
    post(world, 4, 20)
    stored = neighbour.says("/rekap maret", chat=GROUP)
    assert said(stored).startswith("🗂 Daily digest no. 1, stored")
    neighbour.presses("without a partner", stored, chat=GROUP)
    assert said(world.chat(GROUP)[-1]).startswith("🔎 without a partner")
    neighbour.presses("Compare with", stored, chat=GROUP)
    assert said(world.chat(GROUP)[-1]).startswith("Compare Monday, 2 March 2026")
    neighbour.presses("April 2026", chat=GROUP)
    assert said(world.chat(GROUP)[-1]).startswith("⚖ Comparison\nMonday, 2 March 2026")
    assert said(neighbour.says("/rekap 1990", chat=GROUP)).startswith("Tidak ada rekap tersimpan untuk 1990")
