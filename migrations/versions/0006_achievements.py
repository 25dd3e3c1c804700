"""Completions keep failures, denials, single questions, names and types.

The rows that are there answer as before until the projection has been built anew: what they said
was completed or passed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("completion", sa.Column("outcome", sa.Text(), nullable=True))
    op.add_column("completion", sa.Column("question", sa.Boolean(), nullable=True))
    for column in ("activity_type", "actor_name", "activity_name"):
        op.add_column("completion", sa.Column(column, sa.LargeBinary(), nullable=True))
    op.execute(
        "UPDATE completion SET question = false, "
        "outcome = CASE WHEN passed THEN 'passed' ELSE 'completed' END"
    )
    for column in ("outcome", "question"):
        op.alter_column("completion", column, nullable=False)
    op.drop_column("completion", "passed")
