"""The real process is killed in the middle of dialogues: nothing lost, nothing doubled, each goes on.

SIGKILL at a random moment, thirty times, while surveyors register houses and partner reps claim them.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlmodel import Session, func, select

from bot.sandbox import SandboxThread
from storage import outbox, worklist
from storage.claims import Claim
from storage.households import Household
from storage.houses import House, HouseState
from storage.inbox import Inbox, InboxState
from storage.outbox import Outbox, OutboxState
from storage.partners import Quota
from storage.people import RoleName
from storage.store import Store
from storage.vault import Vault
from tests.bot.players import Player, admit, nik, partner_with_quota
from tests.bot.rig import BotProcess
from tests.bot.waiting import PATIENCE, settle
from tests.builders import approve, make_house

KILLS = 30
SURVEYORS, REPS = 6, 3
ESTIMATE = 20_000_000


def _eligible(store: Store, number: int) -> list[str]:
    """Houses that wait for a partner; their codes."""
    return store.run(lambda session: [approve(session, make_house(session), ESTIMATE).code for _ in range(number)])


@pytest.mark.long
def test_thirty_kills_lose_nothing_and_double_nothing(
    new_url: Callable[[], str], key_text: str, tmp_path: Path
) -> None:
    url = new_url()
    with SandboxThread() as box:
        sandbox = box.sandbox
        store = Store(url, Vault.from_text(key_text))
        people = [sandbox.add_person(f"Petugas {number}") for number in range(SURVEYORS)]
        reps = [sandbox.add_person(f"Mitra {number}") for number in range(REPS)]
        verifier = sandbox.add_person("Vera")
        admit(store, verifier, RoleName.VERIFIER)
        for person in people:
            admit(store, person, RoleName.SURVEYOR)
        partner = partner_with_quota(store, "PT Contoh", 1000, 10**12)
        for person in reps:
            admit(store, person, RoleName.PARTNER, partner_id=partner)
        codes = _eligible(store, 300)
        store.close()

        process = BotProcess(sandbox, tmp_path, database=url, keys=key_text)
        over = threading.Event()
        registered: list[tuple[str, str]] = []
        claimed: list[str] = []

        def survey(number: int) -> None:
            player = Player(sandbox, people[number])
            turn = 0
            while not over.is_set():
                mine = nik(number * 500 + turn)
                registered.append((mine, player.registers(f"Ibu Contoh {number}-{turn}", mine)))
                turn += 1

        def claim(number: int) -> None:
            player = Player(sandbox, reps[number])
            for code in codes[number::REPS]:
                if over.is_set():
                    return
                player.claims(code)
                claimed.append(code)

        chance = random.Random(36)
        for person in [*people, *reps]:  # before the program starts: it may not write to whom nobody knows
            person.says("/start")
        with ThreadPoolExecutor(SURVEYORS + REPS) as crowd:
            process.start()
            work = [crowd.submit(survey, number) for number in range(SURVEYORS)]
            work += [crowd.submit(claim, number) for number in range(REPS)]
            for _ in range(KILLS):
                process.says("running as")
                process.output.clear()
                time.sleep(chance.uniform(0.05, 1.6))
                assert not any(one.done() for one in work), [one.exception() for one in work if one.done()]
                process.kill()
                process.lease_runs_out()
                process.start()
            over.set()
            for one in work:
                one.result(5 * PATIENCE)
        store = Store(url, Vault.from_text(key_text))
        settle(sandbox, store)
        assert process.terminate() == 0
        _compare(store, registered, claimed, {person.id for person in [*people, *reps]})
        store.close()


def _compare(store: Store, registered: list[tuple[str, str]], claimed: list[str], cast: set[int]) -> None:
    """What the people saw is what the store holds: each once."""

    def unit(session: Session) -> None:
        vault = store.vault
        index = Counter(session.exec(select(Household.nik_index)).all())
        assert len(registered) >= SURVEYORS
        assert {vault.index(number, "nik") for number, _ in registered} <= set(index)
        for number, _ in registered:
            assert index[vault.index(number, "nik")] == 1, "a registration was doubled"
        codes = [code for _, code in registered]
        assert len(set(codes)) == len(codes)
        states = dict(session.exec(select(House.code, House.state)).all())
        assert all(states[code] == HouseState.REGISTERED for code in codes)
        new = session.exec(select(func.count()).select_from(House).where(House.state == HouseState.REGISTERED)).one()
        assert new == len(codes), "a house was registered that nobody was told of"
        assert {code for code, state in states.items() if state == HouseState.CLAIMED} == set(claimed)
        assert session.exec(select(func.count()).select_from(Claim)).one() == len(claimed)
        quotas = session.exec(select(Quota)).all()
        assert sum(one.units_reserved for one in quotas) == len(claimed)
        assert sum(one.reserved for one in quotas) == len(claimed) * ESTIMATE
        assert len(worklist.page(session, [1], limit=1000)) == len(claimed)
        parked = session.exec(select(func.count()).select_from(Inbox).where(Inbox.state == InboxState.PARKED)).one()
        assert parked == 0
        dead = session.exec(select(Outbox.chat_id, Outbox.problem).where(Outbox.state == OutboxState.DEAD)).all()
        # What a newer message has taken the place of before it went out is not sent: nobody misses it.
        given_up = {(chat, problem) for chat, problem in dead if chat in cast and problem != "withdrawn"}
        assert not given_up, "an answer to somebody was given up"
        assert outbox.next_due(session) is None, "an answer is still waiting"

    store.run(unit)
    print(f"{KILLS} kills: {len(registered)} houses registered, {len(claimed)} claimed, 0 lost, 0 doubled")
