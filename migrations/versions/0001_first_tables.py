"""The tables and functions of the first version."""

from importlib import resources

import sqlalchemy as sa
from alembic import op

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
    sa.Column('agent', sa.Text(), nullable=False),
    sa.Column('activity', sa.Text(), nullable=False),
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
    sql = resources.files("migrations").joinpath("log.sql").read_text()
    op.get_bind().exec_driver_sql(sql.replace("%", "%%"))
