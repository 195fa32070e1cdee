"""the first shape of the store"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('inbox',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('bot_id', sa.BigInteger(), nullable=False),
    sa.Column('update_id', sa.BigInteger(), nullable=False),
    sa.Column('chat_key', sa.BigInteger(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.Column('state', sa.Enum('new', 'done', 'parked', name='inbox_state', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('problem', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=True),
    sa.Column('received_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('done_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbox')),
    sa.UniqueConstraint('bot_id', 'update_id', name=op.f('uq_inbox_bot_id_update_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inbox_done_at'), ['done_at'], unique=False)
        batch_op.create_index('ix_inbox_new', ['id'], unique=False, sqlite_where=sa.text("state = 'new'"), postgresql_where=sa.text("state = 'new'"))

    op.create_table('kecamatan',
    sa.Column('code', sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('abbr', sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
    sa.Column('last_number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_kecamatan')),
    sa.UniqueConstraint('abbr', name=op.f('uq_kecamatan_abbr'))
    )
    op.create_table('lease',
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('holder', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('term', sa.Integer(), nullable=False),
    sa.Column('expires_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_lease'))
    )
    op.create_table('meta',
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('value', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_meta'))
    )
    op.create_table('outbox',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('chat_id', sa.BigInteger(), nullable=False),
    sa.Column('method', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('params', sa.LargeBinary(), nullable=False),
    sa.Column('target_message', sa.BigInteger(), nullable=True),
    sa.Column('target_row', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('slot', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=True),
    sa.Column('delivery', sa.Enum('at_least_once', 'at_most_once', name='delivery', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('then', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=True),
    sa.Column('then_args', sa.JSON(), nullable=False),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('pending', 'sending', 'sent', 'dead', 'unknown', 'replaced', name='outbox_state', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('due_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.BigInteger(), nullable=True),
    sa.Column('problem', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=True),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('done_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['target_row'], ['outbox.id'], name=op.f('fk_outbox_target_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbox_done_at'), ['done_at'], unique=False)
        batch_op.create_index('ix_outbox_open', ['chat_id', 'id'], unique=False, sqlite_where=sa.text("state IN ('pending', 'sending')"), postgresql_where=sa.text("state IN ('pending', 'sending')"))

    op.create_table('partner',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('source', sa.Enum('apbd', 'baznas', 'csr', name='fund_source', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('closed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_partner')),
    sa.UniqueConstraint('name', name=op.f('uq_partner_name')),
    sqlite_autoincrement=True
    )
    op.create_table('person',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('telegram_id', sa.BigInteger(), nullable=True),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=128), nullable=False),
    sa.Column('locale', sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('unreachable_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('telegram_id', name=op.f('uq_person_telegram_id')),
    sqlite_autoincrement=True
    )
    op.create_table('chat_group',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('chat_id', sa.BigInteger(), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
    sa.Column('locale', sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
    sa.Column('added_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('added_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('left_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['added_by'], ['person.id'], name=op.f('fk_chat_group_added_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_chat_group')),
    sa.UniqueConstraint('chat_id', name=op.f('uq_chat_group_chat_id')),
    sqlite_autoincrement=True
    )
    op.create_table('draft',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('chat_id', sa.BigInteger(), nullable=False),
    sa.Column('form', sqlmodel.sql.sqltypes.AutoString(length=24), nullable=False),
    sa.Column('subject_id', sa.BigInteger(), nullable=False),
    sa.Column('answers', sa.LargeBinary(), nullable=False),
    sa.Column('asking', sqlmodel.sql.sqltypes.AutoString(length=24), nullable=True),
    sa.Column('sources', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('started_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('touched_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('reminded_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_draft_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft')),
    sa.UniqueConstraint('person_id', 'form', 'subject_id', name=op.f('uq_draft_person_id_form_subject_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('draft', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_draft_touched_at'), ['touched_at'], unique=False)

    op.create_table('invite',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('token_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('role', sa.Enum('admin', 'verifier', 'surveyor', 'partner', name='invite_role', native_enum=False, create_constraint=True, length=24), nullable=True),
    sa.Column('partner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('areas', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
    sa.Column('moves_person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('expires_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('used_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('used_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("(role = 'partner') = (partner_id IS NOT NULL)", name=op.f('ck_invite_partner_invite_names_partner')),
    sa.CheckConstraint('role IS NOT NULL OR moves_person_id IS NOT NULL', name=op.f('ck_invite_invite_is_for_something')),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_invite_created_by')),
    sa.ForeignKeyConstraint(['moves_person_id'], ['person.id'], name=op.f('fk_invite_moves_person_id')),
    sa.ForeignKeyConstraint(['partner_id'], ['partner.id'], name=op.f('fk_invite_partner_id')),
    sa.ForeignKeyConstraint(['used_by'], ['person.id'], name=op.f('fk_invite_used_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invite')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_invite_token_hash')),
    sqlite_autoincrement=True
    )
    op.create_table('kelurahan',
    sa.Column('code', sqlmodel.sql.sqltypes.AutoString(length=13), nullable=False),
    sa.Column('kecamatan_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['kecamatan_code'], ['kecamatan.code'], name=op.f('fk_kelurahan_kecamatan_code')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_kelurahan'))
    )
    with op.batch_alter_table('kelurahan', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_kelurahan_kecamatan_code'), ['kecamatan_code'], unique=False)

    op.create_table('quota',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('partner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('scheme', sa.Enum('murni', 'perubahan', 'none', name='scheme', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('batch', sa.Integer(), nullable=False),
    sa.Column('units', sa.Integer(), nullable=False),
    sa.Column('ceiling', sa.BigInteger(), nullable=False),
    sa.Column('house_ceiling', sa.BigInteger(), nullable=True),
    sa.Column('units_reserved', sa.Integer(), nullable=False),
    sa.Column('units_spent', sa.Integer(), nullable=False),
    sa.Column('reserved', sa.BigInteger(), nullable=False),
    sa.Column('spent', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('closed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.CheckConstraint('house_ceiling IS NULL OR house_ceiling > 0', name=op.f('ck_quota_house_ceiling_positive')),
    sa.CheckConstraint('reserved >= 0 AND spent >= 0 AND reserved + spent <= ceiling', name=op.f('ck_quota_money_within')),
    sa.CheckConstraint('units_reserved >= 0 AND units_spent >= 0 AND units_reserved + units_spent <= units', name=op.f('ck_quota_units_within')),
    sa.ForeignKeyConstraint(['partner_id'], ['partner.id'], name=op.f('fk_quota_partner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quota')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('quota', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_quota_partner_id'), ['partner_id'], unique=False)

    op.create_table('role',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.Enum('admin', 'verifier', 'surveyor', 'partner', name='role_name', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('partner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('granted_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('granted_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('revoked_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('revoked_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("(name = 'partner') = (partner_id IS NOT NULL)", name=op.f('ck_role_partner_role_names_partner')),
    sa.ForeignKeyConstraint(['granted_by'], ['person.id'], name=op.f('fk_role_granted_by')),
    sa.ForeignKeyConstraint(['partner_id'], ['partner.id'], name=op.f('fk_role_partner_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_role_person_id')),
    sa.ForeignKeyConstraint(['revoked_by'], ['person.id'], name=op.f('fk_role_revoked_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('role', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_role_partner_id'), ['partner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_role_person_id'), ['person_id'], unique=False)
        batch_op.create_index('uq_role_city', ['person_id', 'name'], unique=True, sqlite_where=sa.text('revoked_at IS NULL AND partner_id IS NULL'), postgresql_where=sa.text('revoked_at IS NULL AND partner_id IS NULL'))
        batch_op.create_index('uq_role_partner', ['person_id', 'name', 'partner_id'], unique=True, sqlite_where=sa.text('revoked_at IS NULL AND partner_id IS NOT NULL'), postgresql_where=sa.text('revoked_at IS NULL AND partner_id IS NOT NULL'))

    op.create_table('digest_run',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('local_date', sa.Date(), nullable=False),
    sa.Column('made_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('due_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('numbers', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['chat_group.id'], name=op.f('fk_digest_run_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_digest_run')),
    sa.UniqueConstraint('group_id', 'kind', 'local_date', name=op.f('uq_digest_run_group_id_kind_local_date')),
    sqlite_autoincrement=True
    )
    op.create_table('house',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('code', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('state', sa.Enum('registered', 'returned', 'eligible', 'ineligible', 'claimed', 'in_progress', 'finished', 'handed_over', 'withdrawn', 'duplicate', name='house_state', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('kecamatan_code', sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
    sa.Column('kelurahan_code', sqlmodel.sql.sqltypes.AutoString(length=13), nullable=False),
    sa.Column('roof', sa.Integer(), nullable=False),
    sa.Column('floor', sa.Integer(), nullable=False),
    sa.Column('wall', sa.Integer(), nullable=False),
    sa.Column('occupants', sa.Integer(), nullable=False),
    sa.Column('area_m2', sa.Float(), nullable=False),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('estimate', sa.BigInteger(), nullable=True),
    sa.Column('surveyor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('verifier_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('registered_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('verified_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('note', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=True),
    sa.Column('sample', sa.Boolean(), nullable=False),
    sa.CheckConstraint("state NOT IN ('eligible','claimed','in_progress','finished','handed_over') OR estimate IS NOT NULL", name=op.f('ck_house_approved_has_estimate')),
    sa.CheckConstraint('area_m2 > 0 AND area_m2 < 100000', name=op.f('ck_house_area')),
    sa.CheckConstraint('estimate IS NULL OR estimate > 0', name=op.f('ck_house_estimate_positive')),
    sa.CheckConstraint('occupants >= 1', name=op.f('ck_house_occupants')),
    sa.CheckConstraint('roof BETWEEN 1 AND 5 AND floor BETWEEN 1 AND 5 AND wall BETWEEN 1 AND 5', name=op.f('ck_house_conditions')),
    sa.ForeignKeyConstraint(['kecamatan_code'], ['kecamatan.code'], name=op.f('fk_house_kecamatan_code')),
    sa.ForeignKeyConstraint(['kelurahan_code'], ['kelurahan.code'], name=op.f('fk_house_kelurahan_code')),
    sa.ForeignKeyConstraint(['surveyor_id'], ['person.id'], name=op.f('fk_house_surveyor_id')),
    sa.ForeignKeyConstraint(['verifier_id'], ['person.id'], name=op.f('fk_house_verifier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_house')),
    sa.UniqueConstraint('code', name=op.f('uq_house_code')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('house', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_house_kelurahan_code'), ['kelurahan_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_house_surveyor_id'), ['surveyor_id'], unique=False)
        batch_op.create_index('ix_house_queue', ['state', 'id'], unique=False)
        batch_op.create_index('ix_house_queue_area', ['state', 'kecamatan_code', 'id'], unique=False)
        batch_op.create_index('ix_house_rank', ['state', 'priority', 'id'], unique=False)
        batch_op.create_index('ix_house_waiting', ['state', 'kecamatan_code', 'priority', 'id'], unique=False)

    op.create_table('role_area',
    sa.Column('role_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('kecamatan_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['kecamatan_code'], ['kecamatan.code'], name=op.f('fk_role_area_kecamatan_code')),
    sa.ForeignKeyConstraint(['role_id'], ['role.id'], name=op.f('fk_role_area_role_id')),
    sa.PrimaryKeyConstraint('role_id', 'kecamatan_code', name=op.f('pk_role_area'))
    )
    op.create_table('schedule',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('rhythm', sa.Enum('daily', 'weekly', name='rhythm', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('hour', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('since', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.CheckConstraint('hour BETWEEN 0 AND 23 AND weekday BETWEEN 0 AND 6', name=op.f('ck_schedule_when')),
    sa.ForeignKeyConstraint(['group_id'], ['chat_group.id'], name=op.f('fk_schedule_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_schedule')),
    sa.UniqueConstraint('group_id', name=op.f('uq_schedule_group_id')),
    sqlite_autoincrement=True
    )
    op.create_table('claim',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('house_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('partner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.Enum('active', 'handed_over', 'released', 'transferred', 'expired', name='claim_state', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('turn', sa.Integer(), nullable=False),
    sa.Column('claimed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('claimed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('physical', sa.Integer(), nullable=False),
    sa.Column('financial', sa.Integer(), nullable=False),
    sa.Column('finish_reported_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('finished_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('handed_over_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('real_cost', sa.BigInteger(), nullable=True),
    sa.Column('ended_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('end_reason', sqlmodel.sql.sqltypes.AutoString(length=500), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'handed_over') = (real_cost IS NOT NULL)", name=op.f('ck_claim_settled_has_cost')),
    sa.CheckConstraint('physical BETWEEN 0 AND 100 AND financial BETWEEN 0 AND 100', name=op.f('ck_claim_percent')),
    sa.CheckConstraint("turn = 5 OR (turn = 3) = (finish_reported_at IS NOT NULL)", name=op.f('ck_claim_turn_fits_report')),
    sa.CheckConstraint("turn BETWEEN 0 AND 5 AND (turn = 4) = (state = 'handed_over') AND (turn = 5) = (state IN ('released', 'transferred', 'expired'))", name=op.f('ck_claim_turn_fits_state')),
    sa.CheckConstraint('real_cost >= 0', name=op.f('ck_claim_real_cost_not_negative')),
    sa.ForeignKeyConstraint(['claimed_by'], ['person.id'], name=op.f('fk_claim_claimed_by')),
    sa.ForeignKeyConstraint(['house_id'], ['house.id'], name=op.f('fk_claim_house_id')),
    sa.ForeignKeyConstraint(['partner_id'], ['partner.id'], name=op.f('fk_claim_partner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_claim_house_id'), ['house_id'], unique=False)
        batch_op.create_index('ix_claim_reported', ['id'], unique=False, sqlite_where=sa.text('finish_reported_at IS NOT NULL'), postgresql_where=sa.text('finish_reported_at IS NOT NULL'))
        batch_op.create_index('ix_claim_turn', ['partner_id', 'turn', 'id'], unique=False)
        batch_op.create_index('uq_claim_holding', ['house_id'], unique=True, sqlite_where=sa.text("state IN ('active', 'handed_over')"), postgresql_where=sa.text("state IN ('active', 'handed_over')"))

    op.create_table('household',
    sa.Column('house_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('head_name', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.Column('address', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('rt', sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
    sa.Column('rw', sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
    sa.Column('lat', sa.Float(), nullable=False),
    sa.Column('lon', sa.Float(), nullable=False),
    sa.Column('nik', sa.LargeBinary(), nullable=False),
    sa.Column('nik_index', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('consent_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('consent_version', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('recorded_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint('lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180', name=op.f('ck_household_pin')),
    sa.ForeignKeyConstraint(['house_id'], ['house.id'], name=op.f('fk_household_house_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_household_recorded_by')),
    sa.PrimaryKeyConstraint('house_id', name=op.f('pk_household'))
    )
    with op.batch_alter_table('household', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_household_nik_index'), ['nik_index'], unique=False)

    op.create_table('contribution',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('claim_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('quota_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('lead', sa.Boolean(), nullable=False),
    sa.CheckConstraint('amount > 0', name=op.f('ck_contribution_amount_positive')),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_contribution_claim_id')),
    sa.ForeignKeyConstraint(['quota_id'], ['quota.id'], name=op.f('fk_contribution_quota_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contribution')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('contribution', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contribution_claim_id'), ['claim_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_contribution_quota_id'), ['quota_id'], unique=False)
        batch_op.create_index('uq_contribution_lead', ['claim_id'], unique=True, sqlite_where=sa.text('lead'), postgresql_where=sa.text('lead'))

    op.create_table('event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('house_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('claim_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['person.id'], name=op.f('fk_event_actor_id')),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_event_claim_id')),
    sa.ForeignKeyConstraint(['house_id'], ['house.id'], name=op.f('fk_event_house_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_event_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_event_house_id'), ['house_id'], unique=False)

    op.create_table('progress',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('claim_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('report', 'finish', 'confirm', 'send_back', name='progress_kind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('physical', sa.Integer(), nullable=False),
    sa.Column('financial', sa.Integer(), nullable=False),
    sa.Column('note', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=True),
    sa.Column('by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.CheckConstraint('physical BETWEEN 0 AND 100 AND financial BETWEEN 0 AND 100', name=op.f('ck_progress_percent')),
    sa.ForeignKeyConstraint(['by'], ['person.id'], name=op.f('fk_progress_by')),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_progress_claim_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_progress')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('progress', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_progress_claim_id'), ['claim_id'], unique=False)

    op.create_table('photo',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('chat_id', sa.BigInteger(), nullable=False),
    sa.Column('purpose', sa.Enum('registration', 'progress', name='photo_purpose', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('house_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('draft_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('progress_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('file_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('file_unique_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('state', sa.Enum('received', 'stored', 'rejected', name='photo_state', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('received_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('key', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('likeness', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True),
    sa.Column('problem', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=True),
    sa.ForeignKeyConstraint(['draft_id'], ['draft.id'], name=op.f('fk_photo_draft_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['house_id'], ['house.id'], name=op.f('fk_photo_house_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_photo_person_id')),
    sa.ForeignKeyConstraint(['progress_id'], ['progress.id'], name=op.f('fk_photo_progress_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_photo')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('photo', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_photo_draft_id'), ['draft_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_photo_house_id'), ['house_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_photo_key'), ['key'], unique=False)
        batch_op.create_index(batch_op.f('ix_photo_progress_id'), ['progress_id'], unique=False)

    op.create_table('basket',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('quota_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.Column('wanted', sa.Integer(), nullable=False),
    sa.Column('area', sqlmodel.sql.sqltypes.AutoString(length=8), nullable=True),
    sa.Column('made_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('claimed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_basket_person_id')),
    sa.ForeignKeyConstraint(['quota_id'], ['quota.id'], name=op.f('fk_basket_quota_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_basket')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('basket', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_basket_person_id'), ['person_id'], unique=False)

    op.create_table('shown',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('house_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('claim_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('chat_id', sa.BigInteger(), nullable=False),
    sa.Column('outbox_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('edit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('closed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_shown_claim_id')),
    sa.ForeignKeyConstraint(['edit_id'], ['outbox.id'], name=op.f('fk_shown_edit_id')),
    sa.ForeignKeyConstraint(['house_id'], ['house.id'], name=op.f('fk_shown_house_id')),
    sa.ForeignKeyConstraint(['outbox_id'], ['outbox.id'], name=op.f('fk_shown_outbox_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_shown_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shown')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('shown', schema=None) as batch_op:
        batch_op.create_index('ix_shown_chat', ['chat_id'], unique=False, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.create_index('ix_shown_claim', ['claim_id'], unique=False, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.create_index('ix_shown_edit', ['edit_id'], unique=False, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.create_index('ix_shown_person', ['person_id', 'house_id'], unique=False, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.create_index(batch_op.f('ix_shown_outbox_id'), ['outbox_id'], unique=False)

    op.create_table('dropped_file',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('key', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('deleted_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dropped_file')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('dropped_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dropped_file_key'), ['key'], unique=False)
    _guard_events()


def downgrade() -> None:
    _unguard_events()
    with op.batch_alter_table('dropped_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_dropped_file_key'))

    op.drop_table('dropped_file')
    with op.batch_alter_table('shown', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_shown_outbox_id'))
        batch_op.drop_index('ix_shown_person', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.drop_index('ix_shown_edit', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.drop_index('ix_shown_claim', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.drop_index('ix_shown_chat', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.drop_table('shown')
    with op.batch_alter_table('basket', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_basket_person_id'))

    op.drop_table('basket')
    with op.batch_alter_table('photo', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_photo_progress_id'))
        batch_op.drop_index(batch_op.f('ix_photo_key'))
        batch_op.drop_index(batch_op.f('ix_photo_house_id'))
        batch_op.drop_index(batch_op.f('ix_photo_draft_id'))

    op.drop_table('photo')
    with op.batch_alter_table('progress', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_progress_claim_id'))

    op.drop_table('progress')
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_event_house_id'))
        batch_op.drop_index(batch_op.f('ix_event_at'))

    op.drop_table('event')
    with op.batch_alter_table('contribution', schema=None) as batch_op:
        batch_op.drop_index('uq_contribution_lead', sqlite_where=sa.text('lead'), postgresql_where=sa.text('lead'))
        batch_op.drop_index(batch_op.f('ix_contribution_quota_id'))
        batch_op.drop_index(batch_op.f('ix_contribution_claim_id'))

    op.drop_table('contribution')
    with op.batch_alter_table('household', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_household_nik_index'))

    op.drop_table('household')
    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.drop_index('uq_claim_holding', sqlite_where=sa.text("state IN ('active', 'handed_over')"), postgresql_where=sa.text("state IN ('active', 'handed_over')"))
        batch_op.drop_index('ix_claim_turn')
        batch_op.drop_index('ix_claim_reported', sqlite_where=sa.text('finish_reported_at IS NOT NULL'), postgresql_where=sa.text('finish_reported_at IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_claim_house_id'))

    op.drop_table('claim')
    op.drop_table('schedule')
    op.drop_table('role_area')
    with op.batch_alter_table('house', schema=None) as batch_op:
        batch_op.drop_index('ix_house_waiting')
        batch_op.drop_index('ix_house_rank')
        batch_op.drop_index('ix_house_queue_area')
        batch_op.drop_index('ix_house_queue')
        batch_op.drop_index(batch_op.f('ix_house_surveyor_id'))
        batch_op.drop_index(batch_op.f('ix_house_kelurahan_code'))

    op.drop_table('house')
    op.drop_table('digest_run')
    with op.batch_alter_table('role', schema=None) as batch_op:
        batch_op.drop_index('uq_role_partner', sqlite_where=sa.text('revoked_at IS NULL AND partner_id IS NOT NULL'), postgresql_where=sa.text('revoked_at IS NULL AND partner_id IS NOT NULL'))
        batch_op.drop_index('uq_role_city', sqlite_where=sa.text('revoked_at IS NULL AND partner_id IS NULL'), postgresql_where=sa.text('revoked_at IS NULL AND partner_id IS NULL'))
        batch_op.drop_index(batch_op.f('ix_role_person_id'))
        batch_op.drop_index(batch_op.f('ix_role_partner_id'))

    op.drop_table('role')
    with op.batch_alter_table('quota', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_quota_partner_id'))

    op.drop_table('quota')
    with op.batch_alter_table('kelurahan', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_kelurahan_kecamatan_code'))

    op.drop_table('kelurahan')
    op.drop_table('invite')
    with op.batch_alter_table('draft', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_draft_touched_at'))

    op.drop_table('draft')
    op.drop_table('chat_group')
    op.drop_table('person')
    op.drop_table('partner')
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_open', sqlite_where=sa.text("state IN ('pending', 'sending')"), postgresql_where=sa.text("state IN ('pending', 'sending')"))
        batch_op.drop_index(batch_op.f('ix_outbox_done_at'))

    op.drop_table('outbox')
    op.drop_table('meta')
    op.drop_table('lease')
    op.drop_table('kecamatan')
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.drop_index('ix_inbox_new', sqlite_where=sa.text("state = 'new'"), postgresql_where=sa.text("state = 'new'"))
        batch_op.drop_index(batch_op.f('ix_inbox_done_at'))

    op.drop_table('inbox')


def _guard_events() -> None:
    """The audit trail is append-only, whoever writes to the database."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER event_no_{verb.lower()} BEFORE {verb} ON event "
                "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION event_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'events are append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event "
        "FOR EACH ROW EXECUTE FUNCTION event_append_only()"
    )
    op.execute(
        "CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON event "
        "FOR EACH STATEMENT EXECUTE FUNCTION event_append_only()"
    )


def _unguard_events() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER event_no_{verb}")
        return
    op.execute("DROP TRIGGER event_no_truncate ON event")
    op.execute("DROP TRIGGER event_append_only ON event")
    op.execute("DROP FUNCTION event_append_only()")
