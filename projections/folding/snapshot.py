"""Rows of a read model as of one moment, and up to when they hold all that was stored.

Place and rows are read by one statement, so the rows hold just what the place says. Where the log
is in the same database, the same statement asks for its end: a read is one round trip. That end may
be a later one than the rows show, because the function that tells it must see what was appended up
to its call: the rows are then those of a projection that has not folded the log to its end, and no
more is said of them. Elsewhere the end is asked before, so that a reader can wait for it.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from lrs.log.port import EventLog, Position
from lrs.storage.database import Pool, fetch

# The end of the log, the place of a projection, and rows; without rows, one whose columns are null.
_SEEN: Final = """
SELECT log.next, log.time, coalesce(p.next, 0), coalesce(p.stored, 0), found.*
FROM {horizon} AS log LEFT JOIN progress p ON p.name = %s LEFT JOIN ({rows}) AS found ON true
"""
_GIVEN: Final = "(SELECT %s::bigint AS next, %s::bigint AS time)"
_BEFORE_ROWS: Final = 4


class Select(NamedTuple):
    """A select of rows whose first column is never null, and its values in order."""

    sql: str
    values: tuple[Any, ...]


class Snapshot(NamedTuple):
    """Rows, in any order; whether all of a log that ends at `end` is in them.

    All that was stored up to `consistent` (us UTC) is in them, and nothing later will be stored as
    of then: that is the present as the log knows it if all is folded, else the last time folded.
    """

    rows: Sequence[tuple[Any, ...]]
    end: Position
    complete: bool
    consistent: int


def take(source: Pool, log: EventLog, name: str, select: Select) -> Snapshot:
    """Return the rows of a select on the tables of one projection."""
    given: tuple[int, ...] = () if log.horizon_sql else log.horizon()
    sql = _SEEN.format(horizon=log.horizon_sql or _GIVEN, rows=select.sql)
    found = fetch(source, sql, (*given, name, *select.values), binary=True)
    end, time, following, stored = found[0][:_BEFORE_ROWS]
    complete = following >= end
    rows = [row[_BEFORE_ROWS:] for row in found if row[_BEFORE_ROWS] is not None]
    return Snapshot(rows, end, complete, max(time, stored) if complete else stored)
