"""What a real broker and its client do that a fake would not: every known trap as a test."""

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager

import pytest
from broker import Broker
from kafka import KafkaAdminClient, KafkaProducer, TopicPartition
from kafka.errors import KafkaTimeoutError
from kafka.record import util as checksums

from lrs.errors import HaltError, TooLargeError, UnavailableError
from lrs.log import topic
from lrs.log.kafka import KafkaLog
from lrs.log.kafka_client import close_producer
from lrs.log.port import Message, Reader, Record
from tests.backends import QUICK, fresh_topic, killed
from tests.waiting import until_available

FORKING = """
import os, sys
from lrs.log.kafka import KafkaLog
from lrs.log.port import Message
log = KafkaLog(sys.argv[1], sys.argv[2])
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

Opener = Callable[..., KafkaLog]


@pytest.fixture
def name(broker: Broker) -> str:
    return fresh_topic(broker.bootstrap)


@pytest.fixture
def open_log(broker: Broker, name: str) -> Iterator[Opener]:
    """Open handles, with options for the producer, on a topic of a broker that may be killed."""
    opened: list[KafkaLog] = []

    def opening(**options: object) -> KafkaLog:
        opened.append(KafkaLog(broker.bootstrap, name, options=QUICK | options))
        return opened[-1]

    yield opening
    for log in opened:
        log.close()


@pytest.fixture
def admin(broker: Broker) -> Iterator[KafkaAdminClient]:
    with KafkaAdminClient(bootstrap_servers=broker.bootstrap) as client:
        yield client


@contextmanager
def frozen(broker: Broker) -> Iterator[None]:
    """Stop the broker's process but not its sockets: requests arrive and are answered later."""
    pid = broker.pid()
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        if broker.pid() == pid:
            os.kill(pid, signal.SIGCONT)


def message(text: str) -> Message:
    return Message({"ce_id": text}, text.encode())


def read(reader: Reader, count: int) -> list[Record]:
    deadline = time.monotonic() + 20
    records: list[Record] = []
    while len(records) < count and time.monotonic() < deadline:
        records += reader.read(count, 1.0)
    return records


def texts(log: KafkaLog) -> list[str]:
    return [record.headers["ce_id"] for record in read(log.reader(0), log.horizon().end)]


def test_checksums_are_computed_in_c() -> None:
    assert checksums.crc32c_c is not None


def test_appends_go_on_after_an_outage_longer_than_the_delivery_timeout(
    broker: Broker, open_log: Opener
) -> None:
    log = open_log()
    log.append(message("before"))

    with killed(broker):
        started = time.monotonic()
        with pytest.raises(UnavailableError):
            log.append(message("lost"))
        assert 1 < time.monotonic() - started < 5

    until_available(lambda: log.append(message("after")), 20)
    assert texts(log)[0] == "before"
    assert texts(log)[-1] == "after"


def test_a_producer_that_never_recovers_is_replaced(
    broker: Broker, name: str, open_log: Opener
) -> None:
    log = open_log(enable_idempotence=True)
    stuck = KafkaProducer(
        bootstrap_servers=broker.bootstrap, enable_idempotence=True, acks="all", **QUICK
    )
    log.append(message("before"))
    stuck.send(name, b"before", headers=[("ce_id", b"before")]).get(10)

    # A batch that is on its way when the broker dies is what an idempotent producer never forgets.
    with frozen(broker), ThreadPoolExecutor(1) as thread:
        stuck.send(name, b"lost")
        lost = thread.submit(log.append, message("lost"))
        wait([lost], timeout=0.5)
        with killed(broker), pytest.raises(UnavailableError):
            lost.result()

    until_available(lambda: log.append(message("after")), 30)
    # Should this no longer raise, kafka-python has mended it and idempotence can be turned on.
    with pytest.raises(KafkaTimeoutError):
        stuck.send(name, b"still lost").get(5)
    close_producer(stuck, 0.1)


def test_closing_in_an_outage_is_quick_and_fails_what_waits(
    broker: Broker, open_log: Opener
) -> None:
    log = open_log(delivery_timeout_ms=60_000)
    reader = log.reader(0)
    log.append(message("before"))
    read(reader, 1)

    with killed(broker), ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(log.append, message("lost"))
        wait([waiting], timeout=0.5)
        started = time.monotonic()
        log.close()
        reader.close()
        assert time.monotonic() - started < 5
        with pytest.raises(UnavailableError):
            waiting.result()


def test_a_reader_goes_on_by_itself_after_the_broker_was_killed(
    broker: Broker, open_log: Opener
) -> None:
    log = open_log()
    reader = log.reader(0)
    log.append(message("before"))
    read(reader, 1)

    with killed(broker), pytest.raises(UnavailableError):
        read(reader, 1)

    position = until_available(lambda: log.append(message("after")), 20)
    records = until_available(lambda: read(reader, position), 20)
    assert records[-1].headers["ce_id"] == "after"
    reader.close()


def test_an_unconfirmed_append_may_come_to_be_on_the_log(broker: Broker, open_log: Opener) -> None:
    log = open_log()
    log.append(message("before"))

    with frozen(broker), pytest.raises(UnavailableError):
        log.append(message("unconfirmed"))

    until_available(lambda: log.append(message("after")), 20)
    assert texts(log) == ["before", "unconfirmed", "after"]


def test_a_lost_acknowledgement_puts_a_record_on_the_log_twice(
    broker: Broker, open_log: Opener
) -> None:
    log = open_log(delivery_timeout_ms=30_000)
    log.append(message("before"))

    with ThreadPoolExecutor(1) as thread:
        with frozen(broker):
            append = thread.submit(log.append, message("twice"))
            wait([append], timeout=1.5)  # longer than the request timeout: it will be sent again
            assert not append.done()
        assert append.result() == 2

    assert texts(log) == ["before", "twice", "twice"]


def test_the_brokers_time_is_what_the_reader_sees(
    broker: Broker, name: str, open_log: Opener
) -> None:
    with KafkaProducer(bootstrap_servers=broker.bootstrap) as producer:
        receipt = producer.send(name, b"{}", timestamp_ms=1000, partition=0).get(10)

    (record,) = read(open_log().reader(0), 1)

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

    records = read(logs[0].reader(0), 800)

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


def test_a_broker_that_is_not_there_leaves_no_thread_behind() -> None:
    log = KafkaLog("127.0.0.1:19999", "nothing")
    before = set(threading.enumerate())

    for use in (log.horizon, lambda: log.append(message("lost")), lambda: log.identity):
        with pytest.raises(UnavailableError):
            use()

    assert set(threading.enumerate()) == before


def test_a_position_that_was_deleted_stops_the_reader(
    admin: KafkaAdminClient, name: str, open_log: Opener
) -> None:
    log = open_log()
    for number in range(5):
        log.append(message(str(number)))
    admin.delete_records({TopicPartition(name, 0): 3})

    with pytest.raises(HaltError, match="position 1 is gone: the log begins at 3"):
        log.reader(1).read(1, 5.0)


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
        created = topic.create(broker.bootstrap, name)

    with pytest.raises(HaltError, match="the log lost records that were read"):
        until_available(lambda: read(reader, 1), 20)

    assert open_log().identity != identity
    reader.close()


def test_a_topic_that_is_smaller_than_the_largest_record_refuses_cleanly(
    admin: KafkaAdminClient, broker: Broker
) -> None:
    small = make(admin, {"max.message.bytes": "100000"})
    log = KafkaLog(broker.bootstrap, small, options=QUICK)

    with pytest.raises(TooLargeError):
        log.append(Message({}, os.urandom(200_000)))

    assert log.append(message("next")) == 0
    log.close()


def make(admin: KafkaAdminClient, wrong: dict[str, str], partitions: int = 1) -> str:
    """Create a topic that is right but for what is said."""
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
            "max.message.bytes is 1048576, must be at least 16777216",
        ),
    ],
)
def test_a_wrong_setting_is_reported_by_name(
    broker: Broker, admin: KafkaAdminClient, setting: str, value: str, fault: str
) -> None:
    wrong = make(admin, {setting: value})

    assert topic.check(broker.bootstrap, wrong) == [fault]


def test_a_second_partition_is_reported(broker: Broker, admin: KafkaAdminClient) -> None:
    wrong = make(admin, {}, partitions=2)

    assert topic.check(broker.bootstrap, wrong) == ["partitions is 2, must be 1"]


def test_three_replicas_need_two_in_sync() -> None:
    right = topic.EXACTLY | {"max.message.bytes": str(topic.MESSAGE_BYTES)}

    assert list(topic.faults(1, 3, right | {"min.insync.replicas": "2"})) == []
    assert list(topic.faults(1, 3, right | {"min.insync.replicas": "1"})) == [
        "min.insync.replicas is 1, must be 2 with 3 replicas"
    ]


def test_a_created_topic_has_nothing_wrong_and_is_created_once(broker: Broker) -> None:
    name = f"test-{uuid.uuid4()}"

    assert topic.create(broker.bootstrap, name) is True
    assert topic.check(broker.bootstrap, name) == []
    assert topic.create(broker.bootstrap, name) is False


def test_a_missing_topic_is_told_from_a_wrong_one(broker: Broker) -> None:
    with pytest.raises(topic.NoTopicError, match="there is no topic nowhere"):
        topic.check(broker.bootstrap, "nowhere")
    with pytest.raises(topic.NoTopicError):
        _ = KafkaLog(broker.bootstrap, "nowhere").identity
