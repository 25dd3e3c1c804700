"""Connections that a server has ended meanwhile: whoever comes next is not told of it."""

import pytest

from lrs.errors import UnavailableError
from lrs.log.port import Message
from lrs.log.postgresql import PostgresqlLog
from lrs.storage.database import connect, engine, reading
from tests.waiting import until

OTHERS = (
    "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)


def end_sessions(url: str) -> None:
    with connect(url) as connection:
        ended = connection.execute(f"SELECT pg_terminate_backend(pid) {OTHERS}").fetchall()
        assert ended
        until(
            lambda: connection.execute(f"SELECT count(*) {OTHERS}").fetchone(),
            lambda row: row == (0,),
        )


def test_a_pool_lends_no_connection_that_has_ended(database: str) -> None:
    pool = engine(database, 2)
    with reading(pool) as one, reading(pool) as other:
        assert one is not other
    end_sessions(database)
    for _ in range(2):
        with reading(pool) as one, reading(pool) as other:
            assert one.exec_driver_sql("SELECT 1").scalar_one() == 1
            assert other.exec_driver_sql("SELECT 1").scalar_one() == 1
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
    with (
        pytest.raises(UnavailableError, match="disk of the database is full"),
        reading(pool) as connection,
    ):
        connection.exec_driver_sql("DO $$ BEGIN RAISE disk_full; END $$")
    pool.dispose()
