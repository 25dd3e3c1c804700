"""Alembic's entry: runs the migrations of this folder on the connection it is given."""

from alembic import context

from lrs.access import credentials
from lrs.log import claims
from lrs.storage import store
from lrs.storage.database import metadata
from projections.folding import position, quarantine
from projections.folding.registry import discover

DECLARING = (claims, credentials, position, quarantine, store, *discover())
"""Modules and projections that declare tables on the shared metadata when they are imported."""

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
