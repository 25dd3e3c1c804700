"""Which statement ids are claimed, and by what content; written by admission and by its fold."""

from typing import NamedTuple

from sqlalchemy import BigInteger, Column, LargeBinary, Table, Uuid

from lrs.storage.database import metadata


class ClaimRow(NamedTuple):
    """A row of `claim`."""

    id: str
    digest: bytes
    position: int | None
    claimed: int | None


claim = Table(
    "claim",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("position", BigInteger),
    Column("claimed", BigInteger),
    info={"row": ClaimRow, "order": "position", "wins": "first"},
)
"""`position` is null until the log is known to hold the statement; `claimed` (us UTC) is only set
till then."""
