"""The table of what was administered and of who read named data."""

from typing import NamedTuple

from sqlalchemy import BigInteger, Column, Index, Table, Text

from lrs.storage.database import metadata


class DeedRow(NamedTuple):
    """A row of `deed`."""

    id: str
    position: int
    stored: int
    kind: str
    principal: str
    on_behalf_of: str
    content: str


deed = Table(
    "deed",
    metadata,
    Column("id", Text, primary_key=True),
    Column("position", BigInteger, nullable=False, index=True),
    Column("stored", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("principal", Text, nullable=False),
    Column("on_behalf_of", Text, nullable=False),
    Column("content", Text, nullable=False),
    Index("deed_kind_position_idx", "kind", "position"),
    Index("deed_principal_position_idx", "principal", "position"),
    info={"row": DeedRow, "order": "position", "wins": "first"},
)
"""`id`: of the event, so that copies are one row; `stored` in us UTC; `principal` as it is filtered
by; `on_behalf_of`: hash of a person, or empty; `content`: JSON of the principal and the detail."""
