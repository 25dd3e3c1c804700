"""Claims: which statement ids are taken, and by what content; the table and the SQL on it.

Admission claims ids before it appends (`lrs/intake/admission.py` says why), the fold of claims
confirms them when it meets the statements (`projections/claims/fold.py`). On the PostgreSQL log
claims are made by its own function `log_append`, in the transaction that appends; the functions
used here are for a log that lives elsewhere. All are in `migrations/functions/`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

import psycopg
from sqlalchemy import BigInteger, Column, LargeBinary, Table, Uuid

from lrs.log.port import Position
from lrs.storage.database import metadata


class ClaimRow(NamedTuple):
    """A row of `claim`."""

    id: str
    digest: bytes
    position: int | None
    claimed: int | None


claim = Table(
    "claim",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("position", BigInteger),
    Column("claimed", BigInteger),
    info={"row": ClaimRow, "order": "position", "wins": "first"},
)
"""`position` is null until the log is known to hold the statement; `claimed` (us UTC) is only set
till then."""

# Claims the ids of a group of requests: a verdict for each request that claims any.
_CLAIM: Final = "SELECT request, verdict, ids FROM claim_ids(%b, %s, %b)"
_CLOCK: Final = "SELECT clock_us()"
# Deletes the claims of some ids that were made before a time and that no fold has confirmed.
_FORGET: Final = "SELECT claims_forget(%s::uuid[], %s)"


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement id (canonical UUID text) and a digest of the content claimed for it."""

    id: str
    digest: bytes


class ClaimOutcome(StrEnum):
    """What became of the claims of one request; the SQL returns the same words."""

    NEW = "new"
    """Claimed; on the PostgreSQL log appended too."""
    REPLAY = "replay"
    """All ids were on the log already with this content: nothing is to be appended."""
    PARTIAL = "partial"
    """Some ids were on the log already with this content and others not: nothing was claimed."""
    CONFLICT = "conflict"
    """Some ids are on the log with other content: nothing was claimed."""
    PENDING = "pending"
    """Some ids are claimed by other content that the log is not known to hold: nothing was claimed.
    """


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the claims of one request, and where the record is, if it was appended.

    `ids` are those that are on the log already (`PARTIAL`) or claimed by other content (`CONFLICT`,
    `PENDING`).
    """

    outcome: ClaimOutcome
    position: Position | None
    ids: tuple[str, ...] = ()


def columns(requests: Iterable[Sequence[Claim]]) -> tuple[list[int], list[str], list[bytes]]:
    """Return the claims of requests in columns: number of the request from 1, id, digest."""
    claims = [(number, one) for number, claims in enumerate(requests, 1) for one in claims]
    numbers = [number for number, _ in claims]
    return numbers, [one.id for _, one in claims], [one.digest for _, one in claims]


def make(connection: psycopg.Connection, requests: Sequence[Sequence[Claim]]) -> list[Verdict]:
    """Claim the ids of requests, each of which claims some; return a verdict for each."""
    rows = sorted(connection.execute(_CLAIM, columns(requests), binary=True).fetchall())
    return [Verdict(ClaimOutcome(outcome), None, tuple(ids or ())) for _, outcome, ids in rows]


def clock(connection: psycopg.Connection) -> int:
    """Ask for the time by which claims are dated: the database's, in microseconds UTC."""
    row = connection.execute(_CLOCK).fetchone()
    assert row is not None
    return int(row[0])


def forget(connection: psycopg.Connection, ids: Sequence[str], before: int) -> None:
    """Delete the claims of these ids that were made before a time (us) and are not confirmed."""
    connection.execute(_FORGET, (list(ids), before))
