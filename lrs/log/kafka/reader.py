"""Read the topic of a store in order, from a position that the caller keeps."""

import time
from collections.abc import Sequence
from typing import Final

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka import Message as KafkaMessage

from lrs.errors import HaltError, UnavailableError
from lrs.log.kafka.client import CONSUMER, PATIENCE, Cluster, answering
from lrs.log.port import READ_BYTES, Position, Record

PAUSE: Final = 0.25
"""Seconds between two looks at a log that has not reached the reader's position."""

CONFIRM: Final = 1.0
"""Seconds of silence after which the broker is asked whether it is still there."""

OUTSIDE: Final = {KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE}
"""Errors of a position that is not on the log."""


class KafkaReader:
    """A consumer without a group: position and progress belong to the database, not to Kafka."""

    def __init__(self, cluster: Cluster, topic: str, start: Position) -> None:
        """Connect on the first read, so that a log that is down can be opened."""
        self._cluster = cluster
        self._topic = topic
        self._next = start
        self._delivered = 0  # every position below was on the log when this reader read it
        self._heard = 0.0
        self._consumer: Consumer | None = None

    def read(self, limit: int, wait: float) -> Sequence[Record]:
        """Return the next records; see `Reader.read`."""
        with answering(self._cluster):
            consumer = self._connected()
            raws = _consumed(consumer, limit, wait)
            fault = next((raw for raw in raws if raw.error() is not None), None)
            records = [record(raw) for raw in raws[: raws.index(fault) if fault else None]]
            if not records:
                self._without(consumer, fault, wait)
                return ()
        self._heard = time.monotonic()
        self._next = self._delivered = records[-1].position + 1
        if fault:
            self._assign(consumer)  # so that the next read meets the fault again
        return records

    def seek(self, position: Position) -> None:
        """Continue from `position`."""
        self._next = position
        if self._consumer is not None:
            self._assign(self._consumer)

    def close(self) -> None:
        """Release the connection."""
        if self._consumer is not None:
            self._consumer.close()
            self._consumer = None

    def _connected(self) -> Consumer:
        if self._consumer is None:
            self._consumer = Consumer(self._cluster.settings(CONSUMER))
            self._assign(self._consumer)
        return self._consumer

    def _assign(self, consumer: Consumer) -> None:
        consumer.assign([TopicPartition(self._topic, 0, self._next)])

    def _without(self, consumer: Consumer, fault: KafkaMessage | None, wait: float) -> None:
        """Find out why nothing was read; return if there was nothing to read."""
        error = fault.error() if fault else None
        if error is None:
            # A consumer whose broker is gone returns nothing, just as one with nothing to read.
            if time.monotonic() - self._heard > CONFIRM:
                self._ends(consumer)
                self._heard = time.monotonic()
            return
        self._assign(consumer)
        if error.code() == KafkaError._LOG_TRUNCATION:
            raise HaltError(f"the log lost records that were read: {error.str()}")
        if error.code() not in OUTSIDE:
            raise KafkaException(error)
        first, _ = self._ends(consumer)
        if self._next < first:
            raise HaltError(f"position {self._next} is gone: the log begins at {first}")
        # Ahead of the log: whether that is an alarm is decided where the database is compared.
        time.sleep(min(wait, PAUSE))

    def _ends(self, consumer: Consumer) -> tuple[Position, Position]:
        partition = TopicPartition(self._topic, 0)
        ends = consumer.get_watermark_offsets(partition, PATIENCE, cached=False)
        if ends is None:
            raise UnavailableError(f"{self._cluster} does not tell where the log ends")
        first, end = ends
        if end < self._delivered:
            raise HaltError(
                f"the log lost records that were read: it ends at {end}, not {self._delivered}"
            )
        return first, end


def _consumed(consumer: Consumer, limit: int, wait: float) -> list[KafkaMessage]:
    """Return what has come, errors too; the size of a record is known once it is taken."""
    raws: list[KafkaMessage] = []
    left = READ_BYTES
    while len(raws) < limit and left > 0:
        taken = consumer.consume(1, 0.0 if raws else wait)
        if not taken:
            break
        raws += taken
        left -= len(taken[0])
    return raws


def record(raw: KafkaMessage) -> Record:
    """Turn a consumer's record into ours; the broker's time is in milliseconds."""
    headers = {name: (value or b"").decode(errors="replace") for name, value in raw.headers() or ()}
    return Record(raw.offset(), raw.timestamp()[1] * 1000, headers, raw.value() or b"")
