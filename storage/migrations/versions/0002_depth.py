"""The whole form, photos by kind, the verifier's checklist, corrections, retention.

Columns are added in plain SQL: SQLite can add one with its CHECK and reference, but would copy the whole table (and
lose its CHECKs on the way) for anything that Alembic writes in its stead.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

_KINDS = "'front', 'side', 'roof', 'floor', 'wall', 'bathroom', 'other'"
_LAND = "'shm', 'ajb', 'girik', 'hgb', 'letter', 'none'"
# table, column, type and rules. KEY, TIME and BLOB differ between the databases.
_COLUMNS = [
    ("person", "house_news", "BOOLEAN DEFAULT {true} NOT NULL"),
    ("draft", "unsaid", "{BLOB}"),
    ("house", "shares_with_id", "{KEY} CONSTRAINT fk_house_shares_with_id REFERENCES house (id)"),
    ("house", "taken_by", "{KEY} CONSTRAINT fk_house_taken_by REFERENCES person (id)"),
    ("house", "taken_until", "{TIME}"),
    ("house", "wrong_fields", "JSON DEFAULT '[]' NOT NULL"),
    ("house", "recheck_at", "{TIME}"),
    ("house", "closed_at", "{TIME}"),
    ("house", "erasing_at", "{TIME}"),
    ("house", "held_until", "{TIME}"),
    ("household", "family_card", "{BLOB}"),
    ("household", "card_index", "VARCHAR(64)"),
    ("household", "phone", "{BLOB}"),
    ("household", "families", "INTEGER CONSTRAINT ck_household_families CHECK (families >= 1)"),
    ("household", "elderly", "INTEGER CONSTRAINT ck_household_elderly CHECK (elderly >= 0)"),
    ("household", "disabled", "INTEGER CONSTRAINT ck_household_disabled CHECK (disabled >= 0)"),
    ("household", "land_proof", f"VARCHAR(24) CONSTRAINT ck_household_land_proof CHECK (land_proof IN ({_LAND}))"),
    ("household", "land_m2", "FLOAT CONSTRAINT ck_household_land CHECK (land_m2 > 0 AND land_m2 < 100000)"),
    ("household", "prior_aid",
     "INTEGER CONSTRAINT ck_household_prior_aid CHECK (prior_aid = 0 OR prior_aid BETWEEN 1950 AND 2100)"),
    ("photo", "kind", f"VARCHAR(24) CONSTRAINT ck_photo_photo_kind CHECK (kind IN ({_KINDS}))"),
    ("photo", "album", "VARCHAR(64)"),
    ("photo", "pin_metres", "INTEGER CONSTRAINT ck_photo_pin_metres CHECK (pin_metres >= 0)"),
    *(("photo", f"band_{number}", "INTEGER") for number in range(4)),
]
_INDEXES = [
    ("ix_house_surveyor", "house", ["surveyor_id", "id"], None),
    ("ix_house_surveyor_state", "house", ["surveyor_id", "state", "id"], None),
    ("ix_house_recheck", "house", ["kecamatan_code", "id"], "recheck_at IS NOT NULL"),
    ("ix_house_taken", "house", ["taken_by", "id"], "taken_by IS NOT NULL"),
    ("ix_house_closed", "house", ["state", "closed_at"], "closed_at IS NOT NULL"),
    ("ix_house_erasing", "house", ["erasing_at"], "erasing_at IS NOT NULL"),
    ("ix_shown_house_id", "shown", ["house_id"], None),
    ("ix_household_card_index", "household", ["card_index"], None),
    ("ix_household_place", "household", ["lat", "lon"], None),
    ("ix_photo_file_unique_id", "photo", ["file_unique_id"], None),
    *((f"ix_photo_band_{number}", "photo", [f"band_{number}"], None) for number in range(4)),
]
_KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    types = {"KEY": "INTEGER", "TIME": "DATETIME", "BLOB": "BLOB", "true": "1"} if sqlite else \
        {"KEY": "BIGINT", "TIME": "TIMESTAMP WITH TIME ZONE", "BLOB": "BYTEA", "true": "true"}
    for table, column, kind in _COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind.format(**types)}")
    op.drop_index("ix_house_surveyor_id", "house")
    for name, table, columns, where in _INDEXES:
        clause = sa.text(where) if where else None
        op.create_index(name, table, columns, sqlite_where=clause, postgresql_where=clause)
    # What ended before this version counts from when it was decided, or from now.
    op.execute(
        "UPDATE house SET closed_at = COALESCE((SELECT max(event.at) FROM event WHERE event.house_id = house.id "
        "AND event.kind = 'house.' || house.state), verified_at, CURRENT_TIMESTAMP) "
        "WHERE state IN ('ineligible', 'handed_over', 'withdrawn', 'duplicate')"
    )
    op.create_table(
        'assessment',
        sa.Column('house_id', _KEY, autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in (
            'foundation', 'tie_beam', 'columns', 'beam', 'roof_frame',
            'windows', 'ventilation', 'bathroom', 'latrine', 'drainage', 'drinking_water')),
        sa.Column('septic_m', sa.Float(), nullable=True),
        sa.Column('roof_material', _enum('roof_material', 'clay', 'asbestos', 'zinc', 'concrete', 'thatch', 'other'), nullable=True),
        sa.Column('floor_material', _enum('floor_material', 'ceramic', 'tile', 'cement', 'wood', 'bamboo', 'earth', 'other'), nullable=True),
        sa.Column('wall_material', _enum('wall_material', 'plastered', 'brick', 'board', 'woven', 'fibre', 'other'), nullable=True),
        sa.CheckConstraint(
            "(foundation IS NULL OR foundation BETWEEN 1 AND 5) AND (tie_beam IS NULL OR tie_beam BETWEEN 1 AND 5) "
            "AND (columns IS NULL OR columns BETWEEN 1 AND 5) AND (beam IS NULL OR beam BETWEEN 1 AND 5) "
            "AND (roof_frame IS NULL OR roof_frame BETWEEN 1 AND 5) AND (windows IS NULL OR windows BETWEEN 1 AND 5) "
            "AND (ventilation IS NULL OR ventilation BETWEEN 1 AND 5) AND (bathroom IS NULL OR bathroom BETWEEN 1 AND 5) "
            "AND (latrine IS NULL OR latrine BETWEEN 1 AND 5) AND (drainage IS NULL OR drainage BETWEEN 1 AND 5) "
            "AND (drinking_water IS NULL OR drinking_water BETWEEN 1 AND 5)", name='ranks'),
        sa.CheckConstraint("septic_m > 0 AND septic_m <= 1000", name='septic'),
        sa.ForeignKeyConstraint(['house_id'], ['house.id'], name=op.f('fk_assessment_house_id')),
        sa.PrimaryKeyConstraint('house_id', name=op.f('pk_assessment')),
    )
    op.create_table(
        'revision',
        sa.Column('id', _KEY, autoincrement=True, nullable=False),
        sa.Column('house_id', _KEY, nullable=False),
        sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column('by_id', _KEY, nullable=True),
        sa.Column('field', sqlmodel.sql.sqltypes.AutoString(length=24), nullable=False),
        sa.Column('before', sa.LargeBinary(), nullable=False),
        sa.Column('after', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(['house_id'], ['house.id'], name=op.f('fk_revision_house_id')),
        sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_revision_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_revision')),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f('ix_revision_house_id'), 'revision', ['house_id'])
    op.create_table(
        'checkmark',
        sa.Column('house_id', _KEY, autoincrement=False, nullable=False),
        sa.Column('item', _enum('checklist_item', 'citizen', 'land', 'only_house', 'income', 'dtsen', 'no_aid', 'proposed'), nullable=False),
        sa.Column('verdict', _enum('verdict', 'yes', 'no', 'unknown'), nullable=False),
        sa.Column('note', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=True),
        sa.Column('by_id', _KEY, nullable=False),
        sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['house_id'], ['house.id'], name=op.f('fk_checkmark_house_id')),
        sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_checkmark_by_id')),
        sa.PrimaryKeyConstraint('house_id', 'item', name=op.f('pk_checkmark')),
    )
    op.create_table(
        'boundary',
        sa.Column('id', _KEY, autoincrement=True, nullable=False),
        sa.Column('kelurahan_code', sqlmodel.sql.sqltypes.AutoString(length=13), nullable=False),
        sa.Column('rings', sa.JSON(), nullable=False),
        *(sa.Column(name, sa.Float(), nullable=False) for name in ('south', 'north', 'west', 'east')),
        sa.ForeignKeyConstraint(['kelurahan_code'], ['kelurahan.code'], name=op.f('fk_boundary_kelurahan_code')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_boundary')),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f('ix_boundary_kelurahan_code'), 'boundary', ['kelurahan_code'])
    op.create_index('ix_boundary_box', 'boundary', ['south', 'north'])
    op.create_table(
        'selection',
        sa.Column('id', _KEY, autoincrement=True, nullable=False),
        sa.Column('person_id', _KEY, nullable=False),
        sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=24), nullable=False),
        sa.Column('content', sa.JSON(), nullable=False),
        sa.Column('made_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column('used_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_selection_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_selection')),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f('ix_selection_person_id'), 'selection', ['person_id'])


def downgrade() -> None:
    for table in ('selection', 'boundary', 'checkmark', 'revision', 'assessment'):
        op.drop_table(table)
    for name, table, _columns, _where in reversed(_INDEXES):
        op.drop_index(name, table)
    op.create_index("ix_house_surveyor_id", "house", ["surveyor_id"])
    for table, column, _kind in reversed(_COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
