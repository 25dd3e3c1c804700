"""The authority of a statement, by which `statements/read/mine` finds it."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Rows that are there get theirs when the projection is rebuilt, as its version asks."""
    op.add_column('statement', sa.Column('authority', sa.BigInteger(), nullable=False, server_default='0'))
    op.alter_column('statement', 'authority', server_default=None)
