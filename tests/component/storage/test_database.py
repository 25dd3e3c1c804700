"""Connections that the server has ended: a read is not told of it, a write only if it must be."""

import psutil
import psycopg
import pytest
import sqlalchemy
from sqlalchemy.engine import Engine

from lrs.errors import UnavailableError
from lrs.log.port import Message
from lrs.log.postgresql import PostgresqlLog
from lrs.storage.database import connect, engine, fetch, lent
from tests.databases import PostgresqlServer
from tests.waiting import until

SESSIONS = (
    "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)


def end_sessions(url: str) -> None:
    """End all sessions of a database and wait until the processes behind them are gone."""
    with connect(url) as connection:
        ended = connection.execute(f"SELECT pid, pg_terminate_backend(pid) {SESSIONS}").fetchall()
    assert ended
    pids = [pid for pid, _ in ended]
    until(lambda: [pid for pid in pids if psutil.pid_exists(pid)], lambda running: running == [])


def fill(pool: Engine) -> None:
    """Open as many connections as the pool holds."""
    with lent(pool) as one, lent(pool) as other:
        assert one is not other


def test_a_read_is_answered_though_the_server_ended_all_connections(database: str) -> None:
    pool = engine(database, 2)
    fill(pool)
    end_sessions(database)
    assert [tuple(row) for row in fetch(pool, "SELECT %s", (7,))] == [(7,)]
    fill(pool)
    pool.dispose()


def test_a_read_is_answered_though_its_connection_ends_after_it_was_lent(database: str) -> None:
    pool = engine(database, 1)
    lendings = []

    def end_the_first(lending: psycopg.Connection, *_: object) -> None:
        lendings.append(lending)
        if len(lendings) == 1:
            end_sessions(database)

    sqlalchemy.event.listen(pool, "checkout", end_the_first)
    assert fetch(pool, "SELECT 7")[0][0] == 7
    assert len(lendings) == 2
    pool.dispose()


def test_a_read_that_is_refused_is_not_repeated(database: str) -> None:
    pool = engine(database, 1)
    tried: list[object] = []
    sqlalchemy.event.listen(pool, "before_cursor_execute", lambda *called: tried.append(called))
    with pytest.raises(sqlalchemy.exc.ProgrammingError):
        fetch(pool, "SELECT nothing")
    assert len(tried) == 1
    pool.dispose()


def test_a_read_is_unavailable_while_the_server_is_away(
    mortal_postgresql: PostgresqlServer,
) -> None:
    pool = engine(mortal_postgresql.fresh(), 2)
    fill(pool)
    with mortal_postgresql.away(), pytest.raises(UnavailableError):
        fetch(pool, "SELECT 7")
    assert fetch(pool, "SELECT 7")[0][0] == 7
    pool.dispose()


def test_a_log_appends_on_a_connection_that_has_not_ended(database: str) -> None:
    log = PostgresqlLog(database)
    assert log.append(Message({}, b"before")) == 0
    end_sessions(database)
    assert log.append(Message({}, b"after")) == 1
    log.close()


FULL = """
    CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER fill BEFORE INSERT ON log_record EXECUTE FUNCTION fill();
"""
"""Lets an append fail as it does where the disk is full."""


def test_of_a_full_disk_a_writer_is_told(database: str) -> None:
    with connect(database) as connection:
        connection.execute(FULL)
    log = PostgresqlLog(database)
    with pytest.raises(UnavailableError, match="disk of the database is full"):
        log.append(Message({}, b"one more"))
    log.close()


def test_of_a_full_disk_a_reader_is_told(database: str) -> None:
    """A read needs the disk too: for what it sorts."""
    pool = engine(database, 1)
    with pytest.raises(UnavailableError, match="disk of the database is full"):
        fetch(pool, "DO $$ BEGIN RAISE disk_full; END $$")
    pool.dispose()
