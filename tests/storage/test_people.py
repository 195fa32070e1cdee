"""Who may come in, who may do what, and where."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from storage import invites, people
from storage.errors import Refused
from storage.events import Event
from storage.invites import Invite
from storage.people import Person, RoleName
from storage.store import Store
from tests.builders import ADMIN, BUDI, CITRA, DANI, NOW, PAMULANG, SARI, SETU, VERA, cast, history, partner, person

NEWCOMER = 7_200_000_001


def _redeem(store: Store, token: str, telegram_id: int = NEWCOMER, *, days: float = 0) -> tuple[Person, object, Invite]:
    later = NOW + timedelta(days=days)
    return store.run(lambda session: invites.redeem(session, token, telegram_id, "Tono", "en", later))


def _code(store: Store, token: str, telegram_id: int = NEWCOMER, *, days: float = 0) -> str:
    with pytest.raises(Refused) as refused:
        _redeem(store, token, telegram_id, days=days)
    return refused.value.code


def test_an_invite_lets_one_person_in_with_one_role(database: Store) -> None:
    admin = database.run(lambda session: person(session, ADMIN).id)
    invite, token = database.run(
        lambda session: invites.create(session, NOW, by=admin, role=RoleName.VERIFIER, areas=[PAMULANG, SETU])
    )
    assert len(token) == 43
    assert token not in repr(invite.model_dump())
    assert database.run(lambda session: invites.waiting(session, NOW))[0].id == invite.id
    made, role, _ = _redeem(database, token)
    assert (made.name, made.locale, made.telegram_id) == ("Tono", "en", NEWCOMER)
    (held,) = database.run(lambda session: people.roles_of(session, made.id or 0))
    assert (held.name, held.granted_by) == (RoleName.VERIFIER, admin)
    assert role is not None
    areas = database.run(lambda session: people.areas_of(session, [held.id or 0]))
    assert areas == {held.id: {PAMULANG, SETU}}
    assert _code(database, token) == "invite.used_by_you"
    assert _code(database, token, NEWCOMER + 1) == "invite.used"
    assert database.run(lambda session: invites.waiting(session, NOW)) == []


def test_an_invite_ends(database: Store) -> None:
    _, token = database.run(lambda session: invites.create(session, NOW, by=None, role=RoleName.ADMIN))
    assert _code(database, token, days=invites.VALID_DAYS) == "invite.expired"
    assert _code(database, "x" * 43) == "invite.unknown"
    assert database.run(lambda session: list(session.exec(select(Person)))) == []
    _redeem(database, token, days=invites.VALID_DAYS - 0.01)


def test_a_revoked_invite(database: Store) -> None:
    invite, token = database.run(lambda session: invites.create(session, NOW, by=None, role=RoleName.ADMIN))
    database.run(lambda session: invites.revoke(session, invite.id or 0, NOW, by=None))
    assert _code(database, token) == "invite.expired"
    with pytest.raises(Refused) as again:
        database.run(lambda session: invites.revoke(session, invite.id or 0, NOW, by=None))
    assert again.value.code == "invite.expired"


def test_a_second_role_for_somebody_known(database: Store) -> None:
    sari = database.run(lambda session: person(session, SARI).id)
    _, token = database.run(lambda session: invites.create(session, NOW, by=None, role=RoleName.VERIFIER))
    made, _, _ = _redeem(database, token, SARI.telegram_id)
    assert (made.id, made.name) == (sari, SARI.name)
    assert len(database.run(lambda session: people.roles_of(session, sari or 0))) == 2


def test_moving_to_a_new_account(database: Store) -> None:
    def make(session: Session) -> tuple[int, str, str]:
        everybody = cast(session)
        sari = everybody[SARI.name].id or 0
        people.add_person(session, NEWCOMER, "tanpa peran", "id", NOW)
        tokens = [invites.create(session, NOW, by=None, moves_person_id=sari)[1] for _ in range(2)]
        return sari, tokens[0], tokens[1]

    sari, first, second = database.run(make)
    # Somebody else's account is not taken over, and the link stays good.
    assert _code(database, first, VERA.telegram_id) == "account.taken"
    moved, role, _ = _redeem(database, first)
    assert (moved.id, moved.telegram_id, role) == (sari, NEWCOMER, None)
    assert database.run(lambda session: people.by_telegram(session, SARI.telegram_id)) is None
    assert len(database.run(lambda session: people.roles_of(session, sari))) == 1
    _redeem(database, second, SARI.telegram_id)  # and back


def test_revoked_roles_end_at_once_and_admins_never_die_out(database: Store) -> None:
    admin = database.run(lambda session: person(session, ADMIN))
    (role,) = database.run(lambda session: people.roles_of(session, admin.id or 0))
    with pytest.raises(Refused) as refused:
        database.run(lambda session: people.revoke(session, role.id or 0, NOW, by=admin.id))
    assert refused.value.code == "role.last_admin"
    vera = database.run(lambda session: person(session, VERA).id or 0)
    (hers,) = database.run(lambda session: people.roles_of(session, vera))
    database.run(lambda session: people.revoke(session, hers.id or 0, NOW, by=admin.id))
    assert database.run(lambda session: people.roles_of(session, vera)) == []
    with pytest.raises(Refused) as again:
        database.run(lambda session: people.revoke(session, hers.id or 0, NOW, by=admin.id))
    assert again.value.code == "role.gone"
    # A role that has ended can be given again, as a new row.
    database.run(lambda session: people.grant(session, session.get_one(Person, vera), RoleName.VERIFIER, NOW, by=None))
    assert database.run(lambda session: people.roles_of(session, vera))[0].id != hers.id


def test_who_is_told(database: Store) -> None:
    """Holders of a role; of one partner; reaching one kecamatan."""

    def names(session: Session, role: RoleName, **more: object) -> set[str]:
        return {one.name for one in people.holders(session, role, **more)}  # type: ignore[arg-type]

    def look(session: Session) -> None:
        everybody = cast(session)
        baznas = partner(session, "Baznas").id
        assert names(session, RoleName.PARTNER) == {BUDI.name, CITRA.name, DANI.name}
        assert names(session, RoleName.PARTNER, partner_id=baznas) == {BUDI.name}
        (role,) = people.roles_of(session, everybody[VERA.name].id or 0)
        assert names(session, RoleName.VERIFIER, kecamatan=SETU) == {VERA.name}
        people.set_areas(session, role, [PAMULANG])
        assert names(session, RoleName.VERIFIER, kecamatan=PAMULANG) == {VERA.name}
        assert names(session, RoleName.VERIFIER, kecamatan=SETU) == set()
        people.set_areas(session, role, [])
        assert people.areas_of(session, [role.id or 0]) == {}

    database.run(look)


def test_ids_beyond_32_bits(database: Store) -> None:
    database.run(lambda session: people.add_person(session, 2**52, "Tono", "id", NOW))
    found = database.run(lambda session: people.by_telegram(session, 2**52))
    assert found is not None
    assert found.created_at == NOW
    assert found.created_at.tzinfo is not None


def test_each_change_leaves_an_event(database: Store) -> None:
    database.run(cast)
    kinds = database.run(lambda session: [row.kind for row in session.exec(select(Event))])
    assert kinds.count("role.granted") == 6
    assert kinds.count("partner.added") == 3
    assert database.run(lambda session: history(session, 1)) == []


def test_invites_of_a_former_admin_let_nobody_in(database: Store) -> None:
    """Not even where nobody ended them: a former admin must not come back through one."""
    def make(session: Session) -> tuple[int, list[str]]:
        person(session, ADMIN)
        vera = person(session, VERA)
        role = people.grant(session, vera, RoleName.ADMIN, NOW, by=None)
        wanted = ({"role": RoleName.ADMIN}, {"role": RoleName.SURVEYOR}, {"moves_person_id": vera.id})
        return role.id or 0, [invites.create(session, NOW, by=vera.id, **one)[1] for one in wanted]  # type: ignore

    role, tokens = database.run(make)
    used = tokens.pop(1)
    _redeem(database, used)
    database.run(lambda session: people.revoke(session, role, NOW, by=None))
    assert [_code(database, token, NEWCOMER + 1) for token in tokens] == ["invite.expired"] * 2
    ended = database.run(lambda session: invites.end_made_by(
        session, person(session, VERA).id or 0, NOW))
    assert ended == 2
    assert database.run(lambda session: invites.waiting(session, NOW)) == []


def test_every_change_of_a_person_is_an_event(database: Store) -> None:
    _, token = database.run(lambda session: invites.create(session, NOW, by=None, role=RoleName.VERIFIER))
    tono, _, invite = _redeem(database, token)

    def change(session: Session) -> None:
        known = session.get_one(Person, tono.id)
        people.speak(session, known, "id", NOW)
        for reachable in (False, False, True, True):
            people.set_reachable(session, known, NOW, reachable=reachable)

    database.run(change)
    said = database.run(lambda session: [
        (one.kind, one.data) for one in session.exec(select(Event).order_by(Event.id))])  # type: ignore[arg-type]
    assert said == [
        ("invite.created", {"invite": invite.id, "role": "verifier"}), ("invite.used", {"invite": invite.id}),
        ("role.granted", {"person": tono.id, "role": "verifier"}),
        ("person.language", {"person": tono.id, "locale": "id"}),
        ("person.unreachable", {"person": tono.id}), ("person.reachable", {"person": tono.id}),
    ]
