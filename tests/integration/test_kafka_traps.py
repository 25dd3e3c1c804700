"""What a real broker and its client do that a fake would not: known traps as tests."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from broker import Broker
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition

from lrs.errors import HaltError
from lrs.log.kafka import topic
from lrs.log.kafka.client import Cluster
from lrs.log.port import Message
from tests.integration.conftest import Opener
from tests.records import kept, message, read
from tests.waiting import until_available

FORKING = """
import os, sys
from lrs.log.kafka.log import KafkaLog
from lrs.log.kafka.client import Cluster
from lrs.log.port import Message
log = KafkaLog(Cluster(sys.argv[1]), sys.argv[2])
assert log.append(Message({}, b"parent")) == 0
child = os.fork()
if child == 0:
    assert log.append(Message({}, b"child")) == 1
    log.close()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
assert log.append(Message({}, b"parent")) == 2
log.close()
"""


def test_another_client_reads_what_the_store_wrote(
    broker: Broker, name: str, open_log: Opener
) -> None:
    given = Message({"ce_id": "é 漢字", "ce_source": ""}, bytes(range(256)))
    log = open_log()
    log.append_all([given, message("next")])
    consumer = KafkaConsumer(bootstrap_servers=broker.bootstrap, group_id=None)
    partition = TopicPartition(name, 0)
    consumer.assign([partition])
    consumer.seek(partition, 0)

    first = next(consumer)
    consumer.close()

    assert (first.offset, first.value) == (0, given.value)
    assert {key: value.decode() for key, value in first.headers} == given.headers
    (record,) = kept(log, 1)
    assert record.time == first.timestamp * 1000


def test_the_identity_holds_the_topics_own_id(
    admin: KafkaAdminClient, name: str, open_log: Opener
) -> None:
    cluster = admin.describe_cluster()["cluster_id"]
    (described,) = admin.describe_topics([name])

    assert open_log().identity == f"kafka:{cluster}/{name}/{described['topic_id']}"


def test_a_new_client_on_a_busy_machine_is_told_at_once_where_the_log_ends(
    open_log: Opener,
) -> None:
    """Of 100 clients that asked for the end while connecting, two looked for the leader for 3 s."""
    spinning = [sys.executable, "-c", "while True: pass"]
    with ExitStack() as busy:
        for _ in range(3):
            busy.callback(busy.enter_context(subprocess.Popen(spinning)).kill)
        for _ in range(100):
            log = open_log()
            assert log.horizon().end == 0
            log.close()


def test_the_brokers_time_is_what_the_reader_sees(
    broker: Broker, name: str, open_log: Opener
) -> None:
    with KafkaProducer(bootstrap_servers=broker.bootstrap) as producer:
        receipt = producer.send(name, b"{}", timestamp_ms=1000, partition=0).get(10)

    (record,) = kept(open_log(), 1)

    assert record.time == receipt.timestamp * 1000
    assert abs(record.time / 1e6 - time.time()) < 10


def test_offsets_are_dense_and_times_rise_under_threads_of_two_producers(
    open_log: Opener,
) -> None:
    logs = [open_log(), open_log()]
    with ThreadPoolExecutor(8) as threads:
        positions = list(
            threads.map(lambda number: logs[number % 2].append(message(str(number))), range(800))
        )

    records = kept(logs[0], 800)

    assert sorted(positions) == [record.position for record in records] == list(range(800))
    times = [record.time for record in records]
    assert times == sorted(times)


def test_a_forked_process_appends_through_clients_of_its_own(
    broker: Broker, name: str, pytestconfig: pytest.Config
) -> None:
    command = (sys.executable, "-c", FORKING, broker.bootstrap, name)

    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, cwd=pytestconfig.rootpath, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_a_position_that_was_deleted_stops_the_reader(
    admin: KafkaAdminClient, name: str, open_log: Opener
) -> None:
    log = open_log()
    for number in range(5):
        log.append(message(str(number)))
    admin.delete_records({TopicPartition(name, 0): 3})

    with pytest.raises(HaltError, match="position 1 is gone: the log begins at 3"):
        kept(log, 1, start=1)


def test_a_topic_that_is_made_again_stops_the_reader_and_has_another_identity(
    broker: Broker, admin: KafkaAdminClient, name: str, open_log: Opener
) -> None:
    log = open_log()
    identity = log.identity
    reader = log.reader(0)
    for number in range(3):
        log.append(message(str(number)))
    read(reader, 3)
    admin.delete_topics([name])
    created = False
    while not created:
        created = topic.create(Cluster(broker.bootstrap), name)

    with pytest.raises(HaltError, match="the log lost records that were read"):
        until_available(lambda: read(reader, 1), 20)

    assert open_log().identity != identity
    reader.close()
