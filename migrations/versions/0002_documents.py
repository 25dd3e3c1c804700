"""The tables of the documents."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('document',
    sa.Column('k', sa.LargeBinary(), nullable=False),
    sa.Column('context', sa.LargeBinary(), nullable=False),
    sa.Column('registration', sa.Uuid(), nullable=True),
    sa.Column('id', sa.LargeBinary(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('rank', sa.LargeBinary(), nullable=False),
    sa.Column('stored', sa.BigInteger(), nullable=False),
    sa.Column('content_type', sa.Text(), nullable=True),
    sa.Column('etag', sa.Text(), nullable=True),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('k', name=op.f('document_pkey'))
    )
    op.create_index(op.f('document_context_idx'), 'document', ['context'], unique=False)
    op.create_table('document_turn',
    sa.Column('k', sa.LargeBinary(), nullable=False),
    sa.Column('base', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('write', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('k', 'base', name=op.f('document_turn_pkey'))
    )
