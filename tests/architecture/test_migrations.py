"""The migrations make exactly the tables that the code declares, and the functions in the files."""

import importlib
import uuid
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from lrs.storage.database import connect, metadata
from lrs.storage.schema import steps
from migrations.migrate import migrate
from projections.folding.registry import discover
from projections.statements.fold import FARTHEST, Statements
from tests.databases import PostgresqlServer

ID = uuid.uuid4()
ROOT = Path(__file__).parents[2]
REVISIONS = [one.revision for one in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()]
FUNCTIONS = {file.stem: file.read_text() for file in (ROOT / "migrations/functions").iterdir()}
CHAIN = [uuid.uuid4() for _ in range(FARTHEST + 10)]
DECLARING = (
    "lrs.access.credentials",
    "lrs.access.last_use",
    "lrs.log.claims",
    "lrs.log.postgresql",
    "lrs.storage.store",
    "projections.folding.copies",
    "projections.folding.position",
    "projections.folding.quarantine",
)


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    source = sqlalchemy.create_engine(
        "postgresql+psycopg://",
        creator=lambda: connect(database),
        isolation_level="AUTOCOMMIT",
    )
    with source.connect() as opened:
        yield opened
    source.dispose()


def test_the_names_of_the_files_tell_the_steps_in_their_order() -> None:
    assert steps() == REVISIONS[::-1]


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


def test_tables_are_stored_as_the_code_declares(connection: Connection) -> None:
    discover()
    options = {
        table.name: table.dialect_options["postgresql"]["with"] or {}
        for table in metadata.tables.values()
    }
    rows = connection.exec_driver_sql(
        "SELECT relname, reloptions FROM pg_class WHERE relkind = 'r'"
    )
    made = {name: dict(one.split("=") for one in given or ()) for name, given in rows}
    assert {name: made[name] for name in options} == options
    assert any(options.values())


def functions(url: str) -> dict[str, str]:
    """Return the name and the definition of every function of a database."""
    with connect(url) as opened:
        rows = opened.execute(
            "SELECT proname, pg_get_functiondef(oid) FROM pg_proc "
            "WHERE pronamespace = 'public'::regnamespace"
        ).fetchall()
    return dict(rows)


def test_the_functions_of_a_database_are_those_of_the_files(database: str) -> None:
    made = functions(database)
    assert set(made) == set(FUNCTIONS)
    with connect(database) as opened:
        for text in FUNCTIONS.values():
            opened.execute(text.encode())
    assert functions(database) == made


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_store_of_any_revision_is_given_the_newest_functions(
    database: str, postgresql: PostgresqlServer, revision: str
) -> None:
    name = f"since_{revision}"
    with connect(postgresql.url()) as opened:
        opened.execute(f"CREATE DATABASE {name}")
    migrate(postgresql.url(name), revision)
    with connect(postgresql.url(name)) as opened:
        opened.execute("DROP FUNCTION claims_forget")
        opened.execute(
            "CREATE OR REPLACE FUNCTION clock_us() RETURNS bigint LANGUAGE sql AS 'SELECT 0::int8'"
        )
    migrate(postgresql.url(name))
    assert functions(postgresql.url(name)) == functions(database)


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
            for seq, (key, refers) in enumerate(pairwise([*CHAIN, None])):
                opened.execute(
                    "INSERT INTO statement VALUES (%s, %s, 0, false, %s, false, false, %s, '', -1)",
                    (seq, key, refers, [seq]),
                )
            opened.execute("INSERT INTO term SELECT k, 0 FROM generate_series(-1, 150) AS k")
        migrate(server.url())
        with connect(server.url()) as opened:
            assert opened.execute("SELECT count(*) FROM completion").fetchone() == (0,)
            left = opened.execute("SELECT name, version FROM progress").fetchall()
            assert left == [("statements", Statements.version)]
            first = opened.execute("SELECT k FROM term WHERE seq = 0 ORDER BY k").fetchall()
            assert [k for (k,) in first] == [-1, *range(FARTHEST + 1)]
    finally:
        server.kill()


def test_a_store_without_moments_gets_them_and_counts_every_record_as_a_change(
    tmp_path: Path,
) -> None:
    server = PostgresqlServer(tmp_path)
    server.start()
    try:
        migrate(server.url(), "0003")
        with connect(server.url()) as opened:
            opened.execute("INSERT INTO progress VALUES ('statements', 2, 7, 7)")
        migrate(server.url())
        with connect(server.url()) as opened:
            rows = opened.execute("SELECT next, changed, edition FROM progress").fetchall()
            assert rows == [(7, 6, 0)]
            assert opened.execute("SELECT count(*) FROM moment").fetchone() == (0,)
    finally:
        server.kill()
