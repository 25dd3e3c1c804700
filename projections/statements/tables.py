"""The tables of the statements."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, Index, Table, Text, Uuid, text

from lrs.storage.database import KEEP_IN_ROW, metadata


class StatementRow(NamedTuple):
    """A row of `statement`."""

    seq: int
    id: str
    stored: int
    voids: bool
    refers: str | None
    voided: bool
    copy: bool
    terms: Sequence[int]
    payload: str
    authority: int


statement = Table(
    "statement",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Uuid, nullable=False, index=True),
    Column("stored", BigInteger, nullable=False, index=True),
    Column("voids", Boolean, nullable=False),
    Column("refers", Uuid),
    Column("voided", Boolean, nullable=False),
    Column("copy", Boolean, nullable=False),
    Column("terms", ARRAY(BigInteger), nullable=False),
    Column("payload", Text, nullable=False),
    Column("authority", BigInteger, nullable=False),
    Index("statement_refers_idx", "refers", postgresql_where=text("refers IS NOT NULL")),
    info={"row": StatementRow, "order": "seq", "wins": "first"},
    postgresql_with=KEEP_IN_ROW,
)
"""`refers`: the id that the object refers to; `voids`: the verb voids it; `stored` in us UTC;
`authority`: the term of the authority that the LRS gave."""


class TermRow(NamedTuple):
    """A row of `term`."""

    k: int
    seq: int


term = Table(
    "term",
    metadata,
    Column("k", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    info={"row": TermRow},
)
"""What each statement can be asked for by: its own terms and those it inherits."""
