"""The public buttons under a digest and the one message under it: which houses, as they stood when it was made."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from sqlmodel import Session, col, select

from handlers.digest.clock import due_digests
from handlers.digest.detail import Houses
from storage import claims, groups, houses, progress, regions, standing
from storage.digests import DigestRun
from storage.events import Event
from storage.groups import Rhythm
from storage.houses import House, HouseState
from storage.standing import Cell, Figure
from tests import builders
from tests.builders import NOW, PAMULANG, SARI, SETU
from tests.world import Actor, Seen, World

GROUP = -1_002_000_000_001


@pytest.fixture
def neighbour(world: World) -> Actor:
    """Somebody in the group without any account."""
    return world.actor("Tetangga", 2**33 + 77)


@pytest.fixture
def digest(world: World) -> Seen:
    """Monday's: three open ones in Pamulang and one in Setu; Baznas is at work in Pamulang, DPKPP has claimed in
    Setu."""
    world.store.run(city)
    return post(world)


def city(session: Session) -> None:
    for area in (PAMULANG, PAMULANG, SETU, PAMULANG):
        builders.eligible(session, area)
    held = builders.claim(session, builders.eligible(session, PAMULANG), builders.make_quota(session))
    progress.report(session, held.id or 0, 30, NOW, by=builders.person(session).id or 0)
    builders.claim(session, builders.eligible(session, SETU), builders.make_quota(session, "DPKPP"))


def post(world: World, chat: int = GROUP, **values: Any) -> Seen:
    """A group's digest, an hour from now."""
    hour = (world.now + timedelta(hours=1)).astimezone(world.runtime.zone).hour

    def make(session: Session) -> None:
        group = groups.joined(session, chat, "Forum", world.now, by=None)
        schedule = groups.schedule_of(session, group.id or 0, world.now)
        groups.set_schedule(session, schedule, world.now, by=None, active=True, rhythm=Rhythm.DAILY, hour=hour,
                            **{"picture": False} | values)

    world.store.run(make)
    world.passes(hours=1)
    world.store.run(lambda session: due_digests(session, world.runtime, world.now), snapshot=True)
    world.deliver()
    return world.chat(chat)[-1]


def codes(seen: Seen) -> list[str]:
    return re.findall(r"[A-Z]{3}-\d{4,}", seen.text)


def run_id(world: World, chat: int = GROUP) -> int:
    query = select(DigestRun.id).join(groups.ChatGroup).where(groups.ChatGroup.chat_id == chat)
    return world.store.run(lambda session: session.exec(query).one()) or 0


def house(session: Session, code: str) -> House:
    found = houses.by_code(session, code)
    assert found is not None
    return found


def test_a_figure_opens_its_codes_under_the_digest(world: World, neighbour: Actor, digest: Seen) -> None:
    before = digest.html
    assert digest.buttons == ["4 belum ada mitra", "1 diklaim", "1 dikerjakan", "📍 Per kecamatan",
                              "💰 Perkiraan biaya", "🔢 Angka lain", "🗺 Peta"]
    shown = neighbour.presses("4 belum ada mitra", digest)
    assert shown is not None
    assert shown.params["reply_parameters"]["message_id"] == digest.id
    assert shown.text.splitlines() == [
        "🔎 belum ada mitra", "Keadaan pada rekap Senin, 2 Maret 2026, 09.00 WIB", "1–4 dari 4 rumah",
        "Bambu Apus, Pamulang", "PML-0001  PML-0002  PML-0003", "Babakan, Setu", "SET-0001"]
    assert "Contoh" not in shown.text
    assert (digest.html, digest.edits, len(world.chat(GROUP))) == (before, 0, 2)


def test_every_cell_of_the_tables_is_reached(world: World, neighbour: Actor, digest: Seen) -> None:
    """Pamulang · Baznas · dikerjakan, and back; the figures that have no button of their own are in the menu."""
    neighbour.presses("Angka lain", digest)
    detail = world.chat(GROUP)[1]
    assert detail.buttons == ["6 butuh bedah", "2 ada mitra", "4 belum ada mitra", "1 diklaim", "1 dikerjakan",
                              "📍 Per kecamatan", "💰 Perkiraan biaya"]
    neighbour.presses("ada mitra", detail)
    assert detail.buttons == ["APBD 1", "Baznas 1", "📍 Pilih kecamatan", "🔢 Angka lain"]
    neighbour.presses("Baznas", detail)
    assert codes(detail) == ["PML-0004"]
    neighbour.presses("Pilih kecamatan", detail)
    assert detail.buttons == ["Pamulang 1", "Semua kecamatan"]
    neighbour.presses("Pamulang", detail)
    assert detail.text.splitlines()[0] == "🔎 ada mitra · Pamulang · Baznas"
    assert detail.text.splitlines()[2:] == ["1–1 dari 1 rumah", "Bambu Apus", "PML-0004"]
    neighbour.presses("Semua dana", detail)
    assert detail.text.splitlines()[0] == "🔎 ada mitra · Pamulang"
    neighbour.presses("Angka lain", detail)
    neighbour.presses("Per kecamatan", detail)
    assert [line.split() for line in detail.text.splitlines()[3:6]] == [
        ["Pamulang", "4", "1", "3", "0"], ["Setu", "2", "1", "1", "0"], ["Total", "6", "2", "4", "0"]]
    assert (len(world.chat(GROUP)), detail.edits) == (2, 7)


def test_on_wednesday_monday_is_checked(world: World, neighbour: Actor, digest: Seen) -> None:
    """What was claimed, begun, given back, registered and moved since is put back; /rekap shows what is true now."""
    world.passes(days=2)

    def goes_on(session: Session) -> None:
        quota = builders.make_quota(session, "PT Contoh Sejahtera")
        builders.claim(session, house(session, "PML-0001"), quota)
        worked = claims.holding(session, house(session, "PML-0004").id or 0)
        assert worked is not None
        claims.release(session, worked.id or 0, "batal", world.now, by=None)
        builders.claim(session, house(session, "PML-0004"), quota)
        builders.eligible(session, PAMULANG)

    world.store.run(goes_on)
    neighbour.presses("4 belum ada mitra", digest)
    detail = world.chat(GROUP)[-1]
    neighbour.presses("Pilih kecamatan", detail)
    neighbour.presses("Pamulang 3", detail)
    assert codes(detail) == ["PML-0001", "PML-0002", "PML-0003"]
    neighbour.presses("1 dikerjakan", digest)
    assert codes(detail) == ["PML-0004"]
    assert detail.buttons[0] == "Baznas 1"
    world.passes(minutes=2)
    neighbour.says("/rekap", GROUP)
    neighbour.presses("belum ada mitra", chat=GROUP)
    assert "Keadaan Rabu, 4 Maret 2026, 09.02 WIB" in world.chat(GROUP)[-1].text
    neighbour.presses("Pilih kecamatan", chat=GROUP)
    neighbour.presses("Pamulang", chat=GROUP)
    assert codes(world.chat(GROUP)[-1]) == ["PML-0002", "PML-0003", "PML-0005"]


def test_two_people_share_one_message(world: World, neighbour: Actor, admin: Actor, digest: Seen) -> None:
    with world.gap():
        neighbour.presses("belum ada mitra", digest)
        admin.presses("1 diklaim", digest)
    assert len(world.chat(GROUP)) == 2
    detail = world.chat(GROUP)[1]
    assert "diklaim" in detail.text
    assert detail.params["reply_parameters"]["message_id"] == digest.id
    calls = len(world.calls)
    with world.gap():
        for label in ("belum ada mitra", "1 dikerjakan", "belum ada mitra") * 4:
            neighbour.presses(label, digest)
        admin.presses("Pilih kecamatan", detail)
    assert [call[0] for call in world.calls[calls:] if call[0] != "answerCallbackQuery"] == ["editMessageText"]
    assert detail.buttons[-1] == "Semua kecamatan"
    world.passes(minutes=9)
    neighbour.presses("Semua kecamatan", detail)
    world.passes(minutes=9)
    neighbour.presses("1 dikerjakan", digest)
    assert len(world.chat(GROUP)) == 2
    world.passes(minutes=11)
    neighbour.presses("Angka lain", detail)
    assert len(world.chat(GROUP)) == 3
    assert "di balik angka" not in detail.text
    assert world.chat(GROUP)[2].params["reply_parameters"]["message_id"] == digest.id


def test_a_long_list_has_pages_that_meet(world: World, neighbour: Actor) -> None:
    def fill(session: Session) -> None:
        surveyor, villages = builders.person(session, SARI).id, regions.kelurahan_of(session, SETU)
        session.execute(insert(House), [
            {"code": f"STU-{number:05d}", "kecamatan_code": SETU, "kelurahan_code": villages[number % 6].code,
             "roof": 4, "floor": 4, "wall": 4, "occupants": 1, "area_m2": 30, "priority": 1, "estimate": 1,
             "version": 1, "registered_at": NOW, "surveyor_id": surveyor, "sample": False, "state": HouseState.ELIGIBLE}
            for number in range(10_000)])

    def walk(session: Session) -> list[str]:
        here, found, after = standing.now(session), list[str](), 0
        while page := standing.page(session, here, Cell(Figure.OPEN), after=after, limit=1000):
            found += [one.code for one in page]
            after = page[-1].house_id
        return found

    world.store.run(fill)
    assert world.store.run(walk) == [f"STU-{number:05d}" for number in range(10_000)]
    neighbour.presses("10.000 belum", post(world))
    detail, seen = world.chat(GROUP)[1], list[str]()
    for first in (1, 41, 81):
        assert f"\n{first}–{first + 39} dari 10.000 rumah" in detail.text
        seen += sorted(codes(detail))
        neighbour.presses("Berikutnya", detail)
    assert sorted(seen) == [f"STU-{number:05d}" for number in range(120)]
    ids = world.store.run(lambda session: session.exec(select(House.id).order_by(col(House.id).desc()).limit(26)).all())
    neighbour.presses_data(Houses(run_id(world), Figure.OPEN, after=ids[-1] or 0, seen=9975, under=1).pack(), detail)
    last = world.chat(GROUP)[-1]
    assert "9.976–10.000 dari 10.000 rumah" in last.text
    assert len(codes(last)) == 25
    neighbour.presses("Ke awal", last)
    assert "\n1–40 dari 10.000" in world.chat(GROUP)[-1].text


def test_the_city_changed_under_an_old_button(world: World, neighbour: Actor) -> None:
    world.store.run(lambda session: [builders.eligible(session) for _ in range(45)])
    post(world)
    world.passes(minutes=2)
    neighbour.says("/rekap", GROUP)
    neighbour.presses("45 belum", chat=GROUP)
    detail = world.chat(GROUP)[-1]
    on = detail.data("Berikutnya")

    def withdraw(session: Session, *numbers: int) -> None:
        for number in numbers:
            houses.move(session, house(session, f"PML-{number:04d}").id or 0, HouseState.ELIGIBLE,
                        HouseState.WITHDRAWN, world.now, by=None)

    world.store.run(lambda session: withdraw(session, 1, 2, 44))
    neighbour.presses_data(on, detail)
    assert "39–42 dari 42 rumah" in detail.text
    assert codes(detail) == ["PML-0041", "PML-0042", "PML-0043", "PML-0045"]
    world.store.run(lambda session: withdraw(session, 41, 42, 43, 45))
    neighbour.presses_data(on, detail)
    assert "1–38 dari 38 rumah" in detail.text, "the first page, where there is no second one any more"
    world.store.run(lambda session: withdraw(session, *range(3, 41)))
    neighbour.presses_data(on, detail)
    assert detail.text.endswith("Tidak ada rumah di sini.")
    neighbour.presses("Angka lain", detail)
    assert detail.buttons == ["45 ditarik"]


def test_what_cannot_be_put_back_is_said_with_both_figures(world: World, neighbour: Actor, digest: Seen) -> None:
    def goes_on(session: Session) -> None:
        number = builders.eligible(session).id
        session.execute(insert(Event), [{"at": world.now, "kind": "house.eligible", "house_id": number,
                                         "data": {"before": "registered"}}] * (standing.MOST + 1))

    world.store.run(goes_on)
    neighbour.presses("belum ada mitra", digest)
    detail = world.chat(GROUP)[-1]
    assert "Ini keadaan sekarang: 5 rumah. Di rekap Senin, 2 Maret 2026, 09.00 WIB: 4 rumah." in detail.text
    assert len(codes(detail)) == 5
    neighbour.presses_data(Houses(run_id(world), Figure.IN_PROGRESS, PAMULANG, "baznas").pack(), digest)
    assert "tidak bisa disusun lagi" in detail.text
    assert codes(detail) == ["PML-0004"]
