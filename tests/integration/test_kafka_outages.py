"""What becomes of appends and reads while the broker is gone, and after it came back."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager

import pytest
from broker import Broker
from kafka import KafkaProducer
from kafka.errors import KafkaTimeoutError

from lrs.errors import UnavailableError
from lrs.log.kafka import KafkaLog
from lrs.log.kafka_client import close_producer
from tests.backends import QUICK, killed
from tests.integration.conftest import Opener
from tests.records import kept, message, read
from tests.waiting import until_available


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


def texts(log: KafkaLog) -> list[str]:
    return [record.headers["ce_id"] for record in kept(log, log.horizon().end)]


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


def test_a_broker_that_is_not_there_leaves_no_thread_behind() -> None:
    log = KafkaLog("127.0.0.1:19999", "nothing")
    before = set(threading.enumerate())

    for use in (log.horizon, lambda: log.append(message("lost")), lambda: log.identity):
        with pytest.raises(UnavailableError):
            use()

    assert set(threading.enumerate()) == before
