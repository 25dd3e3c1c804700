"""What becomes of appends and reads while the broker is gone, and after it came back."""

import gc
import os
import signal
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager

import pytest
from broker import Broker

from lrs.errors import UnavailableError
from lrs.log.kafka import topic
from lrs.log.kafka.client import Cluster
from lrs.log.kafka.log import KafkaLog
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


def threads() -> set[str]:
    """Return this process's threads, those of libraries written in C too."""
    return set(os.listdir("/proc/self/task"))


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


def test_appends_that_wait_for_one_another_give_up_no_later_than_alone(
    broker: Broker, open_log: Opener
) -> None:
    log = open_log()
    log.append(message("before"))

    def lose(number: int) -> float:
        started = time.monotonic()
        with pytest.raises(UnavailableError):
            log.append(message(str(number)))
        return time.monotonic() - started

    with killed(broker), ThreadPoolExecutor(16) as threads:
        assert max(threads.map(lose, range(16))) < 3.6

    until_available(lambda: log.append(message("after")), 20)
    assert texts(log)[-1] == "after"


def test_an_append_outlasts_the_time_of_another_that_it_is_sent_with(
    broker: Broker, open_log: Opener
) -> None:
    log = open_log({**QUICK, "message.timeout.ms": 4500})
    log.append(message("before"))

    with frozen(broker), ThreadPoolExecutor(3) as threads:
        lost = threads.submit(log.append, message("lost"))
        wait([lost], timeout=1)
        early = threads.submit(log.append, message("early"))
        wait([lost], timeout=3)
        late = threads.submit(log.append, message("late"))
        with pytest.raises(UnavailableError):
            early.result()
        assert not late.done()
        os.kill(broker.pid() or 0, signal.SIGCONT)
        assert late.result() in {1, 2, 3}


def test_appends_go_on_after_a_batch_on_its_way_was_given_up(
    broker: Broker, open_log: Opener
) -> None:
    log = open_log()
    log.append(message("before"))

    # An idempotent producer must not wait for ever for the answer to messages that a broker had
    # received but not answered when it died: other clients append no more after that.
    with frozen(broker), ThreadPoolExecutor(1) as thread:
        lost = thread.submit(log.append, message("lost"))
        wait([lost], timeout=0.5)
        with killed(broker), pytest.raises(UnavailableError):
            lost.result()

    until_available(lambda: log.append(message("after")), 30)
    assert texts(log)[-1] == "after"


def test_closing_in_an_outage_is_quick_and_fails_what_waits(
    broker: Broker, open_log: Opener
) -> None:
    log = open_log({**QUICK, "message.timeout.ms": 60_000})
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


def test_the_end_is_told_at_once_after_the_broker_was_killed(
    broker: Broker, open_log: Opener
) -> None:
    log = open_log()
    log.append(message("before"))
    assert log.horizon().end == 1

    with killed(broker), pytest.raises(UnavailableError):
        log.horizon()

    # The broker leads the partition in a new epoch now, and a client may still name the old one.
    assert log.horizon().end == 1


def test_the_end_is_told_though_nobody_asked_in_the_outage(
    broker: Broker, open_log: Opener
) -> None:
    log = open_log()
    log.append(message("before"))
    assert log.horizon().end == 1

    with killed(broker):
        pass

    assert until_available(log.horizon, 20).end == 1


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


def test_appends_go_on_after_the_broker_lost_what_it_had(
    broker: Broker, name: str, open_log: Opener
) -> None:
    log = open_log()
    for number in range(4):
        log.append(message(str(number)))

    with killed(broker):
        for segment in broker.folder.rglob(f"{name}-0/*.log"):
            os.truncate(segment, segment.stat().st_size // 2)

    until_available(lambda: log.append(message("after")), 20)
    assert texts(log)[-1] == "after"
    assert len(texts(log)) < 5


def test_a_record_whose_acknowledgement_was_lost_is_on_the_log_once(
    broker: Broker, open_log: Opener
) -> None:
    log = open_log({**QUICK, "message.timeout.ms": 30_000})
    log.append(message("before"))

    with ThreadPoolExecutor(1) as thread:
        with frozen(broker):
            append = thread.submit(log.append, message("once"))
            wait([append], timeout=1.5)  # longer than the request timeout: it will be sent again
            assert not append.done()
        assert append.result() == 1

    assert texts(log) == ["before", "once"]


def test_a_topic_is_created_once_a_broker_that_is_silent_for_a_while_answers(
    broker: Broker,
) -> None:
    with ThreadPoolExecutor(1) as thread:
        with frozen(broker):
            created = thread.submit(topic.create, Cluster(broker.bootstrap), f"test-{uuid.uuid4()}")
            wait([created], timeout=3)
            assert not created.done()
        assert created.result()


def test_a_broker_that_is_not_there_leaves_no_thread_behind() -> None:
    log = KafkaLog(Cluster("127.0.0.1:19999"), "nothing")
    before = threads()

    for use in (log.horizon, lambda: log.append(message("lost")), lambda: log.identity):
        with pytest.raises(UnavailableError):
            use()

    log.close()
    gc.collect()  # an error that threads share is in a cycle with its frames
    assert threads() <= before  # threads of an earlier test's clients may have ended meanwhile
