"""What every log outside the database must do besides: append many messages in one call."""

import os
import time

import pytest

from lrs.errors import TooLargeError, UnavailableError
from lrs.log.kafka.client import LARGEST_RECORD
from lrs.log.kafka.log import KafkaLog
from lrs.log.memory import MemoryLog
from lrs.log.port import Message
from tests.backends import Member
from tests.records import kept, message
from tests.waiting import until_available

MEMBERS = ["memory_log", pytest.param("kafka_log", marks=pytest.mark.slow)]


def remote(request: pytest.FixtureRequest, name: str) -> KafkaLog | MemoryLog:
    member: Member = request.getfixturevalue(name)
    opened = member.open()
    assert isinstance(opened, KafkaLog | MemoryLog)
    return opened


def many(*texts: str) -> list[Message]:
    return [message(text) for text in texts]


@pytest.mark.parametrize("name", MEMBERS)
def test_each_of_many_is_told_its_own_position(request: pytest.FixtureRequest, name: str) -> None:
    log = remote(request, name)
    texts = [str(number) for number in range(50)]
    positions = [one for one in log.append_all(many(*texts)) if isinstance(one, int)]
    assert sorted(positions) == list(range(50))
    records = kept(log, 50)
    assert [records[position].value.decode() for position in positions] == texts
    log.close()
    (late,) = log.append_all(many("late"))
    assert isinstance(late, UnavailableError)


@pytest.mark.parametrize("name", MEMBERS)
def test_none_of_none_is_told_at_once(request: pytest.FixtureRequest, name: str) -> None:
    log = remote(request, name)
    started = time.monotonic()
    assert log.append_all([]) == []
    assert time.monotonic() - started < 1
    log.close()


@pytest.mark.slow
def test_a_record_that_is_too_large_spares_those_beside_it(request: pytest.FixtureRequest) -> None:
    log = remote(request, "kafka_log")
    large = Message({}, os.urandom(LARGEST_RECORD + 1))
    first, refused, second = log.append_all([message("1"), large, message("2")])
    assert (first, second) == (0, 1)
    assert isinstance(refused, TooLargeError)
    log.close()


@pytest.mark.slow
def test_an_unreachable_log_tells_so_of_each(request: pytest.FixtureRequest) -> None:
    member: Member = request.getfixturevalue("kafka_log_with_outage")
    assert member.outage is not None
    log = remote(request, "kafka_log_with_outage")
    log.append(message("before"))
    with member.outage():
        outcomes = log.append_all(many("lost", "too"))
    assert [type(one) for one in outcomes] == [UnavailableError, UnavailableError]
    until_available(lambda: log.append(message("after")), 30)
    log.close()
