"""Which reads of named data are on the log, and what their records say."""

from dataclasses import replace

import pytest

from lrs.errors import UnavailableError
from lrs.events.envelope import decode
from lrs.events.named_reads import NamedDataRead
from lrs.events.principal import Principal, PrincipalKind, credential
from lrs.intake.named_reads import HOUR, NamedRead, NamedReads
from lrs.log.memory import MemoryLog

SECRET = b"of the store"
ADDRESS = "mbox:mailto:amal@example.org"
POLLED = NamedRead(
    "/api/v1/completions", credential("hr"), {"activity": "urn:a"}, {"agent": ADDRESS}, 3
)
PERSON = Principal(PrincipalKind.SUBJECT, "user-1", "https://issuer", application="portal")


class Hours:
    """A clock that a test moves by hours."""

    def __init__(self) -> None:
        self.hour = 490_000

    def __call__(self) -> int:
        return self.hour * HOUR + 1


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture
def reads(log: MemoryLog, hours: Hours) -> NamedReads:
    return NamedReads(log, SECRET, hours)


def recorded(log: MemoryLog) -> list[NamedDataRead]:
    records = log.reader(0).read(100, 0.0)
    events = [decode(one.headers, one.value, one.position) for one in records]
    return [event for event in events if isinstance(event, NamedDataRead)]


def ids(log: MemoryLog) -> list[str]:
    return [one.headers["ce_id"] for one in log.reader(0).read(100, 0.0)]


def test_a_platform_is_recorded_once_an_hour_and_resource(
    log: MemoryLog, reads: NamedReads, hours: Hours
) -> None:
    for _ in range(3):
        reads.record(POLLED)
    reads.record(replace(POLLED, principal=credential("lms")))
    reads.record(replace(POLLED, resource="/api/v1/due"))
    assert len(recorded(log)) == 3
    hours.hour += 1
    reads.record(POLLED)
    assert [one.hour for one in recorded(log)] == [490_000, 490_000, 490_000, 490_001]
    assert len(set(ids(log))) == 4


def test_processes_record_the_same_hour_under_one_id(
    log: MemoryLog, reads: NamedReads, hours: Hours
) -> None:
    reads.record(POLLED)
    NamedReads(log, SECRET, hours).record(replace(POLLED, rows=7))
    first, second = ids(log)
    assert first == second


@pytest.mark.parametrize(
    "read",
    [
        replace(POLLED, principal=PERSON),
        replace(POLLED, principal=credential("desk", "p1")),
        replace(POLLED, on_behalf_of="p1", reason="annual review"),
    ],
)
def test_each_read_by_a_person_or_on_behalf_of_one_is_recorded(
    log: MemoryLog, reads: NamedReads, read: NamedRead
) -> None:
    for _ in range(3):
        reads.record(read)
    assert len(set(ids(log))) == 3
    assert {(one.principal, one.reason, one.hour) for one in recorded(log)} == {
        (read.principal, read.reason, None)
    }


def test_a_record_holds_hashes_in_the_place_of_people(log: MemoryLog, reads: NamedReads) -> None:
    reads.record(replace(POLLED, on_behalf_of="Amal Haddad"))
    (record,) = log.reader(0).read(1, 0.0)
    assert b"amal" not in record.value.lower()
    (event,) = recorded(log)
    assert event.filters == {"activity": "urn:a", "agent": reads.hashed(ADDRESS)}
    assert event.on_behalf_of == reads.hashed("Amal Haddad")
    assert event.rows == 3
    assert NamedReads(log, b"another").hashed(ADDRESS) != reads.hashed(ADDRESS)


def test_what_the_log_did_not_take_is_not_taken_for_recorded(
    log: MemoryLog, reads: NamedReads
) -> None:
    log.close()
    for _ in range(2):
        with pytest.raises(UnavailableError):
            reads.record(POLLED)
