"""The settings of a store's topic, on a real broker."""

import os
import uuid

import pytest
from broker import Broker
from kafka import KafkaAdminClient

from lrs.errors import TooLargeError
from lrs.log.kafka import topic
from lrs.log.kafka.client import Cluster
from lrs.log.kafka.log import KafkaLog
from lrs.log.port import Message
from tests.backends import QUICK
from tests.records import message


def make(admin: KafkaAdminClient, wrong: dict[str, str], partitions: int = 1) -> str:
    """Create a topic that is right but for these settings."""
    name = f"test-{uuid.uuid4()}"
    configs = topic.EXACTLY | {"max.message.bytes": str(topic.MESSAGE_BYTES)} | wrong
    wanted = {"num_partitions": partitions, "replication_factor": 1, "configs": configs}
    admin.create_topics({name: wanted}, wait_for_metadata=True)
    return name


@pytest.mark.parametrize(
    ("setting", "value", "fault"),
    [
        ("cleanup.policy", "compact", "cleanup.policy is compact, must be delete"),
        ("retention.ms", "604800000", "retention.ms is 604800000, must be -1"),
        ("retention.bytes", "1000000", "retention.bytes is 1000000, must be -1"),
        (
            "message.timestamp.type",
            "CreateTime",
            "message.timestamp.type is CreateTime, must be LogAppendTime",
        ),
        (
            "unclean.leader.election.enable",
            "true",
            "unclean.leader.election.enable is true, must be false",
        ),
        ("compression.type", "gzip", "compression.type is gzip, must be producer"),
        ("min.insync.replicas", "2", "min.insync.replicas is 2, must be 1 with 1 replicas"),
        (
            "max.message.bytes",
            "1048576",
            "max.message.bytes is 1048576, must be at least 25165824",
        ),
    ],
)
def test_a_wrong_setting_is_reported_by_name(
    broker: Broker, admin: KafkaAdminClient, setting: str, value: str, fault: str
) -> None:
    wrong = make(admin, {setting: value})

    assert topic.check(Cluster(broker.bootstrap), wrong) == [fault]


def test_a_second_partition_is_reported(broker: Broker, admin: KafkaAdminClient) -> None:
    wrong = make(admin, {}, partitions=2)

    assert topic.check(Cluster(broker.bootstrap), wrong) == ["partitions is 2, must be 1"]


def test_three_replicas_need_two_in_sync() -> None:
    right = topic.EXACTLY | {"max.message.bytes": str(topic.MESSAGE_BYTES)}

    assert list(topic.faults(1, 3, right | {"min.insync.replicas": "2"})) == []
    assert list(topic.faults(1, 3, right | {"min.insync.replicas": "1"})) == [
        "min.insync.replicas is 1, must be 2 with 3 replicas"
    ]


def test_a_created_topic_has_nothing_wrong_and_is_created_once(broker: Broker) -> None:
    name = f"test-{uuid.uuid4()}"

    assert topic.create(Cluster(broker.bootstrap), name) is True
    assert topic.check(Cluster(broker.bootstrap), name) == []
    assert topic.create(Cluster(broker.bootstrap), name) is False


def test_a_missing_topic_is_told_from_a_wrong_one(broker: Broker) -> None:
    with pytest.raises(topic.NoTopicError, match="there is no topic nowhere"):
        topic.check(Cluster(broker.bootstrap), "nowhere")
    with pytest.raises(topic.NoTopicError):
        _ = KafkaLog(Cluster(broker.bootstrap), "nowhere").identity


def test_a_topic_that_is_smaller_than_the_largest_record_refuses_cleanly(
    admin: KafkaAdminClient, broker: Broker
) -> None:
    small = make(admin, {"max.message.bytes": "100000"})
    log = KafkaLog(Cluster(broker.bootstrap), small, options=QUICK)

    with pytest.raises(TooLargeError):
        log.append(Message({}, os.urandom(200_000)))

    assert log.append(message("next")) == 0
    log.close()
