"""The event log on Apache Kafka: one topic with one partition.

`acks=all` means replicated, not written to disk: a broker that is alone can lose what it
acknowledged when the power fails. Positions are the broker's offsets, dense because nothing
writes transactions to the topic.
"""

import atexit
import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlsplit

from kafka import TopicPartition
from kafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError

from lrs.errors import HaltError, TooLargeError, UnavailableError
from lrs.log import topic as topics
from lrs.log.kafka_client import (
    BLOCK_MS,
    PRODUCER,
    answering,
    close_producer,
    open_consumer,
    open_producer,
)
from lrs.log.kafka_reader import KafkaReader
from lrs.log.port import Horizon, Message, Outcome, Position
from lrs.log.single_flight import SingleFlight

MARGIN = 5.0
"""Seconds taken from our clock for a horizon: the broker's clock may be behind ours, and it stamps
a record before the record is visible. With replicas, visible can mean as late as
`replica.lag.time.max.ms` (30 s by default) when one of them stalls."""

CLOSING = 1.0
"""Seconds that waiting appends are given when the log is closed."""


class KafkaLog:
    """One topic as the event log.

    A request waits for the answer to its append, so the number of requests at a time bounds what
    waits in memory while a broker is down. Nothing connects before it is used, and a process that
    was forked opens clients of its own: the ones it inherited have lost their threads.
    """

    def __init__(
        self,
        bootstrap: str,
        topic: str,
        *,
        margin: float = MARGIN,
        options: Mapping[str, object] | None = None,
    ) -> None:
        """Name brokers and topic; `options` override settings of the producer."""
        self._bootstrap = bootstrap
        self._topic = topic
        self._margin = margin
        self._options = {**PRODUCER, **(options or {})}
        self._clients: dict[int, _Clients] = {}

    @cached_property
    def identity(self) -> str:
        """Cluster, topic and the topic's own id; raises `HaltError` where there is no topic."""
        return topics.identify(self._bootstrap, self._topic)

    def append(self, message: Message) -> Position:
        """Append and wait until the brokers have it; see `EventLog.append`."""
        return self._mine().append(message)

    def submit(self, message: Message, told: Callable[[Outcome], None]) -> None:
        """Hand a message to the producer; see `RemoteLog.submit`."""
        self._mine().submit(message, told)

    def horizon(self) -> Horizon:
        """Tell where the log ends; threads that ask at once share one question to the broker."""
        return self._mine().horizon()

    def reader(self, start: Position) -> KafkaReader:
        """Open a reader whose first record is the one at `start`."""
        return KafkaReader(self._bootstrap, self._topic, start)

    def close(self) -> None:
        """Close this process's clients; appends that still wait fail after a second."""
        self._mine().close()

    def _mine(self) -> "_Clients":
        mine = self._clients.get(os.getpid())
        if mine is None:
            fresh = _Clients(self._bootstrap, self._topic, self._margin, self._options)
            mine = self._clients.setdefault(os.getpid(), fresh)
        return mine


class _Clients:
    """The clients of one process, shared by its threads."""

    def __init__(
        self, bootstrap: str, topic: str, margin: float, options: dict[str, object]
    ) -> None:
        self._bootstrap = bootstrap
        self._partition = TopicPartition(topic, 0)
        self._margin = margin
        self._options = options
        self._delivery = float(str(options["delivery_timeout_ms"])) / 1000
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._producer: Any = None
        self._inspector: Any = None
        self._failing_since: float | None = None
        self._closed = False
        self.horizon = SingleFlight(self._horizon)

    def append(self, message: Message) -> Position:
        producer = self._open_producer()
        pending = self._send(producer, message)
        # The producer itself gives up after the delivery timeout; a little more is for it.
        return self._position(producer, pending, self._delivery + 1.0)

    def submit(self, message: Message, told: Callable[[Outcome], None]) -> None:
        producer = self._open_producer()
        pending = self._send(producer, message)
        pending.add_both(lambda _: told(partial(self._position, producer, pending, 0.0)))

    def _send(self, producer: Any, message: Message) -> Any:
        """Return what the producer promises."""
        headers = [(name, value.encode()) for name, value in message.headers.items()]
        with self._confirming(producer):
            return producer.send(
                self._partition.topic, value=message.value, headers=headers, partition=0
            )

    def _position(self, producer: Any, pending: Any, patience: float) -> Position:
        with self._confirming(producer):
            receipt = pending.get(timeout=patience)
        if receipt is None or receipt.offset < 0:
            raise UnavailableError("the append is not confirmed: the broker named no position")
        self._failing_since = None
        return int(receipt.offset)

    def close(self) -> None:
        atexit.unregister(self.close)
        if os.getpid() != self._process:
            return  # closing what a fork inherited would unhook the parent's sockets
        with self._lock:
            self._closed = True
            producer, self._producer = self._producer, None
            inspector, self._inspector = self._inspector, None
        if producer is not None:
            close_producer(producer, CLOSING)
        if inspector is not None:
            inspector.close(autocommit=False, timeout_ms=BLOCK_MS)

    def _horizon(self) -> Horizon:
        # The clock is read first: what is not visible by then is stamped later, but for the margin.
        now = time.time_ns() // 1000 - int(self._margin * 1_000_000)
        return Horizon(self._end(), now)

    def _end(self) -> Position:
        inspector = self._open_inspector()
        with answering(self._bootstrap):
            ends = inspector.end_offsets([self._partition], timeout_ms=BLOCK_MS)
        return int(ends[self._partition])

    def _open_producer(self) -> Any:
        with self._lock:
            self._refuse_closed()
            if self._producer is None:
                self._producer = open_producer(self._bootstrap, self._options)
                # Last registered is first run: before the client's own, which prints a traceback
                # when the broker is gone.
                atexit.register(self.close)
            return self._producer

    def _open_inspector(self) -> Any:
        with self._lock:
            self._refuse_closed()
            if self._inspector is None:
                self._inspector = open_consumer(self._bootstrap)
            return self._inspector

    def _refuse_closed(self) -> None:
        if self._closed:
            raise UnavailableError("the log is closed")

    def _failed(self, producer: Any) -> None:
        """Replace a producer that goes on failing though the broker answers."""
        now = time.monotonic()
        since = self._failing_since = self._failing_since or now
        if now - since < self._delivery or not self._answers():
            return
        with self._lock:
            if self._producer is not producer:
                return  # another thread was first
            self._producer = None
            self._failing_since = None
        close_producer(producer, CLOSING)

    @contextmanager
    def _confirming(self, producer: Any) -> Iterator[None]:
        """Turn what a producer raises into our errors, and replace it if it has to be."""
        try:
            yield
        except (MessageSizeTooLargeError, RecordListTooLargeError) as error:
            raise TooLargeError(f"the log takes no record of this size: {error}") from error
        except KafkaError as error:
            self._failed(producer)
            raise UnavailableError(f"the append is not confirmed: {error}") from error

    def _answers(self) -> bool:
        try:
            self._end()
        except UnavailableError:
            return False
        return True


def open_kafka(url: str) -> KafkaLog:
    """Open the log that `kafka://host:port[,host:port]/topic` names."""
    return KafkaLog(*parse(url))


def parse(url: str) -> tuple[str, str]:
    """Split a log's URL into brokers and topic; a bad one raises `HaltError` with the rule."""
    parts = urlsplit(url)
    if parts.scheme != "kafka":
        raise HaltError(f"{url}: the log's URL must begin with kafka://")
    for broker in parts.netloc.split(","):
        if not re.fullmatch(r"[^\s:@/]+:\d{1,5}|\[[0-9a-fA-F:.]+\]:\d{1,5}", broker):
            raise HaltError(f"{url}: {broker!r} must be host:port")
    topic = parts.path.removeprefix("/")
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,249}", topic) or topic in {".", ".."}:
        raise HaltError(f"{url}: {topic!r} must be a topic: letters, digits, dot, _ or -")
    if parts.query or parts.fragment:
        raise HaltError(f"{url}: nothing may follow the topic")
    return parts.netloc, topic
