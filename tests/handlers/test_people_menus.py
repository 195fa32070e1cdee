"""Telegram's command menus: the calls for strangers, groups and members, once a version."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from handlers.kit.texts import languages, texts
from handlers.people import menus
from handlers.people.menus import COMMANDS
from storage.people import RoleName
from tests.world import World

LANE = -(2**52)


def bring_up(world: World) -> bool:
    world.calls.clear()
    done = world.store.run(lambda session: menus.default_menus(session, world.now, LANE))
    world.deliver()
    return done


def test_strangers_see_the_start_and_groups_the_recap(world: World) -> None:
    assert bring_up(world)
    shown = {(params["scope"]["type"], params.get("language_code", "")): params["commands"]
             for _, params in world.calls}
    assert {one["command"] for (scope, _), commands in shown.items() if scope == "all_private_chats"
            for one in commands} == {"start"}
    assert {one["command"] for (scope, _), commands in shown.items() if scope == "all_group_chats"
            for one in commands} == {"rekap", "recap"}
    assert shown["all_private_chats", ""][0]["description"] == "Begin"
    assert shown["all_private_chats", "su"][0]["description"] == "Mulai"


def test_members_get_theirs_in_their_language_once_a_version(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.actor("Sari", 2**33 + 1, RoleName.SURVEYOR)
    world.actor("Vera", 2**33 + 2, RoleName.VERIFIER, language="en")
    assert bring_up(world)
    personal = {params["scope"]["chat_id"]: params["commands"] for _, params in world.calls
                if params["scope"]["type"] == "chat"}
    assert [one["command"] for one in personal[2**33 + 1]][:2] == ["daftar", "rumahsaya"]
    assert personal[2**33 + 2][0] == {"command": "verifikasi", "description": "Check the houses that wait"}
    assert not bring_up(world)
    assert world.calls == []
    monkeypatch.setattr(menus, "COMMANDS", menus.COMMANDS[1:])
    assert bring_up(world)


def test_each_command_has_a_name_and_a_text_that_telegram_takes() -> None:
    names = [name for entry in menus.COMMANDS for name in {entry.name, entry.english or entry.name}]
    assert len(names) == len(set(names))
    for locale in languages():
        for entry in menus.COMMANDS:
            assert entry.shown(locale).isascii()
            assert entry.shown(locale).islower()
            assert 1 <= len(texts(locale).label(f"command.{entry.name}")) <= 60


def test_the_readme_lists_each_roles_commands() -> None:
    lines = (Path(__file__).parents[2] / "README.md").read_text().splitlines()
    rows = {cells[1].strip(): cells[2] for line in lines if len(cells := line.split("|")) == 5}
    named = {RoleName.ADMIN: "admin (Dinas Sosial)", RoleName.VERIFIER: "verifier", RoleName.SURVEYOR: "surveyor",
             RoleName.PARTNER: "partner rep"}
    told = {role: set(re.findall(r"`/(\w+)`", rows[name])) for role, name in named.items()}
    for role in RoleName:
        assert told[role] == {name for entry in COMMANDS if entry.roles and role in entry.roles
                              for name in {entry.name, entry.shown("en")}}
    everybody = " ".join(lines).split("Everybody has ")[1].split(".")[0]
    assert set(re.findall(r"`/(\w+)`", everybody)) == {
        name for entry in COMMANDS if entry.roles is None for name in {entry.name, entry.shown("en")}}
