"""Groups, when they want their digest, and runs that are made once."""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import Session

from storage import claims, digests, groups, handover
from storage.groups import ChatGroup, Rhythm
from storage.store import Store
from tests.builders import JUTA, NOW, PAMULANG, SETU, YEAR, all_groups, build, claim, eligible, make_house, make_quota

FORUM = -1_002_000_000_001


def _join(store: Store, chat: int = FORUM, title: str = "Forum") -> ChatGroup:
    return store.run(lambda session: groups.joined(session, chat, title, NOW, by=None))


def test_in_out_and_in_again(database: Store) -> None:
    group = _join(database)
    database.run(lambda session: groups.left(session, FORUM, NOW))
    assert database.run(all_groups) == []
    again = _join(database, title="Forum CSR")
    assert (again.id, again.title, again.left_at) == (group.id, "Forum CSR", None)
    assert len(database.run(all_groups)) == 1


def test_a_schedule_sleeps_until_it_is_set_and_while_the_bot_is_out(database: Store) -> None:
    group = _join(database).id or 0
    row = database.run(lambda session: groups.schedule_of(session, group, NOW))
    assert (row.rhythm, row.weekdays, row.hour, row.active) == (Rhythm.WEEKLY, 1, 8, False)
    assert database.run(groups.active_schedules) == []
    later = NOW + timedelta(hours=1)

    def switch_on(session: Session) -> None:
        groups.set_schedule(session, groups.schedule_of(session, group, NOW), later, by=None, hour=0, weekdays=64,
                            active=True)

    database.run(switch_on)
    ((schedule, found),) = database.run(groups.active_schedules)
    assert (schedule.hour, schedule.weekdays, schedule.since, found.id) == (0, 64, later, group)
    database.run(lambda session: groups.left(session, FORUM, NOW))
    assert database.run(groups.active_schedules) == []


def test_a_group_that_became_a_supergroup(database: Store) -> None:
    group = _join(database, -5)
    twin = _join(database, FORUM)  # Telegram spoke of the new id first
    database.run(lambda session: groups.migrated(session, -5, FORUM, NOW))
    found = database.run(lambda session: groups.by_chat(session, FORUM))
    assert found is not None
    assert found.id == group.id
    assert [one.id for one in database.run(all_groups)] == [group.id]
    assert database.run(lambda session: session.get_one(ChatGroup, twin.id)).left_at is not None
    database.run(lambda session: groups.migrated(session, -77, -78, NOW))  # a group that nobody knows


def test_a_run_keeps_its_numbers(database: Store) -> None:
    group = _join(database).id or 0
    monday = date(2026, 3, 2)

    def run(session: Session, day: date = monday, kind: str = "weekly") -> digests.DigestRun | None:
        numbers = digests.count(session, YEAR)
        return digests.start_run(session, group, kind, day, NOW, NOW, numbers)

    database.run(lambda session: [eligible(session) for _ in range(3)])
    first = database.run(run)
    assert first is not None
    database.run(eligible)
    assert database.run(run) is None
    second = database.run(lambda session: run(session, monday + timedelta(days=7)))
    assert second is not None
    assert database.run(lambda session: run(session, kind="now")) is not None
    assert (first.numbers["needing"], second.numbers["needing"]) == (3, 4)
    kept = database.run(lambda session: session.get_one(digests.DigestRun, first.id))
    assert kept.numbers == first.numbers
    assert kept.local_date == monday
    assert not database.run(lambda session: digests.exists(session, group, "weekly", date(2026, 3, 3)))


def test_each_house_is_counted_where_it_is(database: Store) -> None:
    def make(session: Session) -> None:
        city, baznas = make_quota(session, "DPKPP"), make_quota(session, "Baznas", house_ceiling=25 * JUTA)
        make_quota(session, "Baznas", year=YEAR - 1)
        make_house(session)
        eligible(session)
        eligible(session, SETU)
        claim(session, eligible(session), city)
        done = build(session, claim(session, eligible(session, SETU), baznas))
        handover.hand_over(session, done.id or 0, 20 * JUTA, NOW, by=None)
        released = claim(session, eligible(session), baznas)
        claims.release(session, released.id or 0, "batal", NOW, by=None)

    database.run(make)
    numbers = database.run(lambda session: digests.count(session, YEAR), snapshot=True)
    assert (numbers["needing"], numbers["open"], numbers["states"]["registered"]) == (5, 3, 1)
    assert numbers["sources"]["apbd"]["claimed"] == numbers["sources"]["baznas"]["handed_over"] == 1
    assert sum(sum(stages.values()) for stages in numbers["sources"].values()) == 2
    nothing = {"open": 0, "claimed": 0, "in_progress": 0, "finished": 0, "handed_over": 0}
    assert numbers["kecamatan"] == {
        PAMULANG: nothing | {"open": 2, "claimed": 1}, SETU: nothing | {"open": 1, "handed_over": 1}}
    by_name = {row["name"]: row for row in numbers["partners"]}
    assert {key: by_name["Baznas"][key] for key in ("units", "units_used", "reserved", "spent", "handed_over")} == {
        "units": 10, "units_used": 1, "reserved": 0, "spent": 20 * JUTA, "handed_over": 1}
    assert by_name["DPKPP"]["reserved"] == 50 * JUTA


def test_an_empty_store_has_a_digest_too(database: Store) -> None:
    numbers = database.run(lambda session: digests.count(session, YEAR), snapshot=True)
    assert (numbers["needing"], numbers["open"], numbers["kecamatan"], numbers["partners"]) == (0, 0, {}, [])
