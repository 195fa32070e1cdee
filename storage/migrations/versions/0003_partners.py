"""Co-funding, deadlines, transfers, funders' rules, the signed record.

Columns are added in plain SQL, as in 0002. The checklist's table is written anew on SQLite, which cannot change a
CHECK; nothing refers to it.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

_PARTS = "'roof', 'floor', 'wall', 'structure', 'sanitation', 'wages'"
_OBSTACLES = "'weather', 'material', 'workers', 'money', 'permit', 'family', 'other'"
_BEFORE = ('citizen', 'land', 'only_house', 'income', 'dtsen', 'no_aid', 'proposed')
# table, column, type and rules. KEY and TIME differ between the databases.
_COLUMNS = [
    ("person", "warned_at", "{TIME}"),
    ("partner", "rule_areas", "JSON DEFAULT '[]' NOT NULL"),
    ("partner", "rule_most", "BIGINT CONSTRAINT ck_partner_rule_most CHECK (rule_most > 0)"),
    ("partner", "rule_mustahik", "BOOLEAN DEFAULT {false} NOT NULL"),
    ("partner", "rule_land", "BOOLEAN DEFAULT {false} NOT NULL"),
    ("partner", "rule_dtsen", "BOOLEAN DEFAULT {false} NOT NULL"),
    ("quota", "areas", "JSON DEFAULT '[]' NOT NULL"),
    ("claim", "due_at", "{TIME}"),
    ("claim", "extra_days", "INTEGER DEFAULT 0 NOT NULL"),
    ("claim", "reminded", "INTEGER DEFAULT 0 NOT NULL"),
    ("claim", "overdue_at", "{TIME}"),
    ("claim", "expires_at",
     "{TIME} CONSTRAINT ck_claim_overdue_expires CHECK ((overdue_at IS NULL) = (expires_at IS NULL))"),
    ("claim", "uncovered", "BIGINT DEFAULT 0 NOT NULL CONSTRAINT ck_claim_uncovered CHECK (uncovered >= 0)"),
    ("claim", "bast_at", "{TIME}"),
    ("claim", "bast_cost",
     "BIGINT CONSTRAINT ck_claim_bast CHECK (bast_cost >= 0 AND (bast_cost IS NULL) = (bast_at IS NULL))"),
    ("contribution", "part",
     f"VARCHAR(24) CONSTRAINT ck_contribution_funded_part CHECK (part IN ({_PARTS}))"),
    ("contribution", "spent", "BIGINT CONSTRAINT ck_contribution_spent CHECK (spent >= 0)"),
    ("contribution", "by_id", "{KEY} CONSTRAINT fk_contribution_by_id REFERENCES person (id)"),
    ("contribution", "at", "{TIME}"),
    ("contribution", "ended_at", "{TIME}"),
    ("progress", "obstacle", f"VARCHAR(24) CONSTRAINT ck_progress_obstacle CHECK (obstacle IN ({_OBSTACLES}))"),
    ("progress", "corrects", "BOOLEAN DEFAULT {false} NOT NULL"),
    ("progress", "pin_metres", "INTEGER CONSTRAINT ck_progress_pin_metres CHECK (pin_metres >= 0)"),
]
_INDEXES = [
    ("ix_claim_due", "claim", ["due_at"], False, "due_at IS NOT NULL"),
    ("ix_claim_due_partner", "claim", ["partner_id", "due_at", "id"], False, "due_at IS NOT NULL"),
    ("ix_claim_late", "claim", ["expires_at"], False, "expires_at IS NOT NULL"),
    ("ix_claim_rest", "claim", ["id"], False, "uncovered > 0 AND state = 'active'"),
    ("uq_contribution_part", "contribution", ["claim_id", "part"], True, "ended_at IS NULL"),
]
_KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_TIME = sqlmodel.sql.sqltypes.UTCDateTime
_ANSWERS = ('pending', 'accepted', 'declined', 'withdrawn', 'void')
_PENDING = sa.text("state = 'pending'")


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def _text(length: int) -> sa.types.TypeEngine:
    return sqlmodel.sql.sqltypes.AutoString(length=length)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f'{to}.id'], name=op.f(f'fk_{table}_{column}'))


def _checklist(items: tuple[str, ...]) -> None:
    """Another set of items in the checklist's CHECK; answers to items that are none any more go."""
    known = ", ".join(f"'{item}'" for item in items)
    op.execute(f"DELETE FROM checkmark WHERE item NOT IN ({known})")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE checkmark DROP CONSTRAINT ck_checkmark_checklist_item")
        op.execute(f"ALTER TABLE checkmark ADD CONSTRAINT ck_checkmark_checklist_item CHECK (item IN ({known}))")
        return
    op.execute("ALTER TABLE checkmark RENAME TO checkmark_old")
    op.create_table(
        'checkmark',
        sa.Column('house_id', _KEY, autoincrement=False, nullable=False),
        sa.Column('item', _enum('checklist_item', *items), nullable=False),
        sa.Column('verdict', _enum('verdict', 'yes', 'no', 'unknown'), nullable=False),
        sa.Column('note', _text(300), nullable=True),
        sa.Column('by_id', _KEY, nullable=False),
        sa.Column('at', _TIME(), nullable=False),
        _refers('checkmark', 'house_id', 'house'), _refers('checkmark', 'by_id', 'person'),
        sa.PrimaryKeyConstraint('house_id', 'item', name=op.f('pk_checkmark')),
    )
    op.execute("INSERT INTO checkmark (house_id, item, verdict, note, by_id, at) "
               "SELECT house_id, item, verdict, note, by_id, at FROM checkmark_old")
    op.drop_table('checkmark_old')


def _requests() -> None:
    def asked(table: str) -> list[sa.Column]:
        return [
            sa.Column('reason', _text(500), nullable=True),
            sa.Column('asked_by', _KEY, nullable=True),
            sa.Column('asked_at', _TIME(), nullable=False),
            sa.Column('state', _enum(f'{table}_state', *_ANSWERS), nullable=False),
            sa.Column('answered_by', _KEY, nullable=True),
            sa.Column('answered_at', _TIME(), nullable=True),
            sa.Column('note', _text(500), nullable=True),
            _refers(table, 'claim_id', 'claim'), _refers(table, 'asked_by', 'person'),
            _refers(table, 'answered_by', 'person'),
            sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{table}')),
        ]

    op.create_table(
        'transfer',
        sa.Column('id', _KEY, autoincrement=True, nullable=False),
        sa.Column('claim_id', _KEY, nullable=False),
        sa.Column('kind', _enum('transfer_kind', 'asked', 'offered'), nullable=False),
        sa.Column('from_partner_id', _KEY, nullable=False),
        sa.Column('to_partner_id', _KEY, nullable=False),
        sa.Column('quota_id', _KEY, nullable=True),
        *asked('transfer'),
        sa.Column('escalated_at', _TIME(), nullable=True),
        sa.Column('new_claim_id', _KEY, nullable=True),
        _refers('transfer', 'from_partner_id', 'partner'), _refers('transfer', 'to_partner_id', 'partner'),
        _refers('transfer', 'quota_id', 'quota'), _refers('transfer', 'new_claim_id', 'claim'),
        sqlite_autoincrement=True,
    )
    op.create_table(
        'extension',
        sa.Column('id', _KEY, autoincrement=True, nullable=False),
        sa.Column('claim_id', _KEY, nullable=False),
        sa.Column('wanted_at', _TIME(), nullable=False),
        *asked('extension'),
        sqlite_autoincrement=True,
    )
    for table, name, columns in (('transfer', 'waiting', ['asked_at']), ('extension', 'waiting', ['id'])):
        op.create_index(f'uq_{table}_pending', table, ['claim_id'], unique=True, sqlite_where=_PENDING,
                        postgresql_where=_PENDING)
        op.create_index(f'ix_{table}_{name}', table, columns, sqlite_where=_PENDING, postgresql_where=_PENDING)
        op.create_index(op.f(f'ix_{table}_claim_id'), table, ['claim_id'])
    for column in ('from_partner_id', 'to_partner_id'):
        op.create_index(op.f(f'ix_transfer_{column}'), 'transfer', [column])


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    types = {"KEY": "INTEGER", "TIME": "DATETIME", "false": "0"} if sqlite else \
        {"KEY": "BIGINT", "TIME": "TIMESTAMP WITH TIME ZONE", "false": "false"}
    for table, column, kind in _COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind.format(**types)}")
    _carry_over(sqlite)
    for name, table, columns, unique, where in _INDEXES:
        clause = sa.text(where)
        op.create_index(name, table, columns, unique=unique, sqlite_where=clause, postgresql_where=clause)
    _checklist((*_BEFORE, 'mustahik'))
    _requests()
    op.create_table(
        'scan',
        sa.Column('id', _KEY, autoincrement=True, nullable=False),
        sa.Column('claim_id', _KEY, nullable=True),
        sa.Column('draft_id', _KEY, nullable=True),
        sa.Column('person_id', _KEY, nullable=False),
        sa.Column('chat_id', sa.BigInteger(), nullable=False),
        sa.Column('media', _enum('scan_media', 'photo', 'pdf'), nullable=False),
        sa.Column('file_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column('file_unique_id', _text(64), nullable=False),
        sa.Column('state', _enum('scan_state', 'received', 'stored', 'rejected'), nullable=False),
        sa.Column('received_at', _TIME(), nullable=False),
        sa.Column('key', _text(80), nullable=True),
        sa.Column('problem', _text(40), nullable=True),
        _refers('scan', 'claim_id', 'claim'), _refers('scan', 'person_id', 'person'),
        sa.ForeignKeyConstraint(['draft_id'], ['draft.id'], name=op.f('fk_scan_draft_id'), ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_scan')),
        sqlite_autoincrement=True,
    )
    for column in ('claim_id', 'draft_id', 'key'):
        op.create_index(op.f(f'ix_scan_{column}'), 'scan', [column])


def _carry_over(sqlite: bool) -> None:
    """What was claimed before this version: who has left, what was spent, what is uncovered. Nobody's deadline is over
    on the day of the upgrade: the first one is thirty days away."""
    soon = "datetime('now', '+30 days')" if sqlite else "CURRENT_TIMESTAMP + INTERVAL '30 days'"
    op.execute(f"UPDATE claim SET due_at = {soon} WHERE state = 'active' AND turn IN (1, 2)")
    op.execute("UPDATE contribution SET at = (SELECT claimed_at FROM claim WHERE claim.id = claim_id), "
               "by_id = (SELECT claimed_by FROM claim WHERE claim.id = claim_id)")
    op.execute("UPDATE contribution SET ended_at = (SELECT ended_at FROM claim WHERE claim.id = claim_id) "
               "WHERE claim_id IN (SELECT id FROM claim WHERE state IN ('released', 'transferred', 'expired'))")
    op.execute("UPDATE contribution SET spent = (SELECT real_cost FROM claim WHERE claim.id = claim_id) "
               "WHERE claim_id IN (SELECT id FROM claim WHERE state = 'handed_over')")
    rest = ("(SELECT house.estimate FROM house WHERE house.id = claim.house_id) - "
            "(SELECT sum(amount) FROM contribution WHERE contribution.claim_id = claim.id)")
    op.execute(f"UPDATE claim SET uncovered = {rest} WHERE {rest} > 0")


def downgrade() -> None:
    for table in ('scan', 'extension', 'transfer'):
        op.drop_table(table)
    _checklist(_BEFORE)
    for name, table, *_ in reversed(_INDEXES):
        op.drop_index(name, table)
    # Co-funders are unknown to the version before: what they had promised goes back to their quotas.
    op.execute("UPDATE quota SET reserved = reserved - (SELECT sum(amount) FROM contribution WHERE quota_id = quota.id "
               "AND NOT lead AND ended_at IS NULL AND spent IS NULL) WHERE id IN (SELECT quota_id FROM contribution "
               "WHERE NOT lead AND ended_at IS NULL AND spent IS NULL)")
    op.execute("DELETE FROM contribution WHERE NOT lead")
    for table, column, _kind in reversed(_COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
