"""The tables and functions of the first version."""

import sqlalchemy as sa
from alembic import op

from migrations.scripts import define, run

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('claim',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('claim_pkey'))
    )
    op.create_table('completion',
    sa.Column('seq', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('agent_k', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('activity_k', sa.BigInteger(), nullable=False),
    sa.Column('agent', sa.LargeBinary(), nullable=False),
    sa.Column('activity', sa.LargeBinary(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('passed', sa.Boolean(), nullable=False),
    sa.Column('score', sa.Double(), nullable=True),
    sa.Column('timestamp', sa.BigInteger(), nullable=False),
    sa.Column('stored', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('seq', 'agent_k', name=op.f('completion_pkey'))
    )
    op.create_index('completion_activity_k_idx', 'completion', ['activity_k'], unique=False)
    op.create_index('completion_agent_k_idx', 'completion', ['agent_k'], unique=False)
    op.create_index(op.f('completion_id_idx'), 'completion', ['id'], unique=False)
    op.create_table('completion_voiding',
    sa.Column('target', sa.Uuid(), nullable=False),
    sa.Column('seq', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('stored', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('target', 'seq', name=op.f('completion_voiding_pkey'))
    )
    op.create_table('credential',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('scopes', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('revoked', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('key', name=op.f('credential_pkey'))
    )
    op.create_table('log_head',
    sa.Column('single', sa.Boolean(), nullable=False),
    sa.Column('identity', sa.Uuid(), nullable=False),
    sa.Column('next', sa.BigInteger(), nullable=False),
    sa.Column('time', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('single', name=op.f('log_head_pkey')),
    sa.CheckConstraint('single', name=op.f('log_head_single_check')),
    )
    op.create_table('log_record',
    sa.Column('position', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('time', sa.BigInteger(), nullable=False),
    sa.Column('headers', sa.Text(), nullable=False),
    sa.Column('value', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('position', name=op.f('log_record_pkey'))
    )
    op.create_table('progress',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('next', sa.BigInteger(), nullable=False),
    sa.Column('stored', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('progress_pkey'))
    )
    op.create_table('quarantine',
    sa.Column('projection', sa.Text(), nullable=False),
    sa.Column('position', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('stored', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('projection', 'position', name=op.f('quarantine_pkey'))
    )
    op.create_table('statement',
    sa.Column('seq', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('stored', sa.BigInteger(), nullable=False),
    sa.Column('voids', sa.Boolean(), nullable=False),
    sa.Column('refers', sa.Uuid(), nullable=True),
    sa.Column('voided', sa.Boolean(), nullable=False),
    sa.Column('copy', sa.Boolean(), nullable=False),
    sa.Column('terms', sa.ARRAY(sa.BigInteger()), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('authority', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('statement_pkey'))
    )
    op.create_index(op.f('statement_id_idx'), 'statement', ['id'], unique=False)
    op.create_index('statement_refers_idx', 'statement', ['refers'], unique=False, postgresql_where=sa.text('refers IS NOT NULL'))
    op.create_index(op.f('statement_stored_idx'), 'statement', ['stored'], unique=False)
    op.create_table('store',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('store_pkey'))
    )
    op.create_table('term',
    sa.Column('k', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('seq', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('k', 'seq', name=op.f('term_pkey'))
    )
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
    define("log_is_append_only")
    run("log_table.sql")
