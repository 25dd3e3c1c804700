"""Claims that the log never confirmed lapse; rows up to a page keep their text in the table."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("claim", sa.Column("claimed", sa.BigInteger(), nullable=True))
    op.execute("UPDATE claim SET claimed = 0 WHERE position IS NULL")
    for table in ("log_record", "statement"):
        op.execute(f"ALTER TABLE {table} SET (toast_tuple_target = 8160)")
