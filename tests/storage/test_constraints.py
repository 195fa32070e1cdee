"""What the database itself refuses, whoever writes to it: every CHECK, unique index, reference and trigger."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Enum, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session

from storage.assessments import HEALTH, STRUCTURE
from storage.store import Store
from storage.tables import METADATA
from tests.storage.everything import fill

BROKEN = {
    "ck_assessment_ranks": [
        f"UPDATE assessment SET {one} = {rank}" for one in (*STRUCTURE, *HEALTH) for rank in (0, 6)
    ],
    "ck_assessment_septic": ["UPDATE assessment SET septic_m = 0", "UPDATE assessment SET septic_m = 1001"],
    "ck_claim_percent": ["UPDATE claim SET physical = 101", "UPDATE claim SET financial = -1"],
    "ck_claim_real_cost_not_negative": ["UPDATE claim SET real_cost = -1 WHERE state = 'handed_over'"],
    "ck_claim_settled_has_cost": [
        "UPDATE claim SET real_cost = NULL WHERE state = 'handed_over'",
        "UPDATE claim SET real_cost = 5 WHERE state = 'active'",
    ],
    "ck_claim_bast": ["UPDATE claim SET bast_cost = 5", "UPDATE claim SET bast_at = claimed_at",
                      "UPDATE claim SET bast_at = claimed_at, bast_cost = -1"],
    "ck_claim_overdue_expires": [f"UPDATE claim SET {one} = claimed_at" for one in ("overdue_at", "expires_at")],
    "ck_claim_uncovered": ["UPDATE claim SET uncovered = -1"],
    "ck_claim_turn_fits_report": [
        "UPDATE claim SET turn = 3 WHERE state = 'active' AND finish_reported_at IS NULL",
        "UPDATE claim SET finish_reported_at = claimed_at WHERE state = 'active' AND turn <> 3",
    ],
    "ck_claim_turn_fits_state": [
        "UPDATE claim SET turn = 0 WHERE state = 'handed_over'", "UPDATE claim SET turn = 5 WHERE state = 'active'",
        "UPDATE claim SET turn = 4 WHERE state = 'active'", "UPDATE claim SET turn = -1 WHERE state = 'active'",
    ],
    "ck_contribution_amount_positive": ["UPDATE contribution SET amount = 0"],
    "ck_contribution_spent": ["UPDATE contribution SET spent = -1"],
    "ck_helped_fingerprints": [f"UPDATE helped SET {one}_index = '3674'" for one in ("nik", "card")],
    "ck_house_approved_has_estimate": ["UPDATE house SET estimate = NULL WHERE state = 'eligible'"],
    "ck_house_area": ["UPDATE house SET area_m2 = 0", "UPDATE house SET area_m2 = 1e9"],
    "ck_house_conditions": [f"UPDATE house SET {one} = {rank}" for one in ("roof", "floor", "wall") for rank in (0, 6)],
    "ck_house_estimate_positive": ["UPDATE house SET estimate = 0"],
    "ck_house_occupants": ["UPDATE house SET occupants = 0"],
    "ck_household_disabled": ["UPDATE household SET disabled = -1"],
    "ck_household_elderly": ["UPDATE household SET elderly = -1"],
    "ck_household_families": ["UPDATE household SET families = 0"],
    "ck_household_land": ["UPDATE household SET land_m2 = 0", "UPDATE household SET land_m2 = 100000"],
    "ck_household_prior_aid": [f"UPDATE household SET prior_aid = {year}" for year in (-1, 1949, 2101)],
    "ck_household_pin": ["UPDATE household SET lat = 91", "UPDATE household SET lon = -181"],
    "ck_invite_invite_is_for_something": ["UPDATE invite SET role = NULL"],
    "ck_invite_partner_invite_names_partner": [
        "UPDATE invite SET role = 'partner'", "UPDATE invite SET partner_id = (SELECT min(id) FROM partner)",
    ],
    "ck_partner_rule_most": ["UPDATE partner SET rule_most = 0"],
    "ck_photo_pin_metres": ["UPDATE photo SET pin_metres = -1"],
    "ck_progress_pin_metres": ["UPDATE progress SET pin_metres = -1"],
    "ck_progress_percent": ["UPDATE progress SET physical = 101", "UPDATE progress SET financial = 101"],
    "ck_quota_closed_with_partner": ["UPDATE quota SET closed_with_partner = true"],
    "ck_quota_house_ceiling_positive": ["UPDATE quota SET house_ceiling = 0"],
    "ck_quota_money_within": [
        "UPDATE quota SET ceiling = reserved + spent - 1", "UPDATE quota SET reserved = -1",
        "UPDATE quota SET spent = -1",
    ],
    "ck_quota_units_within": [
        "UPDATE quota SET units = units_reserved + units_spent - 1", "UPDATE quota SET units_reserved = -1",
        "UPDATE quota SET units_spent = -1",
    ],
    "ck_role_partner_role_names_partner": [
        "UPDATE role SET partner_id = NULL WHERE name = 'partner'",
        "UPDATE role SET partner_id = (SELECT min(id) FROM partner) WHERE name = 'admin'",
    ],
    "ck_schedule_when": [
        "UPDATE schedule SET hour = 24", "UPDATE schedule SET weekdays = 0", "UPDATE schedule SET weekdays = 128",
        "UPDATE schedule SET month_day = 32", "UPDATE schedule SET quiet = 127",
    ],
    "ck_visit_place": ["UPDATE visit SET place = ''"],
}
ENUMS = [
    (table.name, column.name, f"ck_{table.name}_{column.type.name}")
    for table in METADATA.sorted_tables for column in table.columns if isinstance(column.type, Enum)
]
UNIQUE = {
    "one active claim a house":
        "INSERT INTO claim (house_id, partner_id, state, turn, claimed_at, physical, financial, version)"
        " SELECT house_id, partner_id, 'active', 2, claimed_at, 0, 0, 1 FROM claim WHERE state = 'handed_over'",
    "one lead a claim":
        "INSERT INTO contribution (claim_id, quota_id, amount, lead)"
        " SELECT claim_id, quota_id, 1, lead FROM contribution",
    "each part of the work paid for once":
        "INSERT INTO contribution (claim_id, quota_id, amount, lead, part)"
        " SELECT claim_id, quota_id, 1, lead, part FROM contribution WHERE part = 'roof'",
    "one open transfer a claim":
        "INSERT INTO transfer (claim_id, kind, from_partner_id, to_partner_id, asked_at, state)"
        " SELECT claim_id, kind, from_partner_id, to_partner_id, asked_at, state FROM transfer",
    "one open wish for a later deadline a claim":
        "INSERT INTO extension (claim_id, wanted_at, asked_at, state)"
        " SELECT claim_id, wanted_at, asked_at, state FROM extension",
    "one house a code": "UPDATE house SET code = 'PML-0001'",
    "one row an update":
        "INSERT INTO inbox (bot_id, update_id, chat_key, state, attempts, received_at)"
        " SELECT bot_id, update_id, 5, 'new', 0, received_at FROM inbox",
    "one role of a kind":
        "INSERT INTO role (person_id, name, granted_at)"
        " SELECT person_id, name, granted_at FROM role WHERE name = 'admin'",
    "one role a partner":
        "INSERT INTO role (person_id, name, partner_id, granted_at)"
        " SELECT person_id, name, partner_id, granted_at FROM role WHERE name = 'partner'",
    "one digest a date":
        "INSERT INTO digest_run (group_id, kind, local_date, made_at, due_at, numbers)"
        " SELECT group_id, kind, local_date, made_at, due_at, numbers FROM digest_run",
    "one scoreboard a group":
        "INSERT INTO scoreboard (group_id, active) SELECT group_id, active FROM scoreboard",
    "one digest of one's own a date":
        "INSERT INTO personal_run (person_id, kind, local_date, made_at)"
        " SELECT person_id, kind, local_date, made_at FROM personal_run",
    "turned off once":
        "INSERT INTO personal_off (person_id, kind, since) SELECT person_id, kind, since FROM personal_off",
    "one draft a form and subject":
        "INSERT INTO draft (person_id, chat_id, form, subject_id, answers, version, started_at, touched_at)"
        " SELECT person_id, chat_id, form, subject_id, answers, version, started_at, touched_at FROM draft",
    "one person an account": "UPDATE person SET telegram_id = 7100000001",
    "one invite a token": "INSERT INTO invite (token_hash, role, areas, created_at, expires_at)"
                          " SELECT token_hash, role, areas, created_at, expires_at FROM invite",
    "one partner a name": "UPDATE partner SET name = 'Baznas'",
    "one group a chat": "INSERT INTO chat_group (chat_id, title, locale, added_at)"
                        " SELECT chat_id, title, locale, added_at FROM chat_group",
}
REFERENCES = [
    (table.name, column.name) for table in METADATA.sorted_tables for column in table.columns
    if column.foreign_keys and table.name != "event"
]


@pytest.fixture
def filled(database: Store) -> Iterator[Session]:
    """A transaction over one row of everything."""
    with Session(database.engine, info={"vault": database.vault}) as session:
        fill(session)
        yield session


def _refusal(session: Session, sql: str, **values: object) -> str:
    """What the database says against a statement; empty when it lets it pass."""
    with session.begin_nested() as step:
        try:
            session.execute(text(sql), values)
        except IntegrityError as error:
            return str(error.orig).lower()
        finally:
            step.rollback()
    return ""


def test_every_check(filled: Session) -> None:
    for name, cases in BROKEN.items():
        for sql in cases:
            assert name in _refusal(filled, sql), sql


def test_every_check_has_a_case() -> None:
    named = {str(item.name) for table in METADATA.sorted_tables for item in table.constraints}
    assert {name for name in named if name.startswith("ck_")} == set(BROKEN) | {name for *_, name in ENUMS}


def test_unknown_states(filled: Session) -> None:
    for table, column, name in ENUMS:
        sql = f"UPDATE {table} SET {column} = 'lain'"
        assert name in _refusal(filled, sql) or name == "ck_claim_claim_state", sql
    # A claim's state stands in another CHECK too, which may speak first.
    assert "check" in _refusal(filled, "UPDATE claim SET state = 'lain' WHERE state = 'active'")


def test_unique(filled: Session) -> None:
    for rule, sql in UNIQUE.items():
        assert "unique" in _refusal(filled, sql), rule


def test_references(filled: Session) -> None:
    for table, column in REFERENCES:
        key = next(iter(METADATA.tables[table].primary_key)).name
        nobody = "99" if column.endswith("_code") else 10**12
        sql = f'UPDATE "{table}" SET "{column}" = :nobody WHERE "{key}" = (SELECT max("{key}") FROM "{table}")'
        assert "foreign key" in _refusal(filled, sql, nobody=nobody), (table, column)


def test_nothing_that_is_referred_to_can_be_deleted(filled: Session) -> None:
    for table in ("house", "claim", "quota", "partner", "person", "kelurahan", "kecamatan"):
        assert "foreign key" in _refusal(filled, f"DELETE FROM {table}"), table


@pytest.mark.parametrize("sql", ["UPDATE event SET kind = 'lain'", "DELETE FROM event"])
def test_events_are_append_only(database: Store, sql: str) -> None:
    _append_only(database, sql)


@pytest.mark.parametrize(("backend", "sql"), [
    ("sqlite", "REPLACE INTO event (id, at, kind, data) SELECT id, at, 'lain', data FROM event"),
    ("postgres", "TRUNCATE event"),
], indirect=["backend"])
def test_nor_by_the_back_door(database: Store, sql: str) -> None:
    _append_only(database, sql)


def _append_only(store: Store, sql: str) -> None:
    store.run(fill)
    kinds = text("SELECT kind FROM event ORDER BY id")
    before = store.run(lambda session: session.execute(kinds).all())
    assert len(before) > 5
    with pytest.raises(DBAPIError, match="append-only"):
        store.run(lambda session: session.execute(text(sql)))
    assert store.run(lambda session: session.execute(kinds).all()) == before
