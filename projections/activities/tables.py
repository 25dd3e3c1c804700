"""The table of the activities."""

from typing import NamedTuple

from sqlalchemy import BigInteger, Column, Table, Text

from lrs.storage.database import metadata


class DefinitionRow(NamedTuple):
    """A row of `activity_definition`."""

    activity_k: int
    shape_k: int
    seq: int
    activity: str
    definition: str


activity_definition = Table(
    "activity_definition",
    metadata,
    Column("activity_k", BigInteger, primary_key=True, autoincrement=False),
    Column("shape_k", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("activity", Text, nullable=False),
    Column("definition", Text, nullable=False),
    info={"row": DefinitionRow, "order": "seq", "wins": "last"},
)
"""`definition`: JSON as the client wrote it. Two in one statement have one `seq`: the order is that
of `shape_k`.

Keys are hashes: an IRI may be longer than an index entry. A reader compares the IRI itself.
"""
