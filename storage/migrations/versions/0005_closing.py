"""Partners that are closed and opened again: which of their quotas were closed with them.

The column is added in plain SQL, as in 0002 and 0003.
"""

from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    false = "0" if op.get_bind().dialect.name == "sqlite" else "false"
    op.execute(f"ALTER TABLE quota ADD COLUMN closed_with_partner BOOLEAN DEFAULT {false} NOT NULL CONSTRAINT "
               "ck_quota_closed_with_partner CHECK (closed_at IS NOT NULL OR NOT closed_with_partner)")


def downgrade() -> None:
    op.execute("ALTER TABLE quota DROP COLUMN closed_with_partner")
