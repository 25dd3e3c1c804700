"""The migrations make exactly the tables that the code declares."""

import importlib
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection

from lrs.composition import migrate
from lrs.database import connect, engine, metadata
from projections.registry import discover
from tests.databases import PostgresqlServer

ID = uuid.uuid4()
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


def test_a_store_of_the_first_version_is_folded_anew_where_it_must(tmp_path: Path) -> None:
    server = PostgresqlServer(tmp_path)
    server.start()
    try:
        migrate(server.url(), "0001")
        with connect(server.url()) as opened:
            opened.execute(
                "INSERT INTO completion VALUES (1, 2, 3, '', '', %s, true, 1, 0, 0)", (ID,)
            )
            for name in ("completions", "statements"):
                opened.execute("INSERT INTO progress VALUES (%s, 1, 7, 7)", (name,))
        migrate(server.url())
        with connect(server.url()) as opened:
            assert opened.execute("SELECT count(*) FROM completion").fetchone() == (0,)
            assert opened.execute("SELECT name FROM progress").fetchall() == [("statements",)]
    finally:
        server.kill()
