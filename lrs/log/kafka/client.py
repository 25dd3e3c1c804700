"""How librdkafka's clients are set, and their failures turned into ours.

The design named kafka-python. It stays in the tests, as a second client that reads what the store
wrote; the store itself uses `confluent-kafka`, because building proved it the better one. With 32
connections on two cores, where the broker runs too, a request takes 115 us less of about 700 in the
API and the fold together: a fifth more requests. And what kafka-python 3.0 needed help with is
gone: an idempotent producer that stays dead after an outage, threads and sockets left behind where
no broker answers.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from confluent_kafka import KafkaError, KafkaException

from lrs.errors import HaltError, UnavailableError

LARGEST_RECORD: Final = 24 * 1024 * 1024
"""Bytes of the largest record: a document of `max_request` fits as base64. A request of so many
tiny statements that what the store adds to each makes more of it is refused as too large."""

PATIENCE: Final = 2.0
"""Seconds that a question to the brokers may take: a client of ours may be waiting for a 503."""

ClientSettings = Mapping[str, str | int | float]

COMMON: Final[dict[str, str | int | float]] = {
    "socket.timeout.ms": 3000,
    "socket.nagle.disable": True,
    "reconnect.backoff.max.ms": 1000,
    "allow.auto.create.topics": False,
    "log_level": 2,  # no line on standard error for each failed connection: we raise and log
}
PRODUCER: Final = COMMON | {
    "acks": "all",
    # A batch whose acknowledgement was lost is sent again and is on the log once. A record that was
    # given up may still be there twice, when its client posts it again; the copy folds to nothing.
    "enable.idempotence": True,
    "linger.ms": 1000,  # has no effect: every group is flushed
    "batch.size": 131_072,
    "compression.type": "lz4",
    "request.timeout.ms": 3000,
    "message.timeout.ms": 8000,
    "message.max.bytes": LARGEST_RECORD,
}
CONSUMER: Final = COMMON | {
    "group.id": "ledger",  # must be named; it is never joined
    "enable.auto.commit": False,
    # Where to read is the database's decision: a lost position must stop the reader.
    "auto.offset.reset": "error",
    "fetch.min.bytes": 1,
    "fetch.wait.max.ms": 500,
    "fetch.error.backoff.ms": 100,
    # By default (1 s), a reader that is far behind stops for a second whenever its queue is full.
    "fetch.queue.backoff.ms": 10,
    # A larger record still passes: a broker returns at least one record, whatever its size.
    "max.partition.fetch.bytes": 4 * 1024 * 1024,
    "queued.max.messages.kbytes": 16 * 1024,
}
FATAL: Final = {
    KafkaError._AUTHENTICATION,
    KafkaError._INVALID_ARG,
    KafkaError._UNSUPPORTED_FEATURE,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
    KafkaError.SASL_AUTHENTICATION_FAILED,
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.UNSUPPORTED_VERSION,
}
"""Errors that trying again does not change."""

SECURITY: Final = ("security.", "ssl.", "sasl.")
"""How the names begin of the settings that the operator makes; all others are made here."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """The brokers (`host:port[,host:port]`), and how a client and they prove who they are."""

    brokers: str
    security: ClientSettings = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        return f"Kafka at {self.brokers}"

    def settings(self, own: ClientSettings) -> dict[str, str | int | float]:
        """Return the settings of a client: those of its kind, of the cluster, and of security."""
        return {**own, **self.security, "bootstrap.servers": self.brokers}


def read_security(file: Path) -> ClientSettings:
    """Read `name=value` lines of librdkafka's `security.*`, `ssl.*` and `sasl.*` settings.

    Empty lines and those that begin with `#` say nothing. Raises `HaltError` with the line and the
    rule; librdkafka itself refuses names that it does not know, when a client is opened.
    """
    try:
        lines = file.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise HaltError(f"LRS_KAFKA_SECURITY: {file} cannot be read: {error}") from None
    given: dict[str, str | int | float] = {}
    for number, line in enumerate(map(str.strip, lines), 1):
        if not line or line.startswith("#"):
            continue
        name, equals, value = (part.strip() for part in line.partition("="))
        if not equals or not name.startswith(SECURITY):
            rule = "must be name=value of a setting security.*, ssl.* or sasl.*"
            raise HaltError(f"LRS_KAFKA_SECURITY: {file}, line {number}: {rule}")
        given[name] = value
    return given


@contextmanager
def answering(cluster: Cluster) -> Iterator[None]:
    """Raise `UnavailableError` or `HaltError` where librdkafka raises its own errors."""
    try:
        yield
    except KafkaException as error:
        cause = reason(error)
        if cause.code() in FATAL:
            raise HaltError(f"{cluster} refuses: {cause.str()}") from error
        raise UnavailableError(f"{cluster} does not answer: {cause.str()}") from error


def reason(error: KafkaException) -> KafkaError:
    """Return what an exception carries."""
    carried: KafkaError = error.args[0]
    return carried
