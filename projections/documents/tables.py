"""The tables of the documents."""

from typing import NamedTuple

from sqlalchemy import BigInteger, Column, LargeBinary, Table, Text, Uuid

from lrs.storage.database import metadata


class DocumentRow(NamedTuple):
    """A row of `document`."""

    k: bytes
    context: bytes
    registration: str | None
    id: bytes
    position: int
    rank: bytes
    stored: int
    content_type: str | None
    etag: str | None
    content: bytes | None


document = Table(
    "document",
    metadata,
    Column("k", LargeBinary, primary_key=True),
    Column("context", LargeBinary, nullable=False, index=True),
    Column("registration", Uuid),
    Column("id", LargeBinary, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("rank", LargeBinary, nullable=False),
    Column("stored", BigInteger, nullable=False),
    Column("content_type", Text),
    Column("etag", Text),
    Column("content", LargeBinary),
    info={"row": DocumentRow, "order": "rank", "wins": "last"},
)
"""The newest version of each document; without content where it is a deletion.

`id` is UTF-8, as text columns cannot hold U+0000; `stored` in us UTC; `etag` without its quotes.
"""


class TurnRow(NamedTuple):
    """A row of `document_turn`."""

    k: bytes
    base: int
    position: int
    write: str


document_turn = Table(
    "document_turn",
    metadata,
    Column("k", LargeBinary, primary_key=True),
    Column("base", BigInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
    Column("write", Uuid, nullable=False),
    info={"row": TurnRow, "order": "position", "wins": "first"},
)
"""Which write followed each version of a document: the first on the log."""
