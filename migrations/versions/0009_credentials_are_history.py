"""Credentials are history on the log; those that are there wait to be carried over.

A migration has no log. So what is there is kept as it is, counts until it is folded, and is carried
over by whoever opens the log first: `lrs/intake/credentials.py`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.rename_table("credential", "credential_uncarried")
    op.execute("ALTER INDEX credential_pkey RENAME TO credential_uncarried_pkey")
    op.create_table(
        "credential_history",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("stored", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("kept", sa.BigInteger(), nullable=True),
        sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("roles", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("entities", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("credential_history_pkey")),
    )
    op.create_index(op.f("credential_history_key_idx"), "credential_history", ["key"])
    op.create_table(
        "credential_secret",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("credential_secret_pkey")),
    )
    op.create_table(
        "credential_use",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("credential_use_pkey")),
    )
