"""Alembic's entry: runs the migrations of this folder on the connection it is given.

Then it writes the functions of the database; see `migrations/scripts.py`.
"""

from alembic import context

from lrs.access import credentials, last_use
from lrs.log import claims
from lrs.storage import store
from lrs.storage.database import metadata
from migrations.scripts import define_functions
from projections.folding import copies, position, quarantine
from projections.folding.registry import discover

DECLARING = (
    claims,
    copies,
    credentials,
    last_use,
    position,
    quarantine,
    store,
    *discover(),
)
"""Modules and projections that declare tables on the shared metadata when they are imported."""

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
    define_functions(connection)
