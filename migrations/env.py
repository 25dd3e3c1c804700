"""Alembic's entry: runs the migrations of this folder on the connection it is given."""

from alembic import context

import consumers.quarantine
import lrs.admission
import lrs.credentials
import lrs.store  # noqa: F401  # these imports declare tables on the shared metadata
from lrs.database import metadata
from projections.registry import discover

discover()
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
