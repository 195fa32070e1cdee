"""The scoreboard's switch, what a tick costs, and several processes at one moment."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import Session, select

from handlers.kit.then import THEN, Sent
from handlers.scoreboard.clock import scoreboards
from handlers.scoreboard.switch import SetBoard
from storage import groups, outbox, scoreboard
from storage.outbox import Outbox, OutboxState
from storage.people import RoleName
from storage.scoreboard import Scoreboard
from storage.store import Store
from tests import builders
from tests.builders import at_once
from tests.handlers.group_steps import GROUP, changes
from tests.handlers.test_digest_clock import change, turn_on
from tests.handlers.test_screen_cost import asked
from tests.world import Actor, World


def tick(world: World) -> int:
    written = world.store.run(lambda session: scoreboards(session, world.runtime, world.now), snapshot=True)
    world.deliver()
    return written


def boards(world: World, chat: int = GROUP) -> list[str]:
    return [one.text for one in world.chat(chat) if one.text.startswith(("📌 Papan", "📌 House"))]


def calls(world: World, method: str) -> int:
    return sum(name == method for name, _ in world.calls)


def test_an_admin_takes_it_down_and_puts_it_up_again(world: World, admin: Actor) -> None:
    changes(admin, "left", "member")
    assert tick(world) == 0, "no digest is read there yet"
    admin.presses("Aktifkan rekap")
    tick(world)
    assert len(boards(world)) == 1
    admin.presses("Rekap di grup ini")
    admin.presses("Lepas papan angka")
    assert admin.last.text == "Papan angka di grup Grup dilepas sematannya dan tidak diperbarui lagi. Rekap tetap " \
                              "berjalan sesuai jadwal."
    assert calls(world, "unpinChatMessage") == 1
    world.store.run(builders.eligible)
    world.passes(hours=2)
    assert tick(world) == 0
    admin.presses("Pasang papan angka")
    assert "Papan angka di grup Grup aktif" in admin.last.text
    tick(world)
    assert (len(boards(world)), calls(world, "pinChatMessage")) == (1, 2)
    assert "1 butuh bedah" in boards(world)[0]
    admin.presses("Rekap di grup ini")
    assert "Setiap Senin" in admin.last.text
    changes(admin, "member", "kicked")
    admin.presses_data(SetBoard(1, 0).pack(), admin.last)
    assert admin.last.text == "Bot sudah tidak ada di grup itu."


def test_only_admins_press_the_switch(world: World, admin: Actor) -> None:
    changes(admin, "left", "member")
    for who in (world.actor("Sari", 2**33 + 3, RoleName.SURVEYOR), world.actor("Ketua grup", 2**33 + 20)):
        who.presses_data(SetBoard(1, 0).pack(), admin.last)
    assert world.store.run(lambda session: scoreboard.of_group(session, 1).active)


def test_when_the_bot_may_do_other_things_in_the_group_it_is_looked_for_at_once(world: World, admin: Actor) -> None:
    changes(admin, "left", "member")
    admin.presses("Aktifkan rekap")
    tick(world)
    assert (tick(world), calls(world, "getChat")) == (0, 0)
    changes(admin, "member", "administrator")
    assert (tick(world), calls(world, "getChat")) == (1, 1)
    assert (tick(world), calls(world, "pinChatMessage")) == (0, 2)


def test_each_group_reads_it_in_its_language_and_a_change_of_it_shows(world: World) -> None:
    turn_on(world)
    turn_on(world, GROUP - 1, locale="en")
    world.store.run(builders.eligible)
    assert tick(world) == 2
    assert "As of Monday, 2 March 2026, 08:00 WIB" in boards(world, GROUP - 1)[0]

    def indonesian(session: Session) -> None:
        group = groups.by_chat(session, GROUP - 1)
        assert group is not None
        groups.speak(session, group, "id", world.now, by=None)

    world.store.run(indonesian)
    world.passes(minutes=2)
    assert tick(world) == 1
    assert "Keadaan Senin, 2 Maret 2026, 08.02 WIB" in boards(world, GROUP - 1)[0]


def test_nothing_is_counted_while_nothing_changes_and_once_when_something_does(world: World) -> None:
    for number in range(4):
        turn_on(world, GROUP - number)
    tick(world)
    world.passes(minutes=2)

    def counts() -> int:
        with asked(world.store) as statements:
            world.store.run(lambda session: scoreboards(session, world.runtime, world.now), snapshot=True)
        return sum("GROUP BY" in one and "house_tally" in one for one in statements)

    assert counts() == 0
    world.store.run(builders.make_house)  # waits for a verifier: nothing that a scoreboard says
    assert counts() == 1
    assert counts() == 0
    assert calls(world, "editMessageText") == 0
    world.store.run(builders.eligible)
    assert counts() == 1
    world.deliver()
    assert calls(world, "editMessageText") == 4


def under_way(world: World) -> Outbox:
    """The clock has written an edit, and delivery has it in hand."""
    world.store.run(builders.eligible)
    world.passes(minutes=2)

    def take(session: Session) -> Outbox:
        scoreboards(session, world.runtime, world.now)
        row = session.get_one(Outbox, session.exec(select(Scoreboard)).one().row_id)
        assert outbox.mark_sending(session, [row.id or 0])
        return row

    return world.store.run(take)


def test_an_edit_that_was_given_up_is_made_again_although_nothing_changes(world: World) -> None:
    turn_on(world)
    tick(world)
    row = under_way(world)
    world.store.run(lambda session: outbox.settle(session, row.id or 0, OutboxState.DEAD, world.now, problem="500"))
    assert tick(world) == 0
    world.passes(hours=2)
    tick(world)
    assert "1 butuh bedah" in boards(world)[0]
    world.passes(hours=2)
    tick(world)
    assert calls(world, "editMessageText") == 1


def test_taken_down_while_an_edit_is_under_way_it_stays_down(world: World) -> None:
    turn_on(world)
    tick(world)
    row = under_way(world)
    change(world, active=False)
    tick(world)

    def arrived(session: Session) -> None:
        assert outbox.settle(session, row.id or 0, OutboxState.SENT, world.now)
        THEN[row.then or ""](Sent(session, world.now, row, {}))

    world.store.run(arrived)
    world.deliver()
    assert (calls(world, "unpinChatMessage"), calls(world, "pinChatMessage")) == (1, 1)


def test_a_board_is_twelve_lines_at_most(world: World) -> None:
    def everything(session: Session) -> None:
        quotas = [builders.make_quota(session, name, 20, 900 * builders.JUTA)
                  for name in ("DPKPP", "Baznas", "PT Contoh Sejahtera")]
        for quota in quotas:
            builders.claim(session, builders.eligible(session), quota)

    turn_on(world)
    world.store.run(everything)
    tick(world)
    lines = boards(world)[0].splitlines()
    assert len(lines) == 12
    assert [line.split()[0] for line in lines[-7:-1]] == [
        "Tahap", "Diklaim", "Dikerjakan", "Selesai", "Diserahkan", "Total"]


def test_processes_at_one_moment_send_and_edit_it_once(world: World, database: Store) -> None:
    turn_on(world)
    unit: Callable[[Session], int] = lambda session: scoreboards(session, world.runtime, world.now)  # noqa: E731

    def written(method: str) -> int:
        query = select(Outbox).where(Outbox.method == method)
        return database.run(lambda session: len(session.exec(query).all()))

    database.run(lambda session: scoreboard.of_group(session, 1))
    assert sorted(at_once(database, unit, unit, unit)) == [0, 0, 1]
    assert written("sendMessage") == 1
    world.deliver()
    world.store.run(builders.eligible)
    world.passes(minutes=2)
    assert sorted(at_once(database, unit, unit, unit)) == [0, 0, 1]
    assert written("editMessageText") == 1
    assert len(database.run(lambda session: session.exec(select(Scoreboard)).all())) == 1
