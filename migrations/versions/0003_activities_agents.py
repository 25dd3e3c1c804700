"""The tables of what is known of activities and agents."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('activity_definition',
    sa.Column('activity_k', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('shape_k', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('activity', sa.Text(), nullable=False),
    sa.Column('definition', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('activity_k', 'shape_k', name=op.f('activity_definition_pkey'))
    )
    op.create_table('agent_name',
    sa.Column('agent_k', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('name_k', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('agent', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('agent_k', 'name_k', name=op.f('agent_name_pkey'))
    )
