"""The topic of a store: the settings that make a Kafka topic an event log, made and checked.

A topic with one wrong setting works until records expire, are compacted away, or come in another
order: so a process that finds one does not start.
"""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import (
    AdminClient,
    ConfigResource,
    NewTopic,
    ResourceType,
    TopicDescription,
)

from lrs.errors import HaltError, UnavailableError
from lrs.log.kafka.client import COMMON, LARGEST_RECORD, PATIENCE, Cluster, answering, reason

EXACTLY = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "message.timestamp.type": "LogAppendTime",
    "unclean.leader.election.enable": "false",
    "compression.type": "producer",
}
REPLICAS = 3
# Above the largest record: a batch has a header, and what does not compress grows a little.
MESSAGE_BYTES = LARGEST_RECORD + 1024 * 1024
MAKING: Final = 10.0
"""Seconds that brokers may take to create a topic."""
STARTING: Final = 10.0
"""Seconds that brokers may take to answer at all: these questions are asked when a process starts,
when no client of ours waits for a 503 yet."""
REFUSED: Final = {KafkaError._AUTHENTICATION, KafkaError._SSL}
"""Errors of a client and a broker that do not trust each other; librdkafka reports them to its
error callback, while the question itself only times out."""

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class NoTopicError(HaltError):
    """The topic does not exist yet."""


def patient(question: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Ask again, with a client of its own each time, while brokers start or recover.

    A broker that was frozen knows no controller for some seconds, and a client that was told so may
    never learn of a new controller.
    """

    @wraps(question)
    def asking(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        deadline = time.monotonic() + STARTING
        while True:
            try:
                return question(*args, **kwargs)
            except UnavailableError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    return asking


@patient
def create(cluster: Cluster, topic: str, replication: int | None = None) -> bool:
    """Create the topic of a store; return False if a topic of that name is there already.

    Replication is three where there are three brokers, unless told.
    """
    with _asking(cluster) as client:
        brokers = client.describe_cluster(request_timeout=PATIENCE).result().nodes
        replicas = min(REPLICAS, len(brokers)) if replication is None else replication
        configs = EXACTLY | {
            "max.message.bytes": str(MESSAGE_BYTES),
            # On the topic: newer clusters drop the setting of the broker.
            "min.insync.replicas": str(least_in_sync(replicas)),
        }
        wanted = NewTopic(topic, 1, replicas, config=configs)
        try:
            client.create_topics([wanted], request_timeout=MAKING)[topic].result()
        except KafkaException as error:
            if reason(error).code() == KafkaError.TOPIC_ALREADY_EXISTS:
                return False
            raise
        _await(client, topic)
    return True


@patient
def check(cluster: Cluster, topic: str) -> list[str]:
    """Return what is wrong with the topic: each names a setting, what it is and what it must be.

    Raises `NoTopicError` where there is no such topic.
    """
    with _asking(cluster) as client:
        partitions = describe(client, topic).partitions
        resource = ConfigResource(ResourceType.TOPIC, topic)
        found = client.describe_configs([resource], request_timeout=PATIENCE)[resource].result()
    settings = {name: str(entry.value) for name, entry in found.items()}
    replicas = min(len(partition.replicas) for partition in partitions)
    return list(faults(len(partitions), replicas, settings))


@patient
def identify(cluster: Cluster, topic: str) -> str:
    """Name this very topic: one that is deleted and made again has another identity."""
    with _asking(cluster) as client:
        found = client.describe_cluster(request_timeout=PATIENCE).result()
        own = describe(client, topic).topic_id
    halves = own.get_most_significant_bits(), own.get_least_significant_bits()
    key = uuid.UUID(bytes=b"".join(half.to_bytes(8, "big", signed=True) for half in halves))
    return f"kafka:{found.cluster_id}/{topic}/{key}"


def faults(partitions: int, replicas: int, settings: Mapping[str, str]) -> Iterator[str]:
    """Compare a topic with what the topic of a store must be."""
    if partitions != 1:
        yield f"partitions is {partitions}, must be 1"
    for name, wanted in EXACTLY.items():
        if settings.get(name) != wanted:
            yield f"{name} is {settings.get(name)}, must be {wanted}"
    in_sync = int(settings["min.insync.replicas"])
    least = least_in_sync(replicas)
    if not least <= in_sync <= replicas:
        yield f"min.insync.replicas is {in_sync}, must be {least} with {replicas} replicas"
    largest = int(settings["max.message.bytes"])
    if largest < LARGEST_RECORD:
        yield f"max.message.bytes is {largest}, must be at least {LARGEST_RECORD}"


def least_in_sync(replicas: int) -> int:
    """Tell how many replicas must hold a record before it is acknowledged."""
    return 2 if replicas >= REPLICAS else 1


def describe(client: AdminClient, topic: str) -> TopicDescription:
    """Describe one topic or raise `NoTopicError`."""
    asked = client.describe_topics(TopicCollection([topic]), request_timeout=PATIENCE)
    try:
        found: TopicDescription = asked[topic].result()
    except KafkaException as error:
        if reason(error).code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
            raise NoTopicError(f"there is no topic {topic}: `lrs log create` makes it") from error
        raise
    return found


def _await(client: AdminClient, topic: str) -> None:
    """Wait until a topic that was just created is known to the broker that is asked."""
    deadline = time.monotonic() + MAKING
    while time.monotonic() < deadline:
        with suppress(NoTopicError):
            describe(client, topic)
            return
        time.sleep(0.05)


@contextmanager
def _asking(cluster: Cluster) -> Iterator[AdminClient]:
    """Lend a client; where client or brokers refused each other, the error raised says why."""
    heard: list[KafkaError] = []
    with answering(cluster):
        settings = {**cluster.settings(COMMON), "error_cb": heard.append}
        try:
            client = AdminClient(settings)
        except KafkaException as error:
            raise HaltError(f"LRS_KAFKA_SECURITY: {reason(error).str()}") from error
        try:
            yield client
        except KafkaException as error:
            client.poll(0)  # calls `error_cb`; the question itself only timed out
            refused = next((met for met in heard if met.code() in REFUSED), None)
            if refused is None:
                raise
            raise KafkaException(refused) from error
