"""Admission: which statement ids are taken, and by what content. The write path's only state.

An id is claimed, with a digest of what its client wrote, before the append. Same digest and on the
log: success, nothing appended. Same digest, not known to be on the log: appended again, since the
first append may never have arrived; a copy on the log folds to nothing. Other digest: conflict, of
which `lrs.intake.statements` finds out whether it is one, as the same statement may be written in
many ways.
(The design had a digest of what compares. To take it cost as much as validation, of every statement
for the sake of the few that come again and are written otherwise.)

On the PostgreSQL log claims and records are one transaction. On any other log the claim comes first
and the fold confirms it; until then other content under the same id has to wait. A claim that is a
minute old has lapsed, if all that is on the log is folded and did not confirm it: what was appended
for it would have arrived. (Positions tell that, and one clock, the database's: the log's times can
be ahead of it.)

Ids that the server draws need no claim on such a log: nobody else can know them. (In the moments
before the fold has seen such a statement, a client that answers it with other content under the
same id is not refused; the log still keeps the first, as every reader will see.)
"""

from collections.abc import Sequence
from time import monotonic
from typing import Any, Final, Protocol

import psycopg

from lrs.errors import LedgerError, UnavailableError
from lrs.log.group_writer import Answer, GroupWriter, Waiting, owned
from lrs.log.port import Claim, Message, Outcome, RemoteLog, Verdict
from lrs.log.postgresql import PostgresqlLog
from lrs.storage.database import connect, unavailable

LAPSE: Final = 60_000_000
"""Microseconds after which a claim that the log does not confirm has lapsed."""

STALE: Final = 20.0
"""Seconds after which nothing is appended for a claim any more, as where a process was frozen: with
the time that an append may take, that is well within `LAPSE`."""

_CLAIM: Final = "SELECT request, verdict, ids FROM claim_ids(%b, %s, %b)"
_PRESENT: Final = "SELECT clock_us()"
_FORGET: Final = "SELECT claims_forget(%s::uuid[], %s)"

GRACE: Final = 2.0
"""Seconds for a log that gives up after the timeout to tell so."""


class Admission(Protocol):
    """Claims ids and appends."""

    def admit(self, message: Message, chosen: Sequence[Claim], drawn: Sequence[Claim]) -> Verdict:
        """Append unless the claims conflict or all of it is there.

        `chosen` are claims of ids that the client chose, `drawn` of ids drawn here. Raises
        `UnavailableError` as an append does.
        """


class Followed(Protocol):
    """How far the claims of this database have followed a log that lives elsewhere."""

    def informed(self) -> bool:
        """Tell whether the ids that were on the log at the start are known."""

    def catch_up(self) -> bool:
        """Wait a moment for the ids that are on the log by now; tell whether they are known."""


class ClaimTogether:
    """Claims and appends in one transaction of the PostgreSQL log."""

    def __init__(self, log: PostgresqlLog) -> None:
        self._log = log

    def admit(self, message: Message, chosen: Sequence[Claim], drawn: Sequence[Claim]) -> Verdict:
        """Claim all ids: here it costs no further round trip."""
        return self._log.admit(message, [*chosen, *drawn])


class ClaimFirst:
    """Claims in the database, then appends to a log that lives elsewhere.

    A database that has just begun to follow a log does not know the ids on it yet: until
    `Followed.informed`, nothing is admitted.
    """

    def __init__(self, url: str, log: RemoteLog, timeout: float, followed: Followed) -> None:
        self._writer = GroupWriter(url, timeout + GRACE, self._admit)
        self._url = url
        self._log = log
        self._followed = followed
        log.append_all(())  # a log connects by then: half a second that no request must wait for

    def admit(self, message: Message, chosen: Sequence[Claim], drawn: Sequence[Claim]) -> Verdict:
        """Claim, then append; a claim whose append fails stays, and lets the same content in."""
        if not chosen:
            return Verdict("new", self._log.append(message))
        if not self._followed.informed():
            raise UnavailableError("the ids on the log are still being read")
        verdict = self._writer.admit(message, chosen)
        if verdict.outcome == "pending":
            self._settle(chosen)
            verdict = self._writer.admit(message, chosen)
        if verdict.outcome == "pending":
            raise UnavailableError("another request under the same id is not settled yet")
        if verdict.outcome == "replay" and drawn:
            return Verdict("partial", None, tuple(one.id for one in chosen))
        return verdict

    def _settle(self, claims: Sequence[Claim]) -> None:
        """Find out what became of the claims of others: they are confirmed, or may have lapsed."""
        present = self._ask(_PRESENT)
        if self._followed.catch_up():
            self._ask(_FORGET, [one.id for one in claims], present - LAPSE)

    def _ask(self, query: str, *values: object) -> Any:
        """Return the answer of the database; rarely asked, so on a connection of its own."""
        try:
            with connect(self._url, options="-c statement_timeout=7s") as connection:
                row = connection.execute(query, values).fetchone()
        except psycopg.Error as error:
            raise UnavailableError(unavailable(error)) from error
        return row[0] if row else None

    def _admit(self, connection: psycopg.Connection, group: Sequence[Waiting]) -> list[Answer]:
        """Claim the ids of a group, then append what is new, and wait for both.

        Meanwhile the next group grows: with 32 connections on two cores, that stores a tenth more
        than claiming the next one while the log is still at work.
        """
        started = monotonic()
        rows = sorted(connection.execute(_CLAIM, owned(group), binary=True).fetchall())
        claimed = [Verdict(outcome, None, tuple(ids or ())) for _, outcome, ids in rows]
        pairs = list(zip(group, claimed, strict=True))
        fresh = [waiting.message for waiting, verdict in pairs if verdict.outcome == "new"]
        if monotonic() - started > STALE:
            raise UnavailableError("the database took too long")
        appended = iter(self._log.append_all(fresh))
        return [_new(next(appended)) if one.outcome == "new" else one for one in claimed]


def _new(outcome: Outcome) -> Answer:
    return outcome if isinstance(outcome, LedgerError) else Verdict("new", outcome)


def admission(
    url: str, log: PostgresqlLog | RemoteLog, timeout: float, followed: Followed
) -> Admission:
    """Return the admission that fits the log."""
    if isinstance(log, PostgresqlLog):
        return ClaimTogether(log)
    return ClaimFirst(url, log, timeout, followed)
