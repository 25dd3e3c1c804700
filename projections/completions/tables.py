"""The tables of the completions."""

from typing import NamedTuple

from sqlalchemy import BigInteger, Boolean, Column, Double, Index, LargeBinary, Table, Uuid

from lrs.storage.database import metadata


class CompletionRow(NamedTuple):
    """A row of `completion`."""

    seq: int
    agent_k: int
    activity_k: int
    agent: bytes
    activity: bytes
    id: str
    passed: bool
    score: float | None
    timestamp: int
    stored: int
    group: bool


completion = Table(
    "completion",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("agent_k", BigInteger, primary_key=True, autoincrement=False),
    Column("activity_k", BigInteger, nullable=False),
    Column("agent", LargeBinary, nullable=False),
    Column("activity", LargeBinary, nullable=False),
    Column("id", Uuid, nullable=False, index=True),
    Column("passed", Boolean, nullable=False),
    Column("score", Double),
    Column("timestamp", BigInteger, nullable=False),
    Column("stored", BigInteger, nullable=False),
    Column("group", Boolean, nullable=False),
    Index("completion_agent_k_idx", "agent_k"),
    Index("completion_activity_k_idx", "activity_k"),
    info={"row": CompletionRow, "order": "seq", "wins": "first"},
)
"""`agent`: identity of `lrs.xapi.agent`; `group`: it is a Group's; `score`: scaled, -1 to 1; times
in us UTC.

Agent and activity are UTF-8, as text columns cannot hold U+0000. Indexes hold hashes (`_k`): an IRI
may be longer than an index entry.
"""


class VoidingRow(NamedTuple):
    """A row of `completion_voiding`."""

    target: str
    seq: int
    stored: int


completion_voiding = Table(
    "completion_voiding",
    metadata,
    Column("target", Uuid, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("stored", BigInteger, nullable=False),
    info={"row": VoidingRow, "order": "seq", "wins": "first"},
)
"""Every voiding statement, with the id it voids."""
