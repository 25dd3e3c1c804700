"""The table of the agents."""

from typing import NamedTuple

from sqlalchemy import BigInteger, Column, Table, Text

from lrs.storage.database import metadata


class NameRow(NamedTuple):
    """A row of `agent_name`."""

    agent_k: int
    name_k: int
    seq: int
    agent: str
    name: str


agent_name = Table(
    "agent_name",
    metadata,
    Column("agent_k", BigInteger, primary_key=True, autoincrement=False),
    Column("name_k", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("agent", Text, nullable=False),
    Column("name", Text, nullable=False),
    info={"row": NameRow, "order": "seq", "wins": "first"},
)
"""`agent` (its identity) and `name` are JSON, as a text column cannot hold U+0000."""
