"""Records that a projection could not fold: set aside with the reason, tried again on demand.

The record itself stays on the log; a row here names it. The row is written in the transaction that
moves the position past the record, so nothing is skipped without a trace.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import psycopg
from sqlalchemy import BigInteger, Column, Table, Text

from lrs.storage.database import Pool, fetch, metadata

LIMIT: Final = 100
"""Rows of one projection past which its consumer halts: that many are not bad records."""

quarantine = Table(
    "quarantine",
    metadata,
    Column("projection", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("stored", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
)
"""`stored`: the time the record was given, so that a retry folds it to the same rows."""


class Quarantined(NamedTuple):
    """One record set aside."""

    projection: str
    position: int
    stored: int
    reason: str


def put(connection: psycopg.Connection, row: Quarantined) -> int:
    """Set a record aside and return how many the projection has now."""
    connection.execute(
        "INSERT INTO quarantine (projection, position, stored, reason) VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (projection, position) DO UPDATE SET reason = excluded.reason",
        row,
    )
    counted = connection.execute(
        "SELECT count(*) FROM quarantine WHERE projection = %s", (row.projection,)
    ).fetchone()
    return counted[0] if counted else 0


def listed(connection: psycopg.Connection) -> list[Quarantined]:
    """Return all that is set aside, by projection and position."""
    rows = connection.execute(
        "SELECT projection, position, stored, reason FROM quarantine ORDER BY 1, 2"
    )
    return [Quarantined(*row) for row in rows]


def counted(source: Pool) -> Mapping[str, int]:
    """Tell how many records each projection has set aside; none for those with nothing aside."""
    rows = fetch(source, "SELECT projection, count(*) FROM quarantine GROUP BY projection")
    return {row[0]: row[1] for row in rows}


def release(connection: psycopg.Connection, projection: str, position: int) -> None:
    """Forget a record that has been folded after all."""
    connection.execute(
        "DELETE FROM quarantine WHERE projection = %s AND position = %s", (projection, position)
    )


def replace_live(connection: psycopg.Connection, projection: str) -> None:
    """Put what a rebuild has set aside, in its own schema, in the place of the live rows."""
    connection.execute("DELETE FROM public.quarantine WHERE projection = %s", (projection,))
    connection.execute("INSERT INTO public.quarantine SELECT * FROM quarantine")
