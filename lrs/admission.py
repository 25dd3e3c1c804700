"""Admission: which statement ids are taken, and by what content. The write path's only state.

An id is claimed, with the digest of its comparable content, before the append. Same digest and on
the log: success, nothing appended. Same digest, not known to be on the log: appended again, since
the first append may never have arrived; a copy on the log folds to nothing. Other digest: conflict.
On the PostgreSQL log claims and records are one transaction; on any other log the claim comes
first and the fold confirms it.

Ids that the server draws need no claim on such a log: nobody else can know them. (In the moments
before the fold has seen such a statement, a client that answers it with other content under the
same id is not refused; the log still keeps the first, as every reader will see.)
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Protocol

import psycopg
from sqlalchemy import BigInteger, Column, LargeBinary, Table, Uuid

from lrs.database import metadata
from lrs.errors import LedgerError, UnavailableError
from lrs.log.group_writer import Answer, GroupWriter, Waiting, owned
from lrs.log.port import Claim, Message, Outcome, RemoteLog, Verdict
from lrs.log.postgresql import PostgresqlLog

claim = Table(
    "claim",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("position", BigInteger),
    info={"order": "position", "wins": "first"},
)
"""`position` is null until the log is known to hold the statement."""

_CLAIM: Final = "SELECT request, verdict, ids FROM claim_ids(%b, %s, %b)"


GRACE: Final = 2.0
"""Seconds for a log that gives up after the timeout to tell so."""


class Admission(Protocol):
    """Claims ids and appends."""

    def admit(self, message: Message, chosen: Sequence[Claim], drawn: Sequence[Claim]) -> Verdict:
        """Append unless the claims conflict or all of it is there.

        `chosen` are claims of ids that the client chose, `drawn` of ids drawn here. Raises
        `UnavailableError` as an append does.
        """


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
    `informed` says so, nothing is admitted.
    """

    def __init__(
        self, url: str, log: RemoteLog, timeout: float, informed: Callable[[], bool]
    ) -> None:
        self._writer = GroupWriter(url, timeout + GRACE, self._claim)
        self._log = log
        self._informed = informed

    def admit(self, message: Message, chosen: Sequence[Claim], drawn: Sequence[Claim]) -> Verdict:
        """Claim, then append; a claim whose append fails stays, and lets the same content in."""
        if not chosen:
            return Verdict("new", self._log.append(message))
        if not self._informed():
            raise UnavailableError("the ids on the log are still being read")
        verdict = self._writer.admit(message, chosen)
        if verdict.outcome == "replay" and drawn:
            return Verdict("partial", None, tuple(one.id for one in chosen))
        return verdict

    def _claim(
        self, connection: psycopg.Connection, group: Sequence[Waiting]
    ) -> list[Answer | None]:
        """Claim the ids of a group, and hand what is new to the log: each request wakes once."""
        rows = sorted(connection.execute(_CLAIM, owned(group), binary=True).fetchall())
        answers: list[Answer | None] = []
        down: UnavailableError | None = None  # a log that does not answer is not asked again
        for waiting, (_, outcome, ids) in zip(group, rows, strict=True):
            if outcome != "new":
                answers.append(Verdict(outcome, None, tuple(ids or ())))
                continue
            refusal = down or self._submit(waiting)
            down = refusal if isinstance(refusal, UnavailableError) else None
            answers.append(refusal)
        return answers

    def _submit(self, waiting: Waiting) -> LedgerError | None:
        """Hand a message to the log, which settles it; tell why it did not take it."""
        try:
            self._log.submit(waiting.message, lambda known: waiting.settle(partial(_new, known)))
        except LedgerError as error:
            return error
        return None


def _new(outcome: Outcome) -> Verdict:
    return Verdict("new", outcome())


def admission(
    url: str, log: PostgresqlLog | RemoteLog, timeout: float, informed: Callable[[], bool]
) -> Admission:
    """Return the admission that fits the log."""
    if isinstance(log, PostgresqlLog):
        return ClaimTogether(log)
    return ClaimFirst(url, log, timeout, informed)
