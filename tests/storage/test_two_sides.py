"""Two at once everywhere else: invites, roles, codes, digests, updates, partners."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, func, select

from storage import digests, groups, inbox, invites, partners, people, regions
from storage.digests import DigestRun
from storage.errors import Refused
from storage.inbox import AlreadyDone, Inbox
from storage.partners import FundSource
from storage.people import Person, Role, RoleName
from storage.store import Store
from tests.builders import ADMIN, NOW, PAMULANG, SARI, SERPONG, SETU, VERA, at_once, person


def _count(store: Store, table: type[Any]) -> int:
    return store.run(lambda session: session.exec(select(func.count()).select_from(table)).one())


def _code(results: list[Any]) -> str:
    """The code of the one refusal among two results."""
    (refusal,) = [one for one in results if isinstance(one, Exception)]
    assert isinstance(refusal, Refused), refusal
    return refusal.code


@pytest.mark.parametrize("second", [7_200_000_002, 7_200_000_001], ids=["two people", "one person twice"])
def test_invite_used_twice(database: Store, second: int) -> None:
    _, token = database.run(lambda session: invites.create(session, NOW, by=None, role=RoleName.SURVEYOR))
    results = at_once(
        database,
        lambda session: invites.redeem(session, token, 7_200_000_001, "Tono", "id", NOW),
        lambda session: invites.redeem(session, token, second, "Tini", "id", NOW),
    )
    assert _code(results) in ("invite.used", "invite.used_by_you")
    assert _count(database, Person) == _count(database, Role) == 1


def test_a_move_used_twice(database: Store) -> None:
    sari = database.run(lambda session: person(session, SARI).id or 0)
    _, token = database.run(lambda session: invites.create(session, NOW, by=None, moves_person_id=sari))
    results = at_once(
        database,
        lambda session: invites.redeem(session, token, 7_200_000_001, "Sari", "id", NOW),
        lambda session: invites.redeem(session, token, 7_200_000_002, "Bukan Sari", "id", NOW),
    )
    assert _code(results) == "invite.used"
    moved = database.run(lambda session: session.get(Person, sari))
    assert moved is not None
    assert moved.telegram_id == (7_200_000_002 if isinstance(results[0], Exception) else 7_200_000_001)


def test_two_admins_revoke_each_other(database: Store) -> None:
    def make(session: Session) -> tuple[int, int]:
        first = person(session, ADMIN)
        second = people.add_person(session, 7_200_000_009, "Agus", "id", NOW)
        people.grant(session, second, RoleName.ADMIN, NOW, by=first.id)
        roles = people.roles_of(session, first.id or 0) + people.roles_of(session, second.id or 0)
        return roles[0].id or 0, roles[1].id or 0

    first, second = database.run(make)
    results = at_once(
        database,
        lambda session: people.revoke(session, second, NOW, by=None),
        lambda session: people.revoke(session, first, NOW, by=None),
    )
    assert _code(results) == "role.last_admin"
    assert len(database.run(lambda session: people.holders(session, RoleName.ADMIN))) == 1


def test_one_role_revoked_twice(database: Store) -> None:
    vera = database.run(lambda session: person(session, VERA).id or 0)
    role = database.run(lambda session: people.roles_of(session, vera)[0].id or 0)
    assert _code(at_once(database, *[lambda session: people.revoke(session, role, NOW, by=None)] * 2)) == "role.gone"


def test_one_role_granted_twice(database: Store) -> None:
    vera = database.run(lambda session: person(session, VERA))
    results = at_once(database, *[lambda session: people.grant(session, vera, RoleName.SURVEYOR, NOW, by=None).id] * 2)
    assert results[0] == results[1]
    assert len(database.run(lambda session: people.roles_of(session, vera.id or 0))) == 2


def test_the_kecamatan_of_one_role_changed_twice(database: Store) -> None:
    """What stands in the end is what one of them chose, never some of both."""
    vera = database.run(lambda session: person(session, VERA).id or 0)
    role = database.run(lambda session: people.roles_of(session, vera)[0].id or 0)
    database.run(lambda session: people.change_areas(session, role, [PAMULANG], NOW, by=None))
    results = at_once(database, *(lambda session, area=area: people.change_areas(session, role, [area], NOW, by=None).id
                                  for area in (SETU, SERPONG)))
    assert results == [role, role]
    assert database.run(lambda session: people.areas_of(session, [role]))[role] in ({SETU}, {SERPONG})


@pytest.mark.parametrize("second", ["Bank Contoh", "BANK CONTOH"])
def test_one_partner_added_twice(database: Store, second: str) -> None:
    results = at_once(database, *(
        lambda session, name=name: partners.add_partner(session, name, FundSource.CSR, NOW, by=None).id
        for name in ("Bank Contoh", second)))
    assert _code(results) == "partner.exists"


@pytest.mark.parametrize("snapshot", [False, True])
def test_digest_of_one_date_twice(database: Store, snapshot: bool) -> None:
    group = database.run(lambda session: groups.joined(session, -1_002_000_000_001, "Forum", NOW, by=None).id or 0)

    def start(session: Session) -> int | None:
        if snapshot and not database.sqlite:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        numbers = digests.count(session, 2026)
        run = digests.start_run(session, group, "weekly", date(2026, 3, 2), NOW, NOW, numbers)
        return run.id if run else None

    results = at_once(database, start, start)
    assert [type(one) for one in results].count(type(None)) == 1, results
    assert _count(database, DigestRun) == 1
    assert database.run(lambda session: digests.exists(session, group, "weekly", date(2026, 3, 2)))


def _update(number: int, chat: int = 7_100_000_003) -> dict[str, Any]:
    return {"update_id": number, "message": {"message_id": 1, "chat": {"id": chat}, "text": "halo"}}


def test_one_update_received_twice(database: Store) -> None:
    """Polling after a takeover, or Telegram's second try of a webhook."""
    results = at_once(
        database,
        lambda session: inbox.receive(session, 1, [_update(5), _update(6)], NOW),
        lambda session: inbox.receive(session, 1, [_update(6), _update(7)], NOW),
    )
    assert sorted(results) == [1, 2]
    assert _count(database, Inbox) == 3


def test_one_update_finished_twice(database: Store) -> None:
    database.run(lambda session: inbox.receive(session, 1, [_update(5)], NOW))
    row = database.run(lambda session: inbox.waiting(session)[0].id or 0)
    results = at_once(database, *[lambda session: inbox.finish(session, row, NOW)] * 2)
    assert [one for one in results if one is not None and not isinstance(one, AlreadyDone)] == []
    assert results.count(None) == 1


def test_next_code_twice(database: Store) -> None:
    results = at_once(database, *[lambda session: regions.next_code(session, PAMULANG)] * 3)
    assert sorted(results) == ["PML-0001", "PML-0002", "PML-0003"]
