"""Brings a database to a version of the schema."""

from importlib import resources

import sqlalchemy
from alembic import command
from alembic.config import Config

from lrs.storage.database import connect


def migrate(url: str, version: str = "head") -> None:
    """Bring the database to a version of the schema; migrations of several processes take turns."""
    config = Config()
    config.set_main_option("script_location", str(resources.files("migrations")))
    database = sqlalchemy.create_engine(
        "postgresql+psycopg://", creator=lambda: connect(url, autocommit=False)
    )
    with database.begin() as connection:
        connection.exec_driver_sql(
            "SELECT pg_advisory_xact_lock(hashtextextended('lrs.migrate', 0))"
        )
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    database.dispose()
