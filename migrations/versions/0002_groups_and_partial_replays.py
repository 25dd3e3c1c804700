"""Completions tell Groups; a request that repeats some of its statements appends the others alone.

Which rows are of Groups shows only on the log: the projection is emptied and folded anew.
"""

import sqlalchemy as sa
from alembic import op

from migrations.scripts import run

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.execute("TRUNCATE completion, completion_voiding")
    for table, column in (("progress", "name"), ("quarantine", "projection")):
        op.execute(f"DELETE FROM {table} WHERE {column} = 'completions'")
    op.add_column("completion", sa.Column("group", sa.Boolean(), nullable=False))
    run("log.sql")
