"""Connections that the server has ended: no read fails, and a write only where it must."""

from collections.abc import Callable, Iterator

import psutil
import psycopg
import pytest

from lrs.errors import UnavailableError
from lrs.log.port import Message
from lrs.log.postgresql import PostgresqlLog
from lrs.storage.database import Pool, connect, fetch, lent
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


def fill(pool: Pool) -> None:
    """Open as many connections as the pool holds."""
    with lent(pool) as one, lent(pool) as other:
        assert one is not other


def test_a_read_is_answered_though_the_server_ended_all_connections(database: str) -> None:
    pool = Pool(database, 2)
    fill(pool)
    end_sessions(database)
    assert fetch(pool, "SELECT %s", (7,)) == [(7,)]
    fill(pool)
    pool.close()


@pytest.fixture
def tries(database: str) -> Iterator[Callable[[], int]]:
    """Tell how often `nextval('try')` has been asked, whatever became of the statement."""
    with connect(database) as connection:
        connection.execute("CREATE SEQUENCE try")
        counted = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM try"
        yield lambda: connection.execute(counted).fetchall()[0][0]


def test_a_read_is_answered_though_its_connection_ends_while_it_runs(
    database: str, tries: Callable[[], int]
) -> None:
    pool = Pool(database, 1)
    ending = "SELECT CASE WHEN nextval('try') = 1 THEN pg_terminate_backend(pg_backend_pid()) END"
    assert fetch(pool, ending) == [(None,)]
    assert tries() == 2
    pool.close()


def test_a_read_that_ends_every_connection_is_given_up(
    database: str, tries: Callable[[], int]
) -> None:
    pool = Pool(database, 1)
    with pytest.raises(UnavailableError):
        fetch(pool, "SELECT pg_terminate_backend(pg_backend_pid()) FROM nextval('try')")
    assert tries() == 2
    assert fetch(pool, "SELECT 7") == [(7,)]
    pool.close()


def test_a_read_that_is_refused_is_not_repeated(database: str, tries: Callable[[], int]) -> None:
    pool = Pool(database, 1)
    with pytest.raises(psycopg.errors.DivisionByZero):
        fetch(pool, "SELECT 1 / (nextval('try') - 1)")
    assert tries() == 1
    assert fetch(pool, "SELECT 7") == [(7,)]
    pool.close()


def test_connections_in_use_are_not_lent_and_the_one_used_last_is_lent_first(database: str) -> None:
    pool = Pool(database, 2)
    with pool.lent() as one:
        with pool.lent() as other:
            assert other is not one
        with pool.lent() as again:
            assert again is other
        with pool.lent(), pytest.raises(UnavailableError, match="busy"), pool.lent():
            pass
    pool.close()


def test_a_transaction_that_is_left_open_does_not_reach_the_next_reader(database: str) -> None:
    pool = Pool(database, 1)
    with pool.lent() as connection:
        connection.execute("BEGIN")
    with pool.lent() as another:
        assert another is not connection
    pool.close()


def test_a_read_is_unavailable_while_the_server_is_away(
    mortal_postgresql: PostgresqlServer,
) -> None:
    pool = Pool(mortal_postgresql.fresh(), 2)
    fill(pool)
    with mortal_postgresql.away(), pytest.raises(UnavailableError):
        fetch(pool, "SELECT 7")
    assert fetch(pool, "SELECT 7")[0][0] == 7
    pool.close()


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
    """A read needs the disk too, to sort."""
    pool = Pool(database, 1)
    with pytest.raises(UnavailableError, match="disk of the database is full"):
        fetch(pool, "DO $$ BEGIN RAISE disk_full; END $$")
    pool.close()
