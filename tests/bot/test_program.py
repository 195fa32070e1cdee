"""The running program, as a process against the sandbox: polling, webhook, a clean end, and a takeover."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from bot.sandbox import Message, Person, Sandbox, SandboxThread
from storage.people import RoleName
from storage.store import Store
from storage.vault import Vault
from tests.bot.players import admit
from tests.bot.rig import BotProcess
from tests.bot.sandbox_rig import kept_free
from tests.bot.waiting import PATIENCE, settle, until

CROWD = 12


def _answers(sandbox: Sandbox, person: Person) -> list[Message]:
    me = sandbox.world.bot.id
    return [one for one in person.messages if one.sender.id == me]


def test_sigterm_in_a_burst_finishes_what_is_in_hand_and_the_rest_comes_later(
    new_url: Callable[[], str], key_text: str, tmp_path: Path
) -> None:
    with SandboxThread() as box:
        sandbox = box.sandbox
        crowd = [sandbox.add_person(f"Petugas {number}") for number in range(CROWD)]
        settings = {"database": new_url(), "keys": key_text}
        store = Store(settings["database"], Vault.from_text(key_text))
        for person in crowd:
            admit(store, person, RoleName.SURVEYOR)
        with BotProcess(sandbox, tmp_path, **settings) as process:
            process.says("running as")
            for _ in range(3):
                for person in crowd:
                    person.says("/bantuan")
            sandbox.wait(lambda: any(_answers(sandbox, person) for person in crowd))
            assert process.terminate() == 0
        with BotProcess(sandbox, tmp_path, **settings) as process:
            settle(sandbox, store)
            assert process.terminate() == 0
        assert [len(_answers(sandbox, person)) for person in crowd] == [3] * CROWD
        store.close()


def test_the_first_start_prints_a_link_that_makes_one_admin_and_no_second(
    new_url: Callable[[], str], key_text: str, tmp_path: Path
) -> None:
    with SandboxThread() as box:
        sandbox = box.sandbox
        first, second = sandbox.add_person("Ibu Admin"), sandbox.add_person("Orang Lain")
        with BotProcess(sandbox, tmp_path, database=new_url(), keys=key_text) as process:
            link = process.admin_link()
            first.follows(link)
            sandbox.wait(lambda: "/undang" in str([one.text for one in _answers(sandbox, first)]))
            sandbox.wait(lambda: any(entry["command"] == "undang" for entry in first.menu))
            second.follows(link)
            sandbox.wait(lambda: _answers(sandbox, second))
            assert "/undang" not in _answers(sandbox, second)[-1].text
            assert process.terminate() == 0


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_by_webhook_an_update_is_stored_before_it_is_accepted(
    new_url: Callable[[], str], key_text: str, tmp_path: Path
) -> None:
    url = new_url()
    store = Store(url, Vault.from_text(key_text))
    with SandboxThread() as box, kept_free() as port:
        sandbox, address = box.sandbox, f"http://127.0.0.1:{port}"
        sari = sandbox.add_person("Sari")
        with BotProcess(sandbox, tmp_path, database=url, keys=key_text, webhook_url=address,
                        webhook_port=str(port), webhook_secret="rahasia-contoh") as process, httpx.Client(
                            timeout=PATIENCE, trust_env=False) as client:
            process.says("running as")
            sari.says("/start")
            settle(sandbox, store)
            path, secret = f"{address}/telegram", {"X-Telegram-Bot-Api-Secret-Token": "rahasia-contoh"}
            assert client.post(path, json={"update_id": 1}).status_code == 403
            assert client.post(path, content=b"{", headers=secret).status_code == 400
            assert client.post(path, json={"no": "id"}, headers=secret).status_code == 400
            assert client.get(path).status_code == 405
            update = {"update_id": 77, "message": {
                "message_id": 9, "date": 1, "text": "halo", "chat": {"id": sari.id, "type": "private"},
                "from": {"id": sari.id, "is_bot": False, "first_name": "Sari"}}}
            before = len(_answers(sandbox, sari))
            for _ in range(3):  # the same update three times is one update
                assert client.post(path, json=update, headers=secret).status_code == 200
            settle(sandbox, store)
            assert len(_answers(sandbox, sari)) == before + 1
            assert process.terminate() == 0
    store.close()


@pytest.mark.parametrize("backend", ["postgres"], indirect=True)
def test_a_second_process_on_postgresql_waits_and_takes_over(
    new_url: Callable[[], str], key_text: str, tmp_path: Path
) -> None:
    settings = {"database": new_url(), "keys": key_text, "lease_seconds": "5"}
    with SandboxThread() as box:
        sandbox = box.sandbox
        sari = sandbox.add_person("Sari")
        with BotProcess(sandbox, tmp_path, **settings) as one, BotProcess(sandbox, tmp_path, **settings) as other:
            until(lambda: any("running as" in line for line in one.output + other.output))
            leader, waiting = (one, other) if any("running as" in line for line in one.output) else (other, one)
            waiting.says("waiting to take over")
            sari.says("/start")
            sandbox.wait(lambda: _answers(sandbox, sari))
            leader.kill()
            sari.says("/bantuan")
            waiting.says("running as")
            sandbox.wait(lambda: len(_answers(sandbox, sari)) == 2)
            assert waiting.terminate() == 0


def test_an_update_that_cannot_be_read_is_set_aside_and_others_go_on(
    new_url: Callable[[], str], key_text: str, tmp_path: Path
) -> None:
    url = new_url()
    with SandboxThread() as box:
        sandbox = box.sandbox
        sari, admin = sandbox.add_person("Sari"), sandbox.add_person("Admin")
        with BotProcess(sandbox, tmp_path, database=url, keys=key_text) as process:
            admin.follows(process.admin_link())
            sandbox.wait(lambda: _answers(sandbox, admin))
            # A message without its chat: python-telegram-bot cannot make an object of it.
            sandbox.world.tell("message", {"message_id": 1, "date": "soon", "from": {"id": sari.id}})
            sari.says("/start")
            sandbox.wait(lambda: _answers(sandbox, sari))
            sandbox.wait(lambda: len(_answers(sandbox, admin)) > 1)
            assert process.terminate() == 0
