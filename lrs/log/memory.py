"""A log in memory: for unit tests and for trying things; nothing survives the process."""

import threading
import time
import uuid
from collections.abc import Sequence
from itertools import accumulate, islice

from lrs.errors import UnavailableError
from lrs.log.port import READ_BYTES, Delivery, Horizon, Message, Position, Record


class MemoryLog:
    """Keeps records in a list, under one lock."""

    horizon_sql = None

    def __init__(self) -> None:
        self.identity = f"memory:{uuid.uuid4()}"
        self._records: list[Record] = []
        self._changed = threading.Condition()
        self._closed = False

    def append(self, message: Message) -> Position:
        """Append and return the position."""
        with self._changed:
            if self._closed:
                raise UnavailableError("the log is closed")
            position = len(self._records)
            self._records.append(Record(position, self._now(), message.headers, message.value))
            self._changed.notify_all()
            return position

    def append_all(self, messages: Sequence[Message]) -> list[Delivery]:
        """Append one after the other."""
        return [self._delivery(message) for message in messages]

    def _delivery(self, message: Message) -> Delivery:
        try:
            return self.append(message)
        except UnavailableError as error:
            return error

    def extend(self, records: Sequence[Record]) -> None:
        """Take over records that another log gave, with their times."""
        with self._changed:
            self._records += records
            self._changed.notify_all()

    def horizon(self) -> Horizon:
        """Tell where the log ends now."""
        with self._changed:
            return Horizon(len(self._records), time.time_ns() // 1000 - 1)

    def reader(self, start: Position) -> "MemoryReader":
        """Open a reader whose first record is the one at `start`."""
        return MemoryReader(self, start)

    def slice(self, start: Position, limit: int, wait: float) -> Sequence[Record]:
        """Return records from `start`, waiting up to `wait` seconds for the first."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._records) > start or self._closed, wait)
            return self._fitting(self._records[start : start + limit])

    def close(self) -> None:
        """Refuse further appends and wake all readers."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _fitting(self, records: Sequence[Record]) -> Sequence[Record]:
        sizes = accumulate(len(record.value) for record in records)
        return records[: 1 + sum(size <= READ_BYTES for size in islice(sizes, 1, None))]

    def _now(self) -> int:
        now = time.time_ns() // 1000
        return max(now, self._records[-1].time) if self._records else now


class MemoryReader:
    """Reads a memory log in order."""

    def __init__(self, log: MemoryLog, start: Position) -> None:
        self._log = log
        self._next = start

    def read(self, limit: int, wait: float) -> Sequence[Record]:
        """Return the next records, waiting up to `wait` seconds for the first."""
        records = self._log.slice(self._next, limit, wait)
        self._next += len(records)
        return records

    def seek(self, position: Position) -> None:
        """Continue from `position`."""
        self._next = position

    def close(self) -> None:
        """Nothing to release."""
