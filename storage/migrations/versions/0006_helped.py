"""Fingerprints of families that were helped and then erased.

Of families that were erased before this, nothing is left to take them from.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'helped',
        sa.Column('house_id', _KEY, autoincrement=False, nullable=False),
        sa.Column('nik_index', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column('card_index', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column('handed_over_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint('length(nik_index) = 64 AND length(card_index) = 64', name=op.f('ck_helped_fingerprints')),
        sa.ForeignKeyConstraint(['house_id'], ['house.id'], name=op.f('fk_helped_house_id')),
        sa.PrimaryKeyConstraint('house_id', name=op.f('pk_helped')),
    )
    for column in ('nik_index', 'card_index', 'handed_over_at'):
        op.create_index(op.f(f'ix_helped_{column}'), 'helped', [column])


def downgrade() -> None:
    op.drop_table('helped')
