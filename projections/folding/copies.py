"""Which records are on the log a second time: these fold to nothing, whatever their type.

A producer that lost an acknowledgement sends its record again, under the same event id. The table
`event` has the position at which each id came first; all SQL on it is here. A consumer notes the
ids in the transaction that writes rows and place. It folds first and looks afterwards: copies are
rare, and where there are any, it rolls back and folds again without them.

The rows follow from the log alone, so all projections share them: whoever folds a record again, a
rebuild or a second consumer, finds the record's own position and goes on. Ids are noted last in a
transaction, and in the order of the log: two consumers never wait for each other in a circle, and
neither waits for the other for long.

Records that were folded before this table was there are not in it. A copy of such a record still
folds, as all copies did: its statements are told by their ids, its documents by their bases. When
such a record is folded again, the lower position takes the place of the one of its copy.
"""

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Final

import psycopg
from sqlalchemy import BigInteger, Column, Table, Uuid

from lrs.events.envelope import SOURCE
from lrs.log.port import Position, Record
from lrs.storage.database import metadata

event = Table(
    "event",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("position", BigInteger, nullable=False),
)
"""`id`: of an event of this product, as it is; of any other, a hash of its source and its id."""

# Notes the ids that are new, and returns the positions of those that came at a lower position.
_NOTED: Final = """
WITH given AS (
    SELECT * FROM unnest(%(ids)s::uuid[], %(positions)s::bigint[]) AS given(id, position)
), known AS (
    SELECT given.id, given.position, event.position AS first FROM given JOIN event USING (id)
    WHERE event.position <> given.position
), noted AS (
    INSERT INTO event (id, position) SELECT id, position FROM given ON CONFLICT DO NOTHING
), lowered AS (
    UPDATE event SET position = known.position FROM known
    WHERE event.id = known.id AND known.position < event.position
) SELECT array_agg(position) FROM known WHERE first < position
"""

_OURS: Final = re.compile("[0-9a-f]{32}")


class CopiedError(Exception):
    """Records that were folded are copies of earlier ones: fold again without them."""

    def __init__(self, positions: Sequence[Position]) -> None:
        super().__init__(f"copies of earlier records at {positions}")
        self.positions = frozenset(positions)


def repeated(records: Sequence[Record]) -> frozenset[Position]:
    """Return the positions of records whose id stands before them among these records."""
    first: dict[str, Position] = {}
    named = list(_named(records))
    for key, position in named:
        first.setdefault(key, position)
    return frozenset(position for key, position in named if first[key] != position)


def note(connection: psycopg.Connection, records: Sequence[Record]) -> psycopg.Cursor:
    """Note the ids of records, no two alike, as the last thing before a commit.

    Waits for no answer: hand the cursor to `require_new` in the same transaction.
    """
    named = list(_named(records))
    values = {"ids": [key for key, _ in named], "positions": [position for _, position in named]}
    return connection.execute(_NOTED, values)


def require_new(noted: psycopg.Cursor) -> None:
    """Raise `CopiedError` if any of the records that were noted came at a lower position."""
    row = noted.fetchone()
    if row is not None and row[0]:
        raise CopiedError(row[0])


def _named(records: Sequence[Record]) -> Iterator[tuple[str, Position]]:
    """Yield key and position of each record that has an event id."""
    for record in records:
        if identifier := record.headers.get("ce_id"):
            yield _key(record.headers.get("ce_source", ""), identifier), record.position


def _key(source: str, identifier: str) -> str:
    if source == SOURCE and _OURS.fullmatch(identifier):
        return identifier
    text = f"{len(source)}:{source}{identifier}".encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=16).hexdigest()
