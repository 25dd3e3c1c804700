"""Completions tell Groups, terms are inherited over 100 references, claims know partial replays.

Which rows are of Groups shows only on the log: the projection is emptied and folded anew. Inherited
terms follow from rows that are there: they are derived again, for the few statements that refer.
"""

import sqlalchemy as sa
from alembic import op

from migrations.scripts import fold_anew

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


INHERITED = """
WITH RECURSIVE reach(source, target, distance) AS (
    SELECT DISTINCT seq, refers, 1 FROM statement WHERE refers IS NOT NULL
    UNION
    SELECT r.source, s.refers, r.distance + 1 FROM reach r JOIN statement s ON s.id = r.target
    WHERE s.refers IS NOT NULL AND r.distance < 100
)
INSERT INTO term (k, seq)
SELECT DISTINCT k, r.source FROM reach r JOIN statement s ON s.id = r.target, unnest(s.terms) AS k
ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    """Apply."""
    fold_anew("completions", "completion", "completion_voiding")
    op.add_column("completion", sa.Column("group", sa.Boolean(), nullable=False))
    op.execute("DELETE FROM term USING statement s WHERE s.seq = term.seq AND refers IS NOT NULL")
    op.execute(
        "INSERT INTO term (k, seq) "
        "SELECT DISTINCT unnest(terms || authority), seq FROM statement WHERE refers IS NOT NULL"
    )
    op.execute(INHERITED)
    op.execute("UPDATE progress SET version = 2 WHERE name = 'statements'")
