"""A group and its digest through the real program and real HTTP: arrival, scoreboard, digest, /rekap, restart, move,
removal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.sandbox import Group, Message, SandboxThread
from storage.groups import ChatGroup, Schedule
from storage.store import Store
from storage.vault import Vault
from tests.bot.rig import UnlimitedBotProcess as BotProcess
from tests.bot.waiting import until
from tests.builders import all_groups, eligible

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def posts(group: Group, bot: int) -> list[Message]:
    """What it wrote there; pictures and the scoreboard apart."""
    return [one for one in group.messages
            if one.sender.id == bot and one.content.get("text") and one not in boards(group)]


def boards(group: Group) -> list[Message]:
    return [one for one in group.messages if "Papan angka" in one.text]


def test_a_group_reads_its_digest(new_url: Callable[[], str], key_text: str, tmp_path: Path) -> None:
    url = new_url()
    store = Store(url, Vault.from_text(key_text))
    with SandboxThread() as box:
        sandbox = box.sandbox
        bot = sandbox.world.bot.id
        admin, neighbour = sandbox.add_person("Ibu Admin"), sandbox.add_person("Tetangga")
        group = sandbox.add_group("Forum <CSR>", [admin, neighbour], supergroup=False)
        with BotProcess(sandbox, tmp_path, database=url, keys=key_text) as process:
            admin.follows(process.admin_link())
            sandbox.wait(lambda: any(entry["command"] == "grup" for entry in admin.menu))
            admin.adds_bot_to(group, "administrator")
            sandbox.wait(lambda: "Aktifkan rekap?" in admin.last.text)
            admin.presses("Aktifkan rekap")
            sandbox.wait(lambda: "Rekap aktif, setiap Senin pukul 08.00 WIB" in admin.last.text)
            sandbox.wait(lambda: [one.pinned for one in boards(group)] == [True])
            store.run(eligible)
            neighbour.says("/rekap", group.chat)
            sandbox.wait(lambda: len(posts(group, bot)) == 2)
            assert "1 butuh bedah = 0 sudah ada mitra + 1 belum" in posts(group, bot)[-1].text
            neighbour.presses("Perkiraan biaya", posts(group, bot)[-1], group.chat)
            sandbox.wait(lambda: len(posts(group, bot)) == 3)
            assert "Perkiraan biaya" in posts(group, bot)[-1].text
            assert process.terminate() == 0

        def long_ago(session: Session) -> None:
            schedule = session.exec(select(Schedule)).one()
            schedule.since -= timedelta(days=30)
            session.add(schedule)

        store.run(long_ago)
        with BotProcess(sandbox, tmp_path, database=url, keys=key_text) as process:
            sandbox.wait(lambda: len(posts(group, bot)) == 4)
            chart, text = group.messages[-2:]
            assert text.text.startswith("📊 Rekap mingguan Bedah Rumah ke-1")
            assert text.text.startswith(chart.content["caption"].split("\n\n")[0])
            assert chart.content["photo"]
            assert process.terminate() == 0
        with BotProcess(sandbox, tmp_path, database=url, keys=key_text) as process:
            admin.says("/grup")
            sandbox.wait(lambda: "Grup yang membaca rekap" in admin.last.text)
            assert len(posts(group, bot)) == 4
            new = group.migrate()
            until(lambda: _alive(store) == [new])
            sandbox.wait(lambda: [one.pinned for one in boards(group)] == [False, True])
            neighbour.says("/rekap", group.chat)
            sandbox.wait(lambda: "Tidak ada rumah butuh bedah yang pindah tahap" in posts(group, bot)[-1].text)
            admin.removes_bot_from(group)
            until(lambda: _alive(store) == [])
            assert process.terminate() == 0
    store.close()


def _alive(store: Store) -> list[int]:
    def look(session: Session) -> list[ChatGroup]:
        return all_groups(session)

    return [one.chat_id for one in store.run(look)]
