"""The time of every record, so that `as of` a time is `as of` a position.

The times follow from the whole log and from nothing else, and every answer rests on them: so they
are a read model like all others, folded in one transaction with those that stand at the same place.
A store whose log is older than this table gets its times by itself, since a new read model begins
at the start of the log. A record that is set aside, or that is on the log a second time, has no
row: nothing shows the record, and the time of the one before it stands for both.
"""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import BigInteger, Column, Table

from lrs.events.envelope import Event
from lrs.storage.database import metadata
from projections.folding.changes import Change
from projections.folding.projection import Entry, Projection


class MomentRow(NamedTuple):
    """A row of `moment`."""

    position: int
    stored: int


moment = Table(
    "moment",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("stored", BigInteger, nullable=False, index=True),
    info={"row": MomentRow, "order": "position", "wins": "first"},
)
"""`stored`: the first time that the record takes, in us UTC; it rises with the position."""


class Moments(Projection):
    """The time of every record."""

    name = "moments"
    version = 1
    tables = (moment,)
    keeps_history = True

    def fold(self, entry: Entry[Event]) -> Iterable[Change]:
        """Keep the time of a record, whatever it holds."""
        return (Change(moment, MomentRow(entry.position, entry.stored)),)
