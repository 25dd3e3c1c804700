"""Read the topic of a store in order, from a position that the caller keeps."""

import time
from collections.abc import Sequence
from typing import Any

from kafka import TopicPartition
from kafka.errors import LogTruncationError, OffsetOutOfRangeError

from lrs.errors import HaltError, UnavailableError
from lrs.log.kafka_client import BLOCK_MS, answering, open_consumer
from lrs.log.port import Position, Record

PAUSE = 0.25
"""Seconds between two looks at a log that has not reached the reader's position."""

CONFIRM = 1.0
"""Seconds of silence after which the broker is asked whether it is still there."""


class KafkaReader:
    """A consumer without a group: position and progress belong to the database, not to Kafka."""

    def __init__(self, bootstrap: str, topic: str, start: Position) -> None:
        """Connect on the first read, so that a log that is down can be opened."""
        self._bootstrap = bootstrap
        self._partition = TopicPartition(topic, 0)
        self._next = start
        self._delivered = 0  # every position below was on the log when this reader read it
        self._heard = 0.0
        self._consumer: Any = None

    def read(self, limit: int, wait: float) -> Sequence[Record]:
        """Return the next records; see `Reader.read`."""
        with answering(self._bootstrap):
            consumer = self._connected()
            try:
                polled = consumer.poll(timeout_ms=wait * 1000, max_records=limit)
            except OffsetOutOfRangeError:
                return self._outside(consumer, wait)
            except LogTruncationError as error:
                raise HaltError(f"the log lost records that were read: {error}") from error
            records = [record(raw) for raw in polled.get(self._partition, ())]
            if not records:
                self._confirm(consumer)
                return ()
        self._heard = time.monotonic()
        self._next = self._delivered = records[-1].position + 1
        return records

    def seek(self, position: Position) -> None:
        """Continue from `position`."""
        self._next = position
        if self._consumer is not None:
            self._consumer.seek(self._partition, position)

    def close(self) -> None:
        """Release the connection."""
        if self._consumer is not None:
            self._consumer.close(autocommit=False, timeout_ms=BLOCK_MS)
            self._consumer = None

    def _connected(self) -> Any:
        if self._consumer is None:
            consumer = open_consumer(self._bootstrap)
            consumer.assign([self._partition])
            consumer.seek(self._partition, self._next)
            self._consumer = consumer
        return self._consumer

    def _outside(self, consumer: Any, wait: float) -> Sequence[Record]:
        first, _ = self._ends(consumer)
        if self._next < first:
            raise HaltError(f"position {self._next} is gone: the log begins at {first}")
        # Ahead of the log: whether that is an alarm is decided where the database is compared.
        time.sleep(min(wait, PAUSE))
        consumer.seek(self._partition, self._next)
        return ()

    def _confirm(self, consumer: Any) -> None:
        # A consumer whose broker is gone returns nothing, just as one with nothing to read.
        if time.monotonic() - self._heard > CONFIRM:
            self._ends(consumer)
            self._heard = time.monotonic()

    def _ends(self, consumer: Any) -> tuple[Position, Position]:
        partitions = [self._partition]
        first = consumer.beginning_offsets(partitions, timeout_ms=BLOCK_MS)[self._partition]
        end = consumer.end_offsets(partitions, timeout_ms=BLOCK_MS)[self._partition]
        if first is None or end is None:
            raise UnavailableError(f"Kafka at {self._bootstrap} does not tell where the log ends")
        if end < self._delivered:
            raise HaltError(
                f"the log lost records that were read: it ends at {end}, not {self._delivered}"
            )
        return first, end


def record(raw: Any) -> Record:
    """Turn a consumer's record into ours; the broker's time is in milliseconds."""
    headers = {name: (value or b"").decode(errors="replace") for name, value in raw.headers}
    return Record(raw.offset, raw.timestamp * 1000, headers, raw.value or b"")
