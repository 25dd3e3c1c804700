"""Admission: which statement ids are taken, and by what content. The write path's only state.

An id is claimed, with a digest of what its client wrote, before the append. Where the id is claimed
already:

- Same digest, and the statement is on the log: success, nothing is appended.
- Same digest, but the log is not known to hold the statement: appended again, since the first
  append may never have arrived. A second copy on the log folds to nothing.
- Another digest: a conflict, unless it is the same statement written in another way, which
  `lrs.intake.statements` finds out. (The design had a digest of the content that the standard
  compares. To compute it cost as much as validation, for every statement, and only the few that
  come again and are written in another way need it.)

On the PostgreSQL log claims and records are one transaction. On any other log the claim comes first
and the fold confirms it; until then other content under the same id has to wait. A claim that is a
minute old has lapsed if everything on the log is folded and the fold did not confirm it: by then
the record that was appended for the claim would have arrived. (Claims are dated by one clock, the
database's; the log's times can be ahead of it, so they are compared with nothing.)

Ids that the server draws need no claim on such a log: nobody else can know them. (Until the fold
has seen such a statement, a client that posts other content under the same id is not refused; the
log still keeps the first, as every reader will see.)
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Final, Protocol

import psycopg

from lrs.errors import LedgerError, UnavailableError
from lrs.log import claims
from lrs.log.claims import Claim, ClaimOutcome, Verdict
from lrs.log.group_writer import GroupWriter, Judged, Request
from lrs.log.port import Delivery, Message, Position, RemoteLog
from lrs.log.postgresql import PostgresqlLog
from lrs.storage.database import connect, unavailable
from projections.folding.freshness import Freshness

LAPSE: Final = 60_000_000
"""Microseconds after which a claim that the log does not confirm has lapsed."""

STALE: Final = 20.0
"""Seconds after a claim in which its record may be appended: the process may have been frozen in
between. Together with the time that an append may take, they are well within `LAPSE`."""

GRACE: Final = 2.0
"""Seconds that a request waits beyond the timeout of an append, for the log to report it."""


class Admission(Protocol):
    """Claims ids and appends."""

    def admit(self, message: Message, chosen: Sequence[Claim], drawn: Sequence[Claim]) -> Verdict:
        """Claim ids and append the message if all of them are new; the outcome is never `PENDING`.

        `chosen` are claims of ids that the client chose, `drawn` of ids drawn here. Raises
        `UnavailableError` as an append does, and while others claim an id for other content.
        """


class Followed(Protocol):
    """How far the claims of this database have followed a log that lives elsewhere."""

    def informed(self) -> bool:
        """Tell whether the ids that were on the log at the start are known."""

    def catch_up(self) -> bool:
        """Wait a moment for the ids that are on the log by now; tell whether they are known."""


class FollowedByFold:
    """How far the fold of claims has come."""

    def __init__(self, freshness: Freshness, start: Position) -> None:
        """`start` is where the log ended when this process started."""
        self._freshness = freshness
        self._start = start

    def informed(self) -> bool:
        """Tell whether everything is folded that was on the log when this process started."""
        return self._freshness.latest("claims").next >= self._start

    def catch_up(self) -> bool:
        """Wait until everything is folded that is on the log now; tell whether it is."""
        return self._freshness.catch_up("claims")


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
        log.append_all(())  # connects to the log now: half a second that no request must wait for

    def admit(self, message: Message, chosen: Sequence[Claim], drawn: Sequence[Claim]) -> Verdict:
        """Claim, then append; a claim whose append fails stays, and lets the same content in."""
        if not chosen:
            return Verdict(ClaimOutcome.NEW, self._log.append(message))
        if not self._followed.informed():
            raise UnavailableError("the ids on the log are still being read")
        verdict = self._writer.admit(message, chosen)
        if verdict.outcome is ClaimOutcome.PENDING:
            self._settle(chosen)
            verdict = self._writer.admit(message, chosen)
        if verdict.outcome is ClaimOutcome.PENDING:
            raise UnavailableError("another request under the same id is not settled yet")
        if verdict.outcome is ClaimOutcome.REPLAY and drawn:
            return Verdict(ClaimOutcome.PARTIAL, None, tuple(one.id for one in chosen))
        return verdict

    def _settle(self, chosen: Sequence[Claim]) -> None:
        """Find out what became of others' claims on these ids: confirmed, or lapsed and deleted."""
        with self._connected() as connection:
            present = claims.clock(connection)
        if self._followed.catch_up():
            with self._connected() as connection:
                claims.forget(connection, [one.id for one in chosen], present - LAPSE)

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection]:
        """Lend a connection of its own to a question that is rarely asked."""
        try:
            with connect(self._url, options="-c statement_timeout=7s") as connection:
                yield connection
        except psycopg.Error as error:
            raise UnavailableError(unavailable(error)) from error

    def _admit(self, connection: psycopg.Connection, group: Sequence[Request]) -> list[Judged]:
        """Claim the ids of a group, then append what is new, and wait for both.

        Meanwhile the next group grows: with 32 connections on two cores, waiting for the append
        stores a tenth more than claiming the next group while the log is still at work.
        """
        started = monotonic()
        claimed = claims.make(connection, [request.claims for request in group])
        pairs = list(zip(group, claimed, strict=True))
        fresh = [
            request.message for request, verdict in pairs if verdict.outcome is ClaimOutcome.NEW
        ]
        if monotonic() - started > STALE:
            raise UnavailableError("the database took too long")
        delivered = iter(self._log.append_all(fresh))
        return [
            _new(next(delivered)) if one.outcome is ClaimOutcome.NEW else one for one in claimed
        ]


def _new(delivery: Delivery) -> Judged:
    return delivery if isinstance(delivery, LedgerError) else Verdict(ClaimOutcome.NEW, delivery)


def admission(
    url: str, log: PostgresqlLog | RemoteLog, timeout: float, followed: Followed
) -> Admission:
    """Return the admission that fits the log."""
    if isinstance(log, PostgresqlLog):
        return ClaimTogether(log)
    return ClaimFirst(url, log, timeout, followed)
