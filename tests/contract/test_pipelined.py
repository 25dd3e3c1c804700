"""A transaction that does not wait for its statements: whole, or not at all."""

from collections.abc import Iterator

import psycopg
import pytest

from lrs.storage.database import connect, pipelined


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection]:
    with connect(database) as opened:
        opened.execute("CREATE TABLE noted (n int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)")
        yield opened


def note(connection: psycopg.Connection, number: int) -> None:
    connection.execute("INSERT INTO noted VALUES (%s)", (number,))


def noted(url: str) -> list[int]:
    """Read over another connection, which sees what is committed."""
    with connect(url) as other:
        return [row[0] for row in other.execute("SELECT n FROM noted ORDER BY n")]


def write(connection: psycopg.Connection, *steps: int | str | LookupError) -> None:
    """Note numbers, execute statements, raise errors, in one block."""
    with pipelined(connection):
        for step in steps:
            if isinstance(step, LookupError):
                raise step
            if isinstance(step, int):
                note(connection, step)
            else:
                connection.execute(step.encode())


def test_the_block_is_committed(connection: psycopg.Connection, database: str) -> None:
    with pipelined(connection):
        note(connection, 1)
        note(connection, 2)
        assert noted(database) == []
    assert noted(database) == [1, 2]


def test_an_exception_undoes_the_block(connection: psycopg.Connection, database: str) -> None:
    with pytest.raises(LookupError):
        write(connection, 1, LookupError())
    note(connection, 2)
    assert noted(database) == [2]


@pytest.mark.parametrize("statement", ["SELECT 1 / 0", "INSERT INTO noted VALUES (1)"])
def test_what_the_database_refuses_undoes_the_block(
    connection: psycopg.Connection, database: str, statement: str
) -> None:
    """The second statement is refused only at the commit: its constraint is deferred."""
    with pytest.raises(psycopg.Error):
        write(connection, 1, statement, 2)
    note(connection, 3)
    assert noted(database) == [3]


def test_within_a_transaction_it_is_a_part_that_can_be_undone(
    connection: psycopg.Connection, database: str
) -> None:
    with connection.transaction():
        note(connection, 1)
        write(connection, 2)
        with pytest.raises(LookupError):
            write(connection, 3, LookupError())
        assert noted(database) == []
    assert noted(database) == [1, 2]


def test_a_lost_connection_is_told(connection: psycopg.Connection, database: str) -> None:
    end_itself = f"SELECT pg_terminate_backend({connection.info.backend_pid})"
    with pytest.raises(psycopg.OperationalError):
        write(connection, 1, end_itself, 2)
    assert noted(database) == []
