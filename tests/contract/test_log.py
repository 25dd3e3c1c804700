"""What every event log must do, whichever keeps it: memory, PostgreSQL or Kafka."""

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from lrs.errors import TooLargeError, UnavailableError
from lrs.log.port import READ_BYTES, EventLog, Message, Position
from tests.backends import Member
from tests.records import kept, message, read
from tests.waiting import until_available

DURABLE = ("postgresql_log", pytest.param("kafka_log", marks=pytest.mark.slow))
MIB = 1024 * 1024


@pytest.fixture(params=("memory_log", *DURABLE))
def log(request: pytest.FixtureRequest) -> Iterator[EventLog]:
    member: Member = request.getfixturevalue(request.param)
    opened = member.open()
    yield opened
    opened.close()


@pytest.fixture(params=DURABLE)
def durable(request: pytest.FixtureRequest) -> Member:
    """A log that outlives its handle: memory does not, and is one process by design."""
    member: Member = request.getfixturevalue(request.param)
    return member


@pytest.fixture(
    params=[
        "postgresql_log_with_outage",
        pytest.param("kafka_log_with_outage", marks=pytest.mark.slow),
    ]
)
def breakable(request: pytest.FixtureRequest) -> Member:
    member: Member = request.getfixturevalue(request.param)
    return member


def append_many(opener: Callable[[], EventLog], prefix: str, count: int) -> list[Position]:
    log = opener()
    positions = [log.append(message(f"{prefix}{number}")) for number in range(count)]
    log.close()
    return positions


def test_positions_count_from_zero_in_order_of_append(log: EventLog) -> None:
    assert [log.append(message(str(number))) for number in range(20)] == list(range(20))

    records = kept(log, 20)

    assert [record.position for record in records] == list(range(20))
    assert [record.value for record in records] == [str(n).encode() for n in range(20)]


def test_a_reader_starts_at_any_position_and_continues_where_it_is_told(log: EventLog) -> None:
    for number in range(10):
        log.append(message(str(number)))
    reader = log.reader(7)
    assert [record.position for record in read(reader, 3)] == [7, 8, 9]

    reader.seek(2)

    assert [record.position for record in read(reader, 2)] == [2, 3]
    reader.close()


def test_a_read_returns_no_more_records_than_asked_for(log: EventLog) -> None:
    for number in range(5):
        log.append(message(str(number)))
    reader = log.reader(0)

    assert [record.position for record in reader.read(2, 10.0)] == [0, 1]
    assert [record.position for record in reader.read(2, 10.0)] == [2, 3]
    reader.close()


def test_a_read_ends_where_its_records_are_large_and_the_next_goes_on_there(log: EventLog) -> None:
    size = 2 * READ_BYTES // 5
    for number in range(5):
        log.append(Message({}, bytes([number]) * size))
    reader = log.reader(0)
    first = read(reader, 1)

    rest = reader.read(10, 10.0)

    assert len(rest) < 4
    following = [*first, *rest, *read(reader, 4 - len(rest))]
    assert [record.value[0] for record in following] == [0, 1, 2, 3, 4]
    reader.close()


def test_a_record_that_is_larger_than_a_read_is_read_alone(log: EventLog) -> None:
    log.append(Message({}, b"1" * (READ_BYTES + 1)))
    log.append(Message({}, b"2"))
    reader = log.reader(0)

    assert len(reader.read(10, 10.0)) == 1
    assert [record.value for record in read(reader, 1)] == [b"2"]
    reader.close()


def test_headers_and_bytes_come_back_as_they_were_given(log: EventLog) -> None:
    given = Message({"ce_id": "é 漢字 🎓", "ce_source": ""}, bytes(range(256)))
    log.append(given)
    log.append(Message({}, b"{}"))

    with_headers, without = kept(log, 2)

    assert (dict(with_headers.headers), with_headers.value) == (given.headers, given.value)
    assert (dict(without.headers), without.value) == ({}, b"{}")


def test_the_logs_time_is_in_microseconds_and_never_decreases(log: EventLog) -> None:
    started = time.time_ns() // 1000
    for number in range(50):
        log.append(message(str(number)))

    times = [record.time for record in kept(log, 50)]

    assert times == sorted(times)
    assert started - MIB <= times[0] <= times[-1] <= time.time_ns() // 1000 + MIB


def test_threads_appending_at_once_learn_the_position_of_their_own_record(log: EventLog) -> None:
    texts = [str(number) for number in range(200)]
    with ThreadPoolExecutor(8) as threads:
        positions = list(threads.map(lambda text: log.append(message(text)), texts))

    records = kept(log, 200)

    assert sorted(positions) == list(range(200))
    assert [records[position].value.decode() for position in positions] == texts


def test_the_horizon_is_the_end_and_later_records_bear_later_times(log: EventLog) -> None:
    assert log.horizon().end == 0
    log.append(message("before"))

    horizon = log.horizon()
    log.append(message("after"))

    assert horizon.end == 1
    assert log.horizon().end == 2
    (after,) = kept(log, 1, horizon.end)
    assert after.time > horizon.time


def test_an_empty_log_is_read_as_nothing_after_the_wait(log: EventLog) -> None:
    reader = log.reader(0)
    started = time.monotonic()

    assert list(reader.read(10, 0.3)) == []

    assert 0.25 <= time.monotonic() - started < 5
    reader.close()


def test_a_reader_ahead_of_the_log_waits_for_its_position(log: EventLog) -> None:
    log.append(message("0"))
    reader = log.reader(2)
    assert list(reader.read(1, 0.1)) == []
    log.append(message("1"))
    assert list(reader.read(1, 0.1)) == []

    log.append(message("2"))

    assert [record.value for record in read(reader, 1)] == [b"2"]
    reader.close()


def test_a_waiting_reader_costs_hardly_any_processor_time(log: EventLog) -> None:
    reader = log.reader(0)
    reader.read(1, 0.1)
    before = time.process_time()

    reader.read(1, 2.0)

    assert time.process_time() - before < 0.2
    reader.close()


def test_a_waiting_reader_wakes_when_a_record_comes(log: EventLog) -> None:
    reader = log.reader(0)
    reader.read(1, 0.1)
    with ThreadPoolExecutor(1) as thread:
        reading = threading.Event()

        def wait() -> tuple[int, float]:
            reading.set()
            return len(reader.read(1, 20.0)), time.monotonic()

        woken = thread.submit(wait)
        reading.wait()
        log.append(message("0"))
        appended = time.monotonic()
        count, at = woken.result()

    assert count == 1
    assert at - appended < 1.0
    reader.close()


def test_a_record_of_eight_mebibytes_passes(log: EventLog) -> None:
    value = os.urandom(8 * MIB)

    assert log.append(Message({}, value)) == 0

    assert kept(log, 1)[0].value == value


def test_a_record_of_any_size_passes_or_is_refused_without_a_trace(log: EventLog) -> None:
    try:
        expected = log.append(Message({}, bytes(17 * MIB))) + 1
    except TooLargeError:
        expected = 0

    assert log.append(message("next")) == expected


def test_a_closed_log_refuses_to_append(log: EventLog) -> None:
    log.append(message("0"))

    log.close()

    with pytest.raises(UnavailableError, match="closed"):
        log.append(message("1"))


def test_what_was_acknowledged_is_read_through_another_handle(durable: Member) -> None:
    positions = append_many(durable.open, "kept", 5)

    other = durable.open()

    assert positions == [record.position for record in kept(other, 5)]
    assert other.horizon().end == 5
    other.close()


def test_a_log_has_one_identity_whoever_opens_it(durable: Member) -> None:
    one, other = durable.open(), durable.open()

    assert one.identity == other.identity != ""

    one.close()
    other.close()


def test_processes_appending_at_once_share_one_dense_order(durable: Member) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as processes:
        work = [(durable.open, prefix, 50) for prefix in ("a", "b")]
        first, second = processes.starmap(append_many, work, chunksize=1)

    log = durable.open()
    values = [record.value.decode() for record in kept(log, 100)]
    log.close()

    assert sorted(first + second) == list(range(100))
    assert [values[position] for position in first] == [f"a{n}" for n in range(50)]
    assert [values[position] for position in second] == [f"b{n}" for n in range(50)]


def test_an_unreachable_log_is_unavailable_and_comes_back_by_itself(breakable: Member) -> None:
    assert breakable.outage is not None
    log = breakable.open()
    reader = log.reader(0)
    log.append(message("before"))
    assert len(read(reader, 1)) == 1

    with breakable.outage():
        for use in (lambda: log.append(message("lost")), log.horizon, lambda: read(reader, 1)):
            started = time.monotonic()
            with pytest.raises(UnavailableError):
                use()
            assert time.monotonic() - started < 15

    position = until_available(lambda: log.append(message("after")), 30)
    records = until_available(lambda: read(reader, position), 30)
    assert records[-1].value == b"after"
    assert log.horizon().end == position + 1
    reader.close()
    log.close()
