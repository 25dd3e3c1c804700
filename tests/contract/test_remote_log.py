"""What every log outside the database must do besides: take messages without a wait."""

from collections.abc import Sequence
from queue import SimpleQueue

import pytest

from lrs.errors import UnavailableError
from lrs.log.kafka import KafkaLog
from lrs.log.memory import MemoryLog
from lrs.log.port import Outcome, Position, RemoteLog
from tests.backends import Member
from tests.records import kept, message
from tests.waiting import until_available


def remote(request: pytest.FixtureRequest, name: str) -> KafkaLog | MemoryLog:
    member: Member = request.getfixturevalue(name)
    opened = member.open()
    assert isinstance(opened, KafkaLog | MemoryLog)
    return opened


def submitted(log: RemoteLog, texts: Sequence[str]) -> list[Outcome]:
    """Hand over messages, none waiting for another; return their outcomes in that order."""
    told: list[SimpleQueue[Outcome]] = [SimpleQueue() for _ in texts]
    for text, one in zip(texts, told, strict=True):
        log.submit(message(text), one.put)
    return [one.get(timeout=15) for one in told]


@pytest.mark.parametrize("name", ["memory_log", "kafka_log"])
def test_what_is_submitted_is_told_its_position(request: pytest.FixtureRequest, name: str) -> None:
    log = remote(request, name)
    outcomes = submitted(log, [str(number) for number in range(50)])
    assert [outcome() for outcome in outcomes] == list(range(50))
    assert [record.value for record in kept(log, 50)] == [str(n).encode() for n in range(50)]
    log.close()
    with pytest.raises(UnavailableError):
        submitted(log, ["late"])


def test_what_is_submitted_to_an_unreachable_log_is_told_so(
    request: pytest.FixtureRequest,
) -> None:
    member: Member = request.getfixturevalue("kafka_log_with_outage")
    assert member.outage is not None
    log = remote(request, "kafka_log_with_outage")
    log.append(message("before"))
    with member.outage():
        for outcome in submitted(log, ["lost", "too"]):
            with pytest.raises(UnavailableError):
                outcome()

    def submit_again() -> Position:
        (outcome,) = submitted(log, ["after"])
        return outcome()

    until_available(submit_again, 30)
    log.close()
