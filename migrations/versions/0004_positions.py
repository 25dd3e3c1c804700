"""Beside the place of a projection: what last changed its rows; and the time of every record.

What changed the rows so far is not known: every record counts as if it had. The times of records
that are on the log already come by themselves: the read model of the moments begins at its start.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    for column in ("changed", "edition"):
        op.add_column("progress", sa.Column(column, sa.BigInteger(), nullable=True))
    op.execute("UPDATE progress SET changed = next - 1, edition = 0")
    for column in ("changed", "edition"):
        op.alter_column("progress", column, nullable=False)
    op.create_table(
        "moment",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stored", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("moment_pkey")),
    )
    op.create_index(op.f("moment_stored_idx"), "moment", ["stored"], unique=False)
