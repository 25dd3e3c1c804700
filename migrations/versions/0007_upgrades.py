"""Beside the place of a projection: how far it must come before it is read, and what is built anew.

What has been folded so far has been read, too: it has no goal.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("progress", sa.Column("goal", sa.BigInteger(), nullable=True))
    op.execute("UPDATE progress SET goal = 0")
    op.alter_column("progress", "goal", nullable=False)
    op.add_column("progress", sa.Column("building", sa.BigInteger(), nullable=True))
