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
from collections.abc import Sequence
from functools import cached_property
from urllib.parse import urlsplit

from confluent_kafka import KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from lrs.errors import HaltError, LedgerError, UnavailableError
from lrs.log.kafka import topic as topics
from lrs.log.kafka.client import COMMON, PATIENCE, ClientSettings, Cluster, answering, reason
from lrs.log.kafka.producer import KafkaProducer
from lrs.log.kafka.reader import KafkaReader
from lrs.log.port import Delivery, Horizon, Message, Position
from lrs.log.shared_call import SharedCall

MARGIN = 5.0
"""Seconds taken from our clock for a horizon: the broker's clock may be behind ours, and it stamps
a record before the record is visible. With replicas, visible can mean as late as
`replica.lag.time.max.ms` (30 s by default) when one of them stalls."""

CLOSING = 1.0
"""Seconds that waiting appends are given when the log is closed."""

HORIZON_PATIENCE = 8 * PATIENCE
"""Seconds that a thread waits for the end of the log: a question may take four times `PATIENCE`
(twice a new client and the question itself), and another may have to end first."""

LEADER_CHANGED = {
    KafkaError.FENCED_LEADER_EPOCH,
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.UNKNOWN_LEADER_EPOCH,
}
"""Errors of a broker that leads the partition in another epoch, or no longer leads it."""


class KafkaLog:
    """One topic as the event log.

    A request waits for the answer to its append, so the number of requests at a time bounds what
    waits in memory while a broker is down. Nothing connects before it is used, and a process that
    was forked opens clients of its own: the ones it inherited have lost their threads.
    """

    horizon_sql = None

    def __init__(
        self,
        cluster: Cluster,
        topic: str,
        *,
        margin: float = MARGIN,
        options: ClientSettings | None = None,
    ) -> None:
        """Name cluster and topic; `options` override settings of the producer."""
        self._cluster = cluster
        self._topic = topic
        self._margin = margin
        self._options = options or {}
        self._clients: dict[int, _Clients] = {}

    @cached_property
    def identity(self) -> str:
        """Cluster, topic and the topic's own id; raises `HaltError` where there is no topic."""
        return topics.identify(self._cluster, self._topic)

    def append(self, message: Message) -> Position:
        """Append and wait until the brokers have it; see `EventLog.append`."""
        (delivery,) = self.append_all([message])
        if isinstance(delivery, LedgerError):
            raise delivery
        return delivery

    def append_all(self, messages: Sequence[Message]) -> list[Delivery]:
        """Append many and wait until the brokers have them; see `RemoteLog.append_all`."""
        return self._clients_here().append_all(messages)

    def horizon(self) -> Horizon:
        """Tell where the log ends; threads that ask at once share one question to the broker."""
        return self._clients_here().horizon()

    def reader(self, start: Position) -> KafkaReader:
        """Open a reader whose first record is the one at `start`."""
        return KafkaReader(self._cluster, self._topic, start)

    def close(self) -> None:
        """Close this process's clients; appends that still wait fail after a second."""
        self._clients_here().close()

    def _clients_here(self) -> "_Clients":
        """Return the clients of this process."""
        clients = self._clients.get(os.getpid())
        if clients is None:
            fresh = _Clients(self._cluster, self._topic, self._margin, self._options)
            clients = self._clients.setdefault(os.getpid(), fresh)
        return clients


class _Clients:
    """The clients of one process, shared by its threads."""

    def __init__(
        self, cluster: Cluster, topic: str, margin: float, options: ClientSettings
    ) -> None:
        self._cluster = cluster
        self._topic = topic
        self._margin = margin
        self._options = options
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._producer: KafkaProducer | None = None
        self._inspector: AdminClient | None = None
        self._closed = False
        self._horizon: SharedCall[None, Horizon] = SharedCall(self._ask_horizon, HORIZON_PATIENCE)

    def append_all(self, messages: Sequence[Message]) -> list[Delivery]:
        try:
            producer = self._open_producer()
        except UnavailableError as error:
            return [error] * len(messages)
        return producer.append_all(messages)

    def horizon(self) -> Horizon:
        return self._horizon(None)

    def close(self) -> None:
        atexit.unregister(self.close)
        if os.getpid() != self._process:
            return  # what a fork inherited has no threads that could be waited for
        with self._lock:
            self._closed = True
            producer, self._producer = self._producer, None
            self._inspector = None
        if producer is not None:
            producer.close(CLOSING)

    def _ask_horizon(self, callers: Sequence[None], _: float) -> list[Horizon]:
        # The clock is read before the end of the log is asked: a record that is not visible yet
        # gets a later time, apart from the difference of clocks that the margin is for.
        now = time.time_ns() // 1000 - int(self._margin * 1_000_000)
        return [Horizon(self._end(), now)] * len(callers)

    def _end(self) -> Position:
        """Ask where the log ends; one thread at a time.

        A client never stops asking the leader and epoch that it knows, also when the leader has
        changed. So after a failure a new client is opened: at once where the broker says that the
        leader changed, else for the next question.
        """
        with answering(self._cluster):
            try:
                return self._ask()
            except KafkaException as error:
                self._inspector = None
                if reason(error).code() not in LEADER_CHANGED:
                    raise
            return self._ask()

    def _ask(self) -> Position:
        partition = TopicPartition(self._topic, 0)
        wanted = {partition: OffsetSpec.latest()}
        asked = self._open_inspector().list_offsets(wanted, request_timeout=PATIENCE)
        return int(asked[partition].result().offset)

    def _open_producer(self) -> KafkaProducer:
        with self._lock:
            self._refuse_closed()
            if self._producer is None or self._producer.ended:
                self._producer = KafkaProducer(self._cluster, self._topic, self._options)
                atexit.register(self.close)
            return self._producer

    def _open_inspector(self) -> AdminClient:
        with self._lock:
            self._refuse_closed()
        if self._inspector is None:
            fresh = AdminClient(self._cluster.settings(COMMON))
            # A client that is asked for an offset before it has connected may wait three seconds
            # before it looks for the leader again; `list_topics` returns once it has connected.
            fresh.list_topics(self._topic, timeout=PATIENCE)
            self._inspector = fresh
        return self._inspector

    def _refuse_closed(self) -> None:
        if self._closed:
            raise UnavailableError("the log is closed")


def parse(url: str) -> tuple[str, str]:
    """Split `kafka://host:port[,host:port]/topic` into brokers and topic.

    A bad URL raises `HaltError` with the rule.
    """
    parts = urlsplit(url)
    if parts.scheme != "kafka":
        raise HaltError(f"LRS_LOG: {url}: it must begin with kafka://")
    for broker in parts.netloc.split(","):
        if not re.fullmatch(r"[^\s:@/]+:\d{1,5}|\[[0-9a-fA-F:.]+\]:\d{1,5}", broker):
            raise HaltError(f"LRS_LOG: {url}: {broker!r} must be host:port")
    topic = parts.path.removeprefix("/")
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,249}", topic) or topic in {".", ".."}:
        raise HaltError(f"LRS_LOG: {url}: {topic!r} must be a topic: letters, digits, dot, _ or -")
    if parts.query or parts.fragment:
        raise HaltError(f"LRS_LOG: {url}: nothing may follow the topic")
    return parts.netloc, topic
