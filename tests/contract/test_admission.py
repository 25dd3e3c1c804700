"""What admission decides, whether claims stand in the log's own transaction or come before it."""

import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import ClassVar

import pytest

from lrs.errors import LedgerError, TooLargeError, UnavailableError
from lrs.intake.admission import STALE, Admission, ClaimFirst, admission
from lrs.log.claims import Claim, ClaimOutcome, Verdict
from lrs.log.claims import claim as claim_table
from lrs.log.group_writer import Request
from lrs.log.memory import MemoryLog
from lrs.log.port import Delivery, Message
from lrs.log.postgresql import PostgresqlLog
from lrs.storage.database import connect
from projections.folding.changes import Change, write
from tests.records import message

Log = PostgresqlLog | MemoryLog


@pytest.fixture(params=["together", "first"])
def log(request: pytest.FixtureRequest, database: str) -> Iterator[Log]:
    opened = PostgresqlLog(database) if request.param == "together" else MemoryLog()
    yield opened
    opened.close()


@dataclass(frozen=True)
class Following:
    """Confirms every claim, as the fold does when it comes to their statements."""

    url: str
    informs: bool = True
    confirms: bool = True
    reaches: bool = True

    def informed(self) -> bool:
        return self.informs

    def catch_up(self) -> bool:
        if self.confirms:
            with connect(self.url) as connection:
                connection.execute("UPDATE claim SET position = 0 WHERE position IS NULL")
        return self.reaches


@pytest.fixture
def admitting(log: Log, database: str) -> Admission:
    return admission(database, log, 8.0, Following(database))


def claim(content: bytes, key: str = "") -> Claim:
    return Claim(key or str(uuid.uuid4()), content)


def confirm(url: str, claims: Sequence[Claim]) -> None:
    """Confirm claims, as the fold does when it comes to their statements."""
    rows = [Change(claim_table, (one.id, one.digest, 0, None)) for one in claims]
    with connect(url) as connection:
        write(connection, rows)


def test_new_ids_are_appended(admitting: Admission, log: Log) -> None:
    verdict = admitting.admit(message("1"), [claim(b"a")], [claim(b"b")])
    assert (verdict.outcome, verdict.position) == (ClaimOutcome.NEW, 0)
    assert log.horizon().end == 1


def test_what_is_on_the_log_is_not_appended_again(
    admitting: Admission, log: Log, database: str
) -> None:
    claims = [claim(b"a"), claim(b"b")]
    admitting.admit(message("1"), claims, [])
    confirm(database, claims)
    assert admitting.admit(message("1"), claims, []).outcome == ClaimOutcome.REPLAY
    assert log.horizon().end == 1


def test_of_old_and_new_ids_the_old_ones_are_told_and_nothing_is_appended(
    admitting: Admission, log: Log, database: str
) -> None:
    old, fresh, drawn = claim(b"a"), claim(b"b"), claim(b"c")
    admitting.admit(message("1"), [old], [])
    confirm(database, [old])
    for chosen, others in (([old, fresh], []), ([old], [drawn])):
        verdict = admitting.admit(message("2"), chosen, others)
        assert (verdict.outcome, verdict.ids) == (ClaimOutcome.PARTIAL, (old.id,))
    assert log.horizon().end == 1
    assert admitting.admit(message("3"), [fresh], [drawn]).outcome == ClaimOutcome.NEW


def test_other_content_under_a_claimed_id_conflicts_and_claims_nothing(
    admitting: Admission, log: Log
) -> None:
    first, fresh = claim(b"a"), claim(b"b")
    admitting.admit(message("1"), [first], [])
    verdict = admitting.admit(message("2"), [claim(b"other", first.id), fresh], [])
    assert (verdict.outcome, verdict.ids) == (ClaimOutcome.CONFLICT, (first.id,))
    assert log.horizon().end == 1
    assert (
        admitting.admit(message("3"), [claim(b"another", fresh.id)], []).outcome == ClaimOutcome.NEW
    )


def test_of_many_at_once_one_content_wins_an_id(admitting: Admission, log: Log) -> None:
    key = str(uuid.uuid4())

    def post(number: int) -> str:
        return admitting.admit(message(str(number)), [claim(bytes([number]), key)], []).outcome

    with ThreadPoolExecutor(16) as threads:
        outcomes = list(threads.map(post, range(16)))
    assert sorted(outcomes) == ["conflict"] * 15 + ["new"]
    assert log.horizon().end == 1


def test_requests_of_one_group_are_judged_each_by_itself(admitting: Admission, log: Log) -> None:
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
    uninformed = admission(database, log, 8.0, Following(database, informs=False))
    with pytest.raises(UnavailableError, match="still being read"):
        uninformed.admit(message("1"), [claim(b"a")], [])
    assert log.horizon().end == 0


class Choosy(MemoryLog):
    """Refuses some messages by their value."""

    refusals: ClassVar[dict[bytes, LedgerError]] = {
        message("large").value: TooLargeError("too large"),
        message("down").value: UnavailableError("down"),
    }

    def append_all(self, messages: Sequence[Message]) -> list[Delivery]:
        return [self.refusals.get(one.value) or self.append(one) for one in messages]


def group(database: str, log: Choosy, texts: Sequence[str]) -> list[Verdict | str]:
    """Admit messages that wait together; return the verdict or the error of each."""
    admitting = admission(database, log, 8.0, Following(database))
    assert isinstance(admitting, ClaimFirst)
    requests = [Request(message(text), [claim(b"a")]) for text in texts]
    with connect(database) as connection:
        judged = admitting._admit(connection, requests)
    return [one if isinstance(one, Verdict) else str(one) for one in judged]


def test_a_message_that_a_remote_log_does_not_take_spares_those_beside_it(database: str) -> None:
    answers = group(database, Choosy(), ["1", "large", "2", "down", "3"])
    assert answers == [
        Verdict(ClaimOutcome.NEW, 0),
        "too large",
        Verdict(ClaimOutcome.NEW, 1),
        "down",
        Verdict(ClaimOutcome.NEW, 2),
    ]


def lose(admitting: Admission, *claims: Claim) -> None:
    """Claim, but let the append fail."""
    with pytest.raises(UnavailableError, match="down"):
        admitting.admit(message("down"), claims, [])


def age(url: str, seconds: int) -> None:
    """Date all claims back."""
    with connect(url) as connection:
        connection.execute("UPDATE claim SET claimed = claimed - %s::bigint * 1000000", (seconds,))


def silent(database: str, log: MemoryLog, *, reaches: bool = True) -> Admission:
    """Admit where the log confirms no claim by itself, folded to its end or not."""
    return admission(database, log, 8.0, Following(database, confirms=False, reaches=reaches))


def test_a_claim_that_the_log_does_not_confirm_holds_others_off_until_it_lapses(
    database: str,
) -> None:
    admitting = silent(database, Choosy())
    lost = claim(b"a")
    lose(admitting, lost)
    other = claim(b"other", lost.id)
    for seconds in (0, 50):
        age(database, seconds)
        with pytest.raises(UnavailableError, match="not settled"):
            admitting.admit(message("2"), [other], [])
    age(database, 10)
    assert admitting.admit(message("2"), [other], []).outcome == ClaimOutcome.NEW
    with pytest.raises(UnavailableError, match="not settled"):
        admitting.admit(message("1"), [lost], [])
    confirm(database, [other])
    assert admitting.admit(message("1"), [lost], []).outcome == ClaimOutcome.CONFLICT


def test_a_claim_does_not_lapse_while_the_log_is_not_folded_to_its_end(database: str) -> None:
    admitting = silent(database, Choosy(), reaches=False)
    lost = claim(b"a")
    lose(admitting, lost)
    age(database, 3600)
    with pytest.raises(UnavailableError, match="not settled"):
        admitting.admit(message("2"), [claim(b"other", lost.id)], [])


def test_a_claim_that_is_made_again_lapses_a_minute_after_that(database: str) -> None:
    admitting = silent(database, Choosy())
    lost = claim(b"a")
    lose(admitting, lost)
    age(database, 3600)
    lose(admitting, lost)
    with pytest.raises(UnavailableError, match="not settled"):
        admitting.admit(message("2"), [claim(b"other", lost.id)], [])


def test_ids_that_are_not_settled_are_not_told_as_conflicts(database: str) -> None:
    admitting = silent(database, Choosy())
    lost, stored = claim(b"a"), claim(b"b")
    lose(admitting, lost)
    admitting.admit(message("1"), [stored], [])
    confirm(database, [stored])
    verdict = admitting.admit(
        message("2"), [claim(b"other", lost.id), claim(b"other", stored.id)], []
    )
    assert (verdict.outcome, verdict.ids) == (ClaimOutcome.CONFLICT, (stored.id,))


def test_nothing_waits_for_claims_that_are_being_confirmed(database: str) -> None:
    admitting = silent(database, Choosy())
    lost = claim(b"a")
    lose(admitting, lost)
    with connect(database) as connection, connection.transaction():
        write(connection, [Change(claim_table, (lost.id, lost.digest, 0, None))])
        assert admitting.admit(message("1"), [lost], []).outcome == ClaimOutcome.NEW
        assert admitting.admit(message("2"), [claim(b"b")], []).outcome == ClaimOutcome.NEW
    assert admitting.admit(message("1"), [lost], []).outcome == ClaimOutcome.REPLAY


def test_nothing_is_appended_for_a_claim_that_was_made_long_ago(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = MemoryLog()
    moments = iter([0.0, STALE + 1])
    monkeypatch.setattr("lrs.intake.admission.monotonic", lambda: next(moments))
    with pytest.raises(UnavailableError):
        silent(database, log).admit(message("1"), [claim(b"a")], [])
    assert log.horizon().end == 0


def test_what_is_sent_again_before_the_log_confirms_it_is_appended_again(database: str) -> None:
    admitting = silent(database, Choosy())
    lost = claim(b"a")
    lose(admitting, lost)
    assert admitting.admit(message("1"), [lost], []).outcome == ClaimOutcome.NEW
