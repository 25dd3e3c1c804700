"""The thread that writes for all requests: what happens when writing itself is at fault."""

from collections.abc import Sequence

import psycopg
import pytest

from lrs.errors import UnavailableError
from lrs.log.claims import ClaimOutcome, Verdict
from lrs.log.group_writer import GroupWriter, Request
from lrs.log.port import Message


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_in_writing_costs_its_requests_and_no_later_ones(database: str) -> None:
    faults = [RuntimeError("a fault of ours")]

    def write(_: psycopg.Connection, group: Sequence[Request]) -> list[Verdict]:
        if faults:
            raise faults.pop()
        return [Verdict(ClaimOutcome.NEW, 7) for _ in group]

    writer = GroupWriter(database, 0.5, write)
    with pytest.raises(UnavailableError, match="did not answer in time"):
        writer.admit(Message({}, b""), ())
    assert writer.admit(Message({}, b""), ()) == Verdict(ClaimOutcome.NEW, 7)
    writer.close()
