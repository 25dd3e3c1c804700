"""The event log: one total order of records, each at a dense integer position.

One store is one log is one partition: order across partitions would cost the truthful
`Consistent-Through`, "first one wins" for duplicate ids and `as of` a position. Three members
implement the port - Apache Kafka, a PostgreSQL table, memory - and one contract suite
(`tests/contract/test_log.py`) holds them to the same behaviour; `test_remote_log.py` beside it
holds those outside the database to `RemoteLog`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from lrs.errors import LedgerError

Position = int
"""Place of a record in its log, counted from 0, without gaps."""

READ_BYTES: Final = 2 * 2**20
"""Bytes of values at which a read ends.

A statement of 1.4 kB takes ten times that while it is folded: with 32 MiB a consumer that was
behind grew from 120 to 345 MB, and was no faster.
"""


@dataclass(frozen=True, slots=True)
class Message:
    """What a producer hands over: CloudEvents attributes (`ce_*` headers) and the JSON value."""

    headers: Mapping[str, str]
    value: bytes


@dataclass(frozen=True, slots=True)
class Record:
    """What the log keeps: a message, its position, and the log's own time in microseconds UTC."""

    position: Position
    time: int
    headers: Mapping[str, str]
    value: bytes


class Horizon(NamedTuple):
    """How far the log is known: records from `end` on will bear a time later than `time`.

    `end` is the position of the next record; `time` is in microseconds UTC.
    """

    end: Position
    time: int


class Reader(Protocol):
    """Reads one log in order from a position; belongs to one thread."""

    def read(self, limit: int, wait: float) -> Sequence[Record]:
        """Return the next records, at most `limit`, waiting up to `wait` seconds for the first.

        A read ends at `READ_BYTES` as well, with the record before or with the one that reaches
        them; it returns the first whatever its size. An empty result means that nothing came.
        Raises `UnavailableError` when the log does not answer (the reader may be used again),
        `HaltError` when the position is gone.
        """

    def seek(self, position: Position) -> None:
        """Continue from `position`."""

    def close(self) -> None:
        """Release the connection."""


class EventLog(Protocol):
    """An append-only log. Safe to use from many threads."""

    @property
    def identity(self) -> str:
        """Name of this very log (cluster and topic, or database), the same in every process."""

    @property
    def horizon_sql(self) -> str | None:
        """SQL of what `horizon` tells, a row of `next` and `time`, if the log is in the database.

        None for a log elsewhere. The database is that of the read models.
        """

    def append(self, message: Message) -> Position:
        """Append durably and return the position; raise `UnavailableError` when unconfirmed.

        Unconfirmed is ambiguous: the record may still be, or come to be, on the log.
        """

    def horizon(self) -> Horizon:
        """Tell where the log ends now."""

    def reader(self, start: Position) -> Reader:
        """Open a reader whose first record is the one at `start`."""

    def close(self) -> None:
        """Release what the log holds; waiting appends fail."""


Delivery = Position | LedgerError
"""What became of a message: the position of its record, or why none is known."""


class RemoteLog(EventLog, Protocol):
    """A log that lives outside the database; it takes the messages of many requests together."""

    def append_all(self, messages: Sequence[Message]) -> list[Delivery]:
        """Append messages durably, in any order among them; return what became of each.

        A message that is refused or unconfirmed tells nothing of the others. Raises nothing.
        """
