"""Completions tell Groups; a request that repeats some of its statements appends the others alone.

Which rows are of Groups shows only on the log: the projection is emptied and folded anew.
"""

from importlib import resources

import sqlalchemy as sa
from alembic import op

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
    sql = resources.files("migrations").joinpath("log.sql").read_text()
    op.get_bind().exec_driver_sql(sql.replace("%", "%%"))
