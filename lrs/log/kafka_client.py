"""Open kafka-python clients, close them for certain, and turn their failures into ours."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from kafka import KafkaConsumer, KafkaProducer
from kafka.errors import (
    AuthorizationError,
    KafkaConfigurationError,
    KafkaError,
    SaslAuthenticationFailedError,
    UnsupportedVersionError,
)
from kafka.net.compat import KafkaNetClient

from lrs.errors import HaltError, UnavailableError

LARGEST_RECORD = 24 * 1024 * 1024
"""Bytes of the largest record: a document of `max_request` fits as base64. A request of so many
tiny statements that what the store adds to each makes more of it is refused as too large."""

# A request thread waits for the log, so these bound how long a client of ours waits for a 503.
PATIENCE = {"request_timeout_ms": 3000, "reconnect_backoff_max_ms": 1000}
BLOCK_MS = 2000

PRODUCER = PATIENCE | {
    "acks": "all",
    # An idempotent producer whose batch expired never recovers: every later send times out though
    # the broker is back. The price is that a lost acknowledgement can put a record on the log
    # twice; a copy of a statement or of a document's change folds to nothing.
    "enable_idempotence": False,
    "max_in_flight_requests_per_connection": 5,
    "linger_ms": 0,
    "batch_size": 131_072,
    "compression_type": "lz4",
    "delivery_timeout_ms": 8000,
    "max_block_ms": BLOCK_MS,
    "max_request_size": LARGEST_RECORD,
    "allow_auto_create_topics": False,
    "metrics_enabled": False,
}
CONSUMER = PATIENCE | {
    "group_id": None,
    "enable_auto_commit": False,
    # Where to read is the database's decision: a lost position must stop the reader.
    "auto_offset_reset": "none",
    "fetch_min_bytes": 1,
    "fetch_max_wait_ms": 500,
    # One larger record still passes: a broker returns at least one whatever its size.
    "max_partition_fetch_bytes": 4 * 1024 * 1024,
    "allow_auto_create_topics": False,
    "metrics_enabled": False,
}
# Trying again changes nothing about these.
FATAL = (
    AuthorizationError,
    KafkaConfigurationError,
    SaslAuthenticationFailedError,
    UnsupportedVersionError,
)


@contextmanager
def answering(bootstrap: str) -> Iterator[None]:
    """Raise `UnavailableError` or `HaltError` where kafka-python raises its own errors."""
    try:
        yield
    except FATAL as error:
        raise HaltError(f"Kafka at {bootstrap} refuses: {error}") from error
    except KafkaError as error:
        raise UnavailableError(f"Kafka at {bootstrap} does not answer: {error}") from error


def connect(kind: Callable[..., Any], bootstrap: str, **options: object) -> Any:
    """Make a client of the kind, connected; a failed one leaves nothing behind.

    By itself a client that cannot connect leaves a running thread and open sockets.
    """
    opened: list[Any] = []

    def network(**settings: object) -> Any:
        opened.append(KafkaNetClient(**settings))
        return opened[-1]

    with answering(bootstrap):
        try:
            return kind(
                bootstrap_servers=bootstrap.split(","),
                bootstrap_timeout_ms=BLOCK_MS,
                kafka_client=network,
                **options,
            )
        except KafkaError:
            for client in opened:
                client.close()
            raise


def open_producer(bootstrap: str, options: dict[str, object]) -> Any:
    """Open a producer, which threads may share."""
    return connect(KafkaProducer, bootstrap, **options)


def open_consumer(bootstrap: str) -> Any:
    """Open a consumer that reads nothing yet."""
    return connect(KafkaConsumer, bootstrap, **CONSUMER)


def close_producer(producer: Any, patience: float) -> None:
    """Close a producer within `patience` seconds or so; appends that still wait fail."""
    with suppress(KafkaError):
        producer.close(timeout=patience)
        return
    # `close` gives up at the first batch that a dead broker leaves unanswered, and its thread
    # would go on trying. There is no public way to abort those batches.
    producer._sender.force_close()
    producer._sender.join(patience)
