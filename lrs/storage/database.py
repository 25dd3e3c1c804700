"""Connections to PostgreSQL: one URL form, one pool, one translation of failures.

The pool runs in autocommit: the front door reads with single statements, each its own snapshot, and
saves the two round trips of a transaction. What must be atomic (the fold, the writer of the
PostgreSQL log) holds a psycopg connection of its own and opens transactions by name.

The pool is ours. That of SQLAlchemy, with what it does around each statement, took a third of the
time of a read by id; that of psycopg keeps threads for what nobody needs here.
"""

import select
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, Final

import psycopg
import sqlalchemy
from psycopg.pq import TransactionStatus

from lrs.errors import HaltError, UnavailableError

metadata = sqlalchemy.MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)
"""Every table of the product; the names are those PostgreSQL itself would give."""

KEEP_IN_ROW = {"toast_tuple_target": "8160"}
"""Of a table whose rows hold a statement: one of 2 to 8 kB stays where it is, for it would compress
by little, and elsewhere it costs a second row to write and to look up."""

PLAN_EACH = "-c plan_cache_mode=force_custom_plan"
"""Reads are planned for the values they ask for: a plan for any value scans what is rare."""

READ_BY_KEY = (
    "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off "
    "-c enable_sort=off -c enable_hashjoin=off -c enable_mergejoin=off -c enable_material=off"
)
"""Reads that have one good plan, from index to index in the order of the answer, keep it: to plan
one takes longer than to look a row up. All other plans are switched off, because a plan made while
a table is small must still be right when it is large."""

BY_KEY = (
    "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off "
    "-c enable_mergejoin=off -c enable_material=off"
)
"""Writers look rows up by key and keep their plans: one made while a table is small must still be
right when it is large, and nothing tells a session that it has grown."""

_HUNG_UP: Final[int] = getattr(select, "POLLRDHUP", select.POLLHUP)  # the first is Linux's

CONNECT_TIMEOUT = 3
"""Seconds after which a server that does not answer counts as down."""

Values = tuple[Any, ...] | Mapping[str, Any]
"""The values of a statement: in order for `%s`, by name for `%(name)s`."""

Rows = Sequence[tuple[Any, ...]]


def ended(connection: psycopg.Connection) -> bool:
    """Tell whether a connection is known to be closed, here or by the server; asks nobody (3 us).

    What the server ends now may be told a moment later, so that a statement can still fail for it.
    """
    if connection.closed:
        return True
    line = select.poll()
    line.register(connection.fileno(), _HUNG_UP)
    return bool(line.poll(0))


def connect(url: str, *, autocommit: bool = True, options: str = "") -> psycopg.Connection:
    """Open a psycopg connection.

    `options` are further settings of the session: `-c name=value ...`. Raises `UnavailableError`
    when the server does not answer, `HaltError` for a database that cannot hold every name.
    """
    try:
        connection = psycopg.connect(
            url,
            autocommit=autocommit,
            connect_timeout=CONNECT_TIMEOUT,
            options=f"-c jit=off -c timezone=UTC {options}",
            keepalives_idle=5,
            keepalives_interval=2,
            keepalives_count=3,
        )
    except psycopg.OperationalError as error:
        raise UnavailableError(f"the database does not answer: {error}") from error
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        database = connection.info.dbname
        connection.close()
        raise HaltError(f"the encoding of the database {database} is {encoding}, must be UTF8")
    return connection


@contextmanager
def pipelined(connection: psycopg.Connection) -> Iterator[None]:
    """Run a block as one transaction whose statements do not wait for each other's answers.

    The driver's own `transaction()` waits four times more in a pipeline, so it is left to mark a
    part of a transaction that is open already.
    """
    if connection.info.transaction_status != TransactionStatus.IDLE:
        with connection.pipeline(), connection.transaction():
            yield
        return
    try:
        with connection.pipeline():
            connection.execute("BEGIN")
            yield
            connection.execute("COMMIT")
    except BaseException:
        with suppress(psycopg.Error):  # without a connection there is nothing to roll back
            connection.rollback()
        raise


class Pool:
    """At most so many autocommitting connections, opened as they are needed; for many threads.

    The connection that was used last is lent first: its session has the plans, and few are open.
    """

    def __init__(self, url: str, size: int, options: str = PLAN_EACH) -> None:
        """Connect to a `postgresql://` URL; `options` are settings of the sessions."""
        self._url = url
        self._options = options
        self._free = threading.Semaphore(size)
        self._idle: list[psycopg.Connection] = []

    def fetch(self, sql: str, values: Values = (), *, binary: bool = False) -> Rows:
        """Return the rows of one statement: see the function of this name."""
        with self._turn():
            try:
                return self._rows(self._open(), sql, values, binary=binary)
            except _EndedError:
                self.close()
            return self._rows(self._connect(), sql, values, binary=binary)

    @contextmanager
    def lent(self) -> Iterator[psycopg.Connection]:
        """Lend a connection: see the function of this name."""
        with self._turn():
            connection = self._open()
            try:
                yield connection
            finally:
                self._take_back(connection)

    def close(self) -> None:
        """Close the connections that are not in use."""
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait for one of the connections; translate what the driver raises without a database."""
        if not self._free.acquire(timeout=CONNECT_TIMEOUT):
            raise UnavailableError("all connections to the database are busy")
        try:
            yield
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise UnavailableError(unavailable(error)) from error
        finally:
            self._free.release()

    def _rows(
        self, connection: psycopg.Connection, sql: str, values: Values, *, binary: bool
    ) -> Rows:
        try:
            return connection.execute(sql, values, binary=binary).fetchall()
        except psycopg.OperationalError as error:
            if ended(connection):
                raise _EndedError(*error.args) from error
            raise
        finally:
            self._take_back(connection)

    def _open(self) -> psycopg.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    def _connect(self) -> psycopg.Connection:
        return connect(self._url, options=self._options)

    def _take_back(self, connection: psycopg.Connection) -> None:
        if connection.pgconn.transaction_status == TransactionStatus.IDLE:
            self._idle.append(connection)
        else:
            connection.close()


class _EndedError(psycopg.OperationalError):
    """The server ended the connection on which a statement ran."""


def fetch(source: Pool, sql: str, values: Values = (), *, binary: bool = False) -> Rows:
    """Return the rows of one statement that only reads; raises `UnavailableError`.

    A pool learns that the server has ended a connection, as every restart of the server does, when
    a statement fails on it. The statement is then run a second time: the pool has discarded all
    connections that were open, so the second is on a new one. Only reads may be repeated: of
    a write nobody knows whether it was committed before its connection ended.

    `binary`: values come as the server holds them and not as text, which is less to read.
    """
    return source.fetch(sql, values, binary=binary)


def lent(source: Pool) -> AbstractContextManager[psycopg.Connection]:
    """Lend a pooled connection for what `fetch` cannot do; raises `UnavailableError`."""
    return source.lent()


def unavailable(error: BaseException | None) -> str:
    """Say what a failure of the database means to whoever waits for it."""
    if isinstance(error, psycopg.errors.DiskFull):
        return "the disk of the database is full"
    return "the database does not answer"
