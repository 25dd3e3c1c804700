"""The migrations make exactly the tables that the code declares."""

import importlib
from collections.abc import Iterator

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection

from lrs.database import engine, metadata
from projections.registry import discover

DECLARING = ("lrs.admission", "lrs.credentials", "lrs.store", "consumers.quarantine")


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    source = engine(database, 1)
    with source.connect() as opened:
        yield opened
    source.dispose()


def test_migrations_and_tables_agree(connection: Connection) -> None:
    discover()
    for name in DECLARING:
        importlib.import_module(name)
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    assert compare_metadata(context, metadata) == []


def test_every_table_that_the_code_declares_is_there(connection: Connection) -> None:
    discover()
    made = set(sqlalchemy.inspect(connection).get_table_names())
    assert set(metadata.tables) | {"alembic_version"} == made
