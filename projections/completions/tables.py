"""The tables of the completions."""

from typing import NamedTuple

from sqlalchemy import BigInteger, Boolean, Column, Double, Index, LargeBinary, Table, Text, Uuid

from lrs.storage.database import metadata


class CompletionRow(NamedTuple):
    """A row of `completion`."""

    seq: int
    agent_k: int
    activity_k: int
    agent: bytes
    activity: bytes
    id: str
    score: float | None
    timestamp: int
    stored: int
    group: bool
    outcome: str
    question: bool
    activity_type: bytes | None
    actor_name: bytes | None
    activity_name: bytes | None


completion = Table(
    "completion",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("agent_k", BigInteger, primary_key=True, autoincrement=False),
    Column("activity_k", BigInteger, nullable=False),
    Column("agent", LargeBinary, nullable=False),
    Column("activity", LargeBinary, nullable=False),
    Column("id", Uuid, nullable=False, index=True),
    Column("score", Double),
    Column("timestamp", BigInteger, nullable=False),
    Column("stored", BigInteger, nullable=False),
    Column("group", Boolean, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("question", Boolean, nullable=False),
    Column("activity_type", LargeBinary),
    Column("actor_name", LargeBinary),
    Column("activity_name", LargeBinary),
    Index("completion_agent_k_idx", "agent_k"),
    Index("completion_activity_k_idx", "activity_k"),
    info={"row": CompletionRow, "order": "seq", "wins": "first"},
)
"""`agent`: identity of `lrs.xapi.agent`; `group`: it is a Group's; `outcome`: what
`lrs.xapi.achievement` says, denials too; `score`: scaled, -1 to 1; times in us UTC.

`activity_type` and the names are those that the statement itself gives, so they can be told as of
any position; `activity_name` is the JSON of a language map. What clients wrote is kept as UTF-8, as
text columns cannot hold U+0000. Indexes hold hashes (`_k`): an IRI may be longer than an index
entry.
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
