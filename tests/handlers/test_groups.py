"""The bot comes into groups, and admins set when each reads its digest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import Session, select

from handlers.groups.buttons import ListGroups, OpenGroup, SetSchedule, Setting
from storage import groups, people
from storage.events import Event
from storage.groups import ChatGroup, Rhythm, Schedule
from storage.people import RoleName
from storage.store import Store
from tests.builders import all_groups
from tests.handlers.group_steps import GROUP, changes
from tests.world import Actor, World


@pytest.fixture
def world(database: Store) -> Iterator[World]:
    made = World(database)
    made.groups[GROUP] = "Forum <CSR> & Baznas"
    yield made
    made.close()


@pytest.fixture
def other(world: World) -> Actor:
    return world.actor("Rini", 2**33 + 2, RoleName.ADMIN, language="en")


@pytest.fixture
def surveyor(world: World) -> Actor:
    return world.actor("Sari", 2**33 + 3, RoleName.SURVEYOR)


def schedule(world: World) -> Schedule:
    return world.store.run(lambda session: session.exec(select(Schedule)).one())


def known(world: World) -> list[ChatGroup]:
    return world.store.run(lambda session: all_groups(session))


def in_group(world: World, chat: int = GROUP) -> list[str]:
    return [one.text for one in world.chat(chat)]


def test_an_admin_brings_the_bot_and_turns_the_digest_on(world: World, admin: Actor, other: Actor) -> None:
    changes(admin, "left", "member")
    assert len(in_group(world)) == 1
    assert "ketik /rekap" in in_group(world)[0]
    assert "Bot ada di grup Forum <CSR> & Baznas. Aktifkan rekap?" in admin.last.text
    assert "Rekap belum aktif. Bila diaktifkan: setiap Senin pukul 08.00 WIB." in admin.last.text
    assert other.seen == []
    admin.presses("Aktifkan")
    assert admin.toast == "Rekap diaktifkan."
    assert "Rekap aktif, setiap Senin pukul 08.00 WIB.\nTanggal berikutnya:\n• Senin, 9 Maret 2026, 08.00 WIB\n" \
        "• Senin, 16 Maret 2026, 08.00 WIB\n• Senin, 23 Maret 2026, 08.00 WIB\n" in admin.last.text
    admin.presses("Jadwal")
    admin.presses("Rabu")
    admin.presses("✓ Senin")
    admin.presses("Kembali")
    admin.presses("Jam")
    admin.presses("17.00")
    assert "setiap Rabu pukul 17.00 WIB.\nTanggal berikutnya:\n• Rabu, 4 Maret 2026, 17.00 WIB" in admin.last.text
    admin.presses("Kembali")
    admin.presses("Jadwal")
    admin.presses("Harian")
    assert "setiap hari pukul 17.00 WIB.\nTanggal berikutnya:\n• Senin, 2 Maret 2026, 17.00 WIB" in admin.last.text
    assert "Rabu" not in admin.last.buttons
    admin.presses("Kembali")
    admin.presses("Rekap di grup ini")
    assert "1. ✅ Setiap hari pukul 17.00 WIB" in admin.last.text
    admin.presses("English")
    row = schedule(world)
    assert (row.rhythm, row.weekdays, row.hour, row.active) == (Rhythm.DAILY, 4, 17, True)
    assert known(world)[0].locale == "en"
    assert len(admin.seen) == 1
    assert len(in_group(world)) == 1
    admin.presses("1. Harian")
    admin.presses("Matikan")
    assert admin.toast == "Rekap dimatikan."
    assert not schedule(world).active


@pytest.mark.parametrize("member", [True, False])
def test_somebody_elses_group_is_noted_but_quiet(
    world: World, admin: Actor, other: Actor, surveyor: Actor, member: bool
) -> None:
    who = surveyor if member else world.actor("<b>Iseng</b>", 2**33 + 9)
    changes(who, "left", "member")
    assert in_group(world) == ["Terima kasih sudah mengundang bot Program Bedah Rumah. Rekap di grup ini menunggu "
                               "persetujuan admin Dinas Sosial."]
    assert f"{who.name}, yang bukan admin, menambahkan bot ke grup Forum <CSR> & Baznas." in admin.last.text
    assert "Aktifkan rekap" in admin.last.buttons[0]
    assert other.last.buttons[0] == "✅ Turn the digest on"
    assert who.seen == []
    assert not schedule(world).active
    admin.presses("Aktifkan")
    assert schedule(world).active


def test_a_prank_repeated_all_day_is_reported_once(world: World, admin: Actor) -> None:
    prankster = world.actor("Iseng", 2**33 + 9)
    for _ in range(3):
        changes(prankster, "left", "member")
        changes(prankster, "member", "left")
        world.passes(minutes=5)
    assert len([one for one in admin.seen if "menambahkan bot" in one.text]) == 1


def test_removed_and_brought_back_by_an_admin(world: World, admin: Actor, other: Actor) -> None:
    changes(admin, "left", "member")
    admin.presses("Aktifkan")
    before = schedule(world).since
    world.passes(days=2)
    changes(admin, "member", "kicked")
    assert known(world) == []
    assert "no longer in the group Forum <CSR> & Baznas" in other.last.text
    changes(admin, "member", "kicked")
    assert len(other.seen) == 1
    admin.presses("Matikan")
    assert admin.last.text == "Bot sudah tidak ada di grup itu."
    changes(admin, "kicked", "member")
    assert len(known(world)) == 1
    assert schedule(world).active
    assert schedule(world).since > before
    assert "Rekap aktif" in admin.last.text


def test_brought_back_by_somebody_else_it_is_off(world: World, admin: Actor, surveyor: Actor) -> None:
    changes(admin, "left", "member")
    admin.presses("Aktifkan")
    changes(admin, "member", "left")
    changes(surveyor, "left", "administrator")
    assert not schedule(world).active
    assert "Rekap belum aktif" in admin.last.text


def test_other_rights_are_no_arrival(world: World, admin: Actor) -> None:
    changes(admin, "left", "member")
    admin.presses("Aktifkan")
    for old, new in (("member", "administrator"), ("administrator", "restricted"), ("restricted", "member")):
        changes(admin, old, new)
    assert len(in_group(world)) == 1
    assert len(admin.seen) == 1
    world.store.run(lambda session: groups.left(session, GROUP, world.now))
    changes(admin, "restricted", "member")
    assert len(known(world)) == 1
    assert len(in_group(world)) == 1
    assert schedule(world).active


def test_channels_are_none_of_our_business(world: World, admin: Actor) -> None:
    changes(admin, "left", "administrator", type="channel")
    assert known(world) == []
    assert in_group(world) == []


def test_a_person_who_blocks_the_bot_is_unreachable_until_they_return(world: World, admin: Actor) -> None:
    def unreachable(session: Session) -> bool:
        person = people.by_telegram(session, admin.id)
        return person is not None and person.unreachable_at is not None

    changes(admin, "member", "kicked", chat=admin.id)
    assert world.store.run(unreachable)
    changes(admin, "kicked", "member", chat=admin.id)
    assert not world.store.run(unreachable)
    changes(world.actor("Orang", 2**33 + 99), "member", "kicked", chat=2**33 + 99)


def test_a_new_title_is_kept(world: World, admin: Actor) -> None:
    changes(admin, "left", "member")
    admin.sends(GROUP, new_chat_title="Forum Bedah Rumah")
    assert [one.title for one in known(world)] == ["Forum Bedah Rumah"]


def test_the_list_leads_to_each_card(world: World, admin: Actor) -> None:
    assert "@bedah_sample_bot" in admin.says("/grup").text  # type: ignore[union-attr]
    for number in range(10):
        title = f"Grup {number:02d}" if number < 9 else ""
        world.store.run(lambda session, number=number, title=title: groups.joined(
            session, GROUP - 10 - number, title, world.now, by=None))
    seen = admin.says("/grup")
    assert seen is not None
    assert seen.buttons == [str(GROUP - 19), *[f"Grup {number:02d}" for number in range(7)], "Berikutnya ›"]
    admin.presses("Berikutnya")
    assert admin.last.buttons == ["Grup 07", "Grup 08", "‹ Ke awal"]
    admin.presses("Grup 08")
    assert admin.last.text.startswith("👥 Grup 08\nBelum ada rekap di grup ini.")
    admin.presses("Semua grup")
    admin.presses("Grup 00")
    assert admin.last.text.startswith("👥 Grup 00")
    assert len(admin.seen) == 2


def test_only_admins_of_the_programme_set_schedules(world: World, admin: Actor, surveyor: Actor) -> None:
    """Also an admin of the group: what somebody is in Telegram's group counts for nothing."""
    changes(admin, "left", "member")
    number = known(world)[0].id or 0
    card = admin.last
    for button in (SetSchedule(number, schedule(world).id or 0, Setting.ACTIVE, "1"), OpenGroup(number), ListGroups(0)):
        for who in (surveyor, world.actor("Ketua grup", 2**33 + 20)):
            who.presses_data(button.pack(), type(card)(card.id, who.id, card.html))
            assert who.toast
            assert who.seen == []
    assert not schedule(world).active
    assert "di luar peran" in surveyor.says("/grup").text  # type: ignore[union-attr]
    assert "obrolan pribadi" in admin.says("/grup", GROUP).text  # type: ignore[union-attr]


def test_a_role_that_ended_works_no_more(world: World, admin: Actor, other: Actor) -> None:
    changes(admin, "left", "member")

    def end(session: Session) -> None:
        person = people.by_telegram(session, admin.id)
        assert person is not None
        people.revoke(session, people.roles_of(session, person.id or 0)[0].id or 0, world.now, by=None)

    world.store.run(end)
    admin.presses("Aktifkan")
    assert not schedule(world).active


@pytest.mark.parametrize(("what", "value"), [
    (Setting.HOUR, "5"), (Setting.HOUR, "21"), (Setting.HOUR, "²"), (Setting.WEEKDAY, "7.1"), (Setting.WEEKDAY, "-1.1"),
    (Setting.WEEKDAY, "3"), (Setting.WEEKDAY, "3.2"), (Setting.RHYTHM, "hourly"), (Setting.ACTIVE, "2"),
    (Setting.LOCALE, "xx"), (Setting.LOCALE, ""), (Setting.MONTH_DAY, "2"), (Setting.MONTH_DAY, "0"),
    (Setting.QUIET, "9.1"), (Setting.PAUSE, "2026-03-02"), (Setting.PAUSE, "2026-03-17"), (Setting.PAUSE, "besok"),
    (Setting.AREA, "31.71.01"), (Setting.AREA, ""), (Setting.SECTION, "headline.0"), (Setting.SECTION, "money"),
    (Setting.TOPIC, "7"),
])
def test_forged_values_change_nothing(world: World, admin: Actor, what: Setting, value: str) -> None:
    changes(admin, "left", "member")
    before = schedule(world)
    admin.presses_data(SetSchedule(known(world)[0].id or 0, before.id or 0, what, value).pack(), admin.last)
    assert admin.toast == "Tombol ini sudah tidak berlaku."
    assert schedule(world).model_dump() == before.model_dump()
    assert known(world)[0].locale == "id"


def test_pressed_twice_it_is_the_same_and_since_stays(world: World, admin: Actor) -> None:
    changes(admin, "left", "member")
    card = admin.last
    admin.presses("Aktifkan", card)
    since = schedule(world).since
    world.passes(minutes=1)
    number, first = known(world)[0].id or 0, schedule(world).id or 0
    for what, value in ((Setting.WEEKDAY, "0.1"), (Setting.HOUR, "8"), (Setting.ACTIVE, "1")):
        admin.presses_data(SetSchedule(number, first, what, value).pack(), card)
    assert schedule(world).since == since
    assert "Rekap aktif" in card.text


def test_a_card_of_a_group_that_never_was(world: World, admin: Actor) -> None:
    changes(admin, "left", "member")
    admin.presses_data(SetSchedule(999, schedule(world).id or 0, Setting.ACTIVE, "1").pack(), admin.last)
    assert admin.last.text == "Bot sudah tidak ada di grup itu."
    assert admin.last.buttons == ["‹ Semua grup"]


def test_two_admins_at_one_card_see_what_is_true(world: World, admin: Actor, other: Actor) -> None:
    changes(world.actor("Iseng", 2**33 + 9), "left", "member")
    admin.presses("Aktifkan")
    other.presses("Schedule")
    admin.presses("Jam")
    admin.presses("10.00")
    other.presses("Friday")
    assert "The digest is on, every Monday and Friday at 10:00 WIB.\nNext dates:\n• Monday, 2 March 2026, 10:00 WIB\n" \
        "• Friday, 6 March 2026, 10:00 WIB" in other.last.text


def test_every_change_of_a_group_is_an_event(world: World, admin: Actor) -> None:
    changes(admin, "left", "member")
    admin.presses("Rekap di grup ini")
    admin.presses("English")
    admin.presses("English")
    admin.sends(GROUP, new_chat_title="Forum Bedah Rumah")
    admin.sends(GROUP, new_chat_title="Forum Bedah Rumah")
    admin.sends(GROUP, migrate_to_chat_id=GROUP - 5)
    admin.sends(GROUP - 5, migrate_from_chat_id=GROUP)
    changes(admin, "member", "kicked", chat=GROUP - 5)
    changes(admin, "kicked", "kicked", chat=GROUP - 5)
    said = world.store.run(lambda session: [
        (one.kind, one.actor_id) for one in session.exec(select(Event).order_by(Event.id))  # type: ignore[arg-type]
        if one.kind.startswith("group.")])
    assert [kind for kind, _ in said] == [f"group.{one}" for one in ("joined", "language", "renamed", "moved", "left")]
    assert {actor for kind, actor in said if kind != "group.moved"} == {1}
