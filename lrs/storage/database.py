"""Connections to PostgreSQL: one URL form, one engine, one translation of failures.

The engine runs in autocommit: the front door reads with single statements, each its own snapshot,
and saves the two round trips of a transaction. What must be atomic (the fold, the writer of the
PostgreSQL log) holds a psycopg connection of its own and opens transactions by name.
"""

import select
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

import psycopg
import sqlalchemy
from psycopg.pq import TransactionStatus
from sqlalchemy.engine import Connection, Engine, Row

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

Rows = Sequence[Row[*tuple[Any, ...]]]


def engine(url: str, size: int) -> Engine:
    """Return an autocommitting engine of at most `size` connections for a `postgresql://` URL."""
    return sqlalchemy.create_engine(
        "postgresql+psycopg://",
        creator=lambda: connect(url, options=PLAN_EACH),
        isolation_level="AUTOCOMMIT",
        pool_size=size,
        max_overflow=0,
        pool_timeout=CONNECT_TIMEOUT,
        pool_reset_on_return=None,
    )


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


def fetch(source: Engine, sql: str, values: Values = ()) -> Rows:
    """Return the rows of one statement that only reads; raises `UnavailableError`.

    A pool learns that the server has ended a connection, as every restart of the server does, when
    a statement fails on it. The statement is then run a second time: the pool has discarded all
    connections that were open, so the second is on a new one. Only reads may be repeated: of
    a write nobody knows whether it was committed before its connection ended.
    """
    with _failures():
        try:
            return _rows(source, sql, values)
        except sqlalchemy.exc.DBAPIError as error:
            if not error.connection_invalidated:
                raise
        return _rows(source, sql, values)


def _rows(source: Engine, sql: str, values: Values) -> Rows:
    with source.connect() as connection:
        return connection.exec_driver_sql(sql, values).all()


def unavailable(error: BaseException | None) -> str:
    """Say what a failure of the database means to whoever waits for it."""
    if isinstance(error, psycopg.errors.DiskFull):
        return "the disk of the database is full"
    return "the database does not answer"


@contextmanager
def lent(source: Engine) -> Iterator[Connection]:
    """Lend a pooled connection for what `fetch` cannot do; raises `UnavailableError`."""
    with _failures(), source.connect() as connection:
        yield connection


@contextmanager
def _failures() -> Iterator[None]:
    """Translate what the driver raises when the database is down or busy."""
    try:
        yield
    except (sqlalchemy.exc.OperationalError, sqlalchemy.exc.InterfaceError) as error:
        raise UnavailableError(unavailable(error.orig)) from error
    except sqlalchemy.exc.TimeoutError as error:
        raise UnavailableError("all connections to the database are busy") from error
