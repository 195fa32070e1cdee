"""Nobody sees a family who has no right to: every command, code and link, by people of each other role (the buttons
stand in test_forged_pressed).

All of it is made from ROUTES, so a new handler is tried as soon as it has a route.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlmodel import Session, select
from telegram.ext import CommandHandler, MessageHandler

from handlers import routes
from handlers.kit import format as fmt
from storage import households, people, photos
from storage.houses import House
from storage.people import RoleName
from storage.photos import PhotoPurpose
from storage.store import Store
from tests.builders import CITRA, NOW, PAMULANG, SETU, person
from tests.handlers.house_steps import answers
from tests.handlers.stage import Stage
from tests.handlers.test_forged import make_scene
from tests.world import Actor

NAME, ADDRESS, NIK, CARD = "Zulaikha Kenari", "Gg. Rahasia 977", "3674064107809871", "3674011507129876"
PHONE, RT, RW, LAT, LON = "+6281298765432", "087", "054", -6.341877, 106.729911
ELDERLY, DISABLED = 41, 43
NOTE, FILE = "Catatan tentang keluarga Kenari", "berkas-rahasia"
HIDDEN = re.compile("|".join((
    *map(re.escape, (NAME, ADDRESS, NIK, CARD, PHONE, PHONE.removeprefix("+62"), fmt.mask_nik(NIK), fmt.mask_nik(CARD),
                     fmt.mask_phone(PHONE), FILE, NOTE, "6.3418", "106.7299", "6,3418")),
    r"(?:RT|RW)\W*0?(?:87|54)\b", r"\b0?87/0?54\b",
    rf"(?i:lansia|elderly|disabilitas|disabled|disabilit)[^\n]{{0,20}}\b(?:{ELDERLY}|{DISABLED})\b",
)))
COMMANDS = sorted({name for route in routes.ROUTES if isinstance(route, CommandHandler) for name in route.commands})


def families(session: Session) -> list[str]:
    """Houses in each state of Pamulang with everything that is asked about a family, and photos; their codes."""
    make_scene(session)
    found = list(session.exec(select(House).order_by(House.id)))  # type: ignore[arg-type]
    for house in found:
        number = house.id or 0
        households.write(
            session, number, head_name=NAME, address=ADDRESS, rt=RT, rw=RW, lat=LAT, lon=LON, nik=NIK, consent_at=NOW,
            consent_version="1", recorded_by=house.surveyor_id, family_card=CARD, phone=PHONE, families=1,
            elderly=ELDERLY, disabled=DISABLED, land_proof="shm", land_m2=90.0, prior_aid=0)
        house.note = NOTE if house.note else None
        photo = photos.add(session, house.surveyor_id, 1, PhotoPurpose.REGISTRATION, f"{FILE}-{number}",
                           f"{FILE}-{number}", NOW)
        assert photo is not None
        photo.house_id = number
        session.add(photo)
    return [house.code for house in found]


def without_right(stage: Stage) -> dict[str, Actor]:
    """Those who have no right to any of these families."""
    world = stage.world

    def dismissed(session: Session) -> None:
        somebody = people.by_telegram(session, 7_100_000_064)
        assert somebody is not None
        for role in people.roles_of(session, somebody.id or 0):
            people.revoke(session, role.id or 0, world.now, by=person(session).id)

    found = {
        "stranger": world.actor("Tetangga", 7_100_000_060),
        "surveyor of the same kecamatan": world.actor("Tono", 7_100_000_061, RoleName.SURVEYOR, areas=[PAMULANG]),
        "surveyor of another": world.actor("Tini", 7_100_000_062, RoleName.SURVEYOR, areas=[SETU]),
        "verifier of another": world.actor("Wati", 7_100_000_063, RoleName.VERIFIER, areas=[SETU]),
        "dismissed": world.actor("Wira", 7_100_000_064, RoleName.VERIFIER),
        "rep of another partner": stage.actor(CITRA),
        "surveyor and rep": world.actor("Yani", 7_100_000_065, RoleName.SURVEYOR, RoleName.PARTNER, areas=[SETU],
                                        partner_id=stage.partner(CITRA.partner or "")),
    }
    stage.store.run(dismissed)
    return found


def _words(codes: list[str]) -> Iterator[str]:
    """Every command bare and with a house, every code typed and as a link, and what is typed where nothing is asked."""
    for name in COMMANDS:
        yield f"/{name}"
        yield f"/{name} {codes[len(name) % len(codes)]}"
    for code in codes:
        yield from (code, code.lower().replace("-", " "), f"/start {code}")
    yield from (NIK, CARD, PHONE, NAME, "ya", "1", "36")


class Watch:
    """What has come to one person since the last look: messages, edits and toasts."""

    def __init__(self, actor: Actor) -> None:
        self.actor, self.world = actor, actor.world
        self.calls, self.toasts = len(actor.world.calls), len(actor.toasts)
        self.told: list[str] = []
        self.count = 0

    def look(self, what: str) -> None:
        new = [f"{method} {params}" for method, params in self.world.calls[self.calls:]
               if params.get("chat_id") == self.actor.id]
        new += self.actor.toasts[self.toasts:]
        self.calls, self.toasts = len(self.world.calls), len(self.actor.toasts)
        self.count += len(new)
        self.told += [f"{what}: {found[0]!r} in {one[:300]}" for one in new if (found := HIDDEN.search(one))]


def _typed(watch: Watch, codes: list[str]) -> None:
    actor = watch.actor
    for words in _words(codes):
        actor.says(words)
        watch.look(words)
        if answers(actor.world, actor) is not None:
            actor.says("/batal")
            watch.look(f"/batal after {words}")
            if "Ya, hapus" in actor.last.buttons:
                actor.presses("Ya, hapus", actor.last)


def _sent(watch: Watch) -> None:
    """Whatever else is a message: each kind that a route takes, with and without an open form."""
    actor = watch.actor
    assert any(isinstance(route, MessageHandler) for route in routes.ROUTES)
    for _ in range(2):
        actor.photo("tampak depan")
        actor.pin(LAT + 0.01, LON + 0.01)
        actor.sends(voice={"file_id": "v", "file_unique_id": "v", "duration": 3})
        actor.sends(contact={"phone_number": "+620000", "first_name": "x"})
        actor.says("halo")
        actor.edits(actor.last_sent_id, "halo lagi")
        watch.look("a message")
        actor.says("/daftar")


@pytest.fixture
def stage(database: Store) -> Stage:
    return Stage(database)


@pytest.mark.long
def test_nobody_sees_a_family_without_the_right(stage: Stage) -> None:
    codes = stage.store.run(families)
    wrong: list[str] = []
    for name, actor in without_right(stage).items():
        watch = Watch(actor)
        _sent(watch)
        _typed(watch, codes)
        assert name in ("stranger", "dismissed") or watch.count > 50, (name, watch.count)
        wrong += [f"{name}: {one}" for one in watch.told]
    assert wrong == []


def test_whoever_has_the_right_sees_it(stage: Stage) -> None:
    """The same look finds it where it is to be seen, or the test above would prove nothing."""
    codes = stage.store.run(families)
    for actor in (stage.sari, stage.vera, stage.admin):
        watch = Watch(actor)
        actor.says(f"/start {codes[0]}")
        watch.look(codes[0])
        assert watch.told, actor.name
        text = actor.card.text
        for part in (NAME, ADDRESS, fmt.mask_nik(NIK), fmt.mask_nik(CARD), f"RT {RT}"):
            assert part in text
        assert HIDDEN.search(f"lansia: {ELDERLY}")


def test_the_group_reads_no_family(stage: Stage) -> None:
    """Every command in a group, also by those who may see everything elsewhere."""
    codes = stage.store.run(families)
    group = -1_002_000_000_001
    stage.world.groups[group] = "Forum"
    for actor in (stage.admin, stage.vera, stage.sari, stage.budi, stage.world.actor("Tetangga", 7_100_000_060)):
        for words in _words(codes):
            actor.says(words, chat=group)
    assert [one.text for one in stage.world.chat(group) if HIDDEN.search(f"{one.text} {one.params} {one.rows}")] == []
    assert stage.world.chat(group)
