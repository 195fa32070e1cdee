"""What nervous, curious or hostile people in a group can make the bot do with its public buttons and /rekap."""

from __future__ import annotations

import pytest
from sqlmodel import Session, col, select

from handlers.digest.access import CROWD
from handlers.digest.detail import Areas, Houses, Look, Unclaimed, View
from handlers.digest.pictures import Draw, Kind
from handlers.digest.snapshots import Compare, Compared
from handlers.kit.buttons import Button
from storage import groups
from storage.houses import House, HouseState
from storage.standing import Figure
from tests import builders
from tests.handlers.test_digest_lists import GROUP, city, post
from tests.handlers.test_digest_snapshots import runs, spring
from tests.world import Actor, Seen, World

LARGEST = 2**63 - 1


@pytest.fixture
def neighbour(world: World) -> Actor:
    """Somebody in the group without any account."""
    return world.actor("Tetangga", 2**33 + 77)


@pytest.fixture
def digest(world: World) -> Seen:
    world.store.run(city)
    return post(world)


def sent(world: World, chat: int = GROUP) -> int:
    """Calls that count towards Telegram's limit in a chat."""
    return sum(params.get("chat_id") == chat for method, params in world.calls)


def test_nobody_reads_in_a_group_that_no_admin_has_let_in(world: World, neighbour: Actor) -> None:
    world.store.run(city)
    world.store.run(lambda session: groups.joined(session, GROUP, "Warung", world.now, by=None) and None)
    greeting = Seen(77, GROUP, "Halo")
    for button in (Houses(0, Figure.OPEN), Areas(0, Figure.OPEN, "-", 0), *(Look(0, view) for view in View),
                   Draw(Kind.CHART, 0), Unclaimed()):
        neighbour.toasts.clear()
        neighbour.presses_data(button.pack(), greeting)
        assert neighbour.toast == "Rekap di grup ini menunggu persetujuan admin Dinas Sosial.", button
    assert sent(world) == 0


def test_a_forged_comparison_changes_no_posted_digest(world: World, neighbour: Actor) -> None:
    spring(world)
    posted, ids = world.chat(GROUP)[-1], runs(world)
    before = posted.html
    for _ in range(3):
        neighbour.presses_data(Compared(ids[1], ids[0], posted.id).pack(), posted)
    assert (posted.html, posted.edits) == (before, 0)


def test_thirty_presses_are_few_calls(world: World, neighbour: Actor) -> None:
    """While the answer before still waits, a newer one takes its place."""
    spring(world)
    posted, ids = world.chat(GROUP)[-1], runs(world)
    choice = neighbour.presses_data(Compare(ids[2]).pack(), posted)
    assert choice is not None
    buttons: list[Button] = [Compared(ids[2], one, posted.id) for one in ids[:2]]
    before = sent(world)
    with world.gap():
        for number in range(30):
            neighbour.presses_data(buttons[number % 2].pack(), choice)
    assert sent(world) - before == 1


def test_rekap_asked_for_everything_stays_below_the_limit(world: World, neighbour: Actor) -> None:
    spring(world)
    before = sent(world)
    for month in range(1, 13):
        neighbour.says(f"/rekap {month}/2025", chat=GROUP)
    assert [" ".join(one.text.split()[:3]) for one in world.chat(GROUP)[-2:]] == [
        "Tidak ada rekap", "Pilihan bulannya baru"]
    assert sent(world) - before == 2
    world.passes(minutes=2)
    before = sent(world)
    for day in range(1, 29):
        neighbour.says(f"/rekap {day} Maret 2026", chat=GROUP)
    assert sent(world) - before <= CROWD + 1


def test_forged_numbers_in_a_button_break_nothing(world: World, neighbour: Actor, digest: Seen) -> None:
    def many(session: Session) -> int | None:
        for _ in range(60):
            builders.claim(session, builders.eligible(session), builders.make_quota(session, "DPKPP", 99))
        return session.exec(select(House.id).where(House.state == HouseState.CLAIMED).order_by(col(House.id))).first()

    first = world.store.run(many) or 0
    for under in (LARGEST, -5):
        for seen, shown in ((LARGEST, "21–60 dari 60 rumah"), (-40, "1–40 dari 60 rumah")):
            neighbour.presses_data(Houses(0, Figure.CLAIMED, "36.74.06", "apbd", first, seen, under).pack(), digest)
            assert shown in world.chat(GROUP)[-1].text.splitlines()
    for params in (params for _, params in world.calls if "reply_parameters" in params):
        assert 0 < params["reply_parameters"]["message_id"] < 2**31
