"""The tables of the documents."""

from sqlalchemy import BigInteger, Column, LargeBinary, Table, Text, Uuid

from lrs.storage.database import metadata

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
    info={"order": "rank", "wins": "last"},
)
"""The newest version of each document; without content where it is a deletion.

`id` is UTF-8, as text columns cannot hold U+0000; `stored` in us UTC; `etag` without its quotes.
"""

document_turn = Table(
    "document_turn",
    metadata,
    Column("k", LargeBinary, primary_key=True),
    Column("base", BigInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
    Column("write", Uuid, nullable=False),
    info={"order": "position", "wins": "first"},
)
"""Which write followed each version of a document: the first on the log."""
