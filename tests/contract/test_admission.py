"""What admission decides, whether claims stand in the log's own transaction or come before it."""

import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from lrs.admission import Admission, admission
from lrs.admission import claim as claim_table
from lrs.database import connect
from lrs.errors import UnavailableError
from lrs.log.memory import MemoryLog
from lrs.log.port import Claim, EventLog
from lrs.log.postgresql import PostgresqlLog
from projections.changes import Upsert, write
from tests.records import message


@pytest.fixture(params=["together", "first"])
def log(request: pytest.FixtureRequest, database: str) -> Iterator[EventLog]:
    opened: EventLog = PostgresqlLog(database) if request.param == "together" else MemoryLog()
    yield opened
    opened.close()


@pytest.fixture
def admitting(log: EventLog, database: str) -> Admission:
    return admission(database, log, 8.0, lambda: True)


def claim(content: bytes, key: str = "") -> Claim:
    return Claim(key or str(uuid.uuid4()), content)


def confirm(url: str, claims: Sequence[Claim]) -> None:
    """Do what the fold does when it meets the statements."""
    rows = [Upsert(claim_table, (uuid.UUID(one.id), one.digest, 0)) for one in claims]
    with connect(url) as connection:
        write(connection, rows)


def test_new_ids_are_appended(admitting: Admission, log: EventLog) -> None:
    verdict = admitting.admit(message("1"), [claim(b"a")], [claim(b"b")])
    assert (verdict.outcome, verdict.position) == ("new", 0)
    assert log.horizon().end == 1


def test_what_is_on_the_log_is_not_appended_again(
    admitting: Admission, log: EventLog, database: str
) -> None:
    claims = [claim(b"a"), claim(b"b")]
    admitting.admit(message("1"), claims, [])
    confirm(database, claims)
    assert admitting.admit(message("1"), claims, []).outcome == "replay"
    assert log.horizon().end == 1


def test_of_old_and_new_ids_the_old_ones_are_told_and_nothing_is_appended(
    admitting: Admission, log: EventLog, database: str
) -> None:
    old, fresh, drawn = claim(b"a"), claim(b"b"), claim(b"c")
    admitting.admit(message("1"), [old], [])
    confirm(database, [old])
    for chosen, others in (([old, fresh], []), ([old], [drawn])):
        verdict = admitting.admit(message("2"), chosen, others)
        assert (verdict.outcome, verdict.ids) == ("partial", (old.id,))
    assert log.horizon().end == 1
    assert admitting.admit(message("3"), [fresh], [drawn]).outcome == "new"


def test_other_content_under_a_claimed_id_conflicts_and_claims_nothing(
    admitting: Admission, log: EventLog
) -> None:
    first, fresh = claim(b"a"), claim(b"b")
    admitting.admit(message("1"), [first], [])
    verdict = admitting.admit(message("2"), [claim(b"other", first.id), fresh], [])
    assert (verdict.outcome, verdict.ids) == ("conflict", (first.id,))
    assert log.horizon().end == 1
    assert admitting.admit(message("3"), [claim(b"another", fresh.id)], []).outcome == "new"


def test_of_many_at_once_one_content_wins_an_id(admitting: Admission, log: EventLog) -> None:
    key = str(uuid.uuid4())

    def post(number: int) -> str:
        return admitting.admit(message(str(number)), [claim(bytes([number]), key)], []).outcome

    with ThreadPoolExecutor(16) as threads:
        outcomes = list(threads.map(post, range(16)))
    assert sorted(outcomes) == ["conflict"] * 15 + ["new"]
    assert log.horizon().end == 1


def test_requests_of_one_group_are_judged_each_by_itself(
    admitting: Admission, log: EventLog
) -> None:
    taken = claim(b"a")
    admitting.admit(message("0"), [taken], [])

    def post(number: int) -> str:
        content = claim(b"other", taken.id) if number % 4 == 0 else claim(b"new")
        return admitting.admit(message(str(number)), [content], []).outcome

    with ThreadPoolExecutor(32) as threads:
        outcomes = list(threads.map(post, range(64)))
    assert outcomes == ["new" if number % 4 else "conflict" for number in range(64)]
    assert log.horizon().end == 49


def test_nothing_is_admitted_before_the_ids_on_the_log_are_known(database: str) -> None:
    log = MemoryLog()
    uninformed = admission(database, log, 8.0, lambda: False)
    with pytest.raises(UnavailableError, match="still being read"):
        uninformed.admit(message("1"), [claim(b"a")], [])
    assert log.horizon().end == 0
