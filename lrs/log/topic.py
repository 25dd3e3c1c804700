"""The topic of a store: the settings that make a Kafka topic an event log, made and checked.

A topic with one wrong setting works until records expire, are compacted away, or come in another
order: so a process that finds one does not start.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import TopicAlreadyExistsError, UnknownTopicOrPartitionError, for_code

from lrs.errors import HaltError
from lrs.log.kafka_client import LARGEST_RECORD, PATIENCE, answering, connect

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


class NoTopicError(HaltError):
    """The topic does not exist yet."""


def create(bootstrap: str, topic: str, replication: int | None = None) -> bool:
    """Create the topic of a store; return False if a topic of that name is there already.

    Replication is three where there are three brokers, unless told.
    """
    with admin(bootstrap) as client:
        brokers = len(client.describe_cluster()["brokers"])
        replicas = min(REPLICAS, brokers) if replication is None else replication
        configs = EXACTLY | {
            "max.message.bytes": str(MESSAGE_BYTES),
            # On the topic: newer clusters drop the setting of the broker.
            "min.insync.replicas": str(least_in_sync(replicas)),
        }
        wanted = {"num_partitions": 1, "replication_factor": replicas, "configs": configs}
        try:
            client.create_topics({topic: wanted}, wait_for_metadata=True)
        except TopicAlreadyExistsError:
            return False
    return True


def check(bootstrap: str, topic: str) -> list[str]:
    """Return what is wrong with the topic: each names a setting, what it is and what it must be.

    Raises `NoTopicError` where there is no such topic.
    """
    with admin(bootstrap) as client:
        partitions = describe(client, topic)["partitions"]
        resource = ConfigResource(ConfigResourceType.TOPIC, topic)
        found = client.describe_configs([resource], config_filter="all")["topic"][topic]
    settings = {name: str(entry["value"]) for name, entry in found.items()}
    replicas = min(len(partition["replica_nodes"]) for partition in partitions)
    return list(faults(len(partitions), replicas, settings))


def identify(bootstrap: str, topic: str) -> str:
    """Name this very topic: one that is deleted and made again has another identity."""
    with admin(bootstrap) as client:
        cluster = client.describe_cluster()["cluster_id"]
        return f"kafka:{cluster}/{topic}/{describe(client, topic)['topic_id']}"


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


def describe(client: Any, topic: str) -> dict[str, Any]:
    """Describe one topic or raise `NoTopicError`."""
    found: dict[str, Any] = client.describe_topics([topic])[0]
    if found["error_code"] == UnknownTopicOrPartitionError.errno:
        raise NoTopicError(f"there is no topic {topic}: `lrs log create` makes it")
    if found["error_code"]:
        raise for_code(found["error_code"])(topic)
    return found


@contextmanager
def admin(bootstrap: str) -> Iterator[Any]:
    """Open an admin client for a few questions."""
    client = connect(KafkaAdminClient, bootstrap, **PATIENCE)
    try:
        with answering(bootstrap):
            yield client
    finally:
        client.close()
