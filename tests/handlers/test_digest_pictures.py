"""Pictures of a digest: what they are drawn from, who may open them, and that no map shows where anybody lives."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import pytest
from sqlmodel import Session, col, select

from handlers import ops
from handlers.digest.atlas import heart
from handlers.digest.clock import due_digests
from storage import boundaries, digests, groups, regions
from storage.digests import DigestRun
from storage.groups import Rhythm
from storage.outbox import Outbox
from storage.people import RoleName
from tests.builders import PAMULANG, SERPONG, SETU, claim, eligible, make_quota
from tests.world import Actor, Seen, World

GROUP, OTHER = -1_002_000_000_001, -1_002_000_000_002
LAT, LON = -6.341877, 106.729911


@pytest.fixture
def neighbour(world: World) -> Actor:
    """Somebody in the group without any account."""
    return world.actor("Tetangga", 2**33 + 77)


def city(session: Session) -> None:
    """Pamulang: six houses, one of them claimed. Setu: one. Serpong: five, all at one pin that lies on the grid."""
    first = [eligible(session, PAMULANG, lat=LAT + number / 10_000, lon=LON) for number in range(6)]
    claim(session, first[0], make_quota(session))
    eligible(session, SETU, lat=LAT, lon=LON)
    for _ in range(5):
        eligible(session, SERPONG, lat=-6.3, lon=106.7)


def post(world: World, chat: int = GROUP, **values: Any) -> list[Seen]:
    """A digest comes; what was posted."""
    def make(session: Session) -> None:
        group = groups.joined(session, chat, "Forum", world.now, by=None)
        schedule = groups.schedule_of(session, group.id or 0, world.now)
        groups.set_schedule(session, schedule, world.now, by=None, **(
            {"active": True, "rhythm": Rhythm.DAILY, "hour": 9} | values))

    world.store.run(make)
    world.passes(days=1)
    world.store.run(lambda session: due_digests(session, world.runtime, world.now), snapshot=True)
    world.deliver()
    return world.chat(chat)


def drawn(seen: Seen) -> dict[str, Any]:
    """What a picture is drawn from."""
    photo = seen.params["photo"]
    return dict(photo.get("_chart") or photo["_map"])


def test_the_chart_says_what_the_frozen_numbers_say(world: World) -> None:
    world.store.run(city)
    chart, text = post(world)
    assert (chart.method, text.method) == ("sendPhoto", "sendMessage")
    assert text.html.startswith(chart.html)
    spec = drawn(chart)
    assert spec["message"] == "11 rumah belum ada mitra"
    assert spec["sums"] == "12 butuh bedah = 1 sudah ada mitra + 11 belum"
    assert [(row["name"], row["note"]) for row in spec["rows"]] == [
        ("Pamulang", "belum 5 dari 6"), ("Serpong", "belum 5 dari 5"), ("Setu", "belum 1 dari 1")]
    numbers = world.store.run(lambda session: session.exec(select(DigestRun)).one().numbers)
    for row, code in zip(spec["rows"], (PAMULANG, SERPONG, SETU), strict=True):
        there = numbers["kecamatan"][code]
        assert [part[0] for part in row["parts"]] == [
            there[kind] for kind in ("handed_over", "finished", "in_progress", "claimed", "open")]
    assert [words for _, words in spec["legend"]] == [
        "Diserahkan", "Selesai", "Dikerjakan", "Diklaim", "Belum ada mitra"]
    assert "3 Maret 2026" in spec["title"]
    assert spec["source"].startswith("Sumber: data Program Bedah Rumah Kota Tangerang Selatan")


def test_a_digest_of_one_kecamatan_is_drawn_by_kelurahan_in_the_groups_language(world: World) -> None:
    world.store.run(city)

    def english(session: Session) -> str:
        group = groups.joined(session, GROUP, "Forum", world.now, by=None)
        group.locale = "en"
        session.add(group)
        return regions.kelurahan_of(session, PAMULANG)[0].name

    village = world.store.run(english)
    chart, _ = post(world, kecamatan_code=PAMULANG)
    spec = drawn(chart)
    assert [(row["name"], row["note"]) for row in spec["rows"]] == [(village, "5 of 6 open")]
    assert spec["message"] == "5 houses without a partner"
    assert "Kecamatan Pamulang" in spec["title"]


def test_no_chart_where_nothing_is_to_be_drawn_or_nobody_wants_one(world: World) -> None:
    (text,) = post(world)
    assert (text.method, text.buttons) == ("sendMessage", [])
    world.store.run(city)
    text = post(world, picture=False)[-1]
    assert [one.method for one in world.chat(GROUP)] == ["sendMessage"] * 2
    assert "🗺 Peta" in text.buttons


def test_numbers_that_no_chart_can_be_drawn_of_are_posted_all_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.store.run(city)
    real = digests.count
    monkeypatch.setattr(digests, "count", lambda *args: real(*args) | {
        "kecamatan": {PAMULANG: real(*args)["kecamatan"][PAMULANG] | {"open": "banyak"}}})
    monkeypatch.setattr("handlers.digest.clock.render", lambda sheet: sheet.title)
    assert [one.method for one in post(world)] == ["sendMessage"]


def test_the_map_is_public_comes_once_and_shows_nobody(world: World, neighbour: Actor) -> None:
    world.store.run(city)
    text = post(world)[-1]
    neighbour.presses("Peta", text)
    neighbour.presses("Peta", text)
    assert neighbour.toast == "Gambarnya baru saja tampil di bawah."
    *_, last, found = world.chat(GROUP)
    assert last is text
    assert found.params["reply_parameters"]["message_id"] == text.id
    assert (found.method, found.buttons) == ("sendPhoto", [])
    spec = drawn(found)
    spots = {spot["name"]: spot for spot in spec["spots"]}
    assert [spot["written"] for spot in spec["spots"]] == ["6", "5"]
    assert sum(sum(spot["parts"]) for spot in spots.values()) + 1 == 12
    setu = world.store.run(lambda session: regions.kelurahan_of(session, SETU)[0].name)
    assert f"1 rumah tidak tergambar, karena di kelurahannya belum ada cukup titik lokasi: {setu} 1" in found.text
    # Whole numbers on a plane are all that leaves: neither a pin nor a code stands anywhere.
    sent = json.dumps(found.params)
    assert not re.search(r"106\.|-?6\.\d|PML-|SRP-|Contoh", sent)
    assert all(isinstance(axis, int) for spot in spots.values() for axis in spot["at"])
    world.passes(minutes=2)
    neighbour.presses("Peta", text)
    assert len(world.chat(GROUP)) == 4


def test_a_chart_of_the_moment_is_opened_under_rekap(world: World, neighbour: Actor) -> None:
    world.store.run(city)
    post(world)
    neighbour.says("/rekap", GROUP)
    found = neighbour.presses("Grafik", chat=GROUP)
    assert found is not None
    assert found.html.startswith("📊 <b>Grafik Bedah Rumah</b>")
    assert "12 butuh bedah = 1 sudah ada mitra + 11 belum" in found.text
    assert drawn(found)["rows"][0]["name"] == "Pamulang"
    sari = world.actor("Sari", 2**33 + 5, RoleName.SURVEYOR)
    sari.says("/rekap")
    seen = sari.presses("Peta")
    assert seen is not None
    assert (seen.chat, seen.method) == (sari.id, "sendPhoto")


def test_a_map_needs_places_and_a_digest_of_this_group(world: World, neighbour: Actor) -> None:
    world.store.run(lambda session: eligible(session, SETU))
    text = post(world)[-1]
    neighbour.presses("Peta", text)
    assert neighbour.toast.startswith("Peta belum bisa digambar")
    elsewhere = post(world, OTHER)[-1]
    neighbour.presses_data(text.data("Peta"), elsewhere)
    assert neighbour.toast == "Rekap ini bukan milik grup ini."
    neighbour.says("/start")
    neighbour.presses_data(text.data("Peta"), neighbour.last)
    assert "hanya untuk petugas dan mitra" in neighbour.toast
    assert [one.method for one in world.chat(OTHER)].count("sendPhoto") == 1


def test_with_outlines_rings_stand_inside_them(world: World, neighbour: Actor) -> None:
    """A ground in the shape of a horseshoe: the middle of its corners lies outside."""
    shoe = [(106.70, -6.36), (106.76, -6.36), (106.76, -6.30), (106.75, -6.30), (106.75, -6.34), (106.74, -6.341),
            (106.71, -6.34), (106.71, -6.30), (106.70, -6.30), (106.70, -6.36)]
    lat, lon = heart(shoe)
    assert boundaries.inside([shoe], lat, lon)

    def make(session: Session) -> None:
        eligible(session, SETU)
        boundaries.replace(session, {regions.kelurahan_of(session, SETU)[0].code: [[shoe]]})

    world.store.run(make)
    text = post(world)[-1]
    found = neighbour.presses("Peta", text)
    assert found is not None
    spec = drawn(found)
    assert "tidak tergambar" not in found.text
    (shape,), (spot,) = spec["shapes"], spec["spots"]
    assert spec["size"] == pytest.approx([round(1000 * math.cos(math.radians(6.33))), 1000], abs=8)
    assert 8 <= len(shape["ring"]) <= 10
    assert boundaries.inside([shape["ring"]], spot["at"][1], spot["at"][0])


def test_nobody_is_asked_about_a_picture_and_whoever_asked_for_it_hears(
    world: World, neighbour: Actor, admin: Actor
) -> None:
    world.store.run(city)
    text = post(world)[-1]
    neighbour.presses("Peta", text)

    def report(session: Session) -> None:
        for row in session.exec(select(Outbox).where(col(Outbox.method) == "sendPhoto")):
            ops.report_refused(session, world.runtime, world.now, row, "Not enough rights to send photos to the chat")
            ops.ask_about_unknown(session, world.runtime, world.now, row)

    world.store.run(report)
    world.deliver()
    assert admin.seen == []
    last = world.chat(GROUP)[-1]
    assert last.text.startswith("Maaf, gambarnya tidak bisa ditampilkan di sini.")
    assert last.params["reply_parameters"]["message_id"] == text.id
    assert [one.text.startswith("Maaf") for one in world.chat(GROUP)].count(True) == 1


def test_what_was_frozen_is_drawn_whatever_came_after(world: World, neighbour: Actor) -> None:
    world.store.run(city)
    text = post(world)[-1]
    world.store.run(lambda session: [eligible(session, PAMULANG) for _ in range(3)])
    found = neighbour.presses("Peta", text)
    assert found is not None
    assert [spot["written"] for spot in drawn(found)["spots"]] == ["6", "5"]
