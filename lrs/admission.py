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

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import BigInteger, Column, LargeBinary, Table, Uuid, text
from sqlalchemy.engine import Engine

from lrs.database import metadata, reading
from lrs.log.port import Claim, EventLog, Message, Verdict
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

_CLAIM = text(
    """
    WITH wanted AS (
        SELECT * FROM unnest(cast(:ids AS uuid[]), cast(:digests AS bytea[])) AS w(id, digest)
    ), taken AS (
        SELECT w.id, c.digest <> w.digest AS other, c.position
        FROM wanted w JOIN claim c USING (id)
    ), added AS (
        INSERT INTO claim (id, digest)
        SELECT id, digest FROM wanted
        WHERE NOT EXISTS (SELECT FROM taken WHERE other)
        ORDER BY id ON CONFLICT DO NOTHING RETURNING id
    )
    SELECT coalesce((SELECT array_agg(id::text) FROM taken WHERE other), '{}'),
        (SELECT count(*) FROM added), (SELECT count(*) FROM taken),
        (SELECT count(*) FROM taken WHERE position IS NOT NULL)
    """
)


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
    """Claims in the database, then appends to a log that lives elsewhere."""

    def __init__(self, database: Engine, log: EventLog) -> None:
        self._database = database
        self._log = log

    def admit(self, message: Message, chosen: Sequence[Claim], drawn: Sequence[Claim]) -> Verdict:
        """Claim, then append; a claim whose append fails stays, and lets the same content in."""
        if chosen:
            verdict = self._claim(chosen, whole=not drawn)
            if verdict.outcome != "new":
                return verdict
        return Verdict("new", self._log.append(message))

    def _claim(self, claims: Sequence[Claim], *, whole: bool) -> Verdict:
        values = {"ids": [c.id for c in claims], "digests": [c.digest for c in claims]}
        with reading(self._database) as connection:
            while True:
                conflicts, added, taken, confirmed = connection.execute(_CLAIM, values).one()
                if conflicts:
                    return Verdict("conflict", None, tuple(conflicts))
                if whole and confirmed == len(claims):
                    return Verdict("replay", None)
                if added + taken == len(claims):
                    return Verdict("new", None)
                # Another request claimed one of the ids between our look and our insert.


def admission(database: Engine, log: EventLog) -> Admission:
    """Return the admission that fits the log."""
    return ClaimTogether(log) if isinstance(log, PostgresqlLog) else ClaimFirst(database, log)
