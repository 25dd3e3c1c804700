"""The table of the agents."""

from sqlalchemy import BigInteger, Column, Table, Text

from lrs.storage.database import metadata

agent_name = Table(
    "agent_name",
    metadata,
    Column("agent_k", BigInteger, primary_key=True, autoincrement=False),
    Column("name_k", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("agent", Text, nullable=False),
    Column("name", Text, nullable=False),
    info={"order": "seq", "wins": "first"},
)
"""`agent` (its identity) and `name` are JSON, as a text column cannot hold U+0000."""
