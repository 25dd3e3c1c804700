"""The log as a PostgreSQL table, for a single machine: serialized append, group commit.

One writer thread per process takes every request that waits and makes ONE call of the function
`log_append` (`migrations/`): it locks the head row, compares the claims of all requests, places
the records of those that are new, and commits. So many waiting requests share one fsync, claims
and records are one transaction, and positions are dense because the head row serializes processes.

`horizon` is exact: appends hold an advisory lock for the length of their transaction. When a
reader can share that lock no append is under way, so everything appended later bears a later time.
Rejected: a sequence for positions (it leaves gaps at a rollback and is not in commit order).
"""

import time
from collections.abc import Sequence
from typing import Final

import orjson
import psycopg
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    LargeBinary,
    Table,
    Text,
    Uuid,
)

from lrs.errors import HaltError, UnavailableError
from lrs.log.claims import Claim, ClaimOutcome, Verdict, columns
from lrs.log.group_writer import GroupWriter, Request
from lrs.log.port import READ_BYTES, Horizon, Message, Position, Record
from lrs.storage.database import KEEP_IN_ROW, Pool, connect, fetch, metadata

CHANNEL: Final = "lrs_log"

# Claims ids for a group of requests and appends the records of those whose ids are all new.
_APPEND: Final = "SELECT request, verdict, position, ids FROM log_append(%b, %s, %b, %b, %b)"
# The next records: at most so many, and only while their values together stay within a number of
# bytes; the first record whatever its size.
_READ: Final = """
SELECT position, time, headers, value FROM (
    SELECT *, sum(octet_length(value)) OVER (ORDER BY position) AS size
    FROM (SELECT * FROM log_record WHERE position >= %s ORDER BY position LIMIT %s) AS page
) AS sized WHERE size <= %s OR position = %s ORDER BY position
"""


log_head = Table(
    "log_head",
    metadata,
    Column("single", Boolean, CheckConstraint("single", name="single"), primary_key=True),
    Column("identity", Uuid, nullable=False),
    Column("next", BigInteger, nullable=False),
    Column("time", BigInteger, nullable=False),
    postgresql_with={"fillfactor": "10"},
)
"""One row: the next position and the time of the last record, in microseconds UTC."""

log_record = Table(
    "log_record",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("time", BigInteger, nullable=False),
    Column("headers", Text, nullable=False),
    Column("value", LargeBinary, nullable=False),
    postgresql_with=KEEP_IN_ROW,
)
"""The records; a trigger refuses every change but an insert."""


class PostgresqlLog:
    """The table `log_record` of one database."""

    horizon_sql = "log_horizon()"

    def __init__(self, url: str, timeout: float = 8.0) -> None:
        """Use the database at `url`; an append unconfirmed after `timeout` seconds is given up."""
        self._url = url
        self._writer = GroupWriter(url, timeout, _append)
        self._pool = Pool(url, 8)
        self._identity: str | None = None

    @property
    def identity(self) -> str:
        """`postgresql:<uuid drawn when the log was created>`."""
        if self._identity is None:
            with connect(self._url) as connection:
                row = connection.execute("SELECT identity FROM log_head").fetchone()
            if row is None:
                raise HaltError("the database holds no log: run `lrs migrate`")
            self._identity = f"postgresql:{row[0]}"
        return self._identity

    def append(self, message: Message) -> Position:
        """Append durably and return the position."""
        position = self.admit(message, ()).position
        if position is None:
            raise HaltError("a record without claims was not appended")
        return position

    def admit(self, message: Message, claims: Sequence[Claim]) -> Verdict:
        """Claim ids and append in one transaction; nothing is appended unless all are new."""
        return self._writer.admit(message, claims)

    def horizon(self) -> Horizon:
        """Tell where the log ends now."""
        (row,) = fetch(self._pool, f"SELECT next, time FROM {self.horizon_sql}")
        return Horizon(*row)

    def reader(self, start: Position) -> "PostgresqlReader":
        """Open a reader whose first record is the one at `start`."""
        return PostgresqlReader(self._url, start)

    def close(self) -> None:
        """Stop the writer; waiting appends fail."""
        self._writer.close()
        self._pool.close()


def _append(connection: psycopg.Connection, group: Sequence[Request]) -> list[Verdict]:
    messages = [request.message for request in group]
    headers = [orjson.dumps(dict(message.headers)).decode() for message in messages]
    values = [message.value for message in messages]
    claims = columns(request.claims for request in group)
    found = connection.execute(_APPEND, (*claims, headers, values), binary=True)
    rows = sorted(found.fetchall())
    return [
        Verdict(ClaimOutcome(outcome), position, tuple(ids or ()))
        for _, outcome, position, ids in rows
    ]


class PostgresqlReader:
    """Reads the table in order; sleeps in LISTEN until a commit wakes it."""

    def __init__(self, url: str, start: Position) -> None:
        self._url = url
        self._next = start
        self._connection: psycopg.Connection | None = None

    def read(self, limit: int, wait: float) -> Sequence[Record]:
        """Return the next records, waiting up to `wait` seconds for the first."""
        deadline = time.monotonic() + wait
        try:
            records = self._page(limit)
            while not records and (left := deadline - time.monotonic()) > 0:
                for _ in self._listening().notifies(timeout=left, stop_after=1):
                    pass
                records = self._page(limit)
        except psycopg.OperationalError as error:
            self.close()
            raise UnavailableError("the log does not answer") from error
        return records

    def seek(self, position: Position) -> None:
        """Continue from `position`."""
        self._next = position

    def close(self) -> None:
        """Release the connection."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _page(self, limit: int) -> list[Record]:
        bounds = (self._next, limit, READ_BYTES, self._next)
        rows = self._listening().execute(_READ, bounds, binary=True).fetchall()
        records = [Record(at, stamp, orjson.loads(head), value) for at, stamp, head, value in rows]
        if records and records[0].position != self._next:
            raise HaltError(f"position {self._next} of the log is gone")
        self._next += len(records)
        return records

    def _listening(self) -> psycopg.Connection:
        if self._connection is None or self._connection.closed:
            self._connection = connect(self._url)
            self._connection.execute(f"LISTEN {CHANNEL}")
        return self._connection
